import type { Locale } from './locale.ts'
import type { Policy } from './policy.ts'
import type { AppliedPromotion, LineDiscount } from './promotion.ts'

/** Units of order lines, by line id. */
export type LineUnits = { lineId: string; quantity: number }

/** What a customer may choose to pay with. */
export const PAYMENT_METHODS = [
  ...(['card', 'alipay', 'wechatpay'] as const),
  ...(['wallet', 'gift_card', 'points'] as const),
  'cod',
] as const
export type PaymentMethod = (typeof PAYMENT_METHODS)[number]

/** What an order may have been paid with, here or at the shop that it was brought in from. */
export const TENDER_METHODS = [...PAYMENT_METHODS, 'boleto'] as const
export type TenderMethod = (typeof TENDER_METHODS)[number]

export const CARD_FUNDINGS = ['credit', 'debit'] as const
export type CardFunding = (typeof CARD_FUNDINGS)[number]

/** Why the payable sum differs from goods and freight. */
export const ADJUSTMENT_KINDS = ['financing_interest', 'rounding', 'surcharge', 'discount'] as const
export type AdjustmentKind = (typeof ADJUSTMENT_KINDS)[number]

/** What is added to goods and freight, or taken off when negative. */
export type Adjustment = { kind: AdjustmentKind; amount: number }

/**
 * What is no longer charged although nothing went back: given for good will, taken by the customer's bank, never
 * collected at the door.
 */
export const CONCESSIONS = ['goodwill', 'chargeback', 'shortfall'] as const
export type Concession = (typeof CONCESSIONS)[number]

/** A line as ordered: product facts and price are a frozen snapshot. Amounts in minor units. */
export type PlacedLine = {
  id: string
  sku: string
  name: string
  merchantId: string
  quantity: number
  unitPrice: number
  /** Left out where nothing was taken off. */
  discounts?: LineDiscount[]
  /** Goods amount of the whole line, after discounts. */
  net: number
  /** This line's share of its fulfillment's freight, for reports and refunds. */
  freight: number
  /** Commission the platform keeps of `net`, frozen at admission. */
  commission: number
  /** Of one unit. */
  weightGrams: number
  /** Tax that `net` includes, in basis points, frozen at admission; left out by orders of before that. */
  taxBps?: number
  image?: string
  /** As `{"color": "white"}`, by the category's schema of that day. */
  attributes?: Attributes
  /** What one unit of a bundle is taken from the shelf as. */
  components?: { sku: string; quantity: number }[]
}

export type Attributes = Record<string, string | number | boolean>

/** When a fulfillment leaves and arrives by the calendar; dates as `2026-10-09` where it goes to, both included. */
export type DeliveryEstimate = {
  /** Instant by which it is handed to the carrier. */
  shipBy: string
  earliest: string
  latest: string
  /** `estimated` where the year's working days aren't published yet. */
  confidence: 'published' | 'estimated'
}

export type PlacedFulfillment = {
  id: string
  merchantId: string
  warehouseId: string
  addressId: string
  items: LineUnits[]
  /** After promotions. */
  freight: number
  /** What its merchant bears of freight that promotions took off; left out where there is none. */
  freightBorne?: number
  /** What its freight was reckoned with. */
  carrier?: string
  estimate?: DeliveryEstimate
  /** Its stock isn't all there: it can't be picked before `fulfillment.stocked`. */
  awaitsStock?: true
}

/**
 * Who told of a payment: a platform's notice, its answer to our question, the shop that took the money itself, our own
 * account of what the customer has with us.
 */
export const PAYMENT_SOURCES = ['webhook', 'query', 'record', 'account'] as const
export type PaymentSource = (typeof PAYMENT_SOURCES)[number]

/** Where an order comes from whose payments and parcels are another shop's: nobody is written to about it. */
export type Origin = {
  /** Which shop that is. */
  shop: string
  /** That shop's own id of it. */
  reference: string
  /** When its customer placed it, ISO 8601. */
  placedAt: string
  /** When its customer was told it would arrive at the latest, ISO 8601. */
  deliverBy?: string
}

export type PackedParcel = { id: string; items: LineUnits[]; weightGrams: number }

export type CancelledBy = 'customer' | 'support'
export type ReportKind =
  | 'payment'
  | 'picking'
  | 'shipmentTracking'
  | 'delivery'
  | 'rejection'
  | 'afterSales'
  | 'stocked'

/** Who learned it how: a report's id makes its repeats recognisable; `occurredAt` is the reporter's clock. */
export type Reported = { eventId?: string; occurredAt?: string }

export const REJECTION_REASONS = [
  'changed_mind',
  'damaged',
  'wrong_item',
  'late',
  'unreachable',
  'other',
] as const
export type RejectionReason = (typeof REJECTION_REASONS)[number]

/** Reasons are codes: what people write freely may hold personal data, and events are kept for ever. */
export const CANCEL_REASONS = [
  'changed_mind',
  'wrong_address',
  'found_cheaper',
  'takes_too_long',
  'other',
] as const
export type CancelReason = (typeof CANCEL_REASONS)[number]

export const AFTER_SALES_REASONS = [
  'no_reason',
  'quality',
  'damaged',
  'wrong_item',
  'missing_item',
  'not_as_described',
  'size',
  'late',
  'counterfeit',
  'warranty',
  'other',
] as const
export type AfterSalesReason = (typeof AFTER_SALES_REASONS)[number]

export const CHECK_FAILURES = [
  'wrong_item',
  'wrong_quantity',
  'damaged',
  'expired',
  'other',
] as const
export type CheckFailure = (typeof CHECK_FAILURES)[number]

/** Who took a parcel, as carriers say it without a name. */
export const SIGNERS = ['self', 'household', 'neighbor', 'locker', 'reception', 'other'] as const
export type Signer = (typeof SIGNERS)[number]

export const AFTER_SALES_TYPES = ['refund_only', 'return_refund', 'exchange', 'repair'] as const
export type AfterSalesType = (typeof AFTER_SALES_TYPES)[number]

/** Why money is given back that is owed to nobody. */
export const GOODWILL_REASONS = ['apology', 'delay', 'price_match', 'damage', 'other'] as const
export type GoodwillReason = (typeof GOODWILL_REASONS)[number]

export const TASK_KINDS = [
  'PAYMENT_MISMATCH',
  'PAYMENT_CLOSE_FAILED',
  'REFUND_FAILED',
  'REFUND_UNDECIDED',
  'BOOKING_FAILED',
  'VOID_FAILED',
  'PARCEL_LOST',
  'PARCEL_ESCAPED',
  'CASH_MISMATCH',
  'REFUND_APPROVAL',
  'PAYMENT_DISPUTED',
] as const
export type TaskKind = (typeof TASK_KINDS)[number]

export const RESOLUTIONS = [
  ...(['retry', 'skip', 'refund', 'cancel'] as const),
  ...(['wallet', 'approve', 'reject'] as const),
] as const
export type Resolution = (typeof RESOLUTIONS)[number]

/** What each event carries, by type. Written once, read for ever: add fields, never change their meaning. */
export type EventData = {
  'order.placed': {
    orderId: string
    no: string
    customerId: string
    locale: Locale
    currency: string
    lines: PlacedLine[]
    fulfillments: PlacedFulfillment[]
    goods: number
    freight: number
    /** Left out where goods and freight are all there is to pay. */
    adjustments?: Adjustment[]
    /** In the order of reckoning; left out where none took effect. */
    promotions?: AppliedPromotion[]
    payable: number
    policy: Policy
    payBy: string
    origin?: Origin
  }
  'order.paid': Record<never, never>
  /** Without a promise where goods have to come in first, and nobody knows when. */
  'order.accepted': { promisedShipAt?: string }
  'order.expired': Record<never, never>
  'order.cancelled': { by: CancelledBy; reason?: CancelReason; occurredAt?: string }
  'order.readmitted': Record<never, never>
  'order.completed': { by: 'customer' | 'policy' }
  'order.archived': Record<never, never>
  'payment.reminded': Record<never, never>
  /** What each consignment costs more now, as something is to be paid at the door; zero where nothing is any more. */
  'freight.surcharged': { fee: number }
  'tender.added': {
    tenderId: string
    method: TenderMethod
    amount: number
    funding?: CardFunding
    /** Monthly payments that the customer agreed with their bank. */
    installments?: number
    /** Where stored value is taken from: the account's id. */
    account?: string
  }
  /** Stored value is held for this order alone; taken once all of the price is there. */
  'tender.authorized': { tenderId: string }
  'tender.opened': { tenderId: string; externalId: string }
  'tender.failed': Reported & { tenderId: string; code: string }
  'tender.captured': Reported & {
    tenderId: string
    externalId: string
    amount: number
    source: PaymentSource
  }
  'tender.mismatched': Reported & {
    tenderId: string
    externalId: string
    received: { amount: number; currency: string }
  }
  'tender.closing': { tenderId: string }
  'tender.voided': Reported & { tenderId: string }
  /** Cash that a carrier took at the door for one parcel. */
  'tender.cash_received': { tenderId: string; amount: number; carrier: string; parcelId: string }
  'tender.collected': { tenderId: string }
  /** Cash of one parcel that its carrier has paid over. */
  'tender.remitted': Reported & {
    tenderId: string
    parcelId: string
    amount: number
    carrier: string
  }
  'tender.waived': { tenderId: string }
  /** What the customer no longer owes: a credit note. Money back, where any came, is a refund of its own. */
  'charge.reversed': Reported & {
    id: string
    reason: string
    /**
     * Shares of units that go back; entries of no units charge discounts of what is kept again, or give them back.
     */
    lines: {
      lineId: string
      quantity: number
      amount: number
      commission: number
      /** The platform's part of what was taken off; left out where there is none. */
      platformFunded?: number
      /** What these units were in; left out where they weren't packed. */
      parcelId?: string
      /** The number of the first of units that weren't packed. */
      before?: number
    }[]
    freight: number
    /** What merchants bore of freight that went for nothing, and bear no longer. */
    freightBorne?: { merchantId: string; amount: number }[]
    adjustments?: Adjustment[]
    /** Not charged any more although nothing goes back; below zero where goods that go back take it along. */
    concessions?: {
      kind: Concession
      amount: number
      /** At whose door it was never collected. */
      parcelId?: string
    }[]
  }
  /** Asked for beyond what its asker may give alone. */
  'goodwill.proposed': Reported & {
    proposalId: string
    amount: number
    reason: GoodwillReason
    by: string
  }
  'dispute.opened': Reported & {
    disputeId: string
    tenderId: string
    amount: number
    /** The platform's own code. */
    reason: string
  }
  'dispute.won': Reported & { disputeId: string }
  'dispute.lost': Reported & { disputeId: string }
  'refund.requested': { refundId: string; tenderId: string; amount: number; reason: string }
  'refund.succeeded': { refundId: string; externalRefundId: string }
  'refund.failed': { refundId: string; code: string }
  'refund.retried': { refundId: string }
  /** Its own way is closed, and the customer agrees: it goes to their wallet. */
  'refund.rerouted': { refundId: string; account: string }
  'refund.settled_by_hand': { refundId: string }
  /** The customer's bank has taken the money meanwhile: it must not go twice. */
  'refund.withdrawn': { refundId: string }
  'fulfillment.claimed': Reported & { fulfillmentId: string; by: string }
  'fulfillment.picked': Reported & { fulfillmentId: string; by: string }
  'fulfillment.check_failed': Reported & {
    fulfillmentId: string
    by: string
    reason: CheckFailure
  }
  'fulfillment.checked': Reported & { fulfillmentId: string; by: string }
  'fulfillment.packed': Reported & { fulfillmentId: string; by: string; parcels: PackedParcel[] }
  /** Units of it are not wanted any more, and nobody has picked them. */
  'fulfillment.reduced': {
    fulfillmentId: string
    items: LineUnits[]
    by: CancelledBy
    reason?: CancelReason
    occurredAt?: string
  }
  'fulfillment.cancelled': { fulfillmentId: string }
  /** All that it waited for is there. */
  'fulfillment.stocked': Reported & { fulfillmentId: string }
  'parcel.booked': Reported & {
    parcelId: string
    carrier: string
    waybill: string
    trackingUrl?: string
  }
  'parcel.handed_over': Reported & { parcelId: string }
  'parcel.delivered': Reported & { parcelId: string; signedBy?: Signer }
  'parcel.refused': Reported & { parcelId: string; reason: RejectionReason }
  'parcel.returned': Reported & { parcelId: string }
  'parcel.lost': Reported & { parcelId: string }
  'parcel.written_off': { parcelId: string }
  'parcel.voided': { parcelId: string }
  'aftersales.requested': Reported & {
    requestId: string
    kind: AfterSalesType
    reason: AfterSalesReason
    items: LineUnits[]
  }
  'report.ignored': Reported & { kind: ReportKind; reason: string }
  'task.raised': { taskId: string; kind: TaskKind; subject: string; code?: string }
  'task.resolved': { taskId: string; action: Resolution; by: string }
}

export type EventType = keyof EventData

/** A fact of an order. `at` is the order's own clock, ISO 8601. */
export type OrderEvent = {
  [T in EventType]: { type: T; at: string; data: EventData[T] }
}[EventType]

export type EventOf<T extends EventType> = Extract<OrderEvent, { type: T }>

/** A fact where it stands: `streamSeq` within `order:<id>`, `seq` in the order's public, gapless timeline. */
export type RecordedEvent = OrderEvent & { streamSeq: number; seq: number }
