import { describe, expect, it } from 'vitest'
import { cashDue, chargeOf, heldOf } from '../../domain/account.ts'
import { reportDispute } from '../../domain/dispute.ts'
import { foldOrder } from '../../domain/evolve.ts'
import { sum } from '../../domain/money.ts'
import type { Order } from '../../domain/order.ts'
import { expire, isLate, settleLate } from '../../domain/payment.ts'
import { reportRemittance } from '../../domain/remittance.ts'
import { reportTracking } from '../../domain/shipping.ts'
import { resolveTask } from '../../domain/task.ts'
import { choosePayment } from '../../domain/tender.ts'
import type { TenderWish } from '../../domain/tender.ts'
import {
  after,
  AT,
  booked,
  handOver,
  hear,
  onDelivery,
  opened,
  packed,
  placed,
  report,
  shipped,
  sign,
} from './support.ts'

/** Cash at the door that doesn't come as it should, and prices of which a part was paid before. */

const answer =
  (action: 'skip' | 'cancel', kind = 'CASH_MISMATCH') =>
  (order: Order) => {
    const task = order.tasks.find((one) => one.open && one.kind === kind)
    return resolveTask(order, { taskId: task?.id ?? 'none', action, by: 'finance-1' }, AT)
  }

const scanned = (parcelId: string, type: 'refused' | 'returned') => (order: Order) =>
  reportTracking(order, { ...report(), parcelId, type }, AT)

/** 10974 by card, 4829 at the door; the first fulfillment costs just that, the second the rest. */
const prepaid = (order = foldOrder([placed()])) =>
  after(
    order,
    (one) =>
      choosePayment(one, {
        wishes: [{ method: 'card', amount: 10974 }, { method: 'cod' }],
        at: AT,
      }),
    opened('t1'),
    hear({ tenderId: 't1', externalId: 'pi_t1' }),
  )

const paidOut = (order: Order) => sum(order.refunds.map(({ amount }) => amount))
const onTheRoad = (order: Order) =>
  after(
    order,
    ...[...packed('f1'), ...packed('f2'), booked('p1'), booked('p2')],
    ...[handOver('p1'), handOver('p2')],
  )

/** Two consignments, 500 each where something of them is paid at the door. */
const costly = () => {
  const { data, ...event } = placed()
  return foldOrder([{ ...event, data: { ...data, policy: { ...data.policy, cashFee: 500 } } }])
}
const choose =
  (...wishes: TenderWish[]) =>
  (order: Order) =>
    choosePayment(order, { wishes, at: AT })

describe('what paying at the door costs', () => {
  it('S1-1.3b is a part of the freight of each consignment, and due with its first parcel', () => {
    const order = onTheRoad(after(costly(), choose({ method: 'cod' })))
    expect([order.payable, order.freight - foldOrder([placed()]).freight]).toEqual([16803, 1000])
    expect(order.parcels.map((parcel) => cashDue(order, parcel))).toEqual([11474, 5329])
    const done = after(order, sign('p1', 11474), sign('p2', 5329))
    expect([done.tenders[0]?.status, heldOf(done), paidOut(done)]).toEqual(['collected', 16803, 0])
  })

  it('is for the rest alone, where a part was paid before', () => {
    const order = prepaid(costly())
    expect(order.tenders.map(({ amount }) => amount)).toEqual([10974, 5829])
  })

  it('goes back with what is refused', () => {
    const order = onTheRoad(after(costly(), choose({ method: 'cod' })))
    const done = after(
      order,
      sign('p1', 11474),
      scanned('p2', 'refused'),
      scanned('p2', 'returned'),
    )
    expect([chargeOf(done), paidOut(done)]).toEqual([11474, 0])
  })

  it('is off again once the customer pays otherwise, and asked once', () => {
    const chosen = after(costly(), choose({ method: 'card', amount: 10_000 }, { method: 'cod' }))
    expect(chosen.accepted).toBe(false)
    const again = after(chosen, choose({ method: 'card', amount: 10_000 }, { method: 'cod' }))
    expect([again.payable, again.size]).toEqual([16803, chosen.size])
    const card = after(again, choose({ method: 'card' }))
    expect([card.payable, card.tenders.at(-1)?.amount]).toEqual([15803, 15803])
  })

  /** All of the price is open at one platform when the customer chooses a card and cash instead. */
  const otherwise = after(
    after(costly(), choose({ method: 'alipay' })),
    opened('t1'),
    choose({ method: 'card', amount: 10_000 }, { method: 'cod' }),
    opened('t2'),
  )
  const paidElsewhere = hear({ tenderId: 't1', externalId: 'pi_t1', amount: 15803 })

  it('is off where all the rest was paid before, and nothing is collected', () => {
    expect(otherwise.payable).toBe(16803)
    const order = after(otherwise, paidElsewhere)
    expect([order.accepted, order.payable, paidOut(order)]).toEqual([true, 15803, 0])
    expect(order.tenders.map(({ status }) => status)).toEqual(['captured', 'closing', 'voided'])
  })

  it('keeps nobody from being done who paid all the rest after a card was declined', () => {
    const declined = after(
      otherwise,
      hear({ tenderId: 't2', externalId: 'pi_t2', type: 'failed', code: 'declined' }),
    )
    expect(declined.tenders.at(-1)?.status).toBe('voided')
    const order = after(declined, paidElsewhere)
    expect([order.accepted, order.payable, paidOut(order)]).toEqual([true, 15803, 0])
  })

  it('keeps no expired order from being taken up again by a late payment of all the rest', () => {
    const late = after(otherwise, (order) => expire(order, AT), paidElsewhere)
    expect(isLate(late)).toBe(true)
    const order = after(late, (one) => settleLate(one, { stockHeld: true, at: AT }))
    expect([order.accepted, order.payable, paidOut(order)]).toEqual([true, 15803, 0])
  })

  it('is nothing where no means is cash', () => {
    expect(after(costly(), choose({ method: 'card' })).payable).toBe(15803)
  })
})

describe('cash that never came', () => {
  it('is not charged any more once a person leaves it at that', () => {
    const order = after(shipped(placed(), onDelivery()), sign('p1'), answer('skip'))
    expect(chargeOf(order)).toBe(4829)
    expect(order.reversals.at(-1)?.concessions).toEqual([
      { kind: 'shortfall', amount: 10974, parcelId: 'p1' },
    ])
  })

  it('is charged again when it comes after all: nobody gets it back', () => {
    const given = after(shipped(placed(), onDelivery()), sign('p1'), answer('skip'))
    const late = after(given, sign('p1', 10974), sign('p2', 4829))
    expect([chargeOf(late), heldOf(late), paidOut(late)]).toEqual([15803, 15803, 0])
    expect(late.tenders[0]?.status).toBe('collected')
    const ended = after(given, sign('p2', 4829), sign('p1', 10974))
    expect([chargeOf(ended), heldOf(ended), paidOut(ended)]).toEqual([15803, 15803, 0])
    const remitted = { type: 'remitted', parcelId: 'p1', carrier: 'express' } as const
    const paidOver = after(given, (order) =>
      reportRemittance(order, { ...report(), ...remitted, amount: 10974, currency: 'CNY' }, AT),
    )
    expect([chargeOf(paidOver), paidOut(paidOver)]).toEqual([15803, 0])
  })

  it('is no loss where what was paid before covers it by now', () => {
    const order = after(
      onTheRoad(prepaid()),
      ...[scanned('p1', 'refused'), scanned('p1', 'returned')],
      ...[sign('p2'), answer('skip')],
    )
    expect(order.reversals.flatMap(({ concessions = [] }) => concessions)).toEqual([])
    expect(heldOf(order)).toBe(chargeOf(order))
  })
})

describe('cash that nobody waits for', () => {
  it('is booked and asked about, where the order’s cash was settled before', () => {
    const done = after(
      onTheRoad(prepaid()),
      ...[scanned('p1', 'refused'), scanned('p1', 'returned')],
      ...[sign('p2', 4829)],
    )
    expect(paidOut(done)).toBe(10974)
    expect(heldOf(done)).toBe(chargeOf(done))
  })

  it('is a person’s matter, where nothing was to be paid at the door', () => {
    const card = after(foldOrder([placed()]), (order) =>
      choosePayment(order, { wishes: [{ method: 'card' }], at: AT }),
    )
    const paid = after(card, opened('t1'), hear({ externalId: 'pi_t1' }))
    const order = after(onTheRoad(paid), sign('p1', 500))
    expect(order.tasks).toMatchObject([{ kind: 'CASH_MISMATCH', subject: 'p1', open: true }])
  })
})

describe('a price paid in part at the door whose card payment was disputed and lost', () => {
  it('still collects the rest', () => {
    const told = (type: 'disputed' | 'dispute_lost') => (order: Order) =>
      reportDispute(
        order,
        {
          ...{ ...report(), type, tenderId: 't1', disputeId: 'dp_1', amount: 10974 },
          ...{ currency: 'CNY', reason: 'fraudulent' },
        },
        AT,
      )
    const lost = after(
      prepaid(),
      told('disputed'),
      told('dispute_lost'),
      answer('skip', 'PAYMENT_DISPUTED'),
    )
    const order = after(onTheRoad(lost), sign('p1'))
    expect(order.tenders[1]?.status).toBe('due')
    expect(order.parcels.map((parcel) => cashDue(order, parcel))).toEqual([0, 4829])
    const done = after(order, sign('p2', 4829))
    expect([chargeOf(done), heldOf(done), paidOut(done)]).toEqual([4829, 4829, 0])
  })
})
