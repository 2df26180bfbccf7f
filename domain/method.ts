import type { TenderMethod } from './events.ts'

/** Means of payment that a platform outside takes the money of, by the platform. */
export const PLATFORM_OF = { card: 'stripe', alipay: 'alipay', wechatpay: 'wechatpay' } as const
export type PlatformMethod = keyof typeof PLATFORM_OF

export const PLATFORMS = ['stripe', 'alipay', 'wechatpay'] as const
export type PlatformName = (typeof PLATFORMS)[number]

/** Their Chinese accounts take yuan only. */
const YUAN_ONLY: ReadonlySet<PlatformMethod> = new Set(['alipay', 'wechatpay'])

export const takesCurrency = (method: PlatformMethod, currency: string): boolean =>
  currency === 'CNY' || !YUAN_ONLY.has(method)

/** Means of payment that this shop owes to its customers: held for an order first, then taken or let go. */
export const VALUE_KINDS = ['wallet', 'gift_card', 'points'] as const
export type ValueKind = (typeof VALUE_KINDS)[number]

export const isByPlatform = (method: TenderMethod): method is PlatformMethod =>
  method in PLATFORM_OF

export const isStoredValue = (method: TenderMethod): method is ValueKind =>
  VALUE_KINDS.some((kind) => kind === method)

/** How the customer goes on. Card data never comes to us. */
export type NextStep =
  /** The customer's browser confirms with the platform. */
  | { type: 'confirm'; clientSecret: string }
  /** The customer's browser goes to the platform. */
  | { type: 'redirect'; url: string }
  /** The customer scans it, shown as a QR code. */
  | { type: 'scan'; code: string }

/** What of a payment is left to the customer, at one platform. */
export type PaymentAction = NextStep & {
  tenderId: string
  method: PlatformMethod
  externalId: string
}
