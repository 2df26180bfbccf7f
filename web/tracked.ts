import type { EventData, EventType, LineUnits, OrderEvent } from '../domain/events.ts'
import type { InvoiceKind } from '../domain/invoice.ts'
import type { Locale } from '../domain/locale.ts'
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

/** What a customer may do now, by the order's own rules. */
export type Action = 'pay' | 'confirm-receipt' | 'cancel' | 'fast-forward'

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
  /** Taken off the price since. */
  reversed: number
  paid: number
  refunded: number
  /** What couriers still collect: in all, and for the parcels that are with them; undefined once nothing is due. */
  cash?: { due: number; atTheDoor: number }
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

/** One function per type of event, or null where the event is none of the customer's business. */
export type Sentences = {
  [T in EventType]: ((data: EventData[T], about: About) => string) | null
}

/** What sentences call the things that events name by id. */
export type About = {
  money: (amount: number) => string
  stamp: (instant: string) => string
  parcel: (id: string) => string
  merchant: (fulfillmentId: string) => string
  units: (items: readonly LineUnits[]) => string
  refund: (id: string) => string
  reversed: (reversal: EventData['charge.reversed']) => string
  dispute: (id: string) => string
}
