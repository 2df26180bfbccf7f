import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { PaymentNotice } from '../adapters/payment/port.ts'
import type { StoredReport } from '../db/relay.ts'
import { storeReport } from '../db/relay.ts'
import type { PaymentReport } from '../domain/reports.ts'
import * as messages from '../workflows/messages.ts'
import { access } from './access.ts'
import { body, json, orProblem } from './answer.ts'
import { answerCommand, commandAnswers, findOrder, loadOrder } from './command.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import { idempotent } from './input.ts'

export const received = z.object({ received: z.literal(true) })

export function paymentRoutes(parts: ApiParts) {
  const pay = createRoute({
    ...access(parts, 'pay'),
    method: 'post',
    path: '/v1/orders/{id}/payments',
    summary: 'Pay, pay again or pay otherwise, within the window',
    request: {
      params: z.object({ id: z.string() }),
      headers: idempotent,
      body: body(z.strictObject({ method: z.enum(['card', 'cod']) })),
    },
    responses: commandAnswers,
  })
  const receive = createRoute({
    ...access(parts, 'receiveStripe'),
    method: 'post',
    path: '/webhooks/stripe',
    summary: 'Notices of the payment platform, signed',
    responses: { 200: json(received, 'Stored, or of no interest'), ...orProblem },
  })
  return new OpenAPIHono<ApiEnv>()
    .openapi(pay, async (c) => {
      const { order } = await loadOrder(c, parts)
      const { method } = c.req.valid('json')
      return answerCommand(c, parts, {
        ...{ operation: 'pay', orderId: order.id, body: { method } },
        update: messages.retryPaymentUpdate,
        args: [{ method }],
      })
    })
    .openapi(receive, async (c) => {
      const notice = parts.payments.verify(await c.req.text(), c.req.raw.headers)
      const report = notice && reportOf(notice)
      if (notice !== undefined && report !== undefined) {
        const known = await findOrder(parts, notice.orderId)
        const orderId = known?.order.id ?? null
        await receiveReport(parts, {
          ...{ source: 'stripe', eventId: notice.eventId, orderId, kind: 'payment' },
          payload: report,
        })
      }
      return c.json({ received: true as const }, 200)
    })
}

/** Store what was reported and hand it on; once it is stored the sender needs no more than our thanks. */
export async function receiveReport(parts: ApiParts, report: StoredReport): Promise<void> {
  await storeReport(parts.db, report)
  if (report.orderId !== null) void parts.relay.now(report.orderId)
}

/** A payment that is merely open changes nothing. */
function reportOf(notice: PaymentNotice): PaymentReport | undefined {
  const { eventId, occurredAt, tenderId, externalId, amount, currency } = notice
  if (notice.status === 'open') return undefined
  const { status: type, failureCode: code } = notice
  return {
    ...{ eventId, occurredAt, tenderId, externalId, type, amount, currency, source: 'webhook' },
    ...(code !== undefined && { code }),
  }
}
