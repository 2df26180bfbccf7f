import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CAPITALS } from '../../domain/capitals.ts'
import { distanceOf } from '../../domain/distance.ts'
import { sourceDemands } from '../../domain/sourcing.ts'
import type { Demand, Part, Reach, Shelf } from '../../domain/sourcing.ts'

const spot = (region: string, city = '', country = 'CN') => ({ country, region, city })
const SHENZHEN = spot('广东省', '深圳市')
const GUANGZHOU = spot('广东省', '广州市')
const CHANGSHA = spot('湖南省', '长沙市')
const BEIJING = spot('北京市', '北京市')

const shelf = (warehouseId: string, free: number, place?: Shelf['place']): Shelf => ({
  ...{ sku: 'a', warehouseId, free },
  ...(place !== undefined && { place }),
})

const demand = (quantity: number, overrides: Partial<Demand> = {}): Demand => ({
  ...{ line: 0, merchantId: 'm', addressId: 'home', place: SHENZHEN, quantity },
  parts: [{ sku: 'a', quantity: 1 }],
  ...overrides,
})

const everywhere: Reach = () => () => true

type Wishes = { wait?: boolean; reaches?: Reach }

function sourced(
  demands: Demand[],
  shelves: Shelf[],
  { wait = false, reaches = everywhere }: Wishes = {},
) {
  const question = { demands, shelves, wait, reaches }
  const { sources, short, unreachable } = sourceDemands(question)
  const told = sources.map(
    (one) =>
      `${one.demand.line}: ${one.quantity} from ${one.warehouseId}` +
      (one.waiting > 0 ? `, ${one.waiting} to come` : ''),
  )
  return [
    ...told,
    ...short.map(({ line, available }) => `${line}: only ${available}`),
    ...unreachable.map((line) => `${line}: doesn’t get there`),
  ]
}

describe('sourcing', () => {
  it('D6 takes 13 units from 10 in the nearest warehouse and 15 in the next: 10 and 3', () => {
    const shelves = [shelf('far', 15, CHANGSHA), shelf('near', 10, SHENZHEN)]
    expect(sourced([demand(13)], shelves)).toEqual(['0: 10 from near', '0: 3 from far'])
  })

  it('goes from the city to the region, the country by distance, abroad, and last to where nobody knows', () => {
    const shelves = [
      shelf('w1', 1),
      shelf('w2', 1, spot('California', 'Oakland', 'US')),
      shelf('w3', 1, BEIJING),
      shelf('w4', 1, CHANGSHA),
      shelf('w5', 1, GUANGZHOU),
      shelf('w6', 1, SHENZHEN),
    ]
    const order = ['w6', 'w5', 'w4', 'w3', 'w2', 'w1']
    expect(sourced([demand(6)], shelves)).toEqual(order.map((id) => `0: 1 from ${id}`))
  })

  it('makes the fewest parcels of equally near warehouses', () => {
    const three = [shelf('w1', 5, SHENZHEN), shelf('w2', 8, SHENZHEN), shelf('w3', 9, SHENZHEN)]
    expect(sourced([demand(8)], three)).toEqual(['0: 8 from w2'])
    expect(sourced([demand(14)], three)).toEqual(['0: 9 from w3', '0: 5 from w2'])
    expect(sourced([demand(4)], three)).toEqual(['0: 4 from w1'])
  })

  it('prefers a warehouse that sends something to the same address anyway', () => {
    const shelves = [
      ...[shelf('w1', 9, SHENZHEN), shelf('w2', 9, SHENZHEN)],
      { ...shelf('w2', 9, SHENZHEN), sku: 'b' },
    ]
    const b = demand(1, { parts: [{ sku: 'b', quantity: 1 }] })
    const here = demand(1, { line: 1 })
    expect(sourced([b, here], shelves)).toEqual(['0: 1 from w2', '1: 1 from w2'])
    const elsewhere = demand(1, { line: 1, addressId: 'office' })
    expect(sourced([b, elsewhere], shelves)).toEqual(['0: 1 from w2', '1: 1 from w1'])
  })

  it('promises no unit twice, and gives a line all of its units or none', () => {
    const lines = [demand(3), demand(3, { line: 1 }), demand(2, { line: 2 })]
    expect(sourced(lines, [shelf('w1', 5)])).toEqual(['0: 3 from w1', '2: 2 from w1', '1: only 2'])
    const addresses = [demand(2), demand(2, { addressId: 'office' })]
    expect(sourced(addresses, [shelf('w1', 3)])).toEqual(['0: only 3'])
    expect(sourced([demand(1)], [])).toEqual(['0: only 0'])
  })

  it('D5 sums a component that bundles share, and sends a bundle’s components from one warehouse', () => {
    const set = [
      { sku: 'pot', quantity: 1 },
      { sku: 'a', quantity: 2 },
    ]
    const shelves = [
      ...[shelf('w1', 5), { ...shelf('w1', 9), sku: 'pot' }],
      ...[shelf('w2', 9), { ...shelf('w3', 9), sku: 'pot' }],
    ]
    expect(sourced([demand(2, { parts: set })], shelves)).toEqual(['0: 2 from w1'])
    expect(sourced([demand(3, { parts: set })], shelves)).toEqual(['0: only 2'])
    const both = [demand(2, { parts: set }), demand(2, { line: 1, parts: set })]
    expect(sourced(both, shelves)).toEqual(['0: 2 from w1', '1: only 0'])
  })

  it('S2-1.2a lets what is nowhere wait at the nearest warehouse that stocks it', () => {
    const shelves = [shelf('far', 1, BEIJING), shelf('near', 0, GUANGZHOU)]
    expect(sourced([demand(3)], shelves, { wait: true })).toEqual([
      '0: 1 from far',
      '0: 2 from near, 2 to come',
    ])
    const one = [shelf('w1', 1)]
    expect(sourced([demand(3)], one, { wait: true })).toEqual(['0: 3 from w1, 2 to come'])
    const unstocked = demand(1, { parts: [{ sku: 'z', quantity: 1 }] })
    expect(sourced([unstocked], one, { wait: true })).toEqual(['0: only 0'])
  })

  it('takes only from warehouses that deliver there, and counts no others', () => {
    const shelves = [shelf('near', 3, SHENZHEN), shelf('far', 2, BEIJING)]
    const fromFar: Reach = () => (id) => id === 'far'
    expect(sourced([demand(1)], shelves, { reaches: fromFar })).toEqual(['0: 1 from far'])
    expect(sourced([demand(4)], shelves, { reaches: fromFar })).toEqual(['0: only 2'])
    expect(sourced([demand(4)], shelves, { wait: true, reaches: fromFar })).toEqual([
      '0: 4 from far, 2 to come',
    ])
  })

  it('tells what is stocked where it doesn’t get there from what is short', () => {
    const home: Reach =
      ({ addressId }) =>
      () =>
        addressId === 'home'
    const both = [demand(1), demand(1, { addressId: 'office' })]
    const rest = [demand(2, { line: 1 }), demand(2, { line: 2 })]
    const lines = [...both, ...rest]
    const told = ['1: 2 from w1', '2: only 1', '0: doesn’t get there']
    expect(sourced(lines, [shelf('w1', 3)], { reaches: home })).toEqual(told)
    expect(sourced([demand(1)], [], { reaches: () => () => false })).toEqual(['0: only 0'])
  })

  it('says whether waiting would do', () => {
    const short = (shelves: Shelf[], wait = false) =>
      sourceDemands({ demands: [demand(2)], shelves, wait, reaches: everywhere }).short
    expect(short([shelf('w1', 1)])).toEqual([{ line: 0, available: 1, waitable: true }])
    expect(short([shelf('w1', 0)])).toEqual([{ line: 0, available: 0, waitable: true }])
    expect(short([])).toEqual([{ line: 0, available: 0, waitable: false }])
    expect(short([], true)).toEqual([{ line: 0, available: 0, waitable: false }])
  })

  it('lets only those components of a bundle wait that aren’t there', () => {
    const set = [
      { sku: 'pot', quantity: 1 },
      { sku: 'a', quantity: 2 },
    ]
    const shelves = [shelf('w1', 5), { ...shelf('w1', 1), sku: 'pot' }]
    const one = demand(3, { parts: set })
    const ask = (demands: Demand[]) =>
      sourceDemands({ demands, shelves, wait: true, reaches: everywhere }).sources
    const awaited = [
      { sku: 'pot', quantity: 2 },
      { sku: 'a', quantity: 1 },
    ]
    expect(ask([one])).toMatchObject([{ quantity: 3, waiting: 2, awaited }])
    // What the bundles took is not there for who comes after them.
    const after = demand(1, { line: 1 })
    expect(ask([one, after])[1]).toMatchObject({ waiting: 1, awaited: [{ sku: 'a', quantity: 1 }] })
  })
})

describe('any sourcing', () => {
  const small = (max: number) => fc.integer({ min: 0, max })
  const shelves = fc
    .uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('w1', 'w2', 'w3')), {
      selector: String,
    })
    .chain((places) => fc.tuple(...places.map((place) => fc.tuple(fc.constant(place), small(9)))))
    .map((rows) => rows.map(([[sku, id], free]) => ({ ...shelf(id, free), sku })))
  const part = fc.record({
    sku: fc.constantFrom('a', 'b', 'c'),
    quantity: fc.integer({ min: 1, max: 3 }),
  })
  const demands = fc.array(
    fc.record({
      ...{ line: small(3), merchantId: fc.constant('m') },
      addressId: fc.constantFrom('home', 'office'),
      ...{ place: fc.constant(SHENZHEN), quantity: fc.integer({ min: 1, max: 6 }) },
      parts: fc.array(part, { minLength: 1, maxLength: 3 }),
    }),
    { minLength: 1, maxLength: 6 },
  )

  const total = (units: number[]) => units.reduce((all, some) => all + some, 0)
  const unitsOf = (sku: string, parts: readonly Part[]) =>
    total(parts.filter((one) => one.sku === sku).map(({ quantity }) => quantity))
  const ways = ['home w1', 'home w2', 'home w3', 'office w1', 'office w2', 'office w3']
  const alongThese =
    (open: string[]): Reach =>
    ({ addressId }) =>
    (id) =>
      open.includes(`${addressId} ${id}`)
  const reaches = fc.subarray(ways).map(alongThese)

  it('gives each demand its units or its line none, and no shelf more than it has', () => {
    fc.assert(
      fc.property(fc.record({ demands, shelves, reaches, wait: fc.boolean() }), (question) => {
        const { reaches: doesReach, wait } = question
        const { sources, short, unreachable } = sourceDemands(question)
        const refused = [...short.map(({ line }) => line), ...unreachable]
        for (const one of question.demands) {
          const own = sources.filter((source) => source.demand === one)
          const given = total(own.map(({ quantity }) => quantity))
          expect(given).toBe(refused.includes(one.line) ? 0 : one.quantity)
        }
        for (const { sku, warehouseId, free } of question.shelves) {
          const taken = sources
            .filter((source) => source.warehouseId === warehouseId)
            .map(
              ({ demand: { parts }, quantity, awaited }) =>
                [unitsOf(sku, parts) * quantity, unitsOf(sku, awaited)] as const,
            )
          expect(total(taken.map(([all, awaited]) => all - awaited))).toBeLessThanOrEqual(free)
        }
        for (const { demand: to, warehouseId, waiting, awaited } of sources) {
          expect(doesReach(to)(warehouseId)).toBe(true)
          expect([waiting > 0, waiting > 0 && !wait]).toEqual([awaited.length > 0, false])
        }
      }),
    )
  })
})

describe('distance', () => {
  it('is that between the regions’ capitals', () => {
    expect(distanceOf(BEIJING, spot('上海市')).km).toBeCloseTo(1068, -1)
    expect(distanceOf(spot('新疆维吾尔自治区'), spot('西藏')).km).toBeCloseTo(1600, -2)
    expect(Object.keys(CAPITALS)).toHaveLength(34)
  })

  it('knows a region with and without what it is', () => {
    expect(distanceOf(spot('广西', '南宁'), spot('广西壮族自治区', '南宁市')).rank).toBe(0)
    expect(distanceOf(spot('内蒙古自治区'), BEIJING)).toEqual(distanceOf(spot('内蒙古'), BEIJING))
  })

  it('reaches over a border where both ends are known', () => {
    const hongKong = spot('', '', 'HK')
    expect(distanceOf(GUANGZHOU, hongKong).km).toBeLessThan(150)
    expect(distanceOf(spot('Texas', '', 'US'), hongKong).km).toBe(Number.POSITIVE_INFINITY)
  })
})
