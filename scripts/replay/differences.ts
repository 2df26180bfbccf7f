import type { Difference } from '../../web/reconciliation-view.ts'
import { entryOf, keyOf } from './books.ts'
import type { Book } from './books.ts'
import { explain } from './explain.ts'
import type { Calendar } from './lateness.ts'
import type { Plan } from './log.ts'
import type { Outcome } from './outcome.ts'

/** An order of the log with its book, and every order here that stands for it: one, if all is well. */
export type Match = { plan: Plan; book: Book; found: Found[] }
export type Found = { outcome: Outcome; book: Book }

export type Judge = { expected: (plan: Plan) => string; dayOf: Calendar }

/** What is not here as the log has it, for one order. */
export function differencesOf(match: Match, judge: Judge): Difference[] {
  const { plan, found } = match
  const [one] = found
  if (one === undefined || found.length > 1) return [miscounted(plan.order.reference, 1, found)]
  return [
    ...statusDifference(plan, one.outcome, judge),
    ...entryDifferences(match, one, judge.dayOf),
    ...one.outcome.auditFailures.map((failure): Difference => ({
      ...nameOf(one.outcome),
      ...{ what: 'audit', log: '', here: failure, explanation: null },
    })),
  ]
}

/** An order here that the log doesn't have, or that didn't come once. */
export function miscounted(reference: string, log: number, found: readonly Found[]): Difference {
  const no = found[0]?.outcome.no
  return {
    ...{ reference, ...(no !== undefined && { no }) },
    ...{ what: 'orders', log, here: found.length, explanation: null },
  }
}

const nameOf = ({ reference, no }: Outcome) => ({ reference, no })

function statusDifference(plan: Plan, outcome: Outcome, { expected }: Judge): Difference[] {
  const log = expected(plan)
  if (outcome.status === log) return []
  return [{ ...nameOf(outcome), what: 'status', log, here: outcome.status, explanation: null }]
}

function entryDifferences({ plan, book }: Match, found: Found, dayOf: Calendar): Difference[] {
  const keys = new Set([...book.keys(), ...found.book.keys()])
  return [...keys].flatMap((key): Difference[] => {
    const [log, here] = [book.get(key) ?? 0, found.book.get(key) ?? 0]
    if (log === here) return []
    const { figure: what, part: of } = entryOf(key)
    const explanation = explain(plan, { key, here }, dayOf)
    return [
      { ...nameOf(found.outcome), what, ...(of !== undefined && { of }), log, here, explanation },
    ]
  })
}

/** What explained rows add to the figures, by `keyOf`. */
export function* explainedEntries(
  differences: readonly Difference[],
): Generator<readonly [string, number]> {
  for (const { what, of, log, here, explanation } of differences) {
    if (explanation === null || what === 'status' || what === 'audit') continue
    yield [keyOf(what, of), Number(here) - Number(log)]
  }
}
