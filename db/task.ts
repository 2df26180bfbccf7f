import type { EventOf, TaskKind } from '../domain/events.ts'
import type { Db, Tx } from './connection.ts'

const LOOSE_KINDS = [
  ...(['UNMATCHED_REPORT', 'WORKFLOW_ENDED'] as const),
  ...(['STOCK_SHORT', 'PURCHASE_STUCK', 'INVOICE_STUCK', 'STATEMENT_MISSING'] as const),
  'GIFT_CARD_VOID',
] as const
/** Questions that no order can be told the answer to: none is known, its workflow hears no more, or goods or cards are amiss. */
type LooseKind = (typeof LOOSE_KINDS)[number]

/** A question that only a person can answer. Some belong to no order: a report that names nothing we know. */
export type TaskRow = {
  id: string
  orderId: string | null
  kind: TaskKind | LooseKind
  subject: string
  code: string | null
  raisedAt: string
  resolvedAt: string | null
  resolution: string | null
}

export async function raiseTask(
  tx: Tx,
  task: {
    id: string
    orderId?: string
    kind: TaskRow['kind']
    subject: string
    code?: string | undefined
    at: string
  },
): Promise<void> {
  await tx`insert into tasks (id, order_id, kind, subject, code, raised_at) values (
      ${task.id}, ${task.orderId ?? null}, ${task.kind}, ${task.subject}, ${task.code ?? null}, ${task.at})
    on conflict (id) do nothing`
}

export async function settleTask(
  tx: Tx,
  id: string,
  { at, data }: EventOf<'task.resolved'>,
): Promise<void> {
  await tx`update tasks set resolved_at = ${at}, resolution = ${data.action} where id = ${id}`
}

/** Open tasks, oldest first; `after` is the id of the last one seen. */
export async function listOpenTasks(
  db: Db,
  { limit, after }: { limit: number; after?: string | undefined },
): Promise<TaskRow[]> {
  const rows = await db<(Omit<TaskRow, 'raisedAt' | 'resolvedAt'> & { raisedAt: Date })[]>`
    select id, order_id as "orderId", kind, subject, code, raised_at as "raisedAt", resolution
    from tasks
    where resolved_at is null
      ${after === undefined ? db`` : db`and (raised_at, id) > (select raised_at, id from tasks where id = ${after})`}
    order by raised_at, id limit ${limit}`
  return rows.map((row) => ({ ...row, raisedAt: row.raisedAt.toISOString(), resolvedAt: null }))
}

/** Close a task that no order can hear of, once a person has looked into it. False when there is none open. */
export async function closeLooseTask(db: Db, id: string): Promise<boolean> {
  const closed = await db`
    update tasks set resolved_at = clock_timestamp(), resolution = 'skip'
    where id = ${id} and kind = any(${[...LOOSE_KINDS]}) and resolved_at is null`
  return closed.count === 1
}
