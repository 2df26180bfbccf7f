import { MAX_AMOUNT } from '../domain/money.ts'
import { wordsToFind } from '../domain/search.ts'
import type { Db, Tx } from './connection.ts'
import { recordColumns } from './product-index.ts'
import type { ProductRecord } from './product-index.ts'

/*
 * What buyers see of the catalogue: products for sale, narrowed down, sorted and counted.
 */

export const SORTS = ['relevance', 'price', '-price', 'newest'] as const
export type Sort = (typeof SORTS)[number]

/** Values of one list are alternatives; everything else has to hold together. Prices in minor units, both ends included. */
export type ProductFilter = {
  q?: string | undefined
  /** With all categories below. */
  category?: string | undefined
  merchant?: string[] | undefined
  currency?: string | undefined
  minPrice?: number | undefined
  maxPrice?: number | undefined
  /** By key of the attribute. */
  attributes: ReadonlyMap<string, readonly string[]>
  inStock?: boolean | undefined
  fragile?: boolean | undefined
}

/** Where a page ended: what the sort goes by, then the SKU. */
export type ProductCursor = { key: number; sku: string }

export type CatalogueEntry = ProductRecord & {
  merchantName: string
  categoryName: { en: string; zh: string } | null
  available: number
  /** Of the sort, for the cursor. */
  key: number
}

/** A page of what can be bought. */
export async function listProducts(
  db: Db,
  filter: ProductFilter,
  page: { sort: Sort; cursor?: ProductCursor | undefined; limit: number },
): Promise<CatalogueEntry[]> {
  const { key, after, direction } = sortOf(db, filter, page.sort)
  const { cursor } = page
  const rest =
    cursor === undefined
      ? db``
      : db`where (key ${after} ${cursor.key} or (key = ${cursor.key} and sku > ${cursor.sku}))`
  return db<CatalogueEntry[]>`
    with found as (
      select p.sku, (${key})::float8 as key ${forSale(db, { stock: filter.inStock !== undefined })}
        and ${allOf(db, conditions(db, filter).values())}
    ), page as (
      select * from found ${rest} order by key ${direction}, sku limit ${page.limit}
    )
    select ${entryColumns(db)}, page.key from page join products p using (sku)
      join merchants m on m.id = p.merchant_id left join categories k on k.id = p.category_id
    order by page.key ${direction}, p.sku`
}

/** A product that is for sale. */
export async function readForSale(db: Db, sku: string): Promise<CatalogueEntry | undefined> {
  const [row] = await db<CatalogueEntry[]>`
    select ${entryColumns(db)}, 0 as key from products p join merchants m on m.id = p.merchant_id
      left join categories k on k.id = p.category_id
    where p.sku = ${sku} and p.active and m.status = 'approved'`
  return row
}

const entryColumns = (db: Db) => db`
  ${recordColumns(db)}, m.name as "merchantName", ${availableUnits(db)} as available,
  case when k.id is not null then jsonb_build_object('en', k.name_en, 'zh', k.name_zh) end as "categoryName"`

/** `stock`: with `had`, null where nothing of a product can be had. */
export const forSale = (db: Db | Tx, { stock }: { stock: boolean }) => db`
  from products p join merchants m on m.id = p.merchant_id
    ${stock ? db`left join ${toBeHad(db)} had on had.sku = p.sku` : db``}
  where p.active and m.status = 'approved'`

/**
 * Units of `products p` that can be had: in each warehouse those that are neither promised nor kept back, of a bundle
 * as many as its scarcest component allows there. Beyond 32 bits, as nobody bounds how many warehouses there are.
 */
const availableUnits = (db: Db) => db`
  coalesce((
    select sum(units) from (
      select min(greatest(0, s.on_hand - s.reserved - s.safety + coalesce((
        select sum(a.units) from stock_allotments a
        where a.sku = s.sku and a.warehouse_id = s.warehouse_id), 0)) / c.quantity) as units
      from (
        select component_sku as sku, quantity from product_components where sku = p.sku
        union all
        select p.sku, 1 where not exists (select from product_components where sku = p.sku)
      ) c
      join stock s on s.sku = c.sku
      join warehouses w on w.id = s.warehouse_id and w.active
      group by s.warehouse_id
      having count(*) = greatest(1, (select count(*) from product_components where sku = p.sku))
    ) places
  ), 0)::bigint`

/** The same question for all products at once, as a table of those with any such unit: one pass over the shelves. */
const toBeHad = (db: Db | Tx) => db`(
  with free as materialized (
    select s.sku, s.warehouse_id, s.on_hand - s.reserved - s.safety + coalesce(a.units, 0) as units
    from stock s join warehouses w on w.id = s.warehouse_id and w.active
      left join (
        select sku, warehouse_id, sum(units) as units from stock_allotments group by sku, warehouse_id
      ) a on a.sku = s.sku and a.warehouse_id = s.warehouse_id
  )
  select f.sku from free f
  where f.units > 0 and not exists (select from product_components c where c.sku = f.sku)
  union
  select c.sku from product_components c
    join free f on f.sku = c.component_sku and f.units >= c.quantity
  group by c.sku, f.warehouse_id
  having count(*) = (select count(*) from product_components every where every.sku = c.sku)
)`

export type Fragment = ReturnType<typeof forSale>

/** Conditions on `forSale`, with stock where it is asked for, by the facet that they belong to. */
export function conditions(db: Db | Tx, filter: ProductFilter): Map<string, Fragment> {
  const { category, merchant, currency, minPrice, maxPrice, inStock, fragile } = filter
  const found = new Map<string, Fragment>()
  if (filter.q !== undefined) found.set('q', db`p.words @@ ${queryOf(db, filter.q)}`)
  if (category !== undefined) found.set('category', within(db, category))
  if (merchant !== undefined) found.set('merchant', db`p.merchant_id = any(${merchant})`)
  if (currency !== undefined) found.set('currency', db`p.currency = ${currency}`)
  if (minPrice !== undefined || maxPrice !== undefined) {
    found.set('price', db`p.price between ${minPrice ?? 0} and ${maxPrice ?? MAX_AMOUNT}`)
  }
  if (inStock !== undefined)
    found.set('stock', inStock ? db`had.sku is not null` : db`had.sku is null`)
  if (fragile !== undefined) found.set('fragile', db`p.fragile = ${fragile}`)
  for (const [key, values] of filter.attributes) {
    found.set(`attr.${key}`, db`p.attributes->>${key} = any(${[...values]})`)
  }
  return found
}

/** A query without a word finds nothing. */
const queryOf = (db: Db | Tx, q: string) =>
  db`to_tsquery('shop_words', ${wordsToFind(q).join(' & ')})`

const within = (db: Db | Tx, category: string) => db`p.category_id in (
  with recursive below as (
    select id from categories where id = ${category}
    union select c.id from categories c join below on c.parent_id = below.id
  ) select id from below)`

export const allOf = (db: Db | Tx, all: Iterable<Fragment>) =>
  [...all].reduce<Fragment>((joined, one) => db`${joined} and ${one}`, db`true`)

function sortOf(db: Db, { q }: ProductFilter, sort: Sort) {
  const up = { after: db`>`, direction: db`asc` }
  const down = { after: db`<`, direction: db`desc` }
  switch (sort) {
    case 'relevance':
      return { key: q === undefined ? db`0` : db`ts_rank(p.words, ${queryOf(db, q)})`, ...down }
    case 'price':
      return { key: db`p.price`, ...up }
    case '-price':
      return { key: db`p.price`, ...down }
    case 'newest':
      // Microseconds, so that no two times become one.
      return { key: db`extract(epoch from p.created_at) * 1000000`, ...down }
  }
}
