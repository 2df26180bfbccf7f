import { cashDue, cashTender, chargeOf, heldOf, unfittingOn } from './account.ts'
import { accept, refuse } from './decision.ts'
import type { Decision } from './decision.ts'
import { cancelUnshipped } from './dispute.ts'
import type { OrderEvent, Resolution, TaskKind } from './events.ts'
import { evolve } from './evolve.ts'
import { approveGoodwill } from './goodwill.ts'
import { parcelOf, tenderOf } from './order.ts'
import type { Order, Task } from './order.ts'
import { cancelOrder } from './lifecycle.ts'
import { concession } from './reversal.ts'
import { withDoorPaid, withParcelReversed } from './shipping.ts'
import { walletOf } from './value.ts'

/** What a person may answer to each kind of task, where nothing of the task itself bars it. */
export const OFFERED: Record<TaskKind, readonly Resolution[]> = {
  PAYMENT_MISMATCH: ['refund', 'skip'],
  PAYMENT_CLOSE_FAILED: ['retry', 'skip'],
  REFUND_FAILED: ['retry', 'wallet', 'skip'],
  // Whatever else a person did might pay it twice.
  REFUND_UNDECIDED: ['skip'],
  BOOKING_FAILED: ['retry', 'refund', 'cancel'],
  VOID_FAILED: ['retry', 'skip'],
  PARCEL_LOST: ['refund', 'skip'],
  PARCEL_ESCAPED: ['skip'],
  CASH_MISMATCH: ['skip'],
  REFUND_APPROVAL: ['approve', 'reject'],
  PAYMENT_DISPUTED: ['cancel', 'skip'],
}

/** What this one offers: nothing that could pay it twice, and no way that isn't there. */
export const offeredOn = (order: Order, question: Question): readonly Resolution[] =>
  OFFERED[question.kind].filter((action) => !isBarred(order, question, action))

type Question = Pick<Task, 'kind' | 'subject' | 'code'>

function isBarred(order: Order, { kind, subject, code }: Question, action: Resolution): boolean {
  if (kind === 'REFUND_FAILED') {
    // It can still be completed at the platform itself: any other way might pay it twice.
    if (code === 'REFUND_ABNORMAL') return action !== 'retry'
    // What another shop took is that shop's to give back.
    return action === 'wallet' && order.origin !== undefined
  }
  // Another currency than the order's needs the platform's own desk.
  const received = action === 'refund' ? tenderOf(order, subject)?.received : undefined
  return kind === 'PAYMENT_MISMATCH' && (received?.currency ?? order.currency) !== order.currency
}

export type TaskAnswer = { taskId: string; action: Resolution; by: string }

export function resolveTask(order: Order, answer: TaskAnswer, at: string): Decision {
  const task = order.tasks.find(({ id, open }) => id === answer.taskId && open)
  if (task === undefined) return refuse('UNKNOWN_TASK')
  if (!offeredOn(order, task).includes(answer.action)) return refuse('ACTION_NOT_OFFERED')
  const { taskId, action, by } = answer
  const resolved: OrderEvent = { type: 'task.resolved', at, data: { taskId, action, by } }
  const consequence = consequenceOf(evolve(order, resolved), task, { answer, at })
  return 'refusal' in consequence ? consequence : accept(resolved, ...consequence.events)
}

function consequenceOf(
  order: Order,
  task: Task,
  { answer, at }: { answer: TaskAnswer; at: string },
): Decision {
  if (task.kind === 'REFUND_FAILED') return settleRefund(order, task, { answer, at })
  if (task.kind === 'REFUND_APPROVAL') return settleProposal(order, task, { answer, at })
  if (task.kind === 'PAYMENT_DISPUTED') {
    return answer.action === 'cancel' ? cancelUnshipped(order, at) : accept()
  }
  if (answer.action === 'cancel') return cancelOrder(order, { by: 'support', at })
  if (task.kind === 'PARCEL_LOST') return settleLost(order, task, { answer, at })
  if (task.kind === 'BOOKING_FAILED') return settleUnbooked(order, task, { answer, at })
  if (task.kind === 'CASH_MISMATCH') return settleCash(order, task, at)
  return answer.action === 'refund' ? refundReceived(order, task, at) : accept()
}

/** Tried again, to the customer's wallet if they agree, or paid by hand from the bank. */
function settleRefund(
  order: Order,
  { subject: refundId }: Task,
  { answer, at }: { answer: TaskAnswer; at: string },
): Decision {
  const refund = order.refunds.find(({ id }) => id === refundId)
  if (refund?.status !== 'failed') return refuse('WRONG_STATE')
  switch (answer.action) {
    case 'retry':
      return accept({ type: 'refund.retried', at, data: { refundId } })
    case 'wallet':
      return accept({ type: 'refund.rerouted', at, data: { refundId, account: walletOf(order) } })
    default:
      return accept({ type: 'refund.settled_by_hand', at, data: { refundId } })
  }
}

/** Good will beyond what one person may grant. */
function settleProposal(
  order: Order,
  { subject }: Task,
  { answer: { action, by }, at }: { answer: TaskAnswer; at: string },
): Decision {
  if (action === 'reject') return accept()
  const proposal = order.proposals.find(({ id }) => id === subject)
  return approveGoodwill(order, proposal, { by, at })
}

/** Left at that: what is missing at one door isn't charged any more, and the platform bears it. */
function settleCash(order: Order, { subject }: Task, at: string): Decision {
  const parcel = parcelOf(order, subject)
  const tender = cashTender(order)
  if (parcel?.status !== 'delivered' || tender === undefined) return accept()
  const missing = (cashDue(order, parcel) ?? 0) - (tender.cashParcels[parcel.id] ?? 0)
  // What was paid before the door may cover it by now.
  const amount = Math.min(missing, chargeOf(order) - heldOf(order))
  if (amount <= 0) return accept(...withDoorPaid(order, [], at))
  const credit = concession(order, { at, kind: 'shortfall', amount, parcelId: parcel.id })
  return accept(...withDoorPaid(order, [credit], at))
}

/** A sum that doesn't fit goes back as it came. */
function refundReceived(order: Order, task: Task, at: string): Decision {
  const tender = tenderOf(order, task.subject)
  if (tender?.received === undefined) return refuse('WRONG_STATE')
  const isDisputed = order.disputes.some(
    ({ tenderId, status }) => tenderId === tender.id && status === 'open',
  )
  // What its bank leaves of it is known when the dispute ends.
  if (isDisputed) return refuse('ORDER_ON_HOLD')
  const refundId = `r${order.refunds.length + 1}`
  const amount = unfittingOn(order, tender)
  if (amount <= 0) return refuse('WRONG_STATE')
  const data = { refundId, tenderId: tender.id, amount, reason: 'mismatch' }
  return accept({ type: 'refund.requested', at, data })
}

/** No carrier takes it, while other parcels may be on their way: unpacked, back on the shelf, and paid back. */
function settleUnbooked(
  order: Order,
  task: Task,
  { answer, at }: { answer: TaskAnswer; at: string },
): Decision {
  if (answer.action === 'retry') return accept()
  const parcel = parcelOf(order, task.subject)
  if (parcel?.status !== 'packed' || order.closure !== 'none') return refuse('WRONG_STATE')
  const voided: OrderEvent = { type: 'parcel.voided', at, data: { parcelId: parcel.id } }
  return accept(...withParcelReversed(order, [voided], { parcel, at, reason: 'unshipped' }))
}

/** `skip` says that it turned up, so it is believed only once a scan said so. */
function settleLost(
  order: Order,
  task: Task,
  { answer, at }: { answer: TaskAnswer; at: string },
): Decision {
  if (answer.action === 'refund') return writeOff(order, task, at)
  return parcelOf(order, task.subject)?.status === 'lost' ? refuse('WRONG_STATE') : accept()
}

/** The carrier won't find it: written off, and no longer charged. */
function writeOff(order: Order, task: Task, at: string): Decision {
  const parcel = parcelOf(order, task.subject)
  if (parcel?.status !== 'lost') return refuse('WRONG_STATE')
  const gone: OrderEvent = { type: 'parcel.written_off', at, data: { parcelId: parcel.id } }
  return accept(...withParcelReversed(order, [gone], { parcel, at, reason: 'lost' }))
}
