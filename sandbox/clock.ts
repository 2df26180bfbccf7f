import type { Collection, Journal } from './journal.ts'

export type Clock = ReturnType<typeof openClock>

/**
 * What time it is for an order: the outside world's clock, until it is told that the order's was moved ahead. Waits
 * of the outside world itself, such as retries of webhooks, stay real.
 */
export function openClock(journal: Journal) {
  /** By order id and by order number, for a carrier knows only that. Milliseconds. */
  const offsets: Collection<number> = journal.collection('clock')
  return {
    now: (order: string): Date => new Date(Date.now() + (offsets.get(order) ?? 0)),
    move(orders: readonly string[], to: string): void {
      const offset = Math.max(0, Date.parse(to) - Date.now())
      journal.step(() => orders.forEach((order) => offsets.put(order, offset)))
    },
  }
}
