import type { Carrier } from '../adapters/shipping/port.ts'
import type { PaymentPlatform } from '../adapters/payment/port.ts'
import type { Db } from '../db/connection.ts'
import { inventoryActivities } from './inventory.ts'
import type { InventoryActivities } from './inventory.ts'
import { notificationActivities } from './notification.ts'
import type { NotificationActivities, NotificationParts } from './notification.ts'
import { orderActivities } from './order.ts'
import type { OrderActivities } from './order.ts'
import { paymentActivities } from './payment.ts'
import type { PaymentActivities } from './payment.ts'
import { replenishmentActivities } from './replenishment.ts'
import type { ReplenishmentActivities } from './replenishment.ts'
import { shippingActivities } from './shipping.ts'
import type { ShippingActivities } from './shipping.ts'

/** Everything an order may cause. Workflows import this type; the worker hands in the parts. */
export type Activities = OrderActivities &
  InventoryActivities &
  PaymentActivities &
  ReplenishmentActivities &
  ShippingActivities &
  NotificationActivities

export type Parts = NotificationParts & {
  db: Db
  payments: PaymentPlatform
  carrier: Carrier
  /** Told of every commit with notices, so that this process hands them over at once. */
  onNotices: (orderId: string) => void
}

export function createActivities(parts: Parts): Activities {
  return {
    ...orderActivities(parts.db, parts.onNotices),
    ...inventoryActivities(parts.db),
    ...paymentActivities(parts.payments),
    ...replenishmentActivities(parts.db, parts),
    ...shippingActivities(parts.db, parts),
    ...notificationActivities(parts.db, parts),
  }
}
