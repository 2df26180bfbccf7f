import { completenessOf } from '../domain/catalog.ts'
import type { ProductFacts } from '../domain/catalog.ts'
import { pathTo } from '../domain/category.ts'
import type { Category } from '../domain/category.ts'
import { wordsOfProduct } from '../domain/search.ts'
import type { Db, Tx } from './connection.ts'

/*
 * What is worked out of a product's facts and its category: the words that it is found by, and how complete it is.
 */

/** A product's facts and what they stand beside. */
export type ProductRecord = ProductFacts & {
  sku: string
  merchantId: string
  version: number
  /** Basis points. */
  completeness: number
  createdAt: Date
  updatedAt: Date
}

/** Of `products p`. */
export const recordColumns = (db: Db | Tx) => db`
  p.sku, p.merchant_id as "merchantId", p.version, p.name, p.description, p.translations,
  p.category_id as category, p.attributes, p.price, p.currency, p.images, p.weight_grams as "weightGrams",
  case when p.length_mm is not null then jsonb_build_object(
    'lengthMm', p.length_mm, 'widthMm', p.width_mm, 'heightMm', p.height_mm) end as size,
  p.fragile, p.shelf_life_days as "shelfLifeDays", p.tax_bps as "taxBps", ${componentsColumn(db)}, p.active,
  p.completeness,
  p.created_at as "createdAt", p.updated_at as "updatedAt"`

/** Components of `products p`, by SKU. */
export const componentsColumn = (db: Db | Tx) => db`
  (select coalesce(jsonb_agg(
      jsonb_build_object('sku', c.component_sku, 'quantity', c.quantity) order by c.component_sku collate "C"), '[]')
    from product_components c where c.sku = p.sku) as components`

/** Work it out for some products. The caller has the categories: `shareCategories`. */
export async function indexProducts(
  tx: Db | Tx,
  tree: readonly Category[],
  skus: readonly string[],
): Promise<void> {
  const products = await tx<ProductRecord[]>`
    select ${recordColumns(tx)} from products p where p.sku = any(${[...skus]})
    order by p.sku for no key update of p`
  const rows = products.map((product) => indexed(product, tree))
  await tx`
    update products set completeness = n.completeness, words =
      setweight(to_tsvector('shop_words', n.a), 'A') || setweight(to_tsvector('shop_words', n.b), 'B') ||
      setweight(to_tsvector('shop_words', n.c), 'C')
    from jsonb_to_recordset(${tx.json(rows)}) as n(sku text, completeness int, a text, b text, c text)
    where products.sku = n.sku`
}

function indexed(product: ProductRecord, tree: readonly Category[]) {
  const path = pathTo(tree, product.category)
  const { a, b, c } = wordsOfProduct(product.sku, product, path)
  const completeness = completenessOf(product, path).score
  return { sku: product.sku, completeness, a: a.join(' '), b: b.join(' '), c: c.join(' ') }
}
