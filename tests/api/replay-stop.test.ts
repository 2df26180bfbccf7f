import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { planOf } from '../../scripts/replay/plan.ts'
import { replay } from '../../scripts/replay/run.ts'
import { openLog } from '../../scripts/replay/sources.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'
import { makeKeys, openApi, openSocket } from './support.ts'
import type { Keys, TestApi } from './support.ts'

const OLIST = fileURLToPath(new URL('../fixtures/olist', import.meta.url))
/** A run that is stopped ends sooner, even on a busy machine. Milliseconds. */
const SOON = 1_000

let world: World
let api: TestApi
let keys: Keys
let socket: Awaited<ReturnType<typeof openSocket>>
beforeAll(async () => {
  world = await startWorld()
  const settings = { mode: 'development' as const, publicUrl: 'http://shop.example' }
  api = openApi(world, { settings: { ...settings, sandboxUrl: world.sandbox.url } })
  keys = await makeKeys(world)
  socket = await openSocket(api)
})
afterAll(() => {
  socket.close()
  return world.stop()
})

beforeEach(() => {
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true)
  return () => vi.restoreAllMocks()
})

const countOrders = async () =>
  Number((await world.db`select count(*)::int as orders from orders`)[0]?.['orders'])

it('a replay that is stopped ends at once, without a report and with orders left', async () => {
  const log = await openLog(OLIST)
  const shop = { apiUrl: socket.url, sandboxUrl: world.sandbox.url, temporalUiUrl: '', keys }
  const plans = log.orders.map(planOf)
  const ctrlC = new AbortController()
  const run = { log, plans, shop, supervisor: process.pid, atOnce: 2, stop: ctrlC.signal }
  const ended = replay(run).catch((error: Error) => error.name)
  await vi.waitFor(async () => expect(await countOrders()).toBeGreaterThan(3), { timeout: 30_000 })
  const stoppedAt = performance.now()
  ctrlC.abort()
  expect(await ended).toBe('AbortError')
  expect(performance.now() - stoppedAt).toBeLessThan(SOON)
  expect(await countOrders()).toBeLessThan(plans.length)
})
