import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { afterSalesRefusal } from '../domain/aftersales.ts'
import { AFTER_SALES_REASONS, AFTER_SALES_TYPES } from '../domain/events.ts'
import { statusesOf } from '../domain/status.ts'
import { access } from './access.ts'
import { body, json, problems, REPLAYED } from './answer.ts'
import { orderNow } from './clock.ts'
import { loadOrder, takeRequestKey } from './command.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import { AFTER_SALES_REQUEST } from './examples.ts'
import { idempotent, items, ofOrder } from './input.ts'
import { receiveReport } from './payment.ts'
import { ApiProblem } from './problem.ts'

const request = z.strictObject({
  type: z.enum(AFTER_SALES_TYPES),
  reason: z.enum(AFTER_SALES_REASONS),
  items,
})

export function afterSalesRoutes(parts: ApiParts) {
  const ask = createRoute({
    ...access(parts, 'requestAfterSales'),
    method: 'post',
    path: '/v1/orders/{id}/after-sales',
    tags: ['After-sales'],
    summary: 'Ask for a refund, return, exchange or repair of what was delivered',
    request: {
      params: ofOrder,
      headers: idempotent,
      body: body(request, AFTER_SALES_REQUEST),
    },
    responses: {
      202: {
        ...json(z.object({ request }), 'Taken down; the order shows it in a moment', {
          request: AFTER_SALES_REQUEST,
        }),
        headers: REPLAYED,
      },
      ...problems('requestAfterSales'),
    },
  })
  return new OpenAPIHono<ApiEnv>().openapi(ask, async (c) => {
    const row = await loadOrder(c, parts)
    const { order } = row
    const input = c.req.valid('json')
    const keyed = { operation: 'afterSales', orderId: order.id, body: input }
    const { id: eventId } = await takeRequestKey(c, parts, keyed)
    const occurredAt = orderNow(parts, row).toISOString()
    const isNew = !order.seen.includes(eventId)
    const refusal = isNew ? afterSalesRefusal(order, input, occurredAt) : undefined
    if (refusal !== undefined)
      throw new ApiProblem(refusal, [], { orderStatus: statusesOf(order).status })
    await receiveReport(parts, {
      ...{ source: 'storefront', eventId, orderId: order.id, kind: 'afterSales' },
      payload: { eventId, occurredAt, ...input },
    })
    return c.json({ request: input }, 202)
  })
}
