import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { isKeyOfFinance } from '../db/finance.ts'
import { assignItem, resolveItem } from '../db/finance-item.ts'
import { ITEM_RESOLUTIONS } from '../domain/reconciliation.ts'
import { access } from './access.ts'
import { body, json, problems, REPLAYED } from './answer.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import * as examples from './examples.finance.ts'
import { item, loadItem, ofItem, viewOf } from './finance-item.ts'
import { id, idempotent } from './input.ts'
import { once } from './once.ts'
import { ApiProblem, refuseField } from './problem.ts'

/** A comparison alone says that both books agree. */
const chosen = z.enum(ITEM_RESOLUTIONS).exclude(['matched'])

/** Who sees to a difference. */
export function financeItemOwnerRoutes(parts: ApiParts) {
  const assign = createRoute({
    ...access(parts, 'assignFinanceItem'),
    method: 'post',
    path: '/v1/finance/items/{id}/assign',
    tags: ['Finance'],
    summary: 'Say who sees to a difference',
    request: {
      ...{ params: ofItem, headers: idempotent },
      body: body(z.strictObject({ owner: id }), { owner: examples.OWNER }),
    },
    responses: {
      200: { ...json(item, 'Assigned', examples.ITEM), headers: REPLAYED },
      ...problems('assignFinanceItem'),
    },
  })
  return new OpenAPIHono<ApiEnv>().openapi(assign, async (c) => {
    const asked = await loadItem(c, parts)
    const { owner } = c.req.valid('json')
    await once(c, parts, {
      body: { owner },
      make: async (tx) => {
        if (!(await isKeyOfFinance(tx, owner))) throw refuseField('/owner', 'UNKNOWN_OWNER')
        const change = { owner, actor: c.get('actor').id, at: parts.now().toISOString() }
        if (!(await assignItem(tx, asked.id, change))) throw new ApiProblem('ITEM_RESOLVED')
      },
    })
    return c.json(viewOf(await loadItem(c, parts), parts.now()), 200)
  })
}

/** How people close one. */
export function financeItemEndRoutes(parts: ApiParts) {
  const resolve = createRoute({
    ...access(parts, 'resolveFinanceItem'),
    method: 'post',
    path: '/v1/finance/items/{id}/resolve',
    tags: ['Finance'],
    summary: 'Close a difference',
    description:
      '`written_off` moves what stands in suspense for it to `platform:differences`, or what a carrier still owes there; a ' +
      'remittance’s money that went back leaves the bank. All else is left to the movement that makes up for it. Should the ' +
      'books differ otherwise later, it is opened again.',
    request: {
      ...{ params: ofItem, headers: idempotent },
      body: body(z.strictObject({ resolution: chosen }), { resolution: 'paid_back' }),
    },
    responses: {
      200: { ...json(item, 'Closed', examples.ITEM), headers: REPLAYED },
      ...problems('resolveFinanceItem'),
    },
  })
  return new OpenAPIHono<ApiEnv>().openapi(resolve, async (c) => {
    const asked = await loadItem(c, parts)
    const { resolution } = c.req.valid('json')
    await once(c, parts, {
      body: { resolution },
      make: async (tx) => {
        const closing = { resolution, actor: c.get('actor').id, at: parts.now().toISOString() }
        if (!(await resolveItem(tx, asked.id, closing))) throw new ApiProblem('ITEM_RESOLVED')
      },
    })
    return c.json(viewOf(await loadItem(c, parts), parts.now()), 200)
  })
}
