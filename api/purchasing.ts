import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { cancelPurchase, listPurchases, readPurchase, receiveGoods } from '../db/purchase.ts'
import type { PurchaseRow } from '../db/purchase.ts'
import { keepsStock } from '../db/stock.ts'
import { PURCHASE_STATUSES } from '../domain/replenishment.ts'
import { access } from './access.ts'
import { body, json, optionalBody, page, problems, REPLAYED } from './answer.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import * as examples from './examples.inventory.ts'
import { cursor, cursorOf, id, idempotent, instant, limit, optional, parameters } from './input.ts'
import { ofShelf } from './inventory.ts'
import { once } from './once.ts'
import { ApiProblem } from './problem.ts'

/** Units of one delivery: more than a lorry holds. */
const MOST_RECEIVED = 1_000_000

const purchase = z
  .object({
    ...{ id: z.string(), sku: z.string(), warehouseId: z.string(), merchantId: z.string() },
    supplierId: z.string().nullable(),
    ...{ quantity: z.int(), received: z.int() },
    status: z
      .enum(PURCHASE_STATUSES)
      .openapi({ description: '`sent`: the supplier was told; the last two are final' }),
    requestedAt: z.string(),
    sentAt: z.string().nullable(),
    expectedAt: z.string().nullable(),
    closedAt: z.string().nullable(),
  })
  .openapi('PurchaseRequest')
export type PurchaseView = z.infer<typeof purchase>

const query = parameters({
  ...ofShelf,
  status: optional(
    z.enum(PURCHASE_STATUSES).openapi({ description: 'with this status only', example: 'sent' }),
  ),
  limit,
  cursor: optional(cursor(z.object({ requestedAt: instant, id }))),
})
const params = z.object({
  id: z
    .string()
    .openapi({ description: 'the purchase request’s id', example: examples.PURCHASE_ID }),
})
const receipt = z.strictObject({ quantity: z.int().min(1).max(MOST_RECEIVED) })
const nothing = optionalBody(z.strictObject({}), {})

/** What was asked of suppliers. */
export function purchaseRoutes(parts: ApiParts) {
  const list = createRoute({
    ...access(parts, 'listPurchases'),
    method: 'get',
    path: '/v1/purchase-requests',
    tags: ['Inventory'],
    summary: 'Purchase requests that are yours to see, newest first',
    request: { query },
    responses: {
      200: json(page(purchase), 'A page', examples.PURCHASES),
      ...problems('listPurchases'),
    },
  })
  const read = createRoute({
    ...access(parts, 'readPurchase'),
    method: 'get',
    path: '/v1/purchase-requests/{id}',
    tags: ['Inventory'],
    summary: 'One purchase request',
    request: { params },
    responses: { 200: json(purchase, 'It', examples.PURCHASE), ...problems('readPurchase') },
  })
  return new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => {
      const { limit: size, cursor: place, ...filter } = c.req.valid('query')
      const { scope } = c.get('actor')
      const wanted = { scope, filter, cursor: place, limit: size + 1 }
      const found = await listPurchases(parts.db, wanted)
      const last = found[size - 1]
      const isMore = found.length > size && last !== undefined
      const next = isMore ? cursorOf({ requestedAt: last.requestedAt, id: last.id }) : null
      return c.json({ items: found.slice(0, size), next }, 200)
    })
    .openapi(read, async (c) => c.json(await loadPurchase(c, parts), 200))
}

/** How they end. */
export function purchaseChangeRoutes(parts: ApiParts) {
  const receive = createRoute({
    ...access(parts, 'receivePurchase'),
    method: 'post',
    path: '/v1/purchase-requests/{id}/receipts',
    tags: ['Inventory'],
    summary: 'Goods came, all or some of them',
    description:
      'They are on hand at once; orders that wait get theirs first. With the last unit the request is closed.',
    request: { params, headers: idempotent, body: body(receipt, { quantity: 10 }) },
    responses: {
      200: { ...json(purchase, 'Received', examples.PURCHASE), headers: REPLAYED },
      ...problems('receivePurchase'),
    },
  })
  const cancel = createRoute({
    ...access(parts, 'cancelPurchase'),
    method: 'post',
    path: '/v1/purchase-requests/{id}/cancel',
    tags: ['Inventory'],
    summary: 'Nobody waits for the goods any more',
    description: 'The supplier is not told. Another request opens when stock falls again.',
    request: { params, headers: idempotent, body: nothing },
    responses: {
      200: { ...json(purchase, 'Cancelled', examples.PURCHASE_CANCELLED), headers: REPLAYED },
      ...problems('cancelPurchase'),
    },
  })
  return new OpenAPIHono<ApiEnv>()
    .openapi(receive, async (c) => {
      const asked = await loadPurchase(c, parts)
      const input = c.req.valid('json')
      const { id: actor } = c.get('actor')
      await once(c, parts, {
        body: input,
        make: async (tx) => {
          if (!(await keepsStock(tx, asked))) throw new ApiProblem('BUNDLE_UNSTOCKED')
          const isOpen = await receiveGoods(tx, { purchase: asked, ...input, actor })
          if (!isOpen) throw new ApiProblem('PURCHASE_CLOSED')
        },
      })
      void parts.relay.restock()
      return c.json(await loadPurchase(c, parts), 200)
    })
    .openapi(cancel, async (c) => {
      const { id: asked } = await loadPurchase(c, parts)
      await once(c, parts, {
        body: {},
        make: async (tx) => {
          if (!(await cancelPurchase(tx, asked))) throw new ApiProblem('PURCHASE_CLOSED')
        },
      })
      void parts.relay.restock()
      return c.json(await loadPurchase(c, parts), 200)
    })
}

/** The request that an address names, where it exists for whoever asks. */
async function loadPurchase(c: Context<ApiEnv>, { db }: ApiParts): Promise<PurchaseRow> {
  const asked = c.req.param('id') ?? ''
  const { scope } = c.get('actor')
  const found = id.safeParse(asked).success ? await readPurchase(db, asked, scope) : undefined
  if (found === undefined) throw new ApiProblem('UNKNOWN_PURCHASE')
  return found
}
