import { describe, expect, it } from 'vitest'
import { mayClawBack, termsProblems } from '../../domain/terms.ts'
import type { Terms } from '../../domain/promotion.ts'

const codesOf = (terms: Terms) =>
  termsProblems(terms).map(({ path, code }) => `${path.join('/')} ${code}`)
const reduction = (threshold: number, off: number): Terms => ({
  ...{ kind: 'full_reduction', threshold, off, repeats: false },
})
const couponOf = (threshold: number, off: number): Terms => ({
  ...{ kind: 'coupon', threshold, benefit: { off } },
})

describe('terms', () => {
  it('take off less than they ask for', () => {
    expect(codesOf(reduction(1001, 1000))).toEqual([])
    expect(codesOf(reduction(1000, 1000))).toEqual(['threshold THRESHOLD_TOO_LOW'])
  })

  it('rise with every step, in what they ask for and in what they give', () => {
    const steps = [
      { threshold: 1000, off: 100 },
      { threshold: 2000, off: 300 },
    ]
    expect(codesOf({ kind: 'tiered', steps })).toEqual([])
    const [low = { threshold: 0, off: 0 }] = steps
    for (const next of [
      { threshold: 2000, off: 100 },
      { threshold: 1000, off: 200 },
    ]) {
      const terms: Terms = { kind: 'tiered', steps: [low, next] }
      expect(codesOf(terms)).toEqual(['steps/1 STEPS_NOT_ASCENDING'])
    }
    expect(codesOf({ kind: 'tiered', steps: [{ threshold: 100, off: 200 }] })).toEqual([
      'steps/0/threshold THRESHOLD_TOO_LOW',
    ])
  })

  it('let someone pay for fewer units than they take', () => {
    expect(codesOf({ kind: 'n_for_m', buy: 3, pay: 2 })).toEqual([])
    expect(codesOf({ kind: 'n_for_m', buy: 3, pay: 3 })).toEqual(['pay PAY_NOT_BELOW_BUY'])
  })

  it('claw back what they took off goods, and no freight', () => {
    const free: Terms = { kind: 'free_freight', threshold: 0 }
    expect(mayClawBack(reduction(1001, 1000), 'clawback')).toBe(true)
    expect([mayClawBack(free, 'clawback'), mayClawBack(free, 'frozen_share')]).toEqual([
      false,
      true,
    ])
  })

  it('of a coupon may ask for nothing at all', () => {
    expect(codesOf(couponOf(0, 500))).toEqual([])
    expect(codesOf(couponOf(500, 500))).toEqual(['threshold THRESHOLD_TOO_LOW'])
    const share: Terms = { kind: 'coupon', threshold: 1, benefit: { bps: 10_000 } }
    expect(codesOf(share)).toEqual([])
  })
})
