import { grouped, known, remembered } from './lookup.ts'
import { sum } from './money.ts'
import type { Demand, Part, Shelf, Source } from './sourcing.ts'

export type Hall = ReturnType<typeof openHall>

/** The shelves of all warehouses while an order takes from them. */
export function openHall(shelves: readonly Shelf[], demands: readonly Demand[]) {
  const perUnit = new Map(demands.map((demand) => [demand, summed(demand.parts)]))
  const shelfOf = remembered((_sku) => new Map<string, number>())
  for (const { sku, warehouseId, free } of shelves.toSorted(byWarehouse)) {
    shelfOf(sku).set(warehouseId, free)
  }
  const put = (warehouseId: string, sku: string, units: number) =>
    shelfOf(sku).set(warehouseId, known(shelfOf(sku), warehouseId) + units)
  const move = ({ demand, warehouseId, quantity }: Source, sign: 1 | -1) => {
    for (const part of known(perUnit, demand)) {
      put(warehouseId, part.sku, sign * part.quantity * quantity)
    }
  }
  return {
    /** Warehouses that keep all that one unit is made of, by id. */
    stockists(demand: Demand): string[] {
      const [first, ...others] = known(perUnit, demand).map(({ sku }) => shelfOf(sku))
      if (first === undefined) throw new Error('what is sold is made of something')
      return [...first.keys()].filter((id) => others.every((shelf) => shelf.has(id)))
    },
    /** Whole units that each of its stockists can give. */
    capacity(demand: Demand): (warehouseId: string) => number {
      const parts = known(perUnit, demand).map(({ sku, quantity }) => {
        const shelf = shelfOf(sku)
        return (id: string) => Math.floor(known(shelf, id) / quantity)
      })
      return (id) => Math.min(...parts.map((unitsIn) => unitsIn(id)))
    },
    take: (source: Source) => move(source, -1),
    putBack: (source: Source) => move(source, 1),
    /** As much as there is of what so many units are made of; returns what isn't there. */
    takeWhatIsThere: (warehouseId: string, demand: Demand, units: number): Part[] =>
      known(perUnit, demand).flatMap(({ sku, quantity }) => {
        const there = Math.min(quantity * units, known(shelfOf(sku), warehouseId))
        put(warehouseId, sku, -there)
        const missing = quantity * units - there
        return missing > 0 ? [{ sku, quantity: missing }] : []
      }),
  }
}

const byWarehouse = (a: Shelf, b: Shelf) =>
  a.warehouseId < b.warehouseId ? -1 : Number(a.warehouseId > b.warehouseId)

/** A SKU that is named twice is needed twice. */
const summed = (parts: readonly Part[]): Part[] =>
  [...grouped(parts, ({ sku }) => sku)].map(([sku, same]) => ({
    ...{ sku, quantity: sum(same.map(({ quantity }) => quantity)) },
  }))
