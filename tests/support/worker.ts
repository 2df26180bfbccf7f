import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker'
import { createActivities } from '../../activities/index.ts'
import type { Activities } from '../../activities/index.ts'
import { smtpMailer } from '../../adapters/notification/smtp.ts'
import { renderMail } from '../../adapters/notification/template.ts'
import { stripePayments } from '../../adapters/payment/stripe.ts'
import { expressCarrier } from '../../adapters/shipping/express.ts'
import { encryptedConverter } from '../../client/codec.ts'
import type { Db } from '../../db/connection.ts'

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

/** Where a worker of a test finds its surroundings; plain JSON, so that another process can be told. */
export type WorkerSettings = {
  databaseUrl: string
  temporalAddress: string
  bundlePath: string
  taskQueue: string
  sandboxUrl: string
  smtpUrl: string
}

export type RunningWorker = { stop(): Promise<void> }

let quiet = false

/** Temporal's own chatter is silenced once per process. */
function silence(): void {
  if (quiet) return
  quiet = true
  Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] })
}

/** A worker like `worker.ts`, in this process; `changes` replaces activities. */
export async function startWorker(
  settings: WorkerSettings,
  { db, onNotices }: { db: Db; onNotices: (orderId: string) => void },
  changes: Partial<Activities> = {},
): Promise<RunningWorker> {
  silence()
  const mailer = smtpMailer({ url: settings.smtpUrl, from: 'Longhaul <orders@longhaul.example>' })
  const connection = await NativeConnection.connect({ address: settings.temporalAddress })
  const activities = createActivities({
    db,
    payments: stripePayments({ ...SECRETS.stripe, url: settings.sandboxUrl }),
    carrier: expressCarrier({ ...SECRETS.carrier, url: settings.sandboxUrl }),
    mailer,
    renderMail,
    vaultKey: SECRETS.vaultKey,
    links: { publicUrl: 'http://shop.example', linkKey: SECRETS.linkKey },
    timeZone: 'Asia/Shanghai',
    onNotices,
  })
  const worker = await Worker.create({
    connection,
    taskQueue: settings.taskQueue,
    dataConverter: encryptedConverter(SECRETS.codecKey),
    workflowBundle: { codePath: settings.bundlePath },
    activities: { ...activities, ...changes },
    stickyQueueScheduleToStartTimeout: '1s',
    reuseV8Context: true,
  })
  const running = worker.run()
  return {
    async stop() {
      worker.shutdown()
      await running
      mailer.close()
      await connection.close()
    },
  }
}
