import { z } from 'zod'
import { WebhookRejected } from '../../domain/errors.ts'
import { alipayStatement } from './alipay-bill.ts'
import { requireYuan, shanghaiShape, shanghaiTime, yuan, yuanShape, CHINA_ZONE } from './china.ts'
import { accepted, alipay, unreadable, type Alipay, type AlipayAccount } from './alipay-wire.ts'
import type {
  OpenedPayment,
  OpenPayment,
  PaymentFact,
  PaymentNotice,
  PaymentPlatform,
  PaymentRef,
  RefundFact,
  RefundRef,
  RefundRequest,
} from './port.ts'
import { readReference, referenceOf } from './reference.ts'

/** `notifyUrl` is where notices go. */
export type AlipayOptions = AlipayAccount & { notifyUrl: string }

const UNKNOWN_TRADE = 'ACQ.TRADE_NOT_EXIST'

const tradeShape = z.object({
  out_trade_no: z.string().min(1),
  trade_status: z.enum(['WAIT_BUYER_PAY', 'TRADE_SUCCESS', 'TRADE_FINISHED', 'TRADE_CLOSED']),
  total_amount: yuanShape,
  receipt_amount: yuanShape.default(0),
  /** When it was paid. */
  send_pay_date: shanghaiShape.optional(),
})
type Trade = z.infer<typeof tradeShape>

const refundShape = z.object({ out_trade_no: z.string().min(1), fund_change: z.string() })
const refundFoundShape = z.object({
  out_trade_no: z.string().optional(),
  out_request_no: z.string().optional(),
  refund_amount: yuanShape.optional(),
  refund_status: z.string().optional(),
})

const noticeShape = z.object({
  notify_id: z.string().min(1),
  out_trade_no: z.string().min(1),
  trade_status: tradeShape.shape.trade_status,
  total_amount: yuanShape,
  gmt_payment: shanghaiShape.optional(),
  gmt_close: shanghaiShape.optional(),
  notify_time: shanghaiShape,
  gmt_refund: z.string().optional(),
  refund_fee: z.string().optional(),
})

/**
 * Payments on Alipay's own page. The reference is ours, and making a payment is only signing the page's address:
 * Alipay hears of it when the customer comes.
 */
export function alipayPayments({ notifyUrl, ...account }: AlipayOptions): PaymentPlatform {
  const client = alipay(account)
  return {
    name: 'alipay',
    timeZone: CHINA_ZONE,
    acknowledgement: { body: 'success', contentType: 'text/plain' },
    open: async (request) => open(client, notifyUrl, request),
    look: (payment) => look(client, payment),
    close: (payment) => close(client, payment),
    refund: (request) => refund(client, request),
    lookRefund: (wanted) => lookRefund(client, wanted),
    verify: (rawBody) => noticeOf(client.proven(rawBody)),
    statement: (day, at) => alipayStatement(client, day, at),
  }
}

function open(client: Alipay, notifyUrl: string, request: OpenPayment): OpenedPayment {
  requireYuan(request.currency)
  const externalId = referenceOf(request)
  const bizContent = {
    ...{ out_trade_no: externalId, product_code: 'FAST_INSTANT_TRADE_PAY' },
    ...{ total_amount: yuan(request.amount), subject: request.orderNo },
    time_expire: shanghaiTime(new Date(request.payBy)),
  }
  const { returnUrl } = request
  const url = client.page('alipay.trade.page.pay', { notifyUrl, returnUrl, bizContent })
  return { externalId, next: { type: 'redirect', url } }
}

async function look(client: Alipay, payment: PaymentRef): Promise<PaymentFact> {
  const answer = await client.ask('alipay.trade.query', { out_trade_no: payment.externalId })
  if (answer.code === UNKNOWN_TRADE) return neverSeen(payment, 'open')
  const trade = accepted(tradeShape, answer)
  if (trade.out_trade_no !== payment.externalId) throw unreadable()
  return factOf(payment, statusOf(trade), trade.total_amount)
}

/**
 * What nobody has come to pay, Alipay doesn't know and can't close. Its page ends by itself at `payBy`; who comes to it
 * between now and then pays too late, and gets it back as everyone who does.
 */
async function close(client: Alipay, payment: PaymentRef): Promise<PaymentFact> {
  const answer = await client.ask('alipay.trade.close', { out_trade_no: payment.externalId })
  if (answer.code === UNKNOWN_TRADE) return neverSeen(payment, 'closed')
  // Refused because it is paid or closed already; which of the two, the trade itself says.
  return look(client, payment)
}

/**
 * All attempts at a refund have one number: what went through under it does not go again, and what didn't may be
 * tried again under it.
 */
async function refund(client: Alipay, request: RefundRequest): Promise<RefundFact> {
  requireYuan(request.currency)
  const { externalId, orderId, refundId, amount } = request
  const externalRefundId = `${orderId}${refundId}`
  const answer = await client.ask('alipay.trade.refund', {
    ...{ out_trade_no: externalId, out_request_no: externalRefundId },
    refund_amount: yuan(amount),
  })
  const { out_trade_no, fund_change } = accepted(refundShape, answer)
  if (out_trade_no !== externalId) throw unreadable()
  if (fund_change === 'Y') return { externalRefundId, status: 'succeeded' }
  // No money moved by this call: it did before, or it will.
  return lookRefund(client, { externalId, externalRefundId, amount })
}

/** Without a status it isn't through, and may be asked for again under its number. */
async function lookRefund(client: Alipay, wanted: RefundRef): Promise<RefundFact> {
  const { externalId, externalRefundId, amount } = wanted
  const answer = await client.ask('alipay.trade.fastpay.refund.query', {
    ...{ out_trade_no: externalId, out_request_no: externalRefundId },
  })
  const found = accepted(refundFoundShape, answer)
  if (found.refund_status !== 'REFUND_SUCCESS') return { externalRefundId, status: 'pending' }
  const { out_trade_no, out_request_no, refund_amount } = found
  // The signature says that it is Alipay's answer, not that it is one to this question.
  const isIt = out_trade_no === externalId && out_request_no === externalRefundId
  if (!isIt || refund_amount !== amount) throw unreadable()
  return { externalRefundId, status: 'succeeded' }
}

/** Payments and closings are told of; refunds are asked for. */
function noticeOf(fields: Record<string, string>): PaymentNotice | undefined {
  const parsed = noticeShape.safeParse(fields)
  if (!parsed.success) throw new WebhookRejected('BODY_INVALID')
  const notice = parsed.data
  if (notice.gmt_refund !== undefined || notice.refund_fee !== undefined) return undefined
  const payment = readReference(notice.out_trade_no)
  const status = statusOf({ ...notice, receipt_amount: 0, send_pay_date: notice.gmt_payment })
  if (payment === undefined || status === 'open') return undefined
  const { gmt_payment, gmt_close, notify_time, notify_id: eventId } = notice
  const occurredAt = (status === 'captured' ? gmt_payment : gmt_close) ?? notify_time
  const fact = factOf(payment, status, notice.total_amount)
  return { kind: 'payment', ...fact, eventId, occurredAt }
}

type Status = 'open' | 'captured' | 'closed'

/** A trade whose money all went back is closed as well, like one that was never paid. */
function statusOf(trade: Pick<Trade, 'trade_status' | 'receipt_amount' | 'send_pay_date'>): Status {
  switch (trade.trade_status) {
    case 'WAIT_BUYER_PAY':
      return 'open'
    case 'TRADE_SUCCESS':
    case 'TRADE_FINISHED':
      return 'captured'
    case 'TRADE_CLOSED':
      return trade.send_pay_date !== undefined || trade.receipt_amount > 0 ? 'captured' : 'closed'
  }
}

const factOf = (
  { externalId, orderId, tenderId }: PaymentRef,
  status: Status,
  amount: number,
): PaymentFact => ({ externalId, orderId, tenderId, status, amount, currency: 'CNY' })

const neverSeen = (payment: PaymentRef, status: Status) => factOf(payment, status, 0)
