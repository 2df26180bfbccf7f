import { describe, expect, it } from 'vitest'
import { cashDue, chargeOf } from '../../domain/account.ts'
import { cancelOrder } from '../../domain/lifecycle.ts'
import type { Order } from '../../domain/order.ts'
import { labelVoided, reportDelivery } from '../../domain/shipping.ts'
import { resolveTask } from '../../domain/task.ts'
import {
  after,
  AT,
  booked,
  dataOf,
  delivered,
  eachAlone,
  eventsOf,
  handOver,
  onDelivery,
  packed,
  paid,
  placed,
  placedSmall,
  refusalOf,
  report,
  scan,
  shipped,
  sign,
  turnAway,
  typesOf,
} from './support.ts'

const awaiting = () => after(paid(placedSmall()), ...packed('f1'), booked('p1'))
const cancels = (order: Order) => cancelOrder(order, { by: 'customer', at: AT })
const cancelled = () => after(awaiting(), cancels)
const voids = (outcome: 'cancelled' | 'moving') => (order: Order) =>
  labelVoided(order, { parcelId: 'p1', outcome, at: AT })
const writesOff = (taskId: string) => (order: Order) =>
  resolveTask(order, { taskId, action: 'refund', by: 's-1' }, AT)

/** One line of three units, each in a parcel of its own: p1 to p3, freight 400 with the first. */
function threeParcels(order: Order): Order {
  const ids = ['p1', 'p2', 'p3']
  return after(order, ...packed('f1', eachAlone(3)), ...ids.map(booked), ...ids.map(handOver))
}
const THREE = placedSmall({ quantity: 3 })

describe('a booked parcel', () => {
  it.each(['picked_up', 'in_transit', 'customs', 'out_for_delivery'] as const)(
    'is handed over by a scan %s',
    (code) => expect(typesOf(scan('p1', code)(awaiting()))).toEqual(['parcel.handed_over']),
  )

  it.each(['label_created', 'awaiting_pickup', 'exception', 'cancelled'] as const)(
    'is not moved by a scan %s',
    (code) => expect(refusalOf(scan('p1', code)(awaiting()))).toBe('NO_CHANGE'),
  )

  it.each([
    ['delivered', scan('p1', 'delivered')],
    ['delivered', sign('p1')],
    ['refused', turnAway('p1')],
    ['returned', scan('p1', 'returned')],
    ['lost', scan('p1', 'lost')],
  ])('was handed over too when it is %s', (end, decide) => {
    expect(typesOf(decide(awaiting())).slice(0, 2)).toEqual(['parcel.handed_over', `parcel.${end}`])
  })

  it('is handed over once, whoever says so first', () => {
    const gone = after(awaiting(), handOver('p1'))
    expect(refusalOf(scan('p1', 'picked_up')(gone))).toBe('NO_CHANGE')
    expect(refusalOf(handOver('p1')(gone))).toBe('WRONG_STATE')
    expect(refusalOf(handOver('p9')(gone))).toBe('UNKNOWN_PARCEL')
  })

  it('is delivered once, whatever ids the signature comes under', () => {
    const done = after(awaiting(), sign('p1'))
    const same = { ...report(), parcelId: 'p1' }
    expect(refusalOf(reportDelivery(done, same, AT))).toBe('NO_CHANGE')
    expect(refusalOf(reportDelivery({ ...done, seen: [same.eventId] }, same, AT))).toBe('REPEATED')
  })
})

describe('a parcel of a cancelled order', () => {
  it.each([
    ['scanned', scan('p1', 'picked_up')],
    ['signed for', sign('p1')],
    ['refused', turnAway('p1')],
    ['returned', scan('p1', 'returned')],
    ['lost', scan('p1', 'lost')],
  ])(
    'that is %s has escaped, before and after its label is void: one task, no change',
    (_, says) => {
      expect(typesOf(says(cancelled()))).toEqual(['task.raised'])
      expect(dataOf(says(cancelled()), 'task.raised').kind).toBe('PARCEL_ESCAPED')
      expect(typesOf(says(after(cancelled(), voids('cancelled'))))).toEqual(['task.raised'])
      expect(refusalOf(says(after(cancelled(), says)))).toBe('NO_CHANGE')
    },
  )

  it('that cannot be stopped any more has escaped, which is asked once', () => {
    expect(typesOf(voids('moving')(cancelled()))).toEqual(['parcel.voided', 'task.raised'])
    const known = after(cancelled(), scan('p1', 'picked_up'))
    expect(typesOf(voids('moving')(known))).toEqual(['parcel.voided'])
  })

  it('is not told apart by a scan that proves nothing', () => {
    expect(refusalOf(scan('p1', 'awaiting_pickup')(cancelled()))).toBe('NO_CHANGE')
  })
})

describe('a parcel that comes back', () => {
  it('is taken off the account with its freight, and the money goes back', () => {
    const order = after(shipped(), turnAway('p2'))
    const decision = scan('p2', 'returned')(order)
    expect(dataOf(decision, 'charge.reversed')).toMatchObject({
      lines: [{ lineId: 'l3', quantity: 3, amount: 4229, commission: 423 }],
      freight: 600,
    })
    expect(dataOf(decision, 'refund.requested')).toMatchObject({ amount: 4829 })
  })

  it('because of a change of mind leaves the freight where it is', () => {
    const order = after(shipped(), turnAway('p2', 'changed_mind'))
    expect(dataOf(scan('p2', 'returned')(order), 'refund.requested').amount).toBe(4229)
  })

  it('leaves the freight where it is when a part of its fulfillment was kept', () => {
    const order = after(threeParcels(paid(THREE)), sign('p1'), scan('p2', 'returned'))
    expect(dataOf(scan('p3', 'returned')(order), 'charge.reversed').freight).toBe(0)
  })

  it('pays freight back once, also when a sibling that was lost comes back after it', () => {
    const lost = after(
      threeParcels(paid(THREE)),
      ...[scan('p1', 'lost'), scan('p2', 'returned'), scan('p3', 'returned')],
    )
    expect(lost.reversals.map(({ freight }) => freight)).toEqual([0, 0])
    const back = after(lost, scan('p1', 'returned'))
    expect(back.reversals.map(({ freight }) => freight)).toEqual([0, 0, 400])
    expect(chargeOf(back)).toBe(0)
  })

  it('is refused by a signature at the second try', () => {
    const order = after(awaiting(), turnAway('p1'), sign('p1'))
    expect(order.parcels[0]).toMatchObject({ status: 'delivered', rejection: 'damaged' })
  })
})

describe('a lost parcel', () => {
  it('is a task; written off, its goods and freight are paid back', () => {
    const order = after(awaiting(), scan('p1', 'lost'))
    expect(order.tasks).toMatchObject([{ kind: 'PARCEL_LOST', subject: 'p1', open: true }])
    expect(dataOf(writesOff('k1')(order), 'refund.requested').amount).toBe(1400)
  })
})

describe('cash at the door', () => {
  const road = () => shipped(placed(), onDelivery())

  it('is due per parcel: its goods, and the freight with the first of a fulfillment', () => {
    const order = threeParcels(onDelivery(THREE))
    expect(order.parcels.map((parcel) => cashDue(order, parcel))).toEqual([733, 333, 334])
    expect(cashDue(paid(), { ...order.parcels[0] } as never)).toBeUndefined()
  })

  it('in full ends the tender with the last parcel', () => {
    const order = after(road(), sign('p1', 10974))
    expect(order.tenders[0]).toMatchObject({ status: 'due', cash: 10974 })
    expect(typesOf(sign('p2', 4829)(order))).toEqual([
      'parcel.delivered',
      'tender.cash_received',
      'tender.collected',
    ])
  })

  it.each([
    { what: 'too little', cash: 4828, currency: 'CNY', received: ['tender.cash_received'] },
    { what: 'too much', cash: 4830, currency: 'CNY', received: ['tender.cash_received'] },
    { what: 'nothing', cash: undefined, currency: 'CNY', received: [] },
    { what: 'of another currency', cash: 4829, currency: 'USD', received: [] },
  ])('$what is a task', ({ cash, currency, received }) => {
    expect(typesOf(sign('p2', cash, currency)(road()))).toEqual([
      'parcel.delivered',
      ...received,
      'task.raised',
    ])
  })

  it('may be told later than the signature, and counts once', () => {
    const order = after(road(), sign('p2'))
    const told = after(order, sign('p2', 4829))
    expect(told.tenders[0]?.cash).toBe(4829)
    expect(refusalOf(sign('p2', 4829)(told))).toBe('NO_CHANGE')
  })

  it('is not missed for a parcel that costs nothing', () => {
    const gift = onDelivery(placedSmall({ quantity: 3, net: 1, freight: 0, commission: 0 }))
    expect(typesOf(sign('p1')(threeParcels(gift)))).toEqual(['parcel.delivered'])
  })

  it('is waived when everything comes back, and freight is taken off once', () => {
    const order = after(
      threeParcels(onDelivery(THREE)),
      ...['p1', 'p2', 'p3'].map((id) => scan(id, 'returned')),
    )
    expect(order.tenders[0]?.status).toBe('waived')
    expect(order.reversals.map(({ freight }) => freight)).toEqual([400, 0, 0])
    expect(chargeOf(order)).toBe(0)
  })

  it('reported for a parcel that came back takes no freight off twice', () => {
    const order = after(
      threeParcels(onDelivery(THREE)),
      ...[scan('p1', 'returned'), scan('p2', 'returned'), sign('p2', 9999), scan('p3', 'returned')],
    )
    expect(order.tenders[0]).toMatchObject({ status: 'collected', cash: 9999 })
    expect(order.tasks).toMatchObject([{ kind: 'CASH_MISMATCH', subject: 'p2' }])
    expect(chargeOf(order)).toBe(0)
  })
})

describe('the last arrival', () => {
  it('starts the clocks of the order', () => {
    expect(after(shipped(), sign('p1')).deliveredAt).toBeUndefined()
    expect(delivered().deliveredAt).toBe(AT)
    expect(eventsOf(sign('p1')(shipped()))).toHaveLength(1)
  })
})
