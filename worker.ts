import { createServer } from 'node:http'
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createActivities } from './activities/index.ts'
import { openInvoices } from './adapters/invoice/open.ts'
import { smtpMailer } from './adapters/notification/smtp.ts'
import { renderMail } from './adapters/notification/template.ts'
import { openPlatforms } from './adapters/payment/platforms.ts'
import { openCarrier } from './adapters/shipping/carriers.ts'
import { encryptedConverter } from './client/codec.ts'
import { connectTemporal, temporalAddress } from './client/connect.ts'
import { orderClient } from './client/order.ts'
import { keepSchedules } from './client/schedule.ts'
import { keepSettlementSchedule } from './client/settlement.ts'
import { readConfig } from './config.ts'
import type { Config } from './config.ts'
import { connect } from './db/connection.ts'
import type { Db } from './db/connection.ts'
import { createLog, scrub } from './log.ts'
import { createRelay } from './relay/relay.ts'

/*
 * The worker process: config → adapters → activities → Worker, and the relays beside it. SIGINT and SIGTERM drain:
 * what is running finishes, nothing new is taken.
 */

/** TypeScript in a checkout, JavaScript in the built package. */
const WORKFLOWS = `./workflows/index${extname(import.meta.url)}`

const config = readConfig()
const log = createLog('worker', config.LOG_LEVEL)

Runtime.install({
  logger: new DefaultLogger('WARN', ({ level, message, meta }) => {
    const { workflowId, activityType, attempt } = (meta ?? {}) as Record<string, unknown>
    log[level === 'ERROR' ? 'error' : 'warn']({ workflowId, activityType, attempt }, scrub(message))
  }),
  shutdownSignals: [],
})

const db = connect(config.DATABASE_URL)
const temporal = connectTemporal(config.CODEC_KEY)
const client = orderClient(temporal, config.TEMPORAL_TASK_QUEUE)
const mailer = smtpMailer({ url: config.SMTP_URL, from: config.MAIL_FROM })
const relay = createRelay(db, client, log)
const worker = await createWorker(config, db)

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    stop.abort()
    worker.shutdown()
  })
}

const probe = startProbe(config.WORKER_PROBE_PORT)
await keepTheCalendar(config)
const sweeping = relay.run(stop.signal)
log.info('ready')
await worker.run()
await sweeping
probe?.close()
mailer.close()
await temporal.connection.close()
await db.end()

async function createWorker(settings: Config, database: Db): Promise<Worker> {
  const { connectionOptions, namespace } = temporalAddress()
  const connection = await patiently(() => NativeConnection.connect(connectionOptions))
  return Worker.create({
    connection,
    namespace,
    taskQueue: settings.TEMPORAL_TASK_QUEUE,
    dataConverter: encryptedConverter(settings.CODEC_KEY),
    ...(settings.WORKFLOW_BUNDLE === undefined
      ? { workflowsPath: fileURLToPath(new URL(WORKFLOWS, import.meta.url)) }
      : { workflowBundle: { codePath: settings.WORKFLOW_BUNDLE } }),
    activities: createActivities({
      db: database,
      platforms: openPlatforms(settings),
      carrier: openCarrier(settings),
      invoices: openInvoices(settings),
      imprint: {
        platformName: settings.INVOICE_PLATFORM_NAME,
        platformTaxNumber: settings.INVOICE_PLATFORM_TAX_NUMBER,
        invoiceClerk: settings.INVOICE_CLERK,
      },
      mailer,
      renderMail,
      vaultKey: settings.VAULT_KEY,
      links: { publicUrl: settings.PUBLIC_URL, linkKey: settings.LINK_KEY },
      timeZone: settings.TIME_ZONE,
      settlementPeriod: settings.SETTLEMENT_PERIOD,
      onNotices: (orderId) => void relay.now(orderId),
    }),
    // A worker that died holds its orders' next task for this long before another one gets it.
    stickyQueueScheduleToStartTimeout: '2s',
    reuseV8Context: true,
  })
}

/** Temporal answered a moment ago; should it be away again, what stands in its schedules goes on as it is. */
async function keepTheCalendar(settings: Config): Promise<void> {
  try {
    const platforms = Object.values(openPlatforms(settings))
    const { TEMPORAL_TASK_QUEUE, SETTLEMENT_PERIOD: period, TIME_ZONE: timeZone } = settings
    await keepSchedules(temporal, TEMPORAL_TASK_QUEUE, platforms)
    await keepSettlementSchedule(temporal, TEMPORAL_TASK_QUEUE, { period, timeZone })
  } catch (error) {
    const reason = error instanceof Error ? error.name : 'unknown'
    log.error({ reason }, 'schedules could not be brought up to date; the next start will')
  }
}

/** Temporal may still be starting, or away for a while: keep asking. */
async function patiently<T>(attempt: () => Promise<T>): Promise<T> {
  for (let pause = 250; ; pause = Math.min(pause * 2, 5_000)) {
    try {
      return await attempt()
    } catch {
      log.warn('Temporal is not reachable yet')
      await new Promise((resolve) => setTimeout(resolve, pause))
    }
  }
}

/** `GET /ready` for supervisors and containers: 200 while the worker polls. */
function startProbe(port: number | undefined) {
  if (port === undefined) return undefined
  return createServer((_request, response) => {
    const ready = worker.getState() === 'RUNNING'
    response.writeHead(ready ? 200 : 503).end()
  }).listen(port, config.HOST)
}
