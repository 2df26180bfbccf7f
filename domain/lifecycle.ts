import { dueRefunds, withRefunds } from './account.ts'
import { accept, refuse } from './decision.ts'
import type { Decision } from './decision.ts'
import type { CancelledBy, CancelReason, OrderEvent, TaskKind } from './events.ts'
import { fulfillmentOf, hasArrived, isOnHold } from './order.ts'
import type { Order, Parcel } from './order.ts'
import { closingTenders, isLate } from './payment.ts'
import { freightLeft, reversalOf, wholeOrder } from './reversal.ts'
import { labelsToVoid } from './shipping.ts'
import { statusesOf } from './status.ts'
import { closings } from './tender.ts'

/** `occurredAt` where it was cancelled elsewhere before. */
export type Cancellation = { by: CancelledBy; reason?: CancelReason; occurredAt?: string }

/** Cancel a whole order, as long as nothing has left the warehouse. Stock and money follow from the events. */
export function cancelOrder(
  order: Order,
  { at, ...said }: Cancellation & { at: string },
): Decision {
  if (order.archivedAt !== undefined) return refuse('ORDER_ARCHIVED')
  if (order.closure !== 'none') return refuse('ORDER_CLOSED')
  if (order.parcels.some((parcel) => !['packed', 'booked'].includes(parcel.status))) {
    return refuse('ALREADY_SHIPPED')
  }
  const events: OrderEvent[] = [
    { type: 'order.cancelled', at, data: wordsOf(said) },
    ...order.fulfillments
      .filter(({ stage }) => stage !== 'cancelled')
      .map(({ id }): OrderEvent => ({
        type: 'fulfillment.cancelled',
        at,
        data: { fulfillmentId: id },
      })),
    ...closings(order, at),
    ...unshipped(order, at),
    ...moot(order, { by: said.by, at }),
  ]
  return accept(...withRefunds(order, events, { at, reason: 'cancelled' }))
}

/** What an event keeps of a cancellation, whatever else it was sent with. */
export const wordsOf = ({ by, reason, occurredAt }: Cancellation): Cancellation => ({
  by,
  ...(reason !== undefined && { reason }),
  ...(occurredAt !== undefined && { occurredAt }),
})

/** What an accepted order charged is taken back in full: nothing was shipped, so freight too. */
function unshipped(order: Order, at: string): OrderEvent[] {
  if (!order.accepted) return []
  const note = { at, reason: 'cancelled', ...freightLeft(order) }
  return [reversalOf(order, wholeOrder(order), note)]
}

/** Questions that a cancellation answers. */
function moot(order: Order, { by, at }: { by: CancelledBy; at: string }): OrderEvent[] {
  return order.tasks
    .filter((task) => task.open && task.kind === 'BOOKING_FAILED')
    .map(({ id }) => ({ type: 'task.resolved', at, data: { taskId: id, action: 'cancel', by } }))
}

/** Receipt confirmed, by the customer or by the policy's clock. */
export function completeOrder(order: Order, by: 'customer' | 'policy', at: string): Decision {
  if (order.archivedAt !== undefined) return refuse('ORDER_ARCHIVED')
  if (order.closure !== 'none') return refuse('ORDER_CLOSED')
  if (order.deliveredAt === undefined) return refuse('NOT_DELIVERED')
  if (by === 'policy' && isOnHold(order)) return refuse('ORDER_ON_HOLD')
  if (by === 'policy' && order.requests.length > 0) return refuse('WRONG_STATE')
  return accept({ type: 'order.completed', at, data: { by } })
}

/** Everything promised is done. What a last report still asks for is seen to first. */
export function archiveOrder(order: Order, at: string): Decision {
  if (order.archivedAt !== undefined) return refuse('NO_CHANGE')
  if (!isAtRest(order) || isUnderWay(order)) return refuse('WRONG_STATE')
  // The rest of a late payment never came.
  const owed = withRefunds(order, [], { at, reason: 'late' })
  return owed.length > 0 ? accept(...owed) : accept({ type: 'order.archived', at, data: {} })
}

/** Accepted, and something is still to be brought to its door. */
export function isUnderWay(order: Order): boolean {
  const live = order.accepted && order.closure === 'none'
  return live && order.fulfillments.some((fulfillment) => !hasArrived(order, fulfillment))
}

const SETTLED: ReadonlySet<Order['refunds'][number]['status']> = new Set([
  ...(['succeeded', 'manual', 'withdrawn'] as const),
])

/** Whoever answers these has the order taken up again; until then nobody's money has to wait for them. */
const CAN_WAIT: ReadonlySet<TaskKind> = new Set(['REFUND_APPROVAL'])

/** No money on its way, no person asked: only then may an order be put away. */
export function isAtRest(order: Order): boolean {
  return (
    order.tasks.every(({ kind, open }) => !open || CAN_WAIT.has(kind)) &&
    order.refunds.every(({ status }) => SETTLED.has(status)) &&
    order.tenders.every((tender) => tender.status !== 'closing') &&
    !isLate(order) &&
    !isOnHold(order) &&
    labelsToVoid(order).length === 0
  )
}

/** Something recorded calls for an effect: money to move, a label to book or void, stock to ask for. */
export function owesEffects(order: Order): boolean {
  const unbooked = isUnderWay(order) && !isOnHold(order) && order.parcels.some(isToBeBooked(order))
  return (
    unbooked ||
    isLate(order) ||
    dueRefunds(order).length > 0 ||
    closingTenders(order).length > 0 ||
    labelsToVoid(order).length > 0
  )
}

const isToBeBooked = (order: Order) => (parcel: Parcel) =>
  parcel.status === 'packed' && fulfillmentOf(order, parcel.fulfillmentId)?.stage === 'packed'

/** When the last clock of the order runs out: the late window of a closed one, else the after-sales window. */
export function reachableUntil(order: Order): number {
  const { status } = statusesOf(order)
  const anchor = Date.parse(order.deliveredAt ?? order.closedAt ?? order.placedAt)
  const window = ['cancelled', 'expired', 'refused', 'closed'].includes(status)
    ? order.policy.lateWindow
    : order.policy.afterSalesWindow
  return anchor + window
}
