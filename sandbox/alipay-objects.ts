import { randomBytes, randomInt } from 'node:crypto'
import type { AlipayAccount } from './account.ts'
import { success, type Answer } from './alipay-wire.ts'
import { shanghaiTime, yuan } from './china.ts'
import type { WebhookEvent } from './delivery.ts'

/** Alipay's objects, in the shapes that travel. */

/** What a customer's visit asks for. */
export type Offer = {
  outTradeNo: string
  subject: string
  /** Fen. */
  amount: number
  /** ISO 8601; nobody pays afterwards. */
  expiresAt: string
  /** Of the address for notices. */
  notifyPath: string
}

export type Trade = Offer & {
  tradeNo: string
  status: 'WAIT_BUYER_PAY' | 'TRADE_SUCCESS' | 'TRADE_CLOSED'
  createdAt: string
  paidAt?: string
  closedAt?: string
}

export type Refund = {
  outTradeNo: string
  outRequestNo: string
  amount: number
  /** ISO 8601, once the money went. */
  at?: string
  /** When a pending one goes through, by the sandbox's own clock. Milliseconds. */
  due?: number
}

/** Longhaul's numbers begin with the order's id. */
export const orderOf = (outTradeNo: string) => /^[a-z2-7]{26}/.exec(outTradeNo)?.[0] ?? outTradeNo

/** The day and twenty digits. */
export const tradeNumber = (at: string) =>
  `${at.slice(0, 10).replaceAll('-', '')}22001${String(randomInt(10 ** 14)).padStart(15, '0')}`

export const refundAnswer = (trade: Trade, refundedInAll: number, fundChange: 'Y' | 'N') =>
  success({
    ...{ trade_no: trade.tradeNo, out_trade_no: trade.outTradeNo, fund_change: fundChange },
    ...{ refund_fee: yuan(refundedInAll), buyer_logon_id: 'buy***@sandbox.example' },
  })

export const refundFound = (
  trade: Trade,
  { outTradeNo, outRequestNo, amount }: Refund,
  at: string,
) =>
  success({
    ...{ out_trade_no: outTradeNo, out_request_no: outRequestNo, trade_no: trade.tradeNo },
    ...{ total_amount: yuan(trade.amount), refund_amount: yuan(amount) },
    ...{ refund_status: 'REFUND_SUCCESS', gmt_refund_pay: shanghaiTime(at) },
  })

/** A trade as a query shows it. */
export const shown = (trade: Trade): Answer =>
  success({
    ...{ trade_no: trade.tradeNo, out_trade_no: trade.outTradeNo, trade_status: trade.status },
    ...{ total_amount: yuan(trade.amount), buyer_logon_id: 'buy***@sandbox.example' },
    receipt_amount: yuan(trade.paidAt === undefined ? 0 : trade.amount),
    ...(trade.paidAt === undefined ? {} : { send_pay_date: shanghaiTime(trade.paidAt) }),
  })

/** A notice's form, unsigned. */
export function noticeOf(
  trade: Trade,
  { account, refund, at }: { account: AlipayAccount; refund: object | undefined; at: string },
): WebhookEvent {
  const id = `${at.slice(0, 10).replaceAll('-', '')}00222${randomBytes(10).toString('hex')}`
  const form = new URLSearchParams({
    ...{ notify_id: id, notify_type: 'trade_status_sync', notify_time: shanghaiTime(at) },
    ...{ charset: 'utf-8', version: '1.0', app_id: account.appId, auth_app_id: account.appId },
    ...{ trade_no: trade.tradeNo, out_trade_no: trade.outTradeNo, subject: trade.subject },
    ...{ seller_id: account.sellerId, buyer_id: '2088000000000002' },
    ...{ trade_status: trade.status, total_amount: yuan(trade.amount) },
    gmt_create: shanghaiTime(trade.createdAt),
    ...(trade.paidAt === undefined ? {} : paidFields(trade, trade.paidAt)),
    ...(trade.closedAt === undefined ? {} : { gmt_close: shanghaiTime(trade.closedAt) }),
    ...refund,
  })
  const { notifyPath: path, outTradeNo } = trade
  const orderId = orderOf(outTradeNo)
  const type = refund === undefined ? trade.status : 'refund'
  return { id, source: 'alipay', type, orderId, at, path, body: form.toString() }
}

const paidFields = ({ amount }: Trade, paidAt: string) => ({
  ...{ gmt_payment: shanghaiTime(paidAt), receipt_amount: yuan(amount) },
  ...{ buyer_pay_amount: yuan(amount), invoice_amount: yuan(amount), point_amount: '0.00' },
  fund_bill_list: JSON.stringify([{ amount: yuan(amount), fundChannel: 'ALIPAYACCOUNT' }]),
})
