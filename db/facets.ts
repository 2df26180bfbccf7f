import type { Db } from './connection.ts'
import { allOf, availableUnits, conditions, forSale } from './search.ts'
import type { ProductFilter } from './search.ts'

/*
 * How many products each value of a facet would leave. What is chosen in the facet itself doesn't narrow it, all else
 * does; so its counts sum to the products that all else leaves.
 */

/** Where price bands begin, in minor units: 20, 50, 100 … of a currency with hundredths. */
const BANDS = [2_000, 5_000, 10_000, 20_000, 50_000, 100_000]

export type FacetName = 'category' | 'merchant' | 'price' | 'stock' | `attr.${string}`

export type FacetValue = { value: string; count: number }
export type Facet = {
  name: FacetName
  values: FacetValue[]
  /** Products that have no value of it. */
  missing: number
  total: number
}

/** Products that a filter leaves. */
export async function countProducts(db: Db, filter: ProductFilter): Promise<number> {
  const [row] = await db<{ count: number }[]>`
    select count(*)::int ${forSale(db)} and ${allOf(db, conditions(db, filter))}`
  return row?.count ?? 0
}

/** Values by how many there are of them. */
export async function countFacet(db: Db, filter: ProductFilter, name: FacetName): Promise<Facet> {
  const others = conditions(db, filter)
  others.delete(name)
  const rows = await db<{ value: string | null; count: number }[]>`
    select ${valueOf(db, name)} as value, count(*)::int ${forSale(db)} and ${allOf(db, others)}
    group by 1 order by 2 desc, 1`
  const values = rows.flatMap(({ value, count }) => (value === null ? [] : [{ value, count }]))
  const total = rows.reduce((sum, { count }) => sum + count, 0)
  return { name, values, missing: rows.find(({ value }) => value === null)?.count ?? 0, total }
}

function valueOf(db: Db, name: FacetName) {
  switch (name) {
    case 'category':
      return db`p.category_id`
    case 'merchant':
      return db`p.merchant_id`
    case 'price':
      return db`p.currency || ' ' || width_bucket(p.price, ${BANDS}::bigint[])`
    case 'stock':
      return db`case when ${availableUnits(db)} > 0 then 'true' else 'false' end`
    default:
      return db`p.attributes->>${name.slice('attr.'.length)}`
  }
}

export type Band = { currency: string; from: number; to: number | null }

/** What a value of the price facet stands for; both ends included. */
export function bandOf(value: string): Band {
  const [currency = '', index = ''] = value.split(' ')
  const i = Number(index)
  const next = BANDS[i]
  return { currency, from: BANDS[i - 1] ?? 0, to: next === undefined ? null : next - 1 }
}
