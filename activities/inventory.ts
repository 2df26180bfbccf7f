import type { Db } from '../db/connection.ts'
import { reholdStock, releaseHeld } from '../db/inventory.ts'

export type InventoryActivities = {
  /** Hold an expired order's units once more; false when they are gone. Safe to repeat. */
  reholdStock(request: { orderId: string }): Promise<boolean>
  /** Give back what was held once more and isn't used. Safe to repeat. */
  releaseStock(request: { orderId: string }): Promise<void>
}

export function inventoryActivities(db: Db): InventoryActivities {
  return {
    reholdStock: ({ orderId }) => reholdStock(db, orderId),
    releaseStock: ({ orderId }) => releaseHeld(db, orderId),
  }
}
