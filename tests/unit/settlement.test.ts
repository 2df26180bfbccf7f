import { describe, expect, it } from 'vitest'
import { cancel } from '../../domain/cancellation.ts'
import { sum } from '../../domain/money.ts'
import type { Order } from '../../domain/order.ts'
import { hindranceOf, payoutOf, periodEnd } from '../../domain/settlement.ts'
import { amounts, coupon, input, placedAt, price } from './pricing-builders.ts'
import { after, AT, paid } from './support.ts'

describe('a period', () => {
  const shanghai = 'Asia/Shanghai'
  it.each([
    ['day', '2026-03-04T15:59:59Z', '2026-03-03T16:00:00.000Z'],
    ['day', '2026-03-04T16:00:00Z', '2026-03-04T16:00:00.000Z'],
    ['week', '2026-03-08T15:59:59Z', '2026-03-01T16:00:00.000Z'],
    ['week', '2026-03-08T16:00:00Z', '2026-03-08T16:00:00.000Z'],
    ['month', '2026-03-31T15:59:59Z', '2026-02-28T16:00:00.000Z'],
  ] as const)('of a %s that is whole at %s ended at %s', (period, asOf, end) => {
    expect(periodEnd({ period, timeZone: shanghai }, new Date(asOf)).toISOString()).toBe(end)
  })

  it('ends with the night that the clocks go ahead in', () => {
    const end = periodEnd(
      { period: 'day', timeZone: 'Europe/Berlin' },
      new Date('2026-03-30T12:00:00Z'),
    )
    expect(end.toISOString()).toBe('2026-03-29T22:00:00.000Z')
  })
})

describe('what is paid out', () => {
  const payable = { available: 900, availableNow: 900, disputed: 0, isSuspended: false }
  it.each([
    ['all that is available', {}, { amount: 900, heldBack: 0, reason: null }],
    ['what is still there', { availableNow: 400 }, { amount: 400, heldBack: 0, reason: null }],
    ['nothing below zero', { available: -1 }, { amount: 0, heldBack: 0, reason: null }],
    [
      'nothing while suspended',
      { isSuspended: true },
      { amount: 0, heldBack: 900, reason: 'suspended' },
    ],
    ['what isn’t disputed', { disputed: 100 }, { amount: 800, heldBack: 100, reason: 'disputed' }],
    [
      'not below zero for disputes',
      { disputed: 1000 },
      { amount: 0, heldBack: 900, reason: 'disputed' },
    ],
  ])('is %s', (_, differs, expected) => {
    expect(payoutOf({ ...payable, ...differs })).toEqual(expected)
  })

  it.each([
    [1000, null, undefined],
    [1001, null, 'APPROVAL_MISSING'],
    [1001, 'me', 'SELF_APPROVAL'],
    [1001, 'you', undefined],
  ])('of %i, approved by %s: %s', (amount, approvedBy, hindrance) => {
    expect(hindranceOf({ amount, approvedBy, by: 'me', limit: 1000 })).toBe(hindrance)
  })
})

describe('D7 a coupon of ¥100 over three equal lines', () => {
  it('comes off each refund so that they sum to what was paid', () => {
    const lines = ['a1', 'a2', 'a3'].map((sku) => input({ sku, quantity: 1, unitPrice: 10_000 }))
    const coupons = [coupon('k1', { threshold: 0, benefit: { off: 10_000 } })]
    const order = paid(placedAt(price(lines, { coupons })))
    const give = (lineId: string) => (now: Order) =>
      cancel(now, { by: 'customer', items: [{ lineId, quantity: 1 }], at: AT })
    const { refunds, payable } = after(order, give('l2'), give('l1'), give('l3'))

    expect(amounts(refunds)).toEqual([6667, 6666, 7467])
    expect([payable, sum(amounts(refunds))]).toEqual([20_800, 20_800])
  })
})
