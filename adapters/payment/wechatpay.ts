import { z } from 'zod'
import type {
  OpenedPayment,
  OpenPayment,
  PaymentFact,
  PaymentPlatform,
  PaymentRef,
} from './port.ts'
import { referenceOf } from './reference.ts'
import { wechatpayStatement } from './wechatpay-bill.ts'
import { verifyWechatpay } from './wechatpay-notice.ts'
import { factOf, orderShape, without } from './wechatpay-order.ts'
import { lookWechatpayRefund, refundWechatpay } from './wechatpay-refund.ts'
import { CHINA_ZONE, requireYuan, shanghaiTime } from './china.ts'
import {
  take,
  unreadable,
  wechatpay,
  type Answer,
  type Wechatpay,
  type WechatpayAccount,
} from './wechatpay-wire.ts'

export type WechatpayOptions = WechatpayAccount & {
  appid: string
  /** 32 bytes; opens what notices carry. */
  apiV3Key: string
  /** Where notices go. */
  notifyUrl: string
}

/** WeChat Pay v3, by QR code (Native). An order is known by our own number, so unknown outcomes can be asked for. */
export function wechatpayPayments(options: WechatpayOptions): PaymentPlatform {
  const client = wechatpay(options)
  const apiV3Key = Buffer.from(options.apiV3Key)
  if (apiV3Key.length !== 32) throw new RangeError('an APIv3 key has 32 bytes')
  const recipient = { ...options, apiV3Key, ring: client.ring }
  return {
    name: 'wechatpay',
    timeZone: CHINA_ZONE,
    // The status says it all: nobody reads the body.
    acknowledgement: { body: '', contentType: 'text/plain' },
    open: (request) => open(client, options, request),
    look: (payment) => look(client, options, payment),
    close: (payment) => close(client, options, payment),
    refund: (request) => refundWechatpay(client, request),
    lookRefund: (refund) => lookWechatpayRefund(client, refund),
    verify: (rawBody, headers) => verifyWechatpay(rawBody, headers, recipient),
    statement: (day, at) => wechatpayStatement(client, day, at),
  }
}

/** Asked again in the same words, they show the same order's code. */
async function open(
  client: Wechatpay,
  { mchid, appid, notifyUrl }: WechatpayOptions,
  request: OpenPayment,
): Promise<OpenedPayment> {
  requireYuan(request.currency)
  const externalId = referenceOf(request)
  const body = {
    ...{ appid, mchid, description: request.orderNo, out_trade_no: externalId },
    ...{ time_expire: rfc3339(request.payBy), notify_url: notifyUrl },
    amount: { total: request.amount, currency: 'CNY' },
  }
  const answer = await client.ask({ path: '/v3/pay/transactions/native', body })
  const { code_url } = take(z.object({ code_url: z.string().min(1) }), answer)
  return { externalId, next: { type: 'scan', code: code_url } }
}

async function look(
  client: Wechatpay,
  { mchid, appid }: WechatpayOptions,
  payment: PaymentRef,
): Promise<PaymentFact> {
  const path = `${tradePath(payment)}?mchid=${encodeURIComponent(mchid)}`
  const answer = await client.ask({ path })
  if (isUnknown(answer)) return without(payment, 'open')
  const order = take(orderShape, answer)
  const isIt = order.out_trade_no === payment.externalId
  if (!isIt || order.mchid !== mchid || order.appid !== appid) throw unreadable()
  return factOf(order, payment)
}

async function close(
  client: Wechatpay,
  options: WechatpayOptions,
  payment: PaymentRef,
): Promise<PaymentFact> {
  const { mchid } = options
  const answer = await client.ask({ path: `${tradePath(payment)}/close`, body: { mchid } })
  // Of what was never opened nobody was shown a code.
  if (isUnknown(answer)) return without(payment, 'closed')
  // Done, or refused because it is paid or being paid: which of them, the order itself says.
  return look(client, options, payment)
}

/** Their own pages spell it in both ways. */
const isUnknown = ({ code }: Answer) => code === 'ORDER_NOT_EXIST' || code === 'ORDERNOTEXIST'

const tradePath = ({ externalId }: PaymentRef) =>
  `/v3/pay/transactions/out-trade-no/${encodeURIComponent(externalId)}`

/** "2026-11-22T16:00:00+08:00". */
const rfc3339 = (instant: string) => `${shanghaiTime(new Date(instant)).replace(' ', 'T')}+08:00`
