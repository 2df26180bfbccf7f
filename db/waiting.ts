import { allotFree } from './allotment.ts'
import type { Tx } from './connection.ts'
import { storeReports } from './relay.ts'
import { changeShelves, isSame, listed, lockShelves } from './shelf.ts'
import type { Place } from './shelf.ts'

/** Whoever completes fulfillments does so one after another: two at once would each see the other's part missing. */
const COMPLETING_LOCK = 7_217_006

/** What one warehouse sends for an order. */
export type Consignment = { orderId: string; fulfillmentId: string }

/**
 * After any rise of free units: those who wait get them first, the oldest before all others, be it a part of what they
 * wait for. Only what nobody waits for can be bought, and of a hot SKU is allotted again. An order whose fulfillment
 * is complete by that is told so.
 */
export async function serveWaiting(tx: Tx, places: readonly Place[]): Promise<void> {
  if (places.length === 0) return
  await lockShelves(tx, places)
  const served = await tx<(Place & Consignment & { reserved: number })[]>`
    with queue as (
      select r.order_id, r.fulfillment_id, r.line_id, r.sku, r.warehouse_id, s.on_hand - s.reserved - s.safety as free,
        r.quantity - r.secured as missing, coalesce(sum(r.quantity - r.secured) over (
          partition by r.sku, r.warehouse_id
          order by r.waiting_since, r.order_id, r.fulfillment_id, r.line_id
          rows between unbounded preceding and 1 preceding
        ), 0)::int as earlier
      from reservations r join stock s using (sku, warehouse_id) join ${listed(tx, places)} on ${isSame(tx)}
      where r.waiting_since is not null and r.state <> 'released'
    ), given as (
      select *, least(missing, free - earlier) as units from queue where free > earlier
    )
    update reservations r set secured = r.secured + given.units,
      waiting_since = case when given.units < given.missing then r.waiting_since end
    from given
    where r.order_id = given.order_id and r.fulfillment_id = given.fulfillment_id
      and r.line_id = given.line_id and r.sku = given.sku
    returning r.sku, r.warehouse_id as "warehouseId", given.units as reserved,
      r.order_id as "orderId", r.fulfillment_id as "fulfillmentId"`
  if (served.length > 0) await changeShelves(tx, served)
  await allotFree(tx, places)
  await tellComplete(tx, served)
}

/** Tell orders of those of their fulfillments that wait for nothing any more, but not because nothing is left; each is told once. */
export async function tellComplete(tx: Tx, touched: readonly Consignment[]): Promise<void> {
  if (touched.length === 0) return
  await tx`select pg_advisory_xact_lock(${COMPLETING_LOCK})`
  const rows = touched.map(({ orderId, fulfillmentId }) => ({ orderId, fulfillmentId }))
  const complete = await tx<Consignment[]>`
    select distinct "orderId", "fulfillmentId"
    from jsonb_to_recordset(${tx.json(rows)}) as t("orderId" text, "fulfillmentId" text)
    where not exists (
      select from reservations r where r.order_id = "orderId" and r.fulfillment_id = "fulfillmentId"
        and r.waiting_since is not null and r.state <> 'released'
    ) and exists (
      select from reservations r where r.order_id = "orderId" and r.fulfillment_id = "fulfillmentId"
        and r.freed < r.quantity and r.state <> 'released'
    )`
  const occurredAt = new Date().toISOString()
  const reports = complete.map(({ orderId, fulfillmentId }) => {
    const eventId = `${orderId}:${fulfillmentId}`
    const payload = { eventId, occurredAt, fulfillmentId }
    return { source: 'stock', eventId, orderId, kind: 'stocked', payload } as const
  })
  if (reports.length > 0) await storeReports(tx, reports)
}
