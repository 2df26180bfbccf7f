import { describe, expect, it } from 'vitest'
import { accept } from '../../domain/decision.ts'
import type { Decision } from '../../domain/decision.ts'
import { reportDispute } from '../../domain/dispute.ts'
import { grantGoodwill } from '../../domain/goodwill.ts'
import { cancelOrder } from '../../domain/lifecycle.ts'
import { noticesOf, openSum, refundsOfCancellation } from '../../domain/notification.ts'
import type { Notice } from '../../domain/notification.ts'
import { evolve, foldOrder } from '../../domain/evolve.ts'
import type { Order } from '../../domain/order.ts'
import { expire, raise, remind } from '../../domain/payment.ts'
import type { DisputeReport } from '../../domain/reports.ts'
import { resolveTask } from '../../domain/task.ts'
import { choosePayment, valueHeld } from '../../domain/tender.ts'
import type { TenderWish } from '../../domain/tender.ts'
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
  placed,
  placedSmall,
  refunded,
  report,
  shipped,
  sign,
  turnAway,
  unpaid,
} from './support.ts'

function told(order: Order, decide: (order: Order) => Decision): Notice[] {
  let now = order
  return eventsOf(decide(order)).flatMap((event) => {
    now = evolve(now, event)
    return noticesOf(now, event)
  })
}

const owed = (order: Order, decide: (order: Order) => Decision): string[] =>
  told(order, decide).map(({ template, revision }) => `${template} ${revision}`)

const back = (refundId: string) => () =>
  accept({ type: 'refund.succeeded', at: AT, data: { refundId, externalRefundId: 're_1' } })

const stuck = (refundId: string) => (order: Order) =>
  accept(
    { type: 'refund.failed', at: AT, data: { refundId, code: 'REQUEST_REFUSED' } },
    raise(order, { kind: 'REFUND_FAILED', subject: refundId, at: AT }),
  )

const answered = (action: 'retry' | 'skip') => (order: Order) =>
  resolveTask(order, { taskId: 'k1', action, by: 'support-1' }, AT)

const dispute = (type: DisputeReport['type']) => (order: Order) =>
  reportDispute(
    order,
    {
      ...{ ...report(), type, tenderId: 't1', disputeId: 'dp_1', amount: 15_803 },
      ...{ currency: 'CNY', reason: 'fraudulent' },
    },
    AT,
  )

/** Cancelled, and its refunds under way: 30.00 to the wallet, the rest to the card. */
const mixed = () =>
  after(
    foldOrder([placed()]),
    (order) =>
      choosePayment(order, {
        wishes: [{ method: 'wallet', amount: 3000, account: 'w' }, { method: 'card' }],
        at: AT,
      }),
    (order) => valueHeld(order, { tenderId: 't1', isHeld: true, at: AT }),
    opened('t2'),
    hear({ tenderId: 't2', amount: 12_803 }),
    cancels,
  )

const waiting = () => after(unpaid(), opened())
const cancels = (order: Order) => cancelOrder(order, { by: 'customer', at: AT })
const failed = hear({ eventId: 'evt_1', type: 'failed' })

describe('what is still open', () => {
  it('is neither what is set aside nor what is due at the door, and no fee for cash that was let go', () => {
    const { data, ...event } = placed()
    const first = { ...event, data: { ...data, policy: { ...data.policy, cashFee: 500 } } }
    const wishes: TenderWish[] = [
      { method: 'wallet', account: 'w-1', amount: 3000 },
      ...([{ method: 'card', amount: 5000 }, { method: 'cod' }] as const),
    ]
    const order = after(
      after(foldOrder([first]), (one) => choosePayment(one, { wishes, at: AT })),
      (one) => valueHeld(one, { tenderId: 't1', isHeld: true, at: AT }),
      opened('t2'),
    )
    expect(openSum(order)).toBe(5000)
    const declined = hear({ tenderId: 't2', externalId: 'pi_t2', type: 'failed', code: 'declined' })
    expect(openSum(after(order, declined))).toBe(15803)
  })
})

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
    expect(refundsOfCancellation(order)).toMatchObject([{ id: 'r1', amount: 15803 }])
  })

  it('once of what goes back over several means, when all of it is back', () => {
    const order = mixed()
    expect(order.refunds.map(({ amount }) => amount)).toEqual([3000, 12_803])
    expect(owed(order, back('r1'))).toEqual([])
    expect(told(after(order, back('r1')), back('r2'))).toMatchObject([{ refundIds: ['r1', 'r2'] }])
  })

  it('of the parts that are back when another one is refused, and of that one by itself', () => {
    const refused = after(mixed(), back('r1'))
    expect(told(refused, stuck('r2'))).toMatchObject([{ refundIds: ['r1'] }])
    expect(told(mixed(), stuck('r2'))).toEqual([])
    expect(told(after(mixed(), stuck('r2')), back('r1'))).toMatchObject([{ refundIds: ['r1'] }])
    const again = after(refused, stuck('r2'), answered('retry'))
    expect(told(again, back('r2'))).toMatchObject([{ refundIds: ['r2'] }])
    expect([...owed(refused, stuck('r2')), ...owed(again, back('r2'))]).toEqual([
      ...['refunded r1', 'refunded r2'],
    ])
    expect(told(after(refused, stuck('r2')), answered('skip'))).toMatchObject([
      { refundIds: ['r2'], revision: 'r2' },
    ])
  })

  it('of a dispute when it begins and when it ends', () => {
    expect(owed(paid(), dispute('disputed'))).toEqual(['payment_disputed dp_1'])
    const open = after(paid(), dispute('disputed'))
    expect(owed(open, dispute('dispute_won'))).toEqual(['dispute_ended dp_1'])
    expect(owed(open, dispute('dispute_lost'))).toEqual(['dispute_ended dp_1'])
  })

  it('of a cancellation after good will only what goes back with it', () => {
    const wish = { eventId: 'g-1', amount: 500, reason: 'delay', by: 's-1', limit: 500 } as const
    const later = '2026-03-05T00:00:00.000Z'
    const order = after(
      paid(),
      (now) => grantGoodwill(now, wish, AT),
      (now) => cancelOrder(now, { by: 'customer', at: later }),
    )
    expect(refundsOfCancellation(order)).toMatchObject([{ amount: 15_303 }])
  })

  it('nothing of what happens inside', () => {
    expect(owed(shipped(), turnAway('p1'))).toEqual([])
    expect(owed(unpaid(), opened())).toEqual([])
  })
})
