import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { z } from 'zod'

const key32 = z
  .string()
  .refine((value) => Buffer.from(value, 'base64').length === 32, '32 bytes in base64')
  .transform((value) => Buffer.from(value, 'base64'))

/** Rotation: the first secret signs, all verify. */
const secretRing = z
  .string()
  .min(16)
  .transform((value) => value.split(',') as [string, ...string[]])

/** PEM, also with `\\n` for its line ends, or the bare base64 of consoles; as the form that Node reads. */
const keyInput = (text: string) =>
  text.includes('-----') ? text.replaceAll('\\n', '\n') : Buffer.from(text, 'base64')

/** In PKCS #8 or PKCS #1; as PEM of PKCS #8. */
const rsaPrivateKey = z.string().transform((text, c) => {
  const key = keyInput(text)
  const forms = typeof key === 'string' ? [key] : DER_FORMS.map((type) => ({ key, type, ...DER }))
  const pem = forms.map((form) => pemOf(() => createPrivateKey(form), 'pkcs8')).find(Boolean)
  return pem ?? noKey(c)
})
/** A public key, or a certificate with it; as PEM. */
const publicPem = (text: string): string | undefined => {
  const key = keyInput(text)
  const form = typeof key === 'string' ? key : ({ key, type: 'spki', ...DER } as const)
  return pemOf(() => createPublicKey(form), 'spki')
}
const rsaPublicKey = z.string().transform((text, c) => publicPem(text) ?? noKey(c))

/** `<id>=<key>,…`; several while the platform changes its key. */
const publicKeyRing = z.string().transform((text, c) => {
  const ring: Record<string, string> = {}
  for (const entry of text.split(',')) {
    const [, id, key] = /^([^=]+)=(.+)$/s.exec(entry.trim()) ?? []
    const pem = key === undefined ? undefined : publicPem(key)
    if (id === undefined || pem === undefined) return noKey(c)
    ring[id] = pem
  }
  return ring
})

const DER = { format: 'der' } as const
const DER_FORMS = ['pkcs8', 'pkcs1'] as const

function pemOf(read: () => KeyObject, type: 'pkcs8' | 'spki'): string | undefined {
  try {
    const key = read()
    return key.asymmetricKeyType === 'rsa' ? String(key.export({ type, format: 'pem' })) : undefined
  } catch {
    return undefined // told as an issue, without a word of the key
  }
}

function noKey(c: z.RefinementCtx): never {
  c.addIssue('no RSA key')
  return z.NEVER
}

const sender = z.object({
  name: z.string().min(1),
  mobile: z.string().min(1),
  printAddr: z.string().min(1),
})
/** `{"*": …, "<warehouse>": …}` in JSON. */
const senders = z
  .string()
  .transform((text, c) => {
    try {
      return JSON.parse(text) as unknown
    } catch {
      c.addIssue('JSON')
      return z.NEVER
    }
  })
  .pipe(z.object({ '*': sender }).catchall(sender))

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

/** Temporal's own variables (TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, …) are read by its SDK (`client/connect.ts`). */
const common = z.object({
  LONGHAUL_MODE: z.enum(['development', 'production']).default('production'),
  DATABASE_URL: z.url(),
  TEMPORAL_TASK_QUEUE: z.string().default('orders'),
  /** Where `scripts/bundle.ts` put the workflows; without it the worker bundles at start. */
  WORKFLOW_BUNDLE: z.string().optional(),
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().default(3000),
  PUBLIC_URL: z.url().default('http://127.0.0.1:3000'),
  /** The sandbox, where it stands in for the outside; it is told the time of fast-forwarded orders. */
  SANDBOX_URL: z.url().optional(),
  /** Browser origin of Temporal's Web UI, allowed to ask for decoded payloads. */
  TEMPORAL_UI_ORIGIN: z.url().optional(),
  VAULT_KEY: key32,
  CODEC_KEY: key32,
  LINK_KEY: key32,
  STRIPE_SECRET_KEY: z.string().min(8).optional(),
  STRIPE_WEBHOOK_SECRETS: secretRing.optional(),
  STRIPE_URL: z.url().default('https://api.stripe.com'),
  ALIPAY_APP_ID: z.string().min(1).optional(),
  /** The shop's own. */
  ALIPAY_PRIVATE_KEY: rsaPrivateKey.optional(),
  /** Alipay's, not the shop's. */
  ALIPAY_PUBLIC_KEY: rsaPublicKey.optional(),
  ALIPAY_SELLER_ID: z.string().min(1).optional(),
  ALIPAY_GATEWAY: z.url().default('https://openapi.alipay.com/gateway.do'),
  WECHATPAY_MCHID: z.string().min(1).optional(),
  WECHATPAY_APPID: z.string().min(1).optional(),
  WECHATPAY_SERIAL: z.string().min(1).optional(),
  WECHATPAY_PRIVATE_KEY: rsaPrivateKey.optional(),
  WECHATPAY_API_V3_KEY: z
    .string()
    .refine((value) => Buffer.byteLength(value) === 32, '32 bytes')
    .optional(),
  WECHATPAY_PUBLIC_KEYS: publicKeyRing.optional(),
  WECHATPAY_URL: z.url().default('https://api.mch.weixin.qq.com'),
  /** The gateway to providers of electronic invoices; without it they are issued by hand. */
  INVOICE_URL: z.url().optional(),
  INVOICE_API_KEY: z.string().min(8).optional(),
  INVOICE_SECRET: z.string().min(16).optional(),
  /** Who invoices the freight, as its invoices say it. */
  INVOICE_PLATFORM_NAME: z.string().min(1).default('Longhaul'),
  INVOICE_PLATFORM_TAX_NUMBER: z
    .string()
    .regex(/^[\dA-Z]+$/, 'capitals and digits')
    .refine(({ length }) => [15, 18, 20].includes(length), '15, 18 or 20 characters')
    .optional(),
  /** Who issues invoices (开票人), as they say it. */
  INVOICE_CLERK: z.string().min(1).optional(),
  /** Most that one order may have collected at the door, in minor units. */
  COD_LIMIT: z.coerce.number().int().nonnegative().optional(),
  /** Orders refused at the door within half a year, from which on a customer pays in advance. */
  COD_REFUSALS: z.coerce.number().int().positive().optional(),
  /** Where nobody collects: `CN/西藏自治区,CN/新疆维吾尔自治区`. */
  COD_EXCLUDED: z
    .string()
    .transform((places) => places.split(',').map((place) => place.trim()))
    .optional(),
  /** What paying at the door costs for each consignment, in minor units. */
  COD_FEE: z.coerce.number().int().nonnegative().optional(),
  /** What one person may refund of an order for good will, in minor units. */
  REFUND_LIMIT: z.coerce.number().int().nonnegative().optional(),
  /** How often merchants are settled with. */
  SETTLEMENT_PERIOD: z.enum(['day', 'week', 'month']).default('week'),
  /** What one person may pay out to a merchant at once, in minor units. */
  PAYOUT_LIMIT: z.coerce.number().int().nonnegative().optional(),
  SMTP_URL: z.url(),
  MAIL_FROM: z.string().default('Longhaul <orders@longhaul.example>'),
  /** IANA zone in which mails and pages show times. */
  TIME_ZONE: z.string().refine(isTimeZone, 'no time zone').default('Asia/Shanghai'),
  WORKER_PROBE_PORT: z.coerce.number().int().optional(),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
})

/** Each carrier with its own variables: those of the others may be missing. */
export const environment = z.discriminatedUnion('CARRIER', [
  common.extend({
    CARRIER: z.literal('express'),
    CARRIER_CODE: z.string().default('express'),
    CARRIER_URL: z.url(),
    CARRIER_API_KEY: z.string().min(8),
    CARRIER_WEBHOOK_SECRETS: secretRing,
  }),
  common.extend({
    CARRIER: z.literal('kuaidi100'),
    CARRIER_CODE: z.string().default('kuaidi100'),
    KUAIDI100_LABEL_URL: z.url().default('https://api.kuaidi100.com'),
    KUAIDI100_POLL_URL: z.url().default('https://poll.kuaidi100.com'),
    KUAIDI100_TRACKING_URL: z.url().default('https://www.kuaidi100.com/chaxun'),
    KUAIDI100_CUSTOMER: z.string().min(8),
    KUAIDI100_KEY: z.string().min(8),
    KUAIDI100_SECRET: z.string().min(8),
    KUAIDI100_SALTS: secretRing,
    KUAIDI100_COMPANY: z.string().min(1),
    KUAIDI100_PARTNER_ID: z.string().min(1),
    KUAIDI100_PARTNER_KEY: z.string().optional(),
    KUAIDI100_SENDERS: senders,
  }),
])

/** Contracts that a shop has or hasn't: with one of its variables, all of them are needed. */
const PAYMENT_CONTRACTS = [
  ['STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRETS'],
  ['ALIPAY_APP_ID', 'ALIPAY_PRIVATE_KEY', 'ALIPAY_PUBLIC_KEY', 'ALIPAY_SELLER_ID'],
  [
    ...['WECHATPAY_MCHID', 'WECHATPAY_APPID', 'WECHATPAY_SERIAL', 'WECHATPAY_PRIVATE_KEY'],
    ...['WECHATPAY_API_V3_KEY', 'WECHATPAY_PUBLIC_KEYS'],
  ],
]
const CONTRACTS = [...PAYMENT_CONTRACTS, ['INVOICE_URL', 'INVOICE_API_KEY', 'INVOICE_SECRET']]

export type Config = z.infer<typeof environment>

/** The environment, parsed once per process. Throws with every wrong variable named, values never shown. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const parsed = environment.safeParse({ CARRIER: 'express', ...env })
  const wrong = parsed.error?.issues.map(({ path, message }) => `  ${path.join('.')}: ${message}`)
  const isThere = (names: readonly string[]) => names.some((name) => env[name] !== undefined)
  const missing = CONTRACTS.filter(isThere)
    .flatMap((names) => names.filter((name) => env[name] === undefined))
    .map((name) => `  ${name}: missing, while others of its contract are there`)
  const unpaid = PAYMENT_CONTRACTS.some(isThere)
    ? []
    : ['  STRIPE_…, ALIPAY_… or WECHATPAY_…: a contract with one payment platform at least']
  const problems = [...(wrong ?? []), ...missing, ...unpaid]
  if (parsed.success && problems.length === 0) return parsed.data
  throw new Error(`Environment is incomplete or wrong:\n${problems.join('\n')}`)
}
