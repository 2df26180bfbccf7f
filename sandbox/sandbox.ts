import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { Hono } from 'hono'
import { depot as openDepot } from './carrier.ts'
import { carrierRoutes } from './carrier-routes.ts'
import { openClock } from './clock.ts'
import { controlRoutes } from './control.ts'
import { faultSwitches } from './faults.ts'
import { openJournal } from './journal.ts'
import { kuaidi100Routes } from './kuaidi100.ts'
import type { Kuaidi100Account } from './kuaidi100.ts'
import { openMailbox } from './mailbox.ts'
import { bank as openBank } from './payment.ts'
import { paymentRoutes } from './payment-routes.ts'
import type { SandboxEnv } from './reply.ts'
import { webhooks as openWebhooks } from './webhooks.ts'

export type SandboxOptions = {
  stripe: { secretKey: string; webhookSecrets: readonly [string, ...string[]] }
  /** Its webhook secrets are base64, with or without `whsec_`, as the Standard Webhooks scheme has it. */
  carrier: { code: string; apiKey: string; webhookSecrets: readonly [string, ...string[]] }
  /** Without it the carrier isn't to be had by way of Kuaidi100. */
  kuaidi100?: Kuaidi100Account
  /** Origin that receives `/webhooks/stripe` and `/webhooks/carriers/<code>`; can be told later. */
  webhookBaseUrl?: string
  /** Without it nothing is remembered over a restart. */
  dataDir?: string
  host?: string
  /** 0 lets the system choose. */
  port?: number
  smtpPort?: number
}

export type Sandbox = { url: string; smtpUrl: string; close(): Promise<void> }

/** As long as real platforms keep idle connections: Node's 5 s close them just as callers use them again. */
const KEEP_ALIVE_MS = 65_000

/** Stand-ins for a payment platform, a carrier and a mail system, speaking their own protocols. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { host = '127.0.0.1', port = 0, smtpPort = 0, dataDir, stripe, carrier } = options
  const journal = openJournal(dataDir)
  const faults = faultSwitches()
  const webhooks = openWebhooks(journal, faults, {
    paths: { payment: '/webhooks/stripe', carrier: `/webhooks/carriers/${carrier.code}` },
    secrets: { payment: stripe.webhookSecrets[0], carrier: carrier.webhookSecrets[0] },
    baseUrl: options.webhookBaseUrl,
  })
  const clock = openClock(journal)
  const bank = openBank(journal, webhooks, clock)
  const depot = openDepot(journal, webhooks, { apiKey: carrier.apiKey, clock })
  const mailbox = await openMailbox(faults, { host, port: smtpPort })

  const app = new Hono<SandboxEnv>()
  app.route('/v1', paymentRoutes({ bank, faults, journal, secretKey: stripe.secretKey }))
  app.route('/carrier/v1', carrierRoutes({ depot, faults, apiKey: carrier.apiKey }))
  const { kuaidi100: account } = options
  if (account !== undefined) app.route('/', kuaidi100Routes({ depot, faults, account }))
  app.route('/', controlRoutes({ bank, clock, depot, faults, mailbox, webhooks }))
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
