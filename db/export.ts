import type { Entry } from '../domain/ledger.ts'
import type { Db } from './connection.ts'

/** One line of a posting, as exports tell it. */
export type EntryRow = {
  writer: string
  posting: number
  line: number
  at: string
  kind: string
  orderId: string | null
  account: string
  side: Entry['side']
  amount: number
  currency: string
  merchantId: string | null
}

export type EntryFilter = {
  order?: string
  account?: string
  merchant?: string
  /** Posted at or after, ISO 8601. */
  from?: string
  /** Posted before. */
  to?: string
}

/** Where a page ended. `writer`: the transaction that posted. */
export type EntryCursor = { writer: string; posting: number; line: number }

/**
 * In the order of posting. Ids are taken in another order than transactions end; so that whoever goes on from a cursor
 * misses nothing, it goes by transaction and stays below the oldest one that runs. What one order posted is told at once.
 */
export async function listEntries(
  db: Db,
  page: { filter: EntryFilter; cursor?: EntryCursor | undefined; limit: number },
): Promise<EntryRow[]> {
  const { filter, cursor, limit } = page
  const { order, account, merchant, from, to } = filter
  const rows = await db<(Omit<EntryRow, 'at'> & { at: Date })[]>`
    select p.writer::text as writer, p.id as posting, e.line, p.at, p.kind, p.order_id as "orderId", e.account, e.side, e.amount, e.currency,
      e.merchant_id as "merchantId"
    from ledger_postings p join ledger_entries e on e.posting_id = p.id
    where true
      and ${order === undefined ? db`p.writer < pg_snapshot_xmin(pg_current_snapshot())` : db`p.order_id = ${order}`}
      ${account === undefined ? db`` : db`and e.account = ${account}`}
      ${merchant === undefined ? db`` : db`and e.merchant_id = ${merchant}`}
      ${from === undefined ? db`` : db`and p.at >= ${from}`}
      ${to === undefined ? db`` : db`and p.at < ${to}`}
      ${cursor === undefined ? db`` : db`and (p.writer, p.id, e.line) > (${cursor.writer}::xid8, ${cursor.posting}, ${cursor.line})`}
    order by p.writer, p.id, e.line limit ${limit}`
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }))
}

/** What was debited and credited, and what that leaves on the debit side; below zero on the credit side. */
export type Balance = { currency: string; debit: number; credit: number; balance: number }
export type ClassBalance = Balance & { class: string }
export type AccountBalance = Balance & { account: string }

/** Accounts of one kind together: those of orders, customers, carriers, and merchants' by what becomes of them. */
const classOf = (db: Db) => db`
  case
    when account like 'merchant:%' then 'merchant:' || split_part(account, ':', 3)
    when split_part(account, ':', 1) in ('receivable', 'wallet', 'points', 'cod') then split_part(account, ':', 1)
    else account
  end`

const sums = (db: Db) => db`
  coalesce(sum(amount) filter (where side = 'D'), 0)::bigint as debit,
  coalesce(sum(amount) filter (where side = 'C'), 0)::bigint as credit,
  sum(case side when 'D' then amount else -amount end)::bigint as balance`

/** Entries up to an instant; without one all there are. */
const entriesUntil = (db: Db, asOf: string | undefined) =>
  asOf === undefined
    ? db`ledger_entries`
    : db`(select e.* from ledger_entries e join ledger_postings p on p.id = e.posting_id where p.at <= ${asOf}) e`

/** The trial balance: over all classes of a currency, debits are credits. */
export async function readClasses(db: Db, asOf: string | undefined): Promise<ClassBalance[]> {
  return db<ClassBalance[]>`
    select ${classOf(db)} as class, currency, ${sums(db)} from ${entriesUntil(db, asOf)}
    group by 1, 2 order by 1, 2`
}

export type AccountCursor = { account: string; currency: string }

/** Single accounts, those of one class if given; settled ones are left out. */
export async function listAccounts(
  db: Db,
  page: {
    asOf?: string | undefined
    class?: string | undefined
    cursor?: AccountCursor | undefined
    limit: number
  },
): Promise<AccountBalance[]> {
  const { asOf, class: wanted, cursor, limit } = page
  return db<AccountBalance[]>`
    select account, currency, ${sums(db)} from ${entriesUntil(db, asOf)}
    where true
      ${wanted === undefined ? db`` : db`and ${classOf(db)} = ${wanted}`}
      ${cursor === undefined ? db`` : db`and (account, currency) > (${cursor.account}, ${cursor.currency})`}
    group by account, currency
    having sum(case side when 'D' then amount else -amount end) <> 0
    order by account, currency limit ${limit}`
}
