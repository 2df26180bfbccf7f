import type { BroughtInView } from '../../api/history.ts'
import type { LoggedUnit, PaidTender, Plan, Step } from './log.ts'
import { UNKNOWN_WEIGHT } from './plan.ts'

/*
 * A plan in the words of the doors through which it is brought in.
 */

/** An order of a log as `POST /v1/imports/history` takes it: no person, as logs hold none. */
export function historyOf(
  { order, tenders, adjustments }: Plan,
  { shop, currency }: { shop: string; currency: string },
): object {
  const { reference, customerId, placedAt, deliverBy, destination, units } = order
  return {
    ...{ shop, reference, customerId, currency, placedAt },
    ...(deliverBy !== undefined && { deliverBy }),
    addresses: [destination],
    lines: linesOf(units),
    ...(adjustments.length > 0 && { adjustments }),
    tenders: tenders.map(tenderOf),
  }
}

function tenderOf({ method, funding, installments, amount, window }: PaidTender) {
  return {
    ...{ method, amount, window: `${window} ms` },
    ...(funding !== undefined && { funding }),
    ...(installments > 1 && { installments }),
  }
}

/** A log has a row per unit; equal ones make a line. */
function linesOf(units: readonly LoggedUnit[]) {
  const lines = new Map<string, ReturnType<typeof lineOf>>()
  for (const unit of units) {
    const key = JSON.stringify([unit.sku, unit.merchantId, unit.price])
    const line = lines.get(key)
    if (line === undefined) lines.set(key, lineOf(unit))
    else lines.set(key, added(line, unit))
  }
  return [...lines.values()]
}

function lineOf({ sku, name, merchantId, price, freight, weightGrams }: LoggedUnit) {
  const weight = { weightGrams: weightGrams ?? UNKNOWN_WEIGHT }
  return { ...{ sku, name, merchantId, quantity: 1, unitPrice: price, freight }, ...weight }
}

const added = (line: ReturnType<typeof lineOf>, { freight }: LoggedUnit) => ({
  ...line,
  quantity: line.quantity + 1,
  freight: line.freight + freight,
})

/** Names no carrier of ours: such parcels were booked by their shops. */
const CARRIER = 'recorded'

/** Steps that are told as reports; the others are asked for. */
export type ToldStep = Exclude<Step, { do: 'pass_window' | 'cancel' }>

export type About = { placed: BroughtInView; plan: Plan; currency: string }

/** A step of a plan in the words of `POST /v1/orders/{id}/reports`. Ids are made of what is told, so repeats are known. */
export function reportsOf(step: ToldStep, about: About): object[] {
  const { placed } = about
  const occurredAt = step.at
  if (step.do === 'pay') return placed.tenders.map((tender) => paid(tender, { about, occurredAt }))
  if (step.do === 'ask_refund') return [refundAsked(placed, occurredAt)]
  const parcel = parcelOf(step.merchantId, about)
  const { waybill: parcelId } = parcel
  const fact = (event: string) => ({ eventId: `${event}-${parcelId}`, occurredAt, parcelId })
  switch (step.do) {
    case 'hand_over':
      return [
        packed(parcel, occurredAt),
        { kind: 'shipmentTracking', type: 'picked_up', ...fact('picked_up') },
      ]
    case 'deliver':
      return [{ kind: 'delivery', ...fact('delivered') }]
    case 'return':
      return [{ kind: 'shipmentTracking', type: 'returned', ...fact('returned') }]
  }
}

/** One per merchant; a log has no waybills. */
function parcelOf(merchantId: string, { placed: { no, fulfillments } }: About) {
  const fulfillment = fulfillments.find((one) => one.merchantId === merchantId)
  if (fulfillment === undefined) throw new Error(`the order has nothing of ${merchantId}`)
  return { ...fulfillment, waybill: `${no}-${fulfillment.id}` }
}

type When = { about: About; occurredAt: string }

function paid({ id, amount }: BroughtInView['tenders'][number], { about, occurredAt }: When) {
  const { plan, currency } = about
  return {
    ...{ kind: 'payment', eventId: `paid-${id}`, occurredAt, type: 'captured', tenderId: id },
    ...{ externalId: `${plan.order.reference}:${id}`, amount, currency },
  }
}

function packed({ id: fulfillmentId, items, waybill }: ReturnType<typeof parcelOf>, at: string) {
  const fact = { eventId: `packed-${fulfillmentId}`, occurredAt: at }
  return {
    ...{ kind: 'picking', ...fact, fulfillmentId },
    ...{ type: 'packed', parcels: [{ items, booking: { carrier: CARRIER, waybill } }] },
  }
}

/** The log doesn't say of what: it is asked for all. */
function refundAsked({ fulfillments }: BroughtInView, occurredAt: string) {
  return {
    ...{ kind: 'afterSales', eventId: 'refund', occurredAt, type: 'refund_only', reason: 'other' },
    items: fulfillments.flatMap(({ items }) => items),
  }
}
