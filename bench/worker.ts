import { fileURLToPath } from 'node:url'
import { NativeConnection, Worker } from '@temporalio/worker'
import { encryptedConverter } from '../client/codec.ts'
import { connectTemporal } from '../client/connect.ts'
import { orderClient } from '../client/order.ts'
import { connect } from '../db/connection.ts'
import { createLog } from '../log.ts'
import { createRelay } from '../relay/relay.ts'
import { SECRETS } from '../testing/secrets.ts'
import { startWorker } from '../testing/worker.ts'
import type { WorkerSettings } from '../testing/worker.ts'
import { bareQueueOf, SETTINGS } from './settings.ts'

/*
 * The worker under measurement, and in the same process, as it costs the same there, the one of the bare workflows that it is
 * held against.
 */

const settings = JSON.parse(process.env[SETTINGS] ?? '{}') as WorkerSettings
const { databaseUrl, temporalAddress, taskQueue } = settings
const db = connect(databaseUrl)
const client = orderClient(connectTemporal(SECRETS.codecKey, temporalAddress), taskQueue)
const relay = createRelay(db, client, createLog('worker', 'info'))

await startWorker(settings, { db, onNotices: (orderId) => void relay.now(orderId) })
const bare = await Worker.create({
  connection: await NativeConnection.connect({ address: temporalAddress }),
  taskQueue: bareQueueOf(taskQueue),
  workflowsPath: fileURLToPath(new URL('./bare.ts', import.meta.url)),
  dataConverter: encryptedConverter(SECRETS.codecKey),
  reuseV8Context: true,
})
const running = bare.run()
void relay.run(new AbortController().signal)

process.once('disconnect', () => process.exit())
process.send?.('ready')
await running
