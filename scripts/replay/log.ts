import type { Adjustment } from '../../domain/events.ts'

/*
 * What a shop's own past looks like to Longhaul, whatever its layout: a source reads its files into logged orders, the
 * plan judges their clocks, the driver brings them in, the reconciliation holds both sides against each other.
 */

/** A layout of order logs. Add one by reading it into logged orders; nothing else has to know it. */
export type LogSource = {
  /** Which shop its orders say they come from, unless the replay is told another name. */
  name: string
  /** What has to lie there, for people who gave something else. */
  needs: string
  /** Whether `path`, a folder or a file, is laid out like this. */
  fits(path: string): Promise<boolean>
  /** Throws SetupError, with file and line, for what can't be read. */
  read(path: string): Promise<WholeLog>
}

/** A log as it was read, before anything is judged. */
export type WholeLog = {
  /** Minor units' currency of every amount. */
  currency: string
  /** IANA zone of the shop's calendar: it decides what is late by date. */
  zone: string
  orders: LoggedOrder[]
}

/** What there is to replay of a log. */
export type OrderLog = WholeLog & {
  /** The name of the shop that took the orders. */
  shop: string
  /** Orders that can't be brought in, as nothing was bought or nothing paid in them. Listed, never dropped. */
  unusable: UnusableOrder[]
}

export type UnusableOrder = {
  reference: string
  status: string
  reason: 'no_items' | 'no_payments'
  /** What the log says was bought and paid in it. */
  goods: number
  freight: number
  paid: number
}

/** One order as the log tells it, before anything is judged. Amounts in minor units, clocks ISO 8601 in UTC. */
export type LoggedOrder = {
  /** The shop's own id of it. */
  reference: string
  customerId: string
  /** The log's own word for where the order stands. */
  status: string
  /** Where that leaves an order here. */
  ends: LogEnd
  placedAt: string
  /** When its customer was told it would arrive at the latest. */
  deliverBy?: string
  destination: { country: string; region: string; city: string; postcode?: string }
  /** One per unit. */
  units: LoggedUnit[]
  tenders: LoggedTender[]
  /** The first number that is missing where the log numbers an order's payments. */
  missingPayment?: number
  /** When the payment was confirmed. */
  paidAt?: string
  cancelledAt?: string
  /** One per merchant. */
  shipments: LoggedShipment[]
  reviews: { id: string; score: number }[]
}

/** `cancelled` is taken back by the shop before or after it left; the plan finds out which. */
export const LOG_ENDS = [
  'unpaid',
  'expired',
  'paid',
  'shipped',
  'delivered',
  'returned',
  'cancelled',
] as const
export type LogEnd = (typeof LOG_ENDS)[number]

export type LoggedUnit = {
  sku: string
  name: string
  merchantId: string
  price: number
  freight: number
  weightGrams?: number
}

export type LoggedTender = {
  /** `none` comes with an amount of nothing only. */
  method: 'card' | 'boleto' | 'gift_card' | 'none'
  /** Of cards. */
  funding?: 'credit' | 'debit'
  /** Monthly payments the customer agreed with their bank; 1 is none. */
  installments: number
  amount: number
  /** How long it may be paid. Milliseconds. */
  window: number
}

export type LoggedShipment = {
  merchantId: string
  handedOverAt?: string
  deliveredAt?: string
  returnedAt?: string
}

export type PaidTender = LoggedTender & { method: Exclude<LoggedTender['method'], 'none'> }

/** What is brought in: the log's order with its clocks judged. */
export type Plan = {
  order: LoggedOrder
  /** The log's, without payments of nothing. */
  tenders: PaidTender[]
  /** What the payments hold beyond goods and freight, or lack. */
  adjustments: Adjustment[]
  steps: Step[]
  oddities: Oddity[]
}

/** In the order in which they are taken; `at` is when it happened, never before the step before. */
export type Step =
  /** All tenders are confirmed. */
  | { do: 'pay'; at: string }
  /** The window to pay runs out. */
  | { do: 'pass_window' }
  | { do: 'hand_over'; merchantId: string; at: string }
  | { do: 'deliver'; merchantId: string; at: string }
  | { do: 'return'; merchantId: string; at: string }
  | { do: 'cancel'; at: string }
  /** A customer wants their money back after delivery. */
  | { do: 'ask_refund'; at: string }

/** Something that can't have been as the log has it, or that it leaves open, and what was taken instead. */
export type Oddity = {
  reference: string
  kind: OddityKind
  /** What the log says; nothing where it says nothing. */
  logged?: string
  /** What was taken. */
  taken?: string
}

/** Each with its rule, as the report and docs/replay.md tell it. */
export const ODDITIES = {
  paid_before_placed: 'paid before it was placed: taken as paid when placed',
  handed_over_before_payment:
    'handed over before its payment was confirmed: taken as handed over at the confirmation',
  delivered_before_hand_over:
    'delivered before it was handed over: taken as delivered at the hand-over',
  returned_before_hand_over:
    'returned before it was handed over: taken as returned at the hand-over',
  returned_before_delivery: 'returned before it was delivered: taken as returned at the delivery',
  no_payment_clock: 'went on without a time of payment: taken as paid when placed',
  no_hand_over_clock: 'left or arrived without a time of hand-over: taken as handed over when paid',
  no_delivery_clock:
    'delivered without a time: taken as delivered when promised, or when handed over if that is later or nothing was promised',
  no_return_clock: 'returned without a time: taken as returned when handed over',
  beyond_status:
    'has a time for what its status says has not happened: the status is taken, the time is not',
  returned_after_delivery:
    'returned after it was delivered: stays delivered, and a refund is asked for',
  cancelled_without_clock:
    'cancelled without a time: taken as cancelled at the last time the log has of it',
  cancelled_too_early: 'cancelled before the last time the log has of it: taken as cancelled then',
  cancelled_before_payment: 'cancelled before a payment was confirmed: nothing is taken as paid',
  cancelled_after_hand_over:
    'cancelled after it was handed over: taken as returned to its sender at the cancellation',
  cancelled_after_delivery:
    'cancelled after it was delivered: stays delivered, and a refund is asked for',
  cancelled_after_return: 'cancelled after all of it had come back: stays returned',
  cancelled_partly_handed_over:
    'cancelled when a part had not been handed over: that part is taken as handed over and returned at the cancellation',
  paid_after_window:
    'paid after the window to pay: expires here first, then the late payment takes it up again',
  no_money: 'a payment of nothing: not taken as a payment',
  payment_missing_in_sequence: 'a number is missing in its payments: taken as they are',
  no_weight: 'a product without a weight: taken as 1 g',
} as const
export type OddityKind = keyof typeof ODDITIES
