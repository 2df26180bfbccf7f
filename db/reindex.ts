import { shareCategories } from './category.ts'
import { transact } from './connection.ts'
import type { Db } from './connection.ts'
import { indexProducts } from './product-index.ts'

/*
 * Products follow their categories a few at a time, so that nobody who writes products waits for all of them. How far
 * that came stands with the category: whoever is interrupted is followed by anyone.
 */

/** Products per transaction: even the wordiest take less than a statement may. */
const BATCH = 100

/** Products of changed categories, until at least so many are done, or none is left; returns how many that were. */
export async function reindex(db: Db, enough: number): Promise<number> {
  let done = 0
  while (done < enough) {
    const some = await reindexSome(db)
    if (some === undefined) break
    done += some
  }
  return done
}

/** The next few of one category; undefined where all that is left is in others' hands. */
async function reindexSome(db: Db): Promise<number | undefined> {
  return transact(db, async (tx) => {
    const tree = await shareCategories(tx)
    const [stale] = await tx<{ id: string; indexedTo: string }[]>`
      select id, indexed_to as "indexedTo" from categories where indexed_to is not null
      order by id limit 1 for no key update skip locked`
    if (stale === undefined) return undefined
    const rows = await tx<{ sku: string }[]>`
      select sku from products where category_id = ${stale.id} and sku > ${stale.indexedTo}
      order by sku limit ${BATCH}`
    const skus = rows.map(({ sku }) => sku)
    if (skus.length > 0) await indexProducts(tx, tree, skus)
    const reached = skus.length < BATCH ? null : (skus.at(-1) ?? null)
    await tx`update categories set indexed_to = ${reached} where id = ${stale.id}`
    return skus.length
  })
}
