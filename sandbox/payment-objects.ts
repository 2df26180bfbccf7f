import { randomBytes } from 'node:crypto'
import type { Movement } from './money.ts'
import { metadataOf, refuse, type Form } from './stripe-wire.ts'

/** The platform's objects, in the shapes that travel. */

/** The wire version that the events name. */
const API_VERSION = '2026-10-28.endive'

export type Intent = {
  id: string
  object: 'payment_intent'
  amount: number
  amount_capturable: number
  amount_received: number
  capture_method: 'automatic'
  client_secret: string
  confirmation_method: 'automatic'
  created: number
  currency: string
  description: string | null
  canceled_at: number | null
  last_payment_error: { type: string; code: string; decline_code: string; message: string } | null
  latest_charge: string | null
  livemode: false
  metadata: Record<string, string>
  next_action: null
  payment_method: string | null
  payment_method_types: string[]
  status: 'requires_payment_method' | 'succeeded' | 'canceled'
}

export type Refund = {
  id: string
  object: 'refund'
  amount: number
  charge: string | null
  created: number
  currency: string
  failure_reason?: string
  metadata: Record<string, string>
  payment_intent: string
  status: 'succeeded' | 'pending' | 'failed'
}

/** As the record of all money has it, with what Stripe itself calls the payment. */
type LedgerEntry = Movement & { paymentIntent: string }

export const newId = (prefix: string) => `${prefix}_${randomBytes(12).toString('hex')}`
export const seconds = (at: Date) => Math.floor(at.getTime() / 1000)

/** The order that a payment is for; ours to name, as metadata. */
export const orderOf = ({ metadata }: Pick<Intent, 'metadata'>) => metadata['order_id'] ?? ''

export function newIntent(
  form: Form,
  { amount, currency, at }: { amount: number; currency: string; at: Date },
): Intent {
  const id = newId('pi')
  return {
    id,
    object: 'payment_intent',
    amount,
    amount_capturable: 0,
    amount_received: 0,
    capture_method: 'automatic',
    client_secret: `${id}_secret_${randomBytes(12).toString('hex')}`,
    confirmation_method: 'automatic',
    created: seconds(at),
    currency,
    description: form.get('description') ?? null,
    canceled_at: null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    metadata: metadataOf(form),
    next_action: null,
    payment_method: null,
    payment_method_types: ['card'],
    status: 'requires_payment_method',
  }
}

export function canceled(intent: Intent, at: Date): Intent {
  return { ...intent, status: 'canceled', canceled_at: seconds(at) }
}

export function received(intent: Intent, card: string, amount: number): Intent {
  return {
    ...intent,
    status: 'succeeded',
    amount_received: amount,
    payment_method: card,
    last_payment_error: null,
    latest_charge: newId('ch'),
  }
}

export function newRefund(
  form: Form,
  intent: Intent,
  { amount, status, at }: { amount: number; status: Refund['status']; at: Date },
): Refund {
  return {
    id: newId('re'),
    object: 'refund',
    amount,
    charge: intent.latest_charge,
    created: seconds(at),
    currency: intent.currency,
    ...(status === 'failed' ? { failure_reason: 'expired_or_canceled_card' } : {}),
    metadata: metadataOf(form),
    payment_intent: intent.id,
    status,
  }
}

export function entryOf(
  kind: LedgerEntry['kind'],
  intent: Intent,
  { amount, key, at }: { amount: number; key: string | undefined; at: Date },
): LedgerEntry {
  return {
    id: newId('txn'),
    platform: 'stripe',
    kind,
    orderId: orderOf(intent),
    externalId: intent.id,
    paymentIntent: intent.id,
    amount,
    currency: intent.currency.toUpperCase(),
    ...(key === undefined ? {} : { idempotencyKey: key }),
    at: at.toISOString(),
  }
}

/** The payment behind an intent that was paid. */
export function chargeOf(intent: Intent) {
  const { amount_received: amount, currency, created, description, metadata } = intent
  return {
    id: intent.latest_charge,
    object: 'charge',
    ...{ amount, amount_captured: amount, captured: true, created, currency, description },
    ...{ livemode: false, metadata, paid: true, payment_intent: intent.id, status: 'succeeded' },
  }
}

export function eventOf(
  type: string,
  { object, orderId, at }: { object: object; orderId: string; at: Date },
) {
  const id = newId('evt')
  const body = {
    id,
    object: 'event',
    api_version: API_VERSION,
    created: seconds(at),
    livemode: false,
    pending_webhooks: 1,
    request: { id: null, idempotency_key: null },
    type,
    data: { object },
  }
  return {
    id,
    source: 'stripe',
    type,
    orderId,
    at: at.toISOString(),
    body: JSON.stringify(body),
  } as const
}

export const problem = (declineCode: string) =>
  ({
    type: 'card_error',
    code: 'card_declined',
    decline_code: declineCode,
    message: 'Your card was declined.',
  }) as const

export const INVALID_AMOUNT = refuse(400, {
  type: 'invalid_request_error',
  code: 'parameter_invalid_integer',
  param: 'amount',
  message: 'Amount or currency is missing, not positive, or more than is left.',
})

export const NO_CARD = refuse(400, {
  type: 'invalid_request_error',
  code: 'parameter_missing',
  param: 'payment_method',
  message: 'Missing required param: payment_method.',
})

export const unexpectedState = (intent: Intent) =>
  refuse(400, {
    type: 'invalid_request_error',
    code: 'payment_intent_unexpected_state',
    message: `This PaymentIntent has a status of ${intent.status}.`,
    payment_intent: intent,
  })

export const CHARGE_DISPUTED = refuse(400, {
  type: 'invalid_request_error',
  code: 'charge_disputed',
  message: 'This charge has been charged back.',
})

export const alreadyRefunded = (intent: Intent) =>
  refuse(400, {
    type: 'invalid_request_error',
    code: intent.amount_received === 0 ? 'charge_not_refundable' : 'charge_already_refunded',
    message: 'Nothing is left to refund.',
  })
