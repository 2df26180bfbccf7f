import { alipayPayments } from './alipay.ts'
import type { PaymentPlatform, Platforms } from './port.ts'
import { stripePayments } from './stripe.ts'
import { wechatpayPayments } from './wechatpay.ts'

/** The environment's variables for payment platforms, as `config.ts` has read them: each contract whole, or not there. */
export type PlatformSettings = {
  PUBLIC_URL: string
  STRIPE_SECRET_KEY?: string | undefined
  STRIPE_WEBHOOK_SECRETS?: readonly string[] | undefined
  STRIPE_URL: string
  ALIPAY_APP_ID?: string | undefined
  ALIPAY_PRIVATE_KEY?: string | undefined
  ALIPAY_PUBLIC_KEY?: string | undefined
  ALIPAY_SELLER_ID?: string | undefined
  ALIPAY_GATEWAY: string
  WECHATPAY_MCHID?: string | undefined
  WECHATPAY_APPID?: string | undefined
  WECHATPAY_SERIAL?: string | undefined
  WECHATPAY_PRIVATE_KEY?: string | undefined
  WECHATPAY_API_V3_KEY?: string | undefined
  WECHATPAY_PUBLIC_KEYS?: Readonly<Record<string, string>> | undefined
  WECHATPAY_URL: string
}

/** The platforms that the environment has accounts for. */
export function openPlatforms(settings: PlatformSettings): Platforms {
  const stripe = openStripe(settings)
  const alipay = openAlipay(settings)
  const wechatpay = openWechatpay(settings)
  return {
    ...(stripe && { stripe }),
    ...(alipay && { alipay }),
    ...(wechatpay && { wechatpay }),
  }
}

const noticesTo = ({ PUBLIC_URL }: PlatformSettings, name: string) =>
  new URL(`/webhooks/${name}`, PUBLIC_URL).href

function openStripe(settings: PlatformSettings): PaymentPlatform | undefined {
  const { STRIPE_SECRET_KEY: secretKey, STRIPE_WEBHOOK_SECRETS: webhookSecrets } = settings
  if (!secretKey || !webhookSecrets) return undefined
  return stripePayments({ secretKey, webhookSecrets, url: settings.STRIPE_URL })
}

function openAlipay(settings: PlatformSettings): PaymentPlatform | undefined {
  const { ALIPAY_APP_ID: appId, ALIPAY_SELLER_ID: sellerId, ALIPAY_GATEWAY: gateway } = settings
  const { ALIPAY_PRIVATE_KEY: privateKey, ALIPAY_PUBLIC_KEY: alipayPublicKey } = settings
  if (!appId || !sellerId || !privateKey || !alipayPublicKey) return undefined
  const notifyUrl = noticesTo(settings, 'alipay')
  return alipayPayments({ appId, sellerId, privateKey, alipayPublicKey, gateway, notifyUrl })
}

function openWechatpay(settings: PlatformSettings): PaymentPlatform | undefined {
  const { WECHATPAY_MCHID: mchid, WECHATPAY_APPID: appid, WECHATPAY_SERIAL: serial } = settings
  const { WECHATPAY_PRIVATE_KEY: privateKey, WECHATPAY_API_V3_KEY: apiV3Key } = settings
  const { WECHATPAY_PUBLIC_KEYS: publicKeys, WECHATPAY_URL: url } = settings
  if (!mchid || !appid || !serial || !privateKey || !apiV3Key || !publicKeys) return undefined
  const notifyUrl = noticesTo(settings, 'wechatpay')
  const account = { mchid, appid, serial, privateKey, apiV3Key, publicKeys }
  return wechatpayPayments({ ...account, url, notifyUrl })
}
