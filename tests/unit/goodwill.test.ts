import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chargeOf, heldOf } from '../../domain/account.ts'
import { cancel } from '../../domain/cancellation.ts'
import type { Decision } from '../../domain/decision.ts'
import { evolve, foldOrder } from '../../domain/evolve.ts'
import { grantable, grantGoodwill } from '../../domain/goodwill.ts'
import type { Goodwill } from '../../domain/goodwill.ts'
import { cancelOrder } from '../../domain/lifecycle.ts'
import { sum } from '../../domain/money.ts'
import type { Order } from '../../domain/order.ts'
import { capturedOf } from '../../domain/status.ts'
import { resolveTask } from '../../domain/task.ts'
import { createBooks } from './books.ts'
import {
  after,
  AT,
  dataOf,
  delivered,
  event,
  eventsOf,
  onDelivery,
  paid,
  placed,
  refunded,
  refusalOf,
  report,
  typesOf,
  unpaid,
} from './support.ts'

const LIMIT = 2000

const grant =
  (amount: number, overrides: Partial<Goodwill> = {}) =>
  (order: Order) => {
    const { eventId } = report()
    const wish = { eventId, amount, reason: 'delay', by: 'support-1', limit: LIMIT } as const
    return grantGoodwill(order, { ...wish, ...overrides }, AT)
  }

const answer = (action: 'approve' | 'reject', by: string) => (order: Order) =>
  resolveTask(order, { taskId: 'k1', action, by }, AT)

const cancelAll = (order: Order) => cancelOrder(order, { by: 'customer', at: AT })

const refundsOf = ({ refunds }: Order) => sum(refunds.map(({ amount }) => amount))

describe('a goodwill refund', () => {
  it('D20 of ¥5 goes back without a return, and nothing else changes', () => {
    const decision = grant(500)(delivered())
    expect(typesOf(decision)).toEqual(['charge.reversed', 'refund.requested'])
    expect(dataOf(decision, 'charge.reversed')).toMatchObject({
      ...{ lines: [], freight: 0, concessions: [{ kind: 'goodwill', amount: 500 }] },
    })
    expect(dataOf(decision, 'refund.requested')).toMatchObject({ amount: 500, reason: 'goodwill' })
  })

  it('is of money that came, is still charged, and is not on its way back', () => {
    expect(refusalOf(grant(1)(unpaid()))).toBe('NOT_ACCEPTED')
    expect(refusalOf(grant(1)(onDelivery()))).toBe('AMOUNT_TOO_HIGH')
    expect(grantable(paid())).toBe(15_803)
    expect(refusalOf(grant(15_804, { limit: 20_000 })(paid()))).toBe('AMOUNT_TOO_HIGH')
    const most = after(paid(), grant(15_803, { limit: 20_000 }))
    expect([grantable(most), chargeOf(most), heldOf(most)]).toEqual([0, 0, 0])
    expect(refusalOf(grant(1)(most))).toBe('AMOUNT_TOO_HIGH')
  })

  it('that is asked for twice is granted once', () => {
    const once = after(paid(), grant(500, { eventId: 'wish-1' }))
    expect(eventsOf(grant(500, { eventId: 'wish-1' })(once))).toEqual([])
    const proposed = after(paid(), grant(5000, { eventId: 'wish-2' }))
    expect(eventsOf(grant(5000, { eventId: 'wish-2' })(proposed))).toEqual([])
  })
})

describe('goodwill above the limit', () => {
  const proposed = () => after(paid(), grant(LIMIT + 1))

  it('is proposed, and asks a second person', () => {
    const decision = grant(LIMIT + 1)(paid())
    expect(typesOf(decision)).toEqual(['goodwill.proposed', 'task.raised'])
    expect(dataOf(decision, 'goodwill.proposed')).toMatchObject({
      ...{ proposalId: 'g1', amount: LIMIT + 1, reason: 'delay', by: 'support-1' },
    })
    expect(dataOf(decision, 'task.raised')).toMatchObject({
      ...{ kind: 'REFUND_APPROVAL', subject: 'g1' },
    })
  })

  it('counts all that the order was granted, so that parts of it are no way around', () => {
    const granted = after(paid(), grant(LIMIT - 1), grant(1))
    expect(granted.proposals).toEqual([])
    expect(typesOf(grant(1)(granted))).toEqual(['goodwill.proposed', 'task.raised'])
  })

  it('is granted by someone else, and by nobody alone', () => {
    expect(refusalOf(answer('approve', 'support-1')(proposed()))).toBe('SELF_APPROVAL')
    expect(typesOf(answer('approve', 'finance-1')(proposed()))).toEqual([
      ...['task.resolved', 'charge.reversed', 'refund.requested'],
    ])
  })

  it('is rejected, or taken back, without a trace in the money', () => {
    expect(typesOf(answer('reject', 'finance-1')(proposed()))).toEqual(['task.resolved'])
    expect(typesOf(answer('reject', 'support-1')(proposed()))).toEqual(['task.resolved'])
  })

  it('is never more than is still there when it is approved', () => {
    const cancelled = after(proposed(), cancelAll)
    expect(refusalOf(answer('approve', 'finance-1')(cancelled))).toBe('AMOUNT_TOO_HIGH')
    expect(typesOf(answer('reject', 'finance-1')(cancelled))).toEqual(['task.resolved'])
  })
})

describe('goods that go back after goodwill', () => {
  it('take it along as far as they cost more than is still charged', () => {
    const decision = cancelAll(after(paid(), grant(500)))
    expect(dataOf(decision, 'charge.reversed').concessions).toEqual([
      { kind: 'goodwill', amount: -500 },
    ])
    expect(dataOf(decision, 'refund.requested').amount).toBe(15_303)
  })

  it('leave it where what is kept is dearer', () => {
    const items = [{ lineId: 'l2', quantity: 1 }]
    const decision = cancel(after(paid(), grant(500)), { by: 'customer', items, at: AT })
    expect(dataOf(decision, 'charge.reversed').concessions).toBeUndefined()
    expect(dataOf(decision, 'refund.requested').amount).toBe(2300)
  })

  it('of several means of payment give back what each took, whatever was granted and cancelled', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 15_802 }), fc.array(wish(), { maxLength: 12 }), live),
      { seed: 20_261_122, numRuns: 300 },
    )
  })
})

type Wish = { goodwill: number } | { lineId: string; quantity: number }

const wish = (): fc.Arbitrary<Wish> =>
  fc.oneof(
    fc.record({ goodwill: fc.integer({ min: 1, max: 9000 }) }),
    fc.record({
      lineId: fc.constantFrom('l1', 'l2', 'l3'),
      quantity: fc.integer({ min: 1, max: 3 }),
    }),
  )

/** Paid by wallet and card; then goodwill and cancelled units in any order; then the rest is cancelled. */
function live(wallet: number, wishes: readonly Wish[]): void {
  const first = placed()
  const books = createBooks(foldOrder([first]))
  let order = foldOrder([first])
  const record = (decision: Decision) => {
    if ('refusal' in decision) return
    for (const one of decision.events) {
      order = evolve(order, one)
      books.post(order, one)
    }
  }
  record({ events: twoTenders(wallet, order.payable - wallet) })
  for (const one of wishes) {
    if ('goodwill' in one) record(grant(one.goodwill, { limit: 100_000 })(order))
    else record(cancel(order, { by: 'customer', items: [one], at: AT }))
    const kept = capturedOf(order) - refundsOf(order)
    expect([chargeOf(order), heldOf(order)]).toEqual([kept, kept])
  }
  if (order.closure === 'none') record(cancelAll(order))
  while (order.refunds.some(({ status }) => status === 'requested')) record(refunded(order))
  expect(refundsOf(order)).toBe(order.payable)
  for (const { id, amount } of order.tenders) {
    const own = order.refunds.filter(({ tenderId }) => tenderId === id)
    expect(sum(own.map((refund) => refund.amount))).toBe(amount)
  }
  expect(chargeOf(order)).toBe(0)
  expect([...books.accounts.values()].filter((balance) => balance !== 0)).toEqual([])
}

function twoTenders(wallet: number, card: number) {
  const captured = { source: 'webhook', externalId: 'x' } as const
  return [
    event('tender.added', { tenderId: 't1', method: 'wallet', amount: wallet, account: 'w' }),
    event('tender.added', { tenderId: 't2', method: 'card', amount: card }),
    event('tender.captured', { tenderId: 't1', amount: wallet, ...captured }),
    event('tender.captured', { tenderId: 't2', amount: card, ...captured }),
    event('order.paid', {}),
    event('order.accepted', {}),
  ]
}
