import type { Db, Tx } from './connection.ts'
import type { Scope } from './order.ts'
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

/**
 * What became of it: how many of the shelves that the warehouse keeps it changed, SKUs that it doesn't keep, and where
 * units are missing.
 */
export type SnapshotResult = {
  known: number
  applied: number
  unknown: string[]
  short: { sku: string; short: number }[]
}

/** The newest that is known of a source and warehouse. */
export type NewestSnapshot = { version: number; takenAt: string }

export type SnapshotOutcome =
  | { result: SnapshotResult }
  | { newest: NewestSnapshot }
  | 'source_taken'

/** Who sends it: the key's id, and whom the key speaks for. */
type Sender = { actor: string; scope: Scope }

/**
 * Take over a snapshot that is newer than all of its source and warehouse, once. Its repeat gets the first answer; one
 * that came too late is told what is known. A source is theirs who used it first: nobody else can outrun its versions.
 */
export async function takeSnapshot(
  db: Db,
  snapshot: Snapshot,
  { actor, scope }: Sender,
): Promise<SnapshotOutcome> {
  return db.begin(async (tx) => {
    const owner = ownerOf(scope)
    if (!(await claimVersion(tx, snapshot, owner))) return readOutcome(tx, snapshot, owner)
    const result = await apply(tx, snapshot, actor)
    await tx`update stock_snapshots set result = ${tx.json(result)} where ${keyOf(tx, snapshot)}`
    return { result }
  })
}

/** A source begins anew: its next snapshot counts whatever its version, and whoever sends it. Safe to repeat. */
export async function forgetSource(
  db: Db,
  source: Pick<Snapshot, 'source' | 'warehouseId'>,
): Promise<void> {
  await db`delete from stock_snapshots where ${keyOf(db, source)}`
}

const keyOf = (db: Db | Tx, { source, warehouseId }: Pick<Snapshot, 'source' | 'warehouseId'>) =>
  db`source = ${source} and warehouse_id = ${warehouseId}`

function ownerOf(scope: Scope): string {
  if ('merchantId' in scope) return `merchant:${scope.merchantId}`
  return 'warehouseId' in scope ? `warehouse:${scope.warehouseId}` : 'platform'
}

/** Concurrent senders wait for each other here. */
async function claimVersion(tx: Tx, snapshot: Snapshot, owner: string): Promise<boolean> {
  const { source, warehouseId, version, takenAt } = snapshot
  const mine = await tx`
    insert into stock_snapshots as known (source, warehouse_id, version, taken_at, owner)
    values (${source}, ${warehouseId}, ${version}, ${takenAt}, ${owner})
    on conflict (source, warehouse_id) do update
    set version = excluded.version, taken_at = excluded.taken_at, result = null
    where known.version < excluded.version and known.owner = excluded.owner returning 1`
  return mine.length > 0
}

type StoredSnapshot = { version: number; takenAt: Date; owner: string; result: SnapshotResult }

/** What is said of a snapshot that changes nothing. */
async function readOutcome(tx: Tx, snapshot: Snapshot, owner: string): Promise<SnapshotOutcome> {
  const [known] = await tx<StoredSnapshot[]>`
    select version, taken_at as "takenAt", owner, result from stock_snapshots
    where ${keyOf(tx, snapshot)}`
  if (known?.owner !== owner) return 'source_taken'
  const { version, takenAt, result } = known
  return version === snapshot.version
    ? { result }
    : { newest: { version, takenAt: takenAt.toISOString() } }
}

async function apply(tx: Tx, snapshot: Snapshot, actor: string): Promise<SnapshotResult> {
  const { warehouseId, items } = snapshot
  const kept = await lockKept(tx, snapshot)
  const reference = `${snapshot.source}:${snapshot.version}`
  const why = { kind: 'snapshot', reason: 'snapshot', reference, actor } as const
  const [short, changed]: [SnapshotResult['short'], string[]] = [[], []]
  for (const { sku, onHand } of items.toSorted(bySku)) {
    const shelf = kept.get(sku)
    if (shelf === undefined) continue
    // Snapshots come often and mostly say what is known.
    const isNews = shelf.onHand !== onHand
    if (isNews) changed.push(sku)
    const missing = isNews
      ? (await changeStock(tx, { sku, warehouseId, ...why }, () => onHand)).short
      : shelf.missing
    if (missing > 0) short.push({ sku, short: missing })
  }
  const unknown = items.map(({ sku }) => sku).filter((sku) => !kept.has(sku))
  return { known: kept.size, applied: changed.length, unknown, short }
}

type KeptShelf = { sku: string; onHand: number; missing: number }

/** The shelves that the warehouse keeps, but for those that a bundle was left with; all locked at once, in the order of everyone. */
async function lockKept(tx: Tx, { warehouseId, items }: Snapshot): Promise<Map<string, KeptShelf>> {
  const places = items.map(({ sku }) => ({ sku, warehouseId }))
  await lockShelves(tx, places)
  const rows = await tx<KeptShelf[]>`
    select sku, on_hand as "onHand", missing from stock
    where warehouse_id = ${warehouseId} and sku = any(${places.map(({ sku }) => sku)})
      and not exists (select from product_components c where c.sku = stock.sku)`
  return new Map(rows.map((row) => [row.sku, row]))
}

const bySku = (a: { sku: string }, b: { sku: string }) => (a.sku < b.sku ? -1 : 1)
