import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { bundleWorkflows } from './bundle.ts'
import type { Child, ChildSpec } from './embedded/child.ts'
import { PROJECT } from './embedded/folder.ts'
import { noteInstance } from './embedded/instance.ts'
import { nodeArguments } from './embedded/node-arguments.ts'
import type { Ports } from './embedded/ports.ts'
import { publicKeys, SANDBOX_LABELS } from './embedded/secrets.ts'
import { SetupError } from './embedded/setup-error.ts'
import { type Infrastructure, startInfrastructure } from './infrastructure.ts'

const READY_WITHIN_MS = 30_000
/** Longer than the slowest request or activity attempt that a drain waits for. */
const STOP_WITHIN_MS = 12_000
const MIGRATE_WITHIN_MS = 60_000
const PROBE_TIMEOUT_MS = 1_000

export type StackOptions = {
  /** The instance's folder, `.longhaul` of the project unless given. */
  dir?: string
  /** Start dead children again. */
  revive?: boolean
  /** False for tests: nothing survives a power cut. */
  durable?: boolean
  quiet?: boolean
  /** First wishes; a taken port is replaced by a free one and that one remembered. */
  ports?: Partial<Ports>
  /** Added to the environment of Longhaul's own processes. */
  env?: Record<string, string>
}

export type Stack = {
  parts: Record<'postgres' | 'temporal' | 'sandbox' | 'worker' | 'api', Child>
  apiUrl: string
  sandboxUrl: string
  temporalUiUrl: string
  temporalAddress: string
  databaseUrl: string
  /** What the processes were started with; `readConfig` takes it. */
  env: Record<string, string>
  logs: string
  dir: string
  /** Newest first, each drained before the next. */
  stop: () => Promise<void>
}

/** Everything Longhaul consists of, each part the process that production runs too. */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const { dir, durable = true, revive = true, quiet = false } = options
  const say = quiet ? () => {} : (line: string) => console.log(line)
  const infrastructure = await startInfrastructure({
    dir,
    durable,
    revive,
    say,
    ports: options.ports ?? {},
  })
  try {
    const env = { ...(await prepare(infrastructure, say)), ...options.env }
    const parts = await startParts({ infrastructure, env, revive, say })
    noteInstance(infrastructure.folder, { url: local(infrastructure.ports.api) })
    return describe(infrastructure, env, parts)
  } catch (error) {
    await infrastructure.stop()
    throw error
  }
}

function describe(
  infrastructure: Infrastructure,
  env: Record<string, string>,
  parts: Record<'sandbox' | 'worker' | 'api', Child>,
): Stack {
  const { postgres, temporal, folder, ports, databaseUrl, temporalAddress } = infrastructure
  return {
    parts: { postgres, temporal, ...parts },
    apiUrl: local(ports.api),
    sandboxUrl: local(ports.sandbox),
    temporalUiUrl: infrastructure.temporalUiUrl,
    temporalAddress,
    databaseUrl,
    env,
    logs: folder.file('logs'),
    dir: folder.path,
    stop: infrastructure.stop,
  }
}

const local = (port: number) => `http://127.0.0.1:${port}`

/** What `config.ts` and the sandbox read. Only keys and addresses tell it from production. */
function environment(infrastructure: Infrastructure): Record<string, string> {
  const { secrets, folder, ports, databaseUrl, temporalAddress, temporalUiUrl } = infrastructure
  const { POSTGRES_PASSWORD: _, ...keys } = secrets
  const { CARRIER = 'express', INVOICE_CLERK = 'Longhaul' } = process.env
  const { INVOICE_PLATFORM_TAX_NUMBER = '91440300MA5LHAU10A' } = process.env
  return {
    ...keys,
    LONGHAUL_MODE: 'development',
    DATABASE_URL: databaseUrl,
    TEMPORAL_ADDRESS: temporalAddress,
    TEMPORAL_UI_ORIGIN: temporalUiUrl,
    WORKER_PROBE_PORT: String(ports.workerProbe),
    HOST: '127.0.0.1',
    PORT: String(ports.api),
    PUBLIC_URL: local(ports.api),
    STRIPE_URL: local(ports.sandbox),
    ...publicKeys(secrets.SANDBOX_PLATFORM_KEY),
    ALIPAY_GATEWAY: `${local(ports.sandbox)}/alipay/gateway.do`,
    WECHATPAY_URL: `${local(ports.sandbox)}/wechatpay`,
    CARRIER,
    CARRIER_URL: local(ports.sandbox),
    ...SANDBOX_LABELS,
    KUAIDI100_LABEL_URL: local(ports.sandbox),
    KUAIDI100_POLL_URL: local(ports.sandbox),
    KUAIDI100_TRACKING_URL: `${local(ports.sandbox)}/chaxun`,
    INVOICE_URL: local(ports.sandbox),
    ...{ INVOICE_PLATFORM_TAX_NUMBER, INVOICE_CLERK },
    SMTP_URL: `smtp://127.0.0.1:${ports.sandboxSmtp}`,
    SANDBOX_URL: local(ports.sandbox),
    SANDBOX_PORT: String(ports.sandbox),
    SANDBOX_SMTP_PORT: String(ports.sandboxSmtp),
    SANDBOX_DATA_DIR: folder.file('sandbox'),
    SANDBOX_WEBHOOK_BASE_URL: local(ports.api),
  }
}

/** The schema before any process that needs it, the bundle before the worker. */
async function prepare(infrastructure: Infrastructure, say: (line: string) => void) {
  say('Preparing the database and the workflows …')
  const [bundle] = await Promise.all([
    bundleWorkflows(infrastructure.folder.path),
    migrate(infrastructure.databaseUrl),
  ])
  return { ...environment(infrastructure), WORKFLOW_BUNDLE: bundle }
}

type Start = {
  infrastructure: Infrastructure
  env: Record<string, string>
  revive: boolean
  say: (line: string) => void
}

async function startParts(start: Start): Promise<Record<'sandbox' | 'worker' | 'api', Child>> {
  const { infrastructure, say } = start
  const { ports } = infrastructure
  const part = (name: string, module: string, probe: string) =>
    infrastructure.keeper.start(partSpec(start, { name, module, probe }))
  say('Starting sandbox, worker and API …')
  const parts = {
    sandbox: part('sandbox', 'sandbox/server', `${local(ports.sandbox)}/healthz`),
    worker: part('worker', 'worker', `${local(ports.workerProbe)}/ready`),
    api: part('api', 'api/server', `${local(ports.api)}/readyz`),
  }
  await Promise.all(Object.values(parts).map((child) => child.waitReady()))
  return parts
}

function partSpec(
  { infrastructure, env, revive, say }: Start,
  { name, module, probe }: { name: string; module: string; probe: string },
): ChildSpec {
  return {
    name,
    command: process.execPath,
    args: nodeArguments(module),
    env: { ...process.env, ...env },
    cwd: PROJECT,
    logFile: infrastructure.folder.log(name),
    ready: () => answersOk(probe),
    readyWithinMs: READY_WITHIN_MS,
    stopSignal: 'SIGTERM',
    stopWithinMs: STOP_WITHIN_MS,
    revive,
    onRevive: () => say(`${name} ended unexpectedly and is started again`),
  }
}

async function answersOk(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) })
  await response.body?.cancel()
  return response.ok
}

async function migrate(databaseUrl: string): Promise<void> {
  const options = {
    cwd: PROJECT,
    env: { ...process.env, DATABASE_URL: databaseUrl },
    timeout: MIGRATE_WITHIN_MS,
  }
  try {
    await promisify(execFile)(process.execPath, nodeArguments('scripts/migrate'), options)
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string }
    throw new SetupError(
      `The database could not be migrated:\n${stderr.trimEnd()}`,
      'If its data may go, `npm run reset` starts over.',
    )
  }
}
