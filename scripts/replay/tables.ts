import { sum } from '../../domain/money.ts'
import { FIGURES } from '../../web/reconciliation-view.ts'
import type {
  AdjustmentRow,
  AdjustmentSum,
  Difference,
  Figure,
  MerchantRow,
  MethodRow,
  OddityCount,
  PartFigureName,
  Reviews,
  StatusRow,
} from '../../web/reconciliation-view.ts'
import { addUp, bookFrom, compare, entryOf, keyOf, sumsOf } from './books.ts'
import type { Sides } from './books.ts'
import { explainedEntries } from './differences.ts'
import type { Found, Match } from './differences.ts'
import { groupBy } from './group-by.ts'
import { ODDITIES } from './log.ts'
import type { LoggedOrder, Oddity, OrderLog, Plan } from './log.ts'
import type { Outcome } from './outcome.ts'

export function sidesOf(
  matches: readonly Match[],
  found: readonly Found[],
  differences: readonly Difference[],
): Sides {
  return {
    log: addUp(matches.map(({ book }) => book)),
    here: addUp(found.map(({ book }) => book)),
    explained: bookFrom(explainedEntries(differences)),
  }
}

/** The log's money is summed over its rows once more, past plans and books: what gets lost between them is seen here. */
export function figuresOf(sides: Sides, orders: readonly LoggedOrder[]): Figure[] {
  const rows = {
    units: orders.flatMap(({ units }) => units),
    tenders: orders.flatMap(({ tenders }) => tenders),
  }
  const log = new Map([...sides.log, ...Object.entries(sumsOf(rows))])
  return FIGURES.map((name) => ({ name, ...compare({ ...sides, log }, name) }))
}

/** The orders of the log that were chosen, as it has them. */
export function chosenOf({ orders }: OrderLog, plans: readonly Plan[]): LoggedOrder[] {
  const chosen = new Set(plans.map(({ order }) => order.reference))
  return orders.filter(({ reference }) => chosen.has(reference))
}

export function methodsOf(sides: Sides): MethodRow[] {
  return partsOf(sides, 'method_payments')
    .map((method) => ({
      method,
      payments: compare(sides, keyOf('method_payments', method)),
      amount: compare(sides, keyOf('method_amount', method)),
    }))
    .toSorted((a, b) => b.amount.log - a.amount.log)
}

export function merchantsOf(sides: Sides): MerchantRow[] {
  return partsOf(sides, 'merchant_orders')
    .map((merchantId) => ({
      merchantId,
      orders: compare(sides, keyOf('merchant_orders', merchantId)),
      goods: compare(sides, keyOf('merchant_goods', merchantId)),
      freight: compare(sides, keyOf('merchant_freight', merchantId)),
    }))
    .toSorted((a, b) => b.goods.log + b.freight.log - (a.goods.log + a.freight.log))
}

/** Every method or merchant that either side has. */
function partsOf({ log, here }: Sides, figure: PartFigureName): string[] {
  const parts = [...log.keys(), ...here.keys()].flatMap((key) => {
    const entry = entryOf(key)
    return entry.figure === figure ? (entry.part ?? []) : []
  })
  return [...new Set(parts)]
}

/** One row per word of the log, the most frequent first. */
export function statusesOf(
  matches: readonly Match[],
  differences: readonly Difference[],
  expected: (plan: Plan) => string,
): StatusRow[] {
  const wordOf = new Map(matches.map(({ plan: { order } }) => [order.reference, order.status]))
  const differencesBy = groupBy(differences, ({ reference }) => wordOf.get(reference))
  return [...groupBy(matches, ({ plan }) => plan.order.status)]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .map(([status, own]) => {
      const found = own.flatMap((match) => match.found)
      const sides = sidesOf(own, found, differencesBy.get(status) ?? [])
      return {
        ...{ status, here: standings(own, expected) },
        ...{ orders: compare(sides, 'orders'), goods: compare(sides, 'goods') },
        ...{ freight: compare(sides, 'freight'), paid: compare(sides, 'paid') },
      }
    })
}

function standings(matches: readonly Match[], expected: (plan: Plan) => string) {
  const planned = bookFrom(matches.map(({ plan }) => [expected(plan), 1] as const))
  const found = matches.flatMap((match) => match.found)
  const actual = bookFrom(found.map(({ outcome }) => [outcome.status, 1] as const))
  return [...new Set([...planned.keys(), ...actual.keys()])].map((status) => ({
    status,
    expected: planned.get(status) ?? 0,
    orders: actual.get(status) ?? 0,
  }))
}

export function adjustmentsOf(outcomes: readonly Outcome[]): {
  sums: AdjustmentSum[]
  rows: AdjustmentRow[]
} {
  const rows = outcomes.flatMap(({ reference, no, adjustments }) =>
    adjustments.map(({ kind, amount }) => ({ reference, no, kind, amount })),
  )
  const sums = [...groupBy(rows, ({ kind }) => kind)].map(([kind, own]) => ({
    ...{ kind, count: own.length, amount: sum(own.map(({ amount }) => amount)) },
  }))
  return { sums: sums.toSorted((a, b) => b.count - a.count), rows }
}

export function odditiesOf(plans: readonly Plan[]): { counts: OddityCount[]; rows: Oddity[] } {
  const rows = plans.flatMap(({ oddities }) => oddities)
  const counts = [...groupBy(rows, ({ kind }) => kind)].map(([kind, own]) => ({
    ...{ kind, rule: ODDITIES[kind], count: own.length },
  }))
  return { counts: counts.toSorted((a, b) => b.count - a.count), rows }
}

export function reviewsOf(orders: readonly LoggedOrder[]): Reviews {
  const scores = orders.flatMap(({ reviews }) => reviews.map(({ score }) => score))
  return {
    count: scores.length,
    orders: orders.filter(({ reviews }) => reviews.length > 0).length,
    meanScore: scores.length === 0 ? null : sum(scores) / scores.length,
  }
}
