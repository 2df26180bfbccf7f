import { randomUUID } from 'node:crypto'
import { connectTemporal } from '../client/connect.ts'
import { orderClient } from '../client/order.ts'
import { addToCatalogue } from '../db/catalog.ts'
import type { CatalogueSeed } from '../db/catalog.ts'
import type { Policy } from '../domain/policy.ts'
import { createRelay } from '../relay/relay.ts'
import { startSandbox } from '../sandbox/sandbox.ts'
import { openSocket, worldApi } from './api.ts'
import type { CarrierName } from './carrier.ts'
import { cloneDatabase } from './database.ts'
import { openDoor } from './door.ts'
import type { Servers } from './servers.ts'
import { worldPlatforms } from './platforms.ts'
import { SANDBOX_ACCOUNTS, SECRETS } from './secrets.ts'
import type { WorkerSettings } from './worker.ts'

type Wanted = {
  servers: Servers
  catalogue: CatalogueSeed
  policy: Policy
  webhooks: boolean
  carrier: CarrierName
}

export type Parts = Awaited<ReturnType<typeof openParts>>

/** Everything of a world but its workers: database, API, sandbox, and the ways to Temporal. */
export async function openParts({ servers, catalogue, policy, webhooks, carrier }: Wanted) {
  const { temporalAddress, bundlePath } = servers
  const { db, databaseUrl, drop } = await cloneDatabase(servers)
  await addToCatalogue(db, catalogue)
  const socket = await openSocket()
  const { url } = socket
  const hooks = webhooks ? { webhookBaseUrl: url } : {}
  const { stripe, kuaidi100, invoice, codecKey } = SECRETS
  const contracts = { stripe, ...SANDBOX_ACCOUNTS, carrier: SECRETS.carrier, kuaidi100, invoice }
  const sandbox = await startSandbox({ ...contracts, ...hooks })
  const { url: sandboxUrl, smtpUrl } = sandbox
  const taskQueue = `orders-${randomUUID()}`
  const temporal = connectTemporal(codecKey, temporalAddress)
  const client = orderClient(temporal, taskQueue)
  const relay = createRelay(db, client, { warn: () => {} })
  const platforms = worldPlatforms(sandboxUrl, url)
  const api = worldApi({ db, client, relay, platforms, policy, url, sandboxUrl, carrier })
  socket.answerBy(api.fetch)

  async function close(): Promise<void> {
    api.close()
    await socket.close()
    await temporal.connection.close()
    await sandbox.close()
    await drop()
  }
  const settings: WorkerSettings = {
    ...{ databaseUrl, temporalAddress, bundlePath, taskQueue },
    ...{ sandboxUrl, smtpUrl, carrier, publicUrl: url },
  }
  const door = openDoor(db, url)
  return { db, client, temporal, relay, sandbox, platforms, door, url, settings, close }
}
