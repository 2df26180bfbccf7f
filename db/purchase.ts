import type { PurchaseStatus, ShelfKey } from '../domain/replenishment.ts'
import type { Db, Tx } from './connection.ts'
import type { Scope } from './order.ts'
import { askForMore, owedUnits, putPurchaseTask, settleTasks } from './replenishment.ts'
import { lockShelves } from './shelf.ts'
import { changeStock, ofKeeper } from './stock.ts'

/** Units asked of a supplier for a shelf. */
export type PurchaseRow = ShelfKey & {
  id: string
  merchantId: string
  supplierId: string | null
  quantity: number
  received: number
  status: PurchaseStatus
  requestedAt: string
  sentAt: string | null
  expectedAt: string | null
  closedAt: string | null
}

type Stamps = 'requestedAt' | 'sentAt' | 'expectedAt' | 'closedAt'
type StoredPurchase = Omit<PurchaseRow, Stamps> & { requestedAt: Date } & Record<
    Exclude<Stamps, 'requestedAt'>,
    Date | null
  >

const columns = (db: Db | Tx) => db`
  s.id, s.sku, s.warehouse_id as "warehouseId", p.merchant_id as "merchantId",
  s.supplier_id as "supplierId", s.quantity, s.received, s.status,
  s.requested_at as "requestedAt", s.sent_at as "sentAt", s.expected_at as "expectedAt",
  s.closed_at as "closedAt"`

const rowOf = ({ requestedAt, sentAt, expectedAt, closedAt, ...row }: StoredPurchase) => ({
  ...row,
  requestedAt: requestedAt.toISOString(),
  sentAt: sentAt?.toISOString() ?? null,
  expectedAt: expectedAt?.toISOString() ?? null,
  closedAt: closedAt?.toISOString() ?? null,
})

export type PurchaseFilter = { sku?: string; warehouseId?: string; status?: PurchaseStatus }
/** The last request of the page before. */
export type PurchaseCursor = { requestedAt: string; id: string }

/** A page of purchase requests, newest first. */
export async function listPurchases(
  db: Db,
  {
    scope,
    filter: { sku, warehouseId, status },
    cursor,
    limit,
  }: { scope: Scope; filter: PurchaseFilter; cursor?: PurchaseCursor | undefined; limit: number },
): Promise<PurchaseRow[]> {
  const rows = await db<StoredPurchase[]>`
    select ${columns(db)} from purchase_requests s join products p on p.sku = s.sku
    where ${ofKeeper(db, scope)}
      ${sku === undefined ? db`` : db`and s.sku = ${sku}`}
      ${warehouseId === undefined ? db`` : db`and s.warehouse_id = ${warehouseId}`}
      ${status === undefined ? db`` : db`and s.status = ${status}`}
      ${cursor === undefined ? db`` : db`and (s.requested_at, s.id) < (${cursor.requestedAt}, ${cursor.id})`}
    order by s.requested_at desc, s.id desc limit ${limit}`
  return rows.map(rowOf)
}

/** Where it exists for whoever asks. */
export async function readPurchase(
  db: Db | Tx,
  id: string,
  scope: Scope,
): Promise<PurchaseRow | undefined> {
  const [row] = await db<StoredPurchase[]>`
    select ${columns(db)} from purchase_requests s join products p on p.sku = s.sku
    where s.id = ${id} and ${ofKeeper(db, scope)}`
  return row && rowOf(row)
}

/**
 * Goods came: on the shelf with an audit row, waiting orders first, and the request closed once all are here; more
 * than was asked for is taken, too. False where the request is closed already; the caller rolls back.
 */
export async function receiveGoods(
  tx: Tx,
  { purchase, quantity, actor }: { purchase: PurchaseRow; quantity: number; actor: string },
): Promise<boolean> {
  const { id, sku, warehouseId } = purchase
  const change = {
    sku,
    warehouseId,
    kind: 'receipt',
    reason: 'purchase',
    reference: id,
    actor,
  } as const
  // The shelf first: whoever sells from it locks it before they look for open requests.
  await changeStock(tx, change, (onHand) => onHand + quantity)
  const [row] = await tx<{ status: PurchaseStatus }[]>`
    update purchase_requests set received = received + ${quantity}, revision = revision + 1,
      status = case when received + ${quantity} >= quantity then 'received' else status end,
      closed_at = case when received + ${quantity} >= quantity then clock_timestamp() end
    where id = ${id} and status in ('open', 'sent') returning status`
  if (row?.status === 'received') {
    await settleTasks(tx, id)
    await askForMore(tx, [{ sku, warehouseId }])
  }
  return row !== undefined
}

/**
 * The goods won't come. Where accepted orders wait for them, a person is asked. False where they came; one that is
 * cancelled stays so.
 */
export async function cancelPurchase(tx: Tx, id: string): Promise<boolean> {
  // The shelf first: an order that is accepted meanwhile sees the request cancelled, or is seen waiting.
  await lockShelves(
    tx,
    await tx<ShelfKey[]>`
      select sku, warehouse_id as "warehouseId" from purchase_requests where id = ${id}`,
  )
  const [cancelled] = await tx<{ owed: number; at: Date }[]>`
    update purchase_requests s
    set status = 'cancelled', closed_at = clock_timestamp(), revision = revision + 1
    where id = ${id} and status in ('open', 'sent')
    returning closed_at as at, ${owedUnits(tx)} as owed`
  if (cancelled !== undefined) {
    await settleTasks(tx, id)
    const task = { id, code: 'ORDERS_WAIT', at: cancelled.at.toISOString() }
    if (cancelled.owed > 0) await putPurchaseTask(tx, task)
  }
  const [row] = await tx`select from purchase_requests where id = ${id} and status = 'cancelled'`
  return row !== undefined
}

export type Supplier = { id: string; merchantId: string; leadDays: number }

/** A merchant's own; other people's suppliers don't exist for it. */
export async function readSupplier(
  db: Db | Tx,
  id: string,
  scope: Scope,
): Promise<Supplier | undefined> {
  if (!('all' in scope || 'merchantId' in scope)) return undefined
  const [row] = await db<Supplier[]>`
    select id, merchant_id as "merchantId", lead_days as "leadDays" from suppliers
    where id = ${id} ${'all' in scope ? db`` : db`and merchant_id = ${scope.merchantId}`}`
  return row
}

/** False where the id is another merchant's. */
export async function putSupplier(
  tx: Tx,
  { id, merchantId, leadDays }: Supplier,
): Promise<boolean> {
  const put = await tx`
    insert into suppliers as known (id, merchant_id, lead_days)
    values (${id}, ${merchantId}, ${leadDays})
    on conflict (id) do update set lead_days = excluded.lead_days
    where known.merchant_id = excluded.merchant_id returning 1`
  return put.length > 0
}
