import type { Fulfillment, Order, Parcel } from './order.ts'
import { sum } from './money.ts'

/** Header states. `paid` is momentary: it stands in the timeline and gives way to `pending_processing` at once. */
export const ORDER_STATUSES = [
  'pending_payment',
  'paid',
  'pending_processing',
  'picking',
  'checking',
  'awaiting_shipment',
  'awaiting_delivery',
  'partially_shipped',
  'in_delivery',
  'delivered',
  'completed',
  'cancelled',
  'expired',
  'refused',
  'closed',
] as const
export type OrderStatus = (typeof ORDER_STATUSES)[number]

export type PaymentStatus =
  | 'unpaid'
  | 'partially_paid'
  | 'paid'
  | 'overpaid'
  | 'cod_due'
  | 'cod_collected'
  | 'cod_remitted'
  | 'disputed'
  | 'not_required'
  | 'partially_refunded'
  | 'refunded'

/** From the least to the most advanced. */
const PROGRESS = [
  'pending_processing',
  'picking',
  'checking',
  'awaiting_shipment',
  'awaiting_delivery',
  'in_delivery',
  'delivered',
] as const
export type FulfillmentStatus = (typeof PROGRESS)[number] | 'refused' | 'cancelled' | 'closed'

export type AfterSalesStatus = 'none' | 'open'

export type Statuses = {
  status: OrderStatus
  payment: PaymentStatus
  fulfillment: FulfillmentStatus
  afterSales: AfterSalesStatus
}

/** All four axes; nothing sets them, they follow from the order's facts. */
export function statusesOf(order: Order): Statuses {
  return {
    status: orderStatus(order),
    payment: paymentStatus(order),
    fulfillment: leastAdvanced(order) ?? endOfAll(order),
    afterSales: order.requests.length > 0 ? 'open' : 'none',
  }
}

/** `when` says in words what `holds` asks. */
type HeaderRule = { status: OrderStatus; when: string; holds: (order: Order) => boolean }

/** While something is under way, the header tells of the fulfillment that is least far. */
const leastIs = (status: (typeof PROGRESS)[number]): HeaderRule => ({
  status,
  when: `the least advanced fulfillment is ${status}`,
  holds: (order) => leastAdvanced(order) === status,
})

/** The header is the first rule that holds; the order of the rules is the precedence. */
export const HEADER_RULES: readonly HeaderRule[] = [
  { status: 'cancelled', when: 'closure is cancelled', holds: (o) => o.closure === 'cancelled' },
  { status: 'expired', when: 'closure is expired', holds: (o) => o.closure === 'expired' },
  { status: 'completed', when: 'closure is completed', holds: (o) => o.closure === 'completed' },
  {
    status: 'pending_payment',
    when: 'neither paid nor accepted',
    holds: (order) => !order.paid && !order.accepted,
  },
  { status: 'paid', when: 'not accepted yet', holds: (order) => !order.accepted },
  {
    status: 'refused',
    when: 'nothing is under way, and something came back from the door',
    holds: (order) => endsAs(order, 'refused'),
  },
  {
    status: 'closed',
    when: 'nothing is under way, and nothing was delivered',
    holds: (order) => leastAdvanced(order) === undefined,
  },
  {
    status: 'partially_shipped',
    when: 'a part has left its warehouse and a part has not',
    holds: partiallyShipped,
  },
  leastIs('delivered'),
  leastIs('in_delivery'),
  leastIs('awaiting_delivery'),
  leastIs('awaiting_shipment'),
  leastIs('checking'),
  leastIs('picking'),
  { status: 'pending_processing', when: 'none of the above', holds: () => true },
]

function orderStatus(order: Order): OrderStatus {
  return HEADER_RULES.find((rule) => rule.holds(order))?.status ?? 'pending_processing'
}

/** Status of one fulfillment: its stage in the warehouse, then its parcels. */
export function fulfillmentStatus(order: Order, fulfillment: Fulfillment): FulfillmentStatus {
  switch (fulfillment.stage) {
    case 'queued':
      return 'pending_processing'
    case 'picking':
      return 'picking'
    case 'checking':
    case 'checked':
      return 'checking'
    case 'cancelled':
      return 'cancelled'
    case 'packed':
      return parcelsStatus(order.parcels.filter((p) => p.fulfillmentId === fulfillment.id))
  }
}

function parcelsStatus(parcels: readonly Parcel[]): FulfillmentStatus {
  const has = (status: Parcel['status']) => parcels.some((parcel) => parcel.status === status)
  if (has('packed')) return 'awaiting_shipment'
  if (has('booked')) return 'awaiting_delivery'
  const someComeBack = has('delivered') && has('refused')
  if (has('handed_over') || has('lost') || someComeBack) return 'in_delivery'
  if (has('delivered')) return 'delivered'
  if (has('refused') || has('returned')) return 'refused'
  return 'closed'
}

function leastAdvanced(order: Order): (typeof PROGRESS)[number] | undefined {
  const statuses = new Set(order.fulfillments.map((f) => fulfillmentStatus(order, f)))
  return PROGRESS.find((status) => statuses.has(status))
}

function endsAs(order: Order, end: FulfillmentStatus): boolean {
  return leastAdvanced(order) === undefined && endOfAll(order) === end
}

function endOfAll(order: Order): 'refused' | 'cancelled' | 'closed' {
  const ends = order.fulfillments.map((f) => fulfillmentStatus(order, f))
  if (ends.includes('refused')) return 'refused'
  return ends.every((end) => end === 'cancelled') ? 'cancelled' : 'closed'
}

const BEFORE_HANDOVER: ReadonlySet<Parcel['status']> = new Set(['packed', 'booked'])

function partiallyShipped(order: Order): boolean {
  const gone = order.parcels.some((p) => !BEFORE_HANDOVER.has(p.status) && p.status !== 'voided')
  const waiting = order.fulfillments.some((f) => f.stage !== 'packed' && f.stage !== 'cancelled')
  return gone && (waiting || order.parcels.some((p) => BEFORE_HANDOVER.has(p.status)))
}

function paymentStatus(order: Order): PaymentStatus {
  if (order.payable === 0) return 'not_required'
  if (order.disputes.some(({ status }) => status === 'open')) return 'disputed'
  const cash = order.tenders.findLast((tender) => tender.method === 'cod')
  if (order.accepted && cash?.status === 'due') return 'cod_due'
  const lost = order.disputes.filter(({ status }) => status === 'lost')
  const refunded = refundedOf(order) + sum(lost.map(({ amount }) => amount))
  const kept = capturedOf(order) - refunded
  if (refunded > 0 && kept < order.payable) return kept > 0 ? 'partially_refunded' : 'refunded'
  if (cash?.status === 'collected') {
    return cash.remitted === cash.cash ? 'cod_remitted' : 'cod_collected'
  }
  if (kept === 0) return order.accepted && cash !== undefined ? 'not_required' : 'unpaid'
  if (kept < order.payable) return 'partially_paid'
  return kept > order.payable ? 'overpaid' : 'paid'
}

/** Money that is back with its customer, of what `capturedOf` counts. */
export function refundedOf(order: Order): number {
  return sum(paidBackOf(order).map((refund) => refund.amount))
}

/** Refunds of money that counted; a sum that never fitted goes back beside the order's account. */
function paidBackOf(order: Order): Order['refunds'] {
  const counted = new Set(order.tenders.filter(holdsMoney).map((tender) => tender.id))
  return order.refunds.filter((refund) => counted.has(refund.tenderId) && isPaidBack(refund))
}

function isPaidBack(refund: Order['refunds'][number]): boolean {
  return refund.status === 'succeeded' || refund.status === 'manual'
}

/** Money received for the order, cash at the door included. */
export function capturedOf(order: Order): number {
  return sum(order.tenders.filter(holdsMoney).map(moneyOf))
}

/** Whether money of it counts towards the price; a sum that didn't fit never does. */
export const holdsMoney = ({ status, cash }: Order['tenders'][number]) =>
  status === 'captured' || cash > 0

/** What arrived on it. */
export const moneyOf = ({ status, amount, cash }: Order['tenders'][number]) =>
  status === 'captured' ? amount : cash
