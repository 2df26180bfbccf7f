import { isTimeout } from './connection.ts'
import type { Db, Tx } from './connection.ts'
import { allOf, conditions, forSale } from './search.ts'
import type { Fragment, ProductFilter } from './search.ts'

/*
 * How many products each value of a facet would leave. What is chosen in the facet itself doesn't narrow it, all else
 * does; so its counts sum to the products that all else leaves.
 */

/** Where price bands begin, in minor units: 20, 50, 100 … of a currency with hundredths. */
const BANDS = [2_000, 5_000, 10_000, 20_000, 50_000, 100_000]

/** Counting looks at every product that is left; nobody waits longer for figures beside a list. Milliseconds. */
const TIMEOUT = 3_000

export type FacetName = 'category' | 'merchant' | 'price' | 'stock' | `attr.${string}`

export type FacetValue = { value: string; count: number }
/** `values`: by how many there are of them. Of categories, each without those below it. */
export type Facet = {
  name: FacetName
  values: FacetValue[]
  /** Products that have no value of it. */
  missing: number
  total: number
}

/** `total`: products that the whole filter leaves. */
export type Counts = { total: number; facets: Facet[] }

/** All facets in one pass over the products; undefined where that takes too long. */
export async function countFacets(
  db: Db,
  filter: ProductFilter,
  names: readonly FacetName[],
): Promise<Counts | undefined> {
  try {
    const rows = await db.begin('read only', async (tx) => {
      await tx`select set_config('statement_timeout', ${String(TIMEOUT)}, true)`
      return count(tx, filter, names)
    })
    const [whole] = rows.filter(({ facet }) => facet === null)
    const facets = names.map((name, i) =>
      facetOf(
        name,
        rows.filter(({ facet }) => facet === i),
      ),
    )
    return { total: whole?.count ?? 0, facets }
  } catch (error) {
    if (isTimeout(error)) return undefined
    throw error
  }
}

type Row = { facet: number | null; value: string | null; count: number }

/**
 * Of each product its values, and which facets it fails the choice of. Whoever fails none counts everywhere, whoever
 * fails one counts in that one; nobody else is kept.
 */
async function count(tx: Tx, filter: ProductFilter, names: readonly FacetName[]): Promise<Row[]> {
  const asked = conditions(tx, filter)
  const chosen = names.map((name) => asked.get(name))
  for (const name of names) asked.delete(name)
  const columns = names.map((name, i) => {
    const condition = chosen[i]
    const failed = condition === undefined ? tx`0` : tx`(${condition} is not true)::int`
    return tx`${valueOf(tx, name)} as ${value(tx, i)}, ${failed} as ${fail(tx, i)}`
  })
  const fails = names.map((_, i) => fail(tx, i)).reduce((all, one) => tx`${all} + ${one}`)
  const counts = names.map(
    (_, i) => tx`
      select ${i}::int, ${value(tx, i)}, count(*)::int from found
      where fails = ${fail(tx, i)} group by ${value(tx, i)}`,
  )
  return tx<Row[]>`
    with weighed as (
      select ${columns.reduce((all, one) => tx`${all}, ${one}`)}
      ${forSale(tx, { stock: true })} and ${allOf(tx, asked.values())}
    ), found as materialized (
      select *, ${fails} as fails from weighed where ${fails} <= 1
    )
    select null::int as facet, null as value, count(*)::int from found where fails = 0
    ${counts.reduce((all, one) => tx`${all} union all ${one}`, tx``)}
    order by facet, count desc, value`
}

const value = (tx: Tx, i: number): Fragment => tx`${tx(`value_${i}`)}`
const fail = (tx: Tx, i: number): Fragment => tx`${tx(`fail_${i}`)}`

function facetOf(name: FacetName, rows: readonly Row[]): Facet {
  const values = rows.flatMap((row) =>
    row.value === null ? [] : [{ value: row.value, count: row.count }],
  )
  const missing = rows.find((row) => row.value === null)?.count ?? 0
  return { name, values, missing, total: rows.reduce((sum, row) => sum + row.count, 0) }
}

function valueOf(tx: Tx, name: FacetName) {
  switch (name) {
    case 'category':
      return tx`p.category_id`
    case 'merchant':
      return tx`p.merchant_id`
    case 'price':
      return tx`p.currency || ' ' || width_bucket(p.price, ${BANDS}::bigint[])`
    case 'stock':
      return tx`case when had.sku is null then 'false' else 'true' end`
    default:
      return tx`p.attributes->>${name.slice('attr.'.length)}`
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
