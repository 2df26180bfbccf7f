import type { StockMove } from '../domain/inventory.ts'
import type { Db, Tx } from './connection.ts'
import { askForMore, reviewRequests } from './replenishment.ts'
import { changeShelves, expectRows, lockShelvesOf } from './shelf.ts'
import type { Place, ShelfChange } from './shelf.ts'
import { serveWaiting, tellComplete } from './waiting.ts'
import type { Consignment } from './waiting.ts'

/*
 * What becomes of units that an order holds, until they left or are others'.
 */

/** Give back what a late payment's order had held again and didn't come to use. Safe to repeat. */
export async function releaseHeld(tx: Tx, orderId: string): Promise<void> {
  await release(tx, orderId, ['held'])
}

/** An order's units are free for others, those who wait first; returns how many reservations that were. */
async function release(tx: Tx, orderId: string, states: readonly string[]): Promise<number> {
  await lockShelvesOf(tx, orderId)
  const rows = await tx<ShelfChange[]>`
    update reservations set state = 'released'
    where order_id = ${orderId} and state = any(${states as string[]}) and shipped = 0
    returning sku, warehouse_id as "warehouseId", freed - secured as reserved`
  await changeShelves(tx, rows)
  await serveWaiting(tx, rows)
  await reviewRequests(tx, rows)
  return rows.length
}

/** Orders per sweep, nearly all of which are as they should be. */
const SWEEP = 500

/**
 * A second net: units that are held for orders which are over or never were. One that may just be taken up again owes
 * an effect, and is left alone. Looks at a page of orders that come after one; returns how many of them that were, and
 * where to go on.
 */
export async function sweepReservations(
  db: Db,
  { after, limit = SWEEP }: { after: string; limit?: number },
): Promise<{ found: number; next: string }> {
  const page = await db<{ orderId: string; over: boolean }[]>`
    select idle.id as "orderId", ${isOver(db)} as over from (
      select distinct r.order_id as id from reservations r
      where ${isIdle(db)} and r.order_id > ${after} order by 1 limit ${limit}
    ) idle left join orders o using (id) order by 1`
  const left = page.filter(({ over }) => over)
  for (const { orderId } of left) {
    await db.begin(async (tx) => {
      const [order] = await tx<{ over: boolean }[]>`
        select ${isOver(tx)} as over from orders o where id = ${orderId} for update`
      if (order === undefined || order.over) await release(tx, orderId, ['held', 'committed'])
    })
  }
  return { found: left.length, next: page.at(-1)?.orderId ?? '' }
}

/** Of a reservation `r`: units that have not left and could be others'. */
const isIdle = (db: Db) => db`r.state <> 'released' and r.shipped = 0 and r.freed < r.quantity`

/** Of an order `o`, or of none. */
const isOver = (db: Db | Tx) => db`
  (o.id is null or (o.archived_at is not null or o.status in ('expired', 'cancelled')) and not o.owes_effects)`

/** Apply what an event does to stock. Reservations and stock move together or not at all. */
export async function moveStock(
  tx: Tx,
  orderId: string,
  moves: readonly StockMove[],
): Promise<void> {
  const [first] = moves
  if (first === undefined) return
  expectRows(await MOVE[first.kind](tx, { orderId, moves }), moves.length)
}

/** What one event does; its moves are of one kind. */
type Moves = { orderId: string; moves: readonly StockMove[] }

/** Each returns how many reservations it changed. */
const MOVE: Record<StockMove['kind'], (tx: Tx, moves: Moves) => Promise<number>> = {
  async commit(tx, moves) {
    const awaited = await tx<Place[]>`select sku, warehouse_id as "warehouseId" from reservations
      where order_id = ${moves.orderId} and state = 'held' and waiting_since is not null`
    // Goods that come at this moment close a request before or after this order counts, so that one of both asks anew.
    if (awaited.length > 0) await lockShelvesOf(tx, moves.orderId)
    const { count } = await tx`
      update reservations r set state = 'committed' from ${asked(tx, moves)} and r.state = 'held'`
    await reviewRequests(tx, awaited)
    await askForMore(tx, awaited)
    return count
  },
  release: (tx, { orderId }) => release(tx, orderId, ['held', 'committed']),
  async free(tx, moves) {
    await lockShelvesOf(tx, moves.orderId)
    // Units that still wait are given up first.
    const freed = await tx<(ShelfChange & Consignment & { waited: number })[]>`
      update reservations r set freed = r.freed + was.given, secured = r.secured + was.waited,
        waiting_since = case when r.secured + was.waited < r.quantity then r.waiting_since end
      from (
        select r.fulfillment_id, r.line_id, r.sku, m.quantity as given, least(m.quantity, r.quantity - r.secured) as waited
        from reservations r, ${asked(tx, moves)} and r.state = 'committed' for update of r
      ) was
      where r.order_id = ${moves.orderId} and r.fulfillment_id = was.fulfillment_id
        and r.line_id = was.line_id and r.sku = was.sku
      returning r.sku, r.warehouse_id as "warehouseId", was.waited - was.given as reserved, was.waited,
        r.order_id as "orderId", r.fulfillment_id as "fulfillmentId"`
    await changeShelves(tx, freed)
    await serveWaiting(tx, freed)
    await reviewRequests(tx, freed)
    await tellComplete(
      tx,
      freed.filter(({ waited }) => waited > 0),
    )
    return freed.length
  },
  async ship(tx, moves) {
    await lockShelvesOf(tx, moves.orderId)
    const { count } = await tx`
      update reservations r set shipped = r.shipped + m.quantity
      from ${asked(tx, moves)} and r.state = 'committed'`
    await changeShelves(
      tx,
      moves.moves.map(({ quantity, ...place }) => ({
        ...place,
        onHand: -quantity,
        reserved: -quantity,
      })),
    )
    return count
  },
  async restock(tx, moves) {
    await lockShelvesOf(tx, moves.orderId)
    const { count } = await tx`
      update reservations r set returned = r.returned + m.quantity from ${asked(tx, moves)}`
    await changeShelves(
      tx,
      moves.moves.map(({ quantity, ...place }) => ({ ...place, onHand: quantity })),
    )
    await serveWaiting(tx, moves.moves)
    return count
  },
}

/** Moves as a table `m`, joined with their reservations `r`. */
const asked = (tx: Tx, { orderId, moves }: Moves) => tx`
  jsonb_to_recordset(${tx.json(moves)}) as m("fulfillmentId" text, "lineId" text, sku text, quantity int)
  where r.order_id = ${orderId} and r.fulfillment_id = m."fulfillmentId" and r.line_id = m."lineId" and r.sku = m.sku`
