import { median, saturate, told } from './load.ts'
import type { Load, Run } from './load.ts'
import { openMeter } from './meter.ts'

/** How long and how often one side is measured. */
export type Effort = { seconds: number; repeat: number; say: (line: string) => void }

type Side = { name: string; load: Load }

export type Comparison = {
  name: string
  measured: SideReport
  floor: SideReport
  /** Requests per second of what is measured over those of the floor: the median of all repeats, and each. */
  ratio: number
  ratios: number[]
  /** What `ratio` should reach. */
  least?: number
}

export type SideReport = {
  name: string
  runs: Run[]
  perSecond: number
  /** Milliseconds. */
  p50: number
  p99: number
  /** Processor milliseconds that each part used per request. */
  processor: Record<string, number>
}

/** Share of a run that is spent beforehand on both sides, until code is compiled and caches are filled. */
const WARM_UP = 0.4

/** Measure a floor and what is held against it in turn, so that both see the same machine. */
export async function compare(
  wanted: { name: string; floor: Side; measured: Side; least?: number },
  { seconds, repeat, say }: Effort,
): Promise<Comparison> {
  const { name, least } = wanted
  const sides = [startSide(wanted.floor), startSide(wanted.measured)] as const
  const [floor, measured] = sides
  for (const { load } of sides) {
    load.prepare?.(seconds * WARM_UP)
    await saturate(load, seconds * WARM_UP)
  }
  for (let round = 0; round < repeat; round++) {
    // Who goes first changes, so that neither gains from a machine that warms up or fills.
    for (const side of round % 2 === 0 ? sides : sides.toReversed()) await side.run(seconds)
    say(`${name}: round ${round + 1} of ${repeat}, ratio ${told(ratioOf(round))}`)
  }
  function ratioOf(round: number): number {
    return (measured.runs[round]?.perSecond ?? 0) / (floor.runs[round]?.perSecond ?? 1)
  }
  const ratios = floor.runs.map((_, round) => ratioOf(round))
  return {
    ...{ name, ratio: median(ratios), ratios, ...(least !== undefined && { least }) },
    ...{ measured: measured.report(), floor: floor.report() },
  }
}

function startSide({ name, load }: Side) {
  const runs: Run[] = []
  const meter = openMeter()
  async function run(seconds: number): Promise<void> {
    load.prepare?.(seconds)
    runs.push(await meter.during(() => saturate(load, seconds)))
  }
  function report(): SideReport {
    const requests = runs.reduce((total, one) => total + one.requests, 0)
    const middle = (of: (run: Run) => number) => median(runs.map(of))
    return {
      ...{ name, runs, perSecond: middle((one) => one.perSecond) },
      ...{ p50: middle((one) => one.p50), p99: middle((one) => one.p99) },
      processor: meter.per(requests),
    }
  }
  return { load, runs, run, report }
}
