import { TOLD_KINDS, verdictOf } from '../domain/reconciliation.ts'
import type { Money, MovementKind, Sides } from '../domain/reconciliation.ts'
import type { PlatformName } from '../domain/method.ts'
import type { PaymentReport } from '../domain/reports.ts'
import type { Db } from './connection.ts'
import { noteDifference, noteMatches } from './finance-item.ts'
import { storeReports } from './relay.ts'
import { markReconciliation, PAGE } from './statement.ts'

/** What moved: by kind, the platform's references and the currency. Both books are summed by it. */
export type MovementKey = {
  kind: MovementKind
  externalId: string
  externalRefundId: string
  currency: string
}

type Day = { platform: PlatformName; day: string }

/** Our records are held against statements of so many days before the last one, in which late notices come in. */
const LOOKBACK_DAYS = 7

type Movement = MovementKey &
  Sides & {
    orderId: string | undefined
    tenderId: string | undefined
    /** Of the statement that has it. */
    day: string | undefined
    /** Of the first line of the statement. */
    line: { id: string; at: string } | undefined
  }

/** Captures of a day's statement that an order of ours has not heard of: it is told. Returns how many. */
export async function healCaptures(db: Db, of: Day): Promise<number> {
  let healed = 0
  for await (const keys of pages((after) => keysOfStatement(db, of, after))) {
    const captures = keys.filter(({ kind }) => kind === 'capture')
    const movements = await readMovements(db, of.platform, captures)
    const reports = movements.flatMap((one) => reportOf(of.platform, one) ?? [])
    if (reports.length > 0) healed += await storeReports(db, reports)
  }
  return healed
}

function reportOf(platform: PlatformName, movement: Movement) {
  const { expected, actual, orderId, tenderId, line, externalId } = movement
  const isUnheard = expected === undefined && actual !== undefined && line !== undefined
  if (!isUnheard || orderId === undefined || tenderId === undefined) return undefined
  const eventId = `statement:${platform}:${line.id}`
  const payload: PaymentReport = {
    ...{ eventId, occurredAt: line.at, tenderId, externalId, type: 'captured', ...actual },
    source: 'query',
  }
  return { source: 'statement', eventId, orderId, kind: 'payment' as const, payload }
}

/** Hold a stored statement, what it should hold by now, and all that is open against our books. */
export async function compareStatement(
  db: Db,
  { asOf, timeZone, ...of }: Day & { asOf: string; timeZone: string },
): Promise<void> {
  const sources = [
    (after: MovementKey | undefined) => keysOfStatement(db, of, after),
    (after: MovementKey | undefined) => keysOfCaptures(db, { ...of, timeZone }, after),
    (after: MovementKey | undefined) => keysOfRefunds(db, { ...of, timeZone }, after),
    (after: MovementKey | undefined) => keysOfOpenItems(db, of.platform, after),
  ]
  for (const source of sources) {
    for await (const keys of pages(source)) await compare(db, { ...of, keys, asOf })
  }
  await markReconciliation(db, { ...of, status: 'done', asOf })
}

async function* pages(read: (after: MovementKey | undefined) => Promise<MovementKey[]>) {
  for (let keys = await read(undefined); keys.length > 0; keys = await read(keys.at(-1))) {
    yield keys
    if (keys.length < PAGE) return
  }
}

type Comparison = Day & { keys: readonly MovementKey[]; asOf: string }

async function compare(db: Db, { platform, day, keys, asOf }: Comparison): Promise<void> {
  const movements = await readMovements(db, platform, keys)
  await db.begin(async (tx) => {
    const matched: string[] = []
    for (const movement of movements) {
      const verdict = verdictOf(movement)
      const key = itemKeyOf(platform, movement)
      if (verdict === 'matched') matched.push(key)
      else
        await noteDifference(
          tx,
          { ...differenceOf(movement, day), key, kind: verdict, party: platform },
          asOf,
        )
    }
    await noteMatches(tx, matched, asOf)
  })
}

const itemKeyOf = (platform: PlatformName, key: MovementKey) =>
  [platform, key.kind, key.externalId, key.externalRefundId, key.currency].join(':')

function differenceOf(movement: Movement, day: string) {
  const { kind, externalId, externalRefundId, expected, actual, orderId } = movement
  return {
    ...{ movement: kind, reference: externalId, refundReference: externalRefundId, orderId },
    ...{ expected, actual, day: movement.day ?? day },
    // An order that knows the payment posts its capture itself, as soon as it has heard of it.
    suspends: !(kind === 'capture' && expected === undefined && orderId !== undefined),
  }
}

/** Keyset order of all pages. */
const BY_KEY = (db: Db) => db`kind, external_id, external_refund_id, currency`

function above(db: Db, after: MovementKey | undefined) {
  if (after === undefined) return db``
  const { kind, externalId, externalRefundId, currency } = after
  return db`and (${BY_KEY(db)}) > (${kind}, ${externalId}, ${externalRefundId}, ${currency})`
}

const keyColumns = (db: Db) => db`
  kind, external_id as "externalId", external_refund_id as "externalRefundId", currency`

function keysOfStatement(db: Db, { platform, day }: Day, after: MovementKey | undefined) {
  return db<MovementKey[]>`
    select distinct ${keyColumns(db)}, external_id, external_refund_id from statement_lines
    where platform = ${platform} and day = ${day} and kind <> all(${[...TOLD_KINDS]}) ${above(db, after)}
    order by ${BY_KEY(db)} limit ${PAGE}`
}

/**
 * Days before this one whose statements are here, each with a day's grace; this one, too, where it comes late, so that a later
 * one was compared before it.
 */
function graced(
  db: Db,
  { platform, day, timeZone }: Day & { timeZone: string },
  at: 'captured_at' | 'settled_at',
) {
  const midnight = (days: number) =>
    db`((${day}::date - ${days}::int)::timestamp at time zone ${timeZone})`
  return db`
    ${db(at)} >= ${midnight(LOOKBACK_DAYS)} and ${db(at)} < ${midnight(-1)}
    and exists (
      select from reconciliations d
      where d.platform = ${platform} and d.status = 'done' and case
        when ${db(at)} < ${midnight(0)} then d.day = (${db(at)} at time zone ${timeZone})::date
        else d.day > ${day}::date end
    )`
}

type Wanted = Day & { timeZone: string }

/** Payments that we have and statements should have had by now. */
function keysOfCaptures(db: Db, wanted: Wanted, after: MovementKey | undefined) {
  return db<MovementKey[]>`
    select ${keyColumns(db)} from (
      select 'capture' as kind, external_id, '' as external_refund_id, received_currency::text as currency
      from tenders t
      where platform = ${wanted.platform} and received > 0 and ${graced(db, wanted, 'captured_at')}
        and not exists (
          select from statement_lines l
          where l.platform = t.platform and l.external_id = t.external_id and l.kind = 'capture'
        )
    ) untold where true ${above(db, after)} order by ${BY_KEY(db)} limit ${PAGE}`
}

/** The same of refunds. */
function keysOfRefunds(db: Db, wanted: Wanted, after: MovementKey | undefined) {
  return db<MovementKey[]>`
    select ${keyColumns(db)} from (
      select 'refund' as kind, t.external_id, r.external_id as external_refund_id, r.currency::text as currency
      from refunds r join tenders t on t.order_id = r.order_id and t.id = r.tender_id
      where t.platform = ${wanted.platform} and r.status = 'succeeded' and r.external_id is not null
        and r.account_id is null and ${graced(db, wanted, 'settled_at')}
        and not exists (
          select from statement_lines l
          where l.platform = t.platform and l.external_id = t.external_id and l.kind = 'refund'
            and l.external_refund_id = r.external_id
        )
    ) untold where true ${above(db, after)} order by ${BY_KEY(db)} limit ${PAGE}`
}

function keysOfOpenItems(db: Db, platform: PlatformName, after: MovementKey | undefined) {
  return db<MovementKey[]>`
    select ${keyColumns(db)} from (
      select movement as kind, reference as external_id, refund_reference as external_refund_id,
        coalesce(actual_currency, expected_currency)::text as currency
      from finance_items
      where party = ${platform} and state = 'open' and movement <> all(${[...TOLD_KINDS]})
    ) open where true ${above(db, after)} order by ${BY_KEY(db)} limit ${PAGE}`
}

/** Whether our books have nothing that a platform should tell of a day. */
export async function isQuiet(db: Db, { platform, day, timeZone }: Wanted): Promise<boolean> {
  const midnight = (days: number) =>
    db`((${day}::date + ${days}::int)::timestamp at time zone ${timeZone})`
  const [moved] = await db`
    select from tenders
    where platform = ${platform} and received > 0
      and captured_at >= ${midnight(0)} and captured_at < ${midnight(1)}
    union all
    select from refunds r join tenders t on t.order_id = r.order_id and t.id = r.tender_id
    where t.platform = ${platform} and r.status = 'succeeded' and r.external_id is not null
      and r.settled_at >= ${midnight(0)} and r.settled_at < ${midnight(1)}
    limit 1`
  return moved === undefined
}

type MovementRow = MovementKey & {
  orderId: string | null
  tenderId: string | null
  day: string | null
  lineId: string | null
  at: Date | null
  actual: number | null
  expected: number | null
  expectedCurrency: string | null
}

/** Both books' sums of each movement. */
async function readMovements(
  db: Db,
  platform: PlatformName,
  keys: readonly MovementKey[],
): Promise<Movement[]> {
  if (keys.length === 0) return []
  const rows = await db<MovementRow[]>`
    select k.kind, k.external_id as "externalId", k.external_refund_id as "externalRefundId", k.currency,
      t.order_id as "orderId", t.id as "tenderId", s.day::text as day,
      s.id as "lineId", s.at, s.amount as actual, ours.amount as expected, ours.currency as "expectedCurrency"
    from unnest(
      ${keys.map(({ kind }) => kind)}::text[], ${keys.map(({ externalId }) => externalId)}::text[],
      ${keys.map(({ externalRefundId }) => externalRefundId)}::text[], ${keys.map(({ currency }) => currency)}::text[]
    ) as k (kind, external_id, external_refund_id, currency)
    left join lateral (
      select sum(amount)::bigint as amount, min(id) as id, min(at) as at, min(day) as day from statement_lines l
      where l.platform = ${platform} and l.external_id = k.external_id and l.kind = k.kind
        and l.external_refund_id = k.external_refund_id and l.currency = k.currency
    ) s on true
    left join tenders t on t.platform = ${platform} and t.external_id = k.external_id
    left join lateral (${ourSums(db)}) ours on true`
  return rows.map(movementOf)
}

/** Disputes are in no table of their own: an order has hardly ever one. */
const ourSums = (db: Db) => db`
  select t.received::bigint as amount, t.received_currency::text as currency
    where k.kind = 'capture' and t.received is not null
  union all
  select sum(r.amount)::bigint, min(r.currency::text) from refunds r
    where k.kind = 'refund' and r.order_id = t.order_id and r.tender_id = t.id
      and r.external_id = k.external_refund_id and r.status = 'succeeded' having count(*) > 0
  union all
  select sum((d->>'amount')::bigint)::bigint, min(o.currency::text)
    from orders o, jsonb_array_elements(o.view->'disputes') d
    where k.kind in ('dispute', 'dispute_returned') and o.id = t.order_id and d->>'tenderId' = t.id
      and (k.kind = 'dispute' or d->>'status' = 'won') having count(*) > 0`

function movementOf(row: MovementRow): Movement {
  const { kind, externalId, externalRefundId, currency, lineId, at } = row
  return {
    ...{ kind, externalId, externalRefundId, currency },
    orderId: row.orderId ?? undefined,
    tenderId: row.tenderId ?? undefined,
    day: row.day ?? undefined,
    line: lineId === null || at === null ? undefined : { id: lineId, at: at.toISOString() },
    actual: moneyOf(row.actual, currency),
    expected: moneyOf(row.expected, row.expectedCurrency),
  }
}

const moneyOf = (amount: number | null, currency: string | null): Money | undefined =>
  amount === null || currency === null ? undefined : { amount, currency }
