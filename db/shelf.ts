import type { Tx } from './connection.ts'

/*
 * Who moves stock locks in one order, so that nobody can deadlock: the order's own row, coupons, accounts of stored
 * value, all rows of `stock` that the transaction will ever touch, by SKU and warehouse and at once, then their
 * allotments, then reservations. A buyer who takes from an allotment needs no lock of the row, and so never waits for a
 * row while it holds an allotment.
 */

/** A SKU's row of `stock`. */
export type Place = { sku: string; warehouseId: string }

/**
 * Keep others from changing these rows until the transaction ends. Not `for update`: that would wait for buyers of a hot
 * SKU, whose reservations refer to the row.
 */
export async function lockShelves(tx: Tx, places: readonly Place[]): Promise<void> {
  await tx`
    select from stock s join ${listed(tx, places)} on ${isSame(tx)} ${inTurn(tx)} for no key update of s`
}

/** The same for all that an order has reservations of: its events, of which several may be recorded at once, move no others. */
export async function lockShelvesOf(tx: Tx, orderId: string): Promise<void> {
  await tx`
    select from stock s
    where (s.sku, s.warehouse_id) in (
      select sku, warehouse_id from reservations where order_id = ${orderId})
    ${inTurn(tx)} for no key update of s`
}

/** The order in which rows `s` of stock are locked; the same whatever the database's language. */
export const inTurn = (tx: Tx) => tx`order by s.sku collate "C", s.warehouse_id collate "C"`

/** Units to add to what is on hand and to what is reserved. */
export type ShelfChange = Place & { onHand?: number; reserved?: number }

/** Several changes of one row are summed first. The table's checks are the last guard against overselling. */
export async function changeShelves(tx: Tx, changes: readonly ShelfChange[]): Promise<void> {
  const { count } = await tx`
    update stock s set on_hand = s.on_hand + w.on_hand, reserved = s.reserved + w.reserved
    from (
      select sku, "warehouseId", coalesce(sum("onHand"), 0)::int as on_hand,
        coalesce(sum(reserved), 0)::int as reserved
      from jsonb_to_recordset(${tx.json(changes)})
        as c(sku text, "warehouseId" text, "onHand" int, reserved int)
      group by 1, 2
    ) w where ${isSame(tx)}`
  expectRows(count, new Set(changes.map(nameOf)).size)
}

/** A change that misses a row would lose units; the transaction must not commit. */
export function expectRows(found: number, expected: number): void {
  if (found !== expected) throw new Error(`stock moved in ${found} rows instead of ${expected}`)
}

export const nameOf = ({ sku, warehouseId }: Place) => JSON.stringify([sku, warehouseId])

/** Places as a table `w`, each once. */
export function listed(tx: Tx, places: readonly Place[]) {
  const rows = places.map(({ sku, warehouseId }) => ({ sku, warehouseId }))
  return tx`(select distinct sku, "warehouseId"
    from jsonb_to_recordset(${tx.json(rows)}) as p(sku text, "warehouseId" text)) w`
}

/** Of a row `s` of stock, and one of `w`. */
export const isSame = (tx: Tx) => tx`s.sku = w.sku and s.warehouse_id = w."warehouseId"`
