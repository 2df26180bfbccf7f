import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countingRule, freightOf } from '../../domain/freight.ts'
import type { FreightRequest, FreightRule } from '../../domain/freight.ts'
import { MAX_AMOUNT } from '../../domain/money.ts'

/** To everywhere from everywhere: 8.00 for the first kilogram, 2.00 for each begun one beyond. */
function rule(overrides: Partial<FreightRule> = {}): FreightRule {
  return {
    ...{ id: 'r1', merchantId: 'm-a', carrier: 'express' },
    ...{ firstGrams: 1000, firstFee: 800, stepGrams: 1000, stepFee: 200 },
    transit: { min: 1, max: 3 },
    ...overrides,
  }
}

function request(overrides: Partial<FreightRequest> = {}): FreightRequest {
  const place = { country: 'CN', region: '广东省' }
  return { merchantId: 'm-a', warehouseId: 'w-a', place, grams: 500, ...overrides }
}

const counting = (rules: FreightRule[], asked = request()) => countingRule(rules, asked)?.rule.id

describe('freight', () => {
  it.each([
    [1, 800],
    [1000, 800],
    [1001, 1000],
    [2000, 1000],
    [2001, 1200],
    [25_500, 5800],
  ])('of %i g is %i', (grams, amount) => {
    const found = freightOf([rule()], request({ grams }))
    expect(found).toEqual({ amount, carrier: 'express', transit: { min: 1, max: 3 } })
  })

  it('is undefined where no rule fits: nothing goes there', () => {
    const elsewhere = [
      rule({ merchantId: 'm-b' }),
      rule({ warehouseId: 'w-b' }),
      rule({ country: 'US' }),
      rule({ country: 'CN', region: '浙江省' }),
    ]
    expect(freightOf([], request())).toBeUndefined()
    expect(freightOf(elsewhere, request())).toBeUndefined()
  })

  it('above the cap of amounts is refused', () => {
    const dear = rule({ firstFee: MAX_AMOUNT, stepFee: 1 })
    expect(freightOf([dear], request({ grams: 1000 }))?.amount).toBe(MAX_AMOUNT)
    expect(() => freightOf([dear], request({ grams: 1001 }))).toThrow(RangeError)
    const steep = rule({ firstFee: 0, stepGrams: 1, stepFee: MAX_AMOUNT })
    expect(() => freightOf([steep], request({ grams: 1002 }))).toThrow(RangeError)
  })
})

describe('the rule that counts', () => {
  const everywhere = rule({ id: 'everywhere', firstFee: 100 })
  const country = rule({ id: 'country', country: 'CN', firstFee: 300 })
  const region = rule({ id: 'region', country: 'CN', region: '广东省', firstFee: 500 })
  const ofWarehouse = { warehouseId: 'w-a', firstFee: 900 }

  it('is the one for the region before the country before everywhere', () => {
    expect(counting([everywhere, country, region])).toBe('region')
    expect(counting([region, country, everywhere])).toBe('region')
    expect(counting([everywhere, country])).toBe('country')
    const asked = request({ place: { country: 'US', region: 'CA' } })
    expect(counting([everywhere, country, region], asked)).toBe('everywhere')
  })

  it('is the one for the region however that is written', () => {
    const state = rule({ id: 'state', country: 'US', region: 'New York' })
    for (const region of ['New York', 'new york', ' NEW  YORK ']) {
      const asked = request({ place: { country: 'US', region } })
      expect(counting([everywhere, state], asked)).toBe('state')
    }
    const other = request({ place: { country: 'US', region: 'NY' } })
    expect(counting([everywhere, state], other)).toBe('everywhere')
  })

  it('is the one of the warehouse before any place', () => {
    const own = rule({ id: 'own', ...ofWarehouse })
    expect(counting([region, own])).toBe('own')
    const ownCountry = rule({ id: 'own country', country: 'CN', ...ofWarehouse })
    expect(counting([own, region, ownCountry])).toBe('own country')
    expect(counting([region, own], request({ warehouseId: 'w-b' }))).toBe('region')
  })

  it('is the cheapest of equals for that weight, then the carrier’s code decides', () => {
    const light = rule({ id: 'light', carrier: 'a', firstFee: 500, stepFee: 900 })
    const heavy = rule({ id: 'heavy', carrier: 'b', firstFee: 700, stepFee: 100 })
    expect(counting([heavy, light])).toBe('light')
    expect(counting([light, heavy], request({ grams: 5000 }))).toBe('heavy')
    const same = rule({ id: 'same', carrier: 'z', firstFee: 500, stepFee: 900 })
    expect(counting([same, light])).toBe('light')
  })

  const rules = fc.record({
    ...{ firstGrams: fc.integer({ min: 1, max: 50_000 }), firstFee: fc.nat(100_000) },
    ...{ stepGrams: fc.integer({ min: 1, max: 50_000 }), stepFee: fc.nat(10_000) },
  })
  const weight = fc.integer({ min: 1, max: 1_000_000 })

  it('never takes less for more weight', () => {
    fc.assert(
      fc.property(fc.array(rules, { minLength: 1, maxLength: 4 }), weight, weight, (all, a, b) => {
        const table = all.map((one, i) => rule({ ...one, id: `r${i}`, carrier: `c${i}` }))
        const cost = (grams: number) => freightOf(table, request({ grams }))?.amount ?? Number.NaN
        expect(cost(Math.min(a, b))).toBeLessThanOrEqual(cost(Math.max(a, b)))
      }),
    )
  })

  it('doesn’t depend on the order of the table', () => {
    const places = fc.constantFrom(
      ...[{}, { country: 'CN' }, { country: 'CN', region: '广东省' }, { warehouseId: 'w-a' }],
    )
    const tables = fc.array(fc.tuple(rules, places), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(tables, weight, (all, grams) => {
        const table = all.map(([one, place], i) => rule({ ...one, ...place, carrier: `c${i}` }))
        const asked = request({ grams })
        expect(freightOf(table.toReversed(), asked)).toEqual(freightOf(table, asked))
      }),
    )
  })
})
