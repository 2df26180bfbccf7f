import { availableParallelism } from 'node:os'
import type { Reconciliation } from '../../web/reconciliation-view.ts'
import { ShopAway, storefront } from '../storefront.ts'
import type { Storefront } from '../storefront.ts'
import type { Shop } from '../shop.ts'
import { drive } from './drive.ts'
import { effortOf, spent } from './effort.ts'
import type { OrderLog, Plan } from './log.ts'
import type { Failure, Outcome, Throughput } from './outcome.ts'
import { expectedStatus } from './plan.ts'
import { showProgress } from './progress.ts'
import type { Progress } from './progress.ts'
import { reconcile } from './reconcile.ts'

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
  stop: AbortSignal
}

/**
 * Send orders of a log through the shop, and hold what became of them against it. Throws as soon as it is stopped, and
 * ShopAway when the shop is gone.
 */
export async function replay(run: Replay): Promise<Reconciliation> {
  const { log, plans } = run
  const measured = await measure(run, () => driveAll(run))
  return reconcile({ log, plans, ...measured, expected: expectedStatus })
}

type Driven = { outcomes: Outcome[]; failures: Failure[] }

async function driveAll(run: Replay): Promise<Driven> {
  const away = new AbortController()
  const stop = AbortSignal.any([run.stop, away.signal])
  const progress = showProgress(run.plans.length)
  const travel = { front: storefront(run.shop, stop), stop, away, progress }
  try {
    return await Promise.race([driveLanes(run, travel), stopped(stop)])
  } finally {
    progress.end()
  }
}

/** A request under way is not waited for. */
const stopped = (stop: AbortSignal) =>
  new Promise<never>((_, reject) => {
    const end = () => reject(stop.reason)
    if (stop.aborted) end()
    else stop.addEventListener('abort', end, { once: true })
  })

type Travel = { front: Storefront; stop: AbortSignal; away: AbortController; progress: Progress }

/** An order that fails is told of at the end, the others go on; where the shop is away, none can. */
async function driveLanes({ plans, log, atOnce }: Replay, travel: Travel): Promise<Driven> {
  const { front, stop, away, progress } = travel
  const waiting = [...plans]
  const driven: Driven = { outcomes: [], failures: [] }
  const reasonOf = (error: unknown) => {
    if (error instanceof ShopAway) away.abort(error)
    stop.throwIfAborted()
    return error instanceof Error ? error.message : String(error)
  }
  const lane = async () => {
    for (let plan = waiting.shift(); plan !== undefined; plan = waiting.shift()) {
      const { reference } = plan.order
      const ended = await drive(plan, { front, shop: log.shop, currency: log.currency }).catch(
        reasonOf,
      )
      if (typeof ended === 'string') driven.failures.push({ reference, reason: ended })
      else driven.outcomes.push(ended)
      progress.step(typeof ended === 'string')
    }
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
  return driven
}

async function measure(
  run: Replay,
  work: () => Promise<Driven>,
): Promise<Driven & { throughput: Throughput }> {
  const start = performance.now()
  const before = await effortOf(run)
  const driven = await work()
  const seconds = (performance.now() - start) / 1000
  const effort = spent(before, await effortOf(run))
  const { atOnce } = run
  const orders = driven.outcomes.length
  return {
    ...driven,
    throughput: { orders, seconds, ...effort, cores: availableParallelism(), atOnce },
  }
}
