import type { Attributes, Category } from '../domain/category.ts'
import type { Component, ProductFacts, Translations } from '../domain/catalog.ts'
import { DEFAULT_TAX_BPS } from '../domain/invoice.ts'
import { addCategories, shareCategories } from './category.ts'
import type { Db, Tx } from './connection.ts'
import { insertProduct } from './product.ts'
import { componentsColumn, indexProducts } from './product-index.ts'

export type Merchant = {
  id: string
  name: string
  commissionBps: number
  freight: number
  currency: string
}

/** What an order takes over of a product. */
export type Product = {
  sku: string
  merchantId: string
  name: string
  price: number
  currency: string
  weightGrams: number
  taxBps: number
  image: string | null
  images: string[]
  /** Its category and those above, from the root down. */
  categories: string[]
  attributes: Attributes
  translations: Translations
  /** What one unit of a bundle is taken from the shelf as; empty for everything else. */
  components: Component[]
  /** Active, and its merchant approved. */
  forSale: boolean
}

/** Products by SKU, whether they are for sale or not. */
export async function readProducts(tx: Db | Tx, skus: readonly string[]): Promise<Product[]> {
  return tx<Product[]>`
    select p.sku, p.merchant_id as "merchantId", p.name, p.price, p.currency,
      p.weight_grams as "weightGrams", p.tax_bps as "taxBps", p.image, p.images, p.attributes, p.translations,
      ${componentsColumn(tx)}, p.active and m.status = 'approved' as "forSale",
      array(
        with recursive path as (
          select id, parent_id, 0 as depth from categories where id = p.category_id
          union all
          select c.id, c.parent_id, depth + 1 from categories c join path on c.id = path.parent_id
        ) select id from path order by depth desc) as categories
    from products p join merchants m on m.id = p.merchant_id
    where p.sku = any(${[...new Set(skus)]})`
}

export async function readMerchants(tx: Db | Tx, ids: readonly string[]): Promise<Merchant[]> {
  return tx<Merchant[]>`
    select id, name, commission_bps as "commissionBps", freight, currency
    from merchants where id = any(${[...new Set(ids)]})`
}

type NeededFacts = Pick<ProductFacts, 'name' | 'price' | 'currency' | 'weightGrams'>

/** A product as it is first known: facts that aren't told are as of one that says no more than it must. */
export type ProductSeed = NeededFacts &
  Partial<ProductFacts> & {
    sku: string
    merchantId: string
    /** Used where there are no `images`. */
    image: string | null
    stock: { warehouseId: string; onHand: number }[]
  }

export type CatalogueSeed = {
  merchants: Merchant[]
  warehouses: { id: string; merchantId: string; name: string }[]
  categories?: Category[]
  products: ProductSeed[]
}

/** Add what isn't there yet; what is there stays as it is, stock above all. Always in one order: none can deadlock. */
export async function addToCatalogue(tx: Db | Tx, seed: CatalogueSeed): Promise<void> {
  for (const merchant of sorted(seed.merchants, ({ id }) => id)) {
    const { id, name, commissionBps, freight, currency } = merchant
    await tx`insert into merchants (id, name, commission_bps, freight, currency)
      values (${id}, ${name}, ${commissionBps}, ${freight}, ${currency}) on conflict do nothing`
  }
  for (const { id, merchantId, name } of sorted(seed.warehouses, ({ id }) => id)) {
    await tx`insert into warehouses (id, merchant_id, name) values (${id}, ${merchantId}, ${name})
      on conflict do nothing`
  }
  await addCategories(tx, seed.categories ?? [])
  await addProducts(tx, seed.products)
}

const sorted = <T>(items: readonly T[], key: (item: T) => string) =>
  items.toSorted((a, b) => (key(a) < key(b) ? -1 : 1))

/** Bundles come after all else. */
async function addProducts(tx: Db | Tx, products: readonly ProductSeed[]): Promise<void> {
  if (products.length === 0) return
  const added: string[] = []
  const isBundle = ({ components = [] }: ProductSeed) => components.length > 0
  const singles = products.filter((product) => !isBundle(product))
  const ordered = [...bySku(singles), ...bySku(products.filter(isBundle))]
  // Before the products, as whoever else writes them does.
  const tree = await shareCategories(tx)
  for (const product of ordered) if (await addProduct(tx, product)) added.push(product.sku)
  if (added.length > 0) await indexProducts(tx, tree, added)
}

const bySku = (products: readonly ProductSeed[]) => sorted(products, ({ sku }) => sku)

/** False where it was there already. */
async function addProduct(tx: Db | Tx, { stock, ...product }: ProductSeed): Promise<boolean> {
  const { sku, merchantId } = product
  const isNew = await insertProduct(tx, { sku, merchantId, facts: factsOf(product) })
  for (const { warehouseId, onHand } of stock) {
    await tx`insert into stock (sku, warehouse_id, on_hand) values (${sku}, ${warehouseId}, ${onHand})
      on conflict do nothing`
  }
  return isNew
}

function factsOf({ image, ...told }: Omit<ProductSeed, 'stock'>): ProductFacts {
  return {
    ...{ description: '', translations: {}, category: null, attributes: {} },
    ...{ images: image === null ? [] : [image], size: null, fragile: false },
    ...{ shelfLifeDays: null, taxBps: DEFAULT_TAX_BPS, components: [], active: true },
    ...told,
  }
}
