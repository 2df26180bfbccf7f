import { accept, refuse } from './decision.ts'
import type { Decision } from './decision.ts'
import type { Adjustment, EventOf, OrderEvent, Resolution } from './events.ts'
import { allocate, sum, unitShare } from './money.ts'
import { evolve } from './evolve.ts'
import { fulfillmentOf, lineOf } from './order.ts'
import type { Order, Parcel, Refund, Reversal, Tender } from './order.ts'
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

export function reversalAmount({ lines, freight, adjustments = [] }: Reversal): number {
  return freight + sum([...lines, ...adjustments].map(({ amount }) => amount))
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

export type ReversedLine = Reversal['lines'][number]

/** The credit note for `lines` and `freight`, each with its share of what the order was adjusted by. */
export function reversal(
  order: Order,
  lines: ReversedLine[],
  { at, reason, freight }: { at: string; reason: string; freight: number },
): EventOf<'charge.reversed'> {
  const shares = adjustmentShares(order, freight + sum(lines.map(({ amount }) => amount)))
  const adjustments = shares.length > 0 ? { adjustments: shares } : {}
  const data = { id: `v${order.reversals.length + 1}`, reason, lines, freight, ...adjustments }
  return { type: 'charge.reversed', at, data }
}

/**
 * Shares of the adjustments that go with `amount` of goods and freight. The price is built up from goods and freight
 * adjustment by adjustment, discounts last; at each stage the part that is taken back is counted through all reversals.
 * So the shares of all of them sum to the adjustments, and no credit note is ever below zero.
 */
function adjustmentShares(order: Order, amount: number): Adjustment[] {
  const base = order.goods + order.freight
  const taken = order.reversals.flatMap(({ lines }) => lines.map((line) => line.amount))
  const before = sum(taken) + sum(order.reversals.map(({ freight }) => freight))
  const back = (price: number) =>
    base === 0 ? 0 : unitShare(price, base, { before, units: amount })
  let price = base
  return order.adjustments
    .toSorted((a, b) => b.amount - a.amount)
    .map(({ kind, amount: whole }) => {
      const share = back(price + whole) - back(price)
      price += whole
      return { kind, amount: share }
    })
    .filter((share) => share.amount !== 0)
}

/** Everything that is still charged. */
export function wholeOrder(order: Order): ReversedLine[] {
  return order.lines.map(({ id: lineId, quantity, net: amount, commission }) => ({
    lineId,
    quantity,
    amount,
    commission,
  }))
}

/**
 * A parcel's share of its lines. Units are counted through the order's parcels, so that the shares of all
 * parcels sum to the lines exactly, whichever of them come back.
 */
export function parcelShare(order: Order, parcel: Parcel): ReversedLine[] {
  const earlier = order.parcels.slice(
    0,
    order.parcels.findIndex(({ id }) => id === parcel.id),
  )
  return parcel.items.map(({ lineId, quantity }) => {
    const line = lineOf(order, lineId)
    const units = { before: unitsIn(earlier, lineId), units: quantity }
    return {
      lineId,
      quantity,
      amount: unitShare(line.net, line.quantity, units),
      commission: unitShare(line.commission, line.quantity, units),
    }
  })
}

function unitsIn(parcels: readonly Parcel[], lineId: string): number {
  const items = parcels.flatMap((parcel) => parcel.items.filter((item) => item.lineId === lineId))
  return sum(items.map((item) => item.quantity))
}

/** Freight travels with the first parcel of a fulfillment. */
export function parcelFreight(order: Order, parcel: Parcel): number {
  const first = order.parcels.find(({ fulfillmentId }) => fulfillmentId === parcel.fulfillmentId)
  return first?.id === parcel.id ? (fulfillmentOf(order, parcel.fulfillmentId)?.freight ?? 0) : 0
}

/** Cash on delivery, whatever became of the cash. */
export const isPaidAtTheDoor = (order: Order) =>
  order.tenders.some((tender) => tender.method === 'cod')

/** The tender that a carrier collects at the door, while it is due. */
export function cashTender(order: Order): Tender | undefined {
  return order.tenders.find((tender) => tender.status === 'due')
}

/** Cash to collect for one parcel; undefined when the order isn't paid at the door. */
export function cashDue(order: Order, parcel: Parcel): number | undefined {
  if (cashTender(order) === undefined) return undefined
  return parcelFreight(order, parcel) + sum(parcelShare(order, parcel).map((line) => line.amount))
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
