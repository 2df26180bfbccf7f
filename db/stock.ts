import type { ShelfKey, StockChangeKind } from '../domain/replenishment.ts'
import { gatherAllotted, setAllotments } from './allotment.ts'
import type { Db, Tx } from './connection.ts'
import type { Scope } from './order.ts'
import { askForMore, freeUnits, waitingUnits } from './replenishment.ts'
import { lockShelves } from './shelf.ts'
import { raiseTask } from './task.ts'
import { serveWaiting } from './waiting.ts'

/**
 * A SKU in a warehouse. `reserved` are the units promised to orders, `missing` those of them that a count didn't find,
 * `free` those that can be promised; `waiting` aren't there yet.
 */
export type StockRow = ShelfKey & {
  merchantId: string
  onHand: number
  reserved: number
  missing: number
  free: number
  waiting: number
  safety: number
  warningLevel: number | null
  targetLevel: number | null
  supplierId: string | null
  allotments: number
}

/** Rows of `stock s` joined with `products p` that a principal may see. */
export function ofKeeper(db: Db | Tx, scope: Scope) {
  if ('all' in scope) return db`true`
  if ('merchantId' in scope) return db`p.merchant_id = ${scope.merchantId}`
  return 'warehouseId' in scope ? db`s.warehouse_id = ${scope.warehouseId}` : db`false`
}

const columns = (db: Db | Tx) => db`
  s.sku, s.warehouse_id as "warehouseId", p.merchant_id as "merchantId", s.on_hand as "onHand",
  s.on_hand - s.safety - ${freeUnits(db)} as reserved, s.missing, ${freeUnits(db)} as free,
  ${waitingUnits(db)} as waiting, s.safety, s.warning_level as "warningLevel",
  s.target_level as "targetLevel", s.supplier_id as "supplierId", s.allotments`

export type StockFilter = { sku?: string; warehouseId?: string; merchantId?: string }

/** A page of stock by SKU and warehouse. */
export async function listStock(
  db: Db,
  {
    scope,
    filter: { sku, warehouseId, merchantId },
    after,
    limit,
  }: { scope: Scope; filter: StockFilter; after?: ShelfKey | undefined; limit: number },
): Promise<StockRow[]> {
  return db<StockRow[]>`
    select ${columns(db)} from stock s join products p on p.sku = s.sku
    where ${ofKeeper(db, scope)}
      ${sku === undefined ? db`` : db`and s.sku = ${sku}`}
      ${warehouseId === undefined ? db`` : db`and s.warehouse_id = ${warehouseId}`}
      ${merchantId === undefined ? db`` : db`and p.merchant_id = ${merchantId}`}
      ${after === undefined ? db`` : db`and (s.sku, s.warehouse_id) > (${after.sku}, ${after.warehouseId})`}
    order by s.sku, s.warehouse_id limit ${limit}`
}

/** One row, where it exists for whoever asks. */
export async function readStock(
  db: Db | Tx,
  { sku, warehouseId }: ShelfKey,
  scope: Scope,
): Promise<StockRow | undefined> {
  const [row] = await db<StockRow[]>`
    select ${columns(db)} from stock s join products p on p.sku = s.sku
    where s.sku = ${sku} and s.warehouse_id = ${warehouseId} and ${ofKeeper(db, scope)}`
  return row
}

export type StockSettings = Pick<
  StockRow,
  'safety' | 'warningLevel' | 'targetLevel' | 'supplierId' | 'allotments'
>

/**
 * Say how a shelf is kept, and make it where the SKU and the warehouse are of one merchant, who is asking. Bundles have
 * none, as they have no stock of their own. After a refusal the caller rolls back.
 */
export async function setStock(
  tx: Tx,
  { place, scope, settings }: { place: ShelfKey; scope: Scope; settings: StockSettings },
): Promise<'set' | 'no_shelf' | 'no_supplier'> {
  const { sku, warehouseId } = place
  // The product before its shelf, as those lock who make a bundle of it.
  await tx`select from products where sku = ${sku} for share`
  await tx`
    insert into stock (sku, warehouse_id, on_hand)
    select p.sku, s.id, 0 from products p join warehouses s using (merchant_id)
    where p.sku = ${sku} and s.id = ${warehouseId} and ${isAsker(tx, scope)}
      and not exists (select from product_components c where c.sku = p.sku)
    on conflict do nothing`
  const shelf = await readStock(tx, place, scope)
  if (shelf === undefined || !(await keepsStock(tx, place))) return 'no_shelf'
  const { safety, warningLevel, targetLevel, supplierId, allotments } = settings
  if (supplierId !== null && !(await isSupplierOf(tx, shelf, supplierId))) return 'no_supplier'
  await gatherAllotted(tx, [place])
  await tx`update stock set safety = ${safety}, warning_level = ${warningLevel},
      target_level = ${targetLevel}, supplier_id = ${supplierId}
    where sku = ${sku} and warehouse_id = ${warehouseId}`
  await serveWaiting(tx, [place])
  await setAllotments(tx, place, allotments)
  await askForMore(tx, [place])
  return 'set'
}

async function isSupplierOf(tx: Tx, { merchantId }: StockRow, id: string): Promise<boolean> {
  const [row] = await tx`select from suppliers where id = ${id} and merchant_id = ${merchantId}`
  return row !== undefined
}

/** Only merchants and the platform furnish shelves. */
const isAsker = (tx: Tx, scope: Scope) =>
  'merchantId' in scope ? tx`p.merchant_id = ${scope.merchantId}` : tx`${'all' in scope}::boolean`

/** Units on a shelf under lock. What is allotted counts as reserved, but nobody was promised it: until it is served it is free. */
async function lockStock(tx: Tx, place: ShelfKey): Promise<number> {
  await gatherAllotted(tx, [place])
  const [row] = await tx<{ onHand: number }[]>`
    select on_hand as "onHand" from stock where sku = ${place.sku} and warehouse_id = ${place.warehouseId}`
  if (row === undefined) throw new Error('a shelf is furnished before it is changed')
  return row.onHand
}

/**
 * Whether units can be put on a shelf or taken off it, under lock: a bundle keeps none, at most the empty one of what it
 * was before.
 */
export async function keepsStock(tx: Tx, place: ShelfKey): Promise<boolean> {
  await lockShelves(tx, [place])
  const [row] = await tx`
    select from stock s where sku = ${place.sku} and warehouse_id = ${place.warehouseId}
      and not exists (select from product_components c where c.sku = s.sku)`
  return row !== undefined
}

export type StockChange = ShelfKey & {
  kind: StockChangeKind
  reason: string
  /** Id of what it came of. */
  reference: string
  actor: string
}

/** `short`: units that are promised and not there, after the change. */
export type ChangedStock = { before: number; after: number; short: number }

/**
 * Change what a shelf holds, with an audit row. Where that is less than is promised, the rest is missing: whatever the
 * shelf gains pays for that first, and until then a person is asked. What rises serves waiting orders before all
 * others, what falls may ask for more. The row must be there.
 */
export async function changeStock(
  tx: Tx,
  change: StockChange,
  targetOf: (onHand: number) => number,
): Promise<ChangedStock> {
  const { sku, warehouseId } = change
  const place = { sku, warehouseId }
  const before = await lockStock(tx, place)
  const after = targetOf(before)
  const [row] = await tx<{ short: number }[]>`
    update stock set on_hand = ${after}, missing = greatest(0, reserved - ${after})
    where sku = ${sku} and warehouse_id = ${warehouseId} returning missing as short`
  const changed = { before, after, short: row?.short ?? 0 }
  await note(tx, change, changed)
  await serveWaiting(tx, [place])
  await askForMore(tx, [place])
  return changed
}

async function note(tx: Tx, change: StockChange, changed: ChangedStock): Promise<void> {
  const { sku, warehouseId, kind, reason, reference, actor } = change
  const { before, after, short } = changed
  const [row] = await tx<{ id: number; at: Date }[]>`
    insert into stock_changes (sku, warehouse_id, kind, reason, reference, before, after, short, actor)
    values (${sku}, ${warehouseId}, ${kind}, ${reason}, ${reference}, ${before}, ${after}, ${short}, ${actor})
    returning id, at`
  if (row !== undefined && short > 0) await askWhoIsShort(tx, change, row)
}

/** One open task per shelf, however often it is counted. */
async function askWhoIsShort(
  tx: Tx,
  { sku, warehouseId }: ShelfKey,
  { id, at }: { id: number; at: Date },
): Promise<void> {
  const subject = `${sku}@${warehouseId}`
  const [open] = await tx`
    select from tasks where resolved_at is null and kind = 'STOCK_SHORT' and subject = ${subject}`
  if (open !== undefined) return
  await raiseTask(tx, { id: `short-${id}`, kind: 'STOCK_SHORT', subject, at: at.toISOString() })
}

/** The change that a request of this shelf made. */
export async function readStockChange(
  db: Db,
  { sku, warehouseId }: ShelfKey,
  reference: string,
): Promise<StockChangeRow | undefined> {
  const [row] = await db<StoredChange[]>`
    select ${changeColumns(db)} from stock_changes s
    where s.sku = ${sku} and s.warehouse_id = ${warehouseId} and s.reference = ${reference}`
  return row && changeOf(row)
}

export type StockChangeRow = ShelfKey &
  ChangedStock & {
    id: number
    kind: StockChangeKind
    reason: string
    reference: string
    actor: string
    at: string
  }

type StoredChange = Omit<StockChangeRow, 'at'> & { at: Date }

const changeColumns = (db: Db) => db`
  s.id, s.sku, s.warehouse_id as "warehouseId", s.kind, s.reason, s.reference, s.before, s.after,
  s.short, s.actor, s.at`

const changeOf = (row: StoredChange): StockChangeRow => ({ ...row, at: row.at.toISOString() })

/** Changes of shelves that no order made, newest first; `after` is the id of the last one seen. */
export async function listStockChanges(
  db: Db,
  {
    scope,
    filter: { sku, warehouseId },
    after,
    limit,
  }: {
    scope: Scope
    filter: Omit<StockFilter, 'merchantId'>
    after?: number | undefined
    limit: number
  },
): Promise<StockChangeRow[]> {
  const rows = await db<StoredChange[]>`
    select ${changeColumns(db)} from stock_changes s join products p on p.sku = s.sku
    where ${ofKeeper(db, scope)}
      ${sku === undefined ? db`` : db`and s.sku = ${sku}`}
      ${warehouseId === undefined ? db`` : db`and s.warehouse_id = ${warehouseId}`}
      ${after === undefined ? db`` : db`and s.id < ${after}`}
    order by s.id desc limit ${limit}`
  return rows.map(changeOf)
}
