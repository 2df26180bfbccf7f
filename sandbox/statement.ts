import type { PlatformName } from '../domain/method.ts'
import type { Clock } from './clock.ts'
import type { Faults } from './faults.ts'

/** What a statement tells of one movement, before a platform writes it in its own way. */
type Line = { id: string; orderId: string; kind: string; amount: number }
type Told<T> = {
  /** What it covers, so that the next one isn't spoiled by the same switch. */
  day: string
  moved: readonly T[]
  /** A line of a payment that nobody made. */
  strangerOf: (about: Stranger) => T
}
type Stranger = { id: string; amount: number }

/** What a stranger paid, minor units. */
const STRANGE = 10_000

export type Statements = ReturnType<typeof openStatements>

/**
 * What statements say beside the truth. What a switch has met stays spoiled until all switches are cleared, because a statement
 * that is asked for again, page by page or for its hash, says the same.
 */
export function openStatements(clock: Clock, faults: Faults) {
  const missing = new Set<string>()
  const wrong = new Set<string>()
  const strangers = new Map<string, Stranger>()

  function spoil(platform: PlatformName, { id, kind, orderId }: Line): void {
    if (missing.has(id) || wrong.has(id)) return
    const occasion = { operation: kind, subjects: [orderId], changes: true, platform }
    const met = faults.take('statement', occasion)?.fault
    if (met === 'missing') missing.add(id)
    if (met === 'wrong_amount') wrong.add(id)
  }

  function addStranger(platform: PlatformName, statement: string): void {
    const occasion = { operation: 'statement', subjects: [], changes: false, platform }
    if (strangers.has(statement) || faults.take('statement', occasion) === undefined) return
    strangers.set(statement, { id: `stranger${Date.now()}`, amount: STRANGE })
  }

  return {
    /** What time it is for a platform's bookkeeping. */
    now: (platform: PlatformName) => clock.now(platform),
    tell<T extends Line>(platform: PlatformName, { day, moved, strangerOf }: Told<T>): T[] {
      const statement = `${platform}:${day}`
      // The newest first: what was told before is stored, and stays.
      moved.toReversed().forEach((line) => spoil(platform, line))
      addStranger(platform, statement)
      const stranger = strangers.get(statement)
      return [
        ...moved
          .filter(({ id }) => !missing.has(id))
          .map((one) => (wrong.has(one.id) ? less(one) : one)),
        ...(stranger === undefined ? [] : [strangerOf(stranger)]),
      ]
    },
    clear(): void {
      for (const spoiled of [missing, wrong, strangers]) spoiled.clear()
    },
  }
}

/** One minor unit nearer to nothing; what went out is below zero in some statements. */
const less = <T extends Line>(line: T): T => ({
  ...line,
  amount: line.amount - Math.sign(line.amount),
})
