import { describe, expect, it } from 'vitest'
import { LIMITS } from '../../domain/limits.ts'
import { MAX_AMOUNT } from '../../domain/money.ts'
import { ask, BEIJING, cart, facts, LOS_ANGELES, problems, quoted, rule } from './quoting.ts'
import { shelf, SHENZHEN, ware } from './quoting.ts'

describe('a quote', () => {
  it('prices a line with its freight and says what it takes from which shelf', () => {
    const { priced, needs } = quoted(cart(2))
    expect(priced).toMatchObject({ goods: 2000, freight: 600, payable: 2600 })
    expect(priced.lines).toMatchObject([{ sku: 'tea', quantity: 2, commission: 200 }])
    expect(needs).toEqual([
      {
        ...{ fulfillmentId: 'f1', lineId: 'l1', sku: 'tea', warehouseId: 'w1' },
        ...{ quantity: 2, waiting: 0 },
      },
    ])
  })

  it('S0-3.1c arrives by the rule’s days on the way, past the holiday', () => {
    // 18:00 on the wall, after the cutoff: begun on the 8th, ready on the 9th, the make-up Saturday works.
    const { priced } = quoted(cart(), { freightRules: [rule()] })
    expect(priced.fulfillments).toMatchObject([{ freight: 800, carrier: 'express' }])
    expect(priced.fulfillments[0]?.estimate).toEqual({
      shipBy: '2026-10-09T08:00:00.000Z',
      earliest: '2026-10-12',
      latest: '2026-10-13',
      confidence: 'published',
    })
  })

  it('S0-3.1c of a merchant without rules arrives within the usual days', () => {
    const [fulfillment] = quoted(cart()).priced.fulfillments
    expect(fulfillment?.estimate).toMatchObject({ earliest: '2026-10-10', latest: '2026-10-15' })
    expect(fulfillment).not.toHaveProperty('carrier')
  })

  it('is the sum of two warehouses’ parcels where one hasn’t enough', () => {
    const shelves = [shelf({ free: 3 }), shelf({ warehouseId: 'w2', place: BEIJING })]
    const { priced, needs } = quoted(cart(5), { shelves })
    expect(priced.freight).toBe(1200)
    expect(needs.map(({ warehouseId, quantity }) => [warehouseId, quantity])).toEqual([
      ['w1', 3],
      ['w2', 2],
    ])
  })
})

describe('no quote', () => {
  it.each([
    ['an unknown SKU', { wares: [] }, 'UNKNOWN_SKU'],
    ['what isn’t for sale', { wares: [ware({ forSale: false })] }, 'NOT_FOR_SALE'],
    ['a product of another currency', { wares: [ware({ currency: 'USD' })] }, 'CURRENCY_MISMATCH'],
    [
      'a merchant of another currency',
      { merchants: [{ id: 'm', currency: 'USD', commissionBps: 0, freight: 5 }] },
      'CURRENCY_MISMATCH',
    ],
  ])('is made of %s', (_, known, code) => {
    expect(problems(cart(), known)).toEqual([{ code, line: 0 }])
  })

  it('is made above the cap of amounts', () => {
    const tooLarge = [{ code: 'AMOUNT_TOO_LARGE' }]
    expect(problems(cart(2), { wares: [ware({ price: MAX_AMOUNT })] })).toEqual(tooLarge)
    const freightRules = [rule({ firstGrams: 1, stepGrams: 1, stepFee: MAX_AMOUNT })]
    expect(problems(cart(), { freightRules })).toEqual(tooLarge)
    const merchants = [{ id: 'm', currency: 'CNY', commissionBps: 0, freight: MAX_AMOUNT }]
    expect(problems(cart(), { merchants })).toEqual(tooLarge)
  })

  it('is made of more fulfillments than an order may have', () => {
    const over = (count: number) => {
      const ids = Array.from({ length: count }, (_, i) => `w${i}`)
      const shelves = ids.map((warehouseId) => shelf({ warehouseId, free: 1 }))
      const [first] = facts().warehouses
      return ask(cart(count), { shelves, warehouses: ids.map((id) => ({ ...first!, id })) })
    }
    expect(over(LIMITS.fulfillments)).toHaveProperty('priced')
    const tooMany = [{ code: 'TOO_MANY_FULFILLMENTS' }]
    expect(over(LIMITS.fulfillments + 1)).toEqual({ problems: tooMany })
  })

  it('is made on facts that lack what they name', () => {
    expect(() => ask(cart(), { merchants: [] })).toThrow('nothing is known of m')
    expect(() => ask(cart(), { warehouses: [] })).toThrow('nothing is known of w1')
  })

  it('tells of all lines at once, in their order', () => {
    const lines = ['tea', 'cup', 'lid'].map((sku) => ({
      ...{ sku, deliveries: [{ addressId: 'a1', quantity: 11 }] },
    }))
    const shelves = [shelf(), shelf({ sku: 'cup', warehouseId: 'w3' })]
    const wares = lines.map(({ sku }) => ware({ sku }))
    const freightRules = [rule({ warehouseId: 'w1' })]
    expect(problems(cart(1, { lines }), { wares, shelves, freightRules })).toEqual([
      { code: 'OUT_OF_STOCK', line: 0, available: 10, waitable: true },
      { code: 'NOT_DELIVERABLE', line: 1 },
      { code: 'OUT_OF_STOCK', line: 2, available: 0, waitable: false },
    ])
  })
})

describe('where freight rules go', () => {
  const shelves = [
    shelf({ free: 3 }),
    shelf({ warehouseId: 'w2', free: 2, place: BEIJING }),
    shelf({ warehouseId: 'w3', free: 50, place: LOS_ANGELES }),
  ]
  const ofChina = [
    rule({ id: 'r1', warehouseId: 'w1', country: 'CN', region: '北京市' }),
    rule({ id: 'r2', warehouseId: 'w2', country: 'CN' }),
    rule({ id: 'r3', warehouseId: 'w3', country: 'US' }),
  ]

  it('a farther warehouse sends what the nearest one doesn’t', () => {
    const { needs } = quoted(cart(2), { shelves, freightRules: ofChina })
    expect(needs).toMatchObject([{ warehouseId: 'w2', quantity: 2 }])
  })

  it('only units count that get there', () => {
    const short = { code: 'OUT_OF_STOCK', line: 0, available: 2, waitable: true }
    expect(problems(cart(5), { shelves, freightRules: ofChina })).toEqual([short])
    const { needs } = quoted(cart(5, { wait: true }), { shelves, freightRules: ofChina })
    expect(needs).toMatchObject([{ warehouseId: 'w2', quantity: 5, waiting: 3 }])
  })

  it('a line that is stocked elsewhere alone isn’t delivered, waiting or not', () => {
    const known = { shelves, freightRules: [rule({ country: 'US' })] }
    const told = [{ code: 'NOT_DELIVERABLE', line: 0 }]
    expect(problems(cart(), known)).toEqual(told)
    expect(problems(cart(1, { wait: true }), known)).toEqual(told)
  })

  it('each address has its own warehouses', () => {
    const deliveries = ['a1', 'a2'].map((addressId) => ({ addressId, quantity: 1 }))
    const places = { a1: SHENZHEN, a2: LOS_ANGELES }
    const asked = cart(2, { lines: [{ sku: 'tea', deliveries }], places })
    const { needs } = quoted(asked, { shelves, freightRules: ofChina })
    expect(needs.map(({ warehouseId }) => warehouseId)).toEqual(['w2', 'w3'])
  })
})

describe('what waits for goods', () => {
  const waiting = (shelves: ReturnType<typeof shelf>[], quantity = 10) =>
    quoted(cart(quantity, { wait: true }), { shelves }).priced.fulfillments[0]
  const coming = (unclaimed: number, at = '2026-10-20T01:00:00.000Z') =>
    shelf({ free: 4, expected: { at, unclaimed } })

  it('S0-3.1c arrives once they are in', () => {
    const fulfillment = waiting([coming(6)])
    expect(fulfillment).toMatchObject({ awaitsStock: true })
    // Tuesday the 20th in the morning, a day of handling, one to five on the way.
    expect(fulfillment?.estimate).toEqual({
      shipBy: '2026-10-21T08:00:00.000Z',
      earliest: '2026-10-22',
      latest: '2026-10-28',
      confidence: 'published',
    })
  })

  it.each([
    ['nothing is on its way', shelf({ free: 4 })],
    ['too little is, for this order and all before it', coming(5)],
    ['it is overdue', coming(100, '2026-09-30T09:59:59.000Z')],
  ])('is told no day where %s', (_, known) => {
    const fulfillment = waiting([known])
    expect(fulfillment).toMatchObject({ awaitsStock: true })
    expect(fulfillment).not.toHaveProperty('estimate')
  })

  it('needs enough for all addresses of the order', () => {
    const deliveries = ['a1', 'a2'].map((addressId) => ({ addressId, quantity: 3 }))
    const places = { a1: SHENZHEN, a2: SHENZHEN }
    const asked = cart(6, { lines: [{ sku: 'tea', deliveries }], places, wait: true })
    const days = (unclaimed: number) =>
      quoted(asked, { shelves: [{ ...coming(unclaimed), free: 0 }] }).priced.fulfillments.map(
        ({ estimate }) => estimate?.earliest,
      )
    expect(days(6)).toEqual(['2026-10-22', '2026-10-22'])
    expect(days(5)).toEqual([undefined, undefined])
  })

  it('is of a bundle the component that isn’t there, with the day that is known of it', () => {
    const parts = ['cup', 'pot'].map((sku) => ({ sku, quantity: 1 }))
    const known = {
      wares: [ware({ components: parts })],
      shelves: [{ ...coming(3), sku: 'cup', free: 0 }, shelf({ sku: 'pot' })],
    }
    const { needs, priced } = quoted(cart(3, { wait: true }), known)
    expect(needs.map(({ sku, quantity, waiting: missing }) => [sku, quantity, missing])).toEqual([
      ['cup', 3, 3],
      ['pot', 3, 0],
    ])
    expect(priced.fulfillments[0]?.estimate).toMatchObject({ earliest: '2026-10-22' })
  })

  it('holds up only its own fulfillment', () => {
    const lines = ['tea', 'cup'].map((sku) => ({
      ...{ sku, deliveries: [{ addressId: 'a1', quantity: 1 }] },
    }))
    const { priced } = quoted(cart(1, { lines, wait: true }), {
      wares: [ware(), ware({ sku: 'cup' })],
      shelves: [shelf({ free: 0 }), shelf({ sku: 'cup', warehouseId: 'w2', place: BEIJING })],
    })
    expect(
      priced.fulfillments.map(({ awaitsStock, estimate }) => [awaitsStock, !estimate]),
    ).toEqual([
      [true, true],
      [undefined, false],
    ])
  })
})

it('the largest cart is quoted: a fulfillment for each address, from one warehouse', () => {
  const ids = (count: number, of: string) => Array.from({ length: count }, (_, i) => `${of}${i}`)
  const [skus, warehouses] = [ids(LIMITS.lines, 's'), ids(50, 'w')]
  const addresses = ids(LIMITS.addresses, 'a')
  const deliveries = addresses.map((addressId) => ({ addressId, quantity: 1 }))
  const asked = cart(1, {
    lines: skus.map((sku) => ({ sku, deliveries })),
    places: Object.fromEntries(addresses.map((id) => [id, BEIJING])),
  })
  const [first] = facts().warehouses
  const known = {
    wares: skus.map((sku) => ware({ sku })),
    shelves: skus.flatMap((sku) =>
      warehouses.map((warehouseId) => shelf({ sku, warehouseId, free: 1000 })),
    ),
    warehouses: warehouses.map((id) => ({ ...first!, id })),
    freightRules: ids(200, 'r').map((id) => rule({ id, carrier: id })),
  }
  const { fulfillments } = quoted(asked, known).priced

  expect(fulfillments).toHaveLength(LIMITS.addresses)
  expect(new Set(fulfillments.map(({ warehouseId }) => warehouseId)).size).toBe(1)
})
