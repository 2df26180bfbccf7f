import { describe, expect, it } from 'vitest'
import { surplusOf } from '../../domain/account.ts'
import { PAYMENT_METHODS } from '../../domain/events.ts'
import { LIMITS } from '../../domain/limits.ts'
import { cancelOrder } from '../../domain/lifecycle.ts'
import type { Order } from '../../domain/order.ts'
import { DEFAULT_POLICY } from '../../domain/policy.ts'
import {
  closePayments,
  expire,
  isLate,
  remind,
  reportPayment,
  settleLate,
} from '../../domain/payment.ts'
import { choosePayment } from '../../domain/tender.ts'
import {
  after,
  AT,
  choose,
  dataOf,
  eventsOf,
  hear,
  later,
  onDelivery,
  opened,
  paid,
  paymentReport,
  placed,
  refunded,
  refusalOf,
  typesOf,
  unpaid,
} from './support.ts'

const waiting = () => after(unpaid(), opened())
const expires = (order: Order) => expire(order, AT)
const settles = (stockHeld: boolean) => (order: Order) => settleLate(order, { stockHeld, at: AT })
const cancels = (order: Order) => cancelOrder(order, { by: 'customer', at: AT })
const expired = (first = placed()) =>
  after(unpaid(first), opened(), expires, hear({ type: 'closed' }))

describe('a capture of the right sum', () => {
  it('S0-3.2a pays and accepts the order in one decision', () => {
    const decision = hear()(waiting())
    expect(typesOf(decision)).toEqual(['tender.captured', 'order.paid', 'order.accepted'])
    expect(dataOf(decision, 'order.accepted')).toEqual({
      promisedShipAt: later(DEFAULT_POLICY.handling),
    })
  })

  it('counts although its tender was declined before, or its platform order is not known yet', () => {
    expect(typesOf(hear()(after(waiting(), hear({ type: 'failed' }))))).toContain('order.paid')
    expect(typesOf(hear()(unpaid()))).toContain('order.paid')
  })

  it('is absorbed by its event id, and under another id by state', () => {
    const report = paymentReport(waiting())
    const order = after(waiting(), (now) => reportPayment(now, report, AT))
    expect(refusalOf(reportPayment(order, report, AT))).toBe('REPEATED')
    expect(refusalOf(reportPayment(order, { ...report, eventId: 'other' }, AT))).toBe('NO_CHANGE')
  })

  it('S0-3.3a found by asking says so', () => {
    expect(dataOf(hear({ source: 'query' })(waiting()), 'tender.captured').source).toBe('query')
    expect(dataOf(hear()(waiting()), 'tender.captured').source).toBe('webhook')
  })

  it('of an unknown tender is refused', () => {
    expect(refusalOf(hear({ tenderId: 't9' })(waiting()))).toBe('UNKNOWN_TENDER')
  })
})

describe('a capture that does not fit', () => {
  it.each([{ amount: 15802 }, { amount: 15804 }, { currency: 'USD' }])(
    'S0-3.3b by %o does not pay the order and raises a task',
    (wrong) => {
      const decision = hear(wrong)(waiting())
      expect(typesOf(decision)).toEqual(['tender.mismatched', 'task.raised'])
      expect(dataOf(decision, 'task.raised')).toMatchObject({
        kind: 'PAYMENT_MISMATCH',
        subject: 't1',
      })
    },
  )

  it('leaves the order payable by another tender', () => {
    const order = after(waiting(), hear({ amount: 15802 }), choose('card'))
    expect(order.tenders[1]).toMatchObject({ id: 't2', amount: 15803, status: 'created' })
    expect(typesOf(hear({ tenderId: 't2' })(order))).toContain('order.paid')
  })
})

describe('a second payment', () => {
  const twice = () =>
    after(waiting(), hear({ type: 'closed' }), choose('card'), hear({ tenderId: 't2' }))

  it('goes back on the tender that brought it', () => {
    const decision = hear({ tenderId: 't1' })(twice())
    expect(dataOf(decision, 'refund.requested')).toEqual({
      ...{ refundId: 'r1', tenderId: 't1', amount: 15803, reason: 'surplus' },
    })
  })

  it('leaves the first one refundable when the order is cancelled later', () => {
    const order = after(twice(), hear({ tenderId: 't1' }), refunded)
    expect(dataOf(cancels(order), 'refund.requested')).toMatchObject({
      ...{ refundId: 'r2', tenderId: 't2', amount: 15803 },
    })
  })
})

describe('a payment window that ends', () => {
  it('closes what a platform holds open before the order expires', () => {
    expect(typesOf(closePayments(waiting(), AT))).toEqual(['tender.closing'])
    expect(typesOf(closePayments(unpaid(), AT))).toEqual(['tender.voided'])
  })

  it('expires the order together with a tender that was declined before its platform order was known', () => {
    const declined = after(unpaid(), hear({ type: 'failed' }))
    expect(typesOf(expires(declined))).toEqual(['tender.voided', 'order.expired'])
  })

  it('does nothing to an order that was paid', () => {
    expect(refusalOf(expires(paid()))).toBe('NO_CHANGE')
    expect(refusalOf(closePayments(paid(), AT))).toBe('NO_CHANGE')
    expect(refusalOf(remind(paid(), { n: 1, at: AT }))).toBe('NO_CHANGE')
  })

  it('S2-1.4b is preceded by reminders, each of them once', () => {
    const reminded = after(unpaid(), (order) => remind(order, { n: 1, at: AT }))
    expect(refusalOf(remind(reminded, { n: 1, at: AT }))).toBe('NO_CHANGE')
    expect(typesOf(remind(reminded, { n: 2, at: AT }))).toEqual(['payment.reminded'])
  })
})

describe('a payment after the order expired', () => {
  it('waits for the stock, which decides whether the order is taken up again', () => {
    const late = after(expired(), hear())
    expect(isLate(late)).toBe(true)
    expect(typesOf(settles(true)(late))).toEqual([
      'order.readmitted',
      'order.paid',
      'order.accepted',
    ])
    expect(dataOf(settles(false)(late), 'refund.requested')).toMatchObject({ amount: 15803 })
  })

  it('goes back at once where the policy takes no order up again', () => {
    const strict = placed({ policy: { ...DEFAULT_POLICY, readmitLate: false } })
    expect(typesOf(hear()(expired(strict)))).toEqual(['tender.captured', 'refund.requested'])
  })

  it('is settled once', () => {
    const gone = after(expired(), hear(), settles(false))
    expect(isLate(gone)).toBe(false)
    expect(surplusOf(gone)).toBe(0)
    expect(refusalOf(settles(true)(gone))).toBe('NO_CHANGE')
  })

  it('goes back at once when the customer had cancelled', () => {
    const order = after(waiting(), cancels)
    expect(typesOf(hear()(order))).toEqual(['tender.captured', 'refund.requested'])
  })
})

describe('a choice of payment', () => {
  it('keeps the tender that is still open', () => {
    expect(eventsOf(choose('card')(waiting()))).toEqual([])
  })

  it('makes a new one when the platform closed the old one', () => {
    const order = after(waiting(), hear({ type: 'closed' }))
    expect(dataOf(choose('card')(order), 'tender.added')).toMatchObject({ tenderId: 't2' })
  })

  it('S0-3.3c of cash on delivery closes the card payment and accepts the order', () => {
    const order = after(waiting(), hear({ type: 'failed' }))
    expect(typesOf(choose('cod')(order))).toEqual([
      'tender.added',
      'order.accepted',
      'tender.closing',
    ])
  })

  it.each([
    ['ALREADY_PAID', () => paid()],
    ['ALREADY_PAID', () => onDelivery()],
    ['ORDER_CLOSED', () => expired()],
  ])('is refused as %s', (code, given) => expect(refusalOf(choose('card')(given()))).toBe(code))

  it('is not taken for an order that was brought in: its shop takes the money', () => {
    const origin = { shop: 'old', reference: 'old-1', placedAt: AT }
    const order = { ...unpaid(), tenders: [], origin }
    for (const method of PAYMENT_METHODS) {
      expect(refusalOf(choose(method)(order))).toBe('PAID_ELSEWHERE')
    }
  })

  it('is refused from the end of the window on', () => {
    const at = later(DEFAULT_POLICY.payWindow)
    expect(refusalOf(choosePayment(unpaid(), { wishes: [{ method: 'card' }], at }))).toBe(
      'WINDOW_CLOSED',
    )
  })

  it('is refused when too many were tried', () => {
    const tries = Array.from({ length: LIMITS.tenders }, (_, i) => [
      choose('card'),
      hear({ tenderId: `t${i + 1}`, type: 'closed' }),
    ]).flat()
    const order = after({ ...unpaid(), tenders: [] }, ...tries)
    expect(refusalOf(choose('card')(order))).toBe('TOO_MANY')
  })
})

describe('an opened payment', () => {
  it('is closed again when the order went on without it', () => {
    const order = after(waiting(), hear({ type: 'failed' }), choose('cod'))
    expect(refusalOf(opened()(order))).toBe('NO_CHANGE')
    const declined = { ...order.tenders[0], status: 'failed' } as Order['tenders'][number]
    expect(typesOf(opened()({ ...order, tenders: [declined] }))).toEqual([
      'tender.opened',
      'tender.closing',
    ])
  })
})
