import type { OrderEvent } from '../../domain/events.ts'
import type { StockMove } from '../../domain/inventory.ts'
import { postingOf } from '../../domain/ledger.ts'
import type { Order } from '../../domain/order.ts'

export type Reservation = {
  state: 'held' | 'committed' | 'released'
  quantity: number
  shipped: number
  freed: number
  returned: number
}

export type Books = ReturnType<typeof createBooks>

/** What is kept beside the log: ledger and reservations, as strict as the database is with them. */
export function createBooks(order: Order) {
  const accounts = new Map<string, number>()
  const stock = new Map(
    order.fulfillments.flatMap(({ id, items }) =>
      items.map(({ lineId, quantity }): [string, Reservation] => [
        keyOf({ fulfillmentId: id, lineId }),
        { state: 'held', quantity, shipped: 0, freed: 0, returned: 0 },
      ]),
    ),
  )
  return { accounts, stock, post, move, rehold }

  function post(now: Order, event: OrderEvent): void {
    const sums = new Map<string, number>()
    for (const { account, side, amount, currency } of postingOf(now, event)?.entries ?? []) {
      const signed = side === 'D' ? amount : -amount
      accounts.set(account, (accounts.get(account) ?? 0) + signed)
      sums.set(currency, (sums.get(currency) ?? 0) + signed)
    }
    for (const [currency, total] of sums) {
      if (total !== 0) throw new Error(`${event.type} is ${total} ${currency} out of balance`)
    }
  }

  function rehold(): void {
    for (const row of stock.values()) row.state = 'held'
  }

  function move({ kind, fulfillmentId, lineId, quantity }: StockMove): void {
    const row = stock.get(keyOf({ fulfillmentId, lineId }))
    const from: Record<StockMove['kind'], Reservation['state'][]> = {
      commit: ['held'],
      release: ['held', 'committed'],
      free: ['committed'],
      ship: ['committed'],
      restock: ['committed'],
    }
    if (row === undefined || !from[kind].includes(row.state)) {
      throw new Error(`${kind} of ${lineId}, which is ${row?.state}`)
    }
    if (kind === 'commit') row.state = 'committed'
    if (kind === 'release') row.state = 'released'
    if (kind === 'free') row.freed += quantity
    if (kind === 'ship') row.shipped += quantity
    if (kind === 'restock') row.returned += quantity
  }
}

const keyOf = ({ fulfillmentId, lineId }: Pick<StockMove, 'fulfillmentId' | 'lineId'>) =>
  `${fulfillmentId}:${lineId}`
