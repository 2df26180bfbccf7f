import type { PayloadCodec } from '@temporalio/common'
import type { AddressBook } from '../adapters/address/port.ts'
import type { RenderInvoice } from '../adapters/invoice/port.ts'
import type { PaymentPlatform } from '../adapters/payment/port.ts'
import type { Carrier } from '../adapters/shipping/port.ts'
import type { OrderClient } from '../client/order.ts'
import type { Permission } from '../db/access.ts'
import type { Db } from '../db/connection.ts'
import type { Imprint } from '../db/invoice-seller.ts'
import type { Scope } from '../db/order.ts'
import type { CashRules } from '../domain/cash.ts'
import type { Calendars } from '../domain/estimate.ts'
import type { Locale } from '../domain/locale.ts'
import type { PlatformName } from '../domain/method.ts'
import type { Policy } from '../domain/policy.ts'
import type { SettlementPeriod } from '../domain/settlement.ts'
import type { Relay } from '../relay/relay.ts'
import type { Feed } from './feed.ts'
import type { Access } from './policy.ts'

/** What the API is made of; `server.ts` hands in the real parts, tests theirs. */
export type ApiParts = {
  db: Db
  client: OrderClient
  relay: Pick<Relay, 'now' | 'restock'>
  feed: Feed
  platforms: Readonly<
    Partial<Record<PlatformName, Pick<PaymentPlatform, 'verify' | 'acknowledgement' | 'timeZone'>>>
  >
  /** By carrier code, the last part of a carrier's webhook address. */
  carriers: Readonly<Record<string, Pick<Carrier, 'verify' | 'acknowledgement'>>>
  addresses: AddressBook
  renderInvoice: RenderInvoice
  /** Working days where the warehouses are. */
  calendars: Calendars
  keys: { vaultKey: Buffer; linkKey: Buffer }
  codec: PayloadCodec
  settings: ApiSettings
  log: ApiLog
  now: () => Date
}

export type ApiSettings = Imprint & {
  mode: 'development' | 'production'
  /** Origin under which customers reach the API; links begin with it. */
  publicUrl: string
  /** Where the sandbox is told the time of fast-forwarded orders. */
  sandboxUrl?: string | undefined
  /** IANA zone in which pages show times; UTC where none is told. */
  timeZone?: string | undefined
  /** Browser origin of Temporal's Web UI. */
  temporalUiOrigin?: string | undefined
  /** When an order may be paid at the door; the usual rules unless given. */
  cash?: CashRules
  /** What one person may refund of an order for good will, minor units; `REFUND_LIMIT` unless given. */
  refundLimit?: number | undefined
  /** How often merchants are settled with; `DEFAULT_PERIOD` unless given. */
  settlementPeriod?: SettlementPeriod | undefined
  /** What one person may pay out to a merchant at once, minor units; `PAYOUT_LIMIT` unless given. */
  payoutLimit?: number | undefined
  /** The clocks and rules of new orders; the usual ones unless given. */
  policy?: Policy
}

export type ApiLog = Record<
  'info' | 'warn' | 'error',
  (fields: Record<string, unknown>, message: string) => void
>

/** Who is asking, and whose orders exist for them. */
export type Actor = {
  id: string
  role: Access
  scope: Scope
  permissions?: Permission[]
  /** Whose cash it may tell of, for the key of a carrier. */
  carrier?: string
}

/** What a request carries through its handlers. */
export type ApiEnv = {
  Variables: {
    actor: Actor
    locale: Locale
    traceId: string
    /** How far the log of the order in question was read for this request. */
    known?: number
  }
  /** Given by the HTTP server. */
  Bindings: { incoming?: { socket: { remoteAddress?: string } } }
}
