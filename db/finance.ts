import type { ItemKind, ItemMovement, ItemResolution, Money } from '../domain/reconciliation.ts'
import type { Db, Tx } from './connection.ts'
import type { ItemState } from './finance-item.ts'

export type ItemRow = {
  id: string
  kind: ItemKind
  party: string
  movement: ItemMovement
  reference: string
  refundReference: string
  day: string
  orderId: string | null
  expected: Money | null
  actual: Money | null
  state: ItemState
  owner: string | null
  resolution: ItemResolution | null
  openedAt: string
  resolvedAt: string | null
}

export type ItemCursor = { openedAt: string; id: string }
export type ItemFilter = { state?: ItemState; party?: string; owner?: string; kind?: ItemKind }

/** Oldest first. */
export async function listItems(
  db: Db,
  page: { filter: ItemFilter; cursor?: ItemCursor | undefined; limit: number },
): Promise<ItemRow[]> {
  const { filter, cursor, limit } = page
  const rows = await db<ItemColumns[]>`
    select ${itemColumns(db)} from finance_items
    where true
      ${filter.state === undefined ? db`` : db`and state = ${filter.state}`}
      ${filter.party === undefined ? db`` : db`and party = ${filter.party}`}
      ${filter.owner === undefined ? db`` : db`and owner = ${filter.owner}`}
      ${filter.kind === undefined ? db`` : db`and kind = ${filter.kind}`}
      ${cursor === undefined ? db`` : db`and (opened_at, id) > (${cursor.openedAt}, ${cursor.id})`}
    order by opened_at, id limit ${limit}`
  return rows.map(rowOf)
}

export async function readItem(db: Db, id: string): Promise<ItemRow | undefined> {
  const [row] = await db<ItemColumns[]>`
    select ${itemColumns(db)} from finance_items where id = ${id}`
  return row && rowOf(row)
}

/** Whether that is the key of someone who may see to items. */
export async function isKeyOfFinance(tx: Tx, id: string): Promise<boolean> {
  const [row] = await tx`
    select from api_keys where id = ${id} and role in ('finance', 'admin') and revoked_at is null`
  return row !== undefined
}

export type HistoryRow = {
  at: string
  actor: string
  what: 'opened' | 'changed' | 'reopened' | 'assigned' | 'resolved'
  detail: Record<string, unknown>
}

/** The last so many things that happened to it, newest first. */
export async function readItemHistory(db: Db, id: string, limit: number): Promise<HistoryRow[]> {
  const rows = await db<(Omit<HistoryRow, 'at'> & { at: Date })[]>`
    select at, actor, what, detail from finance_item_history
    where item_id = ${id} order by version desc limit ${limit}`
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }))
}

type ItemColumns = Omit<ItemRow, 'expected' | 'actual' | 'openedAt' | 'resolvedAt'> & {
  expected: number | null
  expectedCurrency: string | null
  actual: number | null
  actualCurrency: string | null
  openedAt: Date
  resolvedAt: Date | null
}

const itemColumns = (db: Db) => db`
  id, kind, party, movement, reference, refund_reference as "refundReference", day::text as day, state, owner,
  order_id as "orderId", expected, expected_currency as "expectedCurrency", actual,
  actual_currency as "actualCurrency", resolution, opened_at as "openedAt", resolved_at as "resolvedAt"`

function rowOf({ expectedCurrency, actualCurrency, ...row }: ItemColumns): ItemRow {
  return {
    ...row,
    expected: moneyOf(row.expected, expectedCurrency),
    actual: moneyOf(row.actual, actualCurrency),
    openedAt: row.openedAt.toISOString(),
    resolvedAt: row.resolvedAt?.toISOString() ?? null,
  }
}

const moneyOf = (amount: number | null, currency: string | null): Money | null =>
  amount === null || currency === null ? null : { amount, currency }

/** As many as a page has use for: beyond it, `1000` stands for many. */
const MANY = 1000

export async function countOpenItems(db: Db): Promise<number> {
  const [row] = await db<{ count: number }[]>`
    select count(*)::int as count from (
      select from finance_items where state = 'open' limit ${MANY}
    ) open`
  return row?.count ?? 0
}
