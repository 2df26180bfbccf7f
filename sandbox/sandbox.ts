import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { Hono } from 'hono'
import type { AlipayAccount, WechatpayAccount } from './account.ts'
import { alipayRoutes } from './alipay.ts'
import { depot as openDepot } from './carrier.ts'
import { carrierRoutes } from './carrier-routes.ts'
import { openClock, type Clock } from './clock.ts'
import { controlRoutes } from './control.ts'
import type { Address } from './delivery.ts'
import { faultSwitches, type Faults } from './faults.ts'
import { invoiceBooks, type InvoiceAccount } from './invoice.ts'
import { invoiceRoutes } from './invoice-routes.ts'
import { openJournal, type Journal } from './journal.ts'
import { kuaidi100Routes } from './kuaidi100.ts'
import type { Kuaidi100Account } from './kuaidi100.ts'
import { openMailbox } from './mailbox.ts'
import { openMoney, type Money } from './money.ts'
import { bank as openBank } from './payment.ts'
import { paymentRoutes } from './payment-routes.ts'
import type { SandboxEnv } from './reply.ts'
import { alipaySender, carrierSender, stripeSender } from './signature.ts'
import { openStatements, type Statements } from './statement.ts'
import { stripeControl } from './stripe-control.ts'
import { webhooks as openWebhooks, type Webhooks } from './webhooks.ts'
import { wechatpayBank } from './wechatpay.ts'
import { wechatpayControl, wechatpayRoutes } from './wechatpay-routes.ts'
import { wechatpaySender } from './wechatpay-wire.ts'

export type SandboxOptions = {
  stripe: { secretKey: string; webhookSecrets: readonly [string, ...string[]] }
  /** Without it the shop has no contract with Alipay. */
  alipay?: AlipayAccount
  /** Without it the shop has no contract with WeChat Pay. */
  wechatpay?: WechatpayAccount
  /** Its webhook secrets are base64, with or without `whsec_`, as the Standard Webhooks scheme has it. */
  carrier: { code: string; apiKey: string; webhookSecrets: readonly [string, ...string[]] }
  /** Without it the carrier isn't to be had by way of Kuaidi100. */
  kuaidi100?: Kuaidi100Account
  /** Without it the shop issues its invoices by hand. */
  invoice?: InvoiceAccount
  /** Origin that receives `/webhooks/<platform>` and `/webhooks/carriers/<code>`; can be told later. */
  webhookBaseUrl?: string
  /** Without it nothing is remembered over a restart. */
  dataDir?: string
  host?: string
  /** 0 lets the system choose. */
  port?: number
  smtpPort?: number
}

export type Sandbox = { url: string; smtpUrl: string; close(): Promise<void> }

/** What every platform works with. */
type Desk = {
  clock: Clock
  faults: Faults
  journal: Journal
  money: Money
  statements: Statements
  webhooks: Webhooks
}

/** As long as real platforms keep idle connections: Node's 5 s close them just as callers use them again. */
const KEEP_ALIVE_MS = 65_000

/** Stand-ins for a payment platform, a carrier and a mail system, speaking their own protocols. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { host = '127.0.0.1', port = 0, smtpPort = 0, dataDir, stripe, carrier } = options
  const journal = openJournal(dataDir)
  const faults = faultSwitches()
  const webhooks = openWebhooks(journal, faults, {
    senders: sendersOf(options),
    baseUrl: options.webhookBaseUrl,
  })
  const clock = openClock(journal)
  const money = openMoney(journal)
  const statements = openStatements(clock, faults)
  const bank = openBank(journal, webhooks, { clock, money, statements })
  const depot = openDepot(journal, webhooks, { apiKey: carrier.apiKey, clock })
  const mailbox = await openMailbox(faults, { host, port: smtpPort })

  const app = new Hono<SandboxEnv>()
  app.route('/v1', paymentRoutes({ bank, faults, journal, secretKey: stripe.secretKey }))
  app.route('/carrier/v1', carrierRoutes({ depot, faults, apiKey: carrier.apiKey }))
  const { kuaidi100: account } = options
  if (account !== undefined) app.route('/', kuaidi100Routes({ depot, faults, account }))
  app.route('/sandbox/stripe', stripeControl(bank))
  mountContracts(app, options, { clock, faults, journal, money, statements, webhooks })
  app.route('/', controlRoutes({ clock, depot, faults, mailbox, money, statements, webhooks }))
  const serverOptions = { keepAliveTimeout: KEEP_ALIVE_MS }
  const server = createAdaptorServer({ fetch: app.fetch, serverOptions }) as Server
  server.listen(port, host)
  await once(server, 'listening')

  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    smtpUrl: `smtp://${host}:${mailbox.port}`,
    async close() {
      webhooks.close()
      server.closeAllConnections()
      server.close()
      await Promise.all([once(server, 'close'), mailbox.close()])
      journal.close()
    },
  }
}

/** What a shop may have a contract for, or not. */
function mountContracts(
  app: Hono<SandboxEnv>,
  { alipay, wechatpay, invoice }: SandboxOptions,
  desk: Desk,
) {
  const { faults, ...parts } = desk
  if (invoice !== undefined) {
    const books = invoiceBooks(desk.journal, desk.clock)
    app.route('/', invoiceRoutes({ books, faults, account: invoice }))
  }
  if (alipay !== undefined) app.route('/alipay', alipayRoutes({ ...desk, account: alipay }))
  if (wechatpay !== undefined) {
    const bank = wechatpayBank({ ...parts, account: wechatpay })
    app.route('/wechatpay/v3', wechatpayRoutes({ bank, faults, account: wechatpay }))
    app.route('/sandbox/wechatpay', wechatpayControl({ bank, faults }))
  }
}

/** How each source's events travel; of platforms, those with a contract. */
function sendersOf({ stripe, alipay, wechatpay, carrier }: SandboxOptions): Address['senders'] {
  return {
    stripe: stripeSender('/webhooks/stripe', stripe.webhookSecrets[0]),
    carrier: carrierSender(`/webhooks/carriers/${carrier.code}`, carrier.webhookSecrets[0]),
    ...(alipay && { alipay: alipaySender('/webhooks/alipay', alipay.privateKey) }),
    ...(wechatpay && { wechatpay: wechatpaySender('/webhooks/wechatpay', wechatpay) }),
  }
}
