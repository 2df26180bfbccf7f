import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { PaymentNotice } from '../adapters/payment/port.ts'
import type { StoredReport } from '../db/relay.ts'
import { storeReport } from '../db/relay.ts'
import { PAYMENT_METHODS } from '../domain/events.ts'
import type { PaymentReport } from '../domain/reports.ts'
import * as messages from '../workflows/messages.ts'
import { access } from './access.ts'
import { body, json, problems } from './answer.ts'
import { answerCommand, commandAnswers, findOrder, loadOrder } from './command.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import { STRIPE_NOTICE } from './examples.ts'
import { idempotent, ofOrder } from './input.ts'

export const received = z.object({ received: z.literal(true) })

/** Described by hand, because only the raw body can be verified: no schema may read it first. */
export const signed = (headers: readonly string[], example: object) => ({
  parameters: headers.map((name) => ({
    ...{ name, in: 'header' as const, required: true },
    description: 'made of the raw body and the shared secret',
    schema: { type: 'string' as const },
  })),
  requestBody: { required: true, content: { 'application/json': { schema: {}, example } } },
})

export function paymentRoutes(parts: ApiParts) {
  const pay = createRoute({
    ...access(parts, 'pay'),
    method: 'post',
    path: '/v1/orders/{id}/payments',
    tags: ['Payments'],
    summary: 'Pay, pay again or pay otherwise, within the window',
    description:
      'By card, `nextAction` holds the platform’s client secret for the customer’s browser; the order goes on when the ' +
      'platform reports the money. At the door (`cod`) it goes on at once.',
    request: {
      params: ofOrder,
      headers: idempotent,
      body: body(z.strictObject({ method: z.enum(PAYMENT_METHODS) }), { method: 'card' }),
    },
    responses: commandAnswers('pay'),
  })
  const receive = createRoute({
    ...access(parts, 'receiveStripe'),
    method: 'post',
    path: '/webhooks/stripe',
    tags: ['Webhooks'],
    summary: 'Notices of the payment platform, signed',
    description:
      'Stripe’s events, stored once by their id. What is not about a payment of ours is thanked for.',
    ...signed(['Stripe-Signature'], STRIPE_NOTICE),
    responses: {
      200: json(received, 'Stored, or of no interest', { received: true }),
      ...problems('receiveStripe'),
    },
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
