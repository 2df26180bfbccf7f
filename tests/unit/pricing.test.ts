import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_AMOUNT, sum } from '../../domain/money.ts'
import type { PriceQuestion } from '../../domain/pricing.ts'
import { flat, input, price } from './pricing-builders.ts'

const BASKET = [
  input(),
  input({ sku: 'b1', merchantId: 'm-b', warehouseId: 'w-b', quantity: 3, unitPrice: 1999 }),
  input({ sku: 'a2', quantity: 1, unitPrice: 3500 }),
]

describe('an order', () => {
  it('costs its goods at list price and one freight per fulfillment', () => {
    expect(price(BASKET)).toMatchObject({ goods: 21477, freight: 1400, payable: 22877 })
  })

  it('keeps its lines in the order of the basket, each with net, commission and freight', () => {
    expect(price(BASKET).lines).toMatchObject([
      { id: 'l1', sku: 'a1', net: 11980, commission: 1198, freight: 533 },
      { id: 'l2', sku: 'b1', net: 5997, commission: 600, freight: 600 },
      { id: 'l3', sku: 'a2', net: 3500, commission: 350, freight: 267 },
    ])
  })

  it('says nothing of promotions, pictures and parts where there are none', () => {
    const { lines, promotions, unused } = price([input()])
    expect([promotions, unused]).toEqual([[], []])
    expect(Object.keys(lines[0] ?? {}).toSorted()).toEqual(
      [
        ...['commission', 'freight', 'id', 'merchantId', 'name', 'net', 'quantity', 'sku'],
        ...['unitPrice', 'weightGrams'],
      ].toSorted(),
    )
  })

  it('keeps what its product was like that day', () => {
    const snapshot = {
      image: 'https://img.example/a1.png',
      attributes: { color: 'white' },
      components: [{ sku: 'c1', quantity: 2 }],
    }
    expect(price([input(snapshot)]).lines).toMatchObject([snapshot])
  })

  it('above the cap is refused, line and sum', () => {
    const dear = input({ unitPrice: MAX_AMOUNT, quantity: 1 })
    expect(() => price([{ ...dear, quantity: 2 }])).toThrow(RangeError)
    expect(() => price([dear])).toThrow(RangeError)
  })
})

describe('fulfillments', () => {
  it('are one per merchant, warehouse and address', () => {
    const { fulfillments } = price([
      ...BASKET,
      ...[input({ addressId: 'work' }), input({ warehouseId: 'w-c' }), input()],
    ])
    expect(fulfillments.map(({ id, items }) => [id, ...items.map(({ lineId }) => lineId)])).toEqual(
      [
        ['f1', 'l1', 'l3', 'l6'],
        ['f2', 'l2'],
        ['f3', 'l4'],
        ['f4', 'l5'],
      ],
    )
  })

  it('share a line that comes from several warehouses or goes to several addresses', () => {
    const sources = [
      { warehouseId: 'w-a', addressId: 'home', quantity: 10 },
      { warehouseId: 'w-c', addressId: 'home', quantity: 3, waiting: 2 },
      { warehouseId: 'w-a', addressId: 'home', quantity: 1 },
    ]
    const { lines, fulfillments } = price([input({ quantity: 14, sources }), input()])
    expect(fulfillments).toMatchObject([
      {
        ...{ warehouseId: 'w-a', freight: 800 },
        items: [
          { lineId: 'l1', quantity: 11 },
          { lineId: 'l2', quantity: 2 },
        ],
      },
      {
        warehouseId: 'w-c',
        freight: 800,
        items: [{ lineId: 'l1', quantity: 3 }],
        awaitsStock: true,
      },
    ])
    expect(fulfillments[0]).not.toHaveProperty('awaitsStock')
    expect(lines.map(({ freight }) => freight)).toEqual([677 + 800, 123])
  })

  it('ask for freight once each, with all that they weigh, and keep carrier and arrival', () => {
    const asked: unknown[] = []
    const estimate = {
      ...{ shipBy: '2026-11-23T08:00:00Z', earliest: '2026-11-25', latest: '2026-11-27' },
      confidence: 'published',
    } as const
    const freightOf: PriceQuestion['freightOf'] = (consignment) => {
      asked.push(consignment)
      return { amount: 700, carrier: 'express', estimate }
    }
    const { fulfillments } = price([input(), input({ quantity: 1, weightGrams: 1000 })], {
      freightOf,
    })
    expect(asked).toEqual([
      { merchantId: 'm-a', warehouseId: 'w-a', addressId: 'home', grams: 1500 },
    ])
    expect(fulfillments).toMatchObject([{ freight: 700, carrier: 'express', estimate }])
  })

  it('split freight evenly over lines that weigh nothing', () => {
    const light = input({ weightGrams: 0 })
    const { lines } = price([light, light, light])
    expect(lines.map(({ freight }) => freight)).toEqual([267, 267, 266])
  })

  it('take the freight that comes with imported lines as it is', () => {
    const { lines, freight } = price([input({ freight: 11 }), input({ freight: 0 })])
    expect(lines.map((line) => line.freight)).toEqual([11, 0])
    expect(freight).toBe(11)
  })

  it('sum to the last unit, whatever is bought', () => {
    const source = fc.record({
      warehouseId: fc.constantFrom('w-a', 'w-b'),
      addressId: fc.constantFrom('home', 'work'),
      quantity: fc.integer({ min: 1, max: 333 }),
    })
    const lines = fc.record({
      merchantId: fc.constantFrom('m-a', 'm-b'),
      sources: fc.array(source, { minLength: 1, maxLength: 3 }),
      unitPrice: fc.nat(1_000_000),
      weightGrams: fc.nat(30_000),
    })
    fc.assert(
      fc.property(fc.array(lines, { minLength: 1, maxLength: 30 }), (basket) => {
        const inputs = basket.map((line) =>
          input({ ...line, quantity: sum(line.sources.map(({ quantity }) => quantity)) }),
        )
        const priced = price(inputs, { freightOf: flat })
        const items = priced.fulfillments.flatMap((fulfillment) => fulfillment.items)
        expect(priced.payable).toBe(priced.goods + priced.freight)
        expect(sum(priced.lines.map(({ freight }) => freight))).toBe(priced.freight)
        expect(sum(priced.fulfillments.map(({ freight }) => freight))).toBe(priced.freight)
        for (const { id, quantity } of priced.lines) {
          const own = items.filter(({ lineId }) => lineId === id)
          expect(sum(own.map((item) => item.quantity))).toBe(quantity)
        }
      }),
    )
  })
})
