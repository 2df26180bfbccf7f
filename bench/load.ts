import { openLine } from './line.ts'
import type { Answer, Ask, Line } from './line.ts'

/** Requests under way at once: enough to keep a pool of ten connections to the database busy. */
export const CONNECTIONS = 64

/** What was done in some time, and how long answers took. Times in milliseconds. */
export type Run = { requests: number; seconds: number; perSecond: number; p50: number; p99: number }

/** The next request, and what its answer may be. */
export type Load = {
  url: string
  /** Undefined when nothing is left to ask: the run ends early then. */
  next: () => Ask | undefined
  statuses: readonly number[]
  /** Called before each run, for what takes too long to make in between. */
  prepare?: (seconds: number) => void
}

/** Ask as often as answers come, on all connections at once. Throws at an answer that isn't what was asked for. */
export async function saturate(load: Load, seconds: number): Promise<Run> {
  const times: number[] = []
  const start = performance.now()
  const end = start + seconds * 1000
  await crowd(load.url, async (line) => {
    while (performance.now() < end) {
      const ask = load.next()
      if (ask === undefined) return
      const { answer, ms } = await timed(line, ask)
      if (!load.statuses.includes(answer.status)) throw unexpected(answer)
      times.push(ms)
    }
  })
  return runOf(times, (performance.now() - start) / 1000)
}

const unexpected = ({ status, text }: Answer) => new Error(`answered with ${status}: ${text}`)

/** Several callers at once, each with a connection of its own. */
export async function crowd(
  url: string,
  caller: (line: Line) => Promise<void>,
  connections = CONNECTIONS,
): Promise<void> {
  const lines = await Promise.all(Array.from({ length: connections }, () => openLine(url)))
  try {
    await Promise.all(lines.map(caller))
  } finally {
    for (const line of lines) line.close()
  }
}

export async function timed(line: Line, ask: Ask): Promise<{ answer: Answer; ms: number }> {
  const start = performance.now()
  const answer = await line.ask(ask)
  return { answer, ms: performance.now() - start }
}

export function runOf(times: readonly number[], seconds: number): Run {
  const sorted = times.toSorted((a, b) => a - b)
  return {
    ...{ requests: times.length, seconds, perSecond: times.length / seconds },
    ...{ p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99) },
  }
}

/** Of sorted values; zero where there are none. */
export const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0

export const median = (values: readonly number[]): number =>
  quantile(
    values.toSorted((a, b) => a - b),
    0.5,
  )

/** A ratio as people read it, however small. */
export const told = (ratio: number): string => ratio.toPrecision(2)
