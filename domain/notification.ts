import { heldOf } from './account.ts'
import { cashFeeIn } from './cash-fee.ts'
import type { OrderEvent } from './events.ts'
import { sum } from './money.ts'
import type { Order, Refund } from './order.ts'

/** What a mail can be about; `adapters/notification/template.ts` says what each needs to know. */
export type MailTemplate =
  | 'order_confirmed'
  | 'payment_failed'
  | 'payment_reminder'
  | 'order_expired'
  | 'order_cancelled'
  | 'shipped'
  | 'parcel_delivered'
  | 'delivered'
  | 'refunded'
  | 'payment_disputed'
  | 'dispute_ended'
  | 'invoice_issued'

/** What of an order a message is about. */
export type NoticeDetail = {
  parcelId?: string
  tenderId?: string
  /** Those that one message tells of. */
  refundIds?: string[]
  disputeId?: string
  invoiceId?: string
}

/** A message owed to someone. `revision` makes the key: one notice per (order, template, revision). */
export type Notice = NoticeDetail & { template: MailTemplate; revision: string }

/** Which notices an event owes the customer; of an order brought in, its own shop has told them. */
export function noticesOf(order: Order, event: OrderEvent): Notice[] {
  if (order.origin !== undefined) return []
  switch (event.type) {
    case 'order.accepted':
      return [{ template: 'order_confirmed', revision: event.at }]
    case 'tender.failed': {
      const { eventId = event.at, tenderId } = event.data
      const isOver = order.accepted || order.closure !== 'none'
      return isOver ? [] : [{ template: 'payment_failed', revision: eventId, tenderId }]
    }
    case 'payment.reminded':
      return [{ template: 'payment_reminder', revision: String(order.reminded) }]
    case 'order.expired':
      return [{ template: 'order_expired', revision: event.at }]
    case 'order.cancelled':
      return [{ template: 'order_cancelled', revision: '1' }]
    case 'parcel.handed_over':
      return [parcelNotice('shipped', event.data.parcelId)]
    case 'parcel.delivered':
      return [parcelNotice(deliveryTemplate(order, event.at), event.data.parcelId)]
    case 'refund.succeeded':
    case 'refund.failed':
    case 'refund.settled_by_hand':
      return refundNotices(order, event.data.refundId)
    case 'dispute.opened':
      return [disputeNotice('payment_disputed', event.data.disputeId)]
    case 'dispute.won':
    case 'dispute.lost':
      return [disputeNotice('dispute_ended', event.data.disputeId)]
    default:
      return []
  }
}

/** With its last parcel the order is delivered, and its receipt can be confirmed. */
const deliveryTemplate = ({ deliveredAt }: Order, at: string) =>
  deliveredAt === at ? 'delivered' : 'parcel_delivered'

function parcelNotice(template: MailTemplate, parcelId: string): Notice {
  return { template, revision: parcelId, parcelId }
}

function disputeNotice(template: MailTemplate, disputeId: string): Notice {
  return { template, revision: disputeId, disputeId }
}

/**
 * What goes back over several means is one refund to its customer, told once all of it has arrived; but for parts that were refused, of
 * which each is told by itself once a person has seen to it.
 */
function refundNotices(order: Order, refundId: string): Notice[] {
  const refund = order.refunds.find(({ id }) => id === refundId)
  if (refund === undefined) return []
  const all = isStraight(refund) ? togetherWith(order, refund).filter(isStraight) : [refund]
  if (all.some(({ status }) => status === 'requested')) return []
  const refundIds = all.filter(isBack).map(({ id }) => id)
  if (refundIds.length === 0) return []
  // Not by what happened last, which may be a refusal of a part that is told of later.
  return [{ template: 'refunded', revision: refundIds.join('+'), refundIds }]
}

/** Neither refused before nor sent another way. */
const isStraight = ({ attempt, account, status }: Refund) =>
  attempt === 1 && account === undefined && status !== 'manual' && status !== 'withdrawn'

const isBack = ({ status }: Refund) => status === 'succeeded' || status === 'manual'

/** All that was asked for at once with it. */
export const togetherWith = (order: Order, { requestedAt, reason }: Refund): Refund[] =>
  order.refunds.filter((one) => one.requestedAt === requestedAt && one.reason === reason)

/** What its cancellation has set going back by itself. */
export const refundsOfCancellation = ({ refunds, closedAt }: Order): Refund[] =>
  refunds.filter(({ requestedAt, status }) => requestedAt === closedAt && status !== 'withdrawn')

/** What of the price is still to be paid before the door: neither there, nor set aside. */
export function openSum(order: Order): number {
  const cash = order.tenders.find(({ status }) => status === 'due')
  const planned = [cash, ...order.tenders.filter(({ status }) => status === 'authorized')]
  const fee = cash === undefined ? cashFeeIn(order) : 0
  const borne = sum(planned.map((tender) => tender?.amount ?? 0))
  return Math.max(0, order.payable - fee - heldOf(order) - borne)
}
