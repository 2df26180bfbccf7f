import type { StockMove } from '../domain/inventory.ts'
import type { Shelf } from '../domain/sourcing.ts'
import { allotFree, gatherAllotted, takeAllotted } from './allotment.ts'
import type { Db, Tx } from './connection.ts'
import { askForMore, freeUnits } from './replenishment.ts'
import { changeShelves, expectRows, isSame, lockShelves, nameOf } from './shelf.ts'
import type { Place, ShelfChange } from './shelf.ts'
import { serveWaiting, tellComplete } from './waiting.ts'
import type { Consignment } from './waiting.ts'

/** What could be had of some SKUs and where, without locks; warehouses at work only. */
export async function readShelves(db: Db | Tx, skus: readonly string[]): Promise<Shelf[]> {
  const rows = await db<ShelfRow[]>`
    select s.sku, s.warehouse_id as "warehouseId", ${toBeHad(db)} as free,
      (select expected_at from purchase_requests p
        where p.sku = s.sku and p.warehouse_id = s.warehouse_id and p.status in ('open', 'sent')) as "expectedAt",
      case when w.region is not null and w.city is not null then w.country end as country, w.region, w.city
    from stock s join warehouses w on w.id = s.warehouse_id
    where s.sku = any(${[...new Set(skus)]}) and w.active`
  return rows.map(({ country, region, city, expectedAt, ...shelf }) => ({
    ...shelf,
    ...(expectedAt !== null && { expectedAt: expectedAt.toISOString() }),
    ...(country !== null && { place: { country, region, city } }),
  }))
}

type ShelfRow = Omit<Shelf, 'place' | 'expectedAt'> & {
  country: string | null
  region: string
  city: string
  expectedAt: Date | null
}

/** Units of a row `s` of stock that are neither promised nor kept back. */
const toBeHad = (db: Db | Tx) => db`
  greatest(0, ${freeUnits(db)})`

/** Units that one line needs from one shelf for one fulfillment; `waiting` of them aren't there yet. */
export type Hold = {
  fulfillmentId: string
  lineId: string
  sku: string
  warehouseId: string
  quantity: number
  waiting: number
}

/**
 * Hold units for an order. False when something is gone that was there when it was quoted: then the caller rolls back,
 * for a part may be held. What has come in meanwhile goes to those who wait, this order among them.
 */
export async function holdStock(
  tx: Tx,
  { orderId, holds }: { orderId: string; holds: Hold[] },
): Promise<boolean> {
  const wanted = wantedOf(holds)
  if (!(await reserve(tx, wanted))) return false
  await tx`
    insert into reservations (order_id, fulfillment_id, line_id, sku, warehouse_id, quantity, secured, waiting_since, state)
    select ${orderId}, "fulfillmentId", "lineId", sku, "warehouseId", quantity, quantity - waiting,
      case when waiting > 0 then clock_timestamp() end, 'held'
    from jsonb_to_recordset(${tx.json(holds)}) as h("fulfillmentId" text, "lineId" text, sku text,
      "warehouseId" text, quantity int, waiting int)`
  await serveWaiting(tx, wanted.filter(waits))
  return true
}

/** Units to hold of one place, all lines and bundles together; `waiting` where more of them are to come. */
type Wanted = Place & { units: number; waiting: number }

function wantedOf(holds: readonly Pick<Hold, keyof Place | 'quantity' | 'waiting'>[]): Wanted[] {
  const wanted = new Map<string, Wanted>()
  for (const { sku, warehouseId, quantity, waiting } of holds) {
    const before = wanted.get(nameOf({ sku, warehouseId })) ?? { units: 0, waiting: 0 }
    const units = before.units + quantity - waiting
    const all = { sku, warehouseId, units, waiting: before.waiting + waiting }
    wanted.set(nameOf(all), all)
  }
  return [...wanted.values()].toSorted(byPlace)
}

const waits = ({ waiting }: Wanted) => waiting > 0

const byPlace = (a: Place, b: Place) =>
  compare(a.sku, b.sku) || compare(a.warehouseId, b.warehouseId)
const compare = (a: string, b: string) => (a < b ? -1 : Number(a > b))

/** All or, as far as the caller rolls back, nothing. */
async function reserve(tx: Tx, wanted: readonly Wanted[]): Promise<boolean> {
  const done = new Set((await reserveUnallotted(tx, wanted)).map(nameOf))
  for (const place of wanted) {
    if (!done.has(nameOf(place)) && !(await reserveAllotted(tx, place))) return false
  }
  return true
}

/** One statement for all places without allotments: nobody is locked where too little is left. */
async function reserveUnallotted(tx: Tx, wanted: readonly Wanted[]): Promise<Place[]> {
  return tx<Place[]>`
    with w as materialized (
      select s.sku, s.warehouse_id as "warehouseId", w.units
      from stock s join jsonb_to_recordset(${tx.json(wanted)}) as w(sku text, "warehouseId" text, units int)
        on ${isSame(tx)}
      where s.allotments = 0 and (w.units = 0 or s.reserved + w.units <= s.on_hand - s.safety)
      order by s.sku, s.warehouse_id for no key update of s
    )
    update stock s set reserved = s.reserved + w.units from w where ${isSame(tx)}
    returning s.sku, s.warehouse_id as "warehouseId"`
}

/**
 * From one allotment, beside all other buyers. Where no single one has so many, what is left of all of them is seen to
 * under lock before anyone is told that it is gone.
 */
async function reserveAllotted(tx: Tx, place: Wanted): Promise<boolean> {
  if (!waits(place) && (await takeAllotted(tx, place))) return true
  if ((await countFree(tx, place)) < place.units) return false
  await lockShelves(tx, [place])
  if (!waits(place) && (await takeAllotted(tx, place))) return true
  await gatherAllotted(tx, [place])
  const { sku, warehouseId, units } = place
  const { count } = await tx`
    update stock set reserved = reserved + ${units}
    where sku = ${sku} and warehouse_id = ${warehouseId}
      and (${units} = 0 or reserved + ${units} <= on_hand - safety)`
  // Who waits is served first, by the caller.
  if (!waits(place)) await allotFree(tx, [place])
  return count === 1
}

/** As of the last commit: units that an unfinished order has taken still count, so a refusal is never too early. */
async function countFree(tx: Tx, { sku, warehouseId }: Place): Promise<number> {
  const [row] = await tx<{ free: number }[]>`
    select ${toBeHad(tx)} as free from stock s where sku = ${sku} and warehouse_id = ${warehouseId}`
  return row?.free ?? 0
}

/**
 * Hold an expired order's units once more; where false, the caller rolls back. Safe to repeat: units already held are
 * left alone. What it waited for it waits for again, behind those who wait now.
 */
export async function reholdStock(tx: Tx, orderId: string): Promise<boolean> {
  const rows = await tx<(Place & { quantity: number; waiting: number })[]>`
    select sku, warehouse_id as "warehouseId", quantity, quantity - secured as waiting
    from reservations where order_id = ${orderId} and state = 'released' for update`
  const wanted = wantedOf(rows)
  if (!(await reserve(tx, wanted))) return false
  await tx`update reservations set state = 'held', waiting_since = case when secured < quantity then clock_timestamp() end
    where order_id = ${orderId} and state = 'released'`
  await serveWaiting(tx, wanted.filter(waits))
  await askForMore(tx, wanted)
  return true
}

/** Give back what a late payment's order had held again and didn't come to use. Safe to repeat. */
export async function releaseHeld(tx: Tx, orderId: string): Promise<void> {
  await release(tx, orderId, ['held'])
}

/** An order's units are free for others, those who wait first; returns how many reservations that were. */
async function release(tx: Tx, orderId: string, states: readonly string[]): Promise<number> {
  const places = await tx<Place[]>`select sku, warehouse_id as "warehouseId" from reservations
    where order_id = ${orderId} and state = any(${states as string[]})`
  await lockShelves(tx, places)
  const rows = await tx<ShelfChange[]>`
    update reservations set state = 'released'
    where order_id = ${orderId} and state = any(${states as string[]}) and shipped = 0
    returning sku, warehouse_id as "warehouseId", freed - secured as reserved`
  await changeShelves(tx, rows)
  await serveWaiting(tx, rows)
  return rows.length
}

/** Orders per sweep. */
const SWEEP = 50

/**
 * A second net: units that are held for orders which are over or never were. One that may just be taken up again owes
 * an effect, and is left alone. Returns how many orders that were.
 */
export async function sweepReservations(db: Db): Promise<number> {
  const found = await db<{ orderId: string }[]>`
    select distinct r.order_id as "orderId" from reservations r left join orders o on o.id = r.order_id
    where ${isIdle(db)} and ${isOver(db)} limit ${SWEEP}`
  for (const { orderId } of found) {
    await db.begin(async (tx) => {
      const [order] = await tx<{ over: boolean }[]>`
        select ${isOver(tx)} as over from orders o where id = ${orderId} for update`
      if (order === undefined || order.over) await release(tx, orderId, ['held', 'committed'])
    })
  }
  return found.length
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
    const { count } = await tx`
      update reservations r set state = 'committed' from ${asked(tx, moves)} and r.state = 'held'`
    return count
  },
  release: (tx, { orderId }) => release(tx, orderId, ['held', 'committed']),
  async free(tx, moves) {
    await lockShelves(tx, moves.moves)
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
    await tellComplete(
      tx,
      freed.filter(({ waited }) => waited > 0),
    )
    return freed.length
  },
  async ship(tx, moves) {
    await lockShelves(tx, moves.moves)
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
    await lockShelves(tx, moves.moves)
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
