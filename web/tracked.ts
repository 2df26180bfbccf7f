import type {
  EventData,
  EventType,
  LineUnits,
  OrderEvent,
  PaymentMethod,
  TenderMethod,
} from '../domain/events.ts'
import type { InvoiceKind } from '../domain/invoice.ts'
import type { Locale } from '../domain/locale.ts'
import type { RefundWay } from '../domain/means.ts'
import type { NextStep } from '../domain/method.ts'
import type { Order } from '../domain/order.ts'
import type { Outlook } from '../domain/outlook.ts'
import type { FulfillmentStatus, Statuses } from '../domain/status.ts'
import type { ScanCode } from '../domain/tracking.ts'
import type { Format } from './format.ts'
import type { Wording } from './wording.ts'

/** A fact of the order's public timeline. */
export type Entry = OrderEvent & { seq: number }

/** Where the carrier saw a parcel, by the carrier's clock. */
export type Scan = { code: ScanCode; occurredAt: string; location?: string | undefined }

/** What a customer may do now, by the order's own rules; `pay-test` pays at the stand-in platforms of a developer. */
export type Action =
  | 'pay'
  | 'pay-test'
  | 'pay-otherwise'
  | 'confirm-receipt'
  | 'cancel'
  | 'fast-forward'

/**
 * How a part of the price stands: taken; set aside with us; let go, and taken up again when its customer goes on; due
 * at the door; its platform not asked yet; asked without an answer; open there.
 */
export type PartState = 'paid' | 'held' | 'let_go' | 'door' | 'ready' | 'waiting' | 'open'

export type PayPart = {
  tenderId: string
  method: TenderMethod
  amount: number
  state: PartState
  /** Its platform said no; it may be tried again. */
  declined: boolean
  /** How its customer goes on. */
  step?: NextStep
}

/** An order that waits for its payment. */
export type Paying = {
  /** As its customer chose last. */
  parts: readonly PayPart[]
  /** Of earlier choices, and still open at their platforms. */
  also: readonly PayPart[]
  /** What is neither paid, nor set aside, nor due at the door. */
  open: number
  /** Ids of the tenders that stay when another way is chosen for the rest, and that rest. */
  kept: readonly string[]
  rest: number
  /** By what that could be paid otherwise. */
  offers: readonly PaymentMethod[]
  /** What paying at the door would add. */
  cashFee: number
  /** Another one after each question to a platform. */
  tried: string
}

/** All that the page of one order shows. Nothing of it is personal. */
export type Tracked = {
  order: Order
  statuses: Statuses
  outlook: Outlook
  /** Oldest first. */
  entries: readonly Entry[]
  fulfillments: Readonly<Record<string, FulfillmentStatus>>
  parcels: Readonly<Record<string, { position: ScanCode | null; scans: readonly Scan[] }>>
  /** Names of merchants by id. */
  merchants: Readonly<Record<string, string>>
  /** Units that were cancelled, by line. */
  cancelled: Readonly<Record<string, number>>
  /** Taken off the price since; never more than that. */
  /** Of the freight, for paying at the door. */
  cashFee: number
  reversed: number
  paid: number
  refunded: number
  /** By the customer's bank, for good. */
  takenBack: number
  /** What couriers still collect: in all, and for the parcels that are with them; undefined once nothing is due. */
  cash?: { due: number; atTheDoor: number }
  /** Undefined where nothing is to be paid here and now. */
  paying?: Paying
  /** Those that its customer asked for; `pdf` is where an issued one is read. */
  invoices: readonly { kind: InvoiceKind; issuer: string; amount: number; pdf?: string }[]
  /** The order's own time. */
  now: string
  actions: readonly Action[]
}

/** How the page is shown, and where its parts are. */
export type Setting = {
  locale: Locale
  /** IANA zone of all times on the page. */
  timeZone: string
  /** The order's link token; every address of the page carries it. */
  token: string
  /** What became of what was just asked for, where the order doesn't show it. */
  told?: { text: string; tone: 'refused' | 'taken' }
}

/** What every part of the page gets. */
export type Shown = { tracked: Tracked; setting: Setting; words: Wording; format: Format }

/** One function per type of event, or null where the event is none of the customer's business; some are it at times. */
export type Sentences = {
  [T in EventType]: ((data: EventData[T], about: About) => string | undefined) | null
}

/** What is paid by one means; `isOurs`: set aside at an account that the customer has with us. */
export type Part = { amount: string; method: TenderMethod; isOurs: boolean }
export type Back = { amount: string; way: RefundWay }

/** What sentences call the things that events name by id. */
export type About = {
  money: (amount: number) => string
  stamp: (instant: string) => string
  parcel: (id: string) => string
  merchant: (fulfillmentId: string) => string
  units: (items: readonly LineUnits[]) => string
  tender: (id: string) => Part
  refund: (id: string) => Back
  /** Undefined where nothing changes for the customer. */
  reversed: (reversal: EventData['charge.reversed']) => string | undefined
  dispute: (id: string) => string
}
