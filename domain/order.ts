import type {
  Adjustment,
  AfterSalesReason,
  AfterSalesType,
  CardFunding,
  EventData,
  GoodwillReason,
  LineUnits,
  Origin,
  PackedParcel,
  PlacedFulfillment,
  PlacedLine,
  RejectionReason,
  Resolution,
  TaskKind,
  TenderMethod,
} from './events.ts'
import type { Locale } from './locale.ts'
import type { Policy } from './policy.ts'
import type { AppliedPromotion } from './promotion.ts'
import type { Closure, ParcelStatus, RefundStatus, Stage, TenderStatus } from './state-tables.ts'
import { merged, unitsOf } from './units.ts'

export type Tender = {
  id: string
  method: TenderMethod
  amount: number
  funding?: CardFunding
  installments?: number
  status: TenderStatus
  /** The platform's own id of the payment. */
  externalId?: string
  failureCode?: string
  /** What arrived instead of `amount`, when mismatched. */
  received?: { amount: number; currency: string }
  openedAt?: string
  /** By the clock of whoever told of it, ISO 8601. */
  capturedAt?: string
  /** Where stored value is taken from. */
  account?: string
  /** Cash that carriers have taken at the door so far, and how much for which parcel. */
  cash: number
  cashParcels: Readonly<Record<string, number>>
  /** What of it they have paid over, and how much for which parcel. */
  remitted: number
  remittedParcels: Readonly<Record<string, number>>
}

export type Refund = {
  id: string
  tenderId: string
  amount: number
  reason: string
  status: RefundStatus
  /** Business sequence of the try, part of the provider's idempotency key. */
  attempt: number
  /** The wallet that it goes to instead of the way it came. */
  account?: string
  /** Those that were asked for at once are one to their customer, ISO 8601. */
  requestedAt: string
}

/** The customer's bank took money back through the platform. */
export type Dispute = {
  id: string
  tenderId: string
  amount: number
  reason: string
  status: 'open' | 'won' | 'lost'
}

/** Good will that waits for a second person. */
export type Proposal = {
  id: string
  /** Of the wish. */
  eventId?: string
  amount: number
  reason: GoodwillReason
  by: string
}

export type Parcel = PackedParcel & {
  fulfillmentId: string
  status: ParcelStatus
  carrier?: string
  waybill?: string
  trackingUrl?: string
  rejection?: RejectionReason
  /** By the clock of whoever told of it, ISO 8601. */
  handedOverAt?: string
  deliveredAt?: string
  returnedAt?: string
}

export type Fulfillment = PlacedFulfillment & {
  stage: Stage
  claimedBy?: string
  /** A second look has found something else before. */
  checkFailed?: true
  /** Units that were taken off; `items` are what is left. */
  cancelled?: LineUnits[]
}

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
  reason: AfterSalesReason
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
  /** Of the freight of each fulfillment, for paying at the door; left out where there was none. */
  cashFee?: number
  /** What makes `payable` differ from goods and freight. */
  adjustments: Adjustment[]
  /** What took effect on its price. */
  promotions?: AppliedPromotion[]
  payable: number
  policy: Policy
  placedAt: string
  payBy: string
  /** Given for an order of another shop, which takes all of its money. */
  origin?: Origin
  closure: Closure
  cancelledBy?: 'customer' | 'support'
  /** When it was cancelled, here or elsewhere. */
  cancelledAt?: string
  paid: boolean
  accepted: boolean
  promisedShipAt?: string
  deliveredAt?: string
  closedAt?: string
  archivedAt?: string
  /** How many times the customer was reminded to pay. */
  reminded: number
  tenders: Tender[]
  refunds: Refund[]
  reversals: Reversal[]
  disputes: Dispute[]
  proposals: Proposal[]
  fulfillments: Fulfillment[]
  parcels: Parcel[]
  requests: AfterSalesRequest[]
  tasks: Task[]
  /** Ids of reports already absorbed. */
  seen: string[]
  /** How many events there are. */
  size: number
  /** How many reports came to nothing. */
  ignored: number
}

/** A bug, never a business case: an event that its table forbids was about to become history. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError'
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

/** All that it was placed with, be it cancelled since. */
export const placedItems = ({ items, cancelled = [] }: Fulfillment): LineUnits[] =>
  merged([...items, ...cancelled])

/** Units of a line that were cancelled, with their fulfillment or before it. */
export function cancelledUnits({ fulfillments }: Order, lineId: string): number {
  const units = fulfillments.flatMap(({ stage, items, cancelled = [] }) => [
    ...cancelled,
    ...(stage === 'cancelled' ? items : []),
  ])
  return unitsOf(units, lineId)
}

/** Nothing of it moves while a bank looks into its payment, or a person has to say what is to become of it. */
export const isOnHold = ({ disputes, tasks }: Order) =>
  disputes.some(({ status }) => status === 'open') ||
  tasks.some(({ kind, open }) => open && kind === 'PAYMENT_DISPUTED')

/** Cash on delivery, whatever became of the cash. */
export const isPaidAtTheDoor = (order: Order) =>
  order.tenders.some(({ method, status }) => method === 'cod' && status !== 'voided')

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
