import type {
  AfterSalesType,
  EventData,
  EventOf,
  LineUnits,
  OrderEvent,
  PackedParcel,
  PaymentMethod,
  PlacedFulfillment,
  PlacedLine,
  RejectionReason,
  Resolution,
  TaskKind,
} from './events.ts'
import { LIMITS } from './limits.ts'
import type { Locale } from './locale.ts'
import type { Policy } from './policy.ts'
import {
  CLOSURE_TABLE,
  PARCEL_TABLE,
  REFUND_TABLE,
  STAGE_TABLE,
  TENDER_TABLE,
} from './state-tables.ts'
import type { Closure, ParcelStatus, RefundStatus, Stage, TenderStatus } from './state-tables.ts'
import { next } from './transition.ts'
import type { Transition } from './transition.ts'

export type Tender = {
  id: string
  method: PaymentMethod
  amount: number
  status: TenderStatus
  /** The platform's own id of the payment. */
  externalId?: string
  failureCode?: string
  /** What arrived instead of `amount`, when mismatched. */
  received?: { amount: number; currency: string }
  openedAt?: string
  /** Cash that carriers have taken at the door so far, and for which parcels. */
  cash: number
  cashParcels: string[]
}

export type Refund = {
  id: string
  tenderId: string
  amount: number
  reason: string
  status: RefundStatus
  /** Business sequence of the try, part of the provider's idempotency key. */
  attempt: number
}

export type Parcel = PackedParcel & {
  fulfillmentId: string
  status: ParcelStatus
  carrier?: string
  waybill?: string
  trackingUrl?: string
  rejection?: RejectionReason
}

export type Fulfillment = PlacedFulfillment & { stage: Stage; claimedBy?: string }

export type Reversal = EventData['charge.reversed']

export type Task = {
  id: string
  kind: TaskKind
  subject: string
  code?: string
  open: boolean
  resolution?: Resolution
}

export type AfterSalesRequest = {
  id: string
  kind: AfterSalesType
  reason: string
  items: LineUnits[]
}

/** Everything known of an order: the fold of its events and nothing else. Status is derived from it (`status.ts`). */
export type Order = {
  id: string
  no: string
  customerId: string
  locale: Locale
  currency: string
  lines: PlacedLine[]
  goods: number
  freight: number
  payable: number
  policy: Policy
  placedAt: string
  payBy: string
  closure: Closure
  cancelledBy?: 'customer' | 'support'
  paid: boolean
  accepted: boolean
  promisedShipAt?: string
  deliveredAt?: string
  closedAt?: string
  archivedAt?: string
  reminded: boolean
  tenders: Tender[]
  refunds: Refund[]
  reversals: Reversal[]
  fulfillments: Fulfillment[]
  parcels: Parcel[]
  requests: AfterSalesRequest[]
  tasks: Task[]
  /** Ids of reports already absorbed. */
  seen: string[]
  /** How many reports came to nothing. */
  ignored: number
}

/** A bug, never a business case: an event that its table forbids was about to become history. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError'
}

/** Fold a stream into the order. The first event must be `order.placed`. */
export function foldOrder(events: readonly OrderEvent[]): Order {
  const [first, ...rest] = events
  if (first?.type !== 'order.placed') throw new InvariantError('a stream starts with order.placed')
  return rest.reduce(evolve, place(first))
}

function place({ data, at }: EventOf<'order.placed'>): Order {
  const { orderId, fulfillments, ...facts } = data
  return {
    ...facts,
    id: orderId,
    placedAt: at,
    closure: 'none',
    paid: false,
    accepted: false,
    reminded: false,
    tenders: [],
    refunds: [],
    reversals: [],
    fulfillments: fulfillments.map((fulfillment) => ({ ...fulfillment, stage: 'queued' })),
    parcels: [],
    requests: [],
    tasks: [],
    seen: [],
    ignored: 0,
  }
}

/** The order after one more event. Throws InvariantError where a state table has no such step. */
export function evolve(order: Order, event: OrderEvent): Order {
  const evolved = apply(order, event)
  const eventId = 'eventId' in event.data ? event.data.eventId : undefined
  return eventId === undefined
    ? evolved
    : { ...evolved, seen: [...evolved.seen, eventId].slice(-LIMITS.seen) }
}

function apply(order: Order, event: OrderEvent): Order {
  switch (event.type) {
    case 'order.placed':
      throw new InvariantError('an order is placed once')
    case 'order.paid':
      return { ...order, paid: true }
    case 'order.accepted':
      return { ...order, accepted: true, promisedShipAt: event.data.promisedShipAt }
    case 'order.expired':
      return close(order, event)
    case 'order.cancelled':
      return { ...close(order, event), cancelledBy: event.data.by }
    case 'order.completed':
      return close(order, event)
    case 'order.readmitted': {
      const { closedAt: _, ...open } = order
      return { ...open, closure: step(CLOSURE_TABLE, order.closure, event.type) }
    }
    case 'order.archived':
      return { ...order, archivedAt: event.at }
    case 'payment.reminded':
      return { ...order, reminded: true }
    case 'tender.added':
    case 'tender.opened':
    case 'tender.failed':
    case 'tender.captured':
    case 'tender.mismatched':
    case 'tender.closing':
    case 'tender.voided':
    case 'tender.cash_received':
    case 'tender.collected':
    case 'tender.waived':
      return { ...order, tenders: tendersAfter(order.tenders, event) }
    case 'charge.reversed':
      return { ...order, reversals: [...order.reversals, event.data] }
    case 'refund.requested':
    case 'refund.succeeded':
    case 'refund.failed':
    case 'refund.retried':
    case 'refund.settled_by_hand':
      return { ...order, refunds: refundsAfter(order.refunds, event) }
    case 'fulfillment.claimed':
    case 'fulfillment.picked':
    case 'fulfillment.check_failed':
    case 'fulfillment.checked':
    case 'fulfillment.cancelled':
      return { ...order, fulfillments: stagesAfter(order.fulfillments, event) }
    case 'fulfillment.packed':
      return {
        ...order,
        fulfillments: stagesAfter(order.fulfillments, event),
        parcels: [
          ...order.parcels,
          ...event.data.parcels.map((parcel): Parcel => ({
            ...parcel,
            fulfillmentId: event.data.fulfillmentId,
            status: 'packed',
          })),
        ],
      }
    case 'parcel.booked':
    case 'parcel.handed_over':
    case 'parcel.delivered':
    case 'parcel.refused':
    case 'parcel.returned':
    case 'parcel.lost':
    case 'parcel.written_off':
    case 'parcel.voided':
      return arrived({ ...order, parcels: parcelsAfter(order.parcels, event) }, event.at)
    case 'aftersales.requested': {
      const { requestId: id, kind, reason, items } = event.data
      return { ...order, requests: [...order.requests, { id, kind, reason, items }] }
    }
    case 'task.raised': {
      const { taskId: id, ...task } = event.data
      return { ...order, tasks: [...order.tasks, { id, ...task, open: true }] }
    }
    case 'task.resolved':
      return {
        ...order,
        tasks: replace(order.tasks, event.data.taskId, (task) => ({
          ...task,
          open: false,
          resolution: event.data.action,
        })),
      }
    case 'report.ignored':
      return { ...order, ignored: order.ignored + 1 }
  }
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

type TenderEvent = Extract<OrderEvent, { type: `tender.${string}` }>

function tendersAfter(tenders: Tender[], event: TenderEvent): Tender[] {
  if (event.type === 'tender.added') {
    const { tenderId: id, method, amount } = event.data
    const status = method === 'cod' ? 'due' : 'created'
    return [...tenders, { id, method, amount, status, cash: 0, cashParcels: [] }]
  }
  return replace(tenders, event.data.tenderId, (tender) => ({
    ...tender,
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
      return { externalId: event.data.externalId }
    case 'tender.mismatched':
      return { externalId: event.data.externalId, received: event.data.received }
    case 'tender.cash_received':
      return {
        cash: tender.cash + event.data.amount,
        cashParcels: [...tender.cashParcels, event.data.parcelId],
      }
    case 'tender.added':
    case 'tender.closing':
    case 'tender.voided':
    case 'tender.collected':
    case 'tender.waived':
      return {}
  }
}

function refundsAfter(
  refunds: Refund[],
  event: Extract<OrderEvent, { type: `refund.${string}` }>,
): Refund[] {
  if (event.type === 'refund.requested') {
    const { refundId: id, tenderId, amount, reason } = event.data
    return [...refunds, { id, tenderId, amount, reason, status: 'requested', attempt: 1 }]
  }
  return replace(refunds, event.data.refundId, (refund) => ({
    ...refund,
    status: step(REFUND_TABLE, refund.status, event.type),
    attempt: refund.attempt + (event.type === 'refund.retried' ? 1 : 0),
  }))
}

function stagesAfter(
  fulfillments: Fulfillment[],
  event: Extract<OrderEvent, { type: `fulfillment.${string}` }>,
): Fulfillment[] {
  return replace(fulfillments, event.data.fulfillmentId, (fulfillment) => ({
    ...fulfillment,
    stage: step(STAGE_TABLE, fulfillment.stage, event.type),
    ...(event.type === 'fulfillment.claimed' && { claimedBy: event.data.by }),
  }))
}

type ParcelEvent = Extract<OrderEvent, { type: `parcel.${string}` }>

function parcelsAfter(parcels: Parcel[], event: ParcelEvent): Parcel[] {
  return replace(parcels, event.data.parcelId, (parcel) => {
    const moved = { ...parcel, status: step(PARCEL_TABLE, parcel.status, event.type) }
    if (event.type === 'parcel.refused') return { ...moved, rejection: event.data.reason }
    if (event.type !== 'parcel.booked') return moved
    const { carrier, waybill, trackingUrl } = event.data
    return { ...moved, carrier, waybill, trackingUrl }
  })
}

/** The after-sales clock starts with the last arrival of an order of which something was delivered. */
function arrived(order: Order, at: string): Order {
  const done =
    order.deliveredAt === undefined &&
    order.parcels.some((parcel) => parcel.status === 'delivered') &&
    order.fulfillments.every((fulfillment) => hasArrived(order, fulfillment))
  return done ? { ...order, deliveredAt: at } : order
}

const ARRIVED: ReadonlySet<ParcelStatus> = new Set([
  'delivered',
  'returned',
  'written_off',
  'voided',
])

/** Cancelled, or packed with every parcel at its journey's end. */
export function hasArrived(order: Order, fulfillment: Fulfillment): boolean {
  if (fulfillment.stage === 'cancelled') return true
  const own = order.parcels.filter((parcel) => parcel.fulfillmentId === fulfillment.id)
  return fulfillment.stage === 'packed' && own.every((parcel) => ARRIVED.has(parcel.status))
}

export function tenderOf(order: Order, id: string): Tender | undefined {
  return order.tenders.find((tender) => tender.id === id)
}

export function fulfillmentOf(order: Order, id: string): Fulfillment | undefined {
  return order.fulfillments.find((fulfillment) => fulfillment.id === id)
}

export function parcelOf(order: Order, id: string): Parcel | undefined {
  return order.parcels.find((parcel) => parcel.id === id)
}

export function lineOf(order: Order, id: string): PlacedLine {
  const line = order.lines.find((candidate) => candidate.id === id)
  if (line === undefined) throw new InvariantError(`no line ${id}`)
  return line
}
