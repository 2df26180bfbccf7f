import type { CatalogueSeed, ProductSeed } from '../db/catalog.ts'

/** Goods 0, 1, 2 … of merchants 0, 1, 2 … in turn, each merchant with a warehouse. */
export const skuOf = (index: number) => `sku-${index}`
export const merchantOf = (index: number) => `merchant-${index}`
export const warehouseOf = (index: number) => `warehouse-${index}`

/** Amounts in fen. */
export function goods(
  count: number,
  { onHand, merchants = 1 }: { onHand: number; merchants?: number },
): CatalogueSeed {
  const sellers = Array.from({ length: merchants }, (_, index) => merchantOf(index))
  const product = (index: number): ProductSeed => ({
    ...{ sku: skuOf(index), merchantId: merchantOf(index % merchants), name: `Goods ${index}` },
    ...{ price: 5990, currency: 'CNY', weightGrams: 250, image: null },
    stock: [{ warehouseId: warehouseOf(index % merchants), onHand }],
  })
  return {
    merchants: sellers.map((id) => ({
      ...{ id, name: id, commissionBps: 1000, freight: 800, currency: 'CNY' },
    })),
    warehouses: sellers.map((merchantId, index) => ({
      ...{ id: warehouseOf(index), merchantId, name: warehouseOf(index) },
    })),
    products: Array.from({ length: count }, (_, index) => product(index)),
  }
}
