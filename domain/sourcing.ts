import type { Place } from './customer.ts'
import { distanceOf } from './distance.ts'
import type { Spot } from './distance.ts'
import { openHall } from './hall.ts'
import type { Hall } from './hall.ts'
import { grouped, known, remembered } from './lookup.ts'
import { sum } from './money.ts'

/** Units of one SKU. */
export type Part = { sku: string; quantity: number }

/** Units of one line that go to one address. */
export type Demand = {
  /** Index of the line in the request. */
  line: number
  merchantId: string
  addressId: string
  place: Place
  quantity: number
  /** What one unit is taken from the shelf as: components of a bundle, otherwise the SKU itself. */
  parts: readonly Part[]
}

/** Free units of a SKU in a warehouse, and where that is. */
export type Shelf = {
  sku: string
  warehouseId: string
  free: number
  place?: Spot
  /**
   * Of goods that were asked for: when they should come, ISO 8601, and how many of them nobody
   * waits for yet.
   */
  expected?: { at: string; unclaimed: number }
}

/**
 * Units of a demand from one warehouse; `waiting` of them aren't there yet, for want of what is
 * `awaited`.
 */
export type Source = {
  demand: Demand
  warehouseId: string
  quantity: number
  waiting: number
  awaited: readonly Part[]
}

export type Sourcing = {
  sources: Source[]
  /**
   * Lines that get nothing, how many of their units could be had, and whether the rest could be
   * waited for.
   */
  short: { line: number; available: number; waitable: boolean }[]
  /** Lines that are stocked, but nowhere from where they get to their address. */
  unreachable: number[]
}

/** Whether a warehouse's parcels get to where a demand goes. */
export type Reach = (demand: Demand) => (warehouseId: string) => boolean

type Question = {
  demands: readonly Demand[]
  shelves: readonly Shelf[]
  wait: boolean
  reaches: Reach
}

/**
 * Where each line's units come from: what the nearest warehouse has, then the next one, of those
 * that deliver there. Lines are served in their order, wholly or not at all. With `wait`, units
 * that are nowhere wait at the nearest of them that stocks them, and only a line that none stocks
 * is short.
 */
export function sourceDemands(question: Question): Sourcing {
  const hall = openHall(question.shelves, question.demands)
  const ranking = openRanking(hall, question)
  const found: Sourcing = { sources: [], short: [], unreachable: [] }
  for (const [line, demands] of grouped(question.demands, (demand) => demand.line)) {
    const had = demands.map((demand) => take({ ...question, hall, ranking }, demand))
    const waitable = had.every(({ stockists }) => stockists.length > 0)
    if (had.every(({ missing }) => missing === 0) || (question.wait && waitable)) {
      const sources = had.flatMap((one) => withWaiting(hall, one))
      for (const source of sources) ranking.use(source)
      found.sources.push(...sources)
      continue
    }
    const given = had.flatMap(({ sources }) => sources)
    for (const source of given) hall.putBack(source)
    const available = sum(given.map(({ quantity }) => quantity))
    if (had.some(isUnreachable)) found.unreachable.push(line)
    else found.short.push({ line, available, waitable })
  }
  return found
}

/**
 * What a demand got from the shelves. `stockists`: all that stock it and deliver there, the best
 * first; `isStocked`: by any warehouse.
 */
type Had = {
  demand: Demand
  sources: Source[]
  missing: number
  stockists: readonly string[]
  isStocked: boolean
}

const isUnreachable = ({ stockists, isStocked }: Had) => isStocked && stockists.length === 0

type Market = { hall: Hall; ranking: Ranking; reaches: Reach }

function take({ hall, ranking, reaches }: Market, demand: Demand): Had {
  const all = hall.stockists(demand)
  const stockists = ranking.ranked(all.filter(reaches(demand)), demand)
  const capacityOf = hall.capacity(demand)
  const sources: Source[] = []
  let missing = demand.quantity
  for (const warehouseId of stockists) {
    if (missing === 0) break
    const quantity = Math.min(missing, capacityOf(warehouseId))
    if (quantity === 0) continue
    missing -= quantity
    const source = { demand, warehouseId, quantity, waiting: 0, awaited: [] }
    hall.take(source)
    sources.push(source)
  }
  return { demand, sources, missing, stockists, isStocked: all.length > 0 }
}

/** What is missing comes from the first of the stockists one day. */
function withWaiting(hall: Hall, { demand, sources, missing, stockists }: Had): Source[] {
  const [warehouseId] = stockists
  if (missing === 0 || warehouseId === undefined) return sources
  const there = sources.find((source) => source.warehouseId === warehouseId)
  const waiting = {
    ...{ demand, warehouseId },
    quantity: (there?.quantity ?? 0) + missing,
    waiting: missing,
    awaited: hall.takeWhatIsThere(warehouseId, demand, missing),
  }
  return [...sources.filter((source) => source !== there), waiting]
}

type Ranking = ReturnType<typeof openRanking>

/**
 * Nearest first. Among equally near ones those that make the fewest parcels: one that sends
 * something there anyway, then those that can give most.
 */
function openRanking(hall: Hall, { demands, shelves }: Pick<Question, 'demands' | 'shelves'>) {
  const spots = new Map(shelves.map(({ warehouseId, place }) => [warehouseId, place]))
  const places = new Map(demands.map(({ addressId, place }) => [addressId, place]))
  const distances = remembered((addressId) =>
    remembered((id) => distanceOf(spots.get(id), known(places, addressId))),
  )
  const used = remembered((_addressId) => new Set<string>())
  return {
    /** Of what is told by id. */
    ranked(ids: readonly string[], demand: Demand): string[] {
      const [distanceTo, sending] = [distances(demand.addressId), used(demand.addressId)]
      const capacityOf = hall.capacity(demand)
      return ids
        .map((id) => {
          const { rank, km } = distanceTo(id)
          const gives = Math.min(demand.quantity, capacityOf(id))
          return { id, rank, km, unused: sending.has(id) ? 0 : 1, gives }
        })
        .toSorted(
          (a, b) =>
            a.rank - b.rank || compare(a.km, b.km) || a.unused - b.unused || b.gives - a.gives,
        )
        .map(({ id }) => id)
    },
    /** From now on something goes from there to that address anyway. */
    use: ({ demand, warehouseId }: Source) => used(demand.addressId).add(warehouseId),
  }
}

/** Two may be infinitely far away. */
const compare = (a: number, b: number) => (a === b ? 0 : a - b)
