import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Tx } from '../db/connection.ts'
import { confirmClaim, rejectClaim } from '../db/remittance.ts'
import type { ClaimDecision } from '../db/remittance.ts'
import { listRemittances, readRemittance } from '../db/remittance-list.ts'
import type { RemittanceRow } from '../db/remittance-list.ts'
import { REMITTANCE_STATUSES } from '../domain/reconciliation.ts'
import { access } from './access.ts'
import { json, optionalBody, page, problems, REPLAYED } from './answer.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import * as examples from './examples.finance.ts'
import { dayOf, remittance } from './finance-remittance.ts'
import { pageOf } from './finance.ts'
import { cursor, id, idempotent, instant, limit, optional, parameters } from './input.ts'
import { once } from './once.ts'
import { ApiProblem } from './problem.ts'

const params = z.object({
  id: z.string().openapi({ description: 'the remittance’s id', example: examples.REMITTANCE.id }),
})
const query = parameters({
  carrier: optional(id.openapi({ description: 'of this carrier only', example: 'express' })),
  status: optional(
    z.enum(REMITTANCE_STATUSES).openapi({ description: 'in this status only', example: 'claimed' }),
  ),
  limit,
  cursor: optional(cursor(z.object({ recordedAt: instant, id }))),
})
const nothing = optionalBody(z.strictObject({}), {})

/** What carriers have told, and what finance makes of their own word. */
export function claimRoutes(parts: ApiParts) {
  const list = createRoute({
    ...access(parts, 'listRemittances'),
    method: 'get',
    path: '/v1/finance/remittances',
    tags: ['Finance'],
    summary: 'Remittances, newest first',
    request: { query },
    responses: {
      200: json(page(remittance), 'A page', examples.REMITTANCES),
      ...problems('listRemittances'),
    },
  })
  const confirm = createRoute({
    ...access(parts, 'confirmRemittance'),
    method: 'post',
    path: '/v1/finance/remittances/{id}/confirm',
    tags: ['Finance'],
    summary: 'The money that a carrier claimed to have paid over has come',
    description:
      'From then on it is as if finance had recorded it: the bank has it, orders are told.',
    request: { params, headers: idempotent, body: nothing },
    responses: {
      200: { ...json(remittance, 'Recorded', examples.CONFIRMED), headers: REPLAYED },
      ...problems('confirmRemittance'),
    },
  })
  const reject = createRoute({
    ...access(parts, 'rejectRemittance'),
    method: 'post',
    path: '/v1/finance/remittances/{id}/reject',
    tags: ['Finance'],
    summary: 'The money that a carrier claimed to have paid over has not come',
    description:
      'Nothing was booked, and nothing is. What comes after all has a reference of its own.',
    request: { params, headers: idempotent, body: nothing },
    responses: {
      200: { ...json(remittance, 'Rejected', examples.REJECTED), headers: REPLAYED },
      ...problems('rejectRemittance'),
    },
  })
  return new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => {
      const { limit: size, cursor: after, ...filter } = c.req.valid('query')
      const found = await listRemittances(parts.db, { ...filter, after, limit: size + 1 })
      const placeOf = (last: RemittanceRow) => ({ recordedAt: last.recordedAt, id: last.id })
      return c.json(pageOf(found, size, placeOf), 200)
    })
    .openapi(confirm, async (c) => c.json(await decided(c, parts, confirmed(parts)), 200))
    .openapi(reject, async (c) => c.json(await decided(c, parts, rejectedBy), 200))
}

type Decide = (tx: Tx, claim: RemittanceRow, decision: ClaimDecision) => Promise<boolean>

const confirmed =
  (parts: ApiParts): Decide =>
  (tx, claim, decision) =>
    confirmClaim(tx, claim.id, { ...decision, day: dayOf(parts, claim) })

const rejectedBy: Decide = (tx, claim, decision) => rejectClaim(tx, claim.id, decision)

async function decided(c: Context<ApiEnv>, parts: ApiParts, decide: Decide) {
  const claim = await loadRemittance(c, parts)
  await once(c, parts, {
    body: {},
    make: async (tx) => {
      const decision = { by: c.get('actor').id, at: parts.now().toISOString() }
      if (!(await decide(tx, claim, decision))) throw new ApiProblem('REMITTANCE_DECIDED')
    },
  })
  return loadRemittance(c, parts)
}

async function loadRemittance(c: Context<ApiEnv>, { db }: ApiParts): Promise<RemittanceRow> {
  const asked = c.req.param('id') ?? ''
  const found = id.safeParse(asked).success ? await readRemittance(db, { id: asked }) : undefined
  if (found === undefined) throw new ApiProblem('UNKNOWN_REMITTANCE')
  return found
}
