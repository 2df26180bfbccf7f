import { randomBytes } from 'node:crypto'
import { type Folder, readJson, writeJson } from './folder.ts'

const hex = (bytes: number) => randomBytes(bytes).toString('hex')
const base64 = (bytes: number) => randomBytes(bytes).toString('base64')

/** How each secret is made. Those of Stripe and the carrier fit the sandbox; theirs come from them. */
export const makers = {
  POSTGRES_PASSWORD: () => hex(24),
  VAULT_KEY: () => base64(32),
  CODEC_KEY: () => base64(32),
  LINK_KEY: () => base64(32),
  STRIPE_SECRET_KEY: () => `sk_test_${hex(24)}`,
  STRIPE_WEBHOOK_SECRETS: () => `whsec_${hex(24)}`,
  CARRIER_API_KEY: () => `carrier_${hex(24)}`,
  CARRIER_WEBHOOK_SECRETS: () => `whsec_${base64(24)}`,
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
