import type { Tx } from './connection.ts'
import { isSame, listed, lockShelves } from './shelf.ts'
import type { Place } from './shelf.ts'

/*
 * A SKU that everyone wants at once: its free units lie in several rows, and buyers take from whichever nobody else is
 * taking from. Until then those units count as reserved, so that the stock row itself has nothing to give.
 */

/** Take units from any one allotment that has so many and isn't locked. */
export async function takeAllotted(
  tx: Tx,
  { sku, warehouseId, units }: Place & { units: number },
): Promise<boolean> {
  const { count } = await tx`
    update stock_allotments set units = units - ${units}
    where sku = ${sku} and warehouse_id = ${warehouseId} and bucket = (
      select bucket from stock_allotments
      where sku = ${sku} and warehouse_id = ${warehouseId} and units >= ${units}
      limit 1 for update skip locked
    )`
  return count === 1
}

/** Everything allotted is free again, under lock: for those who must see or change all of it at once. */
export async function gatherAllotted(tx: Tx, places: readonly Place[]): Promise<void> {
  await lockShelves(tx, places)
  await tx`
    with drawn as (
      select s.sku, s.warehouse_id, s.bucket, s.units from stock_allotments s
      join ${listed(tx, places)} on ${isSame(tx)} where s.units > 0
      order by s.sku, s.warehouse_id, s.bucket for update of s
    ), emptied as (
      update stock_allotments a set units = 0 from drawn
      where (a.sku, a.warehouse_id, a.bucket) = (drawn.sku, drawn.warehouse_id, drawn.bucket)
    )
    update stock s set reserved = s.reserved - w.units
    from (select sku, warehouse_id as "warehouseId", sum(units)::int as units from drawn group by 1, 2) w
    where ${isSame(tx)}`
}

/** Allot what is free, evenly. Rows must be locked; those without allotments are left alone. */
export async function allotFree(tx: Tx, places: readonly Place[]): Promise<void> {
  await tx`
    with w as (
      select s.sku, s.warehouse_id as "warehouseId", s.allotments, s.on_hand - s.reserved - s.safety as free
      from stock s join ${listed(tx, places)} on ${isSame(tx)}
      where s.allotments > 0 and s.on_hand - s.reserved > s.safety
    ), filled as (
      insert into stock_allotments (sku, warehouse_id, bucket, units)
      select sku, "warehouseId", bucket, free / allotments + (bucket < free % allotments)::int
      from w, generate_series(0, allotments - 1) bucket
      on conflict (sku, warehouse_id, bucket) do update set units = stock_allotments.units + excluded.units
    )
    update stock s set reserved = s.reserved + w.free from w where ${isSame(tx)}`
}

/** From how many allotments a place's units are handed out; zero: from its one row. Exact while orders come in. */
export async function setAllotments(tx: Tx, place: Place, allotments: number): Promise<void> {
  const { sku, warehouseId } = place
  await gatherAllotted(tx, [place])
  await tx`delete from stock_allotments where sku = ${sku} and warehouse_id = ${warehouseId}`
  await tx`update stock set allotments = ${allotments}
    where sku = ${sku} and warehouse_id = ${warehouseId}`
  await allotFree(tx, [place])
}
