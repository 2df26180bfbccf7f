import { sum } from '../../domain/money.ts'

/** Longer than a busy server of this machine takes to list its metrics. Milliseconds. */
const ANSWER_WITHIN = 5_000
/** A Prometheus line per operation: how long its calls took so far, waiting for their turn included. Seconds. */
const LATENCY = /^persistence_latency_sum(?:\{[^}]*\})? (\S+)$/gm

/** What Temporal's calls to its own store took since it started. Many wait at once, so it may be more than has passed. */
export async function storeSeconds(metricsUrl: string): Promise<number> {
  const answer = await fetch(metricsUrl, { signal: AbortSignal.timeout(ANSWER_WITHIN) })
  return storeSecondsIn(await answer.text())
}

export const storeSecondsIn = (metrics: string): number =>
  sum([...metrics.matchAll(LATENCY)].map(([, seconds]) => Number(seconds)))
