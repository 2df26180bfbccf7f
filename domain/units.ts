import type { LineUnits } from './events.ts'
import { sum } from './money.ts'

/** How many units of a line are among some. */
export function unitsOf(items: readonly LineUnits[], lineId: string): number {
  return sum(items.filter((item) => item.lineId === lineId).map(({ quantity }) => quantity))
}

/** Each line once. */
export function merged(items: readonly LineUnits[]): LineUnits[] {
  const ids = [...new Set(items.map(({ lineId }) => lineId))]
  return ids.map((lineId) => ({ lineId, quantity: unitsOf(items, lineId) }))
}

/** What stays of some units without others; lines of which nothing stays are left out. */
export function less(items: readonly LineUnits[], taken: readonly LineUnits[]): LineUnits[] {
  return merged(items)
    .map(({ lineId, quantity }) => ({ lineId, quantity: quantity - unitsOf(taken, lineId) }))
    .filter(({ quantity }) => quantity > 0)
}

/** The units of some that are among others as well. */
export function within(items: readonly LineUnits[], others: readonly LineUnits[]): LineUnits[] {
  return merged(items)
    .map(({ lineId, quantity }) => ({
      lineId,
      quantity: Math.min(quantity, unitsOf(others, lineId)),
    }))
    .filter(({ quantity }) => quantity > 0)
}
