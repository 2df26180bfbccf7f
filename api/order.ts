import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { readLedger } from '../db/ledger.ts'
import { listOrders, readTimeline } from '../db/order.ts'
import type { OrderCursor, OrderFilter, OrderRow } from '../db/order.ts'
import { readSteps } from '../db/payment-step.ts'
import { readScans } from '../db/shipping.ts'
import type { Order } from '../domain/order.ts'
import { ORDER_STATUSES } from '../domain/status.ts'
import * as messages from '../workflows/messages.ts'
import { access } from './access.ts'
import { json, optionalBody, page, problems } from './answer.ts'
import { orderNow } from './clock.ts'
import { answerCommand, commandAnswers, loadOrder, unheard } from './command.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import { LEDGER, ORDER, ORDER_ROWS, TIMELINE, TOKEN } from './examples.ts'
import { cursor, cursorOf, id, idempotent, limit, ofOrder, optional, parameters } from './input.ts'
import { ApiProblem } from './problem.ts'
import { entryShape, orderRowShape, orderShape } from './shapes.ts'
import { timelineView } from './timeline.ts'
import { orderRowView, orderView, sightOf } from './view.ts'

/** Entries of a timeline per page; a whole ordinary order has about thirty. */
const TIMELINE_PAGE = 100
/** Above any number of events that an order's limits allow. */
export const LAST_SEQ = 100_000

export const timelineQuery = parameters({
  after: z.coerce
    .number()
    .int()
    .min(0)
    .max(LAST_SEQ)
    .default(0)
    .openapi({ type: 'integer', description: 'entries above this `seq` only', example: 0 }),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(TIMELINE_PAGE)
    .default(TIMELINE_PAGE)
    .openapi({ type: 'integer', description: 'entries per page', example: TIMELINE_PAGE }),
  token: optional(
    z.string().openapi({ description: 'of a link, in place of a key', example: TOKEN }),
  ),
})

const place = z.object({ placedAt: z.iso.datetime(), id })
const listQuery = parameters({
  status: optional(
    z.enum(ORDER_STATUSES).openapi({ description: 'in this status only', example: 'picking' }),
  ),
  needsAttention: optional(
    z
      .enum(['true', 'false'])
      .transform((value) => value === 'true')
      .openapi({
        description: 'with open tasks, or without; for the platform’s own people',
        example: 'true',
      }),
  ),
  limit,
  cursor: optional(cursor(place)),
})

const ledgerRow = z.object({
  kind: z.string(),
  at: z.string(),
  account: z.string(),
  side: z.enum(['D', 'C']),
  amount: z.int(),
  currency: z.string(),
  merchantId: z.string().optional(),
})

/** Orders as they stand in the read model, which no stopped worker takes away. */
export function orderRoutes(parts: ApiParts) {
  const list = createRoute({
    ...access(parts, 'listOrders'),
    method: 'get',
    path: '/v1/orders',
    tags: ['Orders'],
    summary: 'The orders that are yours to see, newest first',
    request: { query: listQuery },
    responses: { 200: json(page(orderRowShape), 'A page', ORDER_ROWS), ...problems('listOrders') },
  })
  const read = createRoute({
    ...access(parts, 'readOrder'),
    method: 'get',
    path: '/v1/orders/{id}',
    tags: ['Orders'],
    summary: 'One order as it stands',
    description:
      'From the read model, true at `asOf`; needs no worker. Merchants and warehouses see their own part; fields that ' +
      'are none of their business are left out.',
    request: { params: ofOrder },
    responses: { 200: json(orderShape, 'The order', ORDER), ...problems('readOrder') },
  })
  const timeline = createRoute({
    ...access(parts, 'readTimeline'),
    method: 'get',
    path: '/v1/orders/{id}/timeline',
    tags: ['Orders'],
    summary: 'All that happened to an order, in order',
    description:
      'Entries by gapless `seq`, each with the status after it. An empty page says that nothing more has happened.',
    request: { params: ofOrder, query: timelineQuery },
    responses: {
      200: json(z.object({ items: z.array(entryShape) }), 'A page', TIMELINE),
      ...problems('readTimeline'),
    },
  })
  return new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => c.json(await listView(c, parts, c.req.valid('query')), 200))
    .openapi(read, async (c) => {
      return c.json(await viewOf(c, parts, await loadOrder(c, parts)), 200)
    })
    .openapi(timeline, async (c) => {
      const { order } = await loadOrder(c, parts)
      const { after, limit: size } = c.req.valid('query')
      // From the first event on, because status is a fold; an order's limits keep this small.
      const rows = await readTimeline(parts.db, {
        orderId: order.id,
        after: 0,
        limit: after + size,
      })
      const items = timelineView(rows, { after, sight: sightOf(c.get('actor')) })
      return c.json({ items }, 200)
    })
}

type ListQuery = OrderFilter & { limit: number; cursor?: OrderCursor }

async function listView(
  c: Context<ApiEnv>,
  { db }: ApiParts,
  { limit: size, cursor: after, ...filter }: ListQuery,
) {
  const sight = sightOf(c.get('actor'))
  if (filter.needsAttention !== undefined && !sight.staff) throw new ApiProblem('FORBIDDEN')
  const rows = await listOrders(db, {
    scope: sight.scope,
    filter,
    limit: size + 1,
    ...(after !== undefined && { cursor: after }),
  })
  const last = rows[size - 1]?.order
  const more = rows.length > size && last !== undefined
  return {
    items: rows.slice(0, size).map((row) => orderRowView(row, sight)),
    next: more ? cursorOf({ placedAt: last.placedAt, id: last.id }) : null,
  }
}

async function viewOf(c: Context<ApiEnv>, parts: ApiParts, row: OrderRow) {
  const { db, settings, keys } = parts
  const links = { publicUrl: settings.publicUrl, linkKey: keys.linkKey }
  const [scans, asked] = await Promise.all([
    readScans(db, row.order.id),
    readSteps(db, keys.vaultKey, row.order.id),
  ])
  const now = orderNow(parts, row).toISOString()
  return orderView(row.order, {
    ...{ sight: sightOf(c.get('actor')), links, scans, asked },
    ...{ asOf: row.updatedAt, now, locale: c.get('locale') },
  })
}

/** What only the platform's own people look into. */
export function inspectionRoutes(parts: ApiParts) {
  const live = createRoute({
    ...access(parts, 'readLive'),
    method: 'get',
    path: '/v1/orders/{id}/live',
    tags: ['Orders'],
    summary: 'One order as its workflow sees it; needs a worker',
    request: { params: ofOrder },
    responses: { 200: json(orderShape, 'The order', ORDER), ...problems('readLive') },
  })
  const ledger = createRoute({
    ...access(parts, 'readLedger'),
    method: 'get',
    path: '/v1/orders/{id}/ledger',
    tags: ['Payments'],
    summary: 'What an order posted, as double entries',
    request: { params: ofOrder },
    responses: {
      200: json(z.object({ items: z.array(ledgerRow) }), 'Entries', LEDGER),
      ...problems('readLedger'),
    },
  })
  return new OpenAPIHono<ApiEnv>()
    .openapi(live, async (c) => {
      const row = await loadOrder(c, parts)
      const state = await askWorkflow(parts, row.order.id)
      const updatedAt = parts.now().toISOString()
      return c.json(await viewOf(c, parts, { ...row, order: state, updatedAt }), 200)
    })
    .openapi(ledger, async (c) => {
      const { order } = await loadOrder(c, parts)
      return c.json({ items: await readLedger(parts.db, order.id) }, 200)
    })
}

async function askWorkflow(parts: ApiParts, orderId: string): Promise<Order> {
  try {
    return await parts.client.state(orderId)
  } catch (error) {
    const reason = error instanceof Error ? error.name : 'unknown'
    if (reason === 'WorkflowNotFoundError') throw await unheard(parts, orderId)
    parts.log.warn({ orderId, reason }, 'no worker answered for an order')
    throw new ApiProblem('WORKER_AWAY')
  }
}

/** The customer's last word on an order. */
export function receiptRoutes(parts: ApiParts) {
  const confirmReceipt = createRoute({
    ...access(parts, 'confirmReceipt'),
    method: 'post',
    path: '/v1/orders/{id}/confirm-receipt',
    tags: ['Orders'],
    summary: 'The customer has the goods and is content',
    request: { params: ofOrder, headers: idempotent, body: optionalBody(z.strictObject({}), {}) },
    responses: commandAnswers('confirmReceipt'),
  })
  return new OpenAPIHono<ApiEnv>().openapi(confirmReceipt, async (c) => {
    const { order } = await loadOrder(c, parts)
    return answerCommand(c, parts, {
      ...{ operation: 'confirmReceipt', orderId: order.id, body: {} },
      update: messages.confirmReceiptUpdate,
      args: [],
    })
  })
}
