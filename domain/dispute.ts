import { heldOf, leftOn, surplusOf, unfittingOn, withCashSettled, withRefunds } from './account.ts'
import { accept, refuse } from './decision.ts'
import type { Decision } from './decision.ts'
import type { OrderEvent } from './events.ts'
import { evolve } from './evolve.ts'
import { cancelOrder } from './lifecycle.ts'
import { hasArrived, tenderOf } from './order.ts'
import type { Dispute, Fulfillment, Order, Parcel, Refund } from './order.ts'
import { answeredByPlatform, openTasks, raise } from './payment.ts'
import type { DisputeReport } from './reports.ts'
import { concededOf, concession, freightOf, reversalOf } from './reversal.ts'
import { withSettlement } from './tender.ts'

/**
 * A customer's bank takes a payment back, and may give it back in the end. Until then its money can't be counted on:
 * it neither pays for anything nor can be paid back once more, and the order is on hold (`isOnHold`).
 */
export function reportDispute(order: Order, report: DisputeReport, at: string): Decision {
  if (order.seen.includes(report.eventId)) return refuse('REPEATED')
  if (tenderOf(order, report.tenderId) === undefined) return refuse('UNKNOWN_TENDER')
  if (report.currency !== order.currency) return refuse('MALFORMED')
  const known = order.disputes.find(({ id }) => id === report.disputeId)
  switch (report.type) {
    case 'disputed':
      return known === undefined ? accept(...opened(order, report, at)) : refuse('NO_CHANGE')
    case 'dispute_won':
      return settle(order, { known, report, at }, win)
    case 'dispute_lost':
      return settle(order, { known, report, at }, lose)
  }
}

type Told = { report: DisputeReport; at: string }

function opened(order: Order, report: DisputeReport, at: string): OrderEvent[] {
  const { eventId, occurredAt, disputeId, tenderId, amount, reason } = report
  const data = { eventId, occurredAt, disputeId, tenderId, amount, reason }
  return [
    { type: 'dispute.opened', at, data },
    raise(order, { kind: 'PAYMENT_DISPUTED', subject: disputeId, code: reason, at }),
  ]
}

/** The end implies a beginning that was missed; a second end changes nothing. */
function settle(
  order: Order,
  { known, ...told }: Told & { known: Dispute | undefined },
  end: (order: Order, told: Told) => OrderEvent[],
): Decision {
  if (known !== undefined && known.status !== 'open') return refuse('NO_CHANGE')
  const before = known === undefined ? opened(order, told.report, told.at) : []
  return accept(...before, ...end(before.reduce(evolve, order), told))
}

/** The money is ours again: the order goes on, or what was cancelled meanwhile is paid back. */
function win(order: Order, { report, at }: Told): OrderEvent[] {
  const won: OrderEvent = { type: 'dispute.won', at, data: dataOf(report) }
  const answered = answeredByPlatform(questions(order, report.disputeId), at)
  return withSettlement(order, [won, ...answered], { at, reason: 'dispute_won' })
}

/**
 * The money is gone. What of it the customer would have got back anyway is theirs; the rest is no longer charged, at
 * the platform's expense. Someone has to say what becomes of goods that are still here.
 */
function lose(order: Order, { report, at }: Told): OrderEvent[] {
  const { disputeId } = report
  const data = dataOf(report)
  const lost: OrderEvent[] = [
    { type: 'dispute.lost', at, data },
    ...mootQuestions(order, disputeId, at),
  ]
  const after = lost.reduce(evolve, order)
  const loss = lossOf(after, disputeId)
  const noted = loss > 0 ? [concession(after, { at, kind: 'chargeback', amount: loss })] : []
  const isAsked = questions(order, disputeId).length > 0 || !isStillHere(order)
  const task = { kind: 'PAYMENT_DISPUTED', subject: disputeId, code: 'LOST', at } as const
  const asked = isAsked ? [] : [raise(after, task)]
  const { tenderId } = report
  const rest = unfittingRest(after, tenderId)
  const stray = restQuestion(asked.reduce(evolve, after), { tenderId, rest, at })
  const events = [...lost, ...noted, ...asked, ...stray]
  // A bank may have taken less than was owed back.
  return withRefunds(order, events, { at, reason: 'dispute_lost' })
}

/**
 * The bank has done what we could not: refunds of that payment that failed are not owed any more, and a sum that never
 * fitted needs nobody's answer once it has all gone.
 */
function mootQuestions(order: Order, disputeId: string, at: string): OrderEvent[] {
  const tenderId = order.disputes.find(({ id }) => id === disputeId)?.tenderId
  const failed = order.refunds.filter(
    (refund) => refund.tenderId === tenderId && refund.status === 'failed',
  )
  const withdrawn = failed.map(({ id: refundId }): OrderEvent => ({
    ...{ type: 'refund.withdrawn', at, data: { refundId } },
  }))
  const rest = unfittingRest(withdrawn.reduce(evolve, order), tenderId)
  const subjects = new Set([...(rest > 0 ? [] : [tenderId]), ...failed.map(({ id }) => id)])
  const moot = order.tasks.filter(
    ({ kind, subject, open }) =>
      open && (kind === 'REFUND_FAILED' || kind === 'PAYMENT_MISMATCH') && subjects.has(subject),
  )
  return [...withdrawn, ...answeredByPlatform(moot, at)]
}

/** Nobody else asks what becomes of the rest of a sum that didn't fit: of suspense no order's account knows. */
function restQuestion(
  order: Order,
  { tenderId, rest, at }: { tenderId: string; rest: number; at: string },
): OrderEvent[] {
  const task = { kind: 'PAYMENT_MISMATCH', subject: tenderId, code: 'DISPUTED', at } as const
  return rest === 0 || openTasks(order, task).length > 0 ? [] : [raise(order, task)]
}

/** What is left of a sum that didn't fit; below zero where the bank took what had gone back already. */
function unfittingRest(order: Order, tenderId = ''): number {
  const tender = tenderOf(order, tenderId)
  return tender === undefined ? 0 : unfittingOn(order, tender)
}

/**
 * A refund that failed after its payment's dispute was lost: where both together are more than was paid, the bank has
 * paid it. What was noted as our loss for that is charged again, as far as it was.
 */
export function withdrawnRefund(order: Order, refund: Refund, at: string): OrderEvent[] {
  const tender = tenderOf(order, refund.tenderId)
  const isLost = order.disputes.some(
    ({ tenderId, status }) => tenderId === refund.tenderId && status === 'lost',
  )
  // What the bank has left would only be asked for again, and be refused again.
  if (!isLost || tender === undefined) return []
  const left = tender.received === undefined ? leftOn(order, tender) : unfittingOn(order, tender)
  if (left >= 0) return []
  const withdrawn: OrderEvent = { type: 'refund.withdrawn', at, data: { refundId: refund.id } }
  // A sum that didn't fit was never noted.
  if (tender.received !== undefined) {
    const rest = left + refund.amount
    return [withdrawn, ...restQuestion(order, { tenderId: tender.id, rest, at })]
  }
  const noted = Math.min(refund.amount, concededOf(order, 'chargeback'))
  const back = { at, kind: 'chargeback', amount: -noted } as const
  return [withdrawn, ...(noted > 0 ? [concession(order, back)] : [])]
}

/**
 * What of a lost dispute was not to be paid back anyway; others that are open count as won, until they are lost, too. Where
 * nothing is charged yet, only what had been refunded before.
 */
function lossOf(order: Order, disputeId: string): number {
  const statusNow = (status: Dispute['status']) => (status === 'open' ? 'won' : status)
  const disputes = order.disputes.map((one) => ({ ...one, status: statusNow(one.status) }))
  const lost: Order = { ...order, disputes }
  const won: Order = { ...order, disputes: disputes.map((one) => wonIf(one, disputeId)) }
  const { amount = 0, tenderId = '' } = disputes.find(({ id }) => id === disputeId) ?? {}
  // A sum that didn't fit never counted.
  if (tenderOf(order, tenderId)?.status === 'mismatched') return 0
  if (!order.accepted && order.closure === 'none') return clamp(-heldOf(lost), amount)
  return clamp(amount - surplusOf(won) + surplusOf(lost), amount)
}

const wonIf = (one: Dispute, disputeId: string): Dispute =>
  one.id === disputeId ? { ...one, status: 'won' } : one

const clamp = (amount: number, most: number) => Math.min(most, Math.max(0, amount))

const dataOf = ({ eventId, occurredAt, disputeId }: DisputeReport) => ({
  ...{ eventId, occurredAt, disputeId },
})

const questions = (order: Order, disputeId: string) =>
  openTasks(order, { kind: 'PAYMENT_DISPUTED', subject: disputeId })

const HERE: ReadonlySet<Parcel['status']> = new Set(['packed', 'booked'])

const parcelsOf = ({ parcels }: Order, { id }: Fulfillment) =>
  parcels.filter(({ fulfillmentId, status }) => fulfillmentId === id && status !== 'voided')

/** Fulfillments of which nothing has left the warehouse. */
const unshippedOf = (order: Order) =>
  order.fulfillments.filter(
    (one) =>
      !hasArrived(order, one) && parcelsOf(order, one).every(({ status }) => HERE.has(status)),
  )

const isStillHere = (order: Order) =>
  order.accepted && order.closure === 'none' && unshippedOf(order).length > 0

/** Call off what is still here: the whole order, or those fulfillments of which nothing has left. */
export function cancelUnshipped(order: Order, at: string): Decision {
  const whole = cancelOrder(order, { by: 'support', at })
  if (!('refusal' in whole) || whole.refusal !== 'ALREADY_SHIPPED') return whole
  const here = unshippedOf(order)
  if (here.length === 0) return whole
  const events = here.flatMap((one) => calledOff(order, one, at))
  const noted = here.reduce((sofar, one) => withCredit(order, { sofar, one, at }), events)
  const settled = withCashSettled(order, noted, at)
  return accept(...withRefunds(order, settled, { at, reason: 'cancelled' }))
}

/** Labels that are booked, or are being booked, are voided at their carriers afterwards. */
function calledOff(order: Order, fulfillment: Fulfillment, at: string): OrderEvent[] {
  const ids = new Set(parcelsOf(order, fulfillment).map(({ id }) => id))
  const moot = order.tasks.filter(
    ({ kind, subject, open }) => open && kind === 'BOOKING_FAILED' && ids.has(subject),
  )
  return [
    { type: 'fulfillment.cancelled', at, data: { fulfillmentId: fulfillment.id } },
    ...moot.map(({ id }): OrderEvent => ({
      ...{ type: 'task.resolved', at, data: { taskId: id, action: 'cancel', by: 'support' } },
    })),
  ]
}

/** One credit note for each parcel, or for all that isn't packed; freight goes with the first. */
function withCredit(
  order: Order,
  { sofar, one, at }: { sofar: OrderEvent[]; one: Fulfillment; at: string },
): OrderEvent[] {
  const parcels = parcelsOf(order, one)
  const parts = parcels.length > 0 ? parcels : [{ id: undefined, items: one.items }]
  return parts.reduce((events, { id: parcelId, items }, i) => {
    const freight = freightOf(i === 0 ? [one] : [])
    const where = parcelId === undefined ? {} : { parcelId }
    const note = { at, reason: 'cancelled', ...freight, ...where, isFrozen: true }
    return [...events, reversalOf(events.reduce(evolve, order), items, note)]
  }, sofar)
}
