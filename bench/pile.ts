import type { Ask } from './line.ts'
import type { Load } from './load.ts'

/** Notices made per second of the first run. */
const AT_FIRST = 2_000
/** Times what the run before took, so that few runs end early. */
const RESERVE = 1.5

/** Requests that are ready, and how many of them were asked by now. */
export type Pile = Required<Pick<Load, 'prepare' | 'next'>> & { taken: () => number }

/** What takes as long to sign as to answer is made before a run, so that only the answering is measured. */
export function pileOf(make: () => Ask): Pile {
  let pile: Ask[] = []
  let perSecond = AT_FIRST
  let last = { seconds: 0, taken: 0 }
  let taken = 0
  return {
    prepare(seconds: number): void {
      if (last.seconds > 0) perSecond = ((taken - last.taken) / last.seconds) * RESERVE
      last = { seconds, taken }
      pile = Array.from({ length: Math.ceil(perSecond * seconds) }, make)
    },
    next(): Ask | undefined {
      const ask = pile.pop()
      if (ask !== undefined) taken += 1
      return ask
    },
    taken: () => taken,
  }
}
