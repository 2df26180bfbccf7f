import { accept, refuse } from './decision.ts'
import type { Decision } from './decision.ts'
import type { OrderEvent, Resolution } from './events.ts'
import { allocate, sum } from './money.ts'
import { evolve } from './evolve.ts'
import { fulfillmentOf } from './order.ts'
import type { Order, Parcel, Refund, Tender } from './order.ts'
import { parcelGoods, reversalAmount } from './reversal.ts'
import { capturedOf } from './status.ts'

/**
 * The order's account with its customer. One rule makes money right in every case, be it a late payment, a second
 * one, a cancellation or a refusal at the door: what arrived and isn't owed goes back.
 */

/** What the customer owes in all: nothing before acceptance, then the price less every reversal. */
export function chargeOf(order: Order): number {
  if (!order.accepted) return order.closure === 'none' ? order.payable : 0
  return order.payable - reversedOf(order)
}

/** What was taken off the price since. */
export function reversedOf(order: Order): number {
  return sum(order.reversals.map(reversalAmount))
}

/** Money received, not owed, and not yet on its way back. */
export function surplusOf(order: Order): number {
  const atTheDoor = (cashTender(order)?.amount ?? 0) - (cashTender(order)?.cash ?? 0)
  return Math.max(0, heldOf(order) - Math.max(0, chargeOf(order) - atTheDoor))
}

/** Money received that isn't on its way back. */
export function heldOf(order: Order): number {
  const requested = order.refunds.filter(isOfCapture(order)).map((refund) => refund.amount)
  return capturedOf(order) - sum(requested)
}

function isOfCapture(order: Order) {
  const captured = new Set(order.tenders.filter(holdsMoney).map((tender) => tender.id))
  return (refund: Refund) => captured.has(refund.tenderId)
}

const holdsMoney = (tender: Tender) => tender.status === 'captured'

/**
 * `events` and, once they are applied, the refunds of whatever is then held without being owed: from the tender
 * `from` as far as it goes, otherwise from all in proportion.
 */
export function withRefunds(
  order: Order,
  events: OrderEvent[],
  { at, reason, from }: { at: string; reason: string; from?: string },
): OrderEvent[] {
  const after = events.reduce(evolve, order)
  const surplus = surplusOf(after)
  if (surplus === 0) return events
  const tenders = after.tenders.filter(holdsMoney)
  const left = tenders.map((tender) => tender.amount - refundedOf(after, tender.id))
  const weights = from === undefined ? left : tenders.map(({ id }) => (id === from ? 1 : 0))
  const shares = allocate(surplus, weights, left)
  const refunds = tenders
    .map(({ id: tenderId }, i) => ({ tenderId, amount: shares[i] ?? 0, reason }))
    .filter(({ amount }) => amount > 0)
    .map((refund, i): OrderEvent => {
      const refundId = `r${after.refunds.length + i + 1}`
      return { type: 'refund.requested', at, data: { refundId, ...refund } }
    })
  return [...events, ...refunds]
}

function refundedOf(order: Order, tenderId: string): number {
  const own = order.refunds.filter((refund) => refund.tenderId === tenderId)
  return sum(own.map((refund) => refund.amount))
}

/** Freight travels with the first parcel of a fulfillment. */
export function carriesFreight(order: Order, parcel: Parcel): boolean {
  const first = order.parcels.find(({ fulfillmentId }) => fulfillmentId === parcel.fulfillmentId)
  return first?.id === parcel.id
}

function parcelFreight(order: Order, parcel: Parcel): number {
  if (!carriesFreight(order, parcel)) return 0
  return fulfillmentOf(order, parcel.fulfillmentId)?.freight ?? 0
}

/** The tender that a carrier collects at the door, while it is due. */
export function cashTender(order: Order): Tender | undefined {
  return order.tenders.find((tender) => tender.status === 'due')
}

/** Cash to collect for one parcel; undefined when the order isn't paid at the door. */
export function cashDue(order: Order, parcel: Parcel): number | undefined {
  if (cashTender(order) === undefined) return undefined
  return parcelFreight(order, parcel) + parcelGoods(order, parcel)
}

/** Ends a cash tender once nothing more is owed on it. */
export function withCashSettled(order: Order, events: OrderEvent[], at: string): OrderEvent[] {
  const after = events.reduce(evolve, order)
  const tender = cashTender(after)
  if (tender === undefined || tender.cash < chargeOf(after)) return events
  const type = tender.cash > 0 ? 'tender.collected' : 'tender.waived'
  return [...events, { type, at, data: { tenderId: tender.id } }]
}

/** Refunds to pay out. */
export function dueRefunds(order: Order): Refund[] {
  return order.refunds.filter((refund) => refund.status === 'requested')
}

/** What the operator's answer to a failed refund makes of it. */
export function resolveRefund(
  refund: Refund,
  { at, action }: { at: string; action: Resolution },
): Decision {
  const data = { refundId: refund.id }
  if (refund.status !== 'failed') return refuse('WRONG_STATE')
  return action === 'retry'
    ? accept({ type: 'refund.retried', at, data })
    : accept({ type: 'refund.settled_by_hand', at, data })
}
