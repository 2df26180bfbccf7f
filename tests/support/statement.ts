import { financeActivities } from '../../activities/finance.ts'
import type { PaymentPlatform, StatementLine } from '../../adapters/payment/port.ts'
import { fastForward } from '../../client/clock.ts'
import type { PlatformName } from '../../domain/method.ts'
import { reconciliationIdOf } from '../../domain/reconciliation.ts'
import { addDays, dateIn } from '../../domain/zone.ts'
import { startWorker } from '../../testing/worker.ts'
import type { World } from './world.ts'

const TIME_ZONE = 'Asia/Shanghai'
export const TODAY = dateIn(TIME_ZONE, new Date())
export const TOMORROW = addDays(TODAY, 1)
/** Some time on that day, when the one before is over. */
export const noonOf = (day: string) => `${day}T04:00:00.000Z`

/** A platform whose statements a test writes itself; its money is another matter. */
export function writtenStatements(name: PlatformName = 'stripe') {
  const days = new Map<string, StatementLine[]>()
  const refuse = () => Promise.reject(new Error('only its statements are asked for'))
  const platform: PaymentPlatform = {
    ...{ name, timeZone: TIME_ZONE, acknowledgement: { body: '', contentType: 'text/plain' } },
    ...{ open: refuse, look: refuse, close: refuse, refund: refuse, lookRefund: refuse },
    verify: () => undefined,
    statement: (day) => Promise.resolve(days.get(day)),
  }
  return { platform, write: (day: string, lines: StatementLine[]) => void days.set(day, lines) }
}

let count = 0
export const lineOf = (overrides: Partial<StatementLine> = {}): StatementLine => ({
  ...{ id: `line-${++count}`, kind: 'capture', externalId: `stranger-${count}` },
  ...{ amount: 1234, currency: 'CNY', at: new Date().toISOString() },
  ...overrides,
})

/** A worker whose platform tells what the test has written, and the eyes on its comparisons. */
export async function runStatements(world: World) {
  const { platform, write } = writtenStatements()
  const onNotices = (orderId: string) => void world.relay.now(orderId)
  const changes = financeActivities(world.db, { [platform.name]: platform })
  const worker = await startWorker(world.settings, { db: world.db, onNotices }, changes)
  const { taskQueue } = world.settings
  const idOf = (day: string) => reconciliationIdOf(taskQueue, { platform: platform.name, day })
  const clockOf = (day: string, hours: number) =>
    fastForward(world.temporal, {
      workflowId: idOf(day),
      to: new Date(Date.now() + hours * 60 * 60_000),
      throughRetries: true,
    })
  const status = async (day: string) => {
    const [row] = await world.db<{ status: string }[]>`
      select status from reconciliations where platform = ${platform.name} and day = ${day}`
    return row?.status
  }
  const ended = (day: string): Promise<void> =>
    world.temporal.workflow.getHandle(idOf(day)).result()

  /** Compare a day, and wait until that is done. */
  async function reconcile(day: string, asOf = noonOf(addDays(day, 1))): Promise<void> {
    const start = { platform: platform.name, day, asOf }
    await world.client.reconcile(start)
    await ended(day)
  }
  return { ...{ write, reconcile, ended, status, clockOf, platform }, stop: worker.stop }
}
