import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  cashGivenUp,
  MOVEMENT_KINDS,
  placeOf,
  resolved,
  surplusOf,
  suspended,
  toldPosting,
  verdictOf,
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

  it.each([
    { movement: 'capture', resolution: 'written_off', to: 'platform:differences' },
    { movement: 'capture', resolution: 'paid_back', to: undefined },
    { movement: 'refund_returned', resolution: 'paid_back', to: 'bank' },
    { movement: 'refund_returned', resolution: 'their_error', to: undefined },
    { movement: 'remittance', resolution: 'paid_back', to: 'bank' },
    { movement: 'remittance', resolution: 'their_error', to: 'bank' },
    { movement: 'remittance', resolution: 'corrected', to: undefined },
  ] as const)('of a $movement goes to $to when it is $resolution', ({ to, ...closed }) => {
    const place = { account: 'psp:alipay', direction: 'in' } as const
    expect(resolved(place, cny(5), closed)?.entries).toEqual(
      to && [
        { account: 'suspense', side: 'D', amount: 5, currency: 'CNY' },
        { account: to, side: 'C', amount: 5, currency: 'CNY' },
      ],
    )
  })

  it('changes nothing for nothing', () => {
    expect(suspended(placeOf('stripe', 'capture'), cny(0))).toBeUndefined()
  })
})

describe('what only the platform tells of', () => {
  const sidesOf = (posting: ReturnType<typeof toldPosting>) =>
    posting?.entries.map(({ account, side }) => `${side} ${account}`)

  it.each([
    ['fee', ['D psp:fees', 'C psp:stripe']],
    ['fee_returned', ['D psp:stripe', 'C psp:fees']],
    ['payout', ['D bank', 'C psp:stripe']],
    ['payout_returned', ['D psp:stripe', 'C bank']],
  ] as const)('is posted as it is: %s', (kind, sides) => {
    expect(sidesOf(toldPosting('stripe', { kind, ...cny(3) }))).toEqual(sides)
  })

  it('has its like in cash that a carrier will never pay over', () => {
    expect(sidesOf(cashGivenUp('express', cny(3)))).toEqual([
      'D platform:differences',
      'C cod:express',
    ])
  })
})
