import { sum } from '../../domain/money.ts'
import type { Reconciliation, Scope } from '../../web/reconciliation-view.ts'
import { isOff } from '../../web/reconciliation-words.ts'
import { calendarOf, hereBook, logBook } from './books.ts'
import { differencesOf, miscounted } from './differences.ts'
import type { Found, Judge, Match } from './differences.ts'
import { groupBy } from './group-by.ts'
import type { OrderLog, Plan } from './log.ts'
import type { Failure, Outcome, Throughput } from './outcome.ts'
import { speedOf } from './speed.ts'
import { statementsOf } from './statements.ts'
import {
  adjustmentsOf,
  chosenOf,
  figuresOf,
  merchantsOf,
  methodsOf,
  odditiesOf,
  reviewsOf,
  sidesOf,
  statusesOf,
} from './tables.ts'

export type Replayed = {
  log: OrderLog
  /** Those chosen for the replay. */
  plans: readonly Plan[]
  outcomes: readonly Outcome[]
  failures: readonly Failure[]
  throughput: Throughput
  /** The status in which an order should stand here. */
  expected: (plan: Plan) => string
}

/**
 * Hold a log against what became of it here. The log's side is read from its own rows, never from the plans made of them;
 * Longhaul's side from its own answers.
 */
export function reconcile(replayed: Replayed): Reconciliation {
  const { log, plans, outcomes, failures, throughput, expected } = replayed
  const judge = { expected, dayOf: calendarOf(log.zone) }
  const found = outcomes.map((outcome) => ({ outcome, book: hereBook(outcome, judge.dayOf) }))
  const matches = matchesOf(plans, found, judge)
  const differences = allDifferences(matches, found, judge)
  const sides = sidesOf(matches, found, differences)
  const figures = figuresOf(sides, chosenOf(log, plans))
  const methods = methodsOf(sides)
  const merchants = merchantsOf(sides)
  const statements = statementsOf(matches, log.currency)
  const compared = [
    ...figures,
    ...methods.flatMap(({ payments, amount }) => [payments, amount]),
    ...merchants.flatMap(({ orders, goods, freight }) => [orders, goods, freight]),
  ]
  return {
    reconciled:
      plans.length > 0 &&
      failures.length === 0 &&
      differences.every(({ explanation }) => explanation !== null) &&
      statements.every(({ open }) => open.length === 0) &&
      !compared.some(isOff),
    ...{ currency: log.currency, zone: log.zone, scope: scopeOf(replayed) },
    ...{ figures, refunded: sum(outcomes.map((outcome) => outcome.refunded)) },
    reviews: reviewsOf(plans.map(({ order }) => order)),
    ...{ statuses: statusesOf(matches, differences, expected), methods, merchants, statements },
    ...{ adjustments: adjustmentsOf(outcomes), oddities: odditiesOf(plans), differences },
    speed: speedOf(throughput),
  }
}

function scopeOf({ log, plans, outcomes, failures }: Replayed): Scope {
  return {
    inLog: log.orders.length + log.unusable.length,
    usable: log.orders.length,
    unusable: log.unusable,
    chosen: plans.length,
    replayed: outcomes.length,
    failed: [...failures],
  }
}

function matchesOf(plans: readonly Plan[], found: readonly Found[], { dayOf }: Judge): Match[] {
  const foundBy = groupBy(found, ({ outcome }) => outcome.reference)
  return plans.map((plan) => ({
    ...{ plan, book: logBook(plan.order, dayOf) },
    found: foundBy.get(plan.order.reference) ?? [],
  }))
}

/** Those that nothing explains first. */
function allDifferences(matches: readonly Match[], found: readonly Found[], judge: Judge) {
  const known = new Set(matches.map(({ plan }) => plan.order.reference))
  const strangers = found.filter(({ outcome }) => !known.has(outcome.reference))
  const all = [
    ...strangers.map((one) => miscounted(one.outcome.reference, 0, [one])),
    ...matches.flatMap((match) => differencesOf(match, judge)),
  ]
  const isOpen = ({ explanation }: (typeof all)[number]) => Number(explanation === null)
  return all.toSorted((a, b) => isOpen(b) - isOpen(a))
}
