import { once } from 'node:events'
import { join } from 'node:path'
import { isFree } from './embedded/ports.ts'
import { SetupError, runCommand } from './embedded/setup-error.ts'
import { placeDemo, playDemo } from './demo-order.ts'
import { openShop } from './shop.ts'
import type { OpenShop, Shop } from './shop.ts'
import { type Stack, startStack } from './stack.ts'
import { storefront } from './storefront.ts'

/** First wishes: the ports the documentation names. */
const PORTS = { api: 3000, temporal: 7233, temporalUi: 8233, sandbox: 4010, sandboxSmtp: 4025 }
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

await runCommand(async () => {
  process.umask(0o077)
  const asked = askedToStop()
  const stack = await startStack({ ports: { ...PORTS, ...(await wishedPort()) } })
  asked.drain()
  const shop = await openShop(stack)
  printAddresses(stack, shop)
  const demo = show(shop, stack, asked.stop).catch((error: unknown) => {
    if (!asked.stop.aborted)
      console.error('The demo order stopped; it goes on at the next start:', error)
  })
  await asked.signal
  console.log('\nStopping: requests and activities in flight are finished first …')
  await stack.stop()
  await demo
  console.log('Stopped. Orders continue at the next `npm start`.')
  return 0
})

/** One order plays by itself; another one is left to whoever looks. */
async function show(shop: Shop, stack: Stack, stop: AbortSignal): Promise<void> {
  await playDemo(shop, stack.dir, stop)
  const front = storefront(shop, stop)
  const { no, links } = await placeDemo(front)
  console.log(`  Order ${no} is yours: pay it, or move its clock ahead and see what it does`)
  console.log(`  Its page:    ${links.page}`)
  console.log(`  The books:   ${(await front.financeLink()).url}\n`)
}

/** While starting, a signal ends this process and the watchdog ends the rest; later, we drain. */
function askedToStop() {
  let draining = false
  const controller = new AbortController()
  const stop = () => {
    if (!draining || controller.signal.aborted) process.exit(130)
    controller.abort()
  }
  for (const name of SIGNALS) process.on(name, stop)
  process.once('disconnect', stop)
  process.channel?.unref()
  const signal = once(controller.signal, 'abort')
  return { signal, drain: () => (draining = true), stop: controller.signal }
}

/** Other taken ports are replaced by free ones; one that was asked for is not. */
async function wishedPort(): Promise<{ api?: number }> {
  const { PORT } = process.env
  if (PORT === undefined) return {}
  const port = Number(PORT)
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new SetupError(`PORT is "${PORT}".`, 'Give a number from 1 to 65535.')
  if (await isFree(port)) return { api: port }
  throw new SetupError(`Port ${port} is taken.`, 'Give another PORT, or none to get a free one.')
}

function printAddresses(stack: Stack, { giftCard }: OpenShop): void {
  const rows = [
    ['API', stack.apiUrl],
    ['Reference', `${stack.apiUrl}/reference`],
    ['Temporal Web UI', stack.temporalUiUrl],
    ['Temporal', stack.temporalAddress],
    ['Sandbox', stack.sandboxUrl],
    ['Mailbox', `${stack.sandboxUrl}/mailbox`],
    ['Logs', stack.logs],
    ['API keys', join(stack.dir, 'shop.json')],
    ['Gift card', giftCard],
  ]
  console.log(['', ...rows.map(([name = '', at]) => `  ${name.padEnd(16)} ${at}`), ''].join('\n'))
}
