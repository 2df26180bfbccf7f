import type { Db } from '../db/connection.ts'
import { reholdStock } from '../db/inventory.ts'

export type InventoryActivities = {
  /** Hold an expired order's units once more; false when they are gone. Safe to repeat. */
  reholdStock(request: { orderId: string }): Promise<boolean>
}

export function inventoryActivities(db: Db): InventoryActivities {
  return {
    reholdStock: ({ orderId }) => reholdStock(db, orderId),
  }
}
