import { randomUUID } from 'node:crypto'
import type { CatalogueSeed } from '../db/catalog.ts'

export type Product = CatalogueSeed['products'][number]

/** Units of each product: more than all tests of a file buy. */
const ON_HAND = 10_000

/**
 * What a world sells unless it is told otherwise. Two merchants with a warehouse each, amounts in fen, freight flat
 * per fulfillment: `tea` 59.90 and `cup` 35.00 of Aurora (freight 8.00), `tray` 19.99 of Bamboo (freight 6.00).
 */
export const CATALOGUE: CatalogueSeed = {
  merchants: [
    { id: 'aurora', name: 'Aurora Tea', commissionBps: 1000, freight: 800, currency: 'CNY' },
    { id: 'bamboo', name: 'Bamboo Works', commissionBps: 1000, freight: 600, currency: 'CNY' },
  ],
  warehouses: [
    { id: 'aurora-shenzhen', merchantId: 'aurora', name: 'Shenzhen' },
    { id: 'bamboo-hangzhou', merchantId: 'bamboo', name: 'Hangzhou' },
  ],
  products: [
    ware('tea', { merchantId: 'aurora', warehouseId: 'aurora-shenzhen', price: 5990 }),
    ware('cup', { merchantId: 'aurora', warehouseId: 'aurora-shenzhen', price: 3500 }),
    ware('tray', { merchantId: 'bamboo', warehouseId: 'bamboo-hangzhou', price: 1999 }),
  ],
}

type Place = { merchantId: string; warehouseId: string; price: number; onHand?: number }

function ware(sku: string, { warehouseId, onHand = ON_HAND, ...facts }: Place): Product {
  const looks = { name: sku, currency: 'CNY', weightGrams: 250, image: null }
  return { sku, ...looks, ...facts, stock: [{ warehouseId, onHand }] }
}

/** What a product of a test's own may say; everything else is as for the catalogue's first warehouse. */
export type OwnProduct = { price?: number; onHand?: number; weightGrams?: number }

/** A product whose stock no other order touches, sold by the catalogue's first merchant and warehouse. */
export function ownProduct(
  { merchants, warehouses }: CatalogueSeed,
  { price = 5990, onHand = 10, weightGrams = 250 }: OwnProduct,
): Product {
  const [warehouse] = warehouses
  const merchant = merchants.find(({ id }) => id === warehouse?.merchantId)
  if (warehouse === undefined || merchant === undefined) {
    throw new Error('a catalogue needs a warehouse with its merchant')
  }
  const sku = `own-${randomUUID()}`
  const place = { merchantId: merchant.id, warehouseId: warehouse.id, price, onHand }
  return { ...ware(sku, place), currency: merchant.currency, weightGrams }
}
