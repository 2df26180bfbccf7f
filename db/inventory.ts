import type { FreeStock, StockMove } from '../domain/inventory.ts'
import type { Db, Tx } from './connection.ts'

/** Free units of some SKUs, without locks: enough to refuse a sold-out order, not to accept one. */
export async function readFreeStock(db: Db | Tx, skus: readonly string[]): Promise<FreeStock[]> {
  return db<FreeStock[]>`
    select sku, warehouse_id as "warehouseId", on_hand - reserved as free
    from stock where sku = any(${[...new Set(skus)]})`
}

/** The same under lock, until the transaction ends; always in one order, so that orders can't deadlock. */
export async function lockFreeStock(tx: Tx, skus: readonly string[]): Promise<FreeStock[]> {
  return tx<FreeStock[]>`
    select sku, warehouse_id as "warehouseId", on_hand - reserved as free
    from stock where sku = any(${[...new Set(skus)]})
    order by sku, warehouse_id for update`
}

export type Hold = {
  fulfillmentId: string
  lineId: string
  sku: string
  warehouseId: string
  quantity: number
}

/** Hold units for an order. The table's checks refuse what isn't there, whatever was read before. */
export async function holdStock(
  tx: Tx,
  { orderId, holds }: { orderId: string; holds: Hold[] },
): Promise<void> {
  const rows = holds.map(({ fulfillmentId, lineId, sku, warehouseId, quantity }) => ({
    order_id: orderId,
    fulfillment_id: fulfillmentId,
    line_id: lineId,
    sku,
    warehouse_id: warehouseId,
    quantity,
    secured: quantity,
    state: 'held',
  }))
  await reserve(tx, holds)
  await tx`insert into reservations ${tx(rows)}`
}

async function reserve(
  tx: Tx,
  holds: readonly { sku: string; warehouseId: string; quantity: number }[],
): Promise<void> {
  await tx`
    update stock set reserved = reserved + wanted.quantity
    from (
      select sku, "warehouseId", sum(quantity)::int as quantity
      from jsonb_to_recordset(${tx.json(holds)}) as w(sku text, "warehouseId" text, quantity int)
      group by 1, 2
    ) wanted
    where stock.sku = wanted.sku and stock.warehouse_id = wanted."warehouseId"`
}

/**
 * Hold an expired order's units once more, all or nothing; true when they are held afterwards. Safe to repeat:
 * units already held are left alone.
 */
export async function reholdStock(db: Db, orderId: string): Promise<boolean> {
  return db.begin(async (tx) => {
    const rows = await tx<(Hold & { state: string })[]>`
      select fulfillment_id as "fulfillmentId", line_id as "lineId", sku, warehouse_id as "warehouseId", quantity, state
      from reservations where order_id = ${orderId} order by line_id for update`
    const released = rows.filter((row) => row.state === 'released')
    const free = await lockFreeStock(
      tx,
      released.map((row) => row.sku),
    )
    if (!suffices(free, released)) return false
    await reserve(tx, released)
    await tx`
      update reservations set state = 'held'
      where order_id = ${orderId} and state = 'released'`
    return true
  })
}

function suffices(free: readonly FreeStock[], wanted: readonly Hold[]): boolean {
  return wanted.every(({ sku, warehouseId }) => {
    const same = (row: { sku: string; warehouseId: string }) =>
      row.sku === sku && row.warehouseId === warehouseId
    const total = wanted.filter(same).reduce((units, hold) => units + hold.quantity, 0)
    return (free.find(same)?.free ?? 0) >= total
  })
}

/** Apply what events do to stock. Each statement moves reservation and stock together or not at all. */
export async function moveStock(
  tx: Tx,
  orderId: string,
  moves: readonly StockMove[],
): Promise<void> {
  for (const move of moves.toSorted(bySku)) await moveOne(tx, orderId, move)
}

type Place = { sku: string; warehouseId: string }

const bySku = (a: Place, b: Place) =>
  a.sku.localeCompare(b.sku) || a.warehouseId.localeCompare(b.warehouseId)

async function moveOne(tx: Tx, orderId: string, move: StockMove): Promise<void> {
  const { lineId, quantity, sku, warehouseId } = move
  const row = tx`order_id = ${orderId} and line_id = ${lineId}`
  const shelf = tx`sku = ${sku} and warehouse_id = ${warehouseId}`
  switch (move.kind) {
    case 'commit':
      await exactlyOne(
        tx`update reservations set state = 'committed' where ${row} and state = 'held'`,
      )
      return
    case 'release':
      await exactlyOne(
        tx`update reservations set state = 'released' where ${row} and state <> 'released' and shipped = 0`,
      )
      await exactlyOne(tx`update stock set reserved = reserved - ${quantity} where ${shelf}`)
      return
    case 'free':
      await exactlyOne(
        tx`update reservations set freed = freed + ${quantity} where ${row} and state = 'committed'`,
      )
      await exactlyOne(tx`update stock set reserved = reserved - ${quantity} where ${shelf}`)
      return
    case 'ship':
      await exactlyOne(
        tx`update reservations set shipped = shipped + ${quantity} where ${row} and state = 'committed'`,
      )
      await exactlyOne(
        tx`update stock set on_hand = on_hand - ${quantity}, reserved = reserved - ${quantity} where ${shelf}`,
      )
      return
    case 'restock':
      await exactlyOne(tx`update reservations set returned = returned + ${quantity} where ${row}`)
      await exactlyOne(tx`update stock set on_hand = on_hand + ${quantity} where ${shelf}`)
      return
  }
}

/** A move that finds no row would lose units; the transaction must not commit. */
async function exactlyOne(statement: PromiseLike<{ count: number }>): Promise<void> {
  const { count } = await statement
  if (count !== 1) throw new Error(`a stock move touched ${count} rows instead of one`)
}

/** Give back what a late payment's order had held again and didn't come to use. Safe to repeat. */
export async function releaseHeld(db: Db, orderId: string): Promise<void> {
  await db.begin(async (tx) => {
    const rows = await tx<{ sku: string; warehouseId: string; quantity: number }[]>`
      update reservations set state = 'released' where order_id = ${orderId} and state = 'held'
      returning sku, warehouse_id as "warehouseId", quantity`
    for (const { sku, warehouseId, quantity } of rows.toSorted(bySku)) {
      await exactlyOne(tx`update stock set reserved = reserved - ${quantity}
        where sku = ${sku} and warehouse_id = ${warehouseId}`)
    }
  })
}
