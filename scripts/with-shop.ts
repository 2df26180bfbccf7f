import { openFolder } from './embedded/folder.ts'
import { readInstance } from './embedded/instance.ts'
import { readPorts } from './embedded/ports.ts'
import { isRunning } from './embedded/process.ts'
import { openShop, readShop } from './shop.ts'
import type { Shop } from './shop.ts'
import { startStack } from './stack.ts'

/** `supervisor` is the process whose children the shop consists of; its Temporal tells metrics at `metricsUrl`. */
export type RunningShop = { shop: Shop; supervisor: number; metricsUrl: string }

/** Do something with the shop that `npm start` keeps open in this folder, or with one started for it. */
export async function withShop(work: (running: RunningShop) => Promise<number>): Promise<number> {
  const running = runningShop()
  if (running !== undefined) return work(running)
  const stack = await startStack()
  const interrupted = new Promise<number>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve(130))
  })
  try {
    const done = openShop(stack).then((shop) =>
      work({ shop, supervisor: process.pid, metricsUrl: metricsUrl() }),
    )
    return await Promise.race([done, interrupted])
  } finally {
    await stack.stop()
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
