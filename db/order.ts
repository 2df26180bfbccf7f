import type { OrderEvent } from '../domain/events.ts'
import { owesEffects } from '../domain/lifecycle.ts'
import type { Order } from '../domain/order.ts'
import { statusesOf } from '../domain/status.ts'
import type { OrderStatus } from '../domain/status.ts'
import { together } from './connection.ts'
import type { Db, Tx } from './connection.ts'
import type { LogEnd } from './record.ts'

function columns(tx: Tx, order: Order, end: LogEnd) {
  const { status, payment, fulfillment, afterSales } = statusesOf(order)
  return {
    status,
    payment_status: payment,
    fulfillment_status: fulfillment,
    after_sales_status: afterSales,
    archived_at: order.archivedAt ?? null,
    owes_effects: owesEffects(order),
    needs_attention: order.tasks.some((task) => task.open),
    seq: end.seq,
    stream_seq: end.streamSeq,
    view: tx.json(order),
    updated_at: new Date(),
  }
}

export async function insertOrder(tx: Tx, order: Order, end: LogEnd): Promise<void> {
  const row = {
    id: order.id,
    no: order.no,
    customer_id: order.customerId,
    currency: order.currency,
    payable: order.payable,
    placed_at: order.placedAt,
    pay_by: order.payBy,
    ...columns(tx, order, end),
  }
  const pairs = new Map(order.fulfillments.map((f) => [`${f.merchantId}/${f.warehouseId}`, f]))
  const rows = [...pairs.values()].map(({ merchantId, warehouseId }) => ({
    order_id: order.id,
    merchant_id: merchantId,
    warehouse_id: warehouseId,
    placed_at: order.placedAt,
  }))
  await together([tx`insert into orders ${tx(row)}`, tx`insert into order_merchants ${tx(rows)}`])
}

/** `at`: the order's own time, as of its newest event. */
export async function updateOrder(
  tx: Tx,
  order: Order,
  end: LogEnd & { at: string },
): Promise<void> {
  await tx`update orders set ${tx(columns(tx, order, end))} where id = ${order.id}`
  await advanceClock(tx, order.id, end.at)
}

/** Further apart than clocks of one installation drift: such an order's clock was moved. Milliseconds. */
const DRIFT = 60_000

/** An order's clock only goes ahead, and without time skipping it stays the wall clock. */
export async function advanceClock(db: Db | Tx, orderId: string, at: string): Promise<void> {
  const offset = Date.parse(at) - Date.now()
  if (offset < DRIFT) return
  await db`update orders set clock_offset = greatest(clock_offset, ${offset} * interval '1 millisecond')
    where id = ${orderId}`
}

/** How far an order's clock is ahead of the wall clock, in milliseconds; zero for one that doesn't exist. */
export async function readClockOffset(db: Db, orderId: string): Promise<number> {
  const [row] = await db<{ clockOffset: number }[]>`
    select ${clockOffset(db)} from orders where id = ${orderId}`
  return row?.clockOffset ?? 0
}

const clockOffset = (db: Db) =>
  db`(extract(epoch from clock_offset) * 1000)::float8 as "clockOffset"`

/** An order as read, how far its log goes, the moment it was true, and how far its clock is ahead (milliseconds). */
export type OrderRow = { order: Order; streamSeq: number; updatedAt: string; clockOffset: number }
type StoredOrder = { view: Order; streamSeq: number; updatedAt: Date; clockOffset: number }

const orderColumns = (db: Db) =>
  db`view, stream_seq as "streamSeq", updated_at as "updatedAt", ${clockOffset(db)}`

const rowOf = ({ view, updatedAt, ...row }: StoredOrder): OrderRow => ({
  ...row,
  order: view,
  updatedAt: updatedAt.toISOString(),
})

/** Whose orders a principal may see: everything, or what is theirs. Other people's orders don't exist for them. */
export type Scope =
  | { all: true }
  | { customerId: string }
  | { merchantId: string }
  | { warehouseId: string }

export async function readOrder(db: Db, id: string, scope: Scope): Promise<OrderRow | undefined> {
  const [row] = await db<StoredOrder[]>`
    select ${orderColumns(db)} from orders o where o.id = ${id} and ${within(db, scope)}`
  return row && rowOf(row)
}

/** Some orders by id. */
export async function readOrders(db: Db, ids: readonly string[]): Promise<Map<string, Order>> {
  const rows = await db<{ id: string; view: Order }[]>`
    select id, view from orders where id = any(${[...ids]})`
  return new Map(rows.map(({ id, view }) => [id, view]))
}

function within(db: Db, scope: Scope) {
  if ('all' in scope) return db`true`
  if ('customerId' in scope) return db`o.customer_id = ${scope.customerId}`
  const mine =
    'merchantId' in scope
      ? db`m.merchant_id = ${scope.merchantId}`
      : db`m.warehouse_id = ${scope.warehouseId}`
  return db`exists (select from order_merchants m where m.order_id = o.id and ${mine})`
}

export type OrderFilter = { status?: OrderStatus; needsAttention?: boolean }
/** The last order of the page before, as `placedAt` and id. */
export type OrderCursor = { placedAt: string; id: string }

/** A page of orders, newest first. */
export async function listOrders(
  db: Db,
  {
    scope,
    filter,
    cursor,
    limit,
  }: { scope: Scope; filter: OrderFilter; cursor?: OrderCursor; limit: number },
): Promise<OrderRow[]> {
  const rows = await db<StoredOrder[]>`
    select ${orderColumns(db)} from orders o
    where ${within(db, scope)}
      ${filter.status === undefined ? db`` : db`and status = ${filter.status}`}
      ${filter.needsAttention === undefined ? db`` : db`and needs_attention = ${filter.needsAttention}`}
      ${cursor === undefined ? db`` : db`and (placed_at, id) < (${cursor.placedAt}, ${cursor.id})`}
    order by placed_at desc, id desc limit ${limit}`
  return rows.map(rowOf)
}

export type TimelineRow = OrderEvent & { seq: number; recordedAt: string }

/** An order's public timeline from `after`, without gaps. */
export async function readTimeline(
  db: Db,
  { orderId, after, limit }: { orderId: string; after: number; limit: number },
): Promise<TimelineRow[]> {
  const rows = await db<
    (Omit<TimelineRow, 'at' | 'recordedAt'> & { at: Date; recordedAt: Date })[]
  >`
    select seq, type, at, data, recorded_at as "recordedAt" from events
    where order_id = ${orderId} and seq > ${after} order by seq limit ${limit}`
  return rows.map(
    (row) =>
      ({
        ...row,
        at: row.at.toISOString(),
        recordedAt: row.recordedAt.toISOString(),
      }) as TimelineRow,
  )
}
