import { parseArgs } from 'node:util'
import { playLog } from './demo-log.ts'
import { playDemo } from './demo-order.ts'
import { DEFAULT_FOLDER, openFolder } from './embedded/folder.ts'
import { readInstance } from './embedded/instance.ts'
import { isRunning } from './embedded/process.ts'
import { SetupError, runCommand } from './embedded/setup-error.ts'
import { openShop, readShop } from './shop.ts'
import type { Shop } from './shop.ts'
import { startStack } from './stack.ts'

const DEFAULT_ORDERS = 20

/** One order, or twenty real ones, on the running shop or on one started for it. Exits 0 only if all is right. */
await runCommand(async () => {
  const { log, orders } = readArguments()
  const play = (shop: Shop) =>
    log === undefined ? playDemo(shop, DEFAULT_FOLDER) : playLog(shop, { folder: log, orders })
  const running = runningShop()
  if (running !== undefined) return (await play(running)) ? 0 : 1
  const stack = await startStack()
  const interrupted = new Promise<number>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve(130))
  })
  try {
    const played = openShop(stack)
      .then(play)
      .then((right) => (right ? 0 : 1))
    return await Promise.race([played, interrupted])
  } finally {
    await stack.stop()
  }
})

function readArguments(): { log?: string; orders: number } {
  try {
    const { values } = parseArgs({
      options: { log: { type: 'string' }, orders: { type: 'string' } },
    })
    const orders = Number(values.orders ?? DEFAULT_ORDERS)
    if (!Number.isInteger(orders) || orders < 1)
      throw new Error('--orders takes a number from 1 on')
    return { orders, ...(values.log !== undefined && { log: values.log }) }
  } catch (error) {
    throw new SetupError(
      error instanceof Error ? error.message : String(error),
      'Usage: npm run demo [-- --log <folder with Olist CSV files> --orders <how many>]',
    )
  }
}

/** A shop that `npm start` keeps open in this folder. */
function runningShop(): Shop | undefined {
  const instance = readInstance(openFolder())
  const ready = instance?.url !== undefined && isRunning(instance.supervisor)
  return ready ? readShop() : undefined
}
