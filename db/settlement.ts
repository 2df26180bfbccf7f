import { setTimeout as sleep } from 'node:timers/promises'
import type { Entry } from '../domain/ledger.ts'
import { NOTHING, payoutOf, RELEASED } from '../domain/settlement.ts'
import type { Cut, SettlementFigures } from '../domain/settlement.ts'
import type { Db, Tx } from './connection.ts'
import { post } from './ledger.ts'
import { insertPayout } from './payout.ts'
import { computeFigures, readAvailable, readDigest, readDisputed } from './settlement-lines.ts'
import type { Covered, Digest } from './settlement-lines.ts'

/**
 * What merchants have earned with an order becomes theirs to be paid: all that stands on their pending accounts for it
 * goes to their available ones, whichever way. Nothing moves while a part of its price is still with a carrier or the
 * customer, and nothing ever for an order whose money another shop took.
 *
 * To be called with the order's row locked, after the postings of the event; `key` is a business identity of its own.
 */
export async function releaseMerchants(
  tx: Tx,
  { orderId, key, at }: { orderId: string; key: string; at: string },
): Promise<void> {
  const rows = await tx<Released[]>`
    with own as (
      select e.account, e.merchant_id, e.currency,
        case e.side when 'C' then e.amount else -e.amount end::bigint as amount
      from ledger_postings p join ledger_entries e on e.posting_id = p.id
      where p.order_id = ${orderId}
    )
    select merchant_id as "merchantId", currency, sum(amount)::bigint as amount from own
    where account = 'merchant:' || merchant_id || ':pending'
      and not exists (select from own where account like 'recorded:%')
      and not exists (
        select from own where account like 'cod:%' or account = ${`receivable:${orderId}`}
        group by currency having sum(amount) < 0)
    group by merchant_id, currency having sum(amount) <> 0 order by merchant_id, currency`
  const entries = rows.flatMap(moved)
  if (entries.length === 0) return
  await post(tx, { key, orderId, at, posting: { kind: RELEASED, entries } })
}

type Released = { merchantId: string; currency: string; amount: number }

function moved({ merchantId, currency, amount }: Released): Entry[] {
  const own = { amount: Math.abs(amount), currency, merchantId }
  const [from, to] = amount > 0 ? (['D', 'C'] as const) : (['C', 'D'] as const)
  return [
    { ...own, account: `merchant:${merchantId}:pending`, side: from },
    { ...own, account: `merchant:${merchantId}:available`, side: to },
  ]
}

/** How long transactions that run are waited for; none of ours lasts longer. Milliseconds. */
const PATIENCE = 5_000
const LOOK_AGAIN = 20

/**
 * A transaction number below which everything has ended, and above whatever had when this was called; after long
 * patience perhaps not that far, so that the rest comes with the next statement.
 */
export async function quietHorizon(db: Db, patience = PATIENCE): Promise<string> {
  const [{ next }] = await db<[{ next: string }]>`
    select pg_snapshot_xmax(pg_current_snapshot())::text as next`
  const deadline = Date.now() + patience
  for (;;) {
    const [{ horizon, isQuiet }] = await db<[{ horizon: string; isQuiet: boolean }]>`
      with now as (select pg_snapshot_xmin(pg_current_snapshot()) as xmin)
      select least(xmin, ${next}::xid8)::text as horizon, xmin >= ${next}::xid8 as "isQuiet" from now`
    if (isQuiet || Date.now() > deadline) return horizon
    await sleep(LOOK_AGAIN)
  }
}

/** `by`: who asked, null for the schedule. `at`: when. */
export type SettlementRun = { cut: Cut; by: string | null; at: string }

/** A merchant's history is summed up; at millions of entries that takes seconds. Milliseconds. */
const STATEMENT_TIMEOUT = 60_000

/** Close what is open of a merchant up to a cut, per currency, and pay what can be paid. Returns new statements' ids. */
export async function settleMerchant(
  db: Db,
  merchantId: string,
  run: SettlementRun,
): Promise<string[]> {
  return db.begin(async (tx) => {
    await tx`select set_config('statement_timeout', ${String(STATEMENT_TIMEOUT)}, true)`
    const [merchant] = await tx<{ status: string }[]>`
      select status from merchants where id = ${merchantId} for no key update`
    if (merchant === undefined) return []
    const currencies = await tx<{ currency: string }[]>`
      select distinct currency from ledger_entries where merchant_id = ${merchantId} order by 1`
    const ids: string[] = []
    for (const { currency } of currencies) {
      const isSuspended = merchant.status !== 'approved'
      const id = await close(tx, { merchantId, currency, isSuspended, run })
      if (id !== undefined) ids.push(id)
    }
    return ids
  })
}

type Closing = { merchantId: string; currency: string; isSuspended: boolean; run: SettlementRun }

async function close(tx: Tx, closing: Closing): Promise<string | undefined> {
  const { merchantId, currency, isSuspended, run } = closing
  const last = await lastOf(tx, closing)
  if (last !== undefined && last.endsAt >= run.cut.before) return undefined
  const opening = last?.figures.closing ?? NOTHING
  const covered = { merchantId, currency, from: last?.to ?? null, to: run.cut }
  const digest = await readDigest(tx, covered)
  if (digest.entries === 0 && Object.values(opening).every((amount) => amount === 0)) {
    return undefined
  }
  const figures = await computeFigures(tx, { ...covered, opening })
  const payout = payoutOf({
    available: figures.closing.available,
    availableNow: await readAvailable(tx, covered),
    disputed: await readDisputed(tx, covered),
    isSuspended,
  })
  const number = (last?.number ?? 0) + 1
  const id = `${merchantId}-${currency}-${number}`
  const row = { id, number, digest, figures: { ...figures, payout }, by: run.by }
  await insertSettlement(tx, covered, row)
  if (payout.amount === 0) return id
  const due = { id, merchantId, currency, amount: payout.amount }
  await insertPayout(tx, { ...due, approvedBy: run.by, at: run.at })
  return id
}

type Closed = {
  id: string
  number: number
  digest: Digest
  figures: SettlementFigures
  by: string | null
}

async function insertSettlement(
  tx: Tx,
  { merchantId, currency, from, to }: Covered,
  { id, number, digest, figures, by }: Closed,
): Promise<void> {
  const row = {
    ...{ id, merchant_id: merchantId, currency, number },
    ...{ starts_at: from?.before ?? null, ends_at: to.before },
    ...{ from_writer: from?.writer ?? null, to_writer: to.writer },
    ...{ from_posting: digest.fromPosting, to_posting: digest.toPosting },
    ...{ entries: digest.entries, sha256: digest.sha256 },
    ...{ figures: tx.json(figures), closed_by: by },
  }
  await tx`insert into settlements ${tx(row)}`
}

/** `covered` says how to make it again. */
export type SettlementRow = Digest & {
  id: string
  merchantId: string
  currency: string
  number: number
  startsAt: string | null
  endsAt: string
  to: Cut
  from: Cut | null
  figures: SettlementFigures
  closedBy: string | null
  closedAt: string
}

type Stored = Omit<SettlementRow, 'startsAt' | 'endsAt' | 'closedAt' | 'from' | 'to'> & {
  startsAt: Date | null
  endsAt: Date
  closedAt: Date
  fromWriter: string | null
  toWriter: string
}

const columns = (db: Db | Tx) => db`
  id, merchant_id as "merchantId", currency, number, starts_at as "startsAt", ends_at as "endsAt",
  from_writer::text as "fromWriter", to_writer::text as "toWriter", from_posting as "fromPosting",
  to_posting as "toPosting", entries, sha256, figures, closed_by as "closedBy", closed_at as "closedAt"`

function rowOf({
  startsAt,
  endsAt,
  closedAt,
  fromWriter,
  toWriter,
  ...row
}: Stored): SettlementRow {
  const [starts, ends] = [startsAt?.toISOString() ?? null, endsAt.toISOString()]
  return {
    ...{ ...row, startsAt: starts, endsAt: ends, closedAt: closedAt.toISOString() },
    from: fromWriter === null || starts === null ? null : { writer: fromWriter, before: starts },
    to: { writer: toWriter, before: ends },
  }
}

async function lastOf(
  tx: Tx,
  { merchantId, currency }: Pick<Closing, 'merchantId' | 'currency'>,
): Promise<SettlementRow | undefined> {
  const [row] = await tx<Stored[]>`
    select ${columns(tx)} from settlements
    where merchant_id = ${merchantId} and currency = ${currency} order by number desc limit 1`
  return row && rowOf(row)
}

/** Only those of a merchant, where one is named. */
export async function findSettlement(
  db: Db,
  id: string,
  merchantId?: string,
): Promise<SettlementRow | undefined> {
  const [row] = await db<Stored[]>`
    select ${columns(db)} from settlements
    where id = ${id} ${merchantId === undefined ? db`` : db`and merchant_id = ${merchantId}`}`
  return row && rowOf(row)
}

export type SettlementPlace = Pick<SettlementRow, 'closedAt' | 'id'>

type Wanted = {
  merchantId?: string | undefined
  after?: SettlementPlace | undefined
  limit: number
}

/** Newest first; `after` is the last one seen. */
export async function listSettlements(
  db: Db,
  { merchantId, after, limit }: Wanted,
): Promise<SettlementRow[]> {
  const rows = await db<Stored[]>`
    select ${columns(db)} from settlements
    where true
      ${merchantId === undefined ? db`` : db`and merchant_id = ${merchantId}`}
      ${after === undefined ? db`` : db`and (closed_at, id) < (${after.closedAt}, ${after.id})`}
    order by closed_at desc, id desc limit ${limit}`
  return rows.map(rowOf)
}

/** What the ledger makes of a statement today, to be held against what it says. */
export async function recompute(db: Db, { id, ...row }: SettlementRow) {
  const { merchantId, currency, number, from, to } = row
  const [last] = await db<{ figures: SettlementFigures }[]>`
    select figures from settlements
    where merchant_id = ${merchantId} and currency = ${currency} and number = ${number - 1}`
  const covered = { merchantId, currency, from, to }
  const opening = last?.figures.closing ?? NOTHING
  const [digest, figures] = [
    await readDigest(db, covered),
    await computeFigures(db, { ...covered, opening }),
  ]
  return { id, digest, figures }
}
