import { withCashSettled, withRefunds } from './account.ts'
import { accept, refuse } from './decision.ts'
import type { Decision } from './decision.ts'
import type { LineUnits, OrderEvent } from './events.ts'
import { cancelOrder, wordsOf } from './lifecycle.ts'
import type { Cancellation } from './lifecycle.ts'
import { LIMITS } from './limits.ts'
import type { Fulfillment, Order } from './order.ts'
import { freightOf, reversalOf, wholeOrder } from './reversal.ts'
import { STAGE_TABLE } from './state-tables.ts'
import { next } from './transition.ts'
import { less, merged, unitsOf, within } from './units.ts'

/** Without `items` the whole order is meant. */
export type PartCancellation = Cancellation & { items?: LineUnits[] }

/** Cancel an order, or units of it that nobody has picked yet. */
export function cancel(
  order: Order,
  { items, ...note }: PartCancellation & { at: string },
): Decision {
  if (items === undefined) return cancelOrder(order, note)
  if (order.closure !== 'none') return refuse('ORDER_CLOSED')
  const left = wholeOrder(order)
  if (less(items, left).length > 0) return refuse('UNKNOWN_LINE')
  // Where another part of it has been on the road, the rest is no whole order any more.
  const whole = less(left, items).length === 0 ? cancelOrder(order, note) : undefined
  return whole !== undefined && 'events' in whole ? whole : cancelUnits(order, merged(items), note)
}

function cancelUnits(
  order: Order,
  items: LineUnits[],
  { at, ...said }: Cancellation & { at: string },
): Decision {
  // An open payment is of the whole sum: what is taken off then would be paid all the same.
  if (!order.accepted) return refuse('NOT_ACCEPTED')
  const cuts = cutsOf(order, items)
  const taken = cuts.flatMap((cut) => cut.items)
  if (items.some(({ lineId, quantity }) => unitsOf(taken, lineId) < quantity)) {
    return refuse('ALREADY_PICKED')
  }
  if (order.size >= LIMITS.events) return refuse('TOO_MANY')
  const emptied = cuts.filter(({ fulfillment, items: cut }) => isAllOf(fulfillment, cut))
  const freight = freightOf(emptied.map(({ fulfillment }) => fulfillment))
  const events: OrderEvent[] = [
    ...cuts.map((cut): OrderEvent => {
      const data = { fulfillmentId: cut.fulfillment.id, items: cut.items, ...wordsOf(said) }
      return { type: 'fulfillment.reduced', at, data }
    }),
    ...emptied.map(({ fulfillment }): OrderEvent => ({
      ...{ type: 'fulfillment.cancelled', at, data: { fulfillmentId: fulfillment.id } },
    })),
    reversalOf(order, items, { at, reason: 'cancelled', ...freight }),
  ]
  const settled = withCashSettled(order, events, at)
  return accept(...withRefunds(order, settled, { at, reason: 'cancelled' }))
}

type Cut = { fulfillment: Fulfillment; items: LineUnits[] }

/** Where units are taken from: the latest fulfillment first, none that is picked. */
function cutsOf(order: Order, wanted: readonly LineUnits[]): Cut[] {
  const cuts: Cut[] = []
  let rest = [...wanted]
  for (const fulfillment of order.fulfillments.toReversed()) {
    if (next(STAGE_TABLE, fulfillment.stage, 'fulfillment.reduced') === undefined) continue
    const items = within(rest, fulfillment.items)
    rest = less(rest, items)
    if (items.length > 0) cuts.push({ fulfillment, items })
  }
  return cuts
}

const isAllOf = (fulfillment: Fulfillment, items: readonly LineUnits[]) =>
  less(fulfillment.items, items).length === 0
