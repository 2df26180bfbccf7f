import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cashOf } from '../../api/tracked.ts'
import { cashDue, chargeOf } from '../../domain/account.ts'
import { cancel } from '../../domain/cancellation.ts'
import { evolve } from '../../domain/evolve.ts'
import type { EventOf, LineUnits } from '../../domain/events.ts'
import { sum } from '../../domain/money.ts'
import { cancelledUnits } from '../../domain/order.ts'
import type { Order } from '../../domain/order.ts'
import { reversalAmount } from '../../domain/reversal.ts'
import { placedAt, priceW1, scattered, W1 } from './pricing-builders.ts'
import { after, AT, booked, onDelivery, packed, paid, scan } from './support.ts'

const units = (lineId: string, quantity = 1): LineUnits[] => [{ lineId, quantity }]
const cancels = (items: LineUnits[]) => (order: Order) =>
  cancel(order, { by: 'customer', items, at: AT })

/** Fixed, so that a red run is red for everyone. */
const SEED = 20_261_122

const CLAWED = W1.promotions.map((one) => ({ ...one, onReturn: 'clawback' as const }))
const ORDERS: Record<string, () => EventOf<'order.placed'>> = {
  frozen: () => placedAt(priceW1()),
  clawback: () => placedAt(priceW1({ promotions: CLAWED })),
  scattered,
}
const wishes = fc.array(
  fc.record({ line: fc.nat(2), quantity: fc.integer({ min: 1, max: 3 }), packs: fc.boolean() }),
  { maxLength: 6 },
)

/** Cancel some, packing a fulfillment now and then, and pack what is left. */
function live(
  order: Order,
  plan: readonly { line: number; quantity: number; packs: boolean }[],
): Order {
  let now = order
  for (const { line, quantity, packs } of plan) {
    const { id = '' } = now.lines[line % now.lines.length] ?? {}
    const decision = cancels(units(id, quantity))(now)
    if ('events' in decision) now = decision.events.reduce(evolve, now)
    if (packs && now.closure === 'none') now = packNext(now)
  }
  while (now.closure === 'none' && queued(now).length > 0) now = packNext(now)
  return now
}

const queued = ({ fulfillments }: Order) => fulfillments.filter(({ stage }) => stage === 'queued')

function packNext(order: Order): Order {
  const [fulfillment] = queued(order)
  if (fulfillment === undefined) return order
  const alone = fulfillment.items.flatMap(({ lineId, quantity }) =>
    Array.from({ length: quantity }, () => ({ items: units(lineId) })),
  )
  const known = order.parcels.length
  const now = after(order, ...packed(fulfillment.id, alone))
  return after(now, ...now.parcels.slice(known).map(({ id }) => booked(id)))
}

const credited = ({ reversals }: Order) => sum(reversals.map(reversalAmount))

describe('D9 whatever is cancelled in whatever order', () => {
  const whatever = (
    look: (order: Order) => void,
    start: (first: ReturnType<typeof scattered>) => Order,
  ) =>
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(ORDERS)), wishes, (kind, plan) => {
        look(live(start((ORDERS[kind] ?? scattered)()), plan))
      }),
      { seed: SEED, numRuns: 100 },
    )

  it('it and the parcels that come back sum to what was paid', () => {
    whatever((order) => {
      const ids = order.closure === 'none' ? order.parcels.map(({ id }) => id) : []
      const done = after(order, ...ids.map((id) => scan(id, 'returned')))
      expect([credited(done), chargeOf(done)]).toEqual([order.payable, 0])
      expect(sum(done.refunds.map(({ amount }) => amount))).toBe(order.payable)
      expect(done.reversals.every((one) => reversalAmount(one) >= 0)).toBe(true)
    }, paid)
  })

  it('it and what parcels collect at the door sum to the price', () => {
    whatever((order) => {
      const collected = order.parcels.map((parcel) => cashDue(order, parcel) ?? 0)
      expect(sum(collected) + credited(order)).toBe(order.payable)
      expect(cashOf(order).cash?.due ?? 0).toBe(order.payable - credited(order))
    }, onDelivery)
  })

  it('no unit is lost: what is left and what was cancelled is what was ordered', () => {
    whatever((order) => {
      for (const { id, quantity } of order.lines) {
        const kept = order.fulfillments
          .filter(({ stage }) => stage !== 'cancelled')
          .flatMap(({ items }) => items)
          .filter(({ lineId }) => lineId === id)
        expect(sum(kept.map((item) => item.quantity)) + cancelledUnits(order, id)).toBe(quantity)
      }
    }, paid)
  })
})
