import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { asItHappened } from '../../api/tracked.ts'
import { reversedOf } from '../../domain/account.ts'
import { ADJUSTMENT_KINDS } from '../../domain/events.ts'
import type { OrderEvent } from '../../domain/events.ts'
import { evolve, foldOrder } from '../../domain/evolve.ts'
import { stockMovesOf } from '../../domain/inventory.ts'
import { archiveOrder, cancelOrder } from '../../domain/lifecycle.ts'
import { sum } from '../../domain/money.ts'
import { noticesOf } from '../../domain/notification.ts'
import type { Order } from '../../domain/order.ts'
import { expire, isLate, reportPayment } from '../../domain/payment.ts'
import { reversal, reversalAmount } from '../../domain/reversal.ts'
import { reportTracking } from '../../domain/shipping.ts'
import { statusesOf } from '../../domain/status.ts'
import { warehouseStep } from '../../domain/warehouse.ts'
import { reader } from './tracked.ts'
import {
  after,
  AT,
  DAY,
  dataOf,
  event,
  eventsOf,
  later,
  placed,
  refunded,
  refusalOf,
  typesOf,
} from './support.ts'

const ORIGIN = { shop: 'old', reference: 'old-1', placedAt: '2018-03-01T09:12:00-03:00' }
const INTEREST = { kind: 'financing_interest', amount: 241 } as const

/** 15803 of goods and freight and 241 of interest, paid by two means. */
const broughtIn = () =>
  [
    placed({ adjustments: [INTEREST], payable: 16044, origin: ORIGIN }),
    event('tender.added', { tenderId: 't1', method: 'gift_card', amount: 6044 }),
    event('tender.added', { tenderId: 't2', method: 'boleto', amount: 10000 }),
  ] satisfies OrderEvent[]
const unpaid = () => foldOrder(broughtIn())

const told = (tenderId: 't1' | 't2') => (order: Order) =>
  reportPayment(
    order,
    {
      ...{ eventId: `paid-${tenderId}`, occurredAt: AT, tenderId, externalId: `old:${tenderId}` },
      ...{ type: 'captured', amount: tenderId === 't1' ? 6044 : 10000, currency: 'CNY' },
      source: 'record',
    },
    AT,
  )
const paid = () => after(unpaid(), told('t1'), told('t2'))
const packed = (fulfillmentId: string) => (order: Order) => {
  const { items = [] } = order.fulfillments.find(({ id }) => id === fulfillmentId) ?? {}
  const booking = { carrier: 'own', waybill: `W-${fulfillmentId}` }
  return warehouseStep(
    order,
    {
      ...{ fulfillmentId, type: 'packed', by: 'wms', eventId: `packed-${fulfillmentId}` },
      ...{ occurredAt: AT, parcels: [{ items, booking }] },
    },
    AT,
  )
}

describe('an order brought in', () => {
  it('is paid by the last of its payments', () => {
    expect(typesOf(told('t1')(unpaid()))).toEqual(['tender.captured'])
    expect(statusesOf(after(unpaid(), told('t1'))).payment).toBe('partially_paid')
    expect(typesOf(told('t2')(after(unpaid(), told('t1'))))).toEqual([
      ...['tender.captured', 'order.paid', 'order.accepted'],
    ])
  })

  it('keeps who told of the money', () => {
    expect(dataOf(told('t1')(unpaid()), 'tender.captured').source).toBe('record')
  })

  it('writes to nobody and moves no stock, whatever happens', () => {
    const events = eventsOf(cancelOrder(paid(), { by: 'support', at: AT }))
    let order = paid()
    for (const one of events) {
      order = evolve(order, one)
      expect([noticesOf(order, one), stockMovesOf(order, one)]).toEqual([[], []])
    }
  })

  it('is credited its adjustments with all of it', () => {
    const cancelled = cancelOrder(paid(), { by: 'support', at: AT })
    expect(dataOf(cancelled, 'charge.reversed').adjustments).toEqual([INTEREST])
    const back = eventsOf(cancelled).filter(({ type }) => type === 'refund.requested')
    expect(back.map(({ data }) => data)).toMatchObject([
      ...[
        { tenderId: 't1', amount: 6044 },
        { tenderId: 't2', amount: 10000 },
      ],
    ])
  })
})

describe('adjustments', () => {
  const parts = fc.array(fc.nat(500), { minLength: 1, maxLength: 6 })
  const adjustments = fc.array(
    fc.record({
      kind: fc.constantFrom(...ADJUSTMENT_KINDS),
      amount: fc.integer({ min: -800, max: 800 }).filter((amount) => amount !== 0),
    }),
    { maxLength: 3 },
  )

  it('go back with what they belong to: never a credit below zero, and all of them in the end', () => {
    fc.assert(
      fc.property(parts, fc.nat(300), adjustments, (nets, freight, adjusted) => {
        const goods = sum(nets)
        const payable = goods + freight + sum(adjusted.map(({ amount }) => amount))
        fc.pre(payable >= 0 && goods + freight > 0)
        let order = foldOrder([placed({ goods, freight, adjustments: adjusted, payable })])
        for (const [i, amount] of nets.entries()) {
          const line = { lineId: `l${i}`, quantity: 1, amount, commission: 0 }
          const back = { at: AT, reason: 'returned', freight: i === 0 ? freight : 0 }
          order = evolve(order, reversal(order, [line], back))
        }
        expect(Math.min(...order.reversals.map(reversalAmount))).toBeGreaterThanOrEqual(0)
        expect(reversedOf(order)).toBe(payable)
      }),
    )
  })

  it('leave a customer who keeps a part with its fair price', () => {
    const first = placed({
      adjustments: [{ kind: 'discount', amount: -6000 }],
      ...{ goods: 14000, freight: 0, payable: 8000 },
    })
    const line = { lineId: 'l1', quantity: 1, amount: 10000, commission: 0 }
    const credit = reversal(foldOrder([first]), [line], { at: AT, reason: 'returned', freight: 0 })
    expect(reversalAmount(credit.data)).toBe(Math.floor((8000 * 10000) / 14000))
  })
})

describe('payments of which one comes late', () => {
  const expired = () => after(unpaid(), (order) => expire(order, AT))

  it('wait for each other, and take the order up again together', () => {
    const half = after(expired(), told('t1'))
    expect([isLate(half), half.refunds]).toEqual([false, []])
    expect(isLate(after(half, told('t2')))).toBe(true)
  })

  it('go back before the order is put away when the rest never comes', () => {
    const half = after(expired(), told('t1'))
    const decision = archiveOrder(half, AT)
    expect(typesOf(decision)).toEqual(['refund.requested'])
    const back = after(half, (order) => archiveOrder(order, AT), refunded)
    expect(typesOf(archiveOrder(back, AT))).toEqual(['order.archived'])
  })

  it('do not count again what went back when the order expired, nor wait for what cannot suffice', () => {
    const half = after(unpaid(), told('t1'), (order) => expire(order, AT))
    expect(half.refunds).toMatchObject([{ tenderId: 't1', amount: 6044 }])
    const late = told('t2')(half)
    expect(dataOf(late, 'refund.requested')).toMatchObject({ tenderId: 't2', amount: 10000 })
    expect(isLate(after(half, told('t2')))).toBe(false)
  })
})

describe('a warehouse that reports its last step only', () => {
  it('is taken to have done those before', () => {
    expect(typesOf(packed('f1')(paid()))).toEqual([
      ...['fulfillment.claimed', 'fulfillment.picked', 'fulfillment.checked'],
      ...['fulfillment.packed', 'parcel.booked'],
    ])
  })

  it('is not, once a second look has found something else', () => {
    const step = (type: 'checked' | 'check_failed', n: number) => (order: Order) =>
      warehouseStep(
        order,
        { fulfillmentId: 'f1', type, by: 'wms', eventId: `e${n}`, occurredAt: AT },
        AT,
      )
    const failed = after(paid(), step('checked', 1), step('check_failed', 2))
    expect(refusalOf(step('checked', 3)(failed))).toBe('WRONG_STATE')
  })

  it('must name its carrier where the order is another shop’s', () => {
    const bare = { fulfillmentId: 'f1', type: 'packed', by: 'wms', eventId: 'e2' } as const
    expect(refusalOf(warehouseStep(paid(), bare, AT))).toBe('BOOKING_MISSING')
  })

  it('may be followed by reports that know the waybill only', () => {
    const report = { eventId: 'e3', occurredAt: AT, parcelId: 'W-f1', type: 'picked_up' } as const
    const order = after(paid(), packed('f1'), (now) => reportTracking(now, report, AT))
    expect(order.parcels[0]).toMatchObject({ id: 'p1', status: 'handed_over', handedOverAt: AT })
  })

  it('can’t be before the order is accepted, nor twice', () => {
    expect(refusalOf(packed('f1')(unpaid()))).toBe('WRONG_STATE')
    const again = { fulfillmentId: 'f1', type: 'packed', by: 'wms', eventId: 'e2' } as const
    expect(refusalOf(warehouseStep(after(paid(), packed('f1')), again, AT))).toBe('WRONG_STATE')
  })

  it('is not implied by a person’s command', () => {
    const command = { fulfillmentId: 'f1', type: 'packed', by: 'w-1' } as const
    expect(refusalOf(warehouseStep(paid(), command, AT))).toBe('WRONG_STATE')
  })

  it('books its own carrier with it', () => {
    const booking = { carrier: 'own', waybill: 'W1' }
    const step = { fulfillmentId: 'f2', type: 'packed', by: 'wms', eventId: 'e', occurredAt: AT }
    const items = [{ lineId: 'l3', quantity: 3 }]
    const decision = warehouseStep(
      paid(),
      { ...step, type: 'packed', parcels: [{ items, booking }] },
      AT,
    )
    expect(dataOf(decision, 'parcel.booked')).toEqual({
      ...{ eventId: 'e', occurredAt: AT, parcelId: 'p1', ...booking },
    })
  })
})

describe('the page of an order brought in', () => {
  const entries = [
    ...[
      { ...placed(), seq: 1 },
      { ...event('order.paid', {}), seq: 2 },
    ],
    {
      ...event('parcel.handed_over', { parcelId: 'p1', occurredAt: '2018-03-03T10:00:00Z' }),
      seq: 3,
    },
    { ...event('order.completed', { by: 'policy' }, later(DAY)), seq: 4 },
  ]

  it('tells when things happened, not when they were told', () => {
    const shown = asItHappened(unpaid(), entries)
    expect(shown.order.placedAt).toBe(ORIGIN.placedAt)
    const { placedAt } = ORIGIN
    const handedOver = '2018-03-03T10:00:00Z'
    expect(shown.entries.map(({ at }) => at)).toEqual([
      ...[placedAt, placedAt, handedOver, later(DAY)],
    ])
  })

  it('is not there for other orders', () => {
    const order = foldOrder([placed()])
    expect(asItHappened(order, entries)).toEqual({ order, entries })
  })

  it('names the year of what is years ago', () => {
    expect(reader('en').stamp('2018-03-03T10:00:00Z')).toBe('3 Mar 2018 18:00')
    expect(reader('en').stamp(AT)).toBe('1 Mar 16:00')
    expect(reader('zh').stamp('2018-03-03T10:00:00Z')).toBe('2018年3月3日 18:00')
  })
})
