import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { planOf } from '../../scripts/replay/plan.ts'
import { replay } from '../../scripts/replay/run.ts'
import { openLog } from '../../scripts/replay/sources.ts'
import { OLIST } from '../unit/replay-builders.ts'

/** Two orders at once. */
const LANES = 2

beforeEach(() => {
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true)
  return () => vi.restoreAllMocks()
})

/** A shop that is not ready, whatever it is asked. */
async function openClosedShop(onAsked: () => void) {
  const server = createServer((_, response) => {
    onAsked()
    response.writeHead(503).end()
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** The name and words of the error with which a replay ends. */
async function replayAt(apiUrl: string, stop: AbortSignal): Promise<string> {
  const log = await openLog(OLIST)
  const keys = { customer: '', warehouse: '', support: '', finance: '', admin: '' }
  const shop = { apiUrl, sandboxUrl: apiUrl, temporalUiUrl: apiUrl, keys }
  const run = { log, plans: log.orders.map(planOf), shop, supervisor: process.pid, atOnce: LANES }
  return replay({ ...run, stop }).then(
    () => 'a report',
    ({ name, message }: Error) => `${name}: ${message}`,
  )
}

describe('a replay whose shop is away', () => {
  test('ends as a whole when patience is over, whatever orders are left', async () => {
    let asked = 0
    const url = await openClosedShop(() => {
      asked += 1
      vi.spyOn(Date, 'now').mockReturnValue(Number.MAX_SAFE_INTEGER)
    })
    const ended = await replayAt(url, new AbortController().signal)
    expect(ended).toBe(`ShopAway: The shop at ${url} has not answered for 60 s.`)
    expect(asked).toBeLessThanOrEqual(LANES)
  })

  test('asks nothing more when it is stopped', async () => {
    const ctrlC = new AbortController()
    let asked = 0
    const url = await openClosedShop(() => {
      asked += 1
      ctrlC.abort()
    })
    expect(await replayAt(url, ctrlC.signal)).toMatch(/^AbortError: /)
    expect(asked).toBeLessThanOrEqual(LANES)
  })
})
