import { MockActivityEnvironment } from '@temporalio/testing'
import { afterEach, expect, it, vi } from 'vitest'
import { financeActivities } from '../../activities/finance.ts'
import type { StatementLine } from '../../adapters/payment/port.ts'
import type { Db } from '../../db/connection.ts'
import { writtenStatements } from '../support/statement.ts'

afterEach(() => vi.useRealTimers())

it('a statement that takes minutes gives signs of life', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  const { platform } = writtenStatements()
  let resolve: (lines: StatementLine[]) => void = () => undefined
  const promise = new Promise<StatementLine[]>((done) => (resolve = done))
  // Without lines nothing is stored.
  const { fetchStatement } = financeActivities({} as Db, {
    stripe: { ...platform, statement: () => promise },
  })
  const environment = new MockActivityEnvironment()
  let signs = 0
  environment.on('heartbeat', () => (signs += 1))
  const of = { platform: 'stripe', day: '2026-03-01', asOf: '2026-03-02T10:00:00Z' } as const
  const run = environment.run(fetchStatement, of)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(signs).toBe(6)
  resolve([])
  await run
  expect(vi.getTimerCount()).toBe(0)
})
