import { MONEY_TASKS } from '../domain/finance-waiting.ts'
import type { WaitingKind } from '../domain/finance-waiting.ts'
import { PLATFORMS } from '../domain/method.ts'
import type { Db } from './connection.ts'
import { PROPOSAL_WAITS } from './value-proposal.ts'

/*
 * What waits for a decision of finance, from wherever it stands: claims of carriers, payouts to merchants, value that takes
 * two people, and tasks about money.
 */

export type WaitingRow = {
  id: string
  kind: WaitingKind
  orderId: string | null
  /** A carrier, merchant or platform. */
  party: string | null
  /** What it is called there; of a task what that is about. */
  reference: string | null
  /** Of a task: why. */
  code: string | null
  /** Minor units; null for tasks whose sum the order knows. */
  amount: number | null
  currency: string | null
  /** Id of the key whose second must be another one. */
  notBy: string | null
  /** The request that another one has to make, too. */
  path: string | null
  body: Record<string, unknown> | null
  since: string
}

export type WaitingPlace = { since: string; id: string }

type Wanted = {
  /** What one person may pay out, minor units. */
  payoutLimit: number
  after?: WaitingPlace | undefined
  limit: number
}

/** Oldest first; `after` is the last one seen. */
export async function listWaiting(db: Db, wanted: Wanted): Promise<WaitingRow[]> {
  const { payoutLimit, after, limit } = wanted
  const rows = await db<(Omit<WaitingRow, 'since'> & { since: Date })[]>`
    select * from (${claims(db)} union all ${payouts(db, payoutLimit)} union all ${wishes(db)} union all ${tasks(db)}) waiting
    ${after === undefined ? db`` : db`where (since, id) > (${after.since}, ${after.id})`}
    order by since, id limit ${limit}`
  return rows.map((row) => ({ ...row, since: row.since.toISOString() }))
}

/** As many as a page has use for: beyond it, `1000` stands for many. */
const MANY = 1000

export async function countWaiting(db: Db): Promise<number> {
  const [row] = await db<[{ count: number }]>`
    select count(*)::int as count from (
      select from (${claims(db)} union all ${payouts(db, 0)} union all ${wishes(db)} union all ${tasks(db)}) waiting limit ${MANY}
    ) counted`
  return row.count
}

/** A carrier says that it has paid; only the bank knows. */
const claims = (db: Db) => db`
  select r.id, 'REMITTANCE_CLAIMED' as kind, null as "orderId", r.carrier as party, r.reference, null as code,
    (select sum(amount) from remittance_lines where remittance_id = r.id)::bigint as amount, r.currency,
    null as "notBy", null as path, null::jsonb as body, r.recorded_at as since
  from remittances r where r.status = 'claimed'`

/** Above the limit one stands for it, and another one says what the bank did. */
const payouts = (db: Db, limit: number) => db`
  select id, case when amount > ${limit}::bigint and approved_by is null then 'PAYOUT_APPROVAL' else 'PAYOUT_DUE' end,
    null, merchant_id, null, null, amount, currency,
    case when amount > ${limit}::bigint then approved_by end, null, null, created_at
  from payouts where status = 'due'`

/** What one has asked for and another one hasn't yet. */
const wishes = (db: Db) => db`
  select fingerprint, case path when '/v1/gift-cards' then 'GIFT_CARDS' else 'WALLET_CREDIT' end,
    null, null, body ->> 'reference', body ->> 'reason',
    (body ->> 'amount')::bigint * coalesce((body ->> 'count')::bigint, 1), body ->> 'currency',
    proposed_by, path, body, date_trunc('milliseconds', proposed_at)
  from value_proposals where proposed_at > clock_timestamp() - ${PROPOSAL_WAITS} * interval '1 day'`

/** Reports that fit nothing are finance's matter where a platform of payment tells them. */
const tasks = (db: Db) => db`
  select t.id, t.kind, t.order_id, case t.kind
      when 'INVOICE_STUCK' then i.issuer
      when 'STATEMENT_MISSING' then split_part(t.subject, ' ', 1)
      when 'UNMATCHED_REPORT' then split_part(t.subject, ':', 1)
    end, case t.kind
      when 'STATEMENT_MISSING' then split_part(t.subject, ' ', 2)
      when 'UNMATCHED_REPORT' then substr(t.subject, strpos(t.subject, ':') + 1)
      else t.subject
    end, t.code, coalesce(i.amount, 0 - v.amount), coalesce(i.currency, a.currency),
    null, null, null, date_trunc('milliseconds', t.raised_at)
  from tasks t
    left join invoices i on t.kind = 'INVOICE_STUCK' and i.order_id = t.order_id and i.id = t.subject
    left join value_movements v on t.kind = 'GIFT_CARD_VOID' and v.key = t.id
    left join value_accounts a on a.id = v.account_id
  where t.resolved_at is null and t.kind = any(${[...MONEY_TASKS]})
    and (t.kind <> 'UNMATCHED_REPORT' or split_part(t.subject, ':', 1) = any(${[...PLATFORMS]}))`
