import { randomBytes } from 'node:crypto'
import { type Folder, readJson, writeJson } from './folder.ts'

const hex = (bytes: number) => randomBytes(bytes).toString('hex')
const base64 = (bytes: number) => randomBytes(bytes).toString('base64')

/** How each secret is made. Those of Stripe and the carriers fit the sandbox; theirs come from them. */
export const makers = {
  POSTGRES_PASSWORD: () => hex(24),
  VAULT_KEY: () => base64(32),
  CODEC_KEY: () => base64(32),
  LINK_KEY: () => base64(32),
  STRIPE_SECRET_KEY: () => `sk_test_${hex(24)}`,
  STRIPE_WEBHOOK_SECRETS: () => `whsec_${hex(24)}`,
  CARRIER_API_KEY: () => `carrier_${hex(24)}`,
  CARRIER_WEBHOOK_SECRETS: () => `whsec_${base64(24)}`,
  KUAIDI100_CUSTOMER: () => hex(16),
  KUAIDI100_KEY: () => hex(16),
  KUAIDI100_SECRET: () => hex(16),
  KUAIDI100_SALTS: () => hex(16),
}

const SENDER = { name: '仓库', mobile: '13900139000', printAddr: '广东省深圳市南山区 2 号' }

/** What is no secret and fits the sandbox: it asks no more than that a courier, an account and a sender are named. */
export const SANDBOX_LABELS = {
  KUAIDI100_COMPANY: 'shunfeng',
  KUAIDI100_PARTNER_ID: 'sandbox',
  KUAIDI100_SENDERS: JSON.stringify({ '*': SENDER }),
}

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
