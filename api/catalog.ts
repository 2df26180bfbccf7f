import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { listProducts } from '../db/catalog.ts'
import type { CatalogueEntry } from '../db/catalog.ts'
import { access } from './access.ts'
import { json, page, problems } from './answer.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import { PRODUCTS } from './examples.ts'
import { cursor, cursorOf, id, limit, line, optional } from './input.ts'

const product = z
  .object({
    sku: z.string(),
    merchantId: z.string(),
    merchantName: z.string(),
    name: z.string(),
    price: z.int().openapi({ description: 'minor units' }),
    currency: z.string(),
    image: z.string().nullable(),
    available: z.int(),
    soldOut: z.boolean(),
  })
  .openapi('Product')

const query = z.object({
  q: optional(line().openapi({ description: 'part of a product’s name', example: 'tea' })),
  limit,
  cursor: optional(cursor(z.object({ sku: id }))),
})

export function catalogRoutes(parts: ApiParts) {
  const list = createRoute({
    ...access(parts, 'listProducts'),
    method: 'get',
    path: '/v1/products',
    tags: ['Catalogue'],
    summary: 'What can be bought',
    description: 'All products by SKU, with the units that are still to be had.',
    request: { query },
    responses: { 200: json(page(product), 'A page', PRODUCTS), ...problems('listProducts') },
  })
  return new OpenAPIHono<ApiEnv>().openapi(list, async (c) => {
    const { q, limit: size, cursor: place } = c.req.valid('query')
    const found = await listProducts(parts.db, { q, after: place?.sku, limit: size + 1 })
    const last = found[size - 1]
    const next = found.length > size && last !== undefined ? cursorOf({ sku: last.sku }) : null
    return c.json({ items: found.slice(0, size).map(productView), next }, 200)
  })
}

function productView(entry: CatalogueEntry): z.infer<typeof product> {
  const { sku, merchantId, merchantName, name, price, currency, image, available } = entry
  const soldOut = available <= 0
  return { sku, merchantId, merchantName, name, price, currency, image, available, soldOut }
}
