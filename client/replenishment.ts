import type { Client } from '@temporalio/client'
import { TypedSearchAttributes } from '@temporalio/common'
import type { ShelfKey } from '../domain/replenishment.ts'
import { purchaseChangedSignal } from '../workflows/replenishment-messages.ts'
import { attributesOfShelf } from '../workflows/search-attributes.ts'

export type Restocked = ShelfKey & { merchantId: string }

/** SKUs hold hyphens, so the two are kept apart by what neither can hold once it is encoded. */
export const replenishmentIdOf = ({ sku, warehouseId }: ShelfKey) =>
  `replenishment-${encodeURIComponent(sku)}@${encodeURIComponent(warehouseId)}`

/** One workflow per shelf with an open request. */
export const replenishmentOf = (
  taskQueue: string,
  { sku, warehouseId, merchantId }: Restocked,
) => ({
  taskQueue,
  workflowId: replenishmentIdOf({ sku, warehouseId }),
  args: [{ sku, warehouseId }] satisfies [ShelfKey],
  typedSearchAttributes: new TypedSearchAttributes(attributesOfShelf({ merchantId, warehouseId })),
  staticSummary: `${sku} at ${warehouseId}`,
})

/** It is told that there is news, or started where none runs. */
export async function tellReplenishment(
  client: Client,
  taskQueue: string,
  shelf: Restocked,
): Promise<void> {
  await client.workflow.signalWithStart('replenishment', {
    ...replenishmentOf(taskQueue, shelf),
    signal: purchaseChangedSignal,
  })
}
