import { randomBytes, randomUUID } from 'node:crypto'
import postgres from 'postgres'
import { inject } from 'vitest'
import { stripePayments } from '../../adapters/payment/stripe.ts'
import { connectTemporal } from '../../client/connect.ts'
import { orderClient } from '../../client/order.ts'
import { addToCatalogue } from '../../db/catalog.ts'
import { connect } from '../../db/connection.ts'
import { createRelay } from '../../relay/relay.ts'
import { startSandbox } from '../../sandbox/sandbox.ts'
import { CATALOGUE, ownProduct } from './builders.ts'
import { SECRETS, startWorker } from './worker.ts'
import type { RunningWorker } from './worker.ts'

export type World = Awaited<ReturnType<typeof startWorld>>

/**
 * Real parts around one test file: a database of its own, the sandbox over HTTP and SMTP, Temporal's dev server
 * shared with other files under a task queue of its own. `worker: false` leaves the worker to the test.
 */
export async function startWorld(options: { worker?: boolean; webhookBaseUrl?: string } = {}) {
  const { temporalAddress, bundlePath } = inject('infra')
  const taskQueue = `orders-${randomUUID()}`
  const { db, databaseUrl, dropDatabase } = await cloneDatabase()
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
  const { url: sandboxUrl, smtpUrl } = sandbox
  const settings = { databaseUrl, temporalAddress, bundlePath, taskQueue, sandboxUrl, smtpUrl }
  const workers = new Set<RunningWorker>()

  async function runWorker(): Promise<RunningWorker> {
    const onNotices = (orderId: string) => void relay.now(orderId)
    const worker = await startWorker(settings, { db, onNotices })
    workers.add(worker)
    const stopWorker = () => (workers.delete(worker), worker.stop())
    return { stop: stopWorker }
  }
  if (options.worker !== false) await runWorker()

  /** One line of a fresh product, whose stock no other order touches: 5990 a piece, 800 of freight. */
  async function ownLine({ onHand = 10, quantity = 1 } = {}) {
    const product = ownProduct({ onHand })
    await addToCatalogue(db, { merchants: [], warehouses: [], products: [product] })
    return [{ sku: product.sku, quantity, addressId: 'a1' }]
  }

  async function stop(): Promise<void> {
    await Promise.all([...workers].map((worker) => worker.stop()))
    await temporal.connection.close()
    await sandbox.close()
    await db.end()
    await dropDatabase()
  }
  const payments = stripePayments({ ...SECRETS.stripe, url: sandbox.url })
  return { db, settings, temporal, client, relay, sandbox, payments, runWorker, ownLine, stop }
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
  return { db: connect(url.href), databaseUrl: url.href, dropDatabase }
}
