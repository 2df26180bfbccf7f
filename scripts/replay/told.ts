import type { Plan, Step } from './log.ts'

/** What the door answered an order's admission with. */
export type Placed = {
  id: string
  no: string
  payBy: string
  tenders: { id: string; amount: number }[]
  fulfillments: { id: string; merchantId: string; items: Units }[]
}

type Units = { lineId: string; quantity: number }[]

/** Steps that are told as reports; the others are asked for. */
export type ToldStep = Exclude<Step, { do: 'pass_window' | 'cancel' }>

/** Names no carrier of ours: such parcels were booked by their shops. */
const CARRIER = 'recorded'

export type About = { placed: Placed; plan: Plan; currency: string }

/** A step of a plan in the words of `POST /v1/orders/{id}/reports`. Ids are made of what is told, so repeats are known. */
export function reportsOf(step: ToldStep, about: About): object[] {
  const { placed } = about
  const occurredAt = step.at
  if (step.do === 'pay') return placed.tenders.map((tender) => paid(tender, { about, occurredAt }))
  if (step.do === 'ask_refund') return [refundAsked(placed, occurredAt)]
  const { parcelId, fulfillment } = parcelOf(step.merchantId, about)
  const fact = (event: string) => ({ eventId: `${event}-${parcelId}`, occurredAt, parcelId })
  switch (step.do) {
    case 'hand_over':
      return [
        packed(fulfillment, { parcelId, about, occurredAt }),
        { kind: 'shipmentTracking', type: 'picked_up', ...fact('picked_up') },
      ]
    case 'deliver':
      return [{ kind: 'delivery', ...fact('delivered') }]
    case 'return':
      return [{ kind: 'shipmentTracking', type: 'returned', ...fact('returned') }]
  }
}

/** One parcel per merchant, numbered as they are packed. */
function parcelOf(merchantId: string, { placed: { fulfillments }, plan }: About) {
  const packing = plan.steps.flatMap((step) => (step.do === 'hand_over' ? [step.merchantId] : []))
  const own = fulfillments.find((fulfillment) => fulfillment.merchantId === merchantId)
  if (own === undefined) throw new Error(`the order has nothing of ${merchantId}`)
  return { parcelId: `p${packing.indexOf(merchantId) + 1}`, fulfillment: own }
}

type When = { about: About; occurredAt: string }

function paid({ id, amount }: Placed['tenders'][number], { about, occurredAt }: When) {
  const { plan, currency } = about
  return {
    ...{ kind: 'payment', eventId: `paid-${id}`, occurredAt, type: 'captured', tenderId: id },
    ...{ externalId: `${plan.order.reference}:${id}`, amount, currency },
  }
}

function packed(
  { id: fulfillmentId, items }: Placed['fulfillments'][number],
  { parcelId, about, occurredAt }: When & { parcelId: string },
) {
  const waybill = `${about.plan.order.reference}-${parcelId}`
  return {
    ...{ kind: 'picking', eventId: `packed-${fulfillmentId}`, occurredAt, fulfillmentId },
    ...{ type: 'packed', parcels: [{ items, booking: { carrier: CARRIER, waybill } }] },
  }
}

/** The log doesn't say of what: it is asked for all. */
function refundAsked({ fulfillments }: Placed, occurredAt: string) {
  return {
    ...{ kind: 'afterSales', eventId: 'refund', occurredAt, type: 'refund_only', reason: 'other' },
    items: fulfillments.flatMap(({ items }) => items),
  }
}
