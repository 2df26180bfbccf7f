import Stripe from 'stripe'
import { z } from 'zod'
import { WebhookRejected } from '../../domain/errors.ts'
import { requireFresh, verifyByRing } from '../webhook.ts'
import type { DisputeFact, PaymentNotice } from './port.ts'
import { amountShape, currencyShape, factOf, intentShape } from './stripe-wire.ts'

const PAYMENT_EVENTS: ReadonlySet<string> = new Set([
  'payment_intent.succeeded',
  'payment_intent.payment_failed',
  'payment_intent.canceled',
])

/** An inquiry that turns into a dispute is told by `funds_withdrawn` alone, a late success by `funds_reinstated`. */
const DISPUTE_EVENTS: ReadonlySet<string> = new Set([
  'charge.dispute.created',
  'charge.dispute.funds_withdrawn',
  'charge.dispute.closed',
  'charge.dispute.funds_reinstated',
])

/** Inquiries (`warning_…`) and prevented disputes take no money; an appeal waits for its end. */
const DISPUTE_STATUS: Record<string, DisputeFact['status']> = {
  needs_response: 'open',
  under_review: 'open',
  won: 'won',
  lost: 'lost',
}

const eventShape = z.object({
  id: z.string().min(1),
  type: z.string(),
  created: z.number(),
  data: z.object({ object: z.unknown() }),
})

const oursShape = z.object({ metadata: z.object({ order_id: z.string() }) })

const disputeShape = z.object({
  id: z.string().min(1),
  status: z.string(),
  amount: amountShape,
  currency: currencyShape,
  reason: z.string(),
  /** Null of a payment that was made without an intent: none of ours. */
  payment_intent: z.string().min(1).nullable(),
})

export function verifyStripe(
  rawBody: string,
  headers: Headers,
  secrets: readonly string[],
): PaymentNotice | undefined {
  const header = headers.get('stripe-signature') ?? ''
  requireFresh(signedAt(header))
  const event = verifyByRing(
    secrets,
    (secret) => Stripe.webhooks.constructEvent(rawBody, header, secret),
    Stripe.errors.StripeSignatureVerificationError,
  )
  return noticeOf(body(eventShape, event))
}

/** The library reads the last `t` of several; a header with several is nobody's honest work. */
function signedAt(header: string): number {
  const times = header.split(',').filter((item) => item.split('=')[0] === 't')
  return times.length === 1 ? Number.parseInt(times[0]?.split('=')[1] ?? '', 10) : Number.NaN
}

function noticeOf(event: z.infer<typeof eventShape>): PaymentNotice | undefined {
  const { id: eventId, type, data } = event
  const told = { eventId, occurredAt: new Date(event.created * 1000).toISOString() }
  if (PAYMENT_EVENTS.has(type) && oursShape.safeParse(data.object).success) {
    return { kind: 'payment', ...factOf(body(intentShape, data.object)), ...told }
  }
  if (!DISPUTE_EVENTS.has(type)) return undefined
  const fact = disputeOf(body(disputeShape, data.object))
  return fact && { kind: 'dispute', ...fact, ...told }
}

function disputeOf(dispute: z.infer<typeof disputeShape>): DisputeFact | undefined {
  const { id: disputeId, payment_intent: externalId, amount, currency, reason } = dispute
  const status = DISPUTE_STATUS[dispute.status]
  if (externalId === null || status === undefined) return undefined
  return { externalId, disputeId, status, amount, currency, reason }
}

/** Signed, yet of another shape: the platform would say the same again. */
function body<T>(shape: z.ZodType<T>, value: unknown): T {
  const parsed = shape.safeParse(value)
  if (!parsed.success) throw new WebhookRejected('BODY_INVALID')
  return parsed.data
}
