import { describe, expect, it } from 'vitest'
import { requestAfterSales } from '../../domain/aftersales.ts'
import { accept } from '../../domain/decision.ts'
import {
  archiveOrder,
  cancelOrder,
  completeOrder,
  isAtRest,
  owesEffects,
  reachableUntil,
} from '../../domain/lifecycle.ts'
import type { Order } from '../../domain/order.ts'
import { expire, raise } from '../../domain/payment.ts'
import { DEFAULT_POLICY } from '../../domain/policy.ts'
import { labelVoided } from '../../domain/shipping.ts'
import {
  after,
  AT,
  booked,
  dataOf,
  DAY,
  delivered,
  handOver,
  hear,
  later,
  onDelivery,
  opened,
  packed,
  paid,
  placedSmall,
  refunded,
  refusalOf,
  report,
  scan,
  shipped,
  typesOf,
  unpaid,
} from './support.ts'

const cancels = (order: Order) => cancelOrder(order, { by: 'customer', at: AT })
const expires = (order: Order) => expire(order, AT)
const completes = (by: 'customer' | 'policy') => (order: Order) => completeOrder(order, by, AT)
const asks =
  (items = [{ lineId: 'l1', quantity: 1 }], at = AT) =>
  (order: Order) =>
    requestAfterSales(order, { ...report(), type: 'refund_only', reason: 'damaged', items }, at)
const awaiting = () => after(paid(placedSmall()), ...packed('f1'), booked('p1'))

describe('a cancellation', () => {
  it('before payment closes the payment, and owes nobody anything', () => {
    expect(typesOf(cancels(after(unpaid(), opened())))).toEqual([
      ...['order.cancelled', 'fulfillment.cancelled', 'fulfillment.cancelled', 'tender.closing'],
    ])
  })

  it('after payment takes the whole charge back, freight too, and pays it back', () => {
    const decision = cancels(paid())
    expect(dataOf(decision, 'charge.reversed').freight).toBe(1400)
    expect(dataOf(decision, 'refund.requested')).toMatchObject({
      ...{ tenderId: 't1', amount: 15803, reason: 'cancelled' },
    })
  })

  it('of an order paid at the door waives the cash and pays nothing back', () => {
    expect(typesOf(cancels(onDelivery()))).toEqual([
      ...['order.cancelled', 'fulfillment.cancelled', 'fulfillment.cancelled'],
      ...['tender.waived', 'charge.reversed'],
    ])
  })

  it('answers the open question about its booking', () => {
    const asked = after(awaiting(), (order) =>
      accept(raise(order, { kind: 'BOOKING_FAILED', subject: 'p1', at: AT })),
    )
    expect(dataOf(cancels(asked), 'task.resolved')).toMatchObject({
      taskId: 'k1',
      action: 'cancel',
    })
  })

  it('is possible until the first parcel has left', () => {
    expect(refusalOf(cancels(awaiting()))).toBeUndefined()
    expect(refusalOf(cancels(after(awaiting(), handOver('p1'))))).toBe('ALREADY_SHIPPED')
    expect(refusalOf(cancels(after(awaiting(), scan('p1', 'returned'))))).toBe('ALREADY_SHIPPED')
  })

  it('happens once, and not to an order that has ended', () => {
    expect(refusalOf(cancels(after(paid(), cancels)))).toBe('ORDER_CLOSED')
    expect(refusalOf(cancels(after(unpaid(), expires)))).toBe('ORDER_CLOSED')
  })
})

describe('a completion', () => {
  it.each(['customer', 'policy'] as const)('S0-3.5a by the %s follows delivery', (by) => {
    expect(refusalOf(completes(by)(shipped()))).toBe('NOT_DELIVERED')
    expect(dataOf(completes(by)(delivered()), 'order.completed').by).toBe(by)
    expect(refusalOf(completes(by)(after(delivered(), completes('customer'))))).toBe('ORDER_CLOSED')
  })

  it('S0-3.5a by the policy waits while the customer asks for something; the customer may', () => {
    const order = after(delivered(), asks())
    expect(refusalOf(completes('policy')(order))).toBe('WRONG_STATE')
    expect(refusalOf(completes('customer')(order))).toBeUndefined()
  })
})

describe('an after-sales request', () => {
  const until = later(DEFAULT_POLICY.afterSalesWindow)

  it('is taken from delivery to the end of its window', () => {
    expect(refusalOf(asks()(shipped()))).toBe('NOT_DELIVERED')
    expect(refusalOf(asks(undefined, later(DAY))(delivered()))).toBeUndefined()
    expect(refusalOf(asks(undefined, until)(delivered()))).toBe('WINDOW_CLOSED')
  })

  it.each([
    ['a line that is not there', [{ lineId: 'l9', quantity: 1 }]],
    ['more units than were bought', [{ lineId: 'l1', quantity: 3 }]],
    [
      'more units than were bought, in pieces',
      [
        { lineId: 'l1', quantity: 2 },
        { lineId: 'l1', quantity: 1 },
      ],
    ],
  ])('is refused for %s', (_what, items) => {
    expect(refusalOf(asks(items)(delivered()))).toBe('UNKNOWN_LINE')
  })
})

describe('an order at rest', () => {
  const late = () => after(unpaid(), opened(), expires, hear({ type: 'closed' }), hear())

  const proposed = () =>
    after(delivered(), (order) =>
      accept(raise(order, { kind: 'REFUND_APPROVAL', subject: 'g1', at: AT })),
    )

  it.each([
    ['a refund is on its way', () => after(paid(), cancels)],
    ['a platform closes a payment', () => after(unpaid(), opened(), cancels)],
    ['a label is to be voided', () => after(awaiting(), cancels, refunded)],
    ['a late payment is to be settled', late],
    ['a person is asked', () => after(awaiting(), scan('p1', 'lost'))],
  ])('it is not while %s', (_what, given) => expect(isAtRest(given())).toBe(false))

  it.each([
    ['paid back', () => after(paid(), cancels, refunded)],
    ['delivered', () => delivered()],
    ['good will waits for a second person', proposed],
    [
      'cancelled and its label voided',
      () =>
        after(awaiting(), cancels, refunded, (order) =>
          labelVoided(order, { parcelId: 'p1', outcome: 'cancelled', at: AT }),
        ),
    ],
  ])('it is when %s', (_what, given) => expect(isAtRest(given())).toBe(true))

  it('owes effects for a late payment, a refund, a closing, a label and a parcel to book', () => {
    const packing = after(paid(placedSmall()), ...packed('f1'))
    const closing = after(unpaid(), opened(), cancels)
    const label = after(awaiting(), cancels, refunded)
    for (const order of [late(), after(paid(), cancels), closing, label, packing]) {
      expect(owesEffects(order)).toBe(true)
    }
    expect(owesEffects(delivered())).toBe(false)
  })

  it('is not put away while a late payment, a refund or a fulfillment waits', () => {
    for (const order of [late(), after(paid(), cancels), paid()]) {
      expect(refusalOf(archiveOrder(order, AT))).toBe('WRONG_STATE')
    }
  })

  it('is put away once', () => {
    const archives = (order: Order) => archiveOrder(order, AT)
    expect(refusalOf(archives(after(delivered(), archives)))).toBe('NO_CHANGE')
  })
})

describe('the last clock', () => {
  it.each([
    ['the after-sales window of a delivered order', () => delivered(), 15],
    ['the late window of a cancelled order', () => after(paid(), cancels), 3],
    ['the late window of an expired order', () => after(unpaid(), expires), 3],
  ])('is %s', (_what, given, days) => {
    expect(reachableUntil(given())).toBe(Date.parse(later(days * DAY)))
  })

  it('of an order that came back starts with the last return', () => {
    const back = after(awaiting(), scan('p1', 'returned'))
    expect(back.closedAt).toBe(AT)
    expect(reachableUntil(back)).toBe(Date.parse(later(3 * DAY)))
  })
})
