import type { PaymentMethod } from '../domain/events.ts'
import type { Locale } from '../domain/locale.ts'
import type { Awaited, Consequence } from '../domain/outlook.ts'
import type { ParcelStatus, RefundStatus, TenderStatus } from '../domain/state-tables.ts'
import type { FulfillmentStatus, OrderStatus } from '../domain/status.ts'
import type { ScanCode } from '../domain/tracking.ts'
import type { Action, Sentences } from './tracked.ts'
import { wordingEn } from './wording.en.ts'
import { wordingZh } from './wording.zh.ts'

/** The stages a person thinks in. `agreed` stands for `paid` where cash is paid at the door. */
export type Stage = 'placed' | 'paid' | 'agreed' | 'packed' | 'shipped' | 'delivered' | 'completed'

/** What there is to say about the wait that matters most. Amounts and instants are words already. */
export type NextFacts = {
  status: OrderStatus
  /** When it is promised, or when the order acts by itself. */
  by?: string
  due: string
  /** On its way back. */
  refunding: string
  /** Paid back; undefined where nothing was. */
  refunded?: string
  /** To be paid at the door. */
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
  method: Record<PaymentMethod, string>
  refund: Record<RefundStatus, string>
  action: Record<Exclude<Action, 'fast-forward'>, string>
  parcelNo: (index: number, of: number) => string
  placedOn: (when: string) => string
  earlier: (count: number) => string
  zone: (zone: string) => string
  wrongLink: Next
  away: Next
}

type Label =
  | 'order'
  | 'skip'
  | 'progress'
  | 'also'
  | 'items'
  | 'goods'
  | 'shipping'
  | 'total'
  | 'paid'
  | 'refunded'
  | 'refund'
  | 'payments'
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

export const WORDING: Record<Locale, Wording> = { en: wordingEn, zh: wordingZh }
