import type { Difference, FigureName, PartFigureName } from '../../web/reconciliation-view.ts'
import { entryOf, keyOf, logBook } from './books.ts'
import type { Book, Calendar } from './books.ts'
import { ODDITIES } from './log.ts'
import type { LoggedOrder, OddityKind, Plan } from './log.ts'
import type { Outcome } from './outcome.ts'
import { clocksOf } from './plan.ts'

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
    ...clockDifferences(plan, one.outcome),
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

/** Every time that was told must be here to the second, and no other. */
function clockDifferences(plan: Plan, outcome: Outcome): Difference[] {
  const told = clocksOf(plan)
  const names = new Set([...Object.keys(told), ...Object.keys(outcome.clocks)])
  return [...names].flatMap((of): Difference[] => {
    const [log = '', here = ''] = [told[of], outcome.clocks[of]]
    if (Date.parse(log) === Date.parse(here)) return []
    return [{ ...nameOf(outcome), what: 'clocks', of, log, here, explanation: null }]
  })
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
    if (explanation === null || what === 'status' || what === 'clocks' || what === 'audit') continue
    yield [keyOf(what, of), Number(here) - Number(log)]
  }
}

/**
 * A reason why Longhaul may have something else than the log. It explains a difference when the log, put right by it,
 * says exactly what is here; anything else stays unexplained.
 */
type Rule = {
  of: readonly (FigureName | PartFigureName)[]
  /** In words, if it holds for the order. */
  why: (plan: Plan) => string | undefined
  /** The log's order as the rule has it. */
  putRight: (plan: Plan) => LoggedOrder
}

/** Oddities that move the time of delivery, themselves or through a step before it. */
const CLOCKS: readonly OddityKind[] = [
  'paid_before_placed',
  'handed_over_before_payment',
  'delivered_before_hand_over',
  'no_payment_clock',
  'no_hand_over_clock',
  'no_delivery_clock',
  'beyond_status',
]

const RULES: readonly Rule[] = [
  {
    of: ['method_payments', 'several_payments', 'mixed_methods'],
    why: (plan) => rulesOf(plan, ['no_money']),
    putRight: ({ order }) => ({
      ...order,
      tenders: order.tenders.filter(({ amount }) => amount > 0),
    }),
  },
  {
    of: ['paid', 'method_amount'],
    why: whyUnpaid,
    putRight: ({ order }) => ({ ...order, tenders: [] }),
  },
  {
    of: ['late_by_timestamp', 'late_by_date'],
    why: (plan) => rulesOf(plan, CLOCKS),
    putRight: ({ order, steps }) => ({
      ...order,
      shipments: steps.flatMap((step) =>
        step.do === 'deliver' ? { merchantId: step.merchantId, deliveredAt: step.at } : [],
      ),
    }),
  },
]

/** Why `here` stands at `key` for an order; null where no rule accounts for all of it. */
export function explain(
  plan: Plan,
  { key, here }: { key: string; here: number },
  dayOf: Calendar,
): string | null {
  const { figure } = entryOf(key)
  for (const { of, why, putRight } of RULES) {
    const reason = of.includes(figure) ? why(plan) : undefined
    if (reason === undefined) continue
    if ((logBook(putRight(plan), dayOf).get(key) ?? 0) === here) return reason
  }
  return null
}

function whyUnpaid(plan: Plan): string | undefined {
  if (plan.steps.some((step) => step.do === 'pay')) return undefined
  const { ends, paidAt } = plan.order
  const open = (ends === 'unpaid' || ends === 'expired') && paidAt === undefined
  return open
    ? 'its payment was never confirmed: nothing is taken as paid'
    : rulesOf(plan, ['cancelled_before_payment', 'beyond_status'])
}

/** The rules of the plan's oddities among `kinds`. */
function rulesOf({ oddities }: Plan, kinds: readonly OddityKind[]): string | undefined {
  const own = new Set(oddities.map(({ kind }) => kind).filter((kind) => kinds.includes(kind)))
  return own.size === 0 ? undefined : [...own].map((kind) => ODDITIES[kind]).join('; ')
}
