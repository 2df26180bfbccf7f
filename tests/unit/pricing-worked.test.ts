import { describe, expect, it } from 'vitest'
import { foldOrder } from '../../domain/evolve.ts'
import { postingOf } from '../../domain/ledger.ts'
import { sum } from '../../domain/money.ts'
import {
  amounts,
  coupon,
  input,
  nets,
  placedAt,
  price,
  priceW1,
  reduction,
  W1,
} from './pricing-builders.ts'
import { AT, event } from './support.ts'

describe('the worked order', () => {
  it('S2-1.3a comes to 7874 + 2300 + 4229 and 15803 with freight, whatever order its promotions are given in', () => {
    expect(nets(priceW1())).toEqual([7874, 2300, 4229])
    expect(priceW1()).toMatchObject({ goods: 14403, freight: 1400, payable: 15803, unused: [] })
    expect(priceW1({ promotions: W1.promotions.toReversed() })).toEqual(priceW1())
  })

  it('S2-1.3a lists each step with its base, its lines and what it took off', () => {
    const steps = priceW1().promotions.map(({ promotionId, base, amount, lineIds }) => [
      ...[promotionId, base, amount, lineIds.join(' ')],
    ])
    expect(steps).toEqual([
      ['member', 21477, 1074, 'l1 l2 l3'],
      ['reduction-of-a', 14706, 1000, 'l1 l2'],
      ['platform-reduction', 19403, 3000, 'l1 l2 l3'],
      ['of-k1', 16403, 2000, 'l1 l2 l3'],
    ])
    expect(priceW1().promotions[3]).toMatchObject({
      couponId: 'k1',
      version: 1,
      platformFunded: 2000,
    })
  })

  it('S2-1.3a splits each step over its lines to the cent', () => {
    expect(priceW1().lines.map(({ discounts }) => amounts(discounts))).toEqual([
      [599, 774, 1640, 1093],
      [175, 226, 479, 320],
      [300, 881, 587],
    ])
  })

  it('knows what the platform bears of each line, and what it earns', () => {
    const { lines } = priceW1()
    const funded = lines.map(({ discounts = [] }) =>
      sum(discounts.map(({ platformFunded }) => platformFunded)),
    )
    expect(funded).toEqual([2733, 799, 1468])
    expect(lines.map(({ commission }) => commission)).toEqual([787, 230, 423])
  })

  it('is posted in balance: merchants get what the platform bears, too', () => {
    const order = foldOrder([placedAt(priceW1())])
    const accepted = event('order.accepted', { promisedShipAt: AT })
    const entries = postingOf(order, accepted)?.entries ?? []
    expect(entries.map(({ side, amount, account }) => `${side} ${amount} ${account}`)).toEqual([
      'D 15803 receivable:o1',
      'D 3532 platform:promo_expense',
      'C 12689 merchant:m-a:pending',
      'C 1017 platform:commission',
      'D 1468 platform:promo_expense',
      'C 5274 merchant:m-b:pending',
      'C 423 platform:commission',
      'C 1400 freight:income',
    ])
  })
})

describe('a threshold', () => {
  const tenOff = reduction(10_000, 1000)

  it('S2-1.3b of exactly what the goods come to applies, one cent less does not', () => {
    const exactly = price([input({ quantity: 4, unitPrice: 2500 })], { promotions: [tenOff] })
    const below = price([input({ quantity: 1, unitPrice: 9999 })], { promotions: [tenOff] })
    expect([exactly.goods, below.goods]).toEqual([9000, 9999])
    expect([exactly.promotions.length, below.promotions.length]).toEqual([1, 0])
  })

  it('S2-1.3b is held against what earlier tiers have left', () => {
    const own = (off: number) => reduction(off + 1, off, { id: 'own', merchantId: 'm-a' })
    const goods = (off: number) =>
      price([input({ quantity: 1, unitPrice: 11_000 })], { promotions: [tenOff, own(off)] }).goods
    expect(goods(1000)).toBe(9000)
    expect(goods(1001)).toBe(9999)
  })

  it('S2-1.3b of a coupon tells how much is missing', () => {
    const coupons = [coupon('k1', { threshold: 10_000, benefit: { off: 500 } })]
    const at = (unitPrice: number) => price([input({ quantity: 1, unitPrice })], { coupons })
    expect(at(10_000)).toMatchObject({ goods: 9500, unused: [] })
    expect(at(9999)).toMatchObject({
      goods: 9999,
      unused: [{ couponId: 'k1', reason: 'threshold', missing: 1 }],
    })
  })
})
