import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chargeOf } from '../../domain/account.ts'
import { evolve, foldOrder } from '../../domain/evolve.ts'
import type { OrderEvent } from '../../domain/events.ts'
import { sum } from '../../domain/money.ts'
import type { Order } from '../../domain/order.ts'
import type { PricedOrder } from '../../domain/pricing.ts'
import type { HeldCoupon, Promotion, Scope, Terms } from '../../domain/promotion.ts'
import { freightLeft, reversalAmount, reversalOf } from '../../domain/reversal.ts'
import { createBooks } from './books.ts'
import { amounts, input, placedAt, price, promotion } from './pricing-builders.ts'
import { AT, event } from './support.ts'

/** Fixed, so that a red run is red for everyone. */
const SEED = 20_261_122
const RUNS = 150
const TIMEOUT_MS = 30_000

const lines = fc.array(
  fc.record({
    merchantId: fc.constantFrom('m-a', 'm-b', 'm-c'),
    sku: fc.constantFrom('a1', 'a2', 'b1'),
    quantity: fc.integer({ min: 1, max: 7 }),
    unitPrice: fc.oneof(fc.nat(5), fc.nat(12_000)),
    weightGrams: fc.nat(2000),
    commissionBps: fc.integer({ min: 0, max: 10_000 }),
  }),
  { minLength: 1, maxLength: 6 },
)

const sums = fc.integer({ min: 1, max: 30_000 })
const pairs = fc.tuple(sums, sums).map(([a, b]) => ({ threshold: a + b, off: a }))
const bps = fc.integer({ min: 1, max: 10_000 })
const reductions: fc.Arbitrary<Terms>[] = [
  bps.map((share): Terms => ({ kind: 'member_percent', tiers: ['gold'], bps: share })),
  fc.tuple(pairs, fc.boolean()).map(([pair, repeats]): Terms => {
    return { kind: 'full_reduction', ...pair, repeats }
  }),
  fc
    .array(pairs, { minLength: 1, maxLength: 3 })
    .map((steps): Terms => ({ kind: 'tiered', steps })),
  fc.tuple(fc.nat(3), fc.nat(2)).map(([more, pay]): Terms => {
    return { kind: 'n_for_m', buy: pay + more + 1, pay }
  }),
  sums.map((threshold): Terms => ({ kind: 'free_freight', threshold })),
]
const couponTerms = fc.oneof(
  pairs.map(({ threshold, off }): Terms => ({ kind: 'coupon', threshold, benefit: { off } })),
  fc.tuple(sums, bps, sums).map(([threshold, share, most]): Terms => {
    return { kind: 'coupon', threshold, benefit: { bps: share, most } }
  }),
)

const ofTerms = (kinds: fc.Arbitrary<Terms>): fc.Arbitrary<Promotion> =>
  fc
    .record({
      terms: kinds,
      id: fc.uuid(),
      owner: fc.constantFrom(undefined, 'm-a', 'm-b'),
      scope: fc.constantFrom({}, { skus: ['a1', 'b1'] }, { merchants: ['m-a', 'm-c'] }),
      stack: fc.constantFrom('free' as const, 'free' as const, 'exclusive' as const, {
        group: 'g',
      }),
      priority: fc.nat(3),
      platformBps: fc.oneof(fc.constantFrom(0, 10_000), fc.nat(10_000)),
      onReturn: fc.constantFrom('frozen_share' as const, 'clawback' as const),
    })
    .map(({ owner, scope, ...rest }) =>
      promotion({
        ...rest,
        scope: scope as Scope,
        ...(owner !== undefined && { merchantId: owner }),
      }),
    )

const priced: fc.Arbitrary<PricedOrder> = fc
  .record({
    lines,
    promotions: fc.array(ofTerms(fc.oneof(...reductions)), { maxLength: 5 }),
    coupons: fc.array(ofTerms(couponTerms), { maxLength: 3 }),
  })
  .map(({ lines: basket, promotions, coupons }) =>
    price(basket.map(input), {
      ...{ promotions, memberTier: 'gold' },
      coupons: coupons.map((one): HeldCoupon => ({ id: `k-${one.id}`, promotion: one })),
    }),
  )

const always = <T extends unknown[]>(property: fc.IProperty<T>) =>
  fc.assert(property, { seed: SEED, numRuns: RUNS })

describe('whatever is bought under whatever promotions', { timeout: TIMEOUT_MS }, () => {
  it('every split sums, each promotion counts once on a line, none is below zero, and nobody bears more than was taken off', () => {
    always(
      fc.property(priced, ({ lines: placed, promotions, ...order }) => {
        const discounts = placed.flatMap((line) => line.discounts ?? [])
        for (const { discounts: own = [] } of placed) {
          expect(new Set(own.map(({ promotionId }) => promotionId)).size).toBe(own.length)
        }
        for (const { quantity, unitPrice, net, discounts: own = [], ...line } of placed) {
          expect(net).toBe(quantity * unitPrice - sum(amounts(own)))
          expect(Math.min(net, line.freight, line.commission)).toBeGreaterThanOrEqual(0)
          expect(line.commission).toBeLessThanOrEqual(net)
        }
        for (const { promotionId, terms, amount, platformFunded, base } of promotions) {
          const own = discounts.filter((discount) => discount.promotionId === promotionId)
          if (terms.kind === 'free_freight') continue
          expect(sum(amounts(own))).toBe(amount)
          expect(sum(own.map((discount) => discount.platformFunded))).toBe(platformFunded)
          expect(amount).toBeLessThanOrEqual(base)
        }
        for (const { amount, platformFunded } of [...promotions, ...discounts]) {
          expect(amount).toBeGreaterThan(0)
          expect(platformFunded).toBeGreaterThanOrEqual(0)
          expect(platformFunded).toBeLessThanOrEqual(amount)
        }
        expect(order.payable).toBe(order.goods + order.freight)
        expect(order.goods).toBe(sum(placed.map(({ net }) => net)))
        expect(sum(order.fulfillments.map(({ freight }) => freight))).toBe(order.freight)
        const free = promotions.filter(({ terms }) => terms.kind === 'free_freight')
        const borne = order.fulfillments.map(({ freightBorne = 0 }) => freightBorne)
        expect(sum(borne)).toBe(sum(amounts(free)) - sum(free.map((one) => one.platformFunded)))
      }),
    )
  })
})

/** Line, units, and whether someone asked for it. */
const returns = fc.array(fc.tuple(fc.nat(5), fc.integer({ min: 1, max: 4 }), fc.boolean()), {
  maxLength: 12,
})

/**
 * Lives through acceptance and returns, at last of all that is left; postings are kept as strictly
 * as in the database.
 */
function returned(first: PricedOrder, steps: readonly [number, number, boolean][]) {
  let order: Order = foldOrder([placedAt(first)])
  const books = createBooks(order)
  const append = (next: OrderEvent) => {
    order = evolve(order, next)
    books.post(order, next)
  }
  append(event('order.accepted', { promisedShipAt: AT }))
  const lastly = first.lines.map((_, i): [number, number, boolean] => [i, 7, i % 2 === 0])
  for (const [i, quantity, isFrozen] of [...steps, ...lastly]) {
    const { id: lineId } = first.lines[i % first.lines.length] ?? { id: 'none' }
    const note = { at: AT, reason: 'returned', freight: 0, isFrozen }
    append(reversalOf(order, [{ lineId, quantity }], note))
  }
  append(reversalOf(order, [], { at: AT, reason: 'returned', ...freightLeft(order) }))
  return { order, books }
}

describe('whatever goes back, in whatever order', { timeout: TIMEOUT_MS }, () => {
  it('every return gives at least nothing, and all of them what was paid', () => {
    always(
      fc.property(priced, returns, (first, steps) => {
        const { order } = returned(first, steps)
        expect(Math.min(...order.reversals.map(reversalAmount))).toBeGreaterThanOrEqual(0)
        expect(sum(order.reversals.map(reversalAmount))).toBe(first.payable)
        expect(chargeOf(order)).toBe(0)
      }),
    )
  })

  it('each line is credited its price, its commission and its funding to the last cent', () => {
    always(
      fc.property(priced, returns, (first, steps) => {
        const { order } = returned(first, steps)
        const back = order.reversals.flatMap((reversal) => reversal.lines)
        for (const { id, quantity, net, commission, discounts = [] } of first.lines) {
          const own = back.filter(({ lineId }) => lineId === id)
          expect(sum(own.map((line) => line.quantity))).toBe(quantity)
          expect(sum(amounts(own))).toBe(net)
          expect(sum(own.map((line) => line.commission))).toBe(commission)
          const funded = sum(discounts.map(({ platformFunded }) => platformFunded))
          expect(sum(own.map(({ platformFunded = 0 }) => platformFunded))).toBe(funded)
        }
      }),
    )
  })

  it('postings balance, and with everything back every account is at zero', () => {
    always(
      fc.property(priced, returns, (first, steps) => {
        const { books } = returned(first, steps)
        expect([...books.accounts.values()].every((balance) => balance === 0)).toBe(true)
      }),
    )
  })

  it('merchants are sums of their lines, less the freight that they bear', () => {
    always(
      fc.property(priced, (first) => {
        const books = createBooks(foldOrder([placedAt(first)]))
        books.post(foldOrder([placedAt(first)]), event('order.accepted', { promisedShipAt: AT }))
        for (const id of new Set(first.lines.map(({ merchantId }) => merchantId))) {
          const own = first.lines.filter(({ merchantId }) => merchantId === id)
          const due = own.map(({ net, commission, discounts = [] }) => {
            const funded = sum(discounts.map(({ platformFunded }) => platformFunded))
            return net + funded - commission
          })
          const sent = first.fulfillments.filter(({ merchantId }) => merchantId === id)
          const borne = sum(sent.map(({ freightBorne = 0 }) => freightBorne))
          expect(sum(due) - borne + (books.accounts.get(`merchant:${id}:pending`) ?? 0)).toBe(0)
        }
      }),
    )
  })
})
