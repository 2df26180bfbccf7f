import Stripe from 'stripe'
import { z } from 'zod'
import { ProviderError, WebhookRejected } from '../../domain/errors.ts'
import { isAmount } from '../../domain/money.ts'
import { boundedFetch, retryAfter } from '../http.ts'
import { requireFresh, verifyByRing } from '../webhook.ts'
import type {
  OpenedPayment,
  OpenPayment,
  PaymentFact,
  PaymentNotice,
  PaymentPlatform,
  RefundFact,
  RefundRequest,
} from './port.ts'

const { errors } = Stripe

/** One API call in all; the workflow's retry policy decides about the next one. */
const CALL_TIMEOUT_MS = 10_000
/** Refunds per page, the platform's maximum; an order rarely has three. */
const REFUNDS_PER_PAGE = 100

const FOLLOWED: ReadonlySet<string> = new Set([
  'payment_intent.succeeded',
  'payment_intent.payment_failed',
  'payment_intent.canceled',
])

const amount = z.number().refine(isAmount)

const intentShape = z.object({
  id: z.string().min(1),
  status: z.string(),
  amount,
  amount_received: amount,
  currency: z.string().length(3),
  client_secret: z.string().nullish(),
  metadata: z.object({ order_id: z.string(), tender_id: z.string() }),
  last_payment_error: z
    .object({ code: z.string().optional(), decline_code: z.string().optional() })
    .nullish(),
})

const refundShape = z.object({
  id: z.string().min(1),
  status: z.enum(['succeeded', 'pending', 'requires_action', 'failed', 'canceled']),
})

const eventShape = z.object({
  id: z.string().min(1),
  type: z.string(),
  created: z.number(),
  data: z.object({ object: z.unknown() }),
})

const oursShape = z.object({ metadata: z.object({ order_id: z.string() }) })

type Intent = z.infer<typeof intentShape>

/** Card payments by Stripe PaymentIntents. `url` is the API's origin; the first webhook secret is the current one. */
export function stripePayments(options: {
  secretKey: string
  webhookSecrets: readonly string[]
  url: string
}): PaymentPlatform {
  const stripe = connect(options.secretKey, options.url)
  return {
    open: (request) => open(stripe, request),
    look: (externalId) => look(stripe, externalId),
    close: (externalId) => close(stripe, externalId),
    refund: (request) => refund(stripe, request),
    lookRefund: (externalRefundId) => lookRefund(stripe, externalRefundId),
    verify: (rawBody, headers) => verify(rawBody, headers, options.webhookSecrets),
  }
}

function connect(secretKey: string, url: string): Stripe {
  const { hostname, port, protocol } = new URL(url)
  const secure = protocol === 'https:'
  return new Stripe(secretKey, {
    host: hostname,
    port: port || (secure ? 443 : 80),
    protocol: secure ? 'https' : 'http',
    httpClient: Stripe.createFetchHttpClient(boundedFetch),
    timeout: CALL_TIMEOUT_MS,
    maxNetworkRetries: 0,
    telemetry: false,
  })
}

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
  return { externalId: intent.id, clientSecret: intent.client_secret }
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

function verify(
  rawBody: string,
  headers: Headers,
  secrets: readonly string[],
): PaymentNotice | undefined {
  const header = headers.get('stripe-signature') ?? ''
  requireFresh(signedAt(header))
  const event = verifyByRing(
    secrets,
    (secret) => Stripe.webhooks.constructEvent(rawBody, header, secret),
    errors.StripeSignatureVerificationError,
  )
  return noticeOf(event)
}

/** The library reads the last `t` of several; a header with several is nobody's honest work. */
function signedAt(header: string): number {
  const times = header.split(',').filter((item) => item.split('=')[0] === 't')
  return times.length === 1 ? Number.parseInt(times[0]?.split('=')[1] ?? '', 10) : Number.NaN
}

function noticeOf(body: unknown): PaymentNotice | undefined {
  const event = eventShape.safeParse(body)
  if (!event.success) throw new WebhookRejected('BODY_INVALID')
  const { id, type, created, data } = event.data
  if (!FOLLOWED.has(type) || !oursShape.safeParse(data.object).success) return undefined
  const intent = intentShape.safeParse(data.object)
  if (!intent.success) throw new WebhookRejected('BODY_INVALID')
  return { ...factOf(intent.data), eventId: id, occurredAt: new Date(created * 1000).toISOString() }
}

function factOf(intent: Intent): PaymentFact {
  const failure = intent.last_payment_error
  const failureCode = failure?.decline_code ?? failure?.code
  const status = statusOf(intent)
  return {
    externalId: intent.id,
    orderId: intent.metadata.order_id,
    tenderId: intent.metadata.tender_id,
    status,
    amount: status === 'captured' ? intent.amount_received : intent.amount,
    currency: intent.currency.toUpperCase(),
    ...(status === 'failed' && failureCode ? { failureCode } : {}),
  }
}

function statusOf(intent: Intent): PaymentFact['status'] {
  if (intent.status === 'succeeded') return 'captured'
  if (intent.status === 'canceled') return 'closed'
  const declined = intent.status === 'requires_payment_method' && intent.last_payment_error
  return declined ? 'failed' : 'open'
}

/** A reply of another shape proves nothing, so the outcome is unknown. */
function read<T>(shape: z.ZodType<T>, reply: unknown): T {
  const parsed = shape.safeParse(reply)
  if (!parsed.success) throw unreadable()
  return parsed.data
}

const unreadable = () => new ProviderError('PLATFORM_ERROR', { final: false })

async function ask<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    throw providerError(error)
  }
}

function providerError(error: unknown): ProviderError {
  if (error instanceof errors.StripeConnectionError) {
    return new ProviderError('PLATFORM_UNREACHABLE', { final: false })
  }
  if (error instanceof errors.StripeRateLimitError) {
    const wait = retryAfter(error.headers?.['retry-after'])
    return new ProviderError('RATE_LIMITED', { final: false, ...wait })
  }
  if (error instanceof errors.StripeCardError)
    return new ProviderError('CARD_DECLINED', { final: true })
  if (
    error instanceof errors.StripeAuthenticationError ||
    error instanceof errors.StripePermissionError
  ) {
    return new ProviderError('CREDENTIALS_REFUSED', { final: true })
  }
  if (
    error instanceof errors.StripeInvalidRequestError ||
    error instanceof errors.StripeIdempotencyError
  ) {
    return new ProviderError('REQUEST_REFUSED', { final: true })
  }
  return unreadable()
}
