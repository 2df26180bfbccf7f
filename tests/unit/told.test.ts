import { describe, expect, it } from 'vitest'
import { chargeOf, creditedOf, takenBackOf } from '../../domain/account.ts'
import { accept } from '../../domain/decision.ts'
import type { Decision } from '../../domain/decision.ts'
import { reportDispute } from '../../domain/dispute.ts'
import { evolve, foldOrder } from '../../domain/evolve.ts'
import { grantGoodwill } from '../../domain/goodwill.ts'
import { cancelOrder } from '../../domain/lifecycle.ts'
import type { Locale } from '../../domain/locale.ts'
import { BACK_TO, wayBack } from '../../domain/means.ts'
import type { Order } from '../../domain/order.ts'
import { raise } from '../../domain/payment.ts'
import type { DisputeReport } from '../../domain/reports.ts'
import { capturedOf, refundedOf } from '../../domain/status.ts'
import { resolveTask } from '../../domain/task.ts'
import { choosePayment, valueHeld } from '../../domain/tender.ts'
import { aboutOf, sentenceOf } from '../../web/sentence.ts'
import type { Entry } from '../../web/tracked.ts'
import { WORDING } from '../../web/wording.ts'
import { after, AT, eventsOf, hear, opened, paid, placed, refunded, report } from './support.ts'
import { reader, track } from './tracked.ts'

/** What an order's customer is told of their money: its totals, and the words of its timeline. */

type Decide = (order: Order) => Decision

/** What a customer reads of what `decides` do to an order, oldest first. */
function told(order: Order, locale: Locale, ...decides: Decide[]): string[] {
  const entries: Entry[] = []
  let now = order
  for (const decide of decides) {
    for (const event of eventsOf(decide(now))) {
      now = evolve(now, event)
      entries.push({ ...event, seq: entries.length + 1 })
    }
  }
  const about = aboutOf(track(now), WORDING[locale], reader(locale))
  return entries
    .flatMap((entry) => sentenceOf(entry, WORDING[locale], about) ?? [])
    .map((sentence) => sentence.replaceAll('\u00A0', ' '))
}

const dispute =
  (type: DisputeReport['type'], amount = 15_803) =>
  (order: Order) =>
    reportDispute(
      order,
      {
        ...{ ...report(), type, tenderId: 't1', disputeId: 'dp_1', amount },
        ...{ currency: 'CNY', reason: 'fraudulent' },
      },
      AT,
    )

const grant: Decide = (order) =>
  grantGoodwill(order, { eventId: 'g-1', amount: 500, reason: 'delay', by: 's-1', limit: 500 }, AT)

const cancelAll: Decide = (order) => cancelOrder(order, { by: 'customer', at: AT })

const stuck = (refundId: string) => (order: Order) =>
  accept(
    { type: 'refund.failed', at: AT, data: { refundId, code: 'REQUEST_REFUSED' } },
    raise(order, { kind: 'REFUND_FAILED', subject: refundId, at: AT }),
  )

const answered = (action: 'wallet' | 'skip') => (order: Order) =>
  resolveTask(order, { taskId: 'k1', action, by: 'support-1' }, AT)

const totals = (order: Order) => ({
  total: order.payable - creditedOf(order),
  ...{ paid: capturedOf(order), refunded: refundedOf(order), takenBack: takenBackOf(order) },
})

/** Chosen, with 30.00 from the wallet and the rest by Alipay. */
const mixed: Decide = (order) =>
  choosePayment(order, {
    wishes: [{ method: 'wallet', amount: 3000, account: 'w' }, { method: 'alipay' }],
    at: AT,
  })
const held: Decide = (order) => valueHeld(order, { tenderId: 't1', isHeld: true, at: AT })

describe('the totals of an order', () => {
  it('are never below zero, also when a bank takes back what good will had given', () => {
    const lost = after(paid(), grant, refunded, dispute('dispute_lost'))
    expect(chargeOf(lost)).toBe(-500)
    expect(totals(lost)).toEqual({ total: 0, paid: 15_803, refunded: 500, takenBack: 15_803 })
  })

  it('add up with what a bank took back, before a cancellation and after it', () => {
    const open = after(paid(), dispute('disputed'))
    const sums = { paid: 15_803, refunded: 0 }
    expect(totals(open)).toEqual({ total: 15_803, ...sums, takenBack: 0 })
    const lost = after(open, dispute('dispute_lost'))
    expect(totals(lost)).toEqual({ total: 0, ...sums, takenBack: 15_803 })
    expect(totals(after(lost, cancelAll))).toEqual(totals(lost))
    const won = after(open, dispute('dispute_won'))
    expect(totals(won)).toEqual(totals(open))
  })
})

describe('the timeline of a dispute that is lost', () => {
  it('tells each thing once, and nothing of no amount', () => {
    const way = [dispute('disputed'), dispute('dispute_lost'), cancelAll]
    const sentences = told(after(paid(), grant, refunded), 'en', ...way)
    expect(sentences).toEqual([
      'Your bank is looking into CNY 158.03 and holds it; the order waits until it has decided',
      'Your bank has taken CNY 158.03 back for you',
      'You cancelled the order',
      expect.stringContaining('was cancelled'),
      expect.stringContaining('was cancelled'),
    ])
    expect(told(paid(), 'zh', ...way).join()).not.toContain('0.00')
  })

  it('says of a refund only that it is called off, as the bank may have paid a part alone', () => {
    const failed = after(paid(), cancelAll, stuck('r1'))
    const sentences = told(failed, 'en', dispute('dispute_lost', 10_000))
    expect(sentences).toContain(
      'The refund of CNY 158.03 was called off, as your bank has paid you itself',
    )
    expect(sentences).toContain('A refund of CNY 58.03 to your card is on its way')
  })
})

describe('a payment by several means', () => {
  it('is told by its means and amounts, in both languages', () => {
    const declined = hear({ tenderId: 't2', type: 'failed' })
    const way = [mixed, held, opened('t2'), declined]
    expect(told(foldOrder([placed()]), 'en', ...way)).toEqual([
      'You chose to pay CNY 30.00 from your wallet',
      'You chose to pay CNY 128.03 by Alipay',
      'The payment of CNY 128.03 by Alipay was declined; nothing was charged for it',
      'CNY 30.00 from your wallet is no longer set aside',
    ])
    expect(told(foldOrder([placed()]), 'zh', ...way).at(-2)).toBe(
      '支付宝 ¥128.03 付款被拒绝，该笔未产生扣款',
    )
    const short: Decide = (order) => valueHeld(order, { tenderId: 't1', isHeld: false, at: AT })
    expect(told(foldOrder([placed()]), 'en', mixed, short)).toContain(
      'There was not enough for CNY 30.00 from your wallet; nothing was taken',
    )
  })

  it('goes back by the means that it came, or as was agreed', () => {
    const order = after(
      ...[foldOrder([placed()]), mixed, held, opened('t2')],
      ...[hear({ tenderId: 't2', amount: 12_803 }), cancelAll],
    )
    const ways = (now: Order) => now.refunds.map((refund) => BACK_TO[wayBack(now, refund)].en)
    expect(ways(order)).toEqual(['to your wallet', 'to your Alipay account'])
    const failed = after(order, stuck('r2'))
    expect(ways(after(failed, answered('wallet')))).toEqual(['to your wallet', 'to your wallet'])
    expect(ways(after(failed, answered('skip')))[1]).toBe('to your bank account')
  })
})
