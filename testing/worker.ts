import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker'
import { createActivities } from '../activities/index.ts'
import type { Activities } from '../activities/index.ts'
import { gatewayInvoices } from '../adapters/invoice/gateway.ts'
import { smtpMailer } from '../adapters/notification/smtp.ts'
import { renderMail } from '../adapters/notification/template.ts'
import { encryptedConverter } from '../client/codec.ts'
import type { Db } from '../db/connection.ts'
import { worldCarrier } from './carrier.ts'
import type { CarrierName } from './carrier.ts'
import { worldPlatforms } from './platforms.ts'
import { SECRETS } from './secrets.ts'

/** In which mails and cards show dates. */
export const TIME_ZONE = 'Asia/Shanghai'

/** Where a worker of a test finds its surroundings; plain JSON, so that another process can be told. */
export type WorkerSettings = {
  databaseUrl: string
  temporalAddress: string
  bundlePath: string
  taskQueue: string
  sandboxUrl: string
  smtpUrl: string
  carrier: CarrierName
  /** Origin of the links in mails. */
  publicUrl: string
}

export type RunningWorker = {
  /** Finish what is running, then end. */
  stop(): Promise<void>
}

let quiet = false

/** Temporal's own chatter is silenced once per process. */
export function silenceTemporal(): void {
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
  silenceTemporal()
  const mailer = smtpMailer({ url: settings.smtpUrl, from: 'Longhaul <orders@longhaul.example>' })
  const connection = await NativeConnection.connect({ address: settings.temporalAddress })
  const activities = createActivities({
    db,
    platforms: worldPlatforms(settings.sandboxUrl, settings.publicUrl),
    carrier: worldCarrier(settings),
    invoices: gatewayInvoices({ ...SECRETS.invoice, url: settings.sandboxUrl }),
    mailer,
    renderMail,
    vaultKey: SECRETS.vaultKey,
    links: { publicUrl: settings.publicUrl, linkKey: SECRETS.linkKey },
    timeZone: TIME_ZONE,
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
