import type { Db, Tx } from './connection.ts'
import { lockShelves } from './shelf.ts'
import { changeStock } from './stock.ts'

/** What an outside system says that a warehouse holds. `version` rises with each of its snapshots. */
export type Snapshot = {
  source: string
  warehouseId: string
  version: number
  takenAt: string
  items: { sku: string; onHand: number }[]
}

/** What became of it: shelves that took it over, SKUs that the warehouse doesn't keep, and where units are missing. */
export type SnapshotResult = {
  applied: number
  unknown: string[]
  short: { sku: string; short: number }[]
}

/**
 * Take over a snapshot that is newer than all of its source and warehouse, once. Its repeat gets the first answer;
 * undefined is for one that came too late.
 */
export async function takeSnapshot(
  db: Db,
  snapshot: Snapshot,
  actor: string,
): Promise<SnapshotResult | undefined> {
  return db.begin(async (tx) => {
    const earlier = await claimVersion(tx, snapshot)
    if (earlier !== 'mine') return earlier
    const result = await apply(tx, snapshot, actor)
    await tx`update stock_snapshots set result = ${tx.json(result)} where ${keyOf(tx, snapshot)}`
    return result
  })
}

const keyOf = (tx: Tx, { source, warehouseId }: Snapshot) =>
  tx`source = ${source} and warehouse_id = ${warehouseId}`

/** Concurrent senders wait for each other here. */
async function claimVersion(
  tx: Tx,
  snapshot: Snapshot,
): Promise<'mine' | SnapshotResult | undefined> {
  const { source, warehouseId, version, takenAt } = snapshot
  const mine = await tx`
    insert into stock_snapshots as known (source, warehouse_id, version, taken_at)
    values (${source}, ${warehouseId}, ${version}, ${takenAt})
    on conflict (source, warehouse_id) do update
    set version = excluded.version, taken_at = excluded.taken_at, result = null
    where known.version < excluded.version returning 1`
  if (mine.length > 0) return 'mine'
  const [same] = await tx<{ result: SnapshotResult }[]>`
    select result from stock_snapshots where ${keyOf(tx, snapshot)} and version = ${version}`
  return same?.result
}

async function apply(tx: Tx, snapshot: Snapshot, actor: string): Promise<SnapshotResult> {
  const { warehouseId, items } = snapshot
  const kept = await lockKept(tx, snapshot)
  const reference = `${snapshot.source}:${snapshot.version}`
  const short: SnapshotResult['short'] = []
  for (const { sku, onHand } of items.toSorted(bySku)) {
    // Snapshots come often and mostly say what is known.
    if (!kept.has(sku) || kept.get(sku) === onHand) continue
    const change = { sku, warehouseId, reference, actor }
    const why = { kind: 'snapshot', reason: 'snapshot' } as const
    const changed = await changeStock(tx, { ...change, ...why }, () => onHand)
    if (changed.short > 0) short.push({ sku, short: changed.short })
  }
  const unknown = items.map(({ sku }) => sku).filter((sku) => !kept.has(sku))
  return { applied: kept.size, unknown, short }
}

/** Units on hand of the SKUs that the warehouse keeps; all locked at once, in the order of everyone. */
async function lockKept(tx: Tx, { warehouseId, items }: Snapshot): Promise<Map<string, number>> {
  const places = items.map(({ sku }) => ({ sku, warehouseId }))
  await lockShelves(tx, places)
  const rows = await tx<{ sku: string; onHand: number }[]>`
    select sku, on_hand as "onHand" from stock
    where warehouse_id = ${warehouseId} and sku = any(${places.map(({ sku }) => sku)})`
  return new Map(rows.map(({ sku, onHand }) => [sku, onHand]))
}

const bySku = (a: { sku: string }, b: { sku: string }) => (a.sku < b.sku ? -1 : 1)
