import { alipayPayments } from '../adapters/payment/alipay.ts'
import { stripePayments } from '../adapters/payment/stripe.ts'
import { wechatpayPayments } from '../adapters/payment/wechatpay.ts'
import { SECRETS } from './secrets.ts'

/** Every payment platform, as the sandbox plays it; `publicUrl` is where it sends its notices. */
export const worldPlatforms = (sandboxUrl: string, publicUrl: string) => ({
  stripe: stripePayments({ ...SECRETS.stripe, url: sandboxUrl }),
  alipay: alipayPayments({
    ...SECRETS.alipay,
    gateway: `${sandboxUrl}/alipay/gateway.do`,
    notifyUrl: `${publicUrl}/webhooks/alipay`,
  }),
  wechatpay: wechatpayPayments({
    ...SECRETS.wechatpay,
    url: `${sandboxUrl}/wechatpay`,
    notifyUrl: `${publicUrl}/webhooks/wechatpay`,
  }),
})
