import type { Db } from '../db/connection.ts'
import { holdAgain, releaseHoldings } from '../db/holding.ts'

export type InventoryActivities = {
  /** Hold an expired order's units and coupons once more; false when any are gone. Safe to repeat. */
  reholdStock(request: { orderId: string }): Promise<boolean>
  /** Give back what was held once more and isn't used. Safe to repeat. */
  releaseStock(request: { orderId: string }): Promise<void>
}

export function inventoryActivities(db: Db): InventoryActivities {
  return {
    reholdStock: ({ orderId }) => holdAgain(db, orderId),
    releaseStock: ({ orderId }) => releaseHoldings(db, orderId),
  }
}
