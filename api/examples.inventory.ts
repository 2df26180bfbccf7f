import type { StockChangeView, StockView } from './inventory.ts'
import type { PurchaseView } from './purchasing.ts'

/*
 * A shelf that was sold down to its warning level, and how it fills again.
 */

export const PLACE = { sku: 'TEA-GREEN-250', warehouse: 'aurora-shenzhen' }
export const MERCHANT_ID = 'aurora'
export const SUPPLIER_ID = 'aurora-estate'
export const PURCHASE_ID = '5f0c6a528d3e4c0b9a530f6e8a1d7c11'
const SHELF = { sku: PLACE.sku, warehouseId: PLACE.warehouse }

export const STOCK_SETTINGS = { safety: 2, warningLevel: 5, targetLevel: 20 }
export const STOCK: StockView = {
  ...{ ...SHELF, merchantId: MERCHANT_ID, onHand: 12, reserved: 6, missing: 0, free: 4 },
  ...{ waiting: 0, ...STOCK_SETTINGS, supplierId: SUPPLIER_ID, allotments: 0 },
}
export const STOCK_PAGE: { items: StockView[]; next: string | null } = {
  items: [STOCK],
  next: null,
}

export const ADJUSTMENT = { ...SHELF, by: -2, reason: 'damaged' as const }
export const COUNT = { ...SHELF, counted: 12, reason: 'cycle' as const }
const changed = {
  ...{ ...SHELF, reference: 'k5x2qv7mzj4r3n6w8t9ybgh5ca', short: 0 },
  ...{ actor: 'aurora-owner', at: '2026-03-01T08:00:00.000Z' },
}
export const ADJUSTED: StockChangeView = {
  ...{ id: 41, kind: 'adjustment', reason: 'damaged', before: 14, after: 12, ...changed },
}
export const COUNTED: StockChangeView = {
  ...{ id: 42, kind: 'count', reason: 'cycle', before: 12, after: 12, ...changed },
}
export const STOCK_CHANGES: { items: StockChangeView[]; next: string | null } = {
  items: [COUNTED, ADJUSTED],
  next: null,
}

export const STOCK_SOURCE = { source: 'erp', warehouseId: PLACE.warehouse }
export const SNAPSHOT = {
  ...{ ...STOCK_SOURCE, version: 118 },
  takenAt: '2026-03-01T08:00:00Z',
  items: [
    { sku: PLACE.sku, onHand: 12 },
    { sku: 'TEA-RETIRED', onHand: 3 },
  ],
}
export const SNAPSHOT_TAKEN = {
  ...{ stale: false as const, version: 118, known: 1, applied: 1 },
  ...{ unknown: ['TEA-RETIRED'], short: [] },
}

export const PURCHASE: PurchaseView = {
  ...{ id: PURCHASE_ID, ...SHELF, merchantId: MERCHANT_ID, supplierId: SUPPLIER_ID },
  ...{ quantity: 16, received: 10, status: 'sent', requestedAt: '2026-03-01T08:00:00.000Z' },
  sentAt: '2026-03-01T08:00:01.000Z',
  expectedAt: '2026-03-08T08:00:01.000Z',
  closedAt: null,
}
export const PURCHASES: { items: PurchaseView[]; next: string | null } = {
  items: [PURCHASE],
  next: null,
}
export const PURCHASE_CANCELLED: PurchaseView = {
  ...{ ...PURCHASE, status: 'cancelled', closedAt: '2026-03-04T10:30:00.000Z' },
}

const contact = { name: 'Orders', email: 'orders@estate.example', locale: 'en' as const }
export const SUPPLIER_REQUEST = { leadDays: 7, contact }
export const SUPPLIER = { id: SUPPLIER_ID, merchantId: MERCHANT_ID, leadDays: 7, contact }
