import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { putMemberTier, readMemberTier } from '../db/customer.ts'
import { access } from './access.ts'
import { body, json, problems } from './answer.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import { MEMBER } from './examples.promotion.ts'
import { id } from './input.ts'
import { ApiProblem } from './problem.ts'

const memberTier = id.nullable().openapi({ description: 'as promotions name it; null for none' })
const customer = z.object({ id: z.string(), memberTier }).openapi('Customer')
const ofCustomer = z.object({
  id: id.openapi({ description: 'the customer’s id', example: MEMBER.id }),
})

/** Who is a member, and of which tier. */
export function customerRoutes(parts: ApiParts) {
  const read = createRoute({
    ...access(parts, 'readCustomer'),
    method: 'get',
    path: '/v1/customers/{id}',
    tags: ['Promotions'],
    summary: 'A customer’s member tier',
    description: 'A customer reads its own. Who was never told of is no member.',
    request: { params: ofCustomer },
    responses: { 200: json(customer, 'As it stands', MEMBER), ...problems('readCustomer') },
  })
  const put = createRoute({
    ...access(parts, 'putCustomer'),
    method: 'put',
    path: '/v1/customers/{id}',
    tags: ['Promotions'],
    summary: 'Make a customer a member of a tier, or of none',
    request: {
      params: ofCustomer,
      body: body(z.strictObject({ memberTier }), { memberTier: MEMBER.memberTier }),
    },
    responses: { 200: json(customer, 'Done', MEMBER), ...problems('putCustomer') },
  })
  return new OpenAPIHono<ApiEnv>()
    .openapi(read, async (c) => {
      const { id: customerId } = c.req.valid('param')
      const { scope } = c.get('actor')
      const isOther = 'customerId' in scope && scope.customerId !== customerId
      if (isOther) throw new ApiProblem('FORBIDDEN')
      const tier = await readMemberTier(parts.db, customerId)
      return c.json({ id: customerId, memberTier: tier ?? null }, 200)
    })
    .openapi(put, async (c) => {
      const { id: customerId } = c.req.valid('param')
      const { memberTier: tier } = c.req.valid('json')
      await putMemberTier(parts.db, { customerId, memberTier: tier })
      return c.json({ id: customerId, memberTier: tier }, 200)
    })
}
