import type { Collection, Journal } from './journal.ts'

export type Clock = ReturnType<typeof openClock>

/**
 * What time it is for an order: the outside world's clock, until it is told that the order's was moved ahead. Waits
 * of the outside world itself, such as retries of webhooks, stay real.
 */
export function openClock(journal: Journal) {
  /** By order id and by order number, for a carrier knows only that; of bookkeeping by platform. Milliseconds. */
  const offsets: Collection<number> = journal.collection('clock')
  return {
    now: (whose: string): Date => new Date(Date.now() + (offsets.get(whose) ?? 0)),
    move(whose: readonly string[], to: string): void {
      const offset = Math.max(0, Date.parse(to) - Date.now())
      journal.step(() => whose.forEach((one) => offsets.put(one, offset)))
    },
  }
}
