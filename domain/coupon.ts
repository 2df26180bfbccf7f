import type { OrderEvent } from './events.ts'
import type { Order } from './order.ts'
import type { Promotion } from './promotion.ts'

export const COUPON_STATES = ['available', 'locked', 'used', 'withdrawn'] as const
export type CouponState = (typeof COUPON_STATES)[number]

/** The right to a promotion, once. Instants in ISO 8601, UTC. */
export type Coupon = {
  id: string
  /** As it is typed in; upper case. */
  code: string
  /** Left out where it is whoever's that has the code. */
  customerId?: string
  validFrom: string
  validUntil: string
  state: CouponState
  /** The order that locked or used it. */
  orderId?: string
}

/** What it stands for, as far as its time goes; `isOver` for one that was ended before its time. */
export type CouponBasis = Pick<Promotion, 'startsAt' | 'endsAt'> & { isOver: boolean }

/** Why a coupon can't be used: an order holds or has used it, it was taken back, or now isn't its time. */
export const HINDRANCES = ['locked', 'used', 'withdrawn', 'ended', 'early', 'late'] as const
export type Hindrance = (typeof HINDRANCES)[number]

/** What stands in a coupon's way at that moment; undefined where nothing does. */
export function hindranceOf(coupon: Coupon, basis: CouponBasis, at: string): Hindrance | undefined {
  if (coupon.state !== 'available') return coupon.state
  if (basis.isOver) return 'ended'
  const { from, until } = validityOf(coupon, basis)
  if (at < from) return 'early'
  return at < until ? undefined : 'late'
}

/** A coupon's own time, as far as its promotion runs then. */
export function validityOf(
  { validFrom, validUntil }: Coupon,
  { startsAt, endsAt }: CouponBasis,
): { from: string; until: string } {
  return {
    from: validFrom > startsAt ? validFrom : startsAt,
    until: validUntil < endsAt ? validUntil : endsAt,
  }
}

/** What an event does to its order's coupons. `use`: locked ones are used up · `release`: they are free again. */
export type CouponMove = { kind: 'use' | 'release'; couponIds: string[] }

export function couponMoveOf(order: Order, event: OrderEvent): CouponMove | undefined {
  const couponIds = couponsOf(order)
  if (couponIds.length === 0) return undefined
  switch (event.type) {
    case 'order.accepted':
      return { kind: 'use', couponIds }
    case 'order.expired':
    case 'order.cancelled':
      return { kind: 'release', couponIds }
    default:
      return undefined
  }
}

/** The coupons that took effect on an order's price. */
export function couponsOf({ promotions = [] }: Order): string[] {
  return promotions.flatMap(({ couponId }) => (couponId === undefined ? [] : [couponId]))
}
