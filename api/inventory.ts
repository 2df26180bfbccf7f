import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { transact } from '../db/connection.ts'
import { listStock, listStockChanges, readStock, setStock } from '../db/stock.ts'
import type { StockSettings } from '../db/stock.ts'
import { STOCK_CHANGES } from '../domain/replenishment.ts'
import { access } from './access.ts'
import { body, json, page, problems } from './answer.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import * as examples from './examples.inventory.ts'
import { cursor, cursorOf, id, limit, optional, parameters } from './input.ts'
import { ApiProblem } from './problem.ts'

/** Units of one shelf: more than any building holds, and sums of hundreds of shelves still fit where the database counts them. */
export const MOST_UNITS = 10_000_000
/** As many as the table takes; more rows than cores that sell from them help nobody. */
const MOST_ALLOTMENTS = 64

const units = z.int().min(0).max(MOST_UNITS)
const level = optional(units.nullable())

const settings = z
  .strictObject({
    safety: units.default(0).openapi({ description: 'units that are never sold' }),
    warningLevel: level.openapi({ description: 'at so few free units, more are asked for' }),
    targetLevel: level.openapi({ description: 'up to how many; above the warning level' }),
    supplierId: optional(id.nullable().openapi({ description: 'who delivers it' })),
    allotments: z.int().min(0).max(MOST_ALLOTMENTS).default(0).openapi({
      description: 'for a SKU that everyone wants at once: handed out from so many rows',
    }),
  })
  .refine(hasTarget, { path: ['targetLevel'], message: 'VALUE_INVALID' })

/** Asking for more needs to know until when. */
function hasTarget({ warningLevel, targetLevel }: { warningLevel?: Level; targetLevel?: Level }) {
  if (typeof warningLevel !== 'number') return typeof targetLevel !== 'number'
  return typeof targetLevel === 'number' && targetLevel > warningLevel
}
type Level = number | null

const stockShape = z
  .object({
    ...{ sku: z.string(), warehouseId: z.string(), merchantId: z.string(), onHand: z.int() },
    reserved: z.int().openapi({ description: 'promised to orders' }),
    missing: z.int().openapi({
      description: 'of these, not there by the last count; whatever comes pays for them first',
    }),
    free: z.int().openapi({
      description:
        'can be promised: on hand, less reserved, less safety; below zero while units are missing, or of the safety are promised',
    }),
    waiting: z.int().openapi({ description: 'promised to orders, and not there yet' }),
    ...{ safety: z.int(), warningLevel: z.int().nullable(), targetLevel: z.int().nullable() },
    ...{ supplierId: z.string().nullable(), allotments: z.int() },
  })
  .openapi('Stock')
export type StockView = z.infer<typeof stockShape>

export const changeShape = z
  .object({
    ...{ id: z.int(), sku: z.string(), warehouseId: z.string(), kind: z.enum(STOCK_CHANGES) },
    reason: z.string(),
    reference: z.string().openapi({
      description:
        'id of the request, of the purchase request, or source and version of the snapshot',
    }),
    ...{ before: z.int(), after: z.int() },
    short: z.int().openapi({ description: 'units that are promised and not there' }),
    actor: z.string().openapi({ description: 'id of the key that asked' }),
    at: z.string(),
  })
  .openapi('StockChange')
export type StockChangeView = z.infer<typeof changeShape>

export const ofShelf = {
  sku: optional(id.openapi({ description: 'of this SKU only', example: examples.PLACE.sku })),
  warehouseId: optional(
    id.openapi({ description: 'of this warehouse only', example: examples.PLACE.warehouse }),
  ),
}
const stockQuery = parameters({
  ...ofShelf,
  merchantId: optional(
    id.openapi({ description: 'of this merchant only', example: examples.MERCHANT_ID }),
  ),
  limit,
  cursor: optional(cursor(z.object({ sku: id, warehouseId: id }))),
})
const changeQuery = parameters({ ...ofShelf, limit, cursor: optional(cursor(z.int().min(0))) })

const params = z.object({
  sku: z.string().openapi({ description: 'the SKU', example: examples.PLACE.sku }),
  warehouse: z
    .string()
    .openapi({ description: 'the warehouse’s id', example: examples.PLACE.warehouse }),
})

/** What lies where, and what changed that beside orders. */
export function inventoryRoutes(parts: ApiParts) {
  const list = createRoute({
    ...access(parts, 'listStock'),
    method: 'get',
    path: '/v1/stock',
    tags: ['Inventory'],
    summary: 'Stock that is yours to see, by SKU and warehouse',
    request: { query: stockQuery },
    responses: {
      200: json(page(stockShape), 'A page', examples.STOCK_PAGE),
      ...problems('listStock'),
    },
  })
  const changes = createRoute({
    ...access(parts, 'listStockChanges'),
    method: 'get',
    path: '/v1/stock/changes',
    tags: ['Inventory'],
    summary: 'Who changed what is on hand, and why; newest first',
    description:
      'Everything but orders: adjustments, counts, goods received, snapshots of outside systems.',
    request: { query: changeQuery },
    responses: {
      200: json(page(changeShape), 'A page', examples.STOCK_CHANGES),
      ...problems('listStockChanges'),
    },
  })
  return new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => {
      const { limit: size, cursor: after, ...filter } = c.req.valid('query')
      const { scope } = c.get('actor')
      const found = await listStock(parts.db, { scope, filter, after, limit: size + 1 })
      const last = found[size - 1]
      const isMore = found.length > size && last !== undefined
      const next = isMore ? cursorOf({ sku: last.sku, warehouseId: last.warehouseId }) : null
      return c.json({ items: found.slice(0, size), next }, 200)
    })
    .openapi(changes, async (c) => {
      const { limit: size, cursor: after, ...filter } = c.req.valid('query')
      const { scope } = c.get('actor')
      const found = await listStockChanges(parts.db, { scope, filter, after, limit: size + 1 })
      const last = found[size - 1]
      const next = found.length > size && last !== undefined ? cursorOf(last.id) : null
      return c.json({ items: found.slice(0, size), next }, 200)
    })
}

/** How a shelf is kept. */
export function shelfRoutes(parts: ApiParts) {
  const put = createRoute({
    ...access(parts, 'putStock'),
    method: 'put',
    path: '/v1/stock/{sku}/{warehouse}',
    tags: ['Inventory'],
    summary: 'Have a warehouse keep a SKU, or say anew how',
    description:
      'SKU and warehouse are of one merchant. Nothing is on hand of a new one; what is left out of the body is set to none.',
    request: { params, body: body(settings, examples.STOCK_SETTINGS) },
    responses: { 200: json(stockShape, 'Its stock', examples.STOCK), ...problems('putStock') },
  })
  return new OpenAPIHono<ApiEnv>().openapi(put, async (c) => {
    const { sku, warehouse: warehouseId } = c.req.valid('param')
    const { scope } = c.get('actor')
    const place = { sku, warehouseId }
    const isNamed = [sku, warehouseId].every((asked) => id.safeParse(asked).success)
    if (!isNamed) throw new ApiProblem('UNKNOWN_STOCK')
    const wanted = settingsOf(c.req.valid('json'))
    const stock = await transact(parts.db, async (tx) => {
      const outcome = await setStock(tx, { place, scope, settings: wanted })
      if (outcome === 'no_supplier') {
        throw new ApiProblem('INPUT_INVALID', [{ path: '/supplierId', code: 'UNKNOWN_SUPPLIER' }])
      }
      return outcome === 'set' ? readStock(tx, place, scope) : undefined
    })
    if (stock === undefined) throw new ApiProblem('UNKNOWN_STOCK')
    void parts.relay.restock()
    return c.json(stock, 200)
  })
}

function settingsOf({
  warningLevel = null,
  targetLevel = null,
  supplierId = null,
  ...rest
}: z.infer<typeof settings>): StockSettings {
  return { warningLevel, targetLevel, supplierId, ...rest }
}
