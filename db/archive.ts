import type { OrderEvent } from '../domain/events.ts'
import type { Db } from './connection.ts'
import { streamOf } from './record.ts'
import type { PendingStart } from './relay.ts'

/** Whether an order is put away. */
export async function isArchived(db: Db, orderId: string): Promise<boolean> {
  const [row] = await db`select from orders where id = ${orderId} and archived_at is not null`
  return row !== undefined
}

/**
 * What an order that was put away is taken up again with: all of its log. Undefined for one that is open, whose workflow
 * must be there or be started by who admitted it.
 */
export async function readPutAway(db: Db, orderId: string): Promise<PendingStart | undefined> {
  if (!(await isArchived(db, orderId))) return undefined
  const rows = await db<(Omit<OrderEvent, 'at'> & { at: Date })[]>`
    select type, at, data from events where stream = ${streamOf(orderId)} order by stream_seq`
  const events = rows.map((row) => ({ ...row, at: row.at.toISOString() }) as OrderEvent)
  return { orderId, events }
}
