import type Stripe from 'stripe'
import { z } from 'zod'
import { ProviderError } from '../../domain/errors.ts'
import type {
  OpenedPayment,
  OpenPayment,
  PaymentFact,
  PaymentPlatform,
  RefundFact,
  RefundRequest,
} from './port.ts'
import { verifyStripe } from './stripe-notice.ts'
import { stripeStatement } from './stripe-statement.ts'
import { ask, connectStripe, factOf, intentShape, read, unreadable } from './stripe-wire.ts'

/** Refunds per page, the platform's maximum; an order rarely has three. */
const REFUNDS_PER_PAGE = 100

const refundShape = z.object({
  id: z.string().min(1),
  status: z.enum(['succeeded', 'pending', 'requires_action', 'failed', 'canceled']),
})

/** Card payments by Stripe PaymentIntents. `url` is the API's origin; the first webhook secret is the current one. */
export function stripePayments(options: {
  secretKey: string
  webhookSecrets: readonly string[]
  url: string
}): PaymentPlatform {
  const stripe = connectStripe(options.secretKey, options.url)
  return {
    name: 'stripe',
    timeZone: 'UTC',
    acknowledgement: { body: '{"received":true}', contentType: 'application/json' },
    statement: (day, at) => stripeStatement(stripe, day, at),
    open: (request) => open(stripe, request),
    look: ({ externalId }) => look(stripe, externalId),
    close: ({ externalId }) => close(stripe, externalId),
    refund: (request) => refund(stripe, request),
    lookRefund: ({ externalRefundId }) => lookRefund(stripe, externalRefundId),
    verify: (rawBody, headers) => verifyStripe(rawBody, headers, options.webhookSecrets),
  }
}

/** Its intents know no end, so `payBy` is ours to keep: whoever opens one closes it when the window ends. */
async function open(stripe: Stripe, request: OpenPayment): Promise<OpenedPayment> {
  const params: Stripe.PaymentIntentCreateParams = {
    amount: request.amount,
    currency: request.currency.toLowerCase(),
    allowed_payment_method_types: ['card'],
    description: request.orderNo,
    metadata: { order_id: request.orderId, tender_id: request.tenderId },
  }
  const made = await ask(() =>
    stripe.paymentIntents.create(params, { idempotencyKey: request.key }),
  )
  const intent = read(intentShape, made)
  if (!intent.client_secret) throw unreadable()
  return { externalId: intent.id, next: { type: 'confirm', clientSecret: intent.client_secret } }
}

async function look(stripe: Stripe, externalId: string): Promise<PaymentFact> {
  return factOf(read(intentShape, await ask(() => stripe.paymentIntents.retrieve(externalId))))
}

async function close(stripe: Stripe, externalId: string): Promise<PaymentFact> {
  try {
    return factOf(read(intentShape, await ask(() => stripe.paymentIntents.cancel(externalId))))
  } catch (error) {
    // Refused because it is paid or closed already; which of the two, the intent itself says.
    if (error instanceof ProviderError && error.code === 'REQUEST_REFUSED') {
      return look(stripe, externalId)
    }
    throw error
  }
}

async function refund(stripe: Stripe, request: RefundRequest): Promise<RefundFact> {
  const { key, externalId, refundId } = request
  const params: Stripe.RefundCreateParams = {
    payment_intent: externalId,
    amount: request.amount,
    metadata: { refund_id: refundId, key },
  }
  const earlier = await ask(() => findRefund(stripe, request))
  return refundFact(
    earlier ?? (await ask(() => stripe.refunds.create(params, { idempotencyKey: key }))),
  )
}

async function lookRefund(stripe: Stripe, externalRefundId: string): Promise<RefundFact> {
  return refundFact(await ask(() => stripe.refunds.retrieve(externalRefundId)))
}

/**
 * What this refund has come to already. The platform forgets idempotency keys after a day and an operator's retry has
 * a new one, so we ask by our own id: money that went, or is about to go, does not go again.
 */
async function findRefund(stripe: Stripe, { externalId, refundId, key }: RefundRequest) {
  const page = { payment_intent: externalId, limit: REFUNDS_PER_PAGE }
  for await (const one of stripe.refunds.list(page)) {
    const failed = one.status === 'failed' || one.status === 'canceled'
    if (one.metadata?.['key'] === key) return one
    if (one.metadata?.['refund_id'] === refundId && !failed) return one
  }
  return undefined
}

function refundFact(reply: unknown): RefundFact {
  const { id, status } = read(refundShape, reply)
  return { externalRefundId: id, status: REFUND_STATUS[status] }
}

const REFUND_STATUS = {
  succeeded: 'succeeded',
  pending: 'pending',
  requires_action: 'pending',
  failed: 'failed',
  canceled: 'failed',
} as const
