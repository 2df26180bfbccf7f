import { createHmac, randomUUID } from 'node:crypto'
import type {
  DisputeFact,
  OpenPayment,
  PaymentFact,
  PaymentNotice,
  PaymentPlatform,
  RefundFact,
  RefundRequest,
  StatementLine,
} from '../adapters/payment/port.ts'
import { requireFresh } from '../adapters/webhook.ts'
import { ProviderError, WebhookRejected } from '../domain/errors.ts'
import type { PlatformName } from '../domain/method.ts'

/** A notice as it would be posted. */
export type FakeNotice = { body: string; headers: Headers }

/** What goes wrong with the next call of its kind; words as in `docs/sandbox.md`. */
export type FakeFault =
  | { fault: 'server_error' | 'rate_limited'; operation: Operation }
  | { fault: 'timeout_after_effect' | 'garbage'; operation: Operation }
  | { fault: 'decline' | 'refund_pending'; operation: 'refund' }

export type FakePlatform = PaymentPlatform & {
  /** The customer pays, `amount` where the platform takes another than was asked; false when nobody can pay it now. */
  pay(externalId: string, amount?: number): boolean
  /** The customer's bank says no. */
  decline(externalId: string, failureCode?: string): boolean
  /** Every pending refund goes through. */
  settle(): void
  /** The customer's bank takes a captured payment back; answers with the dispute's id. */
  dispute(externalId: string, wanted?: { amount?: number; reason?: string }): string
  closeDispute(disputeId: string, status: 'won' | 'lost'): void
  spoil(fault: FakeFault): void
  /** All notices so far, oldest first, signed now. */
  notices(): FakeNotice[]
}

type Operation = 'open' | 'look' | 'close' | 'refund' | 'lookRefund'
type Payment = { fact: PaymentFact; request: OpenPayment }
type Refund = RefundFact & { request: RefundRequest }
type State = ReturnType<typeof emptyState>

const emptyState = () => ({
  payments: new Map<string, Payment>(),
  refunds: new Map<string, Refund>(),
  disputes: new Map<string, DisputeFact>(),
  lines: new Array<StatementLine>(),
  told: new Array<PaymentNotice>(),
  faults: new Array<FakeFault>(),
  secret: randomUUID(),
})

/** A payment platform in memory that keeps the contract of all platforms, for tests without a server. */
export function fakePlatform({ name = 'stripe' }: { name?: PlatformName } = {}): FakePlatform {
  const state = emptyState()
  return {
    name,
    timeZone: 'UTC',
    acknowledgement: { body: 'ok', contentType: 'text/plain' },
    open: (request) => spoilt(state, 'open', () => open(state, request)),
    look: ({ externalId }) => spoilt(state, 'look', () => paymentOf(state, externalId).fact),
    close: ({ externalId }) => spoilt(state, 'close', () => close(state, externalId)),
    refund: (request) => spoilt(state, 'refund', (fault) => refund(state, request, fault)),
    lookRefund: ({ externalRefundId: id }) =>
      spoilt(state, 'lookRefund', () => refunded(state, id)),
    verify: (rawBody, headers) => verify(state, rawBody, headers),
    statement: async (day) => (isOver(day) ? linesOf(state, day) : undefined),
    pay: (externalId, amount) => pay(state, externalId, amount),
    decline: (externalId, failureCode = 'DECLINED') => decline(state, externalId, failureCode),
    settle: () => settle(state),
    dispute: (externalId, wanted = {}) => dispute(state, externalId, wanted),
    closeDispute: (disputeId, status) => closeDispute(state, disputeId, status),
    spoil: (fault) => void state.faults.push(fault),
    notices: () => state.told.map((notice) => signed(state, JSON.stringify(notice))),
  }
}

const refused = () => new ProviderError('REQUEST_REFUSED', { final: true })

/** A call under the fault that was chosen for it; the effect is one step, so that nothing comes between two. */
async function spoilt<T>(
  state: State,
  operation: Operation,
  effect: (fault: FakeFault['fault'] | undefined) => T,
): Promise<T> {
  const index = state.faults.findIndex((one) => one.operation === operation)
  const fault = index < 0 ? undefined : state.faults.splice(index, 1)[0]?.fault
  switch (fault) {
    case 'server_error':
      throw new ProviderError('PLATFORM_ERROR', { final: false })
    case 'rate_limited':
      throw new ProviderError('RATE_LIMITED', { final: false })
    case 'timeout_after_effect':
      effect(fault)
      throw new ProviderError('PLATFORM_UNREACHABLE', { final: false })
    case 'garbage':
      effect(fault)
      throw new ProviderError('PLATFORM_ERROR', { final: false })
    default:
      return effect(fault)
  }
}

function paymentOf({ payments }: State, externalId: string): Payment {
  const payment = payments.get(externalId)
  if (payment === undefined) throw refused()
  return payment
}

function open({ payments }: State, request: OpenPayment) {
  const { key, orderId, tenderId, amount, currency } = request
  const externalId = `${orderId}${tenderId}`
  const known = payments.get(externalId)?.request
  if (known !== undefined && (known.key !== key || known.amount !== amount)) throw refused()
  if (known === undefined) {
    const fact = { externalId, orderId, tenderId, amount, currency, status: 'open' as const }
    payments.set(externalId, { fact, request })
  }
  const next = { type: 'redirect' as const, url: `https://pay.example/${externalId}` }
  return { externalId, next }
}

function close(state: State, externalId: string): PaymentFact {
  const payment = paymentOf(state, externalId)
  if (isPayable(payment)) change(state, payment, { ...payment.fact, status: 'closed' })
  return paymentOf(state, externalId).fact
}

const isPayable = ({ fact: { status } }: Payment) => status === 'open' || status === 'failed'

function pay(state: State, externalId: string, amount?: number): boolean {
  const payment = paymentOf(state, externalId)
  const { request } = payment
  if (!isPayable(payment) || Date.now() >= Date.parse(request.payBy)) return false
  const { failureCode: _, ...asked } = payment.fact
  const fact = { ...asked, status: 'captured' as const, amount: amount ?? request.amount }
  change(state, payment, fact)
  move(state, 'capture', fact)
  return true
}

function decline(state: State, externalId: string, failureCode: string): boolean {
  const payment = paymentOf(state, externalId)
  if (!isPayable(payment)) return false
  change(state, payment, { ...payment.fact, status: 'failed', failureCode })
  return true
}

function change(state: State, { request }: Payment, fact: PaymentFact): void {
  state.payments.set(fact.externalId, { fact, request })
  tell(state, { kind: 'payment', ...fact })
}

function refund(state: State, request: RefundRequest, fault?: FakeFault['fault']): RefundFact {
  const { fact } = paymentOf(state, request.externalId)
  const ofPayment = [...state.refunds.values()].filter(
    (one) => one.request.externalId === request.externalId,
  )
  const live = ofPayment.filter(({ status }) => status !== 'failed')
  const earlier =
    ofPayment.find((one) => one.request.key === request.key) ??
    live.find((one) => one.request.refundId === request.refundId)
  if (earlier !== undefined) return refunded(state, earlier.externalRefundId)
  const gone = live.reduce((sum, one) => sum + one.request.amount, 0)
  if (fact.status !== 'captured' || gone + request.amount > fact.amount) throw refused()
  const id = `refund-${request.key}`
  const status = fault === 'decline' ? 'failed' : 'pending'
  state.refunds.set(id, { externalRefundId: id, status, request })
  if (fault === undefined || !['decline', 'refund_pending'].includes(fault)) settle(state, id)
  return refunded(state, id)
}

function refunded({ refunds }: State, id: string): RefundFact {
  const known = refunds.get(id)
  if (known === undefined) throw refused()
  return { externalRefundId: id, status: known.status }
}

function settle(state: State, only?: string): void {
  for (const [id, { request, ...fact }] of state.refunds) {
    if (fact.status !== 'pending' || (only !== undefined && only !== id)) continue
    state.refunds.set(id, { ...fact, status: 'succeeded', request })
    move(state, 'refund', { ...request, externalRefundId: id })
  }
}

function dispute(
  state: State,
  externalId: string,
  { amount, reason = 'fraudulent' }: { amount?: number; reason?: string },
): string {
  const payment = paymentOf(state, externalId).fact
  if (payment.status !== 'captured') throw refused()
  const disputeId = `dispute-${state.disputes.size + 1}-${externalId}`
  const { currency } = payment
  const fact = { externalId, disputeId, amount: amount ?? payment.amount, currency, reason }
  setDispute(state, { ...fact, status: 'open' })
  move(state, 'dispute', fact)
  return disputeId
}

function closeDispute(state: State, disputeId: string, status: 'won' | 'lost'): void {
  const fact = state.disputes.get(disputeId)
  if (fact?.status !== 'open') throw refused()
  setDispute(state, { ...fact, status })
  if (status === 'won') move(state, 'dispute_returned', fact)
}

function setDispute(state: State, fact: DisputeFact): void {
  state.disputes.set(fact.disputeId, fact)
  tell(state, { kind: 'dispute', ...fact })
}

type Moved = Pick<StatementLine, 'externalId' | 'externalRefundId' | 'amount' | 'currency'>

function move({ lines }: State, kind: StatementLine['kind'], moved: Moved): void {
  const { externalId, externalRefundId, amount, currency } = moved
  const refundId = externalRefundId === undefined ? {} : { externalRefundId }
  const at = new Date().toISOString()
  lines.push({
    id: `move-${lines.length + 1}-${externalId}`,
    kind,
    externalId,
    ...refundId,
    amount,
    currency,
    at,
  })
}

const isOver = (day: string) => new Date().toISOString().slice(0, 10) > day
const linesOf = ({ lines }: State, day: string) => lines.filter(({ at }) => at.startsWith(day))

type Told<N> = N extends unknown ? Omit<N, 'eventId' | 'occurredAt'> : never

function tell({ told }: State, notice: Told<PaymentNotice>): void {
  const occurredAt = new Date().toISOString()
  told.push({ ...notice, eventId: `event-${told.length + 1}-${notice.externalId}`, occurredAt })
}

function signed(state: State, body: string): FakeNotice {
  const time = Math.floor(Date.now() / 1000)
  const headers = { 'fake-time': `${time}`, 'fake-signature': signature(state, time, body) }
  return { body, headers: new Headers(headers) }
}

const signature = ({ secret }: State, time: number, body: string) =>
  createHmac('sha256', secret).update(`${time}.${body}`).digest('hex')

function verify(state: State, rawBody: string, headers: Headers): PaymentNotice {
  const time = Number(headers.get('fake-time') ?? Number.NaN)
  requireFresh(time)
  if (headers.get('fake-signature') !== signature(state, time, rawBody)) {
    throw new WebhookRejected('SIGNATURE_INVALID')
  }
  return JSON.parse(rawBody) as PaymentNotice
}
