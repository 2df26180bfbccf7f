import { cashFeeIn } from '../../domain/cash-fee.ts'
import { cashOf } from '../../api/tracked.ts'
import { creditedOf, takenBackOf } from '../../domain/account.ts'
import type { Locale } from '../../domain/locale.ts'
import type { Order } from '../../domain/order.ts'
import { outlookOf } from '../../domain/outlook.ts'
import { capturedOf, refundedOf, statusesOf } from '../../domain/status.ts'
import { formatFor } from '../../web/format.ts'
import { aheadOf } from '../../web/next.ts'
import type { Tracked } from '../../web/tracked.ts'
import { WORDING } from '../../web/wording.ts'
import * as made from './support.ts'
import { AT } from './support.ts'

export const reader = (locale: Locale, now = AT) =>
  formatFor({
    ...{ locale, now, tag: WORDING[locale].tag },
    ...{ timeZone: 'Asia/Shanghai', currency: 'CNY' },
  })

/** An order as its page gets it. */
export function track(order: Order, overrides: Partial<Tracked> = {}): Tracked {
  return {
    ...{ order, now: AT, statuses: statusesOf(order), outlook: outlookOf(order) },
    ...{ entries: [], fulfillments: {}, parcels: {}, merchants: {}, cancelled: {}, actions: [] },
    ...{ invoices: [], cashFee: cashFeeIn(order) },
    ...{ reversed: creditedOf(order), paid: capturedOf(order), refunded: refundedOf(order) },
    takenBack: takenBackOf(order),
    ...cashOf(order),
    ...overrides,
  }
}

export const headline = (tracked: Tracked, locale: Locale = 'en') =>
  aheadOf(tracked, WORDING[locale], reader(locale))
export const small = () => made.paid(made.placedSmall())
/** Facts of which nothing is known. */
export const LEAST = {
  ...{ due: 'CNY 1.00', refunding: 'CNY 1.00', asked: false, parcels: 'one' as const },
  ...{ late: false, readmits: false, hasLeft: false, atTheDoor: false },
}
