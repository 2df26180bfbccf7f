import { describe, expect, it } from 'vitest'
import { withRefunds } from '../../domain/account.ts'
import { accept } from '../../domain/decision.ts'
import { foldOrder } from '../../domain/evolve.ts'
import { cancelOrder, isAtRest } from '../../domain/lifecycle.ts'
import type { Order } from '../../domain/order.ts'
import { raise } from '../../domain/payment.ts'
import { refundDecided } from '../../domain/refund.ts'
import type { RefundOutcome } from '../../domain/refund.ts'
import { reversalOf } from '../../domain/reversal.ts'
import { offeredOn, resolveTask } from '../../domain/task.ts'
import { after, AT, dataOf, delivered, event, paid, placed, refusalOf, typesOf } from './support.ts'

const captured = { source: 'webhook', externalId: 'x' } as const

/** Paid by card and from a wallet; `gone` is what went back on the card before. */
const paidByTwo = ({ card = 10_000, gone = 0 } = {}) =>
  after(foldOrder([placed()]), () =>
    accept(
      event('tender.added', { tenderId: 't1', method: 'card', amount: card }),
      event('tender.added', {
        tenderId: 't2',
        method: 'wallet',
        amount: 15_803 - card,
        account: 'w',
      }),
      event('tender.captured', { tenderId: 't1', amount: card, ...captured }),
      event('tender.captured', { tenderId: 't2', amount: 15_803 - card, ...captured }),
      event('order.paid', {}),
      event('order.accepted', {}),
      ...credit(gone),
      event('refund.requested', { refundId: 'r1', tenderId: 't1', amount: gone, reason: 'x' }),
    ),
  )

const credit = (amount: number) => {
  const concessions = [{ kind: 'goodwill' as const, amount }]
  return [event('charge.reversed', { id: 'v', reason: 'x', lines: [], freight: 0, concessions })]
}

const sharesOf = (events: ReturnType<typeof withRefunds>) =>
  events.flatMap(({ type, data }) =>
    type === 'refund.requested' ? [[data.tenderId, data.amount]] : [],
  )

describe('a refund', () => {
  it('D15 of more than is left on the card takes the rest from the wallet', () => {
    const order = paidByTwo({ gone: 8000 })
    const from = { at: AT, reason: 'returned', from: 't1' }
    expect(sharesOf(withRefunds(order, credit(5000), from))).toEqual([
      ['t1', 2000],
      ['t2', 3000],
    ])
  })

  it('D15 of all that is left leaves nothing on either', () => {
    const order = paidByTwo({ gone: 8000 })
    expect(sharesOf(withRefunds(order, credit(7803), { at: AT, reason: 'returned' }))).toEqual([
      ['t1', 2000],
      ['t2', 5803],
    ])
  })

  it('D8 of three units that were announced is of the two that came back', () => {
    const note = { at: AT, reason: 'returned', freight: 0 }
    const back = (quantity: number) => (order: Order) =>
      accept(reversalOf(order, [{ lineId: 'l3', quantity }], note))
    const received = dataOf(back(2)(delivered()), 'charge.reversed')
    expect(received.lines).toMatchObject([{ lineId: 'l3', quantity: 2, amount: 2819 }])
    const third = dataOf(back(1)(after(delivered(), back(2))), 'charge.reversed')
    expect(third.lines).toMatchObject([{ quantity: 1, amount: 1410 }])
  })
})

describe('a refund that was undecided for long', () => {
  const asked = () =>
    after(
      paid(),
      (order) => cancelOrder(order, { by: 'customer', at: AT }),
      (order) => accept(raise(order, { kind: 'REFUND_UNDECIDED', subject: 'r1', at: AT })),
    )
  const decided = (outcome: RefundOutcome) => (order: Order) =>
    refundDecided(order, { refundId: 'r1', outcome, at: AT })

  it('closes its question, however it ends', () => {
    expect(typesOf(decided({ externalRefundId: 're_1' })(asked()))).toEqual([
      ...['refund.succeeded', 'task.resolved'],
    ])
    const failed = after(asked(), decided({ code: 'CARD_CLOSED' }))
    expect(failed.tasks).toMatchObject([
      { kind: 'REFUND_UNDECIDED', open: false },
      { kind: 'REFUND_FAILED', code: 'CARD_CLOSED', open: true },
    ])
  })

  it('is told once how it ended', () => {
    const outcome = { externalRefundId: 're_1' }
    expect(refusalOf(decided(outcome)(after(asked(), decided(outcome))))).toBe('NO_CHANGE')
  })
})

describe('a refund that failed', () => {
  const stuck = (code = 'CARD_CLOSED') =>
    after(
      paid(),
      (order) => cancelOrder(order, { by: 'customer', at: AT }),
      () => accept(event('refund.failed', { refundId: 'r1', code })),
      (order) => accept(raise(order, { kind: 'REFUND_FAILED', subject: 'r1', code, at: AT })),
    )
  const answer = (action: 'retry' | 'wallet' | 'skip') => (order: Order) =>
    resolveTask(order, { taskId: 'k1', action, by: 'support-1' }, AT)

  it('goes to the customer’s wallet once they agree', () => {
    const decision = answer('wallet')(stuck())
    expect(typesOf(decision)).toEqual(['task.resolved', 'refund.rerouted'])
    expect(dataOf(decision, 'refund.rerouted').account).toBe('wallet:c-1:CNY')
    expect(after(stuck(), answer('wallet')).refunds).toMatchObject([
      { status: 'requested', attempt: 1, account: 'wallet:c-1:CNY' },
    ])
  })

  it('is tried again, or paid by hand from the bank', () => {
    expect(after(stuck(), answer('retry')).refunds).toMatchObject([{ attempt: 2 }])
    expect(after(stuck(), answer('skip')).refunds).toMatchObject([{ status: 'manual' }])
  })

  it('that its platform can still complete goes no other way', () => {
    const abnormal = stuck('REFUND_ABNORMAL')
    expect(abnormal.tasks.map((task) => offeredOn(abnormal, task))).toEqual([['retry']])
    expect(refusalOf(answer('wallet')(abnormal))).toBe('ACTION_NOT_OFFERED')
    expect(refusalOf(answer('skip')(abnormal))).toBe('ACTION_NOT_OFFERED')
    expect(after(abnormal, answer('retry')).refunds).toMatchObject([{ attempt: 2 }])
  })

  it('keeps its order open until someone has answered', () => {
    expect(isAtRest(stuck())).toBe(false)
    expect(isAtRest(after(stuck(), answer('skip')))).toBe(true)
    expect(refusalOf(answer('skip')(after(stuck(), answer('skip'))))).toBe('UNKNOWN_TASK')
  })
})
