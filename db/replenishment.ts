import type { PendingQuery, Row } from 'postgres'
import type { OpenPurchase, PurchaseStatus, ShelfKey } from '../domain/replenishment.ts'
import type { Db, Tx } from './connection.ts'
import { LEASE, pause } from './relay.ts'
import { raiseTask } from './task.ts'

/** Units of the stock row `s` that can still be promised, those in allotments included. */
export const freeUnits = (db: Db | Tx) => db`
  (s.on_hand - s.reserved - s.safety + coalesce((
    select sum(units) from stock_allotments a
    where a.sku = s.sku and a.warehouse_id = s.warehouse_id), 0))::int`

/** Units of the stock row `s` that orders wait for. */
export const waitingUnits = (db: Db | Tx) => missingUnits(db, db`r.state <> 'released'`)

/** Of these, what accepted orders wait for: any other may come to nothing, and cost its customer nothing. */
export const owedUnits = (db: Db | Tx) => missingUnits(db, db`r.state = 'committed'`)

const missingUnits = (db: Db | Tx, isCounted: PendingQuery<Row[]>) => db`
  coalesce((
    select sum(quantity - secured) from reservations r
    where r.sku = s.sku and r.warehouse_id = s.warehouse_id
      and r.waiting_since is not null and ${isCounted}), 0)::int`

/**
 * Units that some shelves are in need of, as a table: up to the target where free units have fallen to the warning
 * level of a warehouse at work, and what accepted orders wait for in any case.
 */
const needsOf = (tx: Tx, places: readonly ShelfKey[]) => tx`(
  select sku, warehouse_id, supplier_id,
    coalesce(case when active and free <= warning_level then target_level - free end, 0) + owed as units
  from (
    select s.*, w.active, ${freeUnits(tx)} as free, ${owedUnits(tx)} as owed
    from stock s join warehouses w on w.id = s.warehouse_id
    where (s.sku, s.warehouse_id) in (
      select sku, "warehouseId"
      from jsonb_to_recordset(${tx.json([...places])}) as p(sku text, "warehouseId" text))
  ) shelf)`

/**
 * Open a purchase request where units are needed and none is open. To be called in the transaction that lowered what is
 * free, or has an order waited for; the unique index lets one caller win.
 */
export async function askForMore(tx: Tx, places: readonly ShelfKey[]): Promise<void> {
  if (places.length === 0) return
  await tx`
    insert into purchase_requests (id, sku, warehouse_id, supplier_id, quantity)
    select replace(gen_random_uuid()::text, '-', ''), sku, warehouse_id, supplier_id, units
    from ${needsOf(tx, places)} need
    where units > 0 and not exists (
      select from purchase_requests open
      where open.sku = need.sku and open.warehouse_id = need.warehouse_id
        and open.status in ('open', 'sent'))
    -- In one order everywhere, so that two callers can't wait for each other.
    order by sku, warehouse_id
    on conflict (sku, warehouse_id) where status in ('open', 'sent') do nothing`
}

/**
 * Requests that no supplier has been written to yet follow what is needed once an order was accepted or gave up: they
 * ask for so much more or less, or end. The rows of the shelves must be locked.
 */
export async function reviewRequests(tx: Tx, places: readonly ShelfKey[]): Promise<void> {
  if (places.length === 0) return
  const reviewed = await tx<{ id: string; status: PurchaseStatus }[]>`
    update purchase_requests r set revision = revision + 1,
      quantity = case when need.units > 0 then need.units else r.quantity end,
      status = case when need.units > 0 then r.status else 'cancelled' end,
      closed_at = case when need.units > 0 then null else clock_timestamp() end
    from ${needsOf(tx, places)} need
    where r.sku = need.sku and r.warehouse_id = need.warehouse_id and r.quantity <> need.units
      and r.status = 'open' and not r.written and r.received = 0
    returning r.id, r.status`
  for (const { id, status } of reviewed) if (status === 'cancelled') await settleTasks(tx, id)
}

/** With the request, what was asked of people about it is over. */
export async function settleTasks(tx: Tx, id: string): Promise<void> {
  await tx`update tasks set resolved_at = clock_timestamp(), resolution = 'settled'
    where kind = 'PURCHASE_STUCK' and subject = ${id} and resolved_at is null`
}

type OpenRow = Omit<OpenPurchase, 'supplierId' | 'expectedAt'> & {
  supplierId: string | null
  expectedAt: Date | null
}

/** The request of a shelf that waits for goods. */
export async function readOpenPurchase(
  db: Db,
  { sku, warehouseId }: ShelfKey,
): Promise<OpenPurchase | undefined> {
  const [row] = await db<OpenRow[]>`
    select r.id, r.sku, r.warehouse_id as "warehouseId", p.merchant_id as "merchantId",
      r.supplier_id as "supplierId", r.quantity, r.received,
      coalesce(s.lead_days, 0) as "leadDays", r.expected_at as "expectedAt"
    from purchase_requests r join products p on p.sku = r.sku
      left join suppliers s on s.id = r.supplier_id
    where r.sku = ${sku} and r.warehouse_id = ${warehouseId} and r.status in ('open', 'sent')`
  if (row === undefined) return undefined
  const { supplierId, expectedAt, ...known } = row
  return {
    ...known,
    ...(supplierId !== null && { supplierId }),
    ...(expectedAt !== null && { expectedAt: expectedAt.toISOString() }),
  }
}

/** What a mail to a supplier says. */
type PurchaseOrder = {
  supplierId: string | null
  sku: string
  name: string
  merchantName: string
  warehouseName: string
  /** Whether its supplier was told before. */
  sent: boolean
}

/** Undefined once the request is closed: then there is nothing to write. */
export async function readPurchaseOrder(db: Db, id: string): Promise<PurchaseOrder | undefined> {
  const [row] = await db<PurchaseOrder[]>`
    select r.supplier_id as "supplierId", r.sku, p.name, m.name as "merchantName",
      w.name as "warehouseName", r.status = 'sent' as sent
    from purchase_requests r join products p on p.sku = r.sku
      join merchants m on m.id = p.merchant_id join warehouses w on w.id = r.warehouse_id
    where r.id = ${id} and r.status in ('open', 'sent')`
  return row
}

/** Units that have not come yet, for a letter that is about to go: nothing changes them any more but goods. */
export async function settleMissing(db: Db, id: string): Promise<number | undefined> {
  const [row] = await db<{ missing: number }[]>`
    update purchase_requests set written = true
    where id = ${id} and status in ('open', 'sent') returning quantity - received as missing`
  return row?.missing
}

/** Its supplier knows as of `at`; from then on the lead time counts. Safe to repeat. */
export async function markSent(
  db: Db,
  { id, at, expectedAt }: { id: string; at: string; expectedAt: string },
): Promise<void> {
  await db`update purchase_requests set status = 'sent', sent_at = ${at}, expected_at = ${expectedAt}
    where id = ${id} and status = 'open'`
}

type PurchaseTask = { id: string; code: string; at: string }

/** A purchase request goes nowhere by itself: a person decides, once per reason. */
export async function raisePurchaseTask(db: Db, task: PurchaseTask): Promise<void> {
  await db.begin((tx) => putPurchaseTask(tx, task))
}

/** The same, as part of what else happens. */
export async function putPurchaseTask(tx: Tx, { id, code, at }: PurchaseTask): Promise<void> {
  const kind = 'PURCHASE_STUCK'
  await raiseTask(tx, { id: `purchase-${id}-${code}`, kind, subject: id, code, at })
}

/** A change of a purchase request that its workflow hasn't heard of. */
export type PurchaseNews = ShelfKey & { id: string; merchantId: string; revision: number }

/** What anyone left lying for `olderThan` milliseconds. */
export async function claimPurchases(
  db: Db,
  { olderThan, limit }: { olderThan: number; limit: number },
): Promise<PurchaseNews[]> {
  return db<PurchaseNews[]>`
    update purchase_requests r
    set leased_until = clock_timestamp() + ${LEASE} * interval '1 second', attempts = attempts + 1
    from products p
    where p.sku = r.sku and r.id in (
      select id from purchase_requests
      where told < revision and (leased_until is null or leased_until < clock_timestamp())
        and requested_at <= clock_timestamp() - ${olderThan} * interval '1 millisecond'
      order by requested_at limit ${limit} for update skip locked
    )
    returning r.id, r.sku, r.warehouse_id as "warehouseId", p.merchant_id as "merchantId", revision`
}

/** Its workflow knows the request as of that revision; of what changed meanwhile, it is still to hear. */
export async function markTold(db: Db, { id, revision }: PurchaseNews): Promise<void> {
  await db`update purchase_requests set told = greatest(told, ${revision}), leased_until = null, attempts = 0
    where id = ${id}`
}

/** A page of open requests whose workflows know them, and should be running. */
export async function listOpenPurchases(
  db: Db,
  { after, limit }: { after?: ShelfKey | undefined; limit: number },
): Promise<Omit<PurchaseNews, 'revision'>[]> {
  return db<Omit<PurchaseNews, 'revision'>[]>`
    select r.id, r.sku, r.warehouse_id as "warehouseId", p.merchant_id as "merchantId"
    from purchase_requests r join products p on p.sku = r.sku
    where r.status in ('open', 'sent') and told = revision
      ${after === undefined ? db`` : db`and (r.sku, r.warehouse_id) > (${after.sku}, ${after.warehouseId})`}
    order by r.sku, r.warehouse_id limit ${limit}`
}

export async function postponePurchase(db: Db, { id }: PurchaseNews): Promise<void> {
  await db`update purchase_requests set leased_until = ${pause(db)} where id = ${id}`
}
