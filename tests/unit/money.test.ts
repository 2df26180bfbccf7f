import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  allocate,
  basisPoints,
  formatAmount,
  isAmount,
  MAX_AMOUNT,
  sharesOf,
  sum,
  times,
  unitShare,
} from '../../domain/money.ts'
import type { Span } from '../../domain/money.ts'

const amounts = fc.integer({ min: 0, max: MAX_AMOUNT })
const weights = fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 20 })

describe('allocate', () => {
  it.each([
    { what: 'the worked discount', amount: 3000, by: [10607, 3099, 5697], to: [1640, 479, 881] },
    { what: 'a tie by the lower index', amount: 2, by: [1, 1, 1], to: [1, 1, 0] },
    { what: 'the rest by the largest remainder', amount: 10, by: [5, 3, 3], to: [4, 3, 3] },
    { what: 'weights of zero as equal', amount: 4, by: [0, 0, 0], to: [2, 1, 1] },
    { what: 'nothing to a zero among others', amount: 5, by: [0, 1, 1], to: [0, 3, 2] },
    { what: 'nothing', amount: 0, by: [1, 2], to: [0, 0] },
    { what: 'what a last-line rule gets wrong', amount: 3, by: [1, 1, 1, 1], to: [1, 1, 1, 0] },
  ])('splits $what', ({ amount, by, to }) => expect(allocate(amount, by)).toEqual(to))

  it.each([
    { refund: 3937, left: [3000, 12803], shares: [747, 3190] },
    { refund: 1409, left: [2253, 9613], shares: [268, 1141] },
    { refund: 10457, left: [1985, 8472], shares: [1985, 8472] },
  ])('splits a refund of $refund over what two tenders have left', ({ refund, left, shares }) => {
    expect(allocate(refund, left, left)).toEqual(shares)
  })

  it('gives what a cap turns away to the others, and stops when all are full', () => {
    expect(allocate(100, [8, 1, 1], [10, 50, 50])).toEqual([10, 45, 45])
    expect(allocate(100, [1, 1], [10, 20])).toEqual([10, 20])
    expect(allocate(10, [1, 0, 0], [4, 5, 5])).toEqual([4, 3, 3])
  })

  it('sums to the amount and stays within a unit of the exact share', () => {
    fc.assert(
      fc.property(amounts, weights, (amount, given) => {
        const shares = allocate(amount, given)
        const total = BigInt(sum(given))
        expect(sum(shares)).toBe(amount)
        if (total === 0n) return
        for (const [i, share] of shares.entries()) {
          const off = BigInt(share) * total - BigInt(amount) * BigInt(given[i] ?? 0)
          expect(off < total && off > -total).toBe(true)
        }
      }),
    )
  })

  it('never exceeds a cap and leaves nothing out while there is room', () => {
    const rows = fc.array(fc.tuple(fc.nat(50), fc.nat(1000)), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(fc.nat(20_000), rows, (amount, pairs) => {
        const caps = pairs.map(([, cap]) => cap)
        const shares = allocate(
          amount,
          pairs.map(([weight]) => weight),
          caps,
        )
        expect(shares.every((share, i) => share >= 0 && share <= (caps[i] ?? 0))).toBe(true)
        expect(sum(shares)).toBe(Math.min(amount, sum(caps)))
      }),
    )
  })
})

describe('unitShare', () => {
  const each = (paid: number, quantity: number) =>
    Array.from({ length: quantity }, (_, before) => unitShare(paid, quantity, { before, units: 1 }))

  it('prices single units so that they sum to the line', () => {
    expect(each(7874, 2)).toEqual([3937, 3937])
    expect(each(4229, 3)).toEqual([1409, 1410, 1410])
    expect(each(1000, 3)).toEqual([333, 333, 334])
    expect(unitShare(787, 2, { before: 0, units: 1 })).toBe(393)
  })

  it('sums to the line for any partition of its units', () => {
    fc.assert(
      fc.property(
        amounts,
        fc.array(fc.integer({ min: 1, max: 99 }), { minLength: 1 }),
        (paid, parts) => {
          const quantity = sum(parts)
          const shares = parts.map((units, i) =>
            unitShare(paid, quantity, { before: sum(parts.slice(0, i)), units }),
          )
          expect(sum(shares)).toBe(paid)
        },
      ),
    )
  })
})

describe('sharesOf', () => {
  const exact = (paid: number, quantity: number, { before, units }: Span) => {
    const upTo = (count: number) => (BigInt(paid) * BigInt(count)) / BigInt(quantity)
    return Number(upTo(before + units) - upTo(before))
  }

  it('is exact for any sum and any number of units', () => {
    const counts = fc.integer({ min: 1, max: MAX_AMOUNT })
    fc.assert(
      fc.property(amounts, counts, fc.tuple(counts, counts), (paid, quantity, [a, b]) => {
        const [low, high] = [Math.min(a, b, quantity), Math.min(Math.max(a, b), quantity)]
        const span = { before: low, units: high - low }
        expect(unitShare(paid, quantity, span)).toBe(exact(paid, quantity, span))
        expect(unitShare(-paid, -quantity, span)).toBe(exact(-paid, -quantity, span))
      }),
    )
  })

  it('sums spans', () => {
    const spans = [
      { before: 0, units: 1 },
      { before: 2, units: 1 },
    ]
    expect(sharesOf(1000, 3, spans)).toBe(667)
    expect(sharesOf(1000, 3, [])).toBe(0)
  })
})

describe('basisPoints', () => {
  it.each([
    [7874, 1000, 787],
    [4229, 1000, 423],
    [5997, 500, 300],
    [1, 5000, 1],
    [1, 4999, 0],
    [MAX_AMOUNT, 10_000, MAX_AMOUNT],
  ])('takes of %i at %i bps, half up, %i', (amount, bps, share) => {
    expect(basisPoints(amount, bps)).toBe(share)
  })

  it('freezes the worked commission: line by line, merchants are sums', () => {
    expect(basisPoints(7874, 1000) + basisPoints(2300, 1000)).toBe(1017)
  })
})

describe('an amount', () => {
  it.each([0, 1, MAX_AMOUNT])('may be %d', (value) => expect(isAmount(value)).toBe(true))
  it.each([-1, 0.5, MAX_AMOUNT + 1, Number.NaN, '1', null, undefined])('is never %s', (value) => {
    expect(isAmount(value)).toBe(false)
  })

  it('above the cap is refused by times, not rounded', () => {
    expect(times(1_000_000, 1_000_000)).toBe(MAX_AMOUNT)
    expect(() => times(MAX_AMOUNT, 2)).toThrow(RangeError)
    expect(() => times(1_000_001, 1_000_000)).toThrow(RangeError)
  })

  it.each([
    [15803, 'CNY', '158.03'],
    [5, 'USD', '0.05'],
    [0, 'CNY', '0.00'],
    [-1999, 'CNY', '-19.99'],
    [1500, 'JPY', '1500'],
  ])('%i %s reads %s', (amount, currency, text) => {
    expect(formatAmount(amount, currency)).toBe(text)
  })
})
