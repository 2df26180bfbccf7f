import { surcharged } from './cash-fee.ts'
import type { EventOf, EventType, OrderEvent, Reported } from './events.ts'
import { LIMITS } from './limits.ts'
import { hasArrived, InvariantError } from './order.ts'
import type { Fulfillment, Order, Parcel, Refund, Tender } from './order.ts'
import {
  CLOSURE_TABLE,
  PARCEL_TABLE,
  REFUND_TABLE,
  STAGE_TABLE,
  TENDER_TABLE,
} from './state-tables.ts'
import { next } from './transition.ts'
import type { Transition } from './transition.ts'
import { less, merged } from './units.ts'

/** Fold a stream into the order. The first event must be `order.placed`. */
export function foldOrder(events: readonly OrderEvent[]): Order {
  const [first, ...rest] = events
  if (first?.type !== 'order.placed') throw new InvariantError('a stream starts with order.placed')
  return rest.reduce(evolve, place(first))
}

function place({ data, at }: EventOf<'order.placed'>): Order {
  const { orderId, fulfillments, adjustments = [], ...facts } = data
  return {
    ...facts,
    adjustments,
    id: orderId,
    placedAt: at,
    closure: 'none',
    paid: false,
    accepted: false,
    reminded: 0,
    tenders: [],
    refunds: [],
    reversals: [],
    disputes: [],
    proposals: [],
    fulfillments: fulfillments.map((fulfillment) => ({ ...fulfillment, stage: 'queued' })),
    parcels: [],
    requests: [],
    tasks: [],
    seen: [],
    ignored: 0,
    size: 1,
  }
}

/** The order after one more event. Throws InvariantError where a state table has no such step. */
export function evolve(order: Order, event: OrderEvent): Order {
  const apply = APPLY[event.type] as (order: Order, event: OrderEvent) => Order
  const evolved = { ...apply(order, event), size: order.size + 1 }
  const eventId = 'eventId' in event.data ? event.data.eventId : undefined
  return eventId === undefined
    ? evolved
    : { ...evolved, seen: [...evolved.seen, eventId].slice(-LIMITS.seen) }
}

type Apply = { [T in EventType]: (order: Order, event: EventOf<T>) => Order }

/** What each event changes. */
const APPLY: Apply = {
  'order.placed': () => {
    throw new InvariantError('an order is placed once')
  },
  'order.paid': (order) => ({ ...order, paid: true }),
  'order.accepted': (order, { data }) => ({ ...order, ...data, accepted: true }),
  'order.expired': close,
  'order.cancelled': (order, event) => ({
    ...close(order, event),
    cancelledBy: event.data.by,
    cancelledAt: event.data.occurredAt ?? event.at,
  }),
  'order.readmitted': reopen,
  'order.completed': close,
  'order.archived': (order, { at }) => ({ ...order, archivedAt: at }),
  'payment.reminded': (order) => ({ ...order, reminded: order.reminded + 1 }),
  'freight.surcharged': surcharged,
  'tender.added': onTender,
  'tender.opened': onTender,
  'tender.authorized': onTender,
  'tender.failed': onTender,
  'tender.captured': onTender,
  'tender.mismatched': onTender,
  'tender.closing': onTender,
  'tender.voided': onTender,
  'tender.cash_received': onTender,
  'tender.collected': onTender,
  'tender.waived': onTender,
  'tender.remitted': onTender,
  'charge.reversed': (order, { data }) => ({ ...order, reversals: [...order.reversals, data] }),
  'goodwill.proposed': (order, { data: { proposalId: id, ...facts } }) => ({
    ...order,
    proposals: [...order.proposals, { id, ...facts }],
  }),
  'dispute.opened': (order, { data: { disputeId: id, tenderId, amount, reason } }) => ({
    ...order,
    disputes: [...order.disputes, { id, tenderId, amount, reason, status: 'open' }],
  }),
  'dispute.won': (order, { data }) => settled(order, data.disputeId, 'won'),
  'dispute.lost': (order, { data }) => settled(order, data.disputeId, 'lost'),
  'refund.requested': onRefund,
  'refund.succeeded': onRefund,
  'refund.failed': onRefund,
  'refund.retried': onRefund,
  'refund.rerouted': onRefund,
  'refund.settled_by_hand': onRefund,
  'refund.withdrawn': onRefund,
  'fulfillment.claimed': onFulfillment,
  'fulfillment.picked': onFulfillment,
  'fulfillment.check_failed': onFulfillment,
  'fulfillment.checked': onFulfillment,
  'fulfillment.packed': onPacked,
  'fulfillment.reduced': onReduced,
  'fulfillment.cancelled': (order, event) => arrived(onFulfillment(order, event), event.at),
  'fulfillment.stocked': (order, { data, at }) => ({
    ...order,
    fulfillments: replace(order.fulfillments, data.fulfillmentId, stocked),
    ...(order.accepted && order.promisedShipAt === undefined && promise(order, at)),
  }),
  'parcel.booked': onParcel,
  'parcel.handed_over': onParcel,
  'parcel.delivered': onParcel,
  'parcel.refused': onParcel,
  'parcel.returned': onParcel,
  'parcel.lost': onParcel,
  'parcel.written_off': onParcel,
  'parcel.voided': onParcel,
  'aftersales.requested': (order, { data: { requestId: id, kind, reason, items } }) => ({
    ...order,
    requests: [...order.requests, { id, kind, reason, items }],
  }),
  'task.raised': (order, { data: { taskId: id, ...task } }) => ({
    ...order,
    tasks: [...order.tasks, { id, ...task, open: true }],
  }),
  'task.resolved': (order, { data: { taskId, action: resolution } }) => ({
    ...order,
    tasks: replace(order.tasks, taskId, (task) => ({ ...task, open: false, resolution })),
  }),
  'report.ignored': (order) => ({ ...order, ignored: order.ignored + 1 }),
}

function step<S extends string, E extends string>(
  table: readonly Transition<S, E>[],
  from: S,
  on: E,
): S {
  const to = next(table, from, on)
  if (to === undefined) throw new InvariantError(`${on} is not possible from ${from}`)
  return to
}

function replace<T extends { id: string }>(items: T[], id: string, change: (item: T) => T): T[] {
  if (!items.some((item) => item.id === id)) throw new InvariantError(`nothing has the id ${id}`)
  return items.map((item) => (item.id === id ? change(item) : item))
}

function close(
  order: Order,
  event: EventOf<'order.expired' | 'order.cancelled' | 'order.completed'>,
): Order {
  return {
    ...order,
    closure: step(CLOSURE_TABLE, order.closure, event.type),
    closedAt: event.at,
  }
}

function reopen(order: Order, { type }: EventOf<'order.readmitted'>): Order {
  const { closedAt: _, ...open } = order
  return { ...open, closure: step(CLOSURE_TABLE, order.closure, type) }
}

type TenderEvent = Extract<OrderEvent, { type: `tender.${string}` }>

function onTender(order: Order, event: TenderEvent): Order {
  return { ...order, tenders: tendersAfter(order.tenders, event) }
}

function tendersAfter(tenders: Tender[], event: TenderEvent): Tender[] {
  if (event.type === 'tender.added') {
    const { tenderId: id, ...facts } = event.data
    const status = facts.method === 'cod' ? 'due' : 'created'
    const cash = { cash: 0, cashParcels: {}, remitted: 0, remittedParcels: {} }
    return [...tenders, { id, ...facts, status, ...cash }]
  }
  // What was declined before it went through is no failure any more.
  const keepsFailure = event.type !== 'tender.captured'
  return replace(tenders, event.data.tenderId, ({ failureCode, ...tender }) => ({
    ...tender,
    ...(keepsFailure && failureCode !== undefined && { failureCode }),
    status: step(TENDER_TABLE, tender.status, event.type),
    ...tenderFacts(event, tender),
  }))
}

function tenderFacts(event: TenderEvent, tender: Tender): Partial<Tender> {
  switch (event.type) {
    case 'tender.opened':
      return { externalId: event.data.externalId, openedAt: event.at }
    case 'tender.failed':
      return { failureCode: event.data.code }
    case 'tender.captured':
      return { externalId: event.data.externalId, capturedAt: clockOf(event) }
    case 'tender.mismatched':
      return { externalId: event.data.externalId, received: event.data.received }
    case 'tender.cash_received':
      return {
        cash: tender.cash + event.data.amount,
        cashParcels: { ...tender.cashParcels, [event.data.parcelId]: event.data.amount },
      }
    case 'tender.remitted':
      return {
        remitted: tender.remitted + event.data.amount,
        remittedParcels: {
          ...tender.remittedParcels,
          [event.data.parcelId]:
            (tender.remittedParcels[event.data.parcelId] ?? 0) + event.data.amount,
        },
      }
    case 'tender.added':
    case 'tender.authorized':
    case 'tender.closing':
    case 'tender.voided':
    case 'tender.collected':
    case 'tender.waived':
      return {}
  }
}

function settled(order: Order, disputeId: string, status: 'won' | 'lost'): Order {
  return {
    ...order,
    disputes: replace(order.disputes, disputeId, (dispute) => ({ ...dispute, status })),
  }
}

type RefundEvent = Extract<OrderEvent, { type: `refund.${string}` }>

function onRefund(order: Order, event: RefundEvent): Order {
  return { ...order, refunds: refundsAfter(order.refunds, event) }
}

function refundsAfter(refunds: Refund[], event: RefundEvent): Refund[] {
  if (event.type === 'refund.requested') {
    const { refundId: id, ...facts } = event.data
    return [...refunds, { id, ...facts, status: 'requested', attempt: 1, requestedAt: event.at }]
  }
  return replace(refunds, event.data.refundId, (refund) => ({
    ...refund,
    status: step(REFUND_TABLE, refund.status, event.type),
    attempt: refund.attempt + (event.type === 'refund.retried' ? 1 : 0),
    ...(event.type === 'refund.rerouted' && { account: event.data.account }),
  }))
}

type StageEvent = Exclude<
  Extract<OrderEvent, { type: `fulfillment.${string}` }>,
  EventOf<'fulfillment.stocked'>
>

const promise = ({ policy }: Order, at: string) => ({
  promisedShipAt: new Date(Date.parse(at) + policy.handling).toISOString(),
})

function stocked(fulfillment: Fulfillment): Fulfillment {
  const { awaitsStock: _, ...rest } = fulfillment
  return rest
}

function onFulfillment(order: Order, event: StageEvent): Order {
  const fulfillments = replace(order.fulfillments, event.data.fulfillmentId, (fulfillment) => ({
    ...fulfillment,
    stage: step(STAGE_TABLE, fulfillment.stage, event.type),
    ...(event.type === 'fulfillment.claimed' && { claimedBy: event.data.by }),
    ...(event.type === 'fulfillment.check_failed' && { checkFailed: true as const }),
  }))
  return { ...order, fulfillments }
}

function onPacked(order: Order, event: EventOf<'fulfillment.packed'>): Order {
  const { fulfillmentId, parcels } = event.data
  const packed = parcels.map((parcel): Parcel => ({ ...parcel, fulfillmentId, status: 'packed' }))
  return { ...onFulfillment(order, event), parcels: [...order.parcels, ...packed] }
}

function onReduced(order: Order, event: EventOf<'fulfillment.reduced'>): Order {
  const { fulfillmentId, items: taken } = event.data
  const after = onFulfillment(order, event)
  const fulfillments = replace(after.fulfillments, fulfillmentId, (fulfillment) => {
    const { items, cancelled = [] } = fulfillment
    if (less(taken, items).length > 0) throw new InvariantError('it has fewer units than that')
    return {
      ...fulfillment,
      items: less(items, taken),
      cancelled: merged([...cancelled, ...taken]),
    }
  })
  return { ...after, fulfillments }
}

type ParcelEvent = Extract<OrderEvent, { type: `parcel.${string}` }>

function onParcel(order: Order, event: ParcelEvent): Order {
  return arrived({ ...order, parcels: parcelsAfter(order.parcels, event) }, event.at)
}

function parcelsAfter(parcels: Parcel[], event: ParcelEvent): Parcel[] {
  return replace(parcels, event.data.parcelId, (parcel) => {
    const moved = { ...parcel, status: step(PARCEL_TABLE, parcel.status, event.type) }
    if (event.type === 'parcel.handed_over') return { ...moved, handedOverAt: clockOf(event) }
    if (event.type === 'parcel.delivered') return { ...moved, deliveredAt: clockOf(event) }
    if (event.type === 'parcel.returned') return { ...moved, returnedAt: clockOf(event) }
    if (event.type === 'parcel.refused') return { ...moved, rejection: event.data.reason }
    if (event.type !== 'parcel.booked') return moved
    const { carrier, waybill, trackingUrl } = event.data
    return { ...moved, carrier, waybill, ...(trackingUrl !== undefined && { trackingUrl }) }
  })
}

const clockOf = ({ at, data }: { at: string; data: Reported }) => data.occurredAt ?? at

/** The last arrival starts the order's last clock: the after-sales window, or where nothing was delivered the late one. */
function arrived(order: Order, at: string): Order {
  const done = order.fulfillments.every((fulfillment) => hasArrived(order, fulfillment))
  if (!done || order.deliveredAt !== undefined) return order
  if (order.parcels.some(({ status }) => status === 'delivered'))
    return { ...order, deliveredAt: at }
  return { ...order, closedAt: order.closedAt ?? at }
}
