import { describe, expect, it } from 'vitest'
import { couponMoveOf, hindranceOf, validityOf } from '../../domain/coupon.ts'
import type { Coupon, CouponBasis } from '../../domain/coupon.ts'
import { foldOrder } from '../../domain/evolve.ts'
import type { AppliedPromotion } from '../../domain/promotion.ts'
import { event, placed } from './support.ts'

const day = (n: number) => `2026-03-${String(n).padStart(2, '0')}T00:00:00.000Z`
const basis: CouponBasis = { startsAt: day(1), endsAt: day(20), isOver: false }
const coupon = (overrides: Partial<Coupon> = {}): Coupon => ({
  ...{ id: 'k1', code: 'TEA', state: 'available', validFrom: day(5), validUntil: day(10) },
  ...overrides,
})

describe('a coupon', () => {
  it('can be used from its first moment until its last', () => {
    expect(hindranceOf(coupon(), basis, day(5))).toBeUndefined()
    expect(hindranceOf(coupon(), basis, '2026-03-04T23:59:59.999Z')).toBe('early')
    expect(hindranceOf(coupon(), basis, '2026-03-09T23:59:59.999Z')).toBeUndefined()
    expect(hindranceOf(coupon(), basis, day(10))).toBe('late')
  })

  it('lasts no longer than its promotion, whatever becomes of that', () => {
    const shorter = { ...basis, startsAt: day(6), endsAt: day(8) }

    expect(validityOf(coupon(), shorter)).toEqual({ from: day(6), until: day(8) })
    expect(hindranceOf(coupon(), shorter, day(5))).toBe('early')
    expect(hindranceOf(coupon(), shorter, day(8))).toBe('late')
    expect(hindranceOf(coupon(), { ...basis, isOver: true }, day(7))).toBe('ended')
  })

  it.each(['locked', 'used', 'withdrawn'] as const)('is hindered when it is %s', (state) => {
    expect(hindranceOf(coupon({ state }), basis, day(7))).toBe(state)
  })
})

describe('what an event does to its order’s coupons', () => {
  const applied = (couponId?: string): AppliedPromotion => ({
    ...{ promotionId: 'p1', version: 1, name: { en: 'Off', zh: '减' } },
    terms: { kind: 'coupon', threshold: 0, benefit: { off: 100 } },
    ...{ onReturn: 'frozen_share', lineIds: ['l1'] },
    ...{ base: 1000, amount: 100, platformFunded: 0 },
    ...(couponId !== undefined && { couponId }),
  })
  const order = foldOrder([placed({ promotions: [applied(), applied('k1'), applied('k2')] })])
  const plain = foldOrder([placed({ promotions: [applied()] })])

  it('D12 acceptance uses them up, expiry and cancellation give them back', () => {
    const couponIds = ['k1', 'k2']
    const accepted = event('order.accepted', { promisedShipAt: day(2) })
    expect(couponMoveOf(order, accepted)).toEqual({ kind: 'use', couponIds })
    expect(couponMoveOf(order, event('order.expired', {}))).toEqual({ kind: 'release', couponIds })
    const cancelled = event('order.cancelled', { by: 'customer' })
    expect(couponMoveOf(order, cancelled)).toEqual({ kind: 'release', couponIds })
  })

  it('is nothing for any other event, and for orders without', () => {
    expect(couponMoveOf(order, event('order.completed', { by: 'policy' }))).toBeUndefined()
    expect(couponMoveOf(plain, event('order.expired', {}))).toBeUndefined()
  })
})
