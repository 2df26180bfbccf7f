import type { PlatformName, ValueKind } from '../domain/method.ts'
import type { Db } from './connection.ts'

/*
 * What moved on one day, added up: by our books, and by the statements that are held against them.
 */

type Day = { day: string; timeZone: string }

/** What moved through a platform, minor units. */
export type Moved = {
  captured: number
  refunded: number
  /** Taken back by customers' banks. */
  disputed: number
  /** Come back: disputes that were won, and, by statements, refunds that a bank sent back. */
  returned: number
  /** Kept by the platform, less what it gave back. Our books have it of the statement. */
  fees: number
}

export type PlatformDay = Moved & {
  platform: PlatformName
  method: string
  currency: string
  /** Undefined while its statement isn't compared. */
  statement?: Moved
}

const METHODS = { stripe: 'card', alipay: 'alipay', wechatpay: 'wechatpay' } as const

/** One day of a platform's calendar. */
export async function readPlatformDay(
  db: Db,
  { platform, day, timeZone }: Day & { platform: PlatformName },
): Promise<PlatformDay[]> {
  const ours = booksOf(db, { platform, day, timeZone })
  const rows = await db<MovedRow[]>`
    select side, currency, sum(captured)::bigint as captured, sum(refunded)::bigint as refunded,
      sum(disputed)::bigint as disputed, sum(returned)::bigint as returned, sum(fees)::bigint as fees
    from (
      select 'books' as side, moved.* from (${ours}) moved
      union all
      select 'statement', told.* from (${linesOf(db, { platform, day })}) told
    ) all_moved group by side, currency order by currency`
  const [compared] = await db`
    select from reconciliations where platform = ${platform} and day = ${day} and status = 'done'`
  return [...new Set(rows.map(({ currency }) => currency))].map((currency) => ({
    ...{ platform, method: METHODS[platform], currency },
    ...movedOn(rows, { side: 'books', currency }),
    ...(compared !== undefined && { statement: movedOn(rows, { side: 'statement', currency }) }),
  }))
}

type MovedRow = Moved & { side: 'books' | 'statement'; currency: string }

function movedOn(
  rows: readonly MovedRow[],
  { side, currency }: Pick<MovedRow, 'side' | 'currency'>,
): Moved {
  const row = rows.find((one) => one.side === side && one.currency === currency)
  const { captured = 0, refunded = 0, disputed = 0, returned = 0, fees = 0 } = row ?? {}
  return { captured, refunded, disputed, returned, fees }
}

/** Payments and refunds as orders know them; the rest as it is posted. */
function booksOf(db: Db, { platform, day, timeZone }: Day & { platform: PlatformName }) {
  const { from, to } = boundsOf(db, day, timeZone)
  const posted = (kind: string, sign: string) =>
    db`(case when p.kind = ${kind} and e.side = ${sign} then e.amount else 0 end)`
  return db`
    select received_currency::text as currency, received::bigint as captured, 0::bigint as refunded,
      0::bigint as disputed, 0::bigint as returned, 0::bigint as fees
    from tenders where platform = ${platform} and received is not null
      and captured_at >= ${from} and captured_at < ${to}
    union all
    select r.currency::text, 0, r.amount, 0, 0, 0
    from refunds r join tenders t on t.order_id = r.order_id and t.id = r.tender_id
    where t.platform = ${platform} and r.status = 'succeeded' and r.account_id is null
      and r.settled_at >= ${from} and r.settled_at < ${to}
    union all
    select e.currency::text, 0, 0, ${posted('dispute.opened', 'C')}, ${posted('dispute.won', 'D')},
      ${posted('statement.fee', 'C')} - ${posted('statement.fee', 'D')}
    from ledger_postings p join ledger_entries e on e.posting_id = p.id
    where p.kind in ('dispute.opened', 'dispute.won', 'statement.fee')
      and p.at >= ${from} and p.at < ${to} and e.account = ${`psp:${platform}`}`
}

function linesOf(db: Db, { platform, day }: { platform: PlatformName; day: string }) {
  const told = (...kinds: string[]) => db`(case when kind = any(${kinds}) then amount else 0 end)`
  return db`
    select currency::text, ${told('capture')}, ${told('refund')}, ${told('dispute')},
      ${told('dispute_returned', 'refund_returned')}, ${told('fee')} - ${told('fee_returned')}
    from statement_lines where platform = ${platform} and day = ${day}
      and kind not in ('payout', 'payout_returned')`
}

function boundsOf(db: Db, day: string, timeZone: string) {
  const midnight = (days: number) =>
    db`((${day}::date + ${days}::int)::timestamp at time zone ${timeZone})`
  return { from: midnight(0), to: midnight(1) }
}

/** What customers paid out of what we owe them, and what went back there, by kind. */
export type ValueDay = { method: ValueKind; currency: string; captured: number; refunded: number }

export async function readValueDay(db: Db, { day, timeZone }: Day): Promise<ValueDay[]> {
  const { from, to } = boundsOf(db, day, timeZone)
  return db<ValueDay[]>`
    select method, currency, sum(captured)::bigint as captured, sum(refunded)::bigint as refunded
    from (
      select method, received_currency::text as currency, received::bigint as captured, 0 as refunded
      from tenders
      where account_id is not null and captured_at >= ${from} and captured_at < ${to}
      union all
      select a.kind, r.currency::text, 0, r.amount
      from refunds r join tenders t on t.order_id = r.order_id and t.id = r.tender_id
        join value_accounts a on a.id = coalesce(r.account_id, t.account_id)
      where r.status = 'succeeded' and r.settled_at >= ${from} and r.settled_at < ${to}
    ) moved group by 1, 2 order by 1, 2`
}

/** What people paid back by hand, from the bank. */
export type HandDay = { currency: string; refunded: number }

export async function readHandDay(db: Db, { day, timeZone }: Day): Promise<HandDay[]> {
  const { from, to } = boundsOf(db, day, timeZone)
  return db<HandDay[]>`
    select currency::text, sum(amount)::bigint as refunded from refunds
    where status = 'manual' and settled_at >= ${from} and settled_at < ${to}
    group by 1 order by 1`
}

const debit = (db: Db) => db`case e.side when 'D' then e.amount else -e.amount end`

/** Cash of a day, by carrier: taken at doors, and paid over, be it in parts. */
export type CashDay = { carrier: string; currency: string; collected: number; remitted: number }

export async function readCashDay(db: Db, { day, timeZone }: Day): Promise<CashDay[]> {
  const { from, to } = boundsOf(db, day, timeZone)
  return db<CashDay[]>`
    select substr(e.account, 5) as carrier, e.currency::text as currency,
      sum(case p.kind when 'tender.cash_received' then ${debit(db)} else 0 end)::bigint as collected,
      sum(case p.kind when 'tender.remitted' then -(${debit(db)}) else 0 end)::bigint as remitted
    from ledger_postings p join ledger_entries e on e.posting_id = p.id
    where p.kind in ('tender.cash_received', 'tender.remitted')
      and p.at >= ${from} and p.at < ${to} and e.account like 'cod:%'
    group by 1, 2 order by 1, 2`
}

/** Differences of a day: all of them, and those still open. */
export async function countItemsOfDay(db: Db, day: string): Promise<{ all: number; open: number }> {
  const [row] = await db<{ all: number; open: number }[]>`
    select count(*)::int as all, (count(*) filter (where state = 'open'))::int as open
    from finance_items where day = ${day}`
  return row ?? { all: 0, open: 0 }
}
