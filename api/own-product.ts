import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { readCategories } from '../db/category.ts'
import { listIncomplete, listOwnProducts, readOwnProduct } from '../db/own-product.ts'
import type { ProductRecord } from '../db/product-index.ts'
import { access } from './access.ts'
import { json, page, problems } from './answer.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import { PRODUCT_RECORD, QUALITY } from './examples.catalogue.ts'
import { cursor, cursorOf, id, limit, optional, parameters } from './input.ts'
import { ApiProblem } from './problem.ts'
import {
  qualityShape,
  qualityView,
  recordShape,
  recordView,
  skuOf,
  WHOLE,
} from './product-facts.ts'

/** At this share of completeness a product says enough. */
const ENOUGH = 0.8

const merchant = optional(
  id.openapi({ description: 'for staff: one merchant’s only', example: 'aurora' }),
)
const active = optional(
  z
    .enum(['true', 'false'])
    .transform((word) => word === 'true')
    .openapi({ description: 'those for sale, or those taken off', example: 'true' }),
)
const below = z.coerce
  .number()
  .min(0)
  .max(1)
  .default(ENOUGH)
  .openapi({ type: 'number', description: 'completeness, 0 to 1', example: ENOUGH })

/** A merchant's products as they are, for sale or not. */
export function ownProductRoutes(parts: ApiParts) {
  const list = createRoute({
    ...access(parts, 'listOwnProducts'),
    method: 'get',
    path: '/v1/catalog/products',
    tags: ['Products'],
    summary: 'Products with all that their merchants say of them',
    description: 'A merchant’s own, staff see all; by SKU, whether they are for sale or not.',
    request: { query: parameters({ merchant, active, limit, cursor: optional(cursor(id)) }) },
    responses: {
      200: json(page(recordShape), 'A page', { items: [PRODUCT_RECORD], next: null }),
      ...problems('listOwnProducts'),
    },
  })
  const read = createRoute({
    ...access(parts, 'readOwnProduct'),
    method: 'get',
    path: '/v1/catalog/products/{sku}',
    tags: ['Products'],
    summary: 'A product as its merchant may send it back',
    request: { params: skuOf },
    responses: {
      200: json(recordShape, 'The product', PRODUCT_RECORD),
      ...problems('readOwnProduct'),
    },
  })
  return new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => {
      const { merchant: named, active, limit: size, cursor: after } = c.req.valid('query')
      const filter = { merchantId: sightOf(c, named), active, after, limit: size + 1 }
      const found = await listOwnProducts(parts.db, filter)
      const next = nextOf(found, size, ({ sku }) => sku)
      const tree = await readCategories(parts.db)
      return c.json({ items: found.slice(0, size).map((one) => recordView(one, tree)), next }, 200)
    })
    .openapi(read, async (c) => {
      const { sku } = c.req.valid('param')
      const isId = id.safeParse(sku).success
      const found = isId
        ? await readOwnProduct(parts.db, { sku, merchantId: sightOf(c, undefined) })
        : undefined
      if (found === undefined) throw new ApiProblem('UNKNOWN_PRODUCT')
      return c.json(recordView(found, await readCategories(parts.db)), 200)
    })
}

/** What products lack. */
export function qualityRoutes(parts: ApiParts) {
  const quality = createRoute({
    ...access(parts, 'listQuality'),
    method: 'get',
    path: '/v1/catalog/quality',
    tags: ['Products'],
    summary: 'Products that say too little, the least complete first',
    request: {
      query: parameters({
        ...{ merchant, below, limit },
        cursor: optional(cursor(z.object({ completeness: z.int().min(0).max(WHOLE), sku: id }))),
      }),
    },
    responses: { 200: json(page(qualityShape), 'A page', QUALITY), ...problems('listQuality') },
  })
  return new OpenAPIHono<ApiEnv>().openapi(quality, async (c) => {
    const { merchant: named, below, limit: size, cursor: after } = c.req.valid('query')
    const found = await listIncomplete(parts.db, {
      ...{ merchantId: sightOf(c, named), below: scoreOf(below), after, limit: size + 1 },
    })
    const next = nextOf(found, size, ({ completeness, sku }) => ({ completeness, sku }))
    const tree = await readCategories(parts.db)
    return c.json({ items: found.slice(0, size).map((one) => qualityView(one, tree)), next }, 200)
  })
}

/** The lowest score that isn't below a share; decimals that a share has no exact binary form for don't count. */
const scoreOf = (share: number) => Math.ceil(Number((share * WHOLE).toFixed(6)))

/** Whose products someone sees; null: everyone's. */
function sightOf(c: Context<ApiEnv>, named: string | undefined): string | null {
  const { scope } = c.get('actor')
  return 'merchantId' in scope ? scope.merchantId : (named ?? null)
}

function nextOf(
  found: readonly ProductRecord[],
  size: number,
  placeOf: (last: ProductRecord) => unknown,
): string | null {
  const last = found[size - 1]
  return found.length > size && last !== undefined ? cursorOf(placeOf(last)) : null
}
