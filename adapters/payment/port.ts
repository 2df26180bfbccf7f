/** What Longhaul asks of a payment platform. Amounts are integers of minor units. */
export type PaymentPlatform = {
  /** Make the platform's own order for a tender. Idempotent by `key`. */
  open(request: OpenPayment): Promise<OpenedPayment>
  /** Ask what became of it: a lost notice must not be lost money. */
  look(externalId: string): Promise<PaymentFact>
  /** Close it so that nobody can pay any more; `captured` when the customer was faster. Idempotent. */
  close(externalId: string): Promise<PaymentFact>
  /** Pay money back. Idempotent by `key`. */
  refund(request: RefundRequest): Promise<RefundFact>
  /** What became of a refund that was pending. */
  lookRefund(externalRefundId: string): Promise<RefundFact>
  /** Verify a webhook over its raw bytes. Throws `WebhookRejected`; undefined for events we don't follow. */
  verify(rawBody: string, headers: Headers): PaymentNotice | undefined
}

export type OpenPayment = {
  key: string
  orderId: string
  orderNo: string
  tenderId: string
  amount: number
  currency: string
}

/** `clientSecret` lets the customer's browser confirm with the platform; card data never comes to us. */
export type OpenedPayment = { externalId: string; clientSecret: string }

export type PaymentFact = {
  externalId: string
  orderId: string
  tenderId: string
  status: 'open' | 'captured' | 'failed' | 'closed'
  /** Received when captured, else asked for. */
  amount: number
  currency: string
  failureCode?: string
}

export type PaymentNotice = PaymentFact & { eventId: string; occurredAt: string }

export type RefundRequest = { key: string; externalId: string; refundId: string; amount: number }

export type RefundFact = { externalRefundId: string; status: 'succeeded' | 'pending' | 'failed' }
