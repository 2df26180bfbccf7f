import { isTold, toldPosting } from '../domain/reconciliation.ts'
import type { MovementKind, ToldKind } from '../domain/reconciliation.ts'
import type { PlatformName } from '../domain/method.ts'
import type { Db, Tx } from './connection.ts'
import { noteDifference } from './finance-item.ts'
import { post } from './ledger.ts'

/** A line of a platform's statement, as its adapter reads it. */
export type StatementRow = {
  id: string
  kind: MovementKind | ToldKind
  externalId: string
  externalRefundId?: string
  amount: number
  currency: string
  at: string
}

/** Rows that are held in memory at once, of whatever is without an end. */
export const PAGE = 500

type Day = { platform: PlatformName; day: string }

/**
 * Keep a statement; a line that is there already stays as it is, and is an item where it says something else by now. What only
 * the platform tells of is posted with its line.
 */
export async function storeStatement(
  db: Db,
  { platform, day, asOf }: Day & { asOf: string },
  lines: readonly StatementRow[],
): Promise<void> {
  for (let from = 0; from < lines.length; from += PAGE) {
    const page = lines.slice(from, from + PAGE)
    await db.begin(async (tx) => {
      const isNew = await storePage(tx, { platform, day }, page)
      await noteChanged(
        tx,
        { platform, day, asOf },
        page.filter((line) => !isNew.has(line.id)),
      )
    })
  }
}

async function storePage(
  tx: Tx,
  of: Day,
  lines: readonly StatementRow[],
): Promise<ReadonlySet<string>> {
  const rows = lines.map(
    ({ id, kind, externalId, externalRefundId = '', amount, currency, at }) => ({
      ...{ ...of, id, kind, external_id: externalId, external_refund_id: externalRefundId },
      ...{ amount, currency, at },
    }),
  )
  const news = await tx<{ id: string }[]>`
    insert into statement_lines ${tx(rows)} on conflict (platform, id) do nothing returning id`
  const isNew = new Set(news.map(({ id }) => id))
  for (const line of lines) {
    const { kind } = line
    if (!isTold(kind) || !isNew.has(line.id)) continue
    const posting = toldPosting(of.platform, { ...line, kind })
    if (posting === undefined) continue
    await post(tx, { key: `statement:${of.platform}:${line.id}`, at: line.at, posting })
  }
  return isNew
}

/** What a platform took back of its own word: which of both holds, a person says. */
async function noteChanged(
  tx: Tx,
  { platform, day, asOf }: Day & { asOf: string },
  lines: readonly StatementRow[],
): Promise<void> {
  const stored = await tx<Omit<StatementRow, 'at'>[]>`
    select id, kind, external_id as "externalId", external_refund_id as "externalRefundId", amount, currency
    from statement_lines where platform = ${platform} and id = any(${lines.map(({ id }) => id)})`
  const before = new Map(stored.map((line) => [line.id, line]))
  for (const line of lines) {
    const known = before.get(line.id)
    if (known === undefined || isSame(known, line)) continue
    const { id, kind, externalId, externalRefundId = '' } = line
    const item = {
      ...{ key: `${platform}:line:${id}`, kind: 'AMOUNT_DIFFERS' as const, party: platform, day },
      ...{ movement: kind, reference: externalId, refundReference: externalRefundId },
      ...{ orderId: undefined, suspends: false },
      expected: { amount: known.amount, currency: known.currency },
      actual: { amount: line.amount, currency: line.currency },
    }
    await noteDifference(tx, item, asOf)
  }
}

type Said = Omit<StatementRow, 'at'>
const isSame = (one: Said, other: Said) => saidOf(one) === saidOf(other)
const saidOf = ({ kind, externalId, externalRefundId = '', amount, currency }: Said) =>
  JSON.stringify([kind, externalId, externalRefundId, amount, currency])

/** How far the comparison of a day has come. */
export type ReconciliationRow = Day & {
  status: 'waiting' | 'missing' | 'done'
  asOf: string
  lines: number
  openItems: number
}

export async function markReconciliation(
  db: Db | Tx,
  { platform, day, status, asOf }: Day & Pick<ReconciliationRow, 'status' | 'asOf'>,
): Promise<void> {
  const lines = db`(select count(*) from statement_lines where platform = ${platform} and day = ${day})`
  await db`
    insert into reconciliations (platform, day, status, as_of, lines)
    values (${platform}, ${day}, ${status}, ${asOf}, ${lines})
    on conflict (platform, day) do update
      set status = excluded.status, as_of = excluded.as_of, lines = excluded.lines`
}

export type DayCursor = { day: string; platform: string }

/** Newest day first. */
export async function listReconciliations(
  db: Db,
  { cursor, limit }: { cursor?: DayCursor | undefined; limit: number },
): Promise<ReconciliationRow[]> {
  const rows = await db<ReconciliationColumns[]>`
    select ${reconciliationColumns(db)} from reconciliations r
    ${cursor === undefined ? db`` : db`where (day, platform) < (${cursor.day}::date, ${cursor.platform})`}
    order by day desc, platform desc limit ${limit}`
  return rows.map(rowOf)
}

export async function readReconciliation(
  db: Db,
  { platform, day }: Day,
): Promise<ReconciliationRow | undefined> {
  const [row] = await db<ReconciliationColumns[]>`
    select ${reconciliationColumns(db)} from reconciliations r
    where platform = ${platform} and day = ${day}`
  return row && rowOf(row)
}

/** How far the comparisons of a platform have come. */
export type Coverage = {
  platform: PlatformName
  /** The last day that was compared. */
  compared: string | null
  /** Days whose statement is awaited, or a person's question. */
  waiting: string[]
  missing: string[]
}

/** Of platforms that were compared or asked at least once. */
export async function readCoverage(db: Db): Promise<Coverage[]> {
  const days = (status: string) =>
    db`coalesce(array_agg(day::text order by day) filter (where status = ${status}), '{}')`
  return db<Coverage[]>`
    select platform, (max(day) filter (where status = 'done'))::text as compared,
      ${days('waiting')} as waiting, ${days('missing')} as missing
    from reconciliations group by platform`
}

type ReconciliationColumns = Omit<ReconciliationRow, 'asOf'> & { asOf: Date }

const reconciliationColumns = (db: Db) => db`
  platform, day::text as day, status, as_of as "asOf", lines,
  (select count(*)::int from finance_items i
    where i.party = r.platform and i.day = r.day and i.state = 'open') as "openItems"`

const rowOf = (row: ReconciliationColumns): ReconciliationRow => ({
  ...row,
  asOf: row.asOf.toISOString(),
})
