import { ApplicationFailure, condition } from '@temporalio/workflow'
import { dueRefunds } from '../domain/account.ts'
import { accept, refuse } from '../domain/decision.ts'
import type { Decision } from '../domain/decision.ts'
import type { PaymentMethod } from '../domain/events.ts'
import { formatAmount } from '../domain/money.ts'
import { tenderOf } from '../domain/order.ts'
import type { Order, Refund, Tender } from '../domain/order.ts'
import {
  choosePayment,
  closePayments,
  closingTenders,
  expire,
  isLate,
  isPayable,
  liveTender,
  paymentOpened,
  raise,
  remind,
  reportPayment,
  settleLate,
} from '../domain/payment.ts'
import type { PaymentReport } from '../domain/reports.ts'
import { statusesOf } from '../domain/status.ts'
import { codeOf, insist, whenever } from './book.ts'
import { lookPayment, money, openPayment, stock } from './effects.ts'
import type { PaymentStep } from './messages.ts'
import type { Recorder } from './recorder.ts'
import { failureOf } from './refusal.ts'

/** Wait for the money, remind once, and let the order expire when the window ends without it. */
export async function collectPayment(book: Recorder): Promise<void> {
  const settled = () => !isPayable(book.order())
  const { payBy, placedAt, policy } = book.order()
  const remindAt = Math.min(Date.parse(placedAt) + policy.remindAfter, Date.parse(payBy))
  if (await settledBy(remindAt, 'payment reminder')) return
  await book.record(remind)
  if (await settledBy(Date.parse(payBy), 'payment window')) return
  await book.record(closePayments)
  const nothingOpen = () => settled() || closingTenders(book.order()).length === 0
  await condition(nothingOpen, policy.closeGrace, { summary: 'platform closes the payment' })
  await book.record(expire)

  function settledBy(moment: number, summary: string): Promise<boolean> | boolean {
    const left = moment - Date.now()
    return settled() || (left > 0 && condition(settled, left, { summary }))
  }
}

/** A customer's wish to pay: choose or add the tender, then have the platform make its own order for it. */
export async function startPayment(
  book: Recorder,
  { method, known }: { method: PaymentMethod; known: number },
): Promise<PaymentStep> {
  const chosen = await book.record((order, at) => choosePayment(order, { method, at }), known)
  if ('refusal' in chosen) throw failureOf(chosen.refusal)
  const tender = liveTender(book.order(), method)
  if (method === 'cod' || tender === undefined) return { status: statusesOf(book.order()).status }
  const { id: tenderId, amount } = tender
  const { id: orderId, no: orderNo, currency } = book.order()
  const summary = `open payment ${tenderId}, ${moneyOf(book, amount)}`
  const opened = await openPayment
    .executeWithOptions({ summary }, [{ orderId, orderNo, tenderId, amount, currency }])
    .catch((error: unknown) => {
      throw ApplicationFailure.nonRetryable(
        'the payment platform is away',
        'PLATFORM_AWAY',
        codeOf(error),
      )
    })
  const { externalId, clientSecret } = opened
  const noted = await book.record((order, at) => paymentOpened(order, { tenderId, externalId, at }))
  if (tenderOf(book.order(), tenderId)?.status !== 'action_required') throw gone(book.order())
  if ('recorded' in noted) void askPlatform(book, tenderId)
  return { status: statusesOf(book.order()).status, tenderId, externalId, clientSecret }
}

function moneyOf(book: Recorder, amount: number): string {
  const { currency } = book.order()
  return `${currency} ${formatAmount(amount, currency)}`
}

/** Cancelled, expired or paid otherwise while the platform was making its order; that is closed again by now. */
function gone({ closure }: Order) {
  return failureOf(closure === 'none' ? 'ALREADY_PAID' : 'ORDER_CLOSED')
}

/** A lost notice is not lost money: ask a few times while the platform still holds the payment open. */
async function askPlatform(book: Recorder, tenderId: string): Promise<void> {
  const waiting = () => {
    const status = tenderOf(book.order(), tenderId)?.status
    return status === 'action_required' || status === 'failed'
  }
  const { openedAt = '' } = tenderOf(book.order(), tenderId) ?? {}
  for (const [n, after] of book.order().policy.queryAfter.entries()) {
    const left = Date.parse(openedAt) + after - Date.now()
    if (left > 0 && (await condition(() => !waiting(), left, { summary: 'ask the platform' })))
      return
    const externalId = tenderOf(book.order(), tenderId)?.externalId ?? ''
    const summary = `ask how payment ${tenderId} stands`
    const fact = await lookPayment
      .executeWithOptions({ summary }, [{ externalId }])
      .catch(() => undefined)
    if (fact?.status === 'captured' || fact?.status === 'closed') {
      const report = reportOf(fact, {
        eventId: `query:${tenderId}:${openedAt}:${n}`,
        type: fact.status,
      })
      await book.record((order, at) => reportPayment(order, { ...report, tenderId }, at))
    }
    if (!waiting()) return
  }
}

type Fact = Awaited<ReturnType<typeof lookPayment>>

function reportOf(
  { externalId, amount, currency, tenderId }: Fact,
  { eventId, type }: { eventId: string; type: PaymentReport['type'] },
): PaymentReport {
  const occurredAt = new Date().toISOString()
  return { eventId, occurredAt, tenderId, externalId, type, amount, currency, source: 'query' }
}

/** What must happen whenever it is due, for as long as the order is open: close, pay back, take up again. */
export function keepAccounts(book: Recorder): void {
  void whenever(book, closingTenders, (tender) => closeTender(book, tender))
  void whenever(book, dueRefunds, (refund) => payBack(book, refund))
  void whenever(
    book,
    (order) => (isLate(order) ? [order] : []),
    () => takeUpLate(book),
  )
}

async function closeTender(book: Recorder, { id, externalId }: Tender): Promise<void> {
  const fact =
    externalId === undefined
      ? undefined
      : await insist(book, { kind: 'PAYMENT_CLOSE_FAILED', subject: id }, () =>
          money.closePayment.executeWithOptions({ summary: `close payment ${id}` }, [
            { externalId },
          ]),
        )
  await book.record((order, at) => closedOutcome(order, { id, fact, at }))
}

function closedOutcome(
  order: Order,
  { id, fact, at }: { id: string; fact: Fact | undefined; at: string },
): Decision {
  const type = fact?.status === 'captured' ? 'captured' : 'closed'
  if (fact === undefined) return voided(order, id, at)
  return reportPayment(
    order,
    { ...reportOf(fact, { eventId: `close:${id}:${order.size}`, type }), tenderId: id },
    at,
  )
}

function voided(order: Order, tenderId: string, at: string): Decision {
  return tenderOf(order, tenderId)?.status === 'closing'
    ? accept({ type: 'tender.voided', at, data: { tenderId } })
    : refuse('NO_CHANGE')
}

async function payBack(book: Recorder, refund: Refund): Promise<void> {
  const { id: refundId, tenderId, amount, attempt } = refund
  const { id: orderId, origin } = book.order()
  const { externalId = '' } = tenderOf(book.order(), tenderId) ?? {}
  const key = `${orderId}:${tenderId}:refund:${refundId}:${attempt}`
  const summary = `pay back ${moneyOf(book, amount)} of ${tenderId} (${refundId})`
  const pay = () =>
    money.payRefund
      .executeWithOptions({ summary }, [{ key, externalId, refundId, amount }])
      .then(({ externalRefundId }) => ({ externalRefundId }))
      .catch((error: unknown) => ({ code: codeOf(error) }))
  // Who took the money has to give it back: a person sees to it.
  const outcome = origin === undefined ? await pay() : { code: 'TAKEN_ELSEWHERE' }
  await book.record((order, at) => refundOutcome(order, { refundId, outcome, at }))
}

/** Said once: a worker that died may have recorded it before. */
function refundOutcome(
  order: Order,
  {
    refundId,
    outcome,
    at,
  }: { refundId: string; outcome: { externalRefundId: string } | { code: string }; at: string },
): Decision {
  if (!dueRefunds(order).some(({ id }) => id === refundId)) return refuse('NO_CHANGE')
  if ('externalRefundId' in outcome) {
    return accept({ type: 'refund.succeeded', at, data: { refundId, ...outcome } })
  }
  return accept(
    { type: 'refund.failed', at, data: { refundId, ...outcome } },
    raise(order, { kind: 'REFUND_FAILED', subject: refundId, ...outcome, at }),
  )
}

/**
 * Paid after expiry: the order goes on where its stock can still be had, otherwise the money goes back. What was held
 * for an order that doesn't go on after all is given back.
 */
async function takeUpLate(book: Recorder): Promise<void> {
  const { id: orderId } = book.order()
  const stockHeld = await stock.reholdStock.executeWithOptions(
    { summary: 'hold stock again for a late payment' },
    [{ orderId }],
  )
  await book.record((order, at) => settleLate(order, { stockHeld, at }))
  if (stockHeld && book.order().closure === 'expired') {
    await stock.releaseStock.executeWithOptions({ summary: 'release the stock' }, [{ orderId }])
  }
}
