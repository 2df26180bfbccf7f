import type { Cart, QuoteFacts, Ware } from '../domain/quote.ts'
import type { Locale } from '../domain/locale.ts'
import { readMerchants, readProducts } from './catalog.ts'
import type { Product } from './catalog.ts'
import type { Db, Tx } from './connection.ts'
import { readCoupons } from './coupon.ts'
import type { IndexedCoupon, RefusedCoupon } from './coupon.ts'
import { readMemberTier } from './customer.ts'
import { readFreightRules } from './freight.ts'
import { readShelves } from './inventory.ts'
import { readPromotions } from './promotion.ts'
import { readWarehouses } from './warehouse.ts'

export type QuoteRequest = {
  cart: Cart
  customerId: string
  /** Codes as they were typed in. */
  coupons: readonly string[]
  /** Language that names of products are taken in. */
  locale: Locale
  at: string
}

/**
 * Everything that a quote rests on, of one moment and without a lock: what changes afterwards is found out when the
 * order comes in.
 */
export async function readQuoteFacts(
  db: Db,
  request: QuoteRequest,
): Promise<{ facts: QuoteFacts; coupons: { held: IndexedCoupon[]; refused: RefusedCoupon[] } }> {
  return db.begin('isolation level repeatable read read only', async (tx) => {
    const { cart, customerId, coupons, locale, at } = request
    const skus = cart.lines.map(({ sku }) => sku)
    const products = await readProducts(tx, skus)
    const merchantIds = [...new Set(products.map(({ merchantId }) => merchantId))]
    const parts = products.flatMap(({ components }) => components.map(({ sku }) => sku))
    const [shelves, merchants, freightRules, promotions, held, memberTier] = await Promise.all([
      readShelves(tx, [...skus, ...parts]),
      readMerchants(tx, merchantIds),
      readFreightRules(tx, merchantIds),
      readPromotions(tx, { merchantIds, currency: cart.currency, at }),
      readCoupons(tx, { codes: coupons, customerId, at }),
      readMemberTier(tx, customerId),
    ])
    const warehouseIds = [...new Set(shelves.map(({ warehouseId }) => warehouseId))]
    const warehouses = await readWarehouses(tx, warehouseIds)
    const facts: QuoteFacts = {
      ...{ at, shelves, merchants, warehouses, freightRules, promotions },
      wares: products.map((product) => wareOf(product, locale)),
      coupons: held.held,
      ...(memberTier !== undefined && { memberTier }),
    }
    return { facts, coupons: held }
  })
}

function wareOf(product: Product, locale: Locale): Ware {
  const { images, image: _, translations, ...ware } = product
  const [image] = images
  return {
    ...ware,
    name: translations[locale]?.name ?? product.name,
    ...(image !== undefined && { image }),
  }
}
