import { sum } from '../../domain/money.ts'
import { processorSeconds } from '../processor.ts'
import type { Throughput } from './outcome.ts'

/** Of a second, as Node counts processor time. */
const MICROSECONDS = 1e6

/** Longer than a busy server of this machine takes to list its metrics. Milliseconds. */
const ANSWER_WITHIN = 5_000
/** A Prometheus line per operation: how long its calls took so far, waiting for their turn included. Seconds. */
const LATENCY = /^persistence_latency_sum(?:\{[^}]*\})? (\S+)$/gm

/** What Temporal's calls to its own store took since it started. Many wait at once, so it may be more than has passed. */
async function storeSeconds(metricsUrl: string): Promise<number> {
  const answer = await fetch(metricsUrl, { signal: AbortSignal.timeout(ANSWER_WITHIN) })
  return storeSecondsIn(await answer.text())
}

export const storeSecondsIn = (metrics: string): number =>
  sum([...metrics.matchAll(LATENCY)].map(([, seconds]) => Number(seconds)))

/** What everything has used since it started. */
type Effort = { processor: Map<string, number>; storeSeconds?: number }

/** By the shop that `supervisor` keeps, its Temporal's metrics where there are any, and this process. */
export async function effortOf({
  supervisor,
  metricsUrl,
}: {
  supervisor: number
  metricsUrl?: string
}): Promise<Effort> {
  const { user, system } = process.cpuUsage()
  const own = (user + system) / MICROSECONDS
  const processor = processorSeconds(supervisor).set('replay', own)
  if (metricsUrl === undefined) return { processor }
  return { processor, storeSeconds: await storeSeconds(metricsUrl) }
}

/** What was used from `before` to `after`. */
export function spent(
  before: Effort,
  after: Effort,
): Pick<Throughput, 'processor' | 'storeSeconds'> {
  const processor = [...after.processor].map(([part, seconds]) => ({
    part,
    seconds: seconds - (before.processor.get(part) ?? 0),
  }))
  if (before.storeSeconds === undefined || after.storeSeconds === undefined) return { processor }
  return { processor, storeSeconds: after.storeSeconds - before.storeSeconds }
}
