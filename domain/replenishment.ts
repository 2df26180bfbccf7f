/** A SKU in a warehouse. */
export type ShelfKey = { sku: string; warehouseId: string }

/** Why people change what a shelf is said to hold. */
export const ADJUSTMENT_REASONS = [
  ...(['damaged', 'expired', 'lost', 'found'] as const),
  ...(['supplier_return', 'internal_use', 'correction'] as const),
] as const

/** Why they count. */
export const COUNT_REASONS = ['cycle', 'year_end', 'spot_check', 'first_count'] as const

export const STOCK_CHANGES = ['adjustment', 'count', 'receipt', 'snapshot'] as const
export type StockChangeKind = (typeof STOCK_CHANGES)[number]

/** `sent`: its supplier knows. */
export const PURCHASE_STATUSES = ['open', 'sent', 'received', 'cancelled'] as const
export type PurchaseStatus = (typeof PURCHASE_STATUSES)[number]

/** A purchase request that waits for goods, as its workflow knows it. */
export type OpenPurchase = ShelfKey & {
  id: string
  merchantId: string
  /** Left out where nobody is said to deliver this. */
  supplierId?: string
  quantity: number
  received: number
  /** Days from being told to delivery, by the supplier's word. */
  leadDays: number
  /** Until when the goods should be here; left out until the supplier was told. */
  expectedAt?: string
}

/** Where the contact stands that a supplier's orders go to: personal data, sealed. */
export const ordersContactOf = (supplierId: string) => ({
  subject: `supplier:${supplierId}`,
  name: 'orders',
})

/** Days after the reminder until a person is asked. */
export const REMINDER_PATIENCE_DAYS = 2
