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
  STRIPE_SECRET_KEY: z.string().min(8),
  STRIPE_WEBHOOK_SECRETS: secretRing,
  STRIPE_URL: z.url().default('https://api.stripe.com'),
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

export type Config = z.infer<typeof environment>

/** The environment, parsed once per process. Throws with every wrong variable named, values never shown. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const parsed = environment.safeParse({ CARRIER: 'express', ...env })
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`)
  throw new Error(`Environment is incomplete or wrong:\n${problems.join('\n')}`)
}
