import type { Shelf } from '../domain/sourcing.ts'
import { allotFree, gatherAllotted, takeAllotted } from './allotment.ts'
import type { Db, Tx } from './connection.ts'
import { askForMore, freeUnits, waitingUnits } from './replenishment.ts'
import {
  changeShelves,
  inTurn,
  isSame,
  listed,
  lockShelves,
  lockShelvesOf,
  nameOf,
} from './shelf.ts'
import type { Place } from './shelf.ts'
import { serveWaiting } from './waiting.ts'

/** What could be had of some SKUs and where, without locks; warehouses at work only. */
export async function readShelves(db: Db | Tx, skus: readonly string[]): Promise<Shelf[]> {
  const rows = await db<ShelfRow[]>`
    select s.sku, s.warehouse_id as "warehouseId", ${toBeHad(db)} as free, p.expected_at as "expectedAt",
      case when p.expected_at is not null
        then greatest(0, p.quantity - p.received + least(0, ${freeUnits(db)}) - ${waitingUnits(db)}) end as unclaimed,
      case when w.region is not null and w.city is not null then w.country end as country, w.region, w.city
    from stock s join warehouses w on w.id = s.warehouse_id
      left join purchase_requests p
        on p.sku = s.sku and p.warehouse_id = s.warehouse_id and p.status in ('open', 'sent')
    where s.sku = any(${[...new Set(skus)]}) and w.active`
  return rows.map(({ country, region, city, expectedAt, unclaimed, ...shelf }) => ({
    ...shelf,
    ...(expectedAt !== null && { expected: { at: expectedAt.toISOString(), unclaimed } }),
    ...(country !== null && { place: { country, region, city } }),
  }))
}

type ShelfRow = Omit<Shelf, 'place' | 'expected'> & {
  country: string | null
  region: string
  city: string
  expectedAt: Date | null
  unclaimed: number
}

/** Of some SKUs those that are for sale in a currency, lie on shelves, and have not a unit left on any. */
export async function readSoldOut(
  db: Db,
  { skus, currency }: { skus: readonly string[]; currency: string },
): Promise<string[]> {
  const rows = await db<{ sku: string }[]>`
    select s.sku from stock s join warehouses w on w.id = s.warehouse_id
      join products p on p.sku = s.sku join merchants m on m.id = p.merchant_id
    where s.sku = any(${[...new Set(skus)]}) and w.active
      and p.active and p.currency = ${currency} and m.status = 'approved'
      and not exists (select from product_components c where c.sku = s.sku)
    group by s.sku having max(${toBeHad(db)}) = 0`
  return rows.map(({ sku }) => sku)
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
 * `isAgain`: another try after a false one; it waits for its turn where the first one gave way.
 */
export async function holdStock(
  tx: Tx,
  { orderId, holds, isAgain = false }: { orderId: string; holds: Hold[]; isAgain?: boolean },
): Promise<boolean> {
  const wanted = wantedOf(holds)
  if (!(await reserve(tx, wanted, isAgain))) return false
  await insertReservations(tx, { orderId, holds })
  await serveWaiting(tx, wanted.filter(waits))
  return true
}

/**
 * Hold units that come with their order: neither what is kept back nor whoever waits has a claim on them. Shelves that
 * aren't there yet are made.
 */
export async function holdBrought(
  tx: Tx,
  { orderId, holds }: { orderId: string; holds: Hold[] },
): Promise<void> {
  await tx`
    insert into stock (sku, warehouse_id, on_hand)
    select sku, "warehouseId", 0 from ${listed(tx, holds)} order by 1, 2 on conflict do nothing`
  await lockShelves(tx, holds)
  await changeShelves(
    tx,
    holds.map(({ sku, warehouseId, quantity }) => ({
      ...{ sku, warehouseId, onHand: quantity, reserved: quantity },
    })),
  )
  await insertReservations(tx, { orderId, holds })
}

async function insertReservations(
  tx: Tx,
  { orderId, holds }: { orderId: string; holds: Hold[] },
): Promise<void> {
  await tx`
    insert into reservations (order_id, fulfillment_id, line_id, sku, warehouse_id, quantity, secured, waiting_since, state)
    select ${orderId}, "fulfillmentId", "lineId", sku, "warehouseId", quantity, quantity - waiting,
      case when waiting > 0 then clock_timestamp() end, 'held'
    from jsonb_to_recordset(${tx.json(holds)}) as h("fulfillmentId" text, "lineId" text, sku text,
      "warehouseId" text, quantity int, waiting int)`
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
  return [...wanted.values()]
}

const waits = ({ waiting }: Wanted) => waiting > 0

/**
 * All or, as far as the caller rolls back, nothing. Where a SKU is hot, units may be there and yet in no single row:
 * what is left is seen to under lock before anyone is told that it is gone.
 */
async function reserve(tx: Tx, wanted: readonly Wanted[], isAgain: boolean): Promise<boolean> {
  const { isHot, reserved } = await reserveUnallotted(tx, wanted)
  if (reserved === wanted.length) return true
  const [first, ...others] = wanted
  // Rows that come first may not be locked after others.
  if (!isHot && others.length > 0) return false
  // Who looks in vain may keep locks of allotments, so it waits for no row: the next try locks the row before it looks.
  const isAlone = first !== undefined && others.length === 0 && !waits(first)
  if (isAlone && !isAgain) return takeAllotted(tx, first)
  if (!(await areFree(tx, wanted))) return false
  await lockShelves(tx, wanted)
  return reserveLocked(tx, wanted)
}

/**
 * One statement for places without allotments; it reserves and locks nothing where any of them has some. Nobody is locked
 * where too little is left.
 */
async function reserveUnallotted(
  tx: Tx,
  wanted: readonly Wanted[],
): Promise<{ isHot: boolean; reserved: number }> {
  const places = tx`jsonb_to_recordset(${tx.json(wanted)}) as w(sku text, "warehouseId" text, units int)`
  const [row] = await tx<{ isHot: boolean; reserved: number }[]>`
    with hot as materialized (
      select exists (select from stock s join ${places} on ${isSame(tx)} where s.allotments > 0) as "isHot"
    ), w as materialized (
      select s.sku, s.warehouse_id as "warehouseId", w.units
      from stock s join ${places} on ${isSame(tx)}
      where not (select "isHot" from hot)
        and s.allotments = 0 and (w.units = 0 or s.reserved + w.units <= s.on_hand - s.safety)
      ${inTurn(tx)} for no key update of s
    ), reserved as (
      update stock s set reserved = s.reserved + w.units from w where ${isSame(tx)} returning 1
    )
    select "isHot", (select count(*)::int from reserved) as reserved from hot`
  if (row === undefined) throw new Error('what has no rows is counted as none')
  return row
}

/** As of the last commit: units that an unfinished order has taken still count, so a refusal is never too early. */
async function areFree(tx: Tx, wanted: readonly Wanted[]): Promise<boolean> {
  const rows = await tx<(Place & { free: number })[]>`
    select s.sku, s.warehouse_id as "warehouseId", ${toBeHad(tx)} as free
    from stock s join ${listed(tx, wanted)} on ${isSame(tx)}`
  const free = new Map(rows.map((row) => [nameOf(row), row.free]))
  return wanted.every((place) => place.units <= (free.get(nameOf(place)) ?? 0))
}

/** With all rows under lock: from single allotments where they suffice, else from everything. */
async function reserveLocked(tx: Tx, wanted: readonly Wanted[]): Promise<boolean> {
  const hot = await readHot(tx, wanted)
  const rest: Wanted[] = []
  for (const place of wanted) {
    // What is waited for is served by the caller, from all allotments.
    const isOfOne = hot.has(nameOf(place)) && !waits(place)
    if (!isOfOne || !(await takeAllotted(tx, place))) rest.push(place)
  }
  await gatherAllotted(tx, rest)
  const { count } = await tx`
    update stock s set reserved = s.reserved + w.units
    from jsonb_to_recordset(${tx.json(rest)}) as w(sku text, "warehouseId" text, units int)
    where ${isSame(tx)} and (w.units = 0 or s.reserved + w.units <= s.on_hand - s.safety)`
  // Who waits is served first, by the caller.
  await allotFree(
    tx,
    rest.filter((place) => !waits(place)),
  )
  return count === rest.length
}

/** Names of those that have allotments. */
async function readHot(tx: Tx, places: readonly Place[]): Promise<Set<string>> {
  const rows = await tx<Place[]>`
    select s.sku, s.warehouse_id as "warehouseId" from stock s join ${listed(tx, places)} on ${isSame(tx)}
    where s.allotments > 0`
  return new Set(rows.map(nameOf))
}

/**
 * Hold an expired order's units once more; where false, the caller rolls back. Safe to repeat: units already held are
 * left alone. What it waited for it waits for again, behind those who wait now.
 */
export async function reholdStock(tx: Tx, orderId: string): Promise<boolean> {
  await lockShelvesOf(tx, orderId)
  const rows = await tx<(Place & { quantity: number; waiting: number })[]>`
    select sku, warehouse_id as "warehouseId", quantity, quantity - secured as waiting
    from reservations where order_id = ${orderId} and state = 'released'`
  const wanted = wantedOf(rows)
  if (!(await reserve(tx, wanted, true))) return false
  await tx`update reservations set state = 'held', waiting_since = case when secured < quantity then clock_timestamp() end
    where order_id = ${orderId} and state = 'released'`
  await serveWaiting(tx, wanted.filter(waits))
  await askForMore(tx, wanted)
  return true
}
