import { randomBytes, randomUUID } from 'node:crypto'
import { NativeConnection, Runtime, DefaultLogger, Worker } from '@temporalio/worker'
import postgres from 'postgres'
import { inject, onTestFinished } from 'vitest'
import { createActivities } from '../../activities/index.ts'
import type { Activities } from '../../activities/index.ts'
import { smtpMailer } from '../../adapters/notification/smtp.ts'
import { renderMail } from '../../adapters/notification/template.ts'
import { stripePayments } from '../../adapters/payment/stripe.ts'
import { expressCarrier } from '../../adapters/shipping/express.ts'
import { encryptedConverter } from '../../client/codec.ts'
import { connectTemporal } from '../../client/connect.ts'
import { orderClient } from '../../client/order.ts'
import { addToCatalogue } from '../../db/catalog.ts'
import { connect } from '../../db/connection.ts'
import { createRelay } from '../../relay/relay.ts'
import { startSandbox } from '../../sandbox/sandbox.ts'
import { CATALOGUE } from './builders.ts'

/** Secrets of a test world; every world has its own database, sandbox and task queue. */
export const SECRETS = {
  vaultKey: Buffer.alloc(32, 1),
  codecKey: Buffer.alloc(32, 2),
  linkKey: Buffer.alloc(32, 3),
  stripe: { secretKey: 'sk_test_world', webhookSecrets: ['whsec_world_secret_1234'] as const },
  carrier: {
    code: 'express',
    apiKey: 'carrier-key-world',
    webhookSecrets: [Buffer.from('carrier secret of world').toString('base64')] as const,
  },
}

export type World = Awaited<ReturnType<typeof startWorld>>
export type RunningWorker = { stop(): Promise<void>; kill(): Promise<void> }

let quiet = false

/** Temporal's own chatter is silenced once per process. */
function silence(): void {
  if (quiet) return
  quiet = true
  Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] })
}

/**
 * Real parts around one test file: a database of its own, the sandbox over HTTP and SMTP, Temporal's dev server
 * shared with other files under a task queue of its own. `worker: false` leaves the worker to the test.
 */
export async function startWorld(options: { worker?: boolean; webhookBaseUrl?: string } = {}) {
  silence()
  const { temporalAddress } = inject('infra')
  const taskQueue = `orders-${randomUUID()}`
  const { db, dropDatabase } = await cloneDatabase()
  await addToCatalogue(db, CATALOGUE)
  const sandbox = await startSandbox({
    stripe: SECRETS.stripe,
    carrier: SECRETS.carrier,
    ...(options.webhookBaseUrl !== undefined && { webhookBaseUrl: options.webhookBaseUrl }),
  })
  const temporal = connectTemporal(SECRETS.codecKey, temporalAddress)
  const client = orderClient(temporal, taskQueue)
  const log = { warn: () => {} }
  const relay = createRelay(db, client, log)
  const workers = new Set<RunningWorker>()
  const parts = { db, taskQueue, sandboxUrl: sandbox.url, smtpUrl: sandbox.smtpUrl, relay }

  async function runWorker(changes: Partial<Activities> = {}): Promise<RunningWorker> {
    const worker = await startWorker(parts, changes)
    workers.add(worker)
    return worker
  }
  if (options.worker !== false) await runWorker()

  async function stop(): Promise<void> {
    await Promise.all([...workers].map((worker) => worker.stop()))
    await temporal.connection.close()
    await sandbox.close()
    await db.end()
    await dropDatabase()
  }
  return { db, taskQueue, temporal, client, relay, sandbox, runWorker, stop }
}

type WorkerParts = {
  db: ReturnType<typeof connect>
  taskQueue: string
  sandboxUrl: string
  smtpUrl: string
  relay: ReturnType<typeof createRelay>
}

async function startWorker(parts: WorkerParts, changes: Partial<Activities>): Promise<RunningWorker> {
  const { temporalAddress, bundlePath } = inject('infra')
  const { db, taskQueue, sandboxUrl, smtpUrl, relay } = parts
  const mailer = smtpMailer({ url: smtpUrl, from: 'Longhaul <orders@longhaul.example>' })
  const connection = await NativeConnection.connect({ address: temporalAddress })
  const worker = await Worker.create({
    connection,
    taskQueue,
    dataConverter: encryptedConverter(SECRETS.codecKey),
    workflowBundle: { codePath: bundlePath },
    activities: {
      ...createActivities({
        db,
        payments: stripePayments({ ...SECRETS.stripe, url: sandboxUrl }),
        carrier: expressCarrier({ ...SECRETS.carrier, url: sandboxUrl }),
        mailer,
        renderMail,
        vaultKey: SECRETS.vaultKey,
        links: { publicUrl: 'http://shop.example', linkKey: SECRETS.linkKey },
        timeZone: 'Asia/Shanghai',
        onNotices: (orderId) => void relay.now(orderId),
      }),
      ...changes,
    },
    stickyQueueScheduleToStartTimeout: '1s',
    shutdownForceTime: '2s',
    reuseV8Context: true,
  })
  const running = worker.run().catch(() => {})
  const stop = async () => {
    if (worker.getState() === 'RUNNING') worker.shutdown()
    await running
    mailer.close()
    await connection.close()
  }
  return { stop, kill: stop }
}

async function cloneDatabase() {
  const { postgresUrl, templateDatabase } = inject('infra')
  const name = `world_${randomBytes(6).toString('hex')}`
  const admin = postgres(postgresUrl, { max: 1, onnotice: () => {} })
  await admin`create database ${admin(name)} template ${admin(templateDatabase)}`
  const url = new URL(postgresUrl)
  url.pathname = `/${name}`
  const dropDatabase = async () => {
    await admin`drop database ${admin(name)} with (force)`
    await admin.end()
  }
  return { db: connect(url.href), url: url.href, dropDatabase }
}
