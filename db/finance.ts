import type { ItemKind, ItemMovement, ItemResolution, Money } from '../domain/reconciliation.ts'
import type { ValueKind } from '../domain/method.ts'
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

/** What moved on a day through one platform: by our books, and by its statement where that is here. */
export type PlatformDay = {
  platform: string
  method: string
  currency: string
  captured: number
  refunded: number
  /** Undefined while its statement isn't here. */
  statement?: { captured: number; refunded: number; fees: number }
}

const METHODS = { stripe: 'card', alipay: 'alipay', wechatpay: 'wechatpay' } as const

/** One day of a platform's calendar. */
export async function readPlatformDay(
  db: Db,
  { platform, day, timeZone }: { platform: keyof typeof METHODS; day: string; timeZone: string },
): Promise<PlatformDay[]> {
  const { from, to } = boundsOf(db, day, timeZone)
  const rows = await db<DayRow[]>`
    select currency, sum(captured)::bigint as captured, sum(refunded)::bigint as refunded,
      sum(told_captured)::bigint as "toldCaptured", sum(told_refunded)::bigint as "toldRefunded",
      sum(fees)::bigint as fees
    from (
      select received_currency::text as currency, received::bigint as captured, 0 as refunded,
        0 as told_captured, 0 as told_refunded, 0 as fees
      from tenders where platform = ${platform} and received is not null
        and captured_at >= ${from} and captured_at < ${to}
      union all
      select r.currency::text, 0, r.amount, 0, 0, 0
      from refunds r join tenders t on t.order_id = r.order_id and t.id = r.tender_id
      where t.platform = ${platform} and r.status = 'succeeded' and r.account_id is null
        and r.settled_at >= ${from} and r.settled_at < ${to}
      union all
      select currency::text, 0, 0, case kind when 'capture' then amount else 0 end,
        case kind when 'refund' then amount else 0 end, case kind when 'fee' then amount when 'fee_returned' then -amount else 0 end
      from statement_lines where platform = ${platform} and day = ${day}
    ) moved group by currency order by currency`
  const [told] = await db`
    select from reconciliations where platform = ${platform} and day = ${day} and status = 'done'`
  return rows.map(({ currency, captured, refunded, toldCaptured, toldRefunded, fees }) => ({
    ...{ platform, method: METHODS[platform], currency, captured, refunded },
    ...(told !== undefined && {
      statement: { captured: toldCaptured, refunded: toldRefunded, fees },
    }),
  }))
}

type DayRow = { currency: string } & Record<
  'captured' | 'refunded' | 'toldCaptured' | 'toldRefunded' | 'fees',
  number
>

function boundsOf(db: Db, day: string, timeZone: string) {
  const midnight = (days: number) =>
    db`((${day}::date + ${days}::int)::timestamp at time zone ${timeZone})`
  return { from: midnight(0), to: midnight(1) }
}

/** What customers paid out of what we owe them, by kind. */
export type ValueDay = { method: ValueKind; currency: string; captured: number }

export async function readValueDay(
  db: Db,
  { day, timeZone }: { day: string; timeZone: string },
): Promise<ValueDay[]> {
  const { from, to } = boundsOf(db, day, timeZone)
  return db<ValueDay[]>`
    select method, received_currency::text as currency, sum(received)::bigint as captured from tenders
    where account_id is not null and captured_at >= ${from} and captured_at < ${to}
    group by 1, 2 order by 1, 2`
}

/** Cash of a day, by carrier: taken at doors, and paid over. */
export type CashDay = { carrier: string; currency: string; collected: number; remitted: number }

export async function readCashDay(
  db: Db,
  { day, timeZone }: { day: string; timeZone: string },
): Promise<CashDay[]> {
  const { from, to } = boundsOf(db, day, timeZone)
  return db<CashDay[]>`
    select carrier, currency, sum(collected)::bigint as collected, sum(remitted)::bigint as remitted from (
      select carrier, currency::text, collected::bigint, 0 as remitted from carrier_cash
      where collected_at >= ${from} and collected_at < ${to}
      union all
      select carrier, currency::text, 0, remitted from carrier_cash
      where remitted_at >= ${from} and remitted_at < ${to}
    ) moved group by 1, 2 order by 1, 2`
}

/** As many as a page has use for: beyond it, `1000` stands for many. */
const MANY = 1000

export async function countOpenItems(db: Db): Promise<number> {
  const [row] = await db<{ count: number }[]>`
    select count(*)::int as count from (
      select from finance_items where state = 'open' limit ${MANY}
    ) open`
  return row?.count ?? 0
}

/** Differences of a day: all of them, and those still open. */
export async function countItemsOfDay(db: Db, day: string): Promise<{ all: number; open: number }> {
  const [row] = await db<{ all: number; open: number }[]>`
    select count(*)::int as all, (count(*) filter (where state = 'open'))::int as open
    from finance_items where day = ${day}`
  return row ?? { all: 0, open: 0 }
}
