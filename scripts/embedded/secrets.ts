import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto'
import { type Folder, readJson, writeJson } from './folder.ts'

const hex = (bytes: number) => randomBytes(bytes).toString('hex')
const base64 = (bytes: number) => randomBytes(bytes).toString('base64')

/** Bits of an RSA key, as both platforms want them. */
const RSA_BITS = 2048

/** PKCS #8 in one line, as it fits into a file of variables. */
const rsaKey = () =>
  generateKeyPairSync('rsa', { modulusLength: RSA_BITS })
    .privateKey.export({ type: 'pkcs8', format: 'der' })
    .toString('base64')

/** The public half of such a key, in one line as well. */
function publicHalf(privateKey: string): string {
  const key = Buffer.from(privateKey, 'base64')
  const pair = createPublicKey(createPrivateKey({ key, format: 'der', type: 'pkcs8' }))
  return pair.export({ type: 'spki', format: 'der' }).toString('base64')
}

/** How each secret is made. Those of platforms and carriers fit the sandbox; theirs come from them. */
export const makers = {
  POSTGRES_PASSWORD: () => hex(24),
  VAULT_KEY: () => base64(32),
  CODEC_KEY: () => base64(32),
  LINK_KEY: () => base64(32),
  STRIPE_SECRET_KEY: () => `sk_test_${hex(24)}`,
  STRIPE_WEBHOOK_SECRETS: () => `whsec_${hex(24)}`,
  ALIPAY_PRIVATE_KEY: rsaKey,
  WECHATPAY_PRIVATE_KEY: rsaKey,
  WECHATPAY_API_V3_KEY: () => hex(16),
  /** Signs as Alipay and as WeChat Pay. */
  SANDBOX_PLATFORM_KEY: rsaKey,
  CARRIER_API_KEY: () => `carrier_${hex(24)}`,
  CARRIER_WEBHOOK_SECRETS: () => `whsec_${base64(24)}`,
  KUAIDI100_CUSTOMER: () => hex(16),
  KUAIDI100_KEY: () => hex(16),
  KUAIDI100_SECRET: () => hex(16),
  KUAIDI100_SALTS: () => hex(16),
  INVOICE_API_KEY: () => `invoice_${hex(24)}`,
  INVOICE_SECRET: () => hex(32),
}

const SENDER = { name: '仓库', mobile: '13900139000', printAddr: '广东省深圳市南山区 2 号' }

/** What is no secret and fits the sandbox: it asks no more than that contracts, a courier and a sender are named. */
export const SANDBOX_LABELS = {
  ALIPAY_APP_ID: '2021000000000001',
  ALIPAY_SELLER_ID: '2088000000000001',
  WECHATPAY_MCHID: '1900000001',
  WECHATPAY_APPID: 'wx0000000000000001',
  WECHATPAY_SERIAL: '0000000000000000000000000000000000000001',
  KUAIDI100_COMPANY: 'shunfeng',
  KUAIDI100_PARTNER_ID: 'sandbox',
  KUAIDI100_SENDERS: JSON.stringify({ '*': SENDER }),
}

/** The platforms' public keys, where the sandbox plays them. */
export function publicKeys(platformKey: string) {
  const key = publicHalf(platformKey)
  return { ALIPAY_PUBLIC_KEY: key, WECHATPAY_PUBLIC_KEYS: `${SANDBOX_KEY_ID}=${key}` }
}

/** Platforms name their keys so. */
const SANDBOX_KEY_ID = 'PUB_KEY_ID_0000000000000000000000000001'

export type Secrets = Record<keyof typeof makers, string>

/** Generated once per folder; a secret that a later version adds is made then. */
export function openSecrets(folder: Folder): Secrets {
  const file = folder.file('secrets.json')
  const known = readJson<Partial<Secrets>>(file) ?? {}
  const missing = Object.entries(makers).filter(([name]) => !(name in known))
  const secrets = { ...known, ...Object.fromEntries(missing.map(([name, make]) => [name, make()])) }
  if (missing.length > 0) writeJson(file, secrets)
  return secrets as Secrets
}
