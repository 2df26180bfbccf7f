import { hindranceOf } from '../domain/coupon.ts'
import type { Coupon, CouponBasis, CouponMove, CouponState } from '../domain/coupon.ts'
import type { HeldCoupon, Promotion } from '../domain/promotion.ts'
import type { Db, Tx } from './connection.ts'
import type { Seller } from './promotion.ts'

/** A coupon beside the newest version of what it stands for. */
export type StoredCoupon = { coupon: Coupon; promotion: Promotion; basis: CouponBasis }

type CouponRow = {
  id: string
  code: string
  customerId: string | null
  validFrom: Date
  validUntil: Date
  state: CouponState
  orderId: string | null
  rule: Promotion
  endedAt: Date | null
}

const coupons = (db: Db | Tx) => db`
  select c.id, c.code, c.customer_id as "customerId", c.valid_from as "validFrom",
    c.valid_until as "validUntil", c.state, c.order_id as "orderId", p.rule, p.ended_at as "endedAt"
  from coupons c join lateral (
    select rule, ended_at from promotions where id = c.promotion_id order by version desc limit 1
  ) p on true`

function storedCoupon({ rule, endedAt, ...row }: CouponRow): StoredCoupon {
  const { customerId, orderId, ...facts } = row
  const coupon: Coupon = {
    ...facts,
    ...(customerId !== null && { customerId }),
    validFrom: row.validFrom.toISOString(),
    validUntil: row.validUntil.toISOString(),
    ...(orderId !== null && { orderId }),
  }
  const { startsAt, endsAt } = rule
  return { coupon, promotion: rule, basis: { startsAt, endsAt, isOver: endedAt !== null } }
}

/** As a code is kept, however it is typed. */
export const codeOf = (typed: string) => typed.trim().toUpperCase()

export type RefusedCoupon = {
  /** Index of its code. */
  index: number
  code: 'COUPON_UNKNOWN' | 'COUPON_EXPIRED' | 'COUPON_TAKEN'
}

/** `index`: of its code. */
export type IndexedCoupon = HeldCoupon & { index: number }

/**
 * What a customer's codes stand for, without locks; a code that is given twice counts once. A coupon of someone else is as
 * unknown as none; one that was taken back, or whose time isn't now, has expired.
 */
export async function readCoupons(
  db: Db | Tx,
  { codes, customerId, at }: { codes: readonly string[]; customerId: string; at: string },
): Promise<{ held: IndexedCoupon[]; refused: RefusedCoupon[] }> {
  if (codes.length === 0) return { held: [], refused: [] }
  const wanted = codes.map(codeOf)
  const rows = await db<CouponRow[]>`
    ${coupons(db)} where c.code = any(${wanted})
      and (c.customer_id is null or c.customer_id = ${customerId})`
  const found = new Map(rows.map((row) => [row.code, storedCoupon(row)]))
  const held = new Map<string, IndexedCoupon>()
  const refused: RefusedCoupon[] = []
  for (const [index, typed] of wanted.entries()) {
    const stored = found.get(typed)
    const code = stored === undefined ? 'COUPON_UNKNOWN' : refusalOf(stored, at)
    if (code !== undefined) refused.push({ index, code })
    else if (stored !== undefined) {
      const { coupon, promotion } = stored
      held.set(coupon.id, { id: coupon.id, index, promotion })
    }
  }
  return { held: [...held.values()], refused }
}

function refusalOf(
  { coupon, basis }: StoredCoupon,
  at: string,
): 'COUPON_EXPIRED' | 'COUPON_TAKEN' | undefined {
  const hindrance = hindranceOf(coupon, basis, at)
  if (hindrance === undefined) return undefined
  return hindrance === 'locked' || hindrance === 'used' ? 'COUPON_TAKEN' : 'COUPON_EXPIRED'
}

/**
 * Lock coupons for an order, all or none; false where one isn't to be had any more. Safe to repeat. Whoever locks coupons and
 * holds stock locks the coupons first, so that orders can't deadlock.
 */
export async function lockCoupons(
  tx: Tx,
  { orderId, couponIds }: { orderId: string; couponIds: readonly string[] },
): Promise<boolean> {
  const ids = [...new Set(couponIds)]
  if (ids.length === 0) return true
  const { count } = await tx`
    with free as (
      select id from coupons
      where id = any(${ids}) and (state = 'available' or (state = 'locked' and order_id = ${orderId}))
      order by id for update
    )
    update coupons set state = 'locked', order_id = ${orderId}
    where id in (select id from free) and (select count(*) from free) = ${ids.length}`
  return count === ids.length
}

/** Apply what an event does to its order's coupons. */
export async function moveCoupons(
  tx: Tx,
  orderId: string,
  move: CouponMove | undefined,
): Promise<void> {
  if (move === undefined) return
  const ids = [...new Set(move.couponIds)]
  const own = tx`id = any(${ids}) and order_id = ${orderId}`
  if (move.kind === 'release') {
    await tx`update coupons set state = 'available', order_id = null where ${own}`
    return
  }
  const { count } = await tx`update coupons set state = 'used' where ${own} and state = 'locked'`
  if (count !== ids.length) throw new Error('an order uses a coupon that it has not locked')
}

/** Give back what an order that doesn't go on has locked. Safe to repeat. */
export async function releaseCoupons(tx: Tx, orderId: string): Promise<void> {
  await tx`update coupons set state = 'available', order_id = null
    where order_id = ${orderId} and state = 'locked'`
}

/** Coupons per sweep. */
const SWEEP = 50

/**
 * A second net: coupons that an order still locks although it is over. One that is just being taken up again owes an
 * effect. Returns how many were found.
 */
export async function sweepCoupons(db: Db): Promise<number> {
  const { count } = await db`
    update coupons set state = 'available', order_id = null where id in (
      select c.id from coupons c join orders o on o.id = c.order_id
      where c.state = 'locked' and o.view->>'closure' in ('expired', 'cancelled') and not o.owes_effects
      order by c.id limit ${SWEEP} for update of c, o skip locked
    )`
  return count
}

/** What is issued: for a customer, or for whoever has the code. */
export type Issue = {
  /** Recognises a repeat. */
  issueId: string
  promotionId: string
  customerId?: string | undefined
  validFrom: string
  validUntil: string
  coupons: { id: string; code: string }[]
}

/** All of them or none; false where a code is taken. */
export async function issueCoupons(tx: Tx, issue: Issue): Promise<boolean> {
  const { coupons: made, issueId, promotionId, customerId = null, validFrom, validUntil } = issue
  const rows = made.map(({ id, code }) => ({
    ...{ id, code: codeOf(code), issue_id: issueId, promotion_id: promotionId },
    ...{ customer_id: customerId, valid_from: validFrom, valid_until: validUntil },
  }))
  const { count } = await tx`insert into coupons ${tx(rows)} on conflict (code) do nothing`
  return count === rows.length
}

/** What one request has issued. */
export async function readIssue(db: Db | Tx, issueId: string): Promise<StoredCoupon[]> {
  const rows = await db<CouponRow[]>`${coupons(db)} where c.issue_id = ${issueId} order by c.id`
  return rows.map(storedCoupon)
}

/** The last coupon of the page before. */
export type CouponCursor = { validUntil: string; id: string }

/** A page of a customer's own coupons, those that last longest first. */
export async function listCoupons(
  db: Db,
  {
    customerId,
    cursor,
    limit,
  }: { customerId: string; cursor?: CouponCursor | undefined; limit: number },
): Promise<StoredCoupon[]> {
  const rows = await db<CouponRow[]>`
    ${coupons(db)} where c.customer_id = ${customerId}
      ${cursor === undefined ? db`` : db`and (c.valid_until, c.id) < (${cursor.validUntil}, ${cursor.id})`}
    order by c.valid_until desc, c.id desc limit ${limit}`
  return rows.map(storedCoupon)
}

/** A coupon by its id, where its promotion is the seller's. */
export async function readCoupon(
  db: Db | Tx,
  id: string,
  { merchantId }: Seller,
): Promise<StoredCoupon | undefined> {
  const [row] = await db<CouponRow[]>`
    ${coupons(db)} where c.id = ${id}
      ${merchantId === undefined ? db`` : db`and p.rule->>'merchantId' = ${merchantId}`}`
  return row && storedCoupon(row)
}

/** Take a coupon back; false where an order holds or has used it. Safe to repeat. */
export async function withdrawCoupon(tx: Tx, id: string): Promise<boolean> {
  const { count } = await tx`update coupons set state = 'withdrawn'
    where id = ${id} and state in ('available', 'withdrawn')`
  return count === 1
}
