import type { Cart, QuoteFacts, Ware } from '../domain/quote.ts'
import type { Locale } from '../domain/locale.ts'
import type { Shelf } from '../domain/sourcing.ts'
import { readMerchants, readProducts } from './catalog.ts'
import type { Product } from './catalog.ts'
import { together } from './connection.ts'
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
    const [products, own, held, memberTier] = await together([
      readProducts(tx, skus),
      readShelves(tx, skus),
      readCoupons(tx, { codes: coupons, customerId, at }),
      readMemberTier(tx, customerId),
    ])
    const merchantIds = [...new Set(products.map(({ merchantId }) => merchantId))]
    const parts = products.flatMap(({ components }) => components.map(({ sku }) => sku))
    const shelves = [...own, ...(await readShelvesOfParts(tx, parts, skus))]
    const warehouseIds = [...new Set(shelves.map(({ warehouseId }) => warehouseId))]
    const [merchants, freightRules, promotions, warehouses] = await together([
      readMerchants(tx, merchantIds),
      readFreightRules(tx, merchantIds),
      readPromotions(tx, { merchantIds, currency: cart.currency, at }),
      readWarehouses(tx, warehouseIds),
    ])
    const facts: QuoteFacts = {
      ...{ at, shelves, merchants, warehouses, freightRules, promotions },
      wares: products.map((product) => wareOf(product, locale)),
      coupons: held.held,
      ...(memberTier !== undefined && { memberTier }),
    }
    return { facts, coupons: held }
  })
}

/** Bundles are few: shelves of what they are made of are read only where there are any. */
async function readShelvesOfParts(tx: Tx, parts: string[], read: string[]): Promise<Shelf[]> {
  const unread = parts.filter((sku) => !read.includes(sku))
  return unread.length === 0 ? [] : readShelves(tx, unread)
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
