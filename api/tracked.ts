import { readMerchants } from '../db/catalog.ts'
import { readTimeline } from '../db/order.ts'
import type { OrderRow } from '../db/order.ts'
import { readScans } from '../db/shipping.ts'
import { cancelOrder, completeOrder } from '../domain/lifecycle.ts'
import type { Order } from '../domain/order.ts'
import { outlookOf } from '../domain/outlook.ts'
import { isPayable } from '../domain/payment.ts'
import { capturedOf, fulfillmentStatus, statusesOf } from '../domain/status.ts'
import type { Action, Tracked } from '../web/tracked.ts'
import { orderNow } from './clock.ts'
import type { ApiParts, ApiSettings } from './context.ts'
import { LAST_SEQ } from './order.ts'
import { parcelView, refundedOf } from './view.ts'

/** All that an order's page shows, from the read model. */
export async function trackedOf(parts: ApiParts, row: OrderRow): Promise<Tracked> {
  const { order } = row
  const { id: orderId, lines, fulfillments, parcels } = order
  const now = orderNow(parts, row).toISOString()
  const [entries, scans, merchants] = await Promise.all([
    readTimeline(parts.db, { orderId, after: 0, limit: LAST_SEQ }),
    readScans(parts.db, orderId),
    readMerchants(
      parts.db,
      lines.map(({ merchantId }) => merchantId),
    ),
  ])
  return {
    ...{ order, entries, now },
    statuses: statusesOf(order),
    outlook: outlookOf(order),
    fulfillments: Object.fromEntries(
      fulfillments.map((one) => [one.id, fulfillmentStatus(order, one)]),
    ),
    parcels: Object.fromEntries(parcels.map((one) => [one.id, parcelView(one, scans)])),
    merchants: Object.fromEntries(merchants.map(({ id, name }) => [id, name])),
    paid: capturedOf(order),
    refunded: refundedOf(order),
    actions: actionsOf(order, now, parts.settings),
  }
}

/** By the rules that will judge the command, so that no button is there in vain. */
function actionsOf(order: Order, at: string, settings: ApiSettings): Action[] {
  if (order.archivedAt !== undefined) return []
  const isDevelopment = settings.mode === 'development'
  const toTestPlatform = isDevelopment && settings.sandboxUrl !== undefined
  const offers: Record<Action, boolean> = {
    pay: toTestPlatform && isPayable(order) && order.payable > 0,
    'confirm-receipt': 'events' in completeOrder(order, 'customer', at),
    cancel: 'events' in cancelOrder(order, { by: 'customer', at }),
    'fast-forward': isDevelopment,
  }
  return (Object.keys(offers) as Action[]).filter((action) => offers[action])
}
