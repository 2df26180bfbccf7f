import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Tx } from '../db/connection.ts'
import { issueCoupons, listCoupons, readCoupon, readIssue, withdrawCoupon } from '../db/coupon.ts'
import type { StoredCoupon } from '../db/coupon.ts'
import { readVersions } from '../db/promotion.ts'
import type { StoredPromotion } from '../db/promotion.ts'
import { COUPON_STATES, HINDRANCES, hindranceOf, validityOf } from '../domain/coupon.ts'
import { access } from './access.ts'
import { body, json, optionalBody, page, problems, REPLAYED } from './answer.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import { COUPON, COUPONS, ISSUE_REQUEST, ISSUED, WITHDRAWN } from './examples.promotion.ts'
import { newCode, newId } from './id.ts'
import { cursor, cursorOf, id, idempotent, instant, limit, optional, parameters } from './input.ts'
import { once } from './once.ts'
import { ApiProblem, refuseField } from './problem.ts'
import type { FieldError } from './problem.ts'
import { ofPromotion, phaseOf, sellerOf } from './promotion.ts'
import { couponPromotion } from './terms.ts'

/** Coupons of one request, so that its answer with all their codes stays readable. */
const MOST_COUPONS = 500

const code = z
  .string()
  .trim()
  .toUpperCase()
  .regex(/^[A-Z0-9][A-Z0-9-]{2,38}[A-Z0-9]$/, 'CODE_INVALID')
  .openapi({ description: 'in place of one of our making; upper and lower case are one' })

const issue = z
  .strictObject({
    count: z.int().min(1).max(MOST_COUPONS).default(1),
    code: optional(code),
    customerId: optional(id.openapi({ description: 'left out for whoever has the code' })),
    validFrom: optional(instant),
    validUntil: optional(instant),
  })
  .refine(({ count, code: given }) => given === undefined || count === 1, {
    message: 'VALUE_INVALID',
    path: ['count'],
  })
type IssueWish = z.output<typeof issue>

const coupon = z
  .object({
    id: z.string(),
    code: z
      .string()
      .optional()
      .openapi({ description: 'told to its customer, and to whoever issued it' }),
    ending: z.string().openapi({ description: 'the code’s last four characters' }),
    promotion: couponPromotion,
    customerId: z.string().optional(),
    validFrom: z.string(),
    validUntil: z.string(),
    state: z.enum(COUPON_STATES),
    hindrance: z
      .enum(HINDRANCES)
      .nullable()
      .openapi({ description: 'why it can’t be used now; null where it can' }),
    orderId: z.string().optional().openapi({ description: 'the order that locked or used it' }),
  })
  .openapi('Coupon')
type CouponView = z.infer<typeof coupon>

const couponId = id.openapi({ description: 'the coupon’s id, not its code', example: COUPON.id })
const query = parameters({
  customer: optional(
    id.openapi({ description: 'whose; a customer’s key is its own', example: 'demo-customer' }),
  ),
  limit,
  cursor: optional(cursor(z.object({ validUntil: instant, id }))),
})

/** Coupons: the right to a promotion, once. */
export function couponRoutes(parts: ApiParts) {
  const make = createRoute({
    ...access(parts, 'issueCoupons'),
    method: 'post',
    path: '/v1/promotions/{id}/coupons',
    tags: ['Promotions'],
    summary: 'Issue coupons of a promotion',
    description:
      'For one customer or for whoever has the code; valid as long as the promotion unless said otherwise. Each can ' +
      'be used once. Codes are told here, to their customer, and nowhere else.',
    request: { params: ofPromotion, headers: idempotent, body: body(issue, ISSUE_REQUEST) },
    responses: {
      201: { ...json(z.object({ items: z.array(coupon) }), 'Issued', ISSUED), headers: REPLAYED },
      ...problems('issueCoupons'),
    },
  })
  const withdraw = createRoute({
    ...access(parts, 'withdrawCoupon'),
    method: 'post',
    path: '/v1/coupons/{id}/withdraw',
    tags: ['Promotions'],
    summary: 'Take a coupon back that no order holds',
    request: {
      params: z.object({ id: couponId }),
      headers: idempotent,
      body: optionalBody(z.strictObject({}), {}),
    },
    responses: {
      200: { ...json(coupon, 'Withdrawn', WITHDRAWN), headers: REPLAYED },
      ...problems('withdrawCoupon'),
    },
  })
  return new OpenAPIHono<ApiEnv>()
    .openapi(make, async (c) => {
      const wish = c.req.valid('json')
      const { id: promotionId } = c.req.valid('param')
      const issueId = await once(c, parts, {
        body: wish,
        make: (tx, made) => issueFor(c, parts, { tx, issueId: made, promotionId, wish }),
      })
      const items = await readIssue(parts.db, issueId)
      return c.json({ items: items.map((one) => withCode(one, parts)) }, 201)
    })
    .openapi(withdraw, async (c) => {
      const { id: which } = c.req.valid('param')
      const seller = sellerOf(c.get('actor'))
      await once(c, parts, {
        body: {},
        async make(tx) {
          if ((await readCoupon(tx, which, seller)) === undefined) throw unknownCoupon()
          if (!(await withdrawCoupon(tx, which))) throw new ApiProblem('COUPON_TAKEN')
        },
      })
      const found = await readCoupon(parts.db, which, seller)
      if (found === undefined) throw unknownCoupon()
      return c.json(couponView(found, parts), 200)
    })
    .route('/', listingRoutes(parts))
}

const unknownCoupon = () => new ApiProblem('UNKNOWN_COUPON')

function listingRoutes(parts: ApiParts) {
  const list = createRoute({
    ...access(parts, 'listCoupons'),
    method: 'get',
    path: '/v1/coupons',
    tags: ['Promotions'],
    summary: 'A customer’s coupons, those that last longest first',
    description: 'A customer sees its own with their codes; support and admin say whose.',
    request: { query },
    responses: { 200: json(page(coupon), 'A page', COUPONS), ...problems('listCoupons') },
  })
  return new OpenAPIHono<ApiEnv>().openapi(list, async (c) => {
    const { limit: size, cursor: place, customer } = c.req.valid('query')
    const { customerId, isOwn } = whose(c, customer)
    const limits = { customerId, cursor: place, limit: size + 1 }
    const found = await listCoupons(parts.db, limits)
    const shown = found.slice(0, size)
    const last = shown.at(-1)?.coupon
    const next = found.length > size && last !== undefined ? cursorOf(placeOf(last)) : null
    const view = isOwn ? withCode : couponView
    return c.json({ items: shown.map((one) => view(one, parts)), next }, 200)
  })
}

const placeOf = ({ validUntil, id }: StoredCoupon['coupon']) => ({ validUntil, id })

function whose(c: Context<ApiEnv>, customer: string | undefined) {
  const { scope } = c.get('actor')
  const own = 'customerId' in scope ? scope.customerId : undefined
  const customerId = customer ?? own
  if (customerId === undefined) throw wrongCustomer('REQUIRED')
  if (own !== undefined && own !== customerId) throw wrongCustomer('CUSTOMER_NOT_YOURS')
  return { customerId, isOwn: own !== undefined }
}

const wrongCustomer = (code: FieldError['code']) =>
  new ApiProblem('QUERY_INVALID', [{ path: '?customer', code }])

type Issuing = { tx: Tx; issueId: string; promotionId: string; wish: IssueWish }

async function issueFor(
  c: Context<ApiEnv>,
  parts: ApiParts,
  { tx, issueId, promotionId, wish }: Issuing,
): Promise<void> {
  const { merchantId } = sellerOf(c.get('actor'))
  const [newest] = await readVersions(tx, promotionId, { merchantId })
  if (newest === undefined) throw new ApiProblem('UNKNOWN_PROMOTION')
  const { promotion } = newest
  if (promotion.terms.kind !== 'coupon') throw new ApiProblem('NO_COUPONS')
  if (phaseOf(newest, parts.now().toISOString()) === 'over') throw new ApiProblem('PROMOTION_ENDED')
  // Each coupon costs the platform its share.
  if (merchantId !== undefined && promotion.platformBps > 0) throw new ApiProblem('FORBIDDEN')
  const { customerId, code: given, count } = wish
  const issued = await issueCoupons(tx, {
    ...{ issueId, promotionId, customerId, ...windowOf(newest, wish) },
    coupons: Array.from({ length: count }, () => ({ id: newId(), code: given ?? newCode() })),
  })
  if (!issued) throw refuseField('/code', 'CODE_TAKEN')
}

function windowOf({ promotion: { startsAt, endsAt } }: StoredPromotion, wish: IssueWish) {
  const { validFrom = startsAt, validUntil = endsAt } = wish
  if (validFrom < startsAt) throw refuseField('/validFrom', 'OUTSIDE_PROMOTION')
  if (validUntil > endsAt) throw refuseField('/validUntil', 'OUTSIDE_PROMOTION')
  if (validUntil <= validFrom) throw refuseField('/validUntil', 'WINDOW_EMPTY')
  return { validFrom, validUntil }
}

/** As its holder sees it. */
const withCode = (stored: StoredCoupon, parts: ApiParts): CouponView => ({
  ...couponView(stored, parts),
  code: stored.coupon.code,
})

/** Characters of a code that tell coupons apart without giving one away. */
const ENDING = 4

function couponView(
  { coupon: one, promotion, basis }: StoredCoupon,
  { now }: ApiParts,
): CouponView {
  const { customerId, orderId, state } = one
  const { id: promotionId, name, merchantId, currency, terms, scope } = promotion
  const { from, until } = validityOf(one, basis)
  return {
    id: one.id,
    ending: one.code.slice(-ENDING),
    promotion: {
      ...{ id: promotionId, name, currency, terms, scope },
      ...(merchantId !== undefined && { merchantId }),
    },
    ...(customerId !== undefined && { customerId }),
    ...{ validFrom: from, validUntil: until, state },
    hindrance: hindranceOf(one, basis, now().toISOString()) ?? null,
    ...(orderId !== undefined && { orderId }),
  }
}
