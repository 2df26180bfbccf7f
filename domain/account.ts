import type { OrderEvent } from './events.ts'
import { allocate, sum } from './money.ts'
import { evolve } from './evolve.ts'
import { fulfillmentOf } from './order.ts'
import type { Order, Parcel, Refund, Tender } from './order.ts'
import { concededOf, parcelGoods, reversalAmount } from './reversal.ts'
import { holdsMoney, moneyOf } from './status.ts'

/**
 * The order's account with its customer. One rule makes money right in every case, be it a late payment, a second
 * one, a cancellation or a refusal at the door: what arrived and isn't owed goes back.
 */

/**
 * What the customer owes in all: nothing before acceptance, then the price less every reversal. Below zero only where a
 * bank took back what had been refunded before.
 */
export function chargeOf(order: Order): number {
  if (!order.accepted) return order.closure === 'none' ? order.payable : -reversedOf(order)
  return order.payable - reversedOf(order)
}

/** What was taken off the price since. */
export function reversedOf(order: Order): number {
  return sum(order.reversals.map(reversalAmount))
}

/** What of the price is no longer charged, as its customer sees it: whatever their bank took besides, not more than all. */
export const creditedOf = (order: Order): number =>
  Math.min(order.payable, Math.max(0, reversedOf(order)))

/** What banks have taken back for good, of money that counted. */
export function takenBackOf({ disputes, tenders }: Order): number {
  const counted = new Set(tenders.filter(holdsMoney).map(({ id }) => id))
  const lost = disputes.filter(({ tenderId, status }) => status === 'lost' && counted.has(tenderId))
  return sum(lost.map(({ amount }) => amount))
}

/** Money received, not owed, and not yet on its way back. */
export function surplusOf(order: Order): number {
  return Math.max(0, heldOf(order) - chargeOf(order) + expectedCash(order))
}

/** Money received that neither is on its way back nor was taken back by a bank. */
export function heldOf(order: Order): number {
  return sum(order.tenders.filter(holdsMoney).map((tender) => leftOn(order, tender)))
}

/** What of a tender's money could still be paid back on it; below zero where a bank took what was on its way back. */
export function leftOn(order: Order, tender: Tender): number {
  return moneyOf(tender) - goneOf(order, tender)
}

/** The same of a sum that didn't fit, which no order counts as its money. */
export function unfittingOn(order: Order, tender: Tender): number {
  return tender.received === undefined ? 0 : tender.received.amount - goneOf(order, tender)
}

function goneOf(order: Order, { id }: Tender): number {
  const taken = order.disputes.filter(({ tenderId, status }) => tenderId === id && status !== 'won')
  return refundedOf(order, id) + sum(taken.map(({ amount }) => amount))
}

/**
 * `events` and, once they are applied, the refunds of whatever is then held without being owed: from the tender
 * `from` as far as it goes, otherwise from all in proportion; what was paid in cash last of all, as it has no way back
 * of its own.
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
  const left = tenders.map((tender) => Math.max(0, leftOn(after, tender)))
  const weights = tenders.map(({ id, method }, i) => {
    if (from !== undefined) return id === from ? 1 : 0
    return method === 'cod' ? 0 : (left[i] ?? 0)
  })
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
  const own = order.refunds.filter(
    (refund) => refund.tenderId === tenderId && refund.status !== 'withdrawn',
  )
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

/** The tender that was to be paid at the door, whatever became of it since acceptance. */
export const doorTender = (order: Order): Tender | undefined =>
  order.accepted ? order.tenders.find((one) => DOOR.has(one.status)) : undefined

const DOOR: ReadonlySet<Tender['status']> = new Set(['due', 'collected', 'waived'])

/** The tender that carriers collect at the door, while it is due. Before acceptance it is a mere intention. */
export function cashTender(order: Order): Tender | undefined {
  return order.accepted ? order.tenders.find((tender) => tender.status === 'due') : undefined
}

/** What was paid before the door: the rest of the price. */
const prepaidOf = (order: Order, cash: Tender) => order.payable - cash.amount

/** Cash that is still to come, as far as it is owed. What a bank took back of the rest is no matter of the door. */
function expectedCash(order: Order): number {
  const cash = cashTender(order)
  if (cash === undefined) return 0
  const charge = chargeOf(order) + concededOf(order, 'chargeback')
  return Math.max(0, charge - prepaidOf(order, cash) - cash.cash)
}

/**
 * Cash to collect for one parcel; undefined when nothing is paid at the door. What was paid before covers parcels in
 * the order in which they were packed, whatever becomes of them: what stands on a label stays right.
 */
export function cashDue(order: Order, parcel: Parcel): number | undefined {
  const cash = cashTender(order)
  if (cash === undefined) return undefined
  const index = order.parcels.findIndex(({ id }) => id === parcel.id)
  const before = sum(order.parcels.slice(0, index).map((one) => parcelCharge(order, one)))
  const charge = parcelCharge(order, parcel)
  return charge - Math.min(charge, Math.max(0, prepaidOf(order, cash) - before))
}

const parcelCharge = (order: Order, parcel: Parcel) =>
  parcelFreight(order, parcel) + parcelGoods(order, parcel)

/** Parcels that may still come to their door, with a label that says, or is about to say, what to collect. */
const LABELLED: ReadonlySet<Parcel['status']> = new Set([
  ...(['packed', 'booked', 'handed_over', 'refused', 'lost'] as const),
])

/** Not called off before it was booked. */
const isSent = (order: Order, { status, fulfillmentId }: Parcel) =>
  status !== 'packed' || fulfillmentOf(order, fulfillmentId)?.stage === 'packed'

/** Ends a cash tender once nothing more is owed on it, and no label on the road asks for any. */
export function withCashSettled(order: Order, events: OrderEvent[], at: string): OrderEvent[] {
  const after = events.reduce(evolve, order)
  const tender = cashTender(after)
  if (tender === undefined || expectedCash(after) > 0) return events
  const asked = after.parcels.filter(
    (one) => LABELLED.has(one.status) && isSent(after, one) && !(one.id in tender.cashParcels),
  )
  if (asked.some((parcel) => (cashDue(after, parcel) ?? 0) > 0)) return events
  const type = tender.cash > 0 ? 'tender.collected' : 'tender.waived'
  return [...events, { type, at, data: { tenderId: tender.id } }]
}

/** Refunds to pay out. */
export function dueRefunds(order: Order): Refund[] {
  return order.refunds.filter((refund) => refund.status === 'requested')
}
