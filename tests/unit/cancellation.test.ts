import { describe, expect, it } from 'vitest'
import { cashOf } from '../../api/tracked.ts'
import { cashDue, chargeOf } from '../../domain/account.ts'
import { cancel } from '../../domain/cancellation.ts'
import { evolve } from '../../domain/evolve.ts'
import type { EventOf, LineUnits } from '../../domain/events.ts'
import { stockMovesOf } from '../../domain/inventory.ts'
import { LIMITS } from '../../domain/limits.ts'
import { cancelledUnits } from '../../domain/order.ts'
import type { Order } from '../../domain/order.ts'
import { reversalAmount, wholeOrder } from '../../domain/reversal.ts'
import { statusesOf } from '../../domain/status.ts'
import { reportStocked } from '../../domain/warehouse.ts'
import { cardOf } from '../../workflows/card.ts'
import { input, placedAt, price, priceW1, reduction, scattered } from './pricing-builders.ts'
import {
  after,
  AT,
  booked,
  dataOf,
  delivered,
  event,
  eventsOf,
  handOver,
  shipped,
  onDelivery,
  packed,
  paid,
  placed,
  refusalOf,
  report,
  scan,
  sign,
  step,
  typesOf,
  unpaid,
} from './support.ts'

const units = (lineId: string, quantity = 1): LineUnits[] => [{ lineId, quantity }]
const cancels = (items: LineUnits[]) => (order: Order) =>
  cancel(order, { by: 'customer', items, at: AT })
const creditOf = (decision: ReturnType<typeof cancel>) =>
  reversalAmount(dataOf(decision, 'charge.reversed'))

describe('D9 units that are cancelled', () => {
  it('leave their fulfillment, and give back what they cost', () => {
    const decision = cancels(units('l1'))(paid(placedAt(priceW1())))
    expect(typesOf(decision)).toEqual([
      ...['fulfillment.reduced', 'charge.reversed', 'refund.requested'],
    ])
    expect(dataOf(decision, 'fulfillment.reduced')).toEqual({
      ...{ fulfillmentId: 'f1', items: units('l1'), by: 'customer' },
    })
    expect(dataOf(decision, 'charge.reversed')).toMatchObject({
      lines: [{ lineId: 'l1', quantity: 1, amount: 3937, commission: 393, platformFunded: 1366 }],
      ...{ freight: 0, reason: 'cancelled' },
    })
    expect(dataOf(decision, 'refund.requested')).toMatchObject({ amount: 3937 })
  })

  it('tell why, and keep nothing else that came with the command', () => {
    const typed = { by: 'support', reason: 'other', items: units('l1'), at: AT } as const
    const decision = cancel(paid(), { ...typed, ...{ note: 'Li Lei called' } })
    expect(dataOf(decision, 'fulfillment.reduced')).toEqual({
      ...{ fulfillmentId: 'f1', items: units('l1'), by: 'support', reason: 'other' },
    })
  })

  it('leave other lines, and what they would give back, as they were', () => {
    const order = paid(placedAt(priceW1()))
    const less = after(order, cancels(units('l3', 2)))
    expect(less.lines).toEqual(order.lines)
    expect(creditOf(cancels(units('l1'))(less))).toBe(creditOf(cancels(units('l1'))(order)))
  })

  it.each([
    ['frozen_share', [8000, 8000, 8000]],
    ['clawback', [4000, 10_000, 10_000]],
  ] as const)('of 3 × ¥100 under ¥60 off ¥300 give by %s %j', (onReturn, amounts) => {
    const three = input({ quantity: 3, unitPrice: 10_000 })
    const promotions = [reduction(30_000, 6000, { onReturn })]
    let order = paid(placedAt(price([three], { promotions, freightOf: () => ({ amount: 0 }) })))
    for (const amount of amounts) {
      const decision = cancels(units('l1'))(order)
      expect(creditOf(decision)).toBe(amount)
      order = after(order, () => decision)
    }
    expect([order.closure, chargeOf(order)]).toEqual(['cancelled', 0])
  })

  it('take the freight along with the last unit of their fulfillment', () => {
    const order = paid(placedAt(priceW1()))
    const decision = cancels(units('l3', 3))(order)
    expect(typesOf(decision).slice(0, 2)).toEqual(['fulfillment.reduced', 'fulfillment.cancelled'])
    expect(dataOf(decision, 'charge.reversed').freight).toBe(600)
    const less = after(order, () => decision)
    expect(statusesOf(less)).toMatchObject({
      status: 'pending_processing',
      fulfillment: 'pending_processing',
    })
    expect(less.fulfillments[1]).toMatchObject({
      stage: 'cancelled',
      items: [],
      cancelled: units('l3', 3),
    })
  })

  it('come from the latest fulfillment that still has some', () => {
    const cutsOf = (decision: ReturnType<typeof cancel>) =>
      eventsOf(decision)
        .filter((one): one is EventOf<'fulfillment.reduced'> => one.type === 'fulfillment.reduced')
        .map(({ data }) => [data.fulfillmentId, data.items[0]?.quantity])
    expect(cutsOf(cancels(units('l1', 2))(paid(scattered())))).toEqual([['f2', 2]])
    expect(cutsOf(cancels(units('l1', 4))(paid(scattered())))).toEqual([
      ['f2', 3],
      ['f1', 1],
    ])
    const picked = after(paid(scattered()), step('claimed', { fulfillmentId: 'f2' }))
    const busy = after(picked, step('picked', { fulfillmentId: 'f2' }))
    expect(cutsOf(cancels(units('l1', 2))(picked))).toEqual([['f2', 2]])
    expect(cutsOf(cancels(units('l1', 2))(busy))).toEqual([['f1', 2]])
    expect(refusalOf(cancels(units('l1', 3))(busy))).toBe('ALREADY_PICKED')
  })

  it('may be called in pieces, and are free for others as what they are made of', () => {
    const order = after(paid(placed()), step('claimed'))
    const [reduced] = eventsOf(cancels([...units('l1'), ...units('l2'), ...units('l1')])(order))
    if (reduced === undefined) throw new Error('nothing was reduced')
    const moves = stockMovesOf(evolve(order, reduced), reduced)
    expect(moves.map(({ kind, lineId, quantity }) => [kind, lineId, quantity])).toEqual([
      ['free', 'l1', 2],
      ['free', 'l2', 1],
    ])
  })

  it('stand beside those that are left, in the order and on its card', () => {
    const order = after(paid(), cancels(units('l1')))
    expect(['l1', 'l3'].map((id) => cancelledUnits(order, id))).toEqual([1, 0])
    expect(cardOf(order, AT)).toContain('| f1 of m-a at w-a | `queued` without 1 of l1 |')
  })
})

describe('a fulfillment that lost some of its units', () => {
  const claimed = () => after(paid(), step('claimed'), cancels(units('l1')))
  const item = (lineId: string, quantity: number) => ({ lineId, quantity })

  it('stays claimed, with a shorter list', () => {
    expect(claimed().fulfillments[0]).toMatchObject({
      ...{ stage: 'picking', claimedBy: 'picker-1' },
      items: [item('l1', 1), item('l2', 1)],
    })
  })

  it('is packed as what is left of it', () => {
    const order = after(claimed(), step('picked'), step('checked'))
    const all = [{ items: [item('l1', 2), item('l2', 1)] }]
    expect(refusalOf(step('packed', { parcels: all })(order))).toBe('PACKED_UNITS_DIFFER')
    expect(after(order, step('packed')).parcels).toMatchObject([
      { items: [item('l1', 1), item('l2', 1)] },
    ])
  })

  it('is not claimed once nothing is left, nor does it wait for goods', () => {
    const first = placed()
    for (const one of first.data.fulfillments) one.awaitsStock = true
    const order = after(paid(first), cancels(units('l3', 3)))
    expect(
      refusalOf(step('claimed', { fulfillmentId: 'f2' })(after(paid(), cancels(units('l3', 3))))),
    ).toBe('WRONG_STATE')
    const stocked = (fulfillmentId: string) =>
      refusalOf(reportStocked(order, { ...report(), fulfillmentId }, AT))
    expect([stocked('f1'), stocked('f2')]).toEqual([undefined, 'WRONG_STATE'])
  })
})

describe('a cancellation of units', () => {
  it('is the whole order’s once they are all that is left', () => {
    const less = after(paid(), cancels(units('l1')), cancels(units('l3', 2)))
    const decision = cancels(wholeOrder(less))(less)
    expect(typesOf(decision)[0]).toBe('order.cancelled')
    expect(chargeOf(after(less, () => decision))).toBe(0)
    expect(
      cancelledUnits(
        after(less, () => decision),
        'l1',
      ),
    ).toBe(2)
    expect(
      after(unpaid(), cancels(wholeOrder(less).concat(units('l1'), units('l3', 2)))).closure,
    ).toBe('cancelled')
  })

  it('reaches picked units only with the whole order', () => {
    const picked = after(paid(), step('claimed'), step('picked'))
    expect(refusalOf(cancels(units('l1'))(picked))).toBe('ALREADY_PICKED')
    expect(refusalOf(cancels(units('l3', 3))(picked))).toBeUndefined()
    expect(typesOf(cancels(wholeOrder(picked))(picked))[0]).toBe('order.cancelled')
  })

  type Refused = { when: string; order: Order; items: LineUnits[]; refusal: string }
  const refused = (when: string, refusal: string, rest: Pick<Refused, 'order' | 'items'>) => ({
    ...{ when, refusal },
    ...rest,
  })
  const gone = () => after(paid(), cancels(wholeOrder(paid())))
  it.each<Refused>([
    refused('before the order is paid', 'NOT_ACCEPTED', { order: unpaid(), items: units('l1') }),
    refused('of a line that is not there', 'UNKNOWN_LINE', { order: paid(), items: units('l9') }),
    refused('of more than was bought, in pieces', 'UNKNOWN_LINE', {
      ...{ order: paid(), items: [...units('l1', 2), ...units('l1')] },
    }),
    refused('of what was cancelled before', 'UNKNOWN_LINE', {
      ...{ order: after(paid(), cancels(units('l2'))), items: units('l2') },
    }),
    refused('of what is on the road', 'ALREADY_PICKED', { order: shipped(), items: units('l1') }),
    refused('of what is delivered', 'ALREADY_PICKED', { order: delivered(), items: units('l3') }),
    refused('of an order that is closed', 'ORDER_CLOSED', { order: gone(), items: units('l1') }),
    refused('when the history is full', 'TOO_MANY', {
      ...{ order: { ...paid(), size: LIMITS.events }, items: units('l1') },
    }),
  ])('$when is refused', ({ order, items, refusal }) => {
    expect(refusalOf(cancels(items)(order))).toBe(refusal)
  })

  it('of the last that was to come has the order arrive', () => {
    const road = after(paid(), ...packed('f1'), booked('p1'), handOver('p1'), sign('p1'))
    expect(road.deliveredAt).toBeUndefined()
    const done = after(road, cancels(units('l3', 3)))
    expect([done.deliveredAt, statusesOf(done).status]).toEqual([AT, 'delivered'])
    const back = after(paid(), ...packed('f1'), booked('p1'), scan('p1', 'returned'))
    const ended = after(back, cancels(units('l3', 3)))
    expect([ended.closedAt, statusesOf(ended).status]).toEqual([AT, 'refused'])
    expect(chargeOf(ended)).toBe(0)
  })
})

describe('D9 at the door', () => {
  it('what was cancelled is not asked for, and the last unit waives it all', () => {
    const less = after(onDelivery(), cancels(units('l3', 2)))
    expect(cashOf(less).cash).toEqual({ due: chargeOf(less), atTheDoor: 0 })
    const road = after(less, ...packed('f1'), booked('p1'), handOver('p1'))
    const [due = 0] = road.parcels.map((parcel) => cashDue(road, parcel))
    const settled = cancels(units('l3'))(after(road, sign('p1', due)))
    expect(typesOf(settled)).toEqual([
      ...['fulfillment.reduced', 'fulfillment.cancelled', 'charge.reversed', 'tender.collected'],
    ])
  })
})

it('fewer units than a fulfillment has can’t be written into history', () => {
  const reduced = event('fulfillment.reduced', {
    ...{ fulfillmentId: 'f1', items: units('l3'), by: 'customer' },
  })
  expect(() => evolve(paid(), reduced)).toThrow('fewer units')
})
