import { Worker } from '@temporalio/worker'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encryptedConverter } from '../../client/codec.ts'
import { keepSchedules, scheduleIdOf } from '../../client/schedule.ts'
import { reconciliationIdOf } from '../../domain/reconciliation.ts'
import { addDays } from '../../domain/zone.ts'
import { SECRETS } from '../../testing/secrets.ts'
import { findServers } from '../../testing/servers.ts'
import { until } from '../../testing/waiting.ts'
import { silenceTemporal } from '../../testing/worker.ts'
import { lineOf, runStatements, TODAY } from '../support/statement.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'

let world: World
let books: Awaited<ReturnType<typeof runStatements>>
beforeAll(async () => {
  world = await startWorld({ worker: false })
  books = await runStatements(world)
})
afterAll(async () => {
  await books.stop()
  await world.stop()
})

/** As the check before a deploy does, on a queue of its own. */
async function replay({ temporal }: World, workflowId: string): Promise<void> {
  silenceTemporal()
  const history = await temporal.workflow.getHandle(workflowId).fetchHistory()
  const options = {
    workflowBundle: { codePath: findServers().bundlePath },
    dataConverter: encryptedConverter(SECRETS.codecKey),
  }
  await Worker.runReplayHistory(options, history, workflowId)
}

describe('the schedule of a platform', () => {
  it('is kept once, by the platform’s own clock, and compares the day before, also as a deploy checks it', async () => {
    const { taskQueue } = world.settings
    const { name, timeZone } = books.platform
    const keep = () => keepSchedules(world.temporal, taskQueue, [{ name, timeZone }])
    await keep()
    await keep()
    const handle = world.temporal.schedule.getHandle(scheduleIdOf(taskQueue, name))
    const { spec, policies } = await handle.describe()
    expect(spec.timezone).toBe('Asia/Shanghai')
    expect(policies.catchupWindow).toBe(7 * 86_400_000)

    const yesterday = addDays(TODAY, -1)
    await handle.trigger()
    await until(async () => (await books.status(yesterday)) === 'waiting')
    // What somebody ended before its time is made up for.
    const ended = reconciliationIdOf(taskQueue, { platform: name, day: yesterday })
    await world.temporal.workflow.getHandle(ended).terminate()
    books.write(yesterday, [lineOf()])
    await handle.trigger()
    await until(async () => (await books.status(yesterday)) === 'done')
    // Asked for again, the day is left alone.
    await handle.trigger()
    await until(async () => (await handle.describe()).info.numActionsTaken === 3)
    await until(async () => (await handle.describe()).info.runningActions.length === 0)
    expect(await books.status(yesterday)).toBe('done')
    const { recentActions } = (await handle.describe()).info
    for (const { action } of recentActions) await replay(world, action.workflow.workflowId)
    await handle.delete()
  })
})
