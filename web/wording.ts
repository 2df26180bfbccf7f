import type { AdjustmentKind, TenderMethod } from '../domain/events.ts'
import type { InvoiceKind } from '../domain/invoice.ts'
import type { Locale } from '../domain/locale.ts'
import type { Awaited, Consequence } from '../domain/outlook.ts'
import type { ParcelStatus, RefundStatus, TenderStatus } from '../domain/state-tables.ts'
import type { FulfillmentStatus, OrderStatus } from '../domain/status.ts'
import type { ScanCode } from '../domain/tracking.ts'
import type { Action, Sentences } from './tracked.ts'
import type { PayingWords } from './paying-words.ts'
import type { Refusal } from './refusal.ts'
import { wordingEn } from './wording.en.ts'
import { wordingZh } from './wording.zh.ts'

/** The stages a person thinks in. `agreed` stands for `paid` where cash is paid at the door. */
export type Stage = 'placed' | 'paid' | 'agreed' | 'packed' | 'shipped' | 'delivered' | 'completed'

/** What there is to say about the wait that matters most. Amounts and instants are words already. */
export type NextFacts = {
  status: OrderStatus
  /** When it is promised, or when the order acts by itself; undefined once that is over. */
  by?: string
  /** It was promised for an instant that is over. */
  late: boolean
  /** Until when the order can be paid, whatever else it waits for. */
  payBy?: string
  due: string
  /** On its way back. */
  refunding: string
  /** Paid back; undefined where nothing was. */
  refunded?: string
  /** A late payment revives the order, if its items can still be had. */
  readmits: boolean
  /** A part of the order has left its warehouse. */
  hasLeft: boolean
  atTheDoor: boolean
  /** To be given to couriers for what they are bringing. */
  cash?: string
  /** Where the carrier saw it last. */
  position?: ScanCode
  /** Whether that is true of the only parcel, of all, or of some. */
  parcels: 'one' | 'all' | 'some'
  /** The customer asked for something after delivery. */
  asked: boolean
}

/** A headline, and what it means for the reader. */
export type Next = { title: string; text: string }

/** Words of one language. */
export type Wording = {
  tag: string
  other: { locale: Locale; name: string }
  labels: Record<Label, string>
  stages: Record<Stage, string>
  ended: string
  next: Record<Awaited | 'nothing', (facts: NextFacts) => Next>
  happened: Sentences
  consequence: Record<Consequence, string>
  fulfillment: Record<FulfillmentStatus, string>
  parcel: Record<ParcelStatus, string>
  scan: Record<ScanCode, string>
  tender: Record<TenderStatus, string>
  method: Record<TenderMethod, string>
  adjustment: Record<AdjustmentKind, string>
  refund: Record<RefundStatus, string>
  /** `way` as in `BACK_TO`. */
  refundTo: (way: string) => string
  invoice: Record<InvoiceKind | 'underWay', string>
  action: Record<Exclude<Action, 'fast-forward'>, string>
  pay: PayingWords
  parcelNo: (index: number, of: number) => string
  placedOn: (when: string) => string
  arrives: (earliest: string, latest: string) => string
  earlier: (count: number) => string
  /** Of a line's units. */
  cancelled: (count: number) => string
  zone: (zone: string) => string
  wrongLink: Next
  /** Instead of the page: what was sent can't be read, we are away for a moment, something is broken. */
  unreadable: Next
  away: Next
  broken: Next
  /** Asked for, and not decided yet. */
  taken: string
  refused: Record<Refusal, string>
}

type Label =
  | 'order'
  | 'skip'
  | 'progress'
  | 'also'
  | 'items'
  | 'goods'
  | 'shipping'
  | 'cashFee'
  | 'reversed'
  | 'total'
  | 'paid'
  | 'refunded'
  | 'takenBack'
  | 'payments'
  | 'invoices'
  | 'deliveries'
  | 'waybill'
  | 'newTab'
  | 'timeline'
  | 'cancelQuestion'
  | 'testPayment'
  | 'orderTime'
  | 'toDeadline'
  | 'plusDay'
  | 'plusWeek'
  | 'live'
  | 'reconnecting'
  | 'unanswered'

export const WORDING: Record<Locale, Wording> = { en: wordingEn, zh: wordingZh }
