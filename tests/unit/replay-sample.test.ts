import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { isLateByTimestamp } from '../../scripts/replay/books.ts'
import type { Plan } from '../../scripts/replay/log.ts'
import { MEANS } from '../../scripts/replay/money.ts'
import { openLog } from '../../scripts/replay/sources.ts'
import { planOf } from '../../scripts/replay/plan.ts'
import { choose } from '../../scripts/replay/sample.ts'
import { kindsOf, OLIST, order } from './replay-builders.ts'

const ordinary = (n: number) => planOf(order({ reference: `ordinary-${n}` }))
const ORDINARY = Array.from({ length: 600 }, (_, n) => ordinary(n))

let odd: Plan[]
/** Six hundred ordinary orders with each of the fixture's once among them. */
let plans: Plan[]
beforeAll(async () => {
  odd = (await openLog(OLIST)).orders.map(planOf)
  plans = ORDINARY.flatMap((plan, n) => [
    ...(n % 20 === 0 ? odd.slice(n / 20, n / 20 + 1) : []),
    plan,
  ])
})

const places = (chosen: readonly Plan[], all: readonly Plan[]) =>
  chosen.map((plan) => all.indexOf(plan))

const isLate = ({ order: { deliverBy, shipments } }: Plan) =>
  shipments.some(({ deliveredAt }) => isLateByTimestamp({ deliveredAt, deliverBy }))
const mixes = ({ tenders }: Plan) => new Set(tenders.map(({ method }) => method)).size > 1

describe('an even sample', () => {
  it('of few orders holds every status, means, adjustment and oddity of the log', () => {
    const facts = (some: readonly Plan[]) =>
      new Set(
        some.flatMap((plan) => [
          plan.order.status,
          ...plan.tenders.map(({ method, funding }) => `${method} ${funding}`),
          ...plan.adjustments.map(({ kind }) => kind),
          ...kindsOf(plan),
        ]),
      )
    const chosen = choose(plans, { limit: 30, sample: 'even' })
    expect(facts(chosen)).toEqual(facts(plans))
  })

  it.each([
    { what: 'several sellers', of: (plan: Plan) => plan.order.shipments.length > 1 },
    { what: 'several units', of: (plan: Plan) => plan.order.units.length > 1 },
    { what: 'several payments of mixed means', of: mixes },
    { what: 'a late delivery', of: isLate },
  ])('holds $what', ({ of }) => {
    expect(choose(plans, { limit: 30, sample: 'even' }).some(of)).toBe(true)
  })

  it('gives a rare kind a fair share', () => {
    const boleto = Array.from({ length: 12 }, (_, n) => {
      const tenders = [{ ...MEANS.boleto, installments: 1, amount: 5890 }]
      return planOf(order({ reference: `boleto-${n}`, tenders }))
    })
    const chosen = choose([...boleto, ...ORDINARY], { limit: 100, sample: 'even' })
    const share = chosen.filter((plan) => boleto.includes(plan)).length
    expect(share).toBeGreaterThanOrEqual(5)
    expect(share).toBeLessThan(12)
  })

  it('of ordinary orders is spread over the whole log', () => {
    const taken = places(choose(ORDINARY, { limit: 20, sample: 'even' }), ORDINARY)
    const fifths = [0, 1, 2, 3, 4].map((fifth) =>
      taken.filter((n) => Math.floor(n / 120) === fifth),
    )
    for (const fifth of fifths) expect([3, 4, 5]).toContain(fifth.length)
  })
})

describe('a first sample', () => {
  it('is how the log begins', () => {
    expect(choose(plans, { limit: 7, sample: 'first' })).toEqual(plans.slice(0, 7))
  })
})

describe('any sample', () => {
  it('has as many orders as asked for, each once, in the log’s order, and is the same again', () => {
    fc.assert(
      fc.property(fc.nat(700), fc.constantFrom('even', 'first'), (limit, sample) => {
        const chosen = choose(plans, { limit, sample })
        const order = places(chosen, plans)
        expect(chosen).toHaveLength(Math.min(limit, plans.length))
        expect(order).toEqual([...new Set(order)].toSorted((a, b) => a - b))
        expect(places(choose(plans, { limit, sample }), plans)).toEqual(order)
      }),
      { numRuns: 40 },
    )
  })
})
