import { isLateByTimestamp } from './books.ts'
import { groupBy } from './group-by.ts'
import type { Plan } from './log.ts'

export type Choice = { limit: number; sample: 'even' | 'first' }

/**
 * Part of a log, in its order and always the same. `first` is how it begins; `even` holds each kind of order that the
 * log has, as far as `limit` allows, rare ones in a fair share, and for the rest orders from the whole length of it.
 */
export function choose(plans: readonly Plan[], { limit, sample }: Choice): Plan[] {
  if (sample === 'first' || limit >= plans.length) return plans.slice(0, limit)
  const kinds = byKind(plans)
  const chosen = new Set<Plan>()
  oneOfEach(kinds, { chosen, limit })
  fairShares(kinds, { chosen, limit })
  const others = plans.filter((plan) => !chosen.has(plan))
  for (const plan of spread(others, limit - chosen.size)) chosen.add(plan)
  return plans.filter((plan) => chosen.has(plan))
}

/** Of a kind that is rarer than that in the log, a sample holds at least this share, if there are as many. */
const FAIR_SHARE = 0.05
/** What fair shares may take of a sample, so that the rest still looks like the log. */
const FAIR_SHARES = 0.5

type Kind = { name: string; plans: Plan[] }
type Choosing = { chosen: Set<Plan>; limit: number }

/** The rarest first. */
function byKind(plans: readonly Plan[]): Kind[] {
  const named = plans.flatMap((plan) => [...kindsOf(plan)].map((name) => ({ name, plan })))
  return [...groupBy(named, ({ name }) => name)]
    .map(([name, own]) => ({ name, plans: own.map(({ plan }) => plan) }))
    .toSorted((a, b) => a.plans.length - b.plans.length)
}

/** What is worth seeing of an order. */
function kindsOf({ order, tenders, adjustments, oddities }: Plan): Set<string> {
  const means = new Set(tenders.map(({ method, funding = '' }) => `${method} ${funding}`))
  const kinds = [
    `status ${order.status}`,
    ...means,
    ...oddities.map(({ kind }) => kind),
    ...adjustments.map(({ kind }) => kind),
    ...(order.shipments.length > 1 ? ['several sellers'] : []),
    ...(order.units.length > 1 ? ['several units'] : []),
    ...(tenders.length > 1 ? ['several payments'] : []),
    ...(means.size > 1 ? ['mixed means'] : []),
    ...(isLate(order) ? ['late'] : []),
  ]
  return new Set(kinds)
}

function isLate({ deliverBy, shipments }: Plan['order']): boolean {
  return shipments.some(({ deliveredAt }) => isLateByTimestamp({ deliveredAt, deliverBy }))
}

/** Of the orders of a kind the one that has most kinds still missing, so that a small sample holds many. */
function oneOfEach(kinds: readonly Kind[], { chosen, limit }: Choosing): void {
  const missing = new Set(kinds.map(({ name }) => name))
  for (const { name, plans } of kinds) {
    if (chosen.size >= limit) return
    if (!missing.has(name)) continue
    const gain = (plan: Plan) => [...kindsOf(plan)].filter((kind) => missing.has(kind)).length
    const best = plans.reduce((best, plan) => (gain(plan) > gain(best) ? plan : best))
    chosen.add(best)
    for (const kind of kindsOf(best)) missing.delete(kind)
  }
}

function fairShares(kinds: readonly Kind[], { chosen, limit }: Choosing): void {
  const room = Math.floor(limit * FAIR_SHARES)
  for (const { plans } of kinds) {
    const others = plans.filter((plan) => !chosen.has(plan))
    const lacking = Math.floor(limit * FAIR_SHARE) - (plans.length - others.length)
    for (const plan of spread(others, Math.min(lacking, room - chosen.size))) chosen.add(plan)
  }
}

/** The middles of `count` equal stretches. */
function spread<T>(all: readonly T[], count: number): T[] {
  const size = Math.max(0, Math.min(count, all.length))
  const middle = (i: number) => Math.floor(((i + 0.5) * all.length) / size)
  return Array.from({ length: size }, (_, i) => all[middle(i)] as T)
}
