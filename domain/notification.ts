import type { OrderEvent } from './events.ts'
import type { Order } from './order.ts'
import { sum } from './money.ts'

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

/** A message owed to someone. `revision` makes the key: one notice per (order, template, revision). */
export type Notice = {
  template: MailTemplate
  revision: string
  parcelId?: string
  refundId?: string
}

/** Which notices an event owes the customer; of an order brought in, its own shop has told them. */
export function noticesOf(order: Order, event: OrderEvent): Notice[] {
  if (order.origin !== undefined) return []
  switch (event.type) {
    case 'order.accepted':
      return [{ template: 'order_confirmed', revision: event.at }]
    case 'tender.failed':
      return order.accepted || order.closure !== 'none'
        ? []
        : [{ template: 'payment_failed', revision: event.data.eventId ?? event.at }]
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
      return [
        { template: 'refunded', revision: event.data.refundId, refundId: event.data.refundId },
      ]
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

/** Money that goes back to the customer by itself, for the cancellation notice. */
export function refundTotal(order: Order): number {
  return sum(order.refunds.map((refund) => refund.amount))
}
