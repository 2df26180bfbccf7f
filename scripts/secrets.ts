import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { parseArgs, parseEnv } from 'node:util'
import { SetupError, runCommand } from './embedded/setup-error.ts'
import { makers, publicKeys, SANDBOX_LABELS } from './embedded/secrets.ts'

const password = makers.POSTGRES_PASSWORD
const { VAULT_KEY, CODEC_KEY, LINK_KEY } = makers
const { STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRETS } = makers
const { ALIPAY_PRIVATE_KEY, WECHATPAY_PRIVATE_KEY, WECHATPAY_API_V3_KEY } = makers
const { SANDBOX_PLATFORM_KEY, CARRIER_API_KEY, CARRIER_WEBHOOK_SECRETS } = makers
const { KUAIDI100_CUSTOMER, KUAIDI100_KEY, KUAIDI100_SECRET, KUAIDI100_SALTS } = makers
const { INVOICE_API_KEY, INVOICE_SECRET } = makers

/** What belongs to a deployment alone and comes from nowhere else. */
const OWN: Makers = {
  POSTGRES_PASSWORD: password,
  LONGHAUL_DB_PASSWORD: password,
  TEMPORAL_DB_PASSWORD: password,
  ...{ VAULT_KEY, CODEC_KEY, LINK_KEY },
}

/** The sandbox in place of platform, carrier and mail server, where docker-compose.yml puts it. */
const SANDBOX: Makers = {
  ...{ STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRETS, CARRIER_API_KEY, CARRIER_WEBHOOK_SECRETS },
  STRIPE_URL: () => 'http://sandbox:4010',
  ...{ ALIPAY_PRIVATE_KEY, WECHATPAY_PRIVATE_KEY, WECHATPAY_API_V3_KEY, SANDBOX_PLATFORM_KEY },
  ALIPAY_APP_ID: () => SANDBOX_LABELS.ALIPAY_APP_ID,
  ALIPAY_SELLER_ID: () => SANDBOX_LABELS.ALIPAY_SELLER_ID,
  ALIPAY_PUBLIC_KEY: (made) => publicKeys(made['SANDBOX_PLATFORM_KEY'] ?? '').ALIPAY_PUBLIC_KEY,
  ALIPAY_GATEWAY: () => 'http://sandbox:4010/alipay/gateway.do',
  WECHATPAY_MCHID: () => SANDBOX_LABELS.WECHATPAY_MCHID,
  WECHATPAY_APPID: () => SANDBOX_LABELS.WECHATPAY_APPID,
  WECHATPAY_SERIAL: () => SANDBOX_LABELS.WECHATPAY_SERIAL,
  WECHATPAY_PUBLIC_KEYS: (made) =>
    publicKeys(made['SANDBOX_PLATFORM_KEY'] ?? '').WECHATPAY_PUBLIC_KEYS,
  WECHATPAY_URL: () => 'http://sandbox:4010/wechatpay',
  CARRIER_URL: () => 'http://sandbox:4010',
  ...{ KUAIDI100_CUSTOMER, KUAIDI100_KEY, KUAIDI100_SECRET, KUAIDI100_SALTS },
  KUAIDI100_LABEL_URL: () => 'http://sandbox:4010',
  KUAIDI100_POLL_URL: () => 'http://sandbox:4010',
  KUAIDI100_TRACKING_URL: () => 'http://127.0.0.1:4010/chaxun',
  KUAIDI100_COMPANY: () => SANDBOX_LABELS.KUAIDI100_COMPANY,
  KUAIDI100_PARTNER_ID: () => SANDBOX_LABELS.KUAIDI100_PARTNER_ID,
  KUAIDI100_SENDERS: () => `'${SANDBOX_LABELS.KUAIDI100_SENDERS}'`,
  ...{ INVOICE_API_KEY, INVOICE_SECRET },
  INVOICE_URL: () => 'http://sandbox:4010',
  SMTP_URL: () => 'smtp://sandbox:4025',
}

/** Each may know those before it. */
type Makers = Record<string, (made: NodeJS.Dict<string>) => string>

/**
 * Add the secrets of a deployment to a file that Compose reads, `.env` unless named. What stands there is never
 * changed: with another VAULT_KEY every address is lost.
 */
await runCommand(async () => {
  const { file, sandbox } = readArguments()
  const known = existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {}
  const wanted = Object.entries({ ...OWN, ...(sandbox && SANDBOX) })
  const missing = wanted.filter(([name]) => !known[name])
  const made: NodeJS.Dict<string> = { ...known }
  for (const [name, make] of missing) made[name] = make(made)
  const names = missing.map(([name]) => name)
  appendFileSync(file, names.map((name) => `${name}=${made[name]}\n`).join(''), { mode: 0o600 })
  console.log(`${file}: added ${names.join(', ') || 'nothing'}`)
  return 0
})

function readArguments(): { file: string; sandbox: boolean } {
  try {
    const { values, positionals } = parseArgs({
      options: { sandbox: { type: 'boolean', default: false } },
      allowPositionals: true,
    })
    return { file: positionals[0] ?? '.env', sandbox: values.sandbox }
  } catch (error) {
    throw new SetupError(
      error instanceof Error ? error.message : String(error),
      'Usage: npm run secrets [-- <file>] [--sandbox]',
    )
  }
}
