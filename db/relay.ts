import type { PendingQuery, Row } from 'postgres'
import type { OrderEvent, ReportKind } from '../domain/events.ts'
import type { MailTemplate } from '../domain/notification.ts'
import { LIMITS } from '../domain/limits.ts'
import type { Db, Tx } from './connection.ts'
import { raiseTask } from './task.ts'

/** How long a process may take with what it leased before another one tries. Seconds. */
export const LEASE = 10
/** Pause before the next try, doubled each time up to the cap. Seconds. */
const BACKOFF = 2
const BACKOFF_CAP = 60

/** Seed that keeps our advisory locks apart from others'. */
const INBOX_LOCK = 7_217_002

/** What to take: what one order waits with now, or what anyone left lying for `olderThan` milliseconds. */
export type Claim = { orderId: string } | { olderThan: number; limit: number }

function due(db: Db, claim: Claim, since: 'created_at' | 'received_at') {
  return 'orderId' in claim
    ? db`order_id = ${claim.orderId}`
    : db`${db(since)} < clock_timestamp() - ${claim.olderThan} * interval '1 millisecond'`
}

const limitOf = (claim: Claim) => ('limit' in claim ? claim.limit : LIMITS.reports)

/** Pause for a lease that was given up, so that trouble elsewhere isn't hammered. */
export function pause(db: Db) {
  return db`clock_timestamp() + least(${BACKOFF} * 2 ^ least(attempts, 10), ${BACKOFF_CAP}) * interval '1 second'`
}

export type PendingStart = { orderId: string; events: OrderEvent[] }

export async function putStart(tx: Tx, { orderId, events }: PendingStart): Promise<void> {
  await tx`insert into outbox (order_id, start) values (${orderId}, ${tx.json({ events })})`
}

export async function claimStarts(db: Db, claim: Claim): Promise<PendingStart[]> {
  return db<PendingStart[]>`
    update outbox set leased_until = clock_timestamp() + ${LEASE} * interval '1 second', attempts = attempts + 1
    where order_id in (
      select order_id from outbox
      where started_at is null and (leased_until is null or leased_until < clock_timestamp())
        and ${due(db, claim, 'created_at')}
      order by created_at limit ${limitOf(claim)} for update skip locked
    ) returning order_id as "orderId", start->'events' as events`
}

export async function markStarted(db: Db, orderId: string): Promise<void> {
  await db`update outbox set started_at = clock_timestamp(), leased_until = null where order_id = ${orderId}`
}

export async function postponeStart(db: Db, orderId: string): Promise<void> {
  await db`update outbox set leased_until = ${pause(db)} where order_id = ${orderId}`
}

/** Forget that a workflow was started: its server lost it, so the relay starts it again. */
export async function reopenStart(db: Db, orderId: string): Promise<void> {
  await db`update outbox set started_at = null, leased_until = null where order_id = ${orderId}`
}

/** Orders that are still open and whose workflow should be running. */
export async function openOrders(db: Db, { limit, after }: { limit: number; after: string }) {
  return db<Known[]>`
    select id as "orderId", stream_seq as known from orders join outbox on outbox.order_id = orders.id
    where archived_at is null and started_at is not null and id > ${after} order by id limit ${limit}`
}

export type StoredReport = {
  source: string
  eventId: string
  orderId: string | null
  kind: ReportKind
  payload: Record<string, unknown>
}

/** A report for an order that we have. */
export type WaitingReport = StoredReport & { orderId: string }

/**
 * Store a verified report from outside once; true when it is new. Where it names no order of ours, it becomes a person's task.
 * Nearly all are new and of an order of ours: those take the short way.
 */
export async function storeReport(db: Db, report: StoredReport): Promise<boolean> {
  const { source, eventId, orderId, kind, payload } = report
  const { count } = await db`
    insert into inbox (source, event_id, order_id, kind, payload)
    select ${source}, ${eventId}, id, ${kind}, ${db.json(payload as never)} from orders where id = ${orderId}
    on conflict (source, event_id) do nothing`
  if (count === 1) return true
  return (await store(db, [report], db`(select id from orders where id = "orderId")`)) > 0
}

/**
 * What is known to be for these orders, also for one that is only being admitted; all or none. Returns how many are new.
 */
export function storeReports(db: Db | Tx, reports: readonly StoredReport[]): Promise<number> {
  return store(db, reports, db`"orderId"`)
}

/** Seed that keeps these advisory locks apart from others'. */
const TELLING_LOCK = 7_217_025

/**
 * What another system tells of one order, by one teller at a time: two that tell the same in another order would wait
 * for each other in a circle.
 */
export async function storeTold(
  tx: Tx,
  orderId: string,
  reports: readonly StoredReport[],
): Promise<number> {
  await tx`select pg_advisory_xact_lock(hashtextextended(${orderId}, ${TELLING_LOCK}))`
  return storeReports(tx, reports)
}

/** One statement, and so its own transaction: whoever reports waits for one trip to the database. */
async function store(db: Db | Tx, reports: readonly StoredReport[], orderId: PendingQuery<Row[]>) {
  const { count } = await db`
    with told as (
      select source, "eventId" as event_id, kind, payload, place, ${orderId} as order_id
      from rows from (
        jsonb_to_recordset(${db.json(reports as never)})
          as (source text, "eventId" text, "orderId" text, kind text, payload jsonb)
      ) with ordinality r (source, "eventId", "orderId", kind, payload, place)
    ), stored as (
      insert into inbox (source, event_id, order_id, kind, payload, set_aside)
      select source, event_id, order_id, kind, payload, case when order_id is null then 'UNMATCHED' end
      from told order by place
      on conflict (source, event_id) do nothing returning source, event_id, order_id
    ), task as (
      insert into tasks (id, kind, subject, raised_at)
      select source || '-' || event_id, 'UNMATCHED_REPORT', source || ':' || event_id, clock_timestamp()
      from stored where order_id is null
      on conflict (id) do nothing
    )
    select from stored`
  return count
}

/**
 * Waiting reports of orders that nobody else is serving, in order of arrival. Whoever starts an order tells it what came meanwhile: until
 * then nobody could hear it.
 */
export async function claimReports(db: Db, claim: Claim): Promise<WaitingReport[]> {
  const rows = await db<(WaitingReport & { position: number })[]>`
    update inbox set leased_until = clock_timestamp() + ${LEASE} * interval '1 second', attempts = attempts + 1
    where (source, event_id) in (
      select source, event_id from inbox waiting
      where relayed_at is null and set_aside is null and ${due(db, claim, 'received_at')}
        -- One relay at a time per order, so that its reports can't be split between two.
        and pg_try_advisory_xact_lock(hashtextextended(order_id, ${INBOX_LOCK}))
        and exists (
          select from outbox where outbox.order_id = waiting.order_id and outbox.started_at is not null
        )
        and not exists (
          select from inbox busy
          where busy.order_id = waiting.order_id and busy.relayed_at is null and busy.set_aside is null
            and busy.leased_until > clock_timestamp()
        )
      order by position limit ${limitOf(claim)} for update skip locked
    )
    returning source, event_id as "eventId", order_id as "orderId", kind, payload, position`
  return rows.toSorted((a, b) => a.position - b.position)
}

export async function markRelayed(db: Db, { source, eventId }: StoredReport): Promise<void> {
  await db`update inbox set relayed_at = clock_timestamp(), leased_until = null
    where source = ${source} and event_id = ${eventId}`
}

export async function postponeReport(db: Db, { source, eventId }: StoredReport): Promise<void> {
  await db`update inbox set leased_until = ${pause(db)} where source = ${source} and event_id = ${eventId}`
}

export type WaitingNotice = { id: string; template: MailTemplate; orderNo: string }

export async function claimNotices(db: Db, claim: Claim): Promise<WaitingNotice[]> {
  return db<WaitingNotice[]>`
    update notices set leased_until = clock_timestamp() + ${LEASE} * interval '1 second', attempts = attempts + 1
    where id in (
      select id from notices
      where handed_over_at is null and (leased_until is null or leased_until < clock_timestamp())
        and ${due(db, claim, 'created_at')}
      order by created_at limit ${limitOf(claim)} for update skip locked
    ) returning id, template, (select no from orders where orders.id = order_id) as "orderNo"`
}

export async function markHandedOver(db: Db, id: string): Promise<void> {
  await db`update notices set handed_over_at = clock_timestamp(), leased_until = null where id = ${id}`
}

export async function postponeNotice(db: Db, id: string): Promise<void> {
  await db`update notices set leased_until = ${pause(db)} where id = ${id}`
}

/** How long an effect may be owed before the workflow is asked to look. Seconds. */
const OWING = 120

type Known = { orderId: string; known: number }

/** Orders that have owed an effect for a while, and how far their logs go. */
export async function readOwing(db: Db, limit: number): Promise<Known[]> {
  return db<Known[]>`
    select id as "orderId", stream_seq as known from orders
    where owes_effects and nudged_seq < stream_seq
      and updated_at < clock_timestamp() - ${OWING} * interval '1 second'
    order by updated_at limit ${limit}`
}

/** Orders that should have expired a while ago, by their own clocks, and how far their logs go. */
export async function readOverdue(db: Db, limit: number): Promise<Known[]> {
  return db<Known[]>`
    select id as "orderId", stream_seq as known from orders
    where status = 'pending_payment' and archived_at is null and nudged_seq < stream_seq
      and pay_by < clock_timestamp() + clock_offset - ${OWING} * interval '1 second'
    order by pay_by limit ${limit}`
}

/** The workflow was told of its log up to `known`; that is said once. */
export async function markNudged(db: Db, { orderId, known }: Known): Promise<void> {
  await db`update orders set nudged_seq = ${known} where id = ${orderId} and nudged_seq < ${known}`
}

/** Whether an order's workflow was started; until then a relay still has to. */
export async function isStarted(db: Db, orderId: string): Promise<boolean> {
  const [row] = await db`select from outbox where order_id = ${orderId} and started_at is not null`
  return row !== undefined
}

/** An order is open although its workflow has ended, by someone's hand: a person has to reset it. */
export async function reportEnded(db: Db, orderId: string): Promise<void> {
  await db.begin(async (tx) => {
    const [row] =
      await tx`select from orders where id = ${orderId} and archived_at is null for share`
    if (row === undefined) return
    const at = new Date().toISOString()
    const subject = `order-${orderId}`
    await raiseTask(tx, { id: `ended-${orderId}`, orderId, kind: 'WORKFLOW_ENDED', subject, at })
  })
}
