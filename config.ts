import { z } from 'zod'

const key32 = z
  .string()
  .refine((value) => Buffer.from(value, 'base64').length === 32, '32 bytes in base64')
  .transform((value) => Buffer.from(value, 'base64'))

/** Rotation: the first secret signs, all verify. */
const secretRing = z
  .string()
  .min(16)
  .transform((value) => value.split(','))

/** Temporal's own variables (TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, …) are read by its SDK (`client/connect.ts`). */
const environment = z.object({
  LONGHAUL_MODE: z.enum(['development', 'production']).default('production'),
  DATABASE_URL: z.url(),
  TEMPORAL_TASK_QUEUE: z.string().default('orders'),
  /** Where `scripts/bundle.ts` put the workflows; without it the worker bundles at start. */
  WORKFLOW_BUNDLE: z.string().optional(),
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().default(3000),
  PUBLIC_URL: z.url().default('http://127.0.0.1:3000'),
  /** Browser origin of Temporal's Web UI, allowed to ask for decoded payloads. */
  TEMPORAL_UI_ORIGIN: z.url().optional(),
  VAULT_KEY: key32,
  CODEC_KEY: key32,
  LINK_KEY: key32,
  STRIPE_SECRET_KEY: z.string().min(8),
  STRIPE_WEBHOOK_SECRETS: secretRing,
  STRIPE_URL: z.url().default('https://api.stripe.com'),
  CARRIER_CODE: z.string().default('express'),
  CARRIER_URL: z.url(),
  CARRIER_API_KEY: z.string().min(8),
  CARRIER_WEBHOOK_SECRETS: secretRing,
  SMTP_URL: z.url(),
  MAIL_FROM: z.string().default('Longhaul <orders@longhaul.example>'),
  /** IANA zone in which mails show dates. */
  TIME_ZONE: z.string().default('Asia/Shanghai'),
  WORKER_PROBE_PORT: z.coerce.number().int().optional(),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
})

export type Config = z.infer<typeof environment>

/** The environment, parsed once per process. Throws with every wrong variable named, values never shown. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const parsed = environment.safeParse(env)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`)
  throw new Error(`Environment is incomplete or wrong:\n${problems.join('\n')}`)
}
