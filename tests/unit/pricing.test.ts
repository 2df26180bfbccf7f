import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_AMOUNT, sum } from '../../domain/money.ts'
import { priceOrder } from '../../domain/pricing.ts'
import type { PricedInput } from '../../domain/pricing.ts'

function input(overrides: Partial<PricedInput> = {}): PricedInput {
  return {
    ...{ sku: 'a1', name: 'Green tea', merchantId: 'm-a', warehouseId: 'w-a', addressId: 'home' },
    ...{ quantity: 2, unitPrice: 5990, weightGrams: 250, commissionBps: 1000 },
    ...overrides,
  }
}

const flat = (merchantId: string) => (merchantId === 'm-a' ? 800 : 600)

const BASKET = [
  input(),
  input({ sku: 'b1', merchantId: 'm-b', warehouseId: 'w-b', quantity: 3, unitPrice: 1999 }),
  input({ sku: 'a2', quantity: 1, unitPrice: 3500 }),
]

describe('an order', () => {
  it('costs its goods at list price and one freight per fulfillment', () => {
    expect(priceOrder(BASKET, flat)).toMatchObject({ goods: 21477, freight: 1400, payable: 22877 })
  })

  it('keeps its lines in the order of the basket, each with net, commission and freight', () => {
    expect(priceOrder(BASKET, flat).lines).toMatchObject([
      { id: 'l1', sku: 'a1', net: 11980, commission: 1198, freight: 533 },
      { id: 'l2', sku: 'b1', net: 5997, commission: 600, freight: 600 },
      { id: 'l3', sku: 'a2', net: 3500, commission: 350, freight: 267 },
    ])
  })

  it('has one fulfillment per merchant, warehouse and address', () => {
    const { fulfillments } = priceOrder(
      [...BASKET, input({ addressId: 'work' }), input({ warehouseId: 'w-c' }), input()],
      flat,
    )
    expect(fulfillments.map(({ id, items }) => [id, ...items.map(({ lineId }) => lineId)])).toEqual(
      [
        ['f1', 'l1', 'l3', 'l6'],
        ['f2', 'l2'],
        ['f3', 'l4'],
        ['f4', 'l5'],
      ],
    )
  })

  it('splits freight evenly over lines that weigh nothing', () => {
    const light = input({ weightGrams: 0 })
    const { lines } = priceOrder([light, light, light], flat)
    expect(lines.map(({ freight }) => freight)).toEqual([267, 267, 266])
  })

  it('takes the freight that comes with imported lines as it is', () => {
    const { lines, freight } = priceOrder([input({ freight: 11 }), input({ freight: 0 })], flat)
    expect(lines.map((line) => line.freight)).toEqual([11, 0])
    expect(freight).toBe(11)
  })

  it('above the cap is refused', () => {
    const dear = input({ unitPrice: MAX_AMOUNT, quantity: 1 })
    expect(() => priceOrder([{ ...dear, quantity: 2 }], flat)).toThrow(RangeError)
    expect(() => priceOrder([dear], flat)).toThrow(RangeError)
  })

  it('sums to the last unit, whatever is bought', () => {
    const lines = fc.record({
      merchantId: fc.constantFrom('m-a', 'm-b'),
      warehouseId: fc.constantFrom('w-a', 'w-b'),
      quantity: fc.integer({ min: 1, max: 999 }),
      unitPrice: fc.nat(1_000_000),
      weightGrams: fc.nat(30_000),
    })
    fc.assert(
      fc.property(fc.array(lines, { minLength: 1, maxLength: 30 }), (basket) => {
        const priced = priceOrder(basket.map(input), flat)
        const fulfilled = priced.fulfillments.flatMap(({ items }) => items)
        expect(priced.payable).toBe(priced.goods + priced.freight)
        expect(sum(priced.lines.map(({ freight }) => freight))).toBe(priced.freight)
        expect(sum(priced.fulfillments.map(({ freight }) => freight))).toBe(priced.freight)
        expect(fulfilled.toSorted((a, b) => a.lineId.localeCompare(b.lineId))).toEqual(
          priced.lines
            .map(({ id, quantity }) => ({ lineId: id, quantity }))
            .toSorted((a, b) => a.lineId.localeCompare(b.lineId)),
        )
      }),
    )
  })
})
