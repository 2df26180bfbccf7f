import type { Db, Tx } from './connection.ts'
import { isTimeout } from './connection.ts'
import { MONEY } from './invariants-money.ts'
import { readValueGaps } from './value-gaps.ts'

/*
 * What must hold whatever happened, asked of the tables themselves. Each one selects the `id` of whatever breaks it. What
 * may stand for a moment, because another process is at it, counts once it has stood for too long.
 */

/** After so long a report, a start or an effect should be dealt with, were everything up. Minutes. */
const DUE = 10

const overdue = (sql: Tx, since: 'created_at' | 'received_at' | 'updated_at') =>
  sql`${sql(since)} < clock_timestamp() - ${DUE} * interval '1 minute'`

/** Stock: what is reserved is what orders hold, and only those that may. */
const STOCK = {
  S1: (sql: Tx) => sql`
    select s.sku || '@' || s.warehouse_id as id from stock s
    where reserved <> (
      select coalesce(sum(secured - shipped - freed), 0) from reservations r
      where r.sku = s.sku and r.warehouse_id = s.warehouse_id and state <> 'released'
    ) + (
      select coalesce(sum(units), 0) from stock_allotments a
      where a.sku = s.sku and a.warehouse_id = s.warehouse_id
    ) or missing <> greatest(0, reserved - on_hand)`,
  S2: (sql: Tx) => sql`
    select r.order_id || ':' || r.line_id as id from reservations r left join orders o on o.id = r.order_id
    where r.state <> 'released' and r.secured > r.shipped + r.freed
      and (o.id is null or o.archived_at is not null or o.status = 'cancelled'
        or (o.status = 'expired' and ${overdue(sql, 'updated_at')}))`,
  S3: (sql: Tx) => sql`
    select r.order_id || ':' || r.line_id as id from reservations r join orders o on o.id = r.order_id
    where r.state = 'held' and o.status = 'pending_payment'
      and o.pay_by < clock_timestamp() + o.clock_offset - ${DUE} * interval '1 minute'`,
}

/** Orders, and what others were told of them. */
const ORDERS = {
  O1: (sql: Tx) => sql`
    select order_id as id from outbox where started_at is null and ${overdue(sql, 'created_at')}`,
  O2: (sql: Tx) => sql`
    select o.id from orders o left join (
      select order_id, count(*) as count, max(stream_seq) as last, max(seq) as public
      from events where stream = 'order:' || order_id group by order_id
    ) e on e.order_id = o.id
    where (e.count, e.last, e.public) is distinct from
      (o.stream_seq::bigint, o.stream_seq, o.seq)`,
  O3: (sql: Tx) => sql`
    select id from orders where owes_effects and archived_at is null and not needs_attention
      and ${overdue(sql, 'updated_at')}`,
  P1: (sql: Tx) => sql`
    select p.order_id || ':' || p.id as id from parcels p
    where not exists (
      select from events e where e.order_id = p.order_id and e.type = 'order.accepted')`,
  P2: (sql: Tx) => sql`
    select r.order_id || ':' || r.line_id as id from reservations r
    where r.shipped > 0 and not exists (select from parcels p where p.order_id = r.order_id)`,
  N1: (sql: Tx) => sql`
    select id from notices where handed_over_at is null and ${overdue(sql, 'created_at')}`,
  N2: (sql: Tx) => sql`
    select e.order_id as id from events e
    where e.type = 'order.accepted'
      and not exists (select from brought_in b where b.order_id = e.order_id)
      and not exists (
        select from notices n where n.order_id = e.order_id and n.template = 'order_confirmed')`,
  W1: (sql: Tx) => sql`
    select source || ':' || event_id as id from inbox
    where relayed_at is null and set_aside is null and ${overdue(sql, 'received_at')}`,
  W2: (sql: Tx) => sql`
    select source || ':' || event_id as id from inbox i
    where set_aside is not null
      and not exists (select from tasks t where t.id = i.source || '-' || i.event_id)`,
}

const QUERIES = { ...MONEY, ...STOCK, ...ORDERS }

/** Stored value is looked at by its own books. */
const VALUE = 'V1'

export type InvariantId = keyof typeof QUERIES | typeof VALUE
export const INVARIANTS: readonly InvariantId[] = [
  ...(Object.keys(QUERIES) as (keyof typeof QUERIES)[]),
  VALUE,
]

/** Those of money alone. */
export const MONEY_INVARIANTS: readonly InvariantId[] = [
  ...(Object.keys(MONEY) as (keyof typeof MONEY)[]),
  VALUE,
]

/** `violations` is null where the answer took too long; `sample` names some of what breaks it. */
export type InvariantResult = { id: InvariantId; violations: number | null; sample: string[] }

type Wanted = { timeout?: number; only?: readonly InvariantId[] }

const SAMPLE = 5
/** For one of them, and for all: someone waits for the answer. Milliseconds. */
const TIMEOUT = 5_000
const PATIENCE = 40_000

/** All of them, one after the other, so that they take one connection. */
export async function checkInvariants(
  db: Db,
  { timeout: most = TIMEOUT, only = INVARIANTS }: Wanted = {},
): Promise<InvariantResult[]> {
  const deadline = Date.now() + PATIENCE
  const results: InvariantResult[] = []
  for (const id of only) {
    const timeout = Math.min(most, deadline - Date.now())
    results.push(timeout > 0 ? await check(db, id, timeout) : { id, violations: null, sample: [] })
  }
  return results
}

/** Those that are broken; empty when all is well. For tests of money to end with: what wasn't answered is no success. */
export async function findViolations(db: Db, wanted: Wanted = {}): Promise<InvariantResult[]> {
  return (await checkInvariants(db, wanted)).filter(({ violations }) => violations !== 0)
}

async function check(db: Db, id: InvariantId, timeout: number): Promise<InvariantResult> {
  try {
    return await db.begin('read only', async (tx) => {
      await tx`select set_config('statement_timeout', ${String(timeout)}, true)`
      const found = id === VALUE ? await valueGaps(tx) : await violationsOf(tx, id)
      return { id, ...found }
    })
  } catch (error) {
    if (isTimeout(error)) return { id, violations: null, sample: [] }
    throw error
  }
}

type Found = Omit<InvariantResult, 'id'>

async function violationsOf(tx: Tx, id: keyof typeof QUERIES): Promise<Found> {
  const [row] = await tx<[Found]>`
    select count(*)::int as violations,
      coalesce((array_agg(id order by id))[1:${SAMPLE}], '{}') as sample
    from (${QUERIES[id](tx)}) found`
  return row
}

async function valueGaps(tx: Tx): Promise<Found> {
  const gaps = await readValueGaps(tx)
  const sample = gaps.slice(0, SAMPLE).map(({ what, subject }) => `${what}:${subject}`)
  return { violations: gaps.length, sample }
}
