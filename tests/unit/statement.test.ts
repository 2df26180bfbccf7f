import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  feePosting,
  MOVEMENT_KINDS,
  placeOf,
  surplusOf,
  suspended,
  verdictOf,
  writtenOff,
} from '../../domain/reconciliation.ts'
import type { Money } from '../../domain/reconciliation.ts'

const cny = (amount: number): Money => ({ amount, currency: 'CNY' })
const usd = (amount: number): Money => ({ amount, currency: 'USD' })

describe('one movement in two books', () => {
  it.each([
    ['matched', cny(5), cny(5)],
    ['AMOUNT_DIFFERS', cny(5), cny(6)],
    ['AMOUNT_DIFFERS', cny(5), usd(5)],
    ['MISSING_HERE', undefined, cny(5)],
    ['MISSING_THERE', cny(5), undefined],
    ['matched', undefined, undefined],
  ] as const)('is %s for %o here and %o there', (verdict, expected, actual) => {
    expect(verdictOf({ expected, actual })).toBe(verdict)
  })

  it('differs by what they have beyond us, in their currency where they have one', () => {
    expect(surplusOf({ expected: cny(5), actual: cny(7) })).toEqual(cny(2))
    expect(surplusOf({ expected: cny(5), actual: undefined })).toEqual(cny(-5))
    expect(surplusOf({ expected: cny(5), actual: usd(7) })).toEqual(usd(7))
  })
})

const amounts = fc.integer({ min: -1_000_000, max: 1_000_000 }).filter((amount) => amount !== 0)
const kinds = fc.constantFrom(...MOVEMENT_KINDS)

describe('what stands in suspense', () => {
  it('balances, and is nothing again once it is taken back', () => {
    fc.assert(
      fc.property(kinds, amounts, (kind, amount) => {
        const place = placeOf('alipay', kind)
        const [there, back] = [suspended(place, cny(amount)), suspended(place, cny(-amount))]
        const sums = new Map<string, number>()
        for (const { account, side, amount: of } of [
          ...(there?.entries ?? []),
          ...(back?.entries ?? []),
        ]) {
          expect(of).toBeGreaterThan(0)
          sums.set(account, (sums.get(account) ?? 0) + (side === 'D' ? of : -of))
        }
        expect([...sums.values()]).toEqual([0, 0])
      }),
    )
  })

  it('is the platform’s money: more of it for what came in, less for what went out', () => {
    const sideOf = (kind: 'capture' | 'refund') =>
      suspended(placeOf('alipay', kind), cny(5))?.entries.find(
        ({ account }) => account === 'psp:alipay',
      )?.side
    expect([sideOf('capture'), sideOf('refund')]).toEqual(['D', 'C'])
  })

  it('leaves it for the platform’s differences when it is written off', () => {
    const entries = writtenOff(placeOf('alipay', 'capture'), cny(5))?.entries
    expect(entries).toEqual([
      { account: 'suspense', side: 'D', amount: 5, currency: 'CNY' },
      { account: 'platform:differences', side: 'C', amount: 5, currency: 'CNY' },
    ])
  })

  it('changes nothing for nothing', () => {
    expect(suspended(placeOf('stripe', 'capture'), cny(0))).toBeUndefined()
  })
})

describe('a fee', () => {
  it('is an expense that the platform keeps, and less of one where it gives it back', () => {
    const accounts = (kind: 'fee' | 'fee_returned') =>
      feePosting('stripe', { kind, ...cny(3) })?.entries.map(
        ({ account, side }) => `${side} ${account}`,
      )
    expect(accounts('fee')).toEqual(['D psp:fees', 'C psp:stripe'])
    expect(accounts('fee_returned')).toEqual(['D psp:stripe', 'C psp:fees'])
  })
})
