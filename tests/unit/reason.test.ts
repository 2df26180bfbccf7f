import { describe, expect, it } from 'vitest'
import { reasonOf } from '../../api/reason.ts'
import type { Locale } from '../../domain/locale.ts'
import type { Terms } from '../../domain/promotion.ts'

const said = (terms: Terms, locale: Locale) =>
  reasonOf({ terms, base: 100_000 }, { locale, currency: 'CNY' })
const couponOf = (
  threshold: number,
  benefit: { off: number } | { bps: number; most?: number },
) => ({
  ...{ kind: 'coupon' as const, threshold, benefit },
})

describe('why a promotion took off what it did', () => {
  it.each<[string, Terms, string, string]>([
    [
      'a coupon’s most',
      couponOf(10_000, { bps: 2000, most: 5000 }),
      'Coupon: 20 % off from 100.00, 50.00 at most; these goods come to 1000.00',
      '优惠券：满 100.00 减 20 %，最多减 50.00，参与商品小计 1000.00',
    ],
    [
      'a threshold',
      couponOf(10_000, { off: 2000 }),
      'Coupon: 20.00 off from 100.00; these goods come to 1000.00',
      '优惠券：满 100.00 减 20.00，参与商品小计 1000.00',
    ],
    [
      'no threshold of a coupon that has none',
      couponOf(0, { bps: 2000 }),
      'Coupon: 20 % off; these goods come to 1000.00',
      '优惠券：减 20 %，参与商品小计 1000.00',
    ],
    [
      'no threshold of free freight that has none',
      { kind: 'free_freight', threshold: 0 },
      'Free shipping',
      '包邮',
    ],
    [
      'the threshold of free freight',
      { kind: 'free_freight', threshold: 9900 },
      'Free shipping from 99.00; these goods come to 1000.00',
      '满 99.00 包邮，参与商品小计 1000.00',
    ],
  ])('tells %s', (_what, terms, ...sentences) => {
    expect([said(terms, 'en'), said(terms, 'zh')]).toEqual(sentences)
  })
})
