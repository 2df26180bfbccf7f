import { describe, expect, it } from 'vitest'
import type { Decision } from '../../domain/decision.ts'
import { cancelOrder } from '../../domain/lifecycle.ts'
import { noticesOf, refundTotal } from '../../domain/notification.ts'
import { evolve } from '../../domain/evolve.ts'
import type { Order } from '../../domain/order.ts'
import { expire, remind } from '../../domain/payment.ts'
import {
  after,
  AT,
  booked,
  choose,
  eventsOf,
  handOver,
  hear,
  opened,
  packed,
  paid,
  placedSmall,
  refunded,
  shipped,
  sign,
  turnAway,
  unpaid,
} from './support.ts'

function owed(order: Order, decide: (order: Order) => Decision): string[] {
  let now = order
  return eventsOf(decide(order)).flatMap((event) => {
    now = evolve(now, event)
    return noticesOf(now, event).map(({ template, revision }) => `${template} ${revision}`)
  })
}

const waiting = () => after(unpaid(), opened())
const cancels = (order: Order) => cancelOrder(order, { by: 'customer', at: AT })
const failed = hear({ eventId: 'evt_1', type: 'failed' })

describe('the customer is told', () => {
  it('S0-3.2d once that the order is confirmed, also when it is paid at the door', () => {
    expect(owed(waiting(), hear())).toEqual([`order_confirmed ${AT}`])
    expect(owed(waiting(), choose('cod'))).toEqual([`order_confirmed ${AT}`])
  })

  it('S0-3.3c of a decline, once per report, while the order can still be paid', () => {
    expect(owed(waiting(), failed)).toEqual(['payment_failed evt_1'])
  })

  it('of the reminder, the expiry and the cancellation', () => {
    expect(owed(unpaid(), (order) => remind(order, { n: 1, at: AT }))).toEqual([
      'payment_reminder 1',
    ])
    expect(owed(unpaid(), (order) => expire(order, AT))).toEqual([`order_expired ${AT}`])
    expect(owed(paid(), cancels)).toEqual(['order_cancelled 1'])
  })

  it('S2-3.2 of each parcel when it leaves, and when it arrives', () => {
    const order = after(paid(placedSmall()), ...packed('f1'), booked('p1'))
    expect(owed(order, handOver('p1'))).toEqual(['shipped p1'])
    expect(owed(shipped(), sign('p2'))).toEqual(['parcel_delivered p2'])
    expect(owed(after(shipped(), sign('p2')), sign('p1'))).toEqual(['delivered p1'])
    expect(owed(order, sign('p1'))).toEqual(['shipped p1', 'delivered p1'])
  })

  it('of money once it is back, not before', () => {
    const order = after(paid(), cancels)
    expect(owed(order, refunded)).toEqual(['refunded r1'])
    expect(refundTotal(order)).toBe(15803)
  })

  it('nothing of what happens inside', () => {
    expect(owed(shipped(), turnAway('p1'))).toEqual([])
    expect(owed(unpaid(), opened())).toEqual([])
  })
})
