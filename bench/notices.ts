import type { PlatformName } from '../domain/method.ts'
import { noticeOf as alipayNotice } from '../sandbox/alipay-objects.ts'
import type { Trade } from '../sandbox/alipay-objects.ts'
import { eventOf, newIntent, received } from '../sandbox/payment-objects.ts'
import { alipaySender, stripeSender } from '../sandbox/signature.ts'
import type { Sender } from '../sandbox/signature.ts'
import { newNumber, noticeOf as wechatpayNotice, rfc3339 } from '../sandbox/wechatpay-objects.ts'
import type { Order } from '../sandbox/wechatpay-objects.ts'
import { wechatpaySender } from '../sandbox/wechatpay-wire.ts'
import { SANDBOX_ACCOUNTS, SECRETS } from '../testing/secrets.ts'
import type { Ask } from './line.ts'

/*
 * What platforms say of a payment that went through, as the sandbox words and signs it; each with an id of its own.
 */

/** How people call them. */
export const TITLES: Readonly<Record<PlatformName, string>> = {
  ...{ stripe: 'Stripe', alipay: 'Alipay', wechatpay: 'WeChat Pay' },
}

/** A payment in fen, as the platform knows it. */
export type Paid = { orderId: string; tenderId: string; externalId: string; amount: number }

type Message = { id: string; body: string }
type Platform = { sender: Sender; tell: (paid: Paid, at: Date) => Message }

const { alipay, wechatpay } = SANDBOX_ACCOUNTS

const PLATFORMS: Record<PlatformName, Platform> = {
  stripe: {
    sender: stripeSender('/webhooks/stripe', SECRETS.stripe.webhookSecrets[0]),
    tell: ({ orderId, tenderId, externalId, amount }, at) => {
      const metadata = { order_id: orderId, tender_id: tenderId }
      const form = new Map(Object.entries(metadata).map(([k, v]) => [`metadata[${k}]`, v]))
      const opened = { ...newIntent(form, { amount, currency: 'cny', at }), id: externalId }
      const object = received(opened, 'pm_card_visa', amount)
      return eventOf('payment_intent.succeeded', { object, orderId, at })
    },
  },
  alipay: {
    sender: alipaySender('/webhooks/alipay', alipay.privateKey),
    tell: ({ externalId, amount }, at) => {
      const moment = at.toISOString()
      const trade: Trade = {
        ...{ outTradeNo: externalId, tradeNo: newNumber('2026'), subject: externalId, amount },
        ...{ status: 'TRADE_SUCCESS', createdAt: moment, paidAt: moment, expiresAt: moment },
        notifyPath: '/webhooks/alipay',
      }
      return alipayNotice(trade, { account: alipay, refund: undefined, at: moment })
    },
  },
  wechatpay: {
    sender: wechatpaySender('/webhooks/wechatpay', wechatpay),
    tell: ({ externalId, amount }, at) => {
      const { appid, mchid } = wechatpay
      const order: Order = {
        ...{ appid, mchid, description: externalId, out_trade_no: externalId },
        ...{ notify_url: 'http://longhaul.example/webhooks/wechatpay', code_url: '' },
        ...{ amount: { total: amount, currency: 'CNY' }, fingerprint: '' },
        ...{ trade_state: 'SUCCESS', transaction_id: newNumber('42'), success_time: rfc3339(at) },
      }
      return wechatpayNotice(wechatpay, order, at)
    },
  },
}

/** Another notice each time, made and signed now: about a millisecond where the platform signs with RSA. */
export function noticeOf(platform: PlatformName, paid: Paid): Ask {
  const { sender, tell } = PLATFORMS[platform]
  const { headers, body } = sender.sign(tell(paid, new Date()))
  return { method: 'POST', path: sender.path, headers, body }
}
