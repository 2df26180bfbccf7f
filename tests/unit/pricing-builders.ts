import { priceOrder } from '../../domain/pricing.ts'
import type { PricedInput, PricedOrder, PriceQuestion } from '../../domain/pricing.ts'
import type { HeldCoupon, Promotion } from '../../domain/promotion.ts'
import { placed } from './support.ts'

type Sold = Partial<PricedInput> & { warehouseId?: string; addressId?: string }

/** One line from one warehouse to one address, unless told otherwise. */
export function input({ warehouseId = 'w-a', addressId = 'home', ...overrides }: Sold = {}) {
  const line = {
    ...{ sku: 'a1', name: 'Green tea', merchantId: 'm-a', quantity: 2, unitPrice: 5990 },
    ...{ weightGrams: 250, commissionBps: 1000 },
    ...overrides,
  }
  const sources = [{ warehouseId, addressId, quantity: line.quantity }]
  return { sources, ...line } satisfies PricedInput
}

export const flat: PriceQuestion['freightOf'] = ({ merchantId }) => ({
  amount: merchantId === 'm-a' ? 800 : 600,
})

/** The platform's own, for everything, together with everything else. */
export function promotion(overrides: Partial<Promotion> & Pick<Promotion, 'terms'>): Promotion {
  return {
    ...{ id: 'p', version: 1, name: { en: 'Reduction', zh: '满减' }, currency: 'CNY' },
    ...{ scope: {}, stack: 'free', priority: 0, platformBps: 0, onReturn: 'frozen_share' },
    ...{ startsAt: '2026-01-01T00:00:00Z', endsAt: '2027-01-01T00:00:00Z' },
    ...overrides,
  }
}

export const reduction = (threshold: number, off: number, overrides: Partial<Promotion> = {}) =>
  promotion({ terms: { kind: 'full_reduction', threshold, off, repeats: false }, ...overrides })

export const coupon = (
  id: string,
  terms: { threshold: number; benefit: { off: number } | { bps: number; most?: number } },
  overrides: Partial<Promotion> = {},
): HeldCoupon => ({
  id,
  promotion: promotion({ id: `of-${id}`, terms: { kind: 'coupon', ...terms }, ...overrides }),
})

export const price = (inputs: PricedInput[], rest: Partial<PriceQuestion> = {}) =>
  priceOrder({ inputs, freightOf: flat, currency: 'CNY', ...rest })

/** The worked example of the money rules: two merchants, a member, four reductions. */
export const W1 = {
  inputs: [
    input(),
    input({ sku: 'a2', quantity: 1, unitPrice: 3500 }),
    input({ sku: 'b1', merchantId: 'm-b', warehouseId: 'w-b', quantity: 3, unitPrice: 1999 }),
  ],
  promotions: [
    reduction(18_000, 3000, { id: 'platform-reduction', platformBps: 10_000 }),
    reduction(10_000, 1000, { id: 'reduction-of-a', merchantId: 'm-a' }),
    promotion({
      id: 'member',
      terms: { kind: 'member_percent', tiers: ['gold'], bps: 500 },
    }),
  ],
  coupons: [coupon('k1', { threshold: 10_000, benefit: { off: 2000 } }, { platformBps: 10_000 })],
  memberTier: 'gold',
}

export const priceW1 = (rest: Partial<PriceQuestion> = {}) => price(W1.inputs, { ...W1, ...rest })

/** An order placed at that price. */
export const placedAt = ({
  lines,
  fulfillments,
  goods,
  freight,
  promotions,
  payable,
}: PricedOrder) => placed({ lines, fulfillments, goods, freight, promotions, payable })

/** Two units of `l1` from one warehouse, three from another. */
export function scattered() {
  const sources = [
    { warehouseId: 'w-a', addressId: 'home', quantity: 2 },
    { warehouseId: 'w-c', addressId: 'home', quantity: 3 },
  ]
  return placedAt(price([{ ...input({ quantity: 5, unitPrice: 1001 }), sources }]))
}

export const amounts = <T extends { amount: number }>(items: readonly T[] = []) =>
  items.map(({ amount }) => amount)
export const nets = ({ lines }: Pick<PricedOrder, 'lines'>) => lines.map(({ net }) => net)
