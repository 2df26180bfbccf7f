import type { Place } from './customer.ts'
import { distanceOf } from './distance.ts'
import type { Spot } from './distance.ts'
import { sum } from './money.ts'

/** Units of one line that go to one address. `components` of a bundle, otherwise the SKU itself. */
export type Demand = {
  /** Index of the line in the request. */
  line: number
  addressId: string
  place: Place
  quantity: number
  /** What one unit is taken from the shelf as. */
  parts: { sku: string; quantity: number }[]
}

/** Free units of a SKU in a warehouse, and where that is. */
export type Shelf = {
  sku: string
  warehouseId: string
  free: number
  place?: Spot
  /** When goods that were asked for are expected, ISO 8601; left out where nobody knows. */
  expectedAt?: string
}

/** Units of a demand from one warehouse; `waiting` of them aren't there yet. */
export type Source = { demand: Demand; warehouseId: string; quantity: number; waiting: number }

export type Sourcing = {
  sources: Source[]
  /** Lines that get nothing, and how many of their units could be had. */
  short: { line: number; available: number }[]
}

type Question = { demands: readonly Demand[]; shelves: readonly Shelf[]; wait: boolean }

/**
 * Where each line's units come from: what the nearest warehouse has, then the next one. Lines are served in their
 * order, wholly or not at all. With `wait`, units that are nowhere wait at the nearest warehouse that stocks them, and
 * only a line that none stocks is short.
 */
export function sourceDemands({ demands, shelves, wait }: Question): Sourcing {
  const hall = openHall(shelves)
  const found: Sourcing = { sources: [], short: [] }
  for (const line of new Set(demands.map((demand) => demand.line))) {
    const had = demands
      .filter((demand) => demand.line === line)
      .map((demand) => take(hall, demand, found.sources))
    const served = wait ? had.map(withWaiting) : had
    if (served.every(({ missing }) => missing === 0)) {
      found.sources.push(...served.flatMap(({ sources }) => sources))
      continue
    }
    const given = had.flatMap(({ sources }) => sources)
    for (const source of given) hall.putBack(source)
    found.short.push({ line, available: sum(given.map(({ quantity }) => quantity)) })
  }
  return found
}

/** What a demand got from the shelves. `stockists`: all that stock it, the best first. */
type Had = { demand: Demand; sources: Source[]; missing: number; stockists: readonly string[] }

function take(hall: Hall, demand: Demand, earlier: readonly Source[]): Had {
  const stockists = ranked(hall, demand, earlier)
  let missing = demand.quantity
  const sources = stockists.flatMap((warehouseId): Source[] => {
    const quantity = Math.min(missing, hall.capacity(warehouseId, demand))
    if (quantity === 0) return []
    missing -= quantity
    const source = { demand, warehouseId, quantity, waiting: 0 }
    hall.take(source)
    return [source]
  })
  return { demand, sources, missing, stockists }
}

/** What is missing comes from the first of the stockists one day. */
function withWaiting(had: Had): Had {
  const { demand, sources, missing, stockists } = had
  const [warehouseId] = stockists
  if (missing === 0 || warehouseId === undefined) return had
  const there = sources.find((source) => source.warehouseId === warehouseId)
  const waiting = {
    ...{ demand, warehouseId },
    quantity: (there?.quantity ?? 0) + missing,
    waiting: missing,
  }
  return { ...had, missing: 0, sources: [...sources.filter((source) => source !== there), waiting] }
}

/**
 * Nearest first. Among equally near ones those that make the fewest parcels: one that sends something there anyway,
 * then those that can give most.
 */
function ranked(hall: Hall, demand: Demand, earlier: readonly Source[]): string[] {
  const used = new Set(
    earlier
      .filter((source) => source.demand.addressId === demand.addressId)
      .map(({ warehouseId }) => warehouseId),
  )
  return hall
    .stockists(demand)
    .map(({ id, place }) => ({
      id,
      ...distanceOf(place, demand.place),
      unused: used.has(id) ? 0 : 1,
      gives: Math.min(demand.quantity, hall.capacity(id, demand)),
    }))
    .toSorted(
      (a, b) =>
        a.rank - b.rank ||
        compare(a.km, b.km) ||
        a.unused - b.unused ||
        b.gives - a.gives ||
        compare(a.id, b.id),
    )
    .map(({ id }) => id)
}

const compare = <T>(a: T, b: T) => (a < b ? -1 : Number(a > b))

/** The shelves of all warehouses while an order takes from them. */
type Hall = ReturnType<typeof openHall>

function openHall(shelves: readonly Shelf[]) {
  const places = new Map(shelves.map(({ warehouseId, place }) => [warehouseId, place]))
  const free = new Map(shelves.map((shelf) => [keyOf(shelf.warehouseId, shelf.sku), shelf.free]))
  const move = ({ demand, warehouseId, quantity }: Source, sign: 1 | -1) => {
    for (const [sku, each] of perUnit(demand)) {
      const key = keyOf(warehouseId, sku)
      free.set(key, (free.get(key) ?? 0) + sign * each * quantity)
    }
  }
  return {
    /** Warehouses that keep all that one unit is made of. */
    stockists: (demand: Demand) =>
      [...places]
        .map(([id, place]) => ({ id, place }))
        .filter(({ id }) => [...perUnit(demand).keys()].every((sku) => free.has(keyOf(id, sku)))),
    /** Whole units that a warehouse can give. */
    capacity: (warehouseId: string, demand: Demand) =>
      Math.min(
        ...[...perUnit(demand)].map(([sku, each]) =>
          Math.max(0, Math.floor((free.get(keyOf(warehouseId, sku)) ?? 0) / each)),
        ),
      ),
    take: (source: Source) => move(source, -1),
    putBack: (source: Source) => move(source, 1),
  }
}

const keyOf = (warehouseId: string, sku: string) => JSON.stringify([warehouseId, sku])

/** Of each SKU, what one unit takes from the shelf. */
function perUnit({ parts }: Demand): Map<string, number> {
  const units = new Map<string, number>()
  for (const { sku, quantity } of parts) units.set(sku, (units.get(sku) ?? 0) + quantity)
  return units
}
