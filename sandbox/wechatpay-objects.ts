import { createHash, randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { WechatpayAccount } from './account.ts'
import { shanghaiTime } from './china.ts'
import { seal } from './wechatpay-wire.ts'

/** WeChat Pay's orders and refunds, in the shapes that travel. */

const amount = z.number().int().positive()
const number = (longest: number) => z.string().regex(new RegExp(`^[\\w|*@-]{6,${longest}}$`))

export const orderShape = z.object({
  appid: z.string(),
  mchid: z.string(),
  description: z.string().min(1),
  out_trade_no: number(32),
  time_expire: z.iso.datetime({ offset: true }).optional(),
  notify_url: z.url(),
  amount: z.object({ total: amount, currency: z.literal('CNY').default('CNY') }),
})
export type OrderRequest = z.infer<typeof orderShape>

export const refundShape = z.object({
  out_trade_no: number(32),
  out_refund_no: number(64),
  amount: z.object({ refund: amount, total: amount, currency: z.literal('CNY') }),
})
export type RefundRequest = z.infer<typeof refundShape>

export type Order = OrderRequest & {
  code_url: string
  trade_state: 'NOTPAY' | 'USERPAYING' | 'PAYERROR' | 'SUCCESS' | 'REFUND' | 'CLOSED'
  transaction_id?: string
  success_time?: string
  fingerprint: string
}

export type Refund = RefundRequest & {
  refund_id: string
  status: 'SUCCESS' | 'PROCESSING' | 'ABNORMAL' | 'CLOSED'
  create_time: string
  success_time?: string
  /** When a pending one is through, or someone has completed an abnormal one. Epoch milliseconds. */
  dueAt?: number
}

/** The order that a payment is for; ours to name, as the start of its number. */
export const orderOf = (outTradeNo: string) => outTradeNo.slice(0, 26)

export const newNumber = (prefix: string) =>
  `${prefix}${BigInt(`0x${randomBytes(10).toString('hex')}`)}`

export const rfc3339 = (at: Date) => `${shanghaiTime(at).replace(' ', 'T')}+08:00`

export const isPaid = ({ trade_state }: Order) =>
  trade_state === 'SUCCESS' || trade_state === 'REFUND'

export function orderBody(order: Order) {
  const { appid, mchid, out_trade_no, trade_state, transaction_id, success_time } = order
  const { total, currency } = order.amount
  const openid = `o${createHash('md5').update(out_trade_no).digest('hex')}`
  return {
    ...{ appid, mchid, out_trade_no, trade_state, trade_state_desc: trade_state, attach: '' },
    ...(isPaid(order)
      ? { transaction_id, success_time, trade_type: 'NATIVE', bank_type: 'OTHERS' }
      : {}),
    amount: { total, payer_total: total, currency, payer_currency: currency },
    ...(isPaid(order) ? { payer: { openid } } : {}),
  }
}

export function refundBody(refund: Refund) {
  const { dueAt: _, ...told } = refund
  const where = { channel: 'ORIGINAL', user_received_account: '支付用户零钱' }
  return { ...told, ...where, funds_account: 'AVAILABLE' }
}

export function noticeOf(account: WechatpayAccount, paid: Order, at: Date) {
  const id = randomBytes(16).toString('hex')
  const type = 'TRANSACTION.SUCCESS'
  const resource = seal(account, 'transaction', orderBody(paid))
  const head = { id, create_time: rfc3339(at), resource_type: 'encrypt-resource' }
  return {
    id,
    source: 'wechatpay',
    type,
    orderId: orderOf(paid.out_trade_no),
    at: at.toISOString(),
    path: new URL(paid.notify_url).pathname,
    body: JSON.stringify({ ...head, event_type: type, summary: '支付成功', resource }),
  } as const
}
