import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { planOf } from '../../scripts/replay/plan.ts'
import { replay } from '../../scripts/replay/run.ts'
import { openLog } from '../../scripts/replay/sources.ts'
import { fixture, openReplayWorld } from './replaying.ts'
import type { ReplayWorld } from './replaying.ts'

let site: ReplayWorld
beforeAll(async () => {
  site = await openReplayWorld()
})
afterAll(() => site.close())

beforeEach(() => {
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true)
  return () => vi.restoreAllMocks()
})

const countOrders = async () =>
  Number((await site.world.db`select count(*)::int as orders from orders`)[0]?.['orders'])

it('a replay that is stopped ends without a report, and with orders left', async () => {
  const log = await openLog(fixture('olist'))
  const { shop } = site
  const plans = log.orders.map(planOf)
  const ctrlC = new AbortController()
  const run = { log, plans, shop, supervisor: process.pid, atOnce: 2, stop: ctrlC.signal }
  const ended = replay(run).catch((error: Error) => error.name)
  await vi.waitFor(async () => expect(await countOrders()).toBeGreaterThan(3), { timeout: 30_000 })
  ctrlC.abort()
  expect(await ended).toBe('AbortError')
  expect(await countOrders()).toBeLessThan(plans.length)
})
