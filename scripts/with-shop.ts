import { openFolder } from './embedded/folder.ts'
import { readInstance } from './embedded/instance.ts'
import { readPorts } from './embedded/ports.ts'
import { isRunning } from './embedded/process.ts'
import { openShop, readShop } from './shop.ts'
import type { Shop } from './shop.ts'
import { startStack } from './stack.ts'

/** What shells expect of a command that Ctrl-C ended. */
const INTERRUPTED = 130

/** `supervisor` is the process whose children the shop consists of; its Temporal tells metrics at `metricsUrl`. */
export type RunningShop = { shop: Shop; supervisor: number; metricsUrl: string }

/** Ends with an error soon after `stop`, and with an exit code otherwise. */
type Work = (running: RunningShop & { stop: AbortSignal }) => Promise<number>

/** Do something with the shop that `npm start` keeps open in this folder, or with one started for it. */
export async function withShop(work: Work): Promise<number> {
  const running = runningShop()
  if (running !== undefined) return untilStopped(work, async () => running)
  const stack = await startStack()
  try {
    return await untilStopped(work, async () => {
      const shop = await openShop(stack)
      return { shop, supervisor: process.pid, metricsUrl: metricsUrl() }
    })
  } finally {
    await stack.stop()
  }
}

/** The first Ctrl-C ends the work, a second one the process. */
async function untilStopped(work: Work, open: () => Promise<RunningShop>): Promise<number> {
  const interrupted = new AbortController()
  const stop = interrupted.signal
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interrupted.abort())
  try {
    return await work({ ...(await open()), stop })
  } catch (error) {
    if (stop.aborted) return INTERRUPTED
    throw error
  }
}

function runningShop(): RunningShop | undefined {
  const instance = readInstance(openFolder())
  if (instance?.url === undefined || !isRunning(instance.supervisor)) return undefined
  const shop = readShop()
  return shop && { shop, supervisor: instance.supervisor.pid, metricsUrl: metricsUrl() }
}

function metricsUrl(): string {
  const port = readPorts(openFolder()).temporalMetrics
  return `http://127.0.0.1:${port}/metrics`
}
