import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { Locale } from '../domain/locale.ts'
import type { OrderStatus } from '../domain/status.ts'
import type { ApiEnv } from './context.ts'
import type { QuoteView } from './price.ts'
import { EN } from './wording.en.ts'
import { ZH } from './wording.zh.ts'

/** Every code that an answer can carry, with its status. Codes are stable: callers decide by them. */
export const STATUS = {
  // What was sent can't be read.
  JSON_MALFORMED: 400,
  BODY_TOO_DEEP: 400,
  LIST_TOO_LONG: 400,
  TEXT_INVALID: 400,
  QUERY_INVALID: 400,
  IDEMPOTENCY_KEY_MISSING: 400,
  IDEMPOTENCY_KEY_INVALID: 400,
  LAST_EVENT_ID_INVALID: 400,
  SIGNATURE_INVALID: 400,
  TIMESTAMP_STALE: 400,
  BODY_INVALID: 400,
  BODY_TOO_LARGE: 413,
  CONTENT_TYPE_UNSUPPORTED: 415,
  TABLE_MALFORMED: 400,
  // Who is asking.
  CREDENTIALS_MISSING: 401,
  CREDENTIALS_INVALID: 401,
  FORBIDDEN: 403,
  SELF_APPROVAL: 403,
  // What is asked about.
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  UNKNOWN_ORDER: 404,
  UNKNOWN_FULFILLMENT: 404,
  UNKNOWN_PARCEL: 404,
  UNKNOWN_TASK: 404,
  UNKNOWN_TENDER: 404,
  UNKNOWN_COMMAND: 404,
  UNKNOWN_CARRIER: 404,
  UNKNOWN_PLATFORM: 404,
  UNKNOWN_RECONCILIATION: 404,
  UNKNOWN_ITEM: 404,
  UNKNOWN_REMITTANCE: 404,
  UNKNOWN_SETTLEMENT: 404,
  UNKNOWN_PAYOUT: 404,
  UNKNOWN_PRODUCT: 404,
  UNKNOWN_PROMOTION: 404,
  UNKNOWN_COUPON: 404,
  UNKNOWN_GIFT_CARD: 404,
  UNKNOWN_CUSTOMER: 404,
  UNKNOWN_MERCHANT: 404,
  UNKNOWN_MEMBER: 404,
  UNKNOWN_WAREHOUSE: 404,
  UNKNOWN_STOCK: 404,
  UNKNOWN_PURCHASE: 404,
  UNKNOWN_SUPPLIER: 404,
  UNKNOWN_KEY: 404,
  UNKNOWN_INVOICE: 404,
  // What was sent can't be done as it stands.
  INPUT_INVALID: 422,
  REQUIRED: 422,
  UNKNOWN_FIELD: 422,
  VALUE_INVALID: 422,
  QUANTITY_INVALID: 422,
  AMOUNT_INVALID: 422,
  PHONE_INVALID: 422,
  EMAIL_INVALID: 422,
  ADDRESS_INCOMPLETE: 422,
  DIVISION_UNKNOWN: 422,
  DIVISION_MISMATCH: 422,
  POSTCODE_INVALID: 422,
  COUNTRY_INVALID: 422,
  CURRENCY_INVALID: 422,
  TAX_NUMBER_INVALID: 422,
  UNKNOWN_ADDRESS: 422,
  CUSTOMER_NOT_YOURS: 422,
  MERCHANT_NOT_YOURS: 422,
  FUNDING_NOT_YOURS: 422,
  UNKNOWN_CATEGORY: 422,
  CATEGORY_CIRCLE: 422,
  ATTRIBUTE_MISSING: 422,
  ATTRIBUTE_UNKNOWN: 422,
  ATTRIBUTE_INVALID: 422,
  CURRENCY_DIFFERS: 422,
  BUNDLE_NESTED: 422,
  BUNDLE_STOCKED: 422,
  SKU_IS_BUNDLE: 422,
  TABLE_HEADER_INVALID: 422,
  TABLE_TOO_LONG: 422,
  SHARE_INVALID: 422,
  THRESHOLD_TOO_LOW: 422,
  STEPS_NOT_ASCENDING: 422,
  PAY_NOT_BELOW_BUY: 422,
  WINDOW_EMPTY: 422,
  FREIGHT_NOT_CLAWED: 422,
  KIND_FIXED: 422,
  CODE_INVALID: 422,
  OUTSIDE_PROMOTION: 422,
  COUPON_UNKNOWN: 422,
  COUPON_EXPIRED: 422,
  PERMISSION_NOT_YOURS: 422,
  TIME_ZONE_INVALID: 422,
  DUPLICATE: 422,
  UNKNOWN_SKU: 422,
  NOT_FOR_SALE: 422,
  NOT_DELIVERABLE: 422,
  DELIVERIES_DIFFER: 422,
  CURRENCY_MISMATCH: 422,
  CURRENCY_UNUSED: 422,
  AMOUNT_TOO_LARGE: 422,
  FEE_TOO_HIGH: 422,
  TOO_MANY_FULFILLMENTS: 422,
  TENDERS_DIFFER: 422,
  METHOD_NOT_OFFERED: 422,
  GIFT_CARD_UNKNOWN: 422,
  COD_TOO_MUCH: 422,
  COD_NOT_THERE: 422,
  COD_REFUSED_BEFORE: 422,
  TENDER_NOT_RECORDED: 422,
  AMOUNT_DIFFERS: 422,
  BOOKING_MISSING: 422,
  CARRIER_OURS: 422,
  IDEMPOTENCY_KEY_REUSED: 422,
  UNKNOWN_LINE: 422,
  PACKED_UNITS_DIFFER: 422,
  ACTION_NOT_OFFERED: 422,
  MALFORMED: 422,
  PAYLOAD_UNREADABLE: 422,
  DAY_NOT_OVER: 422,
  UNKNOWN_OWNER: 422,
  // The state of things forbids it.
  ITEM_RESOLVED: 409,
  PAYOUT_DECIDED: 409,
  PAYOUT_APPROVED: 409,
  APPROVAL_MISSING: 409,
  REFERENCE_TAKEN: 409,
  PLATFORM_HOLDS_LESS: 409,
  REMITTANCE_DIFFERS: 409,
  REMITTANCE_DECIDED: 409,
  OUT_OF_STOCK: 409,
  QUOTE_STALE: 409,
  VERSION_STALE: 409,
  PROMOTION_ENDED: 409,
  NO_COUPONS: 409,
  CODE_TAKEN: 409,
  COUPON_TAKEN: 409,
  VALUE_HELD: 409,
  ID_TAKEN: 409,
  LIMIT_REACHED: 409,
  WRONG_MERCHANT_STATUS: 409,
  LAST_OWNER: 409,
  BELOW_ZERO: 409,
  BUNDLE_UNSTOCKED: 409,
  PURCHASE_CLOSED: 409,
  NOTHING_TO_INVOICE: 409,
  ALREADY_INVOICED: 409,
  INVOICE_NOT_ISSUED: 409,
  ALREADY_BROUGHT_IN: 409,
  NOT_BROUGHT_IN: 409,
  INSUFFICIENT_BALANCE: 409,
  PAYMENT_CHANGED: 409,
  ALREADY_PAID: 409,
  PAID_ELSEWHERE: 409,
  ORDER_CLOSED: 409,
  ORDER_ARCHIVED: 409,
  ORDER_ON_HOLD: 409,
  AMOUNT_TOO_HIGH: 409,
  ALREADY_SHIPPED: 409,
  ALREADY_PICKED: 409,
  NOT_ACCEPTED: 409,
  WRONG_STATE: 409,
  AWAITS_STOCK: 409,
  NOT_DELIVERED: 409,
  TOO_MANY: 409,
  REPEATED: 409,
  NO_CHANGE: 409,
  REFUSED: 409,
  CLOCK_AHEAD: 409,
  TOO_FAR_AHEAD: 422,
  ACTIVITY_RETRYING: 409,
  ORDER_BUSY: 409,
  CLOCK_FIXED: 409,
  WINDOW_CLOSED: 410,
  // Something of ours, or behind us, is away.
  INTERNAL: 500,
  PLATFORM_AWAY: 502,
  STOCK_BUSY: 503,
  FACETS_BUSY: 503,
  ORDER_STARTING: 503,
  UNKNOWN_WAYBILL: 503,
  WORKER_AWAY: 503,
  ENGINE_AWAY: 503,
  DATABASE_AWAY: 503,
  TOO_MANY_LISTENERS: 503,
} as const satisfies Record<string, ContentfulStatusCode>

export type ProblemCode = keyof typeof STATUS
export const PROBLEM_CODES = Object.keys(STATUS) as [ProblemCode, ...ProblemCode[]]

export const isProblemCode = (code: string): code is ProblemCode => Object.hasOwn(STATUS, code)

/** What is wrong, and what to do next. */
export type Wording = Record<ProblemCode, readonly [title: string, next: string]>

const WORDING: Record<Locale, Wording> = { en: EN, zh: ZH }

/** Seconds after which a caller may try again what failed for our trouble, or that of who is behind us. */
const RETRY_AFTER = 2

/** One thing wrong with a request: where, by JSON pointer, or by `?name` in the query. */
export type FieldError = {
  path: string
  code: ProblemCode
  available?: number
  /** What is to be paid, and what the parts say that they bear of it. */
  price?: number
  sum?: number
  /** Of an amount that is out of its range. */
  minimum?: number
  maximum?: number
  /** What may be done about units that are short. */
  options?: ('reduce' | 'wait')[]
  /** Fields that are still to be filled in. */
  missing?: string[]
  /** Values that would do, or names of parameters; of what belongs elsewhere the whole way, as `广东省/深圳市`. */
  suggestions?: string[]
}

/** `orderStatus`: where the order stands that refuses. `quote`: what it costs now. */
type More = { orderStatus?: OrderStatus; quote?: QuoteView }

/** An answer other than success, on its way to `answerProblem`. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem'
  readonly code: ProblemCode
  readonly errors: readonly FieldError[]
  /** What its caller needs to go on from there. */
  readonly more: More

  constructor(code: ProblemCode, errors: readonly FieldError[] = [], more: More = {}) {
    super(code)
    this.code = code
    this.errors = errors
    this.more = more
  }
}

/** Refused for one field alone. */
export const refuseField = (path: string, code: ProblemCode) =>
  new ApiProblem('INPUT_INVALID', [{ path, code }])

/** RFC 9457, in the caller's language. */
export function answerProblem(
  c: Context<ApiEnv>,
  { code, errors, more }: Pick<ApiProblem, 'code' | 'errors'> & Partial<ApiProblem>,
): Response {
  const locale = c.get('locale')
  const { status } = problemOf(code, locale)
  const problem = {
    ...problemOf(code, locale),
    ...more,
    ...(errors.length > 0 && { errors: errors.map((error) => worded(error, locale)) }),
    traceId: c.get('traceId'),
  }
  const headers = { 'content-type': 'application/problem+json', 'content-language': locale }
  return c.body(JSON.stringify(problem), status, { ...headers, ...headersOf(status) })
}

/** What is the same in every answer with this code. */
export function problemOf(code: ProblemCode, locale: Locale) {
  const [title, detail] = WORDING[locale][code]
  const type = `urn:longhaul:problem:${code.toLowerCase()}`
  return { type, title, status: STATUS[code], code, detail }
}

export function worded({ path, code, ...rest }: FieldError, locale: Locale) {
  const [title, next] = WORDING[locale][code]
  const told = [
    `${title}${locale === 'zh' ? '。' : '.'}`,
    next,
    ...rangeOf({ code, ...rest }, locale),
  ]
  return { path, code, message: told.join(locale === 'zh' ? '' : ' '), ...rest }
}

/** What would do, in words, for whoever reads no more than the message. */
function rangeOf(error: Omit<FieldError, 'path'>, locale: Locale): string[] {
  const { code, minimum, maximum, suggestions = [] } = error
  const isZh = locale === 'zh'
  if (minimum !== undefined) return [isZh ? `最小为 ${minimum}。` : `The least is ${minimum}.`]
  if (maximum !== undefined) return [isZh ? `最大为 ${maximum}。` : `The most is ${maximum}.`]
  if (code !== 'VALUE_INVALID' || suggestions.length === 0) return []
  return [isZh ? `可选值：${suggestions.join('、')}。` : `One of: ${suggestions.join(', ')}.`]
}

function headersOf(status: number): Record<string, string> {
  if (status === 401) return { 'www-authenticate': 'Bearer' }
  return status === 502 || status === 503 ? { 'retry-after': String(RETRY_AFTER) } : {}
}
