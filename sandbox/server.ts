import { createPublicKey } from 'node:crypto'
import { z } from 'zod'
import type { AlipayAccount, WechatpayAccount } from './account.ts'
import { startSandbox } from './sandbox.ts'

const ring = z.string().transform((value) => value.split(',') as [string, ...string[]])

/** PEM, or what it holds in one line: PKCS #8. */
const privateKey = z
  .string()
  .transform((text) =>
    text.includes('-----')
      ? text.replaceAll('\\n', '\n')
      : `-----BEGIN PRIVATE KEY-----\n${text}\n-----END PRIVATE KEY-----\n`,
  )

const environment = z.object({
  SANDBOX_HOST: z.string().default('127.0.0.1'),
  SANDBOX_PORT: z.coerce.number().int().default(4010),
  SANDBOX_SMTP_PORT: z.coerce.number().int().default(4025),
  SANDBOX_DATA_DIR: z.string().optional(),
  SANDBOX_WEBHOOK_BASE_URL: z.url().optional(),
  STRIPE_SECRET_KEY: z.string(),
  STRIPE_WEBHOOK_SECRETS: ring,
  SANDBOX_PLATFORM_KEY: privateKey.optional(),
  ALIPAY_APP_ID: z.string().optional(),
  ALIPAY_SELLER_ID: z.string().optional(),
  ALIPAY_PRIVATE_KEY: privateKey.optional(),
  WECHATPAY_MCHID: z.string().optional(),
  WECHATPAY_APPID: z.string().optional(),
  WECHATPAY_SERIAL: z.string().optional(),
  WECHATPAY_PRIVATE_KEY: privateKey.optional(),
  WECHATPAY_API_V3_KEY: z.string().optional(),
  WECHATPAY_PUBLIC_KEYS: z.string().optional(),
  CARRIER_CODE: z.string().default('express'),
  CARRIER_API_KEY: z.string(),
  CARRIER_WEBHOOK_SECRETS: ring,
  KUAIDI100_CUSTOMER: z.string().optional(),
  KUAIDI100_KEY: z.string().optional(),
  KUAIDI100_SECRET: z.string().optional(),
  INVOICE_API_KEY: z.string().optional(),
  INVOICE_SECRET: z.string().optional(),
})

const env = environment.parse(process.env)
const { KUAIDI100_CUSTOMER: customer, KUAIDI100_KEY: key, KUAIDI100_SECRET: secret } = env
const { INVOICE_API_KEY: apiKey, INVOICE_SECRET: invoiceSecret } = env
const alipay = alipayAccount()
const wechatpay = wechatpayAccount()

const sandbox = await startSandbox({
  host: env.SANDBOX_HOST,
  port: env.SANDBOX_PORT,
  smtpPort: env.SANDBOX_SMTP_PORT,
  stripe: { secretKey: env.STRIPE_SECRET_KEY, webhookSecrets: env.STRIPE_WEBHOOK_SECRETS },
  carrier: {
    code: env.CARRIER_CODE,
    apiKey: env.CARRIER_API_KEY,
    webhookSecrets: env.CARRIER_WEBHOOK_SECRETS,
  },
  ...(alipay && { alipay }),
  ...(wechatpay && { wechatpay }),
  ...(customer && key && secret ? { kuaidi100: { customer, key, secret } } : {}),
  ...(apiKey && invoiceSecret ? { invoice: { apiKey, secret: invoiceSecret } } : {}),
  ...(env.SANDBOX_DATA_DIR ? { dataDir: env.SANDBOX_DATA_DIR } : {}),
  ...(env.SANDBOX_WEBHOOK_BASE_URL ? { webhookBaseUrl: env.SANDBOX_WEBHOOK_BASE_URL } : {}),
})

for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => void sandbox.close())

const { url, smtpUrl } = sandbox
process.stdout.write(`${JSON.stringify({ ready: 'sandbox', url, smtpUrl })}\n`)

/** Of the shop's key only the public half is used. */
function publicHalf(pem: string): string {
  return createPublicKey(pem).export({ type: 'spki', format: 'pem' }).toString()
}

function alipayAccount(): AlipayAccount | undefined {
  const { ALIPAY_APP_ID: appId, ALIPAY_SELLER_ID: sellerId, ALIPAY_PRIVATE_KEY: shopKey } = env
  const { SANDBOX_PLATFORM_KEY: privateKey } = env
  if (!appId || !sellerId || !shopKey || !privateKey) return undefined
  return { appId, sellerId, shopPublicKey: publicHalf(shopKey), privateKey }
}

function wechatpayAccount(): WechatpayAccount | undefined {
  const { WECHATPAY_MCHID: mchid, WECHATPAY_APPID: appid, WECHATPAY_SERIAL: serial } = env
  const { WECHATPAY_PRIVATE_KEY: shopKey, WECHATPAY_API_V3_KEY: apiV3Key } = env
  const { SANDBOX_PLATFORM_KEY: privateKey, WECHATPAY_PUBLIC_KEYS: keys } = env
  const publicKeyId = keys?.split('=')[0]
  if (!mchid || !appid || !serial || !shopKey || !apiV3Key || !privateKey || !publicKeyId) {
    return undefined
  }
  const shopPublicKey = publicHalf(shopKey)
  return { mchid, appid, serial, shopPublicKey, apiV3Key, publicKeyId, privateKey }
}
