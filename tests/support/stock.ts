import { randomUUID } from 'node:crypto'
import { setAllotments } from '../../db/allotment.ts'
import { addToCatalogue } from '../../db/catalog.ts'
import { connect } from '../../db/connection.ts'
import type { Db, Tx } from '../../db/connection.ts'
import { holdStock } from '../../db/inventory.ts'
import type { Hold } from '../../db/inventory.ts'
import { moveStock } from '../../db/movement.ts'
import { serveWaiting } from '../../db/waiting.ts'
import type { StockMove } from '../../domain/inventory.ts'
import { cloneDatabase } from '../../testing/database.ts'
import { findServers } from '../../testing/servers.ts'
import { CATALOGUE, ownProduct } from './builders.ts'

/** Connections at once: more than there are rows to fight for. */
const CROWD = 16

const at = (sku: string) => ({ sku, warehouseId: 'w-a' })

export async function receive(tx: Tx, sku: string, quantity: number): Promise<void> {
  await tx`update stock set on_hand = on_hand + ${quantity} where sku = ${sku}`
  await serveWaiting(tx, [at(sku)])
}

export type Shelves = Awaited<ReturnType<typeof openShelves>>

/** A database whose stock is moved by hand, without orders. Everything stands in warehouse `w-a`. */
export async function openShelves() {
  const { db: own, databaseUrl, drop } = await cloneDatabase(findServers())
  await own.begin((tx) => addToCatalogue(tx, CATALOGUE))
  const db = connect(databaseUrl, { max: CROWD })
  return {
    db,
    async product(onHand: number): Promise<string> {
      const product = ownProduct({ onHand })
      await addToCatalogue(db, { merchants: [], warehouses: [], products: [product] })
      return product.sku
    },
    allot: (sku: string, n: number) => db.begin((tx) => setAllotments(tx, at(sku), n)),
    /** What an event does to an order's one line. */
    move(orderId: string, kind: StockMove['kind'], { sku, quantity = 1 }: Wish) {
      const one = { ...at(sku), fulfillmentId: 'f1', lineId: 'l1', kind, quantity }
      return db.begin((tx) => moveStock(tx, orderId, [one]))
    },
    receive: (sku: string, quantity: number) => db.begin((tx) => receive(tx, sku, quantity)),
    async close(): Promise<void> {
      await db.end()
      await drop()
    },
  }
}

/** Rows of stock that say something else than reservations and allotments do, and places where someone waits although units are free. */
export async function unbalanced(db: Db): Promise<{ what: string; sku: string }[]> {
  return db`
    with shelf as (
      select s.*, coalesce((
        select sum(secured - shipped - freed) from reservations r
        where r.sku = s.sku and r.warehouse_id = s.warehouse_id and state <> 'released'), 0) as promised,
        coalesce((select sum(units) from stock_allotments a
        where a.sku = s.sku and a.warehouse_id = s.warehouse_id), 0) as allotted,
        exists (select from reservations r where r.sku = s.sku and r.warehouse_id = s.warehouse_id
          and state <> 'released' and waiting_since is not null) as awaited
      from stock s
    )
    select 'reserved differs' as what, sku from shelf where reserved <> promised + allotted
    union all
    select 'waiting beside free units', sku from shelf
    where awaited and on_hand - reserved + allotted > safety
    union all
    select 'promised beyond what is there, or said to be missing and there', sku from shelf
    where missing <> greatest(0, reserved - on_hand)
    union all
    select 'allotted without allotments', sku from shelf where allotments = 0 and allotted > 0`
}

/** Units that are held for orders which are over, or were never there. */
export async function leftovers(db: Db): Promise<{ orderId: string; sku: string }[]> {
  return db`
    select r.order_id as "orderId", r.sku from reservations r left join orders o on o.id = r.order_id
    where r.state <> 'released' and r.secured > r.shipped + r.freed
      and (o.id is null or o.archived_at is not null or o.status in ('expired', 'cancelled'))`
}

export type Wish = { sku: string; warehouseId?: string; quantity?: number; waiting?: number }

const holdOf = (
  { sku, warehouseId = 'w-a', quantity = 1, waiting = 0 }: Wish,
  i: number,
): Hold => ({
  ...{ fulfillmentId: 'f1', lineId: `l${i + 1}` },
  ...{ sku, warehouseId, quantity, waiting },
})

/** Hold for a new order, all or nothing as its admission would. Returns its id where it came in. */
export async function tryHold(db: Db, wishes: readonly Wish[]): Promise<string | undefined> {
  const orderId = randomUUID()
  const refused = new Error('refused')
  const holds = wishes.map(holdOf)
  // As checkout does: what one try finds gone is looked for once more.
  for (const isAgain of [false, true]) {
    try {
      await db.begin(async (tx) => {
        if (!(await holdStock(tx, { orderId, holds, isAgain }))) throw refused
      })
      return orderId
    } catch (error) {
      if (error !== refused) throw error
    }
  }
  return undefined
}

/** Many at once, on connections of their own. Returns the ids of those that came in. */
export async function rush(
  db: Db,
  { buyers, wishes }: { buyers: number; wishes: (buyer: number) => readonly Wish[] },
): Promise<string[]> {
  const all = Array.from({ length: buyers }, (_, buyer) => tryHold(db, wishes(buyer)))
  return (await Promise.all(all)).filter((id) => id !== undefined)
}

export async function shelf(db: Db | Tx, sku: string) {
  const rows = await db<{ onHand: number; reserved: number; allotted: number }[]>`
    select on_hand as "onHand", reserved, coalesce((select sum(units)::int from stock_allotments a
      where a.sku = s.sku and a.warehouse_id = s.warehouse_id), 0) as allotted
    from stock s where sku = ${sku} order by warehouse_id`
  return rows[0]
}
