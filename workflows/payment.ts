import { ApplicationFailure, condition } from '@temporalio/workflow'
import { dueRefunds } from '../domain/account.ts'
import { accept, refuse } from '../domain/decision.ts'
import type { Decision } from '../domain/decision.ts'
import { isByPlatform } from '../domain/method.ts'
import type { PaymentAction, PlatformMethod } from '../domain/method.ts'
import { formatAmount } from '../domain/money.ts'
import { InvariantError, tenderOf } from '../domain/order.ts'
import type { Order, Refund, Tender } from '../domain/order.ts'
import {
  closePayments,
  closingTenders,
  expire,
  isLate,
  nextReminder,
  paymentOpened,
  raiseOnce,
  remind,
  reportPayment,
  settleLate,
} from '../domain/payment.ts'
import { refundDecided } from '../domain/refund.ts'
import type { RefundOutcome } from '../domain/refund.ts'
import type { PaymentReport } from '../domain/reports.ts'
import { statusesOf } from '../domain/status.ts'
import {
  choosePayment,
  isPayable,
  tendersToHold,
  tendersToOpen,
  valueHeld,
} from '../domain/tender.ts'
import type { TenderWish } from '../domain/tender.ts'
import { codeOf, insist, whenever } from './book.ts'
import { lookPayment, money, openPayment, stock, value } from './effects.ts'
import type { PaymentStep } from './messages.ts'
import type { Recorder } from './recorder.ts'
import { failureOf } from './refusal.ts'

/** Wait for the money, remind now and then, and let the order expire when the window ends without it. */
export async function collectPayment(book: Recorder): Promise<void> {
  const settled = () => !isPayable(book.order())
  for (let at = nextReminder(book.order()); at !== undefined; at = nextReminder(book.order())) {
    const n = book.order().reminded + 1
    if (await settledBy(at, `payment reminder ${n}`)) return
    await book.record((order, now) => remind(order, { n, at: now }))
  }
  const { payBy, policy } = book.order()
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

/**
 * A customer's wish to pay: plan the parts, set stored value aside, then have each platform make its own order. All
 * or nothing: where a part can't be had, none is taken.
 */
export async function startPayment(
  book: Recorder,
  { wishes, known }: { wishes: readonly TenderWish[]; known: number },
): Promise<PaymentStep> {
  const chosen = await book.record((order, at) => choosePayment(order, { wishes, at }), known)
  if ('refusal' in chosen) throw failureOf(chosen.refusal)
  const held = tendersToHold(book.order()).map(({ id }) => id)
  await condition(() => tendersToHold(book.order()).length === 0)
  const isShort = held.some((id) => tenderOf(book.order(), id)?.status === 'failed')
  if (isShort) throw failureOf('INSUFFICIENT_BALANCE')
  const tenders = tendersToOpen(book.order(), wishes)
  if (tenders === undefined) throw failureOf('PAYMENT_CHANGED')
  const next = await Promise.all(tenders.map((tender) => open(book, tender)))
  return { status: statusesOf(book.order()).status, next }
}

const IN_PLACE: ReadonlySet<Tender['status'] | undefined> = new Set(['authorized', 'captured'])

/** Where an account doesn't hold what was to be set aside, the other parts are let go, too. */
async function setAside(book: Recorder, tender: Tender): Promise<void> {
  const { id: tenderId, account = '', amount } = tender
  const { id: orderId, customerId, currency } = book.order()
  const hold = { orderId, tenderId, accountId: account, customerId, amount, currency }
  const summary = `set ${moneyOf(book, amount)} aside for ${tenderId}`
  const outcome = await value.holdValue.executeWithOptions({ summary }, [hold])
  const isHeld = outcome === 'held'
  await book.record((order, at) => valueHeld(order, { tenderId, isHeld, at }))
  if (!isHeld || IN_PLACE.has(tenderOf(book.order(), tenderId)?.status)) return
  // Given up meanwhile: nothing recorded lets go of what was held after that.
  await value.releaseValue.executeWithOptions({ summary: `let go of ${tenderId}` }, [
    { orderId, tenderId },
  ])
}

async function open(book: Recorder, tender: Tender): Promise<PaymentAction> {
  const { id: tenderId, amount } = tender
  const method = platformMethod(tender)
  const { id: orderId, no: orderNo, currency, payBy } = book.order()
  const summary = `open payment ${tenderId}, ${moneyOf(book, amount)} by ${method}`
  const request = { method, orderId, orderNo, tenderId, amount, currency, payBy }
  const { externalId, next } = await openPayment
    .executeWithOptions({ summary }, [request])
    .catch((error: unknown) => {
      throw ApplicationFailure.nonRetryable(
        'the payment platform is away',
        'PLATFORM_AWAY',
        codeOf(error),
      )
    })
  const noted = await book.record((order, at) => paymentOpened(order, { tenderId, externalId, at }))
  if (tenderOf(book.order(), tenderId)?.status !== 'action_required') throw gone(book.order())
  if ('recorded' in noted) void askPlatform(book, tenderId)
  return { ...next, tenderId, method, externalId }
}

function platformMethod({ method }: Tender): PlatformMethod {
  if (!isByPlatform(method)) throw new InvariantError('no platform takes it')
  return method
}

function moneyOf(book: Recorder, amount: number): string {
  const { currency } = book.order()
  return `${currency} ${formatAmount(amount, currency)}`
}

/** Cancelled, expired, paid or chosen otherwise while the platform was making its order; that is closed again by now. */
function gone({ closure, accepted }: Order) {
  if (closure !== 'none') return failureOf('ORDER_CLOSED')
  return failureOf(accepted ? 'ALREADY_PAID' : 'PAYMENT_CHANGED')
}

/** A lost notice is not lost money: ask a few times while the platform still holds the payment open. */
async function askPlatform(book: Recorder, tenderId: string): Promise<void> {
  const waiting = () => {
    const status = tenderOf(book.order(), tenderId)?.status
    return status === 'action_required' || status === 'failed'
  }
  const tender = tenderOf(book.order(), tenderId)
  const openedAt = tender?.openedAt
  if (tender === undefined || openedAt === undefined) return
  for (const [n, after] of book.order().policy.queryAfter.entries()) {
    const left = Date.parse(openedAt) + after - Date.now()
    if (left > 0 && (await condition(() => !waiting(), left, { summary: 'ask the platform' })))
      return
    const summary = `ask how payment ${tenderId} stands`
    const fact = await lookPayment
      .executeWithOptions({ summary }, [askedOf(book, tender)])
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

/** How a platform is asked about a tender. */
function askedOf(book: Recorder, tender: Tender) {
  const { id: tenderId, externalId = '' } = tenderOf(book.order(), tender.id) ?? tender
  return { method: platformMethod(tender), orderId: book.order().id, tenderId, externalId }
}

type Fact = Awaited<ReturnType<typeof lookPayment>>

function reportOf(
  { externalId, amount, currency, tenderId }: Fact,
  { eventId, type }: { eventId: string; type: PaymentReport['type'] },
): PaymentReport {
  const occurredAt = new Date().toISOString()
  return { eventId, occurredAt, tenderId, externalId, type, amount, currency, source: 'query' }
}

/** What must happen whenever it is due, for as long as the order is open: set aside, close, pay back, take up again. */
export function keepAccounts(book: Recorder): void {
  void whenever(book, tendersToHold, (tender) => setAside(book, tender))
  void whenever(book, closingTenders, (tender) => closeTender(book, tender))
  void whenever(book, dueRefunds, (refund) => payBack(book, refund))
  void whenever(
    book,
    (order) => (isLate(order) ? [order] : []),
    () => takeUpLate(book),
  )
}

async function closeTender(book: Recorder, tender: Tender): Promise<void> {
  const { id } = tender
  const summary = `close payment ${id}`
  const fact = await insist(book, { kind: 'PAYMENT_CLOSE_FAILED', subject: id }, () =>
    money.closePayment.executeWithOptions({ summary }, [askedOf(book, tender)]),
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
  const { id: refundId, amount } = refund
  const summary = `pay back ${moneyOf(book, amount)} of ${refund.tenderId} (${refundId})`
  const outcome = await (wayBack(book, refund, summary) ?? Promise.resolve({ code: 'NO_ROUTE' }))
  await book.record((order, at) => refundDecided(order, { refundId, outcome, at }))
}

/** Undefined for cash, and for what another shop took: a person sees to it. */
function wayBack(
  book: Recorder,
  refund: Refund,
  summary: string,
): Promise<RefundOutcome> | undefined {
  const { id: refundId, tenderId, amount, attempt } = refund
  const { id: orderId, origin, currency } = book.order()
  const tender = tenderOf(book.order(), tenderId)
  if (origin !== undefined) return Promise.resolve({ code: 'TAKEN_ELSEWHERE' })
  // Our own books are changed with what records it.
  const account = refund.account ?? tender?.account
  if (account !== undefined) return Promise.resolve({ externalRefundId: account })
  if (tender === undefined || !isByPlatform(tender.method)) return undefined
  const key = `${orderId}:${tenderId}:refund:${refundId}:${attempt}`
  const total = tender.received?.amount ?? tender.amount
  const request = { ...askedOf(book, tender), key, refundId, attempt, amount, total, currency }
  return untilDecided(book, refundId, () =>
    money.payRefund.executeWithOptions({ summary }, [request]),
  )
}

/**
 * A platform that is silent, in trouble, or still waiting for a bank has decided nothing: asked for a day, a person is
 * told of it, once, and it is asked on. Paid otherwise meanwhile, the money might go twice.
 */
async function untilDecided(
  book: Recorder,
  subject: string,
  pay: () => Promise<{ externalRefundId: string }>,
): Promise<RefundOutcome> {
  for (let days = 1; ; days++) {
    try {
      const { externalRefundId } = await pay()
      return { externalRefundId }
    } catch (error) {
      const code = codeOf(error)
      if (!UNDECIDED.has(code)) return { code }
      if (days > 1) continue
      const task = { kind: 'REFUND_UNDECIDED', subject, code } as const
      await book.record((order, at) => raiseOnce(order, { ...task, at }))
    }
  }
}

const UNDECIDED: ReadonlySet<string> = new Set([
  ...['REFUND_PENDING', 'TIMED_OUT', 'PLATFORM_UNREACHABLE', 'PLATFORM_ERROR', 'RATE_LIMITED'],
])

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
