import type { NextStep, PlatformName } from '../../domain/method.ts'

/**
 * What Longhaul asks of a payment platform. Amounts are integers of minor units. `externalId` is the reference by which
 * the platform finds a payment again: its own id where it has one at once, else ours.
 */
export type PaymentPlatform = {
  name: PlatformName
  /** Make the platform's own order for a tender. Idempotent by `key`. */
  open(request: OpenPayment): Promise<OpenedPayment>
  /** Ask what became of it: a lost notice must not be lost money. */
  look(payment: PaymentRef): Promise<PaymentFact>
  /** Close it so that nobody can pay any more; `captured` when the customer was faster. Idempotent. */
  close(payment: PaymentRef): Promise<PaymentFact>
  /** Pay money back. Idempotent by order, refund and attempt; what went through under an earlier attempt stays. */
  refund(request: RefundRequest): Promise<RefundFact>
  /** What became of a refund that was pending. An answer about anything else than this refund says nothing. */
  lookRefund(refund: RefundRef): Promise<RefundFact>
  /** Verify a webhook over its raw bytes. Throws `WebhookRejected`; undefined for events we don't follow. */
  verify(rawBody: string, headers: Headers): PaymentNotice | undefined
  /** What it must hear for a notice that was stored, or it sends it again. */
  acknowledgement: { body: string; contentType: string }
  /**
   * All that moved on one of its days, as `2026-10-09`, whoever asked for it. Undefined while the day's statement isn't
   * there yet. `at`: what time that is judged by, the present unless given.
   */
  statement(day: string, at?: Date): Promise<StatementLine[] | undefined>
  /** IANA zone of its days. */
  timeZone: string
}

/** Those that the shop has a contract with. */
export type Platforms = Readonly<Partial<Record<PlatformName, PaymentPlatform>>>

export type OpenPayment = {
  /** `<order>:<tender>:open:1`. */
  key: string
  orderId: string
  orderNo: string
  tenderId: string
  amount: number
  currency: string
  /** ISO 8601; nobody can pay it afterwards where the platform can see to that. */
  payBy: string
  /** Where the customer's browser goes afterwards. */
  returnUrl: string
}

export type OpenedPayment = { externalId: string; next: NextStep }

export type PaymentRef = { externalId: string; orderId: string; tenderId: string }

export type PaymentFact = PaymentRef & {
  status: 'open' | 'captured' | 'failed' | 'closed'
  /** Received when captured, else asked for; zero where the platform doesn't say. */
  amount: number
  currency: string
  failureCode?: string
}

/** `eventId` is the platform's own, the same on each repeat; `occurredAt` its clock, ISO 8601. */
export type PaymentNotice = { eventId: string; occurredAt: string } & (
  | ({ kind: 'payment' } & PaymentFact)
  | ({ kind: 'dispute' } & DisputeFact)
)

/** A customer's bank takes a payment back. */
export type DisputeFact = {
  /** Of the payment; whose it is, we look up. */
  externalId: string
  disputeId: string
  status: 'open' | 'won' | 'lost'
  amount: number
  currency: string
  reason: string
}

export type RefundRequest = PaymentRef & {
  /** `<order>:<tender>:refund:<refund>:<attempt>`. */
  key: string
  refundId: string
  attempt: number
  amount: number
  /** Of the whole payment. */
  total: number
  currency: string
}

export type RefundRef = { externalId: string; externalRefundId: string; amount: number }

export type RefundFact = { externalRefundId: string; status: 'succeeded' | 'pending' | 'failed' }

/**
 * One movement of money, always positive: `capture`, `dispute_returned` and `refund_returned` (its bank sent it back)
 * came in, `refund` and `dispute` went out. What the platform keeps for its service is `fee`; some give it back. `payout`
 * went to our bank, and came back where that didn't take it.
 */
export type StatementLine = {
  /** The platform's own id of the movement, unique within it. */
  id: string
  kind:
    | 'capture'
    | 'refund'
    | 'refund_returned'
    | 'dispute'
    | 'dispute_returned'
    | 'fee'
    | 'fee_returned'
    | 'payout'
    | 'payout_returned'
  externalId: string
  externalRefundId?: string
  amount: number
  currency: string
  /** ISO 8601. */
  at: string
}
