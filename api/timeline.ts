import type { TimelineRow } from '../db/order.ts'
import type { EventType } from '../domain/events.ts'
import { evolve, foldOrder } from '../domain/evolve.ts'
import type { Order } from '../domain/order.ts'
import { statusesOf } from '../domain/status.ts'
import type { EntryView } from './shapes.ts'
import { partOf } from './view.ts'
import type { Sight } from './view.ts'

/** `all`: merchants and warehouses too, where it is about their part. Operators see every field. */
type Showing = { to: 'all' | 'buyer' | 'staff'; fields: readonly string[] }

const all = (...fields: string[]): Showing => ({ to: 'all', fields })
const buyer = (...fields: string[]): Showing => ({ to: 'buyer', fields })
const staff: Showing = { to: 'staff', fields: [] }

const SHOWN: Record<EventType, Showing> = {
  'order.placed': all('payBy'),
  'order.paid': all(),
  'order.accepted': all('promisedShipAt'),
  'order.expired': all(),
  'order.cancelled': all('by'),
  'order.readmitted': all(),
  'order.completed': all('by'),
  'order.archived': all(),
  'payment.reminded': buyer(),
  'freight.surcharged': buyer('fee'),
  'tender.added': buyer('tenderId', 'method', 'amount'),
  'tender.opened': buyer('tenderId'),
  'tender.authorized': buyer('tenderId'),
  'tender.failed': buyer('tenderId', 'code'),
  'tender.captured': buyer('tenderId', 'amount', 'source'),
  'tender.mismatched': buyer('tenderId'),
  'tender.closing': buyer('tenderId'),
  'tender.voided': buyer('tenderId'),
  'tender.cash_received': buyer('tenderId', 'amount', 'parcelId'),
  'tender.collected': buyer('tenderId'),
  'tender.waived': buyer('tenderId'),
  'tender.remitted': staff,
  'goodwill.proposed': staff,
  'dispute.opened': buyer('disputeId', 'tenderId', 'amount'),
  'dispute.won': buyer('disputeId'),
  'dispute.lost': buyer('disputeId'),
  'charge.reversed': buyer('id', 'reason', 'freight'),
  'refund.requested': buyer('refundId', 'tenderId', 'amount', 'reason'),
  'refund.succeeded': buyer('refundId'),
  'refund.failed': buyer('refundId'),
  'refund.retried': buyer('refundId'),
  'refund.rerouted': buyer('refundId'),
  'refund.settled_by_hand': buyer('refundId'),
  'refund.withdrawn': buyer('refundId'),
  'fulfillment.claimed': all('fulfillmentId'),
  'fulfillment.picked': all('fulfillmentId'),
  'fulfillment.check_failed': all('fulfillmentId'),
  'fulfillment.checked': all('fulfillmentId'),
  'fulfillment.packed': all('fulfillmentId', 'parcels'),
  'fulfillment.reduced': all('fulfillmentId', 'items', 'by'),
  'fulfillment.cancelled': all('fulfillmentId'),
  'fulfillment.stocked': all('fulfillmentId'),
  'parcel.booked': all('parcelId', 'carrier', 'waybill', 'trackingUrl'),
  'parcel.handed_over': all('parcelId', 'occurredAt'),
  'parcel.delivered': all('parcelId', 'occurredAt'),
  'parcel.refused': all('parcelId', 'occurredAt', 'reason'),
  'parcel.returned': all('parcelId', 'occurredAt'),
  'parcel.lost': all('parcelId', 'occurredAt'),
  'parcel.written_off': all('parcelId'),
  'parcel.voided': all('parcelId'),
  'aftersales.requested': buyer('requestId', 'kind', 'reason', 'items'),
  'report.ignored': staff,
  'task.raised': staff,
  'task.resolved': staff,
}

/** Entries after `after`, each with where the order stood then. `rows` begin with the first event. */
export function timelineView(
  rows: readonly TimelineRow[],
  { after, sight }: { after: number; sight: Sight },
): EntryView[] {
  const entries: EntryView[] = []
  let order: Order | undefined
  for (const row of rows) {
    order = order === undefined ? foldOrder([row]) : evolve(order, row)
    if (row.seq > after && maySee(order, row, sight)) entries.push(entryOf(order, row, sight))
  }
  return entries
}

function entryOf(order: Order, row: TimelineRow, sight: Sight): EntryView {
  const { status, payment } = statusesOf(order)
  const { seq, type, at } = row
  return {
    ...{ seq, type, at, status },
    ...(sight.whole && { paymentStatus: payment }),
    data: dataOf(row, sight),
  }
}

function dataOf({ type, data }: TimelineRow, sight: Sight): Record<string, unknown> {
  const isShown = (field: string) => sight.staff || SHOWN[type].fields.includes(field)
  return Object.fromEntries(Object.entries(data).filter(([field]) => isShown(field)))
}

function maySee(order: Order, { type, data }: TimelineRow, sight: Sight): boolean {
  const { to } = SHOWN[type]
  if (to === 'staff') return sight.staff
  if (sight.whole) return true
  return to === 'all' && isAboutPart(order, data, sight)
}

function isAboutPart(order: Order, data: object, { scope }: Sight): boolean {
  const { fulfillments, parcels } = partOf(order, scope)
  const { fulfillmentId, parcelId } = data as { fulfillmentId?: string; parcelId?: string }
  if (fulfillmentId !== undefined) return fulfillments.some(({ id }) => id === fulfillmentId)
  return parcelId === undefined || parcels.some(({ id }) => id === parcelId)
}
