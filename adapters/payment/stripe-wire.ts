import Stripe from 'stripe'
import { z } from 'zod'
import { ProviderError } from '../../domain/errors.ts'
import { isAmount } from '../../domain/money.ts'
import { boundedFetch, retryAfter } from '../http.ts'
import type { PaymentFact } from './port.ts'

/** How we speak with Stripe: its client under our limits, the shapes we read, its errors in our words. */

const { errors } = Stripe

/** One API call in all; the workflow's retry policy decides about the next one. */
const CALL_TIMEOUT_MS = 10_000

export function connectStripe(secretKey: string, url: string): Stripe {
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

export const amountShape = z.number().refine(isAmount)
export const currencyShape = z
  .string()
  .length(3)
  .transform((currency) => currency.toUpperCase())

export const intentShape = z.object({
  id: z.string().min(1),
  status: z.string(),
  amount: amountShape,
  amount_received: amountShape,
  currency: currencyShape,
  client_secret: z.string().nullish(),
  metadata: z.object({ order_id: z.string(), tender_id: z.string() }),
  last_payment_error: z
    .object({ code: z.string().optional(), decline_code: z.string().optional() })
    .nullish(),
})

type Intent = z.infer<typeof intentShape>

export function factOf(intent: Intent): PaymentFact {
  const failure = intent.last_payment_error
  const failureCode = failure?.decline_code ?? failure?.code
  const status = statusOf(intent)
  return {
    externalId: intent.id,
    orderId: intent.metadata.order_id,
    tenderId: intent.metadata.tender_id,
    status,
    amount: status === 'captured' ? intent.amount_received : intent.amount,
    currency: intent.currency,
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
export function read<T>(shape: z.ZodType<T>, reply: unknown): T {
  const parsed = shape.safeParse(reply)
  if (!parsed.success) throw unreadable()
  return parsed.data
}

export const unreadable = () => new ProviderError('PLATFORM_ERROR', { final: false })

export async function ask<T>(call: () => Promise<T>): Promise<T> {
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
