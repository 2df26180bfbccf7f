import { grouped, known } from './lookup.ts'
import { sum } from './money.ts'
import type { Shelf, Source } from './sourcing.ts'

/**
 * Tells of some of an order's sources when they are all there: at once, or when what they wait for
 * should come. Undefined where nobody knows: nothing is on its way, it is overdue, or it isn't
 * enough for all who wait, this whole order last.
 */
export function openAwaited(
  sources: readonly Source[],
  { shelves, at }: { shelves: readonly Shelf[]; at: string },
): (some: readonly Source[]) => string | undefined {
  const units = grouped(sources.flatMap(awaitedOf), keyOf)
  const days = new Map<string, string>()
  for (const { expected, ...shelf } of units.size > 0 ? shelves : []) {
    const wanted = sum((units.get(keyOf(shelf)) ?? []).map(({ quantity }) => quantity))
    if (expected === undefined || expected.unclaimed < wanted) continue
    if (Date.parse(expected.at) > Date.parse(at)) days.set(keyOf(shelf), expected.at)
  }
  return (some) => {
    const awaited = some.flatMap(awaitedOf).map(keyOf)
    if (!awaited.every((key) => days.has(key))) return undefined
    return awaited.map((key) => known(days, key)).reduce(later, at)
  }
}

const awaitedOf = ({ warehouseId, awaited }: Source) =>
  awaited.map((part) => ({ ...part, warehouseId }))

const keyOf = ({ sku, warehouseId }: Pick<Shelf, 'sku' | 'warehouseId'>) =>
  JSON.stringify([sku, warehouseId])

const later = (a: string, b: string) => (Date.parse(a) > Date.parse(b) ? a : b)
