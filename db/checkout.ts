import type { Calendars } from '../domain/estimate.ts'
import type { UnusedCoupon } from '../domain/discount-rules.ts'
import { quoteCart } from '../domain/quote.ts'
import type { Cart } from '../domain/quote.ts'
import { answerOf, enter, Gone } from './admission.ts'
import type { AdmissionBase, AdmissionProblem, Admitted, Entry } from './admission.ts'
import { isConflict } from './connection.ts'
import type { Db } from './connection.ts'
import type { IndexedCoupon } from './coupon.ts'
import { findKey } from './idempotency.ts'
import { readSoldOut } from './inventory.ts'
import { readQuoteFacts } from './quote.ts'
import type { QuoteRequest } from './quote.ts'

type Parts = { db: Db; vaultKey: Buffer; calendars: Calendars }

/** A cart's price and needs, and the coupons that came to nothing, by the index of their code. */
export type Quotation = Entry & { unused: (Omit<UnusedCoupon, 'couponId'> & { index: number })[] }

/** What a cart costs, or all that stands against it. */
export async function quote(
  { db, calendars }: Pick<Parts, 'db' | 'calendars'>,
  request: QuoteRequest,
): Promise<Quotation | { problems: AdmissionProblem[] }> {
  const { facts, coupons } = await readQuoteFacts(db, request)
  const quoted = quoteCart({ cart: request.cart, facts, calendars })
  const refused = coupons.refused.map(({ index, code }) => ({ code, coupon: index }))
  if ('problems' in quoted) return { problems: [...quoted.problems, ...refused] }
  if (refused.length > 0) return { problems: refused }
  const unused = quoted.priced.unused.map(({ couponId, ...why }) => ({
    ...{ index: indexOf(coupons.held, couponId), ...why },
  }))
  return { ...quoted, unused }
}

function indexOf(held: readonly IndexedCoupon[], couponId: string): number {
  const coupon = held.find(({ id }) => id === couponId)
  if (coupon === undefined) throw new Error('a coupon that nobody held up was priced')
  return coupon.index
}

/** An order for what was quoted. */
export type Checkout = {
  base: AdmissionBase
  request: QuoteRequest
  /** Whether its customer has seen exactly this, lately. */
  isShown: (entry: Entry) => boolean
}

export type CheckedOut = Admitted | { outcome: 'stale'; quotation: Quotation } | { outcome: 'busy' }

/** How often an order is priced again because others were faster. More often only when buyers come and go in a throng. */
const TRIES = 5

/**
 * Admit an order at exactly the price and on exactly the terms that its customer was shown. A sold-out rush is
 * answered by two short reads, without a lock or a write.
 */
export async function checkOut(parts: Parts, checkout: Checkout): Promise<CheckedOut> {
  const { db } = parts
  const { base, request } = checkout
  const soldOut = await soldOutLines(db, request.cart)
  if (soldOut.length > 0) return unlessTwin(db, base, { outcome: 'refused', problems: soldOut })
  for (let tries = 1; tries <= TRIES; tries++) {
    const result = await checkOutOnce(parts, checkout, tries > 1)
    if (result !== 'gone') return unlessTwin(db, base, result)
  }
  return { outcome: 'busy' }
}

/** A refusal may be due to the very same request, sent before or twice at once: what the other one took is this one's, too. */
async function unlessTwin(db: Db, base: AdmissionBase, result: CheckedOut): Promise<CheckedOut> {
  if (result.outcome !== 'refused' && result.outcome !== 'stale') return result
  const twin = await findKey(db, base.idempotency)
  return twin === undefined ? result : answerOf(twin, base)
}

async function checkOutOnce(
  parts: Parts,
  checkout: Checkout,
  isAgain: boolean,
): Promise<CheckedOut | 'gone'> {
  const quoting = await quote(parts, checkout.request)
  if ('problems' in quoting) return { outcome: 'refused', problems: quoting.problems }
  if (!checkout.isShown(quoting)) return { outcome: 'stale', quotation: quoting }
  try {
    return await enter(parts, checkout.base, () => Promise.resolve({ ...quoting, isAgain }))
  } catch (error) {
    if (error instanceof Gone || isConflict(error)) return 'gone'
    throw error
  }
}

/** Lines of which not a unit is left, by one read. */
async function soldOutLines(db: Db, { lines, currency, wait }: Cart): Promise<AdmissionProblem[]> {
  if (wait) return []
  const skus = lines.map(({ sku }) => sku)
  const soldOut = new Set(await readSoldOut(db, { skus, currency }))
  return lines.flatMap(({ sku }, line): AdmissionProblem[] =>
    soldOut.has(sku) ? [{ code: 'OUT_OF_STOCK', line, available: 0, waitable: true }] : [],
  )
}
