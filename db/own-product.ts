import type { Db } from './connection.ts'
import { recordColumns } from './product-index.ts'
import type { ProductRecord } from './product-index.ts'

/*
 * Products as their merchants see them.
 */

export type OwnFilter = {
  /** Null: everyone's. */
  merchantId: string | null
  active?: boolean | undefined
  /** The last SKU of the page before. */
  after?: string | undefined
  limit: number
}

const owned = (db: Db, merchantId: string | null) =>
  merchantId === null ? db`true` : db`p.merchant_id = ${merchantId}`

/** A page of what merchants have in the catalogue, for sale or not, by SKU. */
export async function listOwnProducts(
  db: Db,
  { merchantId, active, after, limit }: OwnFilter,
): Promise<ProductRecord[]> {
  return db<ProductRecord[]>`
    select ${recordColumns(db)} from products p where ${owned(db, merchantId)}
      ${active === undefined ? db`` : db`and p.active = ${active}`}
      ${after === undefined ? db`` : db`and p.sku > ${after}`}
    order by p.sku limit ${limit}`
}

export async function readOwnProduct(
  db: Db,
  { sku, merchantId }: { sku: string; merchantId: string | null },
): Promise<ProductRecord | undefined> {
  const [row] = await db<ProductRecord[]>`
    select ${recordColumns(db)} from products p where p.sku = ${sku} and ${owned(db, merchantId)}`
  return row
}

export type QualityFilter = {
  merchantId: string | null
  /** Basis points. */
  below: number
  after?: { completeness: number; sku: string } | undefined
  limit: number
}

/** A page of active products that say less than they should, the least complete first. */
export async function listIncomplete(
  db: Db,
  { merchantId, below, after, limit }: QualityFilter,
): Promise<ProductRecord[]> {
  return db<ProductRecord[]>`
    select ${recordColumns(db)} from products p
    where p.active and p.completeness < ${below} and ${owned(db, merchantId)}
      ${after === undefined ? db`` : db`and (p.completeness, p.sku) > (${after.completeness}, ${after.sku})`}
    order by p.completeness, p.sku limit ${limit}`
}
