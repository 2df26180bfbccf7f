import { once } from 'node:events'
import type { Server } from 'node:http'
import { serve } from '@hono/node-server'
import { openAddressBook } from '../adapters/address/book.ts'
import { openCalendars } from '../adapters/calendar/calendars.ts'
import { renderInvoice } from '../adapters/invoice/pdf.ts'
import { openPlatforms } from '../adapters/payment/platforms.ts'
import { openCarrier } from '../adapters/shipping/carriers.ts'
import { payloadCodec } from '../client/codec.ts'
import { connectTemporal } from '../client/connect.ts'
import { orderClient } from '../client/order.ts'
import { readConfig } from '../config.ts'
import { connect } from '../db/connection.ts'
import { CASH_RULES } from '../domain/cash.ts'
import { createLog } from '../log.ts'
import { createRelay } from '../relay/relay.ts'
import { createApi } from './app.ts'
import { createFeed } from './feed.ts'

/*
 * The HTTP process: config → adapters → API → server. SIGINT and SIGTERM drain: what is being answered is answered,
 * nothing new is taken.
 */

/** A caller who takes longer for headers, or for the whole request, is slow on purpose. Milliseconds. */
const HEADERS_TIMEOUT = 10_000
const REQUEST_TIMEOUT = 15_000
/** Streams beat more often, all else answers sooner: whoever takes nothing for so long is gone. Milliseconds. */
const SOCKET_TIMEOUT = 60_000
/** Longer than a command waits for its answer, shorter than supervisors wait for us. Milliseconds. */
const DRAIN_TIMEOUT = 8_000

const config = readConfig()
const log = createLog('api', config.LOG_LEVEL)
const db = connect(config.DATABASE_URL)
const temporal = connectTemporal(config.CODEC_KEY)
const client = orderClient(temporal, config.TEMPORAL_TASK_QUEUE)
const carrier = openCarrier(config)

const feed = createFeed({ db, log })
const api = createApi({
  db,
  client,
  relay: createRelay(db, client, log),
  feed,
  platforms: openPlatforms(config),
  carriers: { [carrier.code]: carrier },
  addresses: openAddressBook(),
  calendars: openCalendars(),
  renderInvoice,
  keys: { vaultKey: config.VAULT_KEY, linkKey: config.LINK_KEY },
  codec: payloadCodec(config.CODEC_KEY),
  settings: {
    mode: config.LONGHAUL_MODE,
    publicUrl: config.PUBLIC_URL,
    platformName: config.INVOICE_PLATFORM_NAME,
    platformTaxNumber: config.INVOICE_PLATFORM_TAX_NUMBER,
    invoiceClerk: config.INVOICE_CLERK,
    timeZone: config.TIME_ZONE,
    sandboxUrl: config.SANDBOX_URL,
    temporalUiOrigin: config.TEMPORAL_UI_ORIGIN,
    refundLimit: config.REFUND_LIMIT,
    cash: {
      limit: config.COD_LIMIT ?? CASH_RULES.limit,
      refusals: config.COD_REFUSALS ?? CASH_RULES.refusals,
      excluded: config.COD_EXCLUDED ?? CASH_RULES.excluded,
      fee: config.COD_FEE ?? CASH_RULES.fee,
    },
    settlementPeriod: config.SETTLEMENT_PERIOD,
    payoutLimit: config.PAYOUT_LIMIT,
  },
  log,
  now: () => new Date(),
})

const server = serve(
  {
    fetch: api.fetch,
    hostname: config.HOST,
    port: config.PORT,
    serverOptions: { headersTimeout: HEADERS_TIMEOUT, requestTimeout: REQUEST_TIMEOUT },
  },
  () => log.info('ready'),
) as Server
server.setTimeout(SOCKET_TIMEOUT)

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void drain())

async function drain(): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  feed.close()
  server.closeIdleConnections()
  const cut = setTimeout(() => server.closeAllConnections(), DRAIN_TIMEOUT)
  await closed
  clearTimeout(cut)
  await db.end()
  await temporal.connection.close()
}
