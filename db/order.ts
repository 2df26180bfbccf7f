import type { OrderEvent } from '../domain/events.ts'
import { owesEffects } from '../domain/lifecycle.ts'
import type { Order } from '../domain/order.ts'
import { statusesOf } from '../domain/status.ts'
import type { OrderStatus } from '../domain/status.ts'
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
  await tx`insert into orders ${tx(row)}`
  const pairs = new Map(order.fulfillments.map((f) => [`${f.merchantId}/${f.warehouseId}`, f]))
  const rows = [...pairs.values()].map(({ merchantId, warehouseId }) => ({
    order_id: order.id,
    merchant_id: merchantId,
    warehouse_id: warehouseId,
    placed_at: order.placedAt,
  }))
  await tx`insert into order_merchants ${tx(rows)}`
}

export async function updateOrder(tx: Tx, order: Order, end: LogEnd): Promise<void> {
  await tx`update orders set ${tx(columns(tx, order, end))} where id = ${order.id}`
}

/** An order as read, how far its log goes, and the moment it was true. */
export type OrderRow = { order: Order; streamSeq: number; updatedAt: string }

/** Whose orders a principal may see: everything, or what is theirs. Other people's orders don't exist for them. */
export type Scope =
  | { all: true }
  | { customerId: string }
  | { merchantId: string }
  | { warehouseId: string }

export async function readOrder(db: Db, id: string, scope: Scope): Promise<OrderRow | undefined> {
  const [row] = await db<{ view: Order; streamSeq: number; updatedAt: Date }[]>`
    select view, stream_seq as "streamSeq", updated_at as "updatedAt" from orders o
    where o.id = ${id} and ${within(db, scope)}`
  return (
    row && { order: row.view, streamSeq: row.streamSeq, updatedAt: row.updatedAt.toISOString() }
  )
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
  const rows = await db<{ view: Order; streamSeq: number; updatedAt: Date }[]>`
    select view, stream_seq as "streamSeq", updated_at as "updatedAt" from orders o
    where ${within(db, scope)}
      ${filter.status === undefined ? db`` : db`and status = ${filter.status}`}
      ${filter.needsAttention === undefined ? db`` : db`and needs_attention = ${filter.needsAttention}`}
      ${cursor === undefined ? db`` : db`and (placed_at, id) < (${cursor.placedAt}, ${cursor.id})`}
    order by placed_at desc, id desc limit ${limit}`
  return rows.map(({ view, streamSeq, updatedAt }) => ({
    order: view,
    streamSeq,
    updatedAt: updatedAt.toISOString(),
  }))
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
