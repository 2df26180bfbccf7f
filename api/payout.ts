import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Tx } from '../db/connection.ts'
import { approvePayout, confirmPayout, failPayout, findPayout, listPayouts } from '../db/payout.ts'
import type { PayoutRefusal, PayoutRow } from '../db/payout.ts'
import { PAYOUT_FAILURES, PAYOUT_LIMIT, PAYOUT_STATUSES } from '../domain/settlement.ts'
import { access } from './access.ts'
import { body, json, optionalBody, page, problems, REPLAYED } from './answer.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import * as examples from './examples.settlement.ts'
import { pageOf } from './finance.ts'
import { cursor, foreignId, id, idempotent, instant, limit, optional, parameters } from './input.ts'
import { once } from './once.ts'
import { ApiProblem } from './problem.ts'
import { ownMerchant } from './settlement.ts'

const payout = z
  .object({
    id: z.string().openapi({ description: 'that of the statement which it pays' }),
    ...{ merchantId: z.string(), currency: z.string(), amount: z.int() },
    status: z
      .enum(PAYOUT_STATUSES)
      .openapi({ description: '`failed`: the money comes with the merchant’s next payout' }),
    approvedBy: z.string().nullable().openapi({ description: 'the first of two people' }),
    decidedBy: z.string().nullable(),
    decidedAt: z.string().nullable(),
    reference: z.string().nullable().openapi({ description: 'the bank’s' }),
    failure: z.enum(PAYOUT_FAILURES).nullable(),
    createdAt: z.string(),
  })
  .openapi('Payout')
export type PayoutView = z.infer<typeof payout>

const params = z.object({
  id: z.string().openapi({ description: 'the payout’s id', example: examples.SETTLEMENT.id }),
})
const query = parameters({
  merchant: optional(
    id.openapi({ description: 'to this merchant only', example: examples.MERCHANT_ID }),
  ),
  status: optional(
    z.enum(PAYOUT_STATUSES).openapi({ description: 'in this status only', example: 'due' }),
  ),
  limit,
  cursor: optional(cursor(z.object({ createdAt: instant, id: z.string().max(100) }))),
})
const nothing = optionalBody(z.strictObject({}), {})
const confirmation = z.strictObject({ reference: foreignId })
const failing = z.strictObject({ failure: z.enum(PAYOUT_FAILURES) })

/** What merchants are paid. */
export function payoutRoutes(parts: ApiParts) {
  const list = createRoute({
    ...access(parts, 'listPayouts'),
    method: 'get',
    path: '/v1/finance/payouts',
    tags: ['Settlement'],
    summary: 'Payouts that are yours to see, newest first',
    request: { query },
    responses: { 200: json(page(payout), 'A page', examples.PAYOUTS), ...problems('listPayouts') },
  })
  const read = createRoute({
    ...access(parts, 'readPayout'),
    method: 'get',
    path: '/v1/finance/payouts/{id}',
    tags: ['Settlement'],
    summary: 'One payout',
    request: { params },
    responses: { 200: json(payout, 'It', examples.PAYOUT), ...problems('readPayout') },
  })
  return new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => {
      const { limit: size, cursor: after, merchant, status } = c.req.valid('query')
      const own = ownMerchant(c)
      const isForeign = own !== undefined && merchant !== undefined && own !== merchant
      const wanted = { merchantId: own ?? merchant, status, after, limit: size + 1 }
      const found = isForeign ? [] : await listPayouts(parts.db, wanted)
      const placeOf = (last: PayoutRow) => ({ createdAt: last.createdAt, id: last.id })
      return c.json(pageOf(found, size, placeOf), 200)
    })
    .openapi(read, async (c) => c.json(await loadPayout(c, parts), 200))
}

/** How they are decided on. */
export function payoutChangeRoutes(parts: ApiParts) {
  const approve = createRoute({
    ...access(parts, 'approvePayout'),
    method: 'post',
    path: '/v1/finance/payouts/{id}/approve',
    tags: ['Settlement'],
    summary: 'Stand for a payout, as the first of two people',
    description: 'Needed above the limit only; another one says whether the bank has paid.',
    request: { params, headers: idempotent, body: nothing },
    responses: {
      200: { ...json(payout, 'Approved', examples.PAYOUT), headers: REPLAYED },
      ...problems('approvePayout'),
    },
  })
  const confirm = createRoute({
    ...access(parts, 'confirmPayout'),
    method: 'post',
    path: '/v1/finance/payouts/{id}/confirm',
    tags: ['Settlement'],
    summary: 'The bank has paid',
    request: { params, headers: idempotent, body: body(confirmation, examples.CONFIRMATION) },
    responses: {
      200: { ...json(payout, 'Paid', examples.PAYOUT), headers: REPLAYED },
      ...problems('confirmPayout'),
    },
  })
  const fail = createRoute({
    ...access(parts, 'failPayout'),
    method: 'post',
    path: '/v1/finance/payouts/{id}/fail',
    tags: ['Settlement'],
    summary: 'The bank has not paid, and won’t',
    description:
      'The money is available again, and comes with the merchant’s next payout. Above the limit it takes two people.',
    request: { params, headers: idempotent, body: body(failing, examples.FAILING) },
    responses: {
      200: { ...json(payout, 'Given up', examples.PAYOUT_FAILED), headers: REPLAYED },
      ...problems('failPayout'),
    },
  })
  const terms = () => ({
    at: parts.now().toISOString(),
    limit: parts.settings.payoutLimit ?? PAYOUT_LIMIT,
  })
  return new OpenAPIHono<ApiEnv>()
    .openapi(approve, async (c) =>
      c.json(await change(c, parts, { body: {}, make: (tx, who) => approvePayout(tx, who) }), 200),
    )
    .openapi(confirm, async (c) => {
      const input = c.req.valid('json')
      const make: Change['make'] = (tx, who) => confirmPayout(tx, { ...who, ...input, ...terms() })
      return c.json(await change(c, parts, { body: input, make }), 200)
    })
    .openapi(fail, async (c) => {
      const input = c.req.valid('json')
      const make: Change['make'] = (tx, who) => failPayout(tx, { ...who, ...input, ...terms() })
      return c.json(await change(c, parts, { body: input, make }), 200)
    })
}

type Change = {
  body: object
  make: (tx: Tx, who: { id: string; by: string }) => Promise<PayoutRefusal | undefined>
}

async function change(c: Context<ApiEnv>, parts: ApiParts, { body: input, make }: Change) {
  const { id: asked } = await loadPayout(c, parts)
  await once(c, parts, {
    body: input,
    make: async (tx) => {
      const refusal = await make(tx, { id: asked, by: c.get('actor').id })
      if (refusal !== undefined) throw new ApiProblem(refusal)
    },
  })
  return loadPayout(c, parts)
}

async function loadPayout(c: Context<ApiEnv>, { db }: ApiParts): Promise<PayoutRow> {
  const found = await findPayout(db, c.req.param('id') ?? '', ownMerchant(c))
  if (found === undefined) throw new ApiProblem('UNKNOWN_PAYOUT')
  return found
}
