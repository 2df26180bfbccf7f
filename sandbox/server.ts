import { z } from 'zod'
import { startSandbox } from './sandbox.ts'

const ring = z.string().transform((value) => value.split(',') as [string, ...string[]])

const environment = z.object({
  SANDBOX_HOST: z.string().default('127.0.0.1'),
  SANDBOX_PORT: z.coerce.number().int().default(4010),
  SANDBOX_SMTP_PORT: z.coerce.number().int().default(4025),
  SANDBOX_DATA_DIR: z.string().optional(),
  SANDBOX_WEBHOOK_BASE_URL: z.url().optional(),
  STRIPE_SECRET_KEY: z.string(),
  STRIPE_WEBHOOK_SECRETS: ring,
  CARRIER_CODE: z.string().default('express'),
  CARRIER_API_KEY: z.string(),
  CARRIER_WEBHOOK_SECRETS: ring,
  KUAIDI100_CUSTOMER: z.string().optional(),
  KUAIDI100_KEY: z.string().optional(),
  KUAIDI100_SECRET: z.string().optional(),
})

const env = environment.parse(process.env)
const { KUAIDI100_CUSTOMER: customer, KUAIDI100_KEY: key, KUAIDI100_SECRET: secret } = env

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
  ...(customer && key && secret ? { kuaidi100: { customer, key, secret } } : {}),
  ...(env.SANDBOX_DATA_DIR ? { dataDir: env.SANDBOX_DATA_DIR } : {}),
  ...(env.SANDBOX_WEBHOOK_BASE_URL ? { webhookBaseUrl: env.SANDBOX_WEBHOOK_BASE_URL } : {}),
})

for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => void sandbox.close())

const { url, smtpUrl } = sandbox
process.stdout.write(`${JSON.stringify({ ready: 'sandbox', url, smtpUrl })}\n`)
