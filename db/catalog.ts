import type { Db, Tx } from './connection.ts'

export type Merchant = {
  id: string
  name: string
  commissionBps: number
  freight: number
  currency: string
}

export type Product = {
  sku: string
  merchantId: string
  name: string
  price: number
  currency: string
  weightGrams: number
  image: string | null
}

export type CatalogueEntry = Product & { merchantName: string; available: number }

/** A page of what can be bought, by SKU; `q` is looked for in names. */
export async function listProducts(
  db: Db,
  { q, after, limit }: { q?: string | undefined; after?: string | undefined; limit: number },
): Promise<CatalogueEntry[]> {
  return db<CatalogueEntry[]>`
    select p.sku, p.merchant_id as "merchantId", m.name as "merchantName", p.name, p.price, p.currency,
      p.weight_grams as "weightGrams", p.image,
      coalesce((select sum(on_hand - reserved) from stock where stock.sku = p.sku), 0)::int as available
    from products p join merchants m on m.id = p.merchant_id
    where p.active
      ${q === undefined ? db`` : db`and p.name ilike ${`%${q.replaceAll(/[%_\\]/g, String.raw`\$&`)}%`}`}
      ${after === undefined ? db`` : db`and p.sku > ${after}`}
    order by p.sku limit ${limit}`
}

export async function readProducts(tx: Db | Tx, skus: readonly string[]): Promise<Product[]> {
  return tx<Product[]>`
    select sku, merchant_id as "merchantId", name, price, currency, weight_grams as "weightGrams", image
    from products where active and sku = any(${[...new Set(skus)]})`
}

export async function readMerchants(tx: Db | Tx, ids: readonly string[]): Promise<Merchant[]> {
  return tx<Merchant[]>`
    select id, name, commission_bps as "commissionBps", freight, currency
    from merchants where id = any(${[...new Set(ids)]})`
}

export type CatalogueSeed = {
  merchants: Merchant[]
  warehouses: { id: string; merchantId: string; name: string }[]
  products: (Product & { stock: { warehouseId: string; onHand: number }[] })[]
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
  for (const product of sorted(seed.products, ({ sku }) => sku)) await addProduct(tx, product)
}

const sorted = <T>(items: readonly T[], key: (item: T) => string) =>
  items.toSorted((a, b) => (key(a) < key(b) ? -1 : 1))

async function addProduct(tx: Db | Tx, product: CatalogueSeed['products'][number]): Promise<void> {
  const { sku, merchantId, name, price, currency, weightGrams, image } = product
  await tx`insert into products (sku, merchant_id, name, price, currency, weight_grams, image)
    values (${sku}, ${merchantId}, ${name}, ${price}, ${currency}, ${weightGrams}, ${image})
    on conflict do nothing`
  for (const { warehouseId, onHand } of product.stock) {
    await tx`insert into stock (sku, warehouse_id, on_hand) values (${sku}, ${warehouseId}, ${onHand})
      on conflict do nothing`
  }
}
