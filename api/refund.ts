import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { GOODWILL_REASONS } from '../domain/events.ts'
import { grantable, REFUND_LIMIT } from '../domain/goodwill.ts'
import * as messages from '../workflows/messages.ts'
import { access } from './access.ts'
import { body } from './answer.ts'
import { answerCommand, commandAnswers, commandId, findOrder, loadOrder } from './command.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import { REFUND_REQUEST } from './examples.refund.ts'
import { idempotent, ofOrder, positive } from './input.ts'
import { ApiProblem } from './problem.ts'

const goodwill = z.strictObject({
  amount: positive.openapi({ description: 'minor units of the order’s currency' }),
  reason: z.enum(GOODWILL_REASONS),
})

/** Money back that is owed to nobody. */
export function refundRoutes(parts: ApiParts) {
  const grant = createRoute({
    ...access(parts, 'grantRefund'),
    method: 'post',
    path: '/v1/orders/{id}/refunds',
    tags: ['Payments'],
    summary: 'Refund a part of the price for good will; the customer keeps everything',
    description:
      'Goes back over the means that the order was paid by, at the platform’s expense. Above the limit of one person, ' +
      'counted through all that the order was granted, it becomes a task `REFUND_APPROVAL` that someone else of ' +
      'finance answers: `awaitsApproval` and `taskId` say so. Orders that were put away take it, too.',
    request: { params: ofOrder, headers: idempotent, body: body(goodwill, REFUND_REQUEST) },
    responses: commandAnswers('grantRefund'),
  })
  return new OpenAPIHono<ApiEnv>().openapi(grant, async (c) => {
    const { order } = await loadOrder(c, parts)
    const wish = c.req.valid('json')
    const by = c.get('actor').id
    const limit = parts.settings.refundLimit ?? REFUND_LIMIT
    const eventId = commandId(c, 'grantRefund')
    const asked = { operation: 'grantRefund', orderId: order.id, body: wish }
    return answerCommand(c, parts, {
      ...{ ...asked, update: messages.goodwillUpdate, reopens: true, awaits: true },
      args: [{ ...wish, eventId, by, limit }],
    }).catch((error: unknown) => withHighest(parts, order.id, error))
  })
}

/** How much it could have been. */
async function withHighest(parts: ApiParts, orderId: string, error: unknown): Promise<never> {
  if (!(error instanceof ApiProblem) || error.code !== 'AMOUNT_TOO_HIGH') throw error
  const row = await findOrder(parts, orderId)
  const available = row === undefined ? 0 : grantable(row.order)
  throw new ApiProblem(error.code, [{ path: '/amount', code: error.code, available }], error.more)
}
