import type { Comparison } from './compare.ts'
import type { Delay } from './delay.ts'

/** A value beside the ratios, as people read it. */
export type Figure = { what: string; value: string }

/** Something that must hold, whatever the machine. */
export type Check = { what: string; holds: boolean; seen: string }

export type Findings = {
  name: string
  comparisons: Comparison[]
  delays?: Delay[]
  figures: Figure[]
  checks: Check[]
}

export const check = (what: string, seen: unknown, expected: unknown): Check => ({
  ...{ what, seen: JSON.stringify(seen) },
  holds: JSON.stringify(seen) === JSON.stringify(expected),
})
