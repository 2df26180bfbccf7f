import { Connection } from '@temporalio/client'
import { type SearchAttributeType, TypedSearchAttributes } from '@temporalio/common'
import { SEARCH_ATTRIBUTES } from '../../workflows/search-attributes.ts'
import type { Child } from './child.ts'
import type { Folder } from './folder.ts'
import type { Keeper } from './keeper.ts'
import { RETENTION } from './namespace.ts'
import type { Ports } from './ports.ts'

const READY_WITHIN_MS = 60_000
const STOP_WITHIN_MS = 10_000
const CONNECT_TIMEOUT_MS = 2_000
const DYNAMIC_CONFIG = {
  // A transfer step otherwise waits up to 50 ms for its poll; one order takes dozens of them.
  'history.transferProcessorMaxPollRPS': '2000',
  'matching.numTaskqueueReadPartitions': '1',
  'matching.numTaskqueueWritePartitions': '1',
  // The timer queue's look-ahead otherwise costs one second per skipped timer.
  'history.timerProcessorMaxTimeShift': '"10ms"',
  'frontend.WorkflowTimeSkippingEnabled': 'true',
}

export type TemporalOptions = {
  folder: Folder
  binary: string
  ports: Ports
  /** False keeps everything in memory: tests. */
  durable: boolean
  revive: boolean
  keeper: Keeper
  onRevive?: ((name: string) => void) | undefined
}

export type Temporal = { child: Child; address: string; uiUrl: string }

/** Start Temporal's dev server with its Web UI. */
export async function startTemporal(options: TemporalOptions): Promise<Temporal> {
  const { folder, binary, ports, keeper, revive, onRevive } = options
  const address = `127.0.0.1:${ports.temporal}`
  const child = keeper.start({
    name: 'temporal',
    command: binary,
    args: ['server', 'start-dev', ...argumentsFor(options)],
    logFile: folder.log('temporal'),
    ready: () => answers(address),
    readyWithinMs: READY_WITHIN_MS,
    stopSignal: 'SIGTERM',
    stopWithinMs: STOP_WITHIN_MS,
    revive,
    onRevive,
  })
  await child.waitReady()
  await keepClosedOrders(address)
  return { child, address, uiUrl: `http://127.0.0.1:${ports.temporalUi}` }
}

function argumentsFor({ folder, ports, durable }: TemporalOptions): string[] {
  const flags = {
    '--ip': '127.0.0.1',
    '--port': String(ports.temporal),
    '--ui-port': String(ports.temporalUi),
    '--http-port': String(ports.temporalHttp),
    '--metrics-port': String(ports.temporalMetrics),
    // The Web UI's browser asks the API to decode payloads.
    '--ui-codec-endpoint': `http://127.0.0.1:${ports.api}/codec`,
    '--log-level': 'error',
    '--log-format': 'json',
    ...(durable && { '--db-filename': folder.file('temporal.db') }),
    ...(durable && { '--sqlite-pragma': 'journal_mode=wal' }),
  }
  return [
    ...Object.entries(flags).flat(),
    ...pairs('--search-attribute', searchAttributes()),
    ...pairs('--dynamic-config-value', DYNAMIC_CONFIG),
    '--ui-disable-news-fetch',
  ]
}

function searchAttributes(): Record<string, string> {
  const nameOf = (type: SearchAttributeType) => TypedSearchAttributes.toMetadataType(type)
  return Object.fromEntries(SEARCH_ATTRIBUTES.map(({ name, type }) => [name, nameOf(type)]))
}

const pairs = (flag: string, values: Record<string, string>) =>
  Object.entries(values).flatMap(([name, value]) => [flag, `${name}=${value}`])

async function answers(address: string): Promise<boolean> {
  return withService(address, async (service) => {
    await service.describeNamespace({ namespace: 'default' })
    return true
  })
}

async function keepClosedOrders(address: string): Promise<void> {
  await withService(address, async (service) => {
    await service.updateNamespace({
      namespace: 'default',
      config: { workflowExecutionRetentionTtl: RETENTION },
    })
  })
}

async function withService<T>(
  address: string,
  work: (service: Connection['workflowService']) => Promise<T>,
): Promise<T> {
  const connection = await Connection.connect({ address, connectTimeout: CONNECT_TIMEOUT_MS })
  try {
    return await connection.withDeadline(Date.now() + CONNECT_TIMEOUT_MS, () =>
      work(connection.workflowService),
    )
  } finally {
    await connection.close()
  }
}
