import type { Tx } from './connection.ts'
import type { ProductDraft, ProductProblem } from './product.ts'
import { lockShelves } from './shelf.ts'
import type { Place } from './shelf.ts'

/*
 * A bundle is made of its merchant's own products that are no bundles, and lies on no shelf itself.
 */

type Part = { sku: string; isBundle: boolean }
type Own = { sku: string; isPart: boolean; isStocked: boolean }

/** What is wrong with the bundles among some drafts, by SKU. */
export async function bundleProblems(
  tx: Tx,
  merchantId: string,
  drafts: readonly ProductDraft[],
): Promise<Map<string, ProductProblem[]>> {
  const bundles = drafts.filter(({ facts }) => facts.components.length > 0)
  if (bundles.length === 0) return new Map()
  const nested = new Set(bundles.map(({ sku }) => sku))
  const parts = await readParts(tx, merchantId, bundles)
  const own = await readOwn(tx, [...nested])
  return new Map(
    bundles.map(({ sku, facts }) => [
      sku,
      [
        ...facts.components.flatMap((component, i): ProductProblem[] => {
          const path = `/components/${i}/sku`
          const part = parts.get(component.sku)
          const isBundle = nested.has(component.sku) || part?.isBundle === true
          if (isBundle) return [{ path, code: 'BUNDLE_NESTED' }]
          return part === undefined ? [{ path, code: 'UNKNOWN_SKU' }] : []
        }),
        ...ownProblems(own.get(sku)),
      ],
    ]),
  )
}

/** They are what they are until the transaction ends. */
async function readParts(
  tx: Tx,
  merchantId: string,
  bundles: readonly ProductDraft[],
): Promise<Map<string, Part>> {
  const skus = bundles.flatMap(({ facts }) => facts.components.map(({ sku }) => sku))
  const rows = await tx<Part[]>`
    select sku, exists (select from product_components c where c.sku = products.sku) as "isBundle"
    from products where sku = any(${skus}) and merchant_id = ${merchantId} order by sku for share`
  return new Map(rows.map((row) => [row.sku, row]))
}

/** Nobody fills their shelves until the transaction ends. */
async function readOwn(tx: Tx, skus: readonly string[]): Promise<Map<string, Own>> {
  const places = await tx<Place[]>`
    select sku, warehouse_id as "warehouseId" from stock where sku = any(${[...skus]})`
  await lockShelves(tx, places)
  const rows = await tx<Own[]>`
    select sku, exists (select from product_components c where c.component_sku = s.sku) as "isPart",
      exists (select from stock where stock.sku = s.sku and on_hand + reserved > 0)
        or exists (select from reservations r
          where r.sku = s.sku and r.waiting_since is not null and r.state <> 'released')
        or exists (select from purchase_requests r
          where r.sku = s.sku and r.status in ('open', 'sent')) as "isStocked"
    from unnest(${[...skus]}::text[]) s(sku)`
  return new Map(rows.map((row) => [row.sku, row]))
}

function ownProblems(own: Own | undefined): ProductProblem[] {
  const path = '/components'
  return [
    ...(own?.isPart === true ? [{ path, code: 'BUNDLE_NESTED' as const }] : []),
    ...(own?.isStocked === true ? [{ path, code: 'BUNDLE_STOCKED' as const }] : []),
  ]
}

/**
 * Products that became bundles leave their empty shelves. One that orders or people have a record of stays, and asks
 * nobody for goods.
 */
export async function leaveShelves(tx: Tx, skus: readonly string[]): Promise<void> {
  if (skus.length === 0) return
  await tx`delete from stock_allotments where sku = any(${[...skus]})`
  await tx`update stock set safety = 0, warning_level = null, target_level = null, allotments = 0
    where sku = any(${[...skus]})`
  await tx`
    delete from stock s where sku = any(${[...skus]})
      and not exists (select from reservations r where ${isSameShelf(tx)})
      and not exists (select from stock_changes r where ${isSameShelf(tx)})
      and not exists (select from purchase_requests r where ${isSameShelf(tx)})`
}

const isSameShelf = (tx: Tx) => tx`r.sku = s.sku and r.warehouse_id = s.warehouse_id`
