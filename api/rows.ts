import type { Db } from '../db/connection.ts'

/** Whether an order's workflow was started; until then a relay still has to. */
export async function isStarted(db: Db, orderId: string): Promise<boolean> {
  const [row] = await db`select from outbox where order_id = ${orderId} and started_at is not null`
  return row !== undefined
}

/** Close a task that belongs to no order, once a person has looked into it. False when there is none open. */
export async function closeLooseTask(db: Db, id: string): Promise<boolean> {
  const closed = await db`
    update tasks set resolved_at = clock_timestamp(), resolution = 'skip'
    where id = ${id} and order_id is null and resolved_at is null`
  return closed.count === 1
}

export async function answers(db: Db): Promise<void> {
  await db`select 1`
}
