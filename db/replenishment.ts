import type { OpenPurchase, ShelfKey } from '../domain/replenishment.ts'
import type { Db, Tx } from './connection.ts'
import { LEASE, pause } from './relay.ts'
import { raiseTask } from './task.ts'

/** Units of the stock row `s` that can still be promised, those in allotments included. */
export const freeUnits = (db: Db | Tx) => db`
  (s.on_hand - s.reserved - s.safety + coalesce((
    select sum(units) from stock_allotments a
    where a.sku = s.sku and a.warehouse_id = s.warehouse_id), 0))::int`

/** Units of the stock row `s` that orders wait for. */
export const waitingUnits = (db: Db | Tx) => db`
  coalesce((
    select sum(quantity - secured) from reservations r
    where r.sku = s.sku and r.warehouse_id = s.warehouse_id
      and r.waiting_since is not null and r.state <> 'released'), 0)::int`

/**
 * Open a purchase request where none is open: up to the target where free units have fallen to the warning level, and
 * for what orders wait for in any case. To be called in the transaction that lowered them; the unique index lets one
 * caller win.
 */
export async function askForMore(tx: Tx, places: readonly ShelfKey[]): Promise<void> {
  if (places.length === 0) return
  await tx`
    insert into purchase_requests (id, sku, warehouse_id, supplier_id, quantity)
    select replace(gen_random_uuid()::text, '-', ''), sku, warehouse_id, supplier_id,
      coalesce(target_level - free, 0) + waiting
    from (
      select s.*, ${freeUnits(tx)} as free, ${waitingUnits(tx)} as waiting
      from stock s
      where (s.sku, s.warehouse_id) in (
          select sku, "warehouseId"
          from jsonb_to_recordset(${tx.json([...places])}) as p(sku text, "warehouseId" text))
        and not exists (
          select from purchase_requests open
          where open.sku = s.sku and open.warehouse_id = s.warehouse_id
            and open.status in ('open', 'sent'))
    ) low
    where free <= warning_level or waiting > 0
    -- In one order everywhere, so that two callers can't wait for each other.
    order by sku, warehouse_id
    on conflict (sku, warehouse_id) where status in ('open', 'sent') do nothing`
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
  /** Units that have not come yet. */
  missing: number
  /** Whether its supplier was told before. */
  sent: boolean
}

/** Undefined once the request is closed: then there is nothing to write. */
export async function readPurchaseOrder(db: Db, id: string): Promise<PurchaseOrder | undefined> {
  const [row] = await db<PurchaseOrder[]>`
    select r.supplier_id as "supplierId", r.sku, p.name, m.name as "merchantName",
      w.name as "warehouseName", r.quantity - r.received as missing,
      r.status = 'sent' as sent
    from purchase_requests r join products p on p.sku = r.sku
      join merchants m on m.id = p.merchant_id join warehouses w on w.id = r.warehouse_id
    where r.id = ${id} and r.status in ('open', 'sent')`
  return row
}

/** Its supplier knows as of `at`; from then on the lead time counts. Safe to repeat. */
export async function markSent(
  db: Db,
  { id, at, expectedAt }: { id: string; at: string; expectedAt: string },
): Promise<void> {
  await db`update purchase_requests set status = 'sent', sent_at = ${at}, expected_at = ${expectedAt}
    where id = ${id} and status = 'open'`
}

/** A purchase request goes nowhere by itself: a person decides, once per reason. */
export async function raisePurchaseTask(
  db: Db,
  { id, code, at }: { id: string; code: string; at: string },
): Promise<void> {
  const task = {
    id: `purchase-${id}-${code}`,
    kind: 'PURCHASE_STUCK',
    subject: id,
    code,
    at,
  } as const
  await db.begin((tx) => raiseTask(tx, task))
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

export async function postponePurchase(db: Db, { id }: PurchaseNews): Promise<void> {
  await db`update purchase_requests set leased_until = ${pause(db)} where id = ${id}`
}
