import { availableParallelism } from 'node:os'
import type { Reconciliation } from '../../web/reconciliation-view.ts'
import { storefront } from '../storefront.ts'
import type { Shop } from '../shop.ts'
import { drive } from './drive.ts'
import type { OrderLog, Plan } from './log.ts'
import type { Failure, Outcome, Throughput } from './outcome.ts'
import { expectedStatus } from './plan.ts'
import { processorSeconds } from './processor.ts'
import { showProgress } from './progress.ts'
import { reconcile } from './reconcile.ts'
import { storeSeconds } from './store.ts'

export type Replay = {
  log: OrderLog
  /** Those to replay. */
  plans: readonly Plan[]
  shop: Shop
  /** The process whose children the shop consists of. */
  supervisor: number
  /** Where its Temporal tells its metrics; left out where that can't be read. */
  metricsUrl?: string
  /** Orders under way at once. */
  atOnce: number
}

/** Send orders of a log through the shop, and hold what became of them against it. */
export async function replay(run: Replay): Promise<Reconciliation> {
  const { log, plans } = run
  const measured = await measure(run, () => driveAll(run))
  const { outcomes, failures, throughput } = measured
  return reconcile({
    ...{ log, plans: [...plans], outcomes, failures, throughput },
    expected: expectedStatus,
  })
}

type Driven = { outcomes: Outcome[]; failures: Failure[] }

/** An order that fails is told of at the end; the others go on. */
async function driveAll({ plans, shop, log, atOnce }: Replay): Promise<Driven> {
  const front = storefront(shop)
  const waiting = [...plans]
  const progress = showProgress(plans.length)
  const outcomes: Outcome[] = []
  const failures: Failure[] = []
  const lane = async () => {
    for (let plan = waiting.shift(); plan !== undefined; plan = waiting.shift()) {
      const { reference } = plan.order
      const ended = await drive(plan, { front, currency: log.currency }).catch(reasonOf)
      if (typeof ended === 'string') failures.push({ reference, reason: ended })
      else outcomes.push(ended)
      progress.step(typeof ended === 'string')
    }
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
  progress.end()
  return { outcomes, failures }
}

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error))

async function measure(
  { plans, supervisor, metricsUrl, atOnce }: Replay,
  work: () => Promise<Driven>,
): Promise<Driven & { throughput: Throughput }> {
  const start = performance.now()
  const own = process.cpuUsage()
  const before = processorSeconds(supervisor)
  const stored = metricsUrl === undefined ? undefined : await storeSeconds(metricsUrl)
  const driven = await work()
  const seconds = (performance.now() - start) / 1000
  const { user, system } = process.cpuUsage(own)
  const store = metricsUrl === undefined ? undefined : await storeSeconds(metricsUrl)
  const parts = [...processorSeconds(supervisor)].map(([part, used]) => ({
    part,
    seconds: used - (before.get(part) ?? 0),
  }))
  const processor = [...parts, { part: 'replay', seconds: (user + system) / 1e6 }]
  const cores = availableParallelism()
  const waited = stored === undefined || store === undefined ? {} : { storeSeconds: store - stored }
  const throughput = { orders: plans.length, seconds, processor, ...waited, cores, atOnce }
  return { ...driven, throughput }
}
