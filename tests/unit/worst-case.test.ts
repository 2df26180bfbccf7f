import { describe, expect, it } from 'vitest'
import { foldOrder } from '../../domain/evolve.ts'
import { LIMITS } from '../../domain/limits.ts'
import { allocate, sum } from '../../domain/money.ts'
import type { OnReturn } from '../../domain/promotion.ts'
import { reversalOf, wholeOrder } from '../../domain/reversal.ts'
import { input, placedAt, price, promotion } from './pricing-builders.ts'
import { AT } from './support.ts'

/** Half of what Temporal takes in one piece, so that encryption and whatever is added later find room. */
const MOST_BYTES = 1_000_000

/** The longest id and the longest name that the doors take. */
const idOf = (name: string, i: number) => `${name}-${i}`.padEnd(64, '_')
const NAME = '绿'.repeat(200)

const SOURCES = Array.from({ length: LIMITS.fulfillments }, (_, i) => ({
  ...{ warehouseId: idOf('w', i), addressId: idOf('a', i % LIMITS.addresses) },
}))
const UNITS = allocate(
  LIMITS.quantity,
  SOURCES.map(() => 1),
)
const ESTIMATE = { shipBy: AT, earliest: '2026-03-02', latest: '2026-03-05' }

/** As many lines, units, sources, words and promotions as an order may have. */
function largest(onReturn: OnReturn) {
  const lines = Array.from({ length: LIMITS.lines }, (_, i) => ({
    ...input({ quantity: LIMITS.quantity, unitPrice: 9_000_000 }),
    ...{
      sku: idOf('s', i),
      merchantId: idOf('m', 0),
      name: NAME,
      image: 'https://'.padEnd(500, 'i'),
    },
    attributes: { text: '茶'.repeat((LIMITS.attributes - '{"text":""}'.length) / 3) },
    components: Array.from({ length: 20 }, (_, n) => ({ sku: idOf('c', n), quantity: 999 })),
    sources: SOURCES.map((source, n) => ({ ...source, quantity: UNITS[n] ?? 0 })),
  }))
  const tiers = Array.from({ length: 20 }, (_, n) => idOf('t', n))
  const promotions = Array.from({ length: 200 }, (_, i) =>
    promotion({
      ...{ id: idOf('p', i), name: { en: NAME, zh: NAME }, platformBps: 5000, onReturn },
      terms: { kind: 'member_percent', tiers, bps: 200 },
      scope: { skus: lines.slice(0, 100).map(({ sku }) => sku) },
      ...(i % 2 === 0 && { merchantId: idOf('m', 0) }),
    }),
  )
  const freightOf = () => ({
    ...{ amount: 1000, carrier: idOf('carrier', 0) },
    estimate: { ...ESTIMATE, confidence: 'published' as const },
  })
  return placedAt(price(lines, { promotions, freightOf, memberTier: tiers[0] as string }))
}

describe('the largest order that the doors take', () => {
  it('is placed by an event that Temporal takes, however many promotions are live', () => {
    const { data } = largest('frozen_share')

    expect(data.promotions).toHaveLength(2 * LIMITS.promotions)
    expect(data.fulfillments).toHaveLength(LIMITS.fulfillments)
    expect(data.lines.map(({ discounts = [] }) => discounts.length)).toEqual(
      data.lines.map(() => 2 * LIMITS.promotions),
    )
    expect(Buffer.byteLength(JSON.stringify(data))).toBeLessThan(MOST_BYTES)
  })

  it('gives back what it cost, priced again under each of its promotions', () => {
    const order = foldOrder([largest('clawback')])
    const note = { at: AT, reason: 'returned', freight: 0 }
    const { data } = reversalOf(order, wholeOrder(order), note)

    expect(sum(data.lines.map(({ amount }) => amount))).toBe(order.goods)
  })
})
