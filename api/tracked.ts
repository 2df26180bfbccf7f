import { cashFeeIn } from '../domain/cash-fee.ts'
import { readMerchants } from '../db/catalog.ts'
import { readTimeline } from '../db/order.ts'
import type { OrderRow } from '../db/order.ts'
import { readScans } from '../db/shipping.ts'
import { cashDue, cashTender, creditedOf, takenBackOf } from '../domain/account.ts'
import { cancelOrder, completeOrder } from '../domain/lifecycle.ts'
import { sum } from '../domain/money.ts'
import { cancelledUnits } from '../domain/order.ts'
import type { Order, Parcel } from '../domain/order.ts'
import { outlookOf } from '../domain/outlook.ts'
import { reversalAmount } from '../domain/reversal.ts'
import { capturedOf, fulfillmentStatus, refundedOf, statusesOf } from '../domain/status.ts'
import type { Action, Entry, Paying, Tracked } from '../web/tracked.ts'
import { orderNow } from './clock.ts'
import type { ApiParts, ApiSettings } from './context.ts'
import { invoicesView } from './invoice.ts'
import { LAST_SEQ } from './order.ts'
import { payActionsOf, payingOf } from './paying.ts'
import { parcelView } from './view.ts'

/** All that an order's page shows, from the read model. */
export async function trackedOf(parts: ApiParts, row: OrderRow): Promise<Tracked> {
  const { order } = row
  const { id: orderId, lines, fulfillments } = order
  const now = orderNow(parts, row).toISOString()
  const [entries, scans, { items: invoices }, paying, merchants] = await Promise.all([
    readTimeline(parts.db, { orderId, after: 0, limit: LAST_SEQ }),
    readScans(parts.db, orderId),
    invoicesView(parts, orderId),
    payingOf(parts, order, now),
    readMerchants(
      parts.db,
      lines.map(({ merchantId }) => merchantId),
    ),
  ])
  return {
    ...asItHappened(order, entries),
    now,
    invoices: invoices.map(({ kind, issuer, amount, pdf }) => ({
      ...{ kind, issuer, amount },
      ...(pdf !== undefined && { pdf }),
    })),
    statuses: statusesOf(order),
    outlook: outlookOf(order),
    fulfillments: Object.fromEntries(
      fulfillments.map((one) => [one.id, fulfillmentStatus(order, one)]),
    ),
    parcels: Object.fromEntries(order.parcels.map((one) => [one.id, parcelView(one, scans)])),
    ...cashOf(order),
    cancelled: Object.fromEntries(lines.map(({ id }) => [id, cancelledUnits(order, id)])),
    cashFee: cashFeeIn(order),
    reversed: creditedOf(order),
    merchants: Object.fromEntries(merchants.map(({ id, name }) => [id, name])),
    paid: capturedOf(order),
    refunded: refundedOf(order),
    takenBack: takenBackOf(order),
    ...(paying !== undefined && { paying }),
    actions: actionsOf(order, { at: now, settings: parts.settings, paying }),
  }
}

/** Of an order that was brought in, by the clocks of those who told of it; what was recorded with a report came with it. */
export function asItHappened(
  order: Order,
  entries: readonly Entry[],
): Pick<Tracked, 'order' | 'entries'> {
  const { origin } = order
  if (origin === undefined) return { order, entries }
  let [at, recordedAt] = [origin.placedAt, entries[0]?.at]
  const told = entries.map((entry) => {
    at = occurredAt(entry) ?? (entry.at === recordedAt ? at : entry.at)
    recordedAt = entry.at
    return { ...entry, at }
  })
  const delivered = told.findLast(({ type }) => type === 'parcel.delivered')
  const deliveredAt = order.deliveredAt === undefined ? undefined : delivered?.at
  const moments = { placedAt: origin.placedAt, ...(deliveredAt !== undefined && { deliveredAt }) }
  return { order: { ...order, ...moments }, entries: told }
}

const occurredAt = ({ data }: Entry) => ('occurredAt' in data ? data.occurredAt : undefined)

/** No courier comes for it any more. What is lost may still be found and brought. */
const DONE: ReadonlySet<Parcel['status']> = new Set([
  ...(['delivered', 'refused', 'returned', 'written_off', 'voided'] as const),
])

/** What was taken off before it came into a parcel, so that no courier ever had to collect it. */
const cancelledBefore = ({ reversals }: Order) =>
  sum(
    reversals
      .filter(({ lines }) => lines.every(({ parcelId }) => parcelId === undefined))
      .map(reversalAmount),
  )

/** What couriers are still to collect: in all, and where some parcels are with them, for those. */
export function cashOf(order: Order): Pick<Tracked, 'cash'> {
  const tender = cashTender(order)
  if (tender === undefined) return {}
  const due = (isMeant: (parcel: Parcel) => boolean) =>
    sum(order.parcels.filter(isMeant).map((parcel) => cashDue(order, parcel) ?? 0))
  return {
    cash: {
      due: tender.amount - cancelledBefore(order) - due(({ status }) => DONE.has(status)),
      atTheDoor: due(({ status }) => status === 'handed_over'),
    },
  }
}

/** By the rules that will judge the command, so that no button is there in vain. */
export function actionsOf(
  order: Order,
  { at, settings, paying }: { at: string; settings: ApiSettings; paying: Paying | undefined },
): Action[] {
  if (order.archivedAt !== undefined) return []
  return [
    ...payActionsOf(paying, settings),
    ...('events' in completeOrder(order, 'customer', at) ? (['confirm-receipt'] as const) : []),
    ...('events' in cancelOrder(order, { by: 'customer', at }) ? (['cancel'] as const) : []),
    ...(settings.mode === 'development' ? (['fast-forward'] as const) : []),
  ]
}
