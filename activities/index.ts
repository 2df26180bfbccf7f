import type { Carrier } from '../adapters/shipping/port.ts'
import type { Platforms } from '../adapters/payment/port.ts'
import type { Db } from '../db/connection.ts'
import { orderUrl } from '../domain/link.ts'
import { DEFAULT_PERIOD } from '../domain/settlement.ts'
import type { SettlementPeriod } from '../domain/settlement.ts'
import { financeActivities } from './finance.ts'
import type { FinanceActivities } from './finance.ts'
import { inventoryActivities } from './inventory.ts'
import type { InventoryActivities } from './inventory.ts'
import { invoiceActivities } from './invoice.ts'
import type { InvoiceActivities, InvoiceParts } from './invoice.ts'
import { notificationActivities } from './notification.ts'
import type { NotificationActivities, NotificationParts } from './notification.ts'
import { orderActivities } from './order.ts'
import type { OrderActivities } from './order.ts'
import { paymentActivities } from './payment.ts'
import type { PaymentActivities } from './payment.ts'
import { replenishmentActivities } from './replenishment.ts'
import type { ReplenishmentActivities } from './replenishment.ts'
import { settlementActivities } from './settlement.ts'
import type { SettlementActivities } from './settlement.ts'
import { shippingActivities } from './shipping.ts'
import type { ShippingActivities } from './shipping.ts'
import { valueActivities } from './value.ts'
import type { ValueActivities } from './value.ts'

/** Everything an order may cause. Workflows import this type; the worker hands in the parts. */
export type Activities = OrderActivities &
  FinanceActivities &
  InventoryActivities &
  InvoiceActivities &
  PaymentActivities &
  ReplenishmentActivities &
  SettlementActivities &
  ShippingActivities &
  ValueActivities &
  NotificationActivities

export type Parts = NotificationParts &
  InvoiceParts & {
    db: Db
    platforms: Platforms
    carrier: Carrier
    /** How often merchants are settled with. */
    settlementPeriod?: SettlementPeriod
    /** Told of every commit with notices, so that this process hands them over at once. */
    onNotices: (orderId: string) => void
  }

export function createActivities(parts: Parts): Activities {
  const { platforms, links, timeZone, settlementPeriod: period = DEFAULT_PERIOD } = parts
  const orderPage = (orderId: string) => orderUrl(links, orderId, Date.now())
  return {
    ...orderActivities(parts.db, parts.onNotices),
    ...financeActivities(parts.db, platforms),
    ...inventoryActivities(parts.db),
    ...invoiceActivities(parts.db, parts),
    ...paymentActivities(parts.db, { platforms, orderPage, vaultKey: parts.vaultKey }),
    ...replenishmentActivities(parts.db, parts),
    ...settlementActivities(parts.db, { period, timeZone }),
    ...shippingActivities(parts.db, parts),
    ...valueActivities(parts.db),
    ...notificationActivities(parts.db, parts),
  }
}
