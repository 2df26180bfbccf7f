import type { Tx } from './connection.ts'

/** A SKU's row of `stock`. */
export type Place = { sku: string; warehouseId: string }

/**
 * Keep others from changing these rows until the transaction ends. Everyone locks in one order, rows with allotments
 * last as admission reaches those last, so that nobody can deadlock. Rows of `stock` come before reservations. Not `for
 * update`: that would wait for buyers of a hot SKU, whose reservations refer to the row.
 */
export async function lockShelves(tx: Tx, places: readonly Place[]): Promise<void> {
  await tx`
    select from stock s join ${listed(tx, places)} on ${isSame(tx)}
    order by s.allotments > 0, s.sku, s.warehouse_id for no key update of s`
}

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
