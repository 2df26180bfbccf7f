import { heldOf, surplusOf, withRefunds } from './account.ts'
import { cashFeeIn, surcharge } from './cash-fee.ts'
import { accept, refuse } from './decision.ts'
import type { Decision } from './decision.ts'
import type { OrderEvent } from './events.ts'
import { LIMITS } from './limits.ts'
import { isByPlatform } from './method.ts'
import { sum } from './money.ts'
import { evolve } from './evolve.ts'
import { tenderOf } from './order.ts'
import type { Order, Task, Tender } from './order.ts'
import type { PaymentReport } from './reports.ts'
import { TENDER_TABLE } from './state-tables.ts'
import type { TenderEventType } from './state-tables.ts'
import {
  accepted,
  closings,
  heldAgain,
  isPayable,
  platformClosings,
  releases,
  withSettlement,
} from './tender.ts'
import { next } from './transition.ts'

/** A platform's word about a tender, be it a notice or the answer to our question. */
export function reportPayment(order: Order, report: PaymentReport, at: string): Decision {
  if (order.seen.includes(report.eventId)) return refuse('REPEATED')
  const tender = tenderOf(order, report.tenderId)
  if (tender === undefined) return refuse('UNKNOWN_TENDER')
  // Of stored value and cash no platform knows anything.
  if (order.origin === undefined && !isByPlatform(tender.method)) return refuse('NO_CHANGE')
  switch (report.type) {
    case 'captured':
      return capture(order, tender, { report, at })
    case 'failed':
      return fail(order, tender, { report, at })
    case 'closed':
      return closed(tender, report, at)
  }
}

const can = (tender: Tender, on: TenderEventType) =>
  next(TENDER_TABLE, tender.status, on) !== undefined

function capture(
  order: Order,
  tender: Tender,
  { report, at }: { report: PaymentReport; at: string },
): Decision {
  if (!can(tender, 'tender.captured')) return refuse('NO_CHANGE')
  if (report.amount !== tender.amount || report.currency !== order.currency) {
    return mismatch(order, report, at)
  }
  const { eventId, occurredAt, tenderId, externalId, amount, source = 'webhook' } = report
  const captured: OrderEvent = {
    type: 'tender.captured',
    at,
    data: { eventId, occurredAt, tenderId, externalId, amount, source },
  }
  const after = evolve(order, captured)
  if (isLate(after) || awaitsTheRest(after)) return accept(captured)
  const reason = order.accepted ? 'surplus' : 'late'
  const settled = withSettlement(order, [captured], { at, reason, from: tenderId })
  return accept(...settled, ...heldAgain(settled.reduce(evolve, order), at))
}

function mismatch(order: Order, report: PaymentReport, at: string): Decision {
  const { eventId, occurredAt, tenderId, externalId, amount, currency } = report
  return accept(
    {
      type: 'tender.mismatched',
      at,
      data: { eventId, occurredAt, tenderId, externalId, received: { amount, currency } },
    },
    raise(order, { kind: 'PAYMENT_MISMATCH', subject: tenderId, at }),
  )
}

/** A task for a person, numbered within its order. */
export function raise(
  order: Order,
  {
    at,
    ...task
  }: { kind: Order['tasks'][number]['kind']; subject: string; at: string; code?: string },
): OrderEvent {
  return { type: 'task.raised', at, data: { taskId: `k${order.tasks.length + 1}`, ...task } }
}

/** The same, unless that very question is open already: a worker that died may have asked it. */
export function raiseOnce(order: Order, task: Parameters<typeof raise>[1]): Decision {
  return openTasks(order, task).length > 0 ? refuse('NO_CHANGE') : accept(raise(order, task))
}

/** What a person is still asked of a kind about a subject. */
export const openTasks = (
  { tasks }: Order,
  { kind, subject }: Pick<Task, 'kind' | 'subject'>,
): Task[] => tasks.filter((one) => one.open && one.kind === kind && one.subject === subject)

/** Nobody has to answer any more what the platform has decided. */
export const answeredByPlatform = (tasks: readonly Task[], at: string): OrderEvent[] =>
  tasks.map(({ id: taskId }) => ({
    ...{ type: 'task.resolved', at, data: { taskId, action: 'skip', by: 'platform' } },
  }))

function fail(
  order: Order,
  tender: Tender,
  { report, at }: { report: PaymentReport; at: string },
): Decision {
  if (!can(tender, 'tender.failed') || isOfEarlierTry(tender, report)) return refuse('NO_CHANGE')
  if (order.size >= LIMITS.events) return refuse('TOO_MANY')
  const { eventId, occurredAt, tenderId, code = 'DECLINED' } = report
  const failed: OrderEvent = {
    ...{ type: 'tender.failed', at, data: { eventId, occurredAt, tenderId, code } },
  }
  return accept(failed, ...releases(evolve(order, failed), at))
}

/** How far the platform's clock may be behind ours. Milliseconds. */
const SKEW = 60_000

/** Told late: the customer has begun anew since, and nothing is to be let go for it. */
const isOfEarlierTry = ({ openedAt }: Tender, { occurredAt }: PaymentReport) =>
  openedAt !== undefined && Date.parse(occurredAt) + SKEW < Date.parse(openedAt)

function closed(tender: Tender, report: PaymentReport, at: string): Decision {
  if (!can(tender, 'tender.voided')) return refuse('NO_CHANGE')
  const { eventId, occurredAt, tenderId } = report
  return accept({ type: 'tender.voided', at, data: { eventId, occurredAt, tenderId } })
}

/** By what came before the door. */
const isCovered = (order: Order) => heldOf(order) >= order.payable - cashFeeIn(order)

/** Expired, yet paid in full while it is reachable: the order may be taken up again if its stock can be had. */
export function isLate(order: Order): boolean {
  return isRevivable(order) && isCovered(order) && surplusOf(order) > 0
}

/** Expired, and paid in part since: what other shops' platforms take comes one by one, and only all of it counts. */
function awaitsTheRest(order: Order): boolean {
  if (order.origin === undefined || !isRevivable(order) || isCovered(order)) return false
  const mayCome = order.tenders.filter((tender) => can(tender, 'tender.captured'))
  return heldOf(order) + sum(mayCome.map(({ amount }) => amount)) >= order.payable
}

const isRevivable = (order: Order) =>
  order.closure === 'expired' && order.archivedAt === undefined && order.policy.readmitLate

/** What becomes of a late payment once the stock was asked for. */
export function settleLate(
  order: Order,
  { stockHeld, at }: { stockHeld: boolean; at: string },
): Decision {
  if (!isLate(order)) return refuse('NO_CHANGE')
  const events: OrderEvent[] = stockHeld
    ? [
        ...surcharge(order, [], at),
        { type: 'order.readmitted', at, data: {} },
        { type: 'order.paid', at, data: {} },
        accepted(order, at),
      ]
    : []
  return accept(...withRefunds(order, events, { at, reason: 'late' }))
}

/** The platform has made its own order for the tender. */
export function paymentOpened(
  order: Order,
  { tenderId, externalId, at }: { tenderId: string; externalId: string; at: string },
): Decision {
  const tender = tenderOf(order, tenderId)
  if (tender === undefined || !can(tender, 'tender.opened')) return refuse('NO_CHANGE')
  const opened: OrderEvent = { type: 'tender.opened', at, data: { tenderId, externalId } }
  const isOpen = tenderOf(evolve(order, opened), tenderId)?.status === 'action_required'
  return isOpen && !isPayable(order)
    ? accept(opened, { type: 'tender.closing', at, data: { tenderId } })
    : accept(opened)
}

/** The window ends: first close what platforms still hold open, so that nobody pays for an expired order. */
export function closePayments(order: Order, at: string): Decision {
  return isPayable(order) ? accept(...platformClosings(order, at)) : refuse('NO_CHANGE')
}

/** The window has ended and nothing came. */
export function expire(order: Order, at: string): Decision {
  if (!isPayable(order)) return refuse('NO_CHANGE')
  return accept(
    ...withRefunds(order, [...closings(order, at), { type: 'order.expired', at, data: {} }], {
      at,
      reason: 'expired',
    }),
  )
}

/** When the customer is reminded the next time; undefined once all reminders are sent, or the window ends before. */
export function nextReminder({ placedAt, payBy, policy, reminded }: Order): number | undefined {
  const after = policy.remindAfter[reminded]
  const at = Date.parse(placedAt) + (after ?? 0)
  return after === undefined || at >= Date.parse(payBy) ? undefined : at
}

/** `n` is which of the reminders it is, from 1: each is sent once. */
export function remind(order: Order, { n, at }: { n: number; at: string }): Decision {
  if (!isPayable(order) || order.reminded >= n) return refuse('NO_CHANGE')
  return accept({ type: 'payment.reminded', at, data: {} })
}

/** Tenders that must be closed at their platform. */
export function closingTenders(order: Order): Tender[] {
  return order.tenders.filter((tender) => tender.status === 'closing')
}
