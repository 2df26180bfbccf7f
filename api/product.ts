import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { readCategories } from '../db/category.ts'
import { transact } from '../db/connection.ts'
import { putProducts } from '../db/product.ts'
import { access } from './access.ts'
import { body, json, problems } from './answer.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import { PRODUCT_RECORD, PRODUCT_REQUEST } from './examples.catalogue.ts'
import { id, optional } from './input.ts'
import { ApiProblem } from './problem.ts'
import type { FieldError } from './problem.ts'
import { productFacts, proposalOf, recordShape, recordView } from './product-facts.ts'

const sent = productFacts.extend({
  version: optional(
    z.int().min(1).openapi({ description: 'for a change: the version that it was made from' }),
  ),
  merchantId: optional(
    id.openapi({ description: 'whose it is; a merchant’s key speaks for itself' }),
  ),
})

/** What merchants say of what they sell. */
export function productRoutes(parts: ApiParts) {
  const put = createRoute({
    ...access(parts, 'putProduct'),
    method: 'put',
    path: '/v1/products/{sku}',
    tags: ['Products'],
    summary: 'Make or change a product',
    description:
      'All of it: what is left out is as for a new one. A change carries the `version` that it was made from. ' +
      'Orders keep the name and price that they were placed with.',
    request: {
      params: z.object({
        sku: id.openapi({ description: 'the product’s SKU', example: 'TEA-WHITE-50' }),
      }),
      body: body(sent, PRODUCT_REQUEST),
    },
    responses: {
      200: json(recordShape, 'Changed, or as it was', PRODUCT_RECORD),
      201: json(recordShape, 'Made', PRODUCT_RECORD),
      ...problems('putProduct'),
    },
  })
  return new OpenAPIHono<ApiEnv>().openapi(put, async (c) => {
    const { sku } = c.req.valid('param')
    const { version, merchantId: named, ...facts } = c.req.valid('json')
    const merchantId = merchantOf(c, named)
    const wish = { sku, basis: version, propose: () => proposalOf(facts) }
    const [done] = await transact(parts.db, (tx) => putProducts<never>(tx, merchantId, [wish]))
    if (done === undefined) throw new Error('a wish is answered')
    if (done.outcome === 'refused') throw refusal(done.problems)
    const view = recordView(done.product, await readCategories(parts.db))
    return done.outcome === 'created' ? c.json(view, 201) : c.json(view, 200)
  })
}

/** A merchant's key writes its own products, an admin's those of whom it names. */
function merchantOf(c: Context<ApiEnv>, named: string | undefined): string {
  const { scope } = c.get('actor')
  const own = 'merchantId' in scope ? scope.merchantId : undefined
  if (own !== undefined && named !== undefined && named !== own) {
    throw refusal([{ path: '/merchantId', code: 'MERCHANT_NOT_YOURS' }])
  }
  const merchantId = own ?? named
  if (merchantId !== undefined) return merchantId
  throw new ApiProblem('INPUT_INVALID', [{ path: '/merchantId', code: 'REQUIRED' }])
}

function refusal(errors: readonly FieldError[]): ApiProblem {
  const [code, ...others] = new Set(errors.map((error) => error.code))
  return new ApiProblem(others.length === 0 && code ? code : 'INPUT_INVALID', errors)
}
