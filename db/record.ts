import { couponMoveOf } from '../domain/coupon.ts'
import type { OrderEvent, RecordedEvent } from '../domain/events.ts'
import { stockMovesOf } from '../domain/inventory.ts'
import { postingOf } from '../domain/ledger.ts'
import { noticesOf } from '../domain/notification.ts'
import { evolve } from '../domain/evolve.ts'
import { InvariantError, parcelOf } from '../domain/order.ts'
import type { Order } from '../domain/order.ts'
import { valueMoveOf } from '../domain/value.ts'
import { together } from './connection.ts'
import type { Db, Tx } from './connection.ts'
import { moveCoupons } from './coupon.ts'
import { followInvoices } from './invoice.ts'
import { post } from './ledger.ts'
import { moveStock } from './movement.ts'
import { insertNotices } from './notification.ts'
import { projectPayment } from './payment.ts'
import { insertOrder, updateOrder } from './order.ts'
import { projectCash } from './remittance.ts'
import { releaseMerchants } from './settlement.ts'
import { raiseTask, settleTask } from './task.ts'
import { moveValue } from './value.ts'

/** Where an order's log ends: `streamSeq` in its own stream, `seq` in its public timeline. */
export type LogEnd = { streamSeq: number; seq: number }

export const streamOf = (orderId: string) => `order:${orderId}`

/**
 * Propose events at the stream's next numbers and return what is stored there. *The log wins*: where an earlier try
 * got there first, its events come back instead and nothing is written, so a caller folds the answer and decides
 * again; proposing nothing only reads. Events, read model, stock, ledger, notices and tasks are one transaction.
 */
export async function recordEvents(
  db: Db,
  { orderId, next, proposed }: { orderId: string; next: number; proposed: OrderEvent[] },
): Promise<{ events: RecordedEvent[]; notices: number }> {
  return db.begin(async (tx) => {
    const [row] = await tx<(LogEnd & { view: Order })[]>`
      select stream_seq as "streamSeq", seq, view from orders where id = ${orderId} for update`
    if (row === undefined) throw new InvariantError('an order is admitted before it records')
    if (row.streamSeq >= next) return { events: await readStream(tx, orderId, next), notices: 0 }
    if (row.streamSeq !== next - 1) throw new InvariantError('the log has a gap')
    if (proposed.length === 0) return { events: [], notices: 0 }
    return append(tx, { order: row.view, end: row, events: proposed })
  })
}

async function readStream(tx: Tx, orderId: string, from: number): Promise<RecordedEvent[]> {
  const rows = await tx<(Omit<RecordedEvent, 'at'> & { at: Date })[]>`
    select stream_seq as "streamSeq", seq, type, at, data from events
    where stream = ${streamOf(orderId)} and stream_seq >= ${from} order by stream_seq`
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }) as RecordedEvent)
}

/** Append events to an admitted order and project them. */
async function append(
  tx: Tx,
  { order, end, events }: { order: Order; end: LogEnd; events: OrderEvent[] },
): Promise<{ events: RecordedEvent[]; notices: number }> {
  const recorded = await insertEvents(tx, { orderId: order.id, end, events })
  const { after, notices } = await project(tx, order, recorded)
  const last = recorded.at(-1)
  if (last !== undefined) await updateOrder(tx, after, last)
  return { events: recorded, notices }
}

/** Write an order that begins with `placed` and goes on with `events`. */
export async function appendFirst(
  tx: Tx,
  { placed, first, events }: { placed: OrderEvent; first: Order; events: OrderEvent[] },
): Promise<void> {
  const all = [placed, ...events]
  const end: LogEnd = { streamSeq: all.length, seq: all.length }
  const [recorded] = await together([
    insertEvents(tx, { orderId: first.id, end: { streamSeq: 0, seq: 0 }, events: all }),
    insertOrder(tx, events.reduce(evolve, first), end),
  ])
  await project(tx, first, recorded.slice(1))
}

async function insertEvents(
  tx: Tx,
  { orderId, end, events }: { orderId: string; end: LogEnd; events: OrderEvent[] },
): Promise<RecordedEvent[]> {
  const recorded = events.map((event, i) => ({
    ...event,
    streamSeq: end.streamSeq + i + 1,
    seq: end.seq + i + 1,
  }))
  const rows = recorded.map(({ type, at, data, streamSeq, seq }) => ({
    stream: streamOf(orderId),
    stream_seq: streamSeq,
    order_id: orderId,
    seq,
    type,
    at,
    data: tx.json(data as never),
  }))
  await tx`insert into events ${tx(rows)}`
  return recorded
}

/** Everything that others see of events, beside the order's own row. */
async function project(
  tx: Tx,
  order: Order,
  events: RecordedEvent[],
): Promise<{ after: Order; notices: number }> {
  const steps = stepsOf(order, events)
  await moveClaims(tx, order.id, steps)
  let count = 0
  for (const { event, after } of steps) {
    await moveStock(tx, order.id, stockMovesOf(after, event))
    const posting = postingOf(after, event)
    const key = `${streamOf(order.id)}:${event.streamSeq}`
    if (posting !== undefined) await post(tx, { key, orderId: order.id, at: event.at, posting })
    await projectPayment(tx, after, event)
    await projectCash(tx, after, event)
    await followInvoices(tx, after, event)
    const notices = noticesOf(after, event)
    await insertNotices(tx, { orderId: order.id, seq: event.seq, notices })
    count += notices.length
    await projectRest(tx, after, event)
  }
  const end = steps.at(-1)?.after ?? order
  await release(tx, end, events)
  return { after: end, notices: count }
}

type Step = {
  event: RecordedEvent
  /** As the event has left the order. */
  after: Order
}

function stepsOf(order: Order, events: readonly RecordedEvent[]): Step[] {
  let after = order
  return events.map((event) => {
    after = evolve(after, event)
    return { event, after }
  })
}

/** Of all events before any of them moves stock: whoever has locked a shelf waits for no coupon or account any more. */
async function moveClaims(tx: Tx, orderId: string, steps: readonly Step[]): Promise<void> {
  for (const { event, after } of steps) await moveCoupons(tx, orderId, couponMoveOf(after, event))
  await moveValue(
    tx,
    orderId,
    steps.flatMap(({ event, after }) => valueMoveOf(after, event) ?? []),
  )
}

/** Merchants are paid what an order that is put away has earned them; what came of it later is made up for. */
async function release(tx: Tx, { id, archivedAt }: Order, events: RecordedEvent[]): Promise<void> {
  const last = events.at(-1)
  if (archivedAt === undefined || last === undefined) return
  const key = `${streamOf(id)}:${last.streamSeq}:release`
  await releaseMerchants(tx, { orderId: id, key, at: last.at })
}

async function projectRest(tx: Tx, order: Order, event: RecordedEvent): Promise<void> {
  switch (event.type) {
    case 'parcel.booked': {
      const { parcelId, carrier, waybill } = event.data
      if (parcelOf(order, parcelId) === undefined) throw new InvariantError('parcel unknown')
      await tx`insert into parcels (order_id, id, carrier, waybill, booked_at)
        values (${order.id}, ${parcelId}, ${carrier}, ${waybill}, ${event.at})`
      return
    }
    case 'task.raised': {
      const { taskId, kind, subject, code } = event.data
      const id = `${order.id}-${taskId}`
      await raiseTask(tx, { id, orderId: order.id, kind, subject, code, at: event.at })
      return
    }
    case 'task.resolved':
      await settleTask(tx, `${order.id}-${event.data.taskId}`, event)
      return
    default:
      return
  }
}
