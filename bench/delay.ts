import { setTimeout } from 'node:timers/promises'
import type { Effort } from './compare.ts'
import { median, quantile, told } from './load.ts'
import { openMeter } from './meter.ts'

/** How long something takes beside the least that it could. */
export type Delay = {
  name: string
  measured: DelayReport
  floor: DelayReport
  /** p50 of what is measured over that of the floor: the median of all repeats, and each. */
  ratio: number
  ratios: number[]
  /** What `ratio` should not exceed. */
  most: number
}

export type DelayReport = {
  name: string
  count: number
  /** Milliseconds. */
  p50: number
  p95: number
  /** Processor milliseconds that each part used for one. */
  processor: Record<string, number>
}

/** One side: `ready` prepares so many, each of which can then be done once. */
export type Doing = { name: string; ready: (count: number) => Promise<(() => Promise<void>)[]> }

/** How things are done one by one. */
const PACE = {
  /** So few that they seldom meet: what is measured is a way, not a queue. */
  perSecond: 2,
  /** Until what the preparation set off is over. Milliseconds. */
  settle: 1_000,
  /** Done before anything counts, until code is compiled and caches are filled. */
  warmUp: 10,
}

type Wanted = { floor: Doing; measured: Doing[]; most: number; pace?: typeof PACE }

/** Hold several things against one floor: a round of each in turn, so that all see the same machine. */
export async function compareDelays(
  { floor, measured, most, pace = PACE }: Wanted,
  { seconds, repeat, say }: Effort,
): Promise<Delay[]> {
  const base = openSide(floor, pace)
  const sides = measured.map((doing) => openSide(doing, pace))
  const all = [base, ...sides]
  for (const side of all) await side.round(pace.warmUp)
  for (const side of all) side.reset()
  for (let round = 0; round < repeat; round++) {
    for (const side of round % 2 === 0 ? all : all.toReversed())
      await side.round(pace.perSecond * seconds)
    const ratios = sides.map((side) => told(side.p50(round) / base.p50(round)))
    say(`${floor.name}: round ${round + 1} of ${repeat}, multiples ${ratios.join(', ')}`)
  }
  return sides.map((side) => {
    const ratios = Array.from({ length: repeat }, (_, i) => side.p50(i) / base.p50(i))
    const both = { measured: side.report(), floor: base.report() }
    return { name: side.name, ...both, ratio: median(ratios), ratios, most }
  })
}

function openSide({ name, ready }: Doing, { perSecond, settle }: typeof PACE) {
  let rounds: number[][] = []
  let meter = openMeter()
  return {
    name,
    async round(count: number): Promise<void> {
      const doings = await ready(count)
      await setTimeout(settle)
      rounds.push(await meter.during(() => steadily(doings, perSecond)))
    },
    reset() {
      rounds = []
      meter = openMeter()
    },
    p50: (round: number) => median(rounds[round] ?? []),
    report(): DelayReport {
      const times = rounds.flat().toSorted((a, b) => a - b)
      const [p50, p95] = [quantile(times, 0.5), quantile(times, 0.95)]
      return { name, count: times.length, p50, p95, processor: meter.per(times.length) }
    },
  }
}

/**
 * Begin one after the other at a steady rate, whether or not those before are done. Milliseconds of each, from the moment when
 * it was due.
 */
export async function steadily(
  doings: readonly (() => Promise<void>)[],
  perSecond: number,
): Promise<number[]> {
  const start = performance.now()
  const running = doings.map(async (doing, i) => {
    const due = start + (i * 1000) / perSecond
    await setTimeout(due - performance.now())
    await doing()
    return performance.now() - due
  })
  return Promise.all(running)
}
