import type { Locale } from './locale.ts'

/** What a customer gets off, and what for. Amounts in minor units, shares in basis points. */
export type Terms =
  /** Off each line for members of these tiers, rounded half up per line. */
  | { kind: 'member_percent'; tiers: string[]; bps: number }
  /** 满减: `off` once goods in scope reach `threshold`; with `repeats` each time they do. */
  | { kind: 'full_reduction'; threshold: number; off: number; repeats: boolean }
  /** The highest step reached counts. */
  | { kind: 'tiered'; steps: { threshold: number; off: number }[] }
  /** Of every `buy` units in scope, the cheapest `buy − pay` are free. */
  | { kind: 'n_for_m'; buy: number; pay: number }
  /** A coupon takes off an amount, or a share up to `most`. */
  | { kind: 'coupon'; threshold: number; benefit: { off: number } | { bps: number; most?: number } }
  /** Freight shares of the lines in scope are free once these lines come to `threshold`. */
  | { kind: 'free_freight'; threshold: number }

export type PromotionKind = Terms['kind']
export const PROMOTION_KINDS = [
  'member_percent',
  'full_reduction',
  'tiered',
  'n_for_m',
  'coupon',
  'free_freight',
] as const satisfies readonly PromotionKind[]

/**
 * Which goods count; what is left out doesn't narrow. A merchant's promotion never reaches beyond
 * its own.
 */
export type Scope = { skus?: string[]; categories?: string[]; merchants?: string[] }

/** What happens to the rest of an order when a unit goes back. */
export const ON_RETURN = ['frozen_share', 'clawback'] as const
export type OnReturn = (typeof ON_RETURN)[number]

/** One version of a rule of price. */
export type Promotion = {
  id: string
  version: number
  name: Record<Locale, string>
  /** Left out for the platform's own. */
  merchantId?: string
  currency: string
  terms: Terms
  scope: Scope
  /**
   * Among promotions of the same owner: on one line, only the first of a group takes effect;
   * `exclusive` shuts out all others of its tier.
   */
  stack: 'exclusive' | { group: string } | 'free'
  /** Higher goes first within its tier. */
  priority: number
  /** The platform's share of the cost; whose goods or freight it is bears the rest. */
  platformBps: number
  onReturn: OnReturn
  startsAt: string
  endsAt: string
}

/** A coupon that a customer holds up, with the promotion that it stands for. */
export type HeldCoupon = { id: string; promotion: Promotion }

/** What a promotion took off one line; kept with the line for ever. */
export type LineDiscount = {
  promotionId: string
  amount: number
  /** Part of `amount` that the platform bears. */
  platformFunded: number
}

/**
 * A promotion that took effect, with the reason in numbers: a step of the price's explanation, in
 * the order of reckoning. Which goods it was meant for is told by the lines that counted.
 */
export type AppliedPromotion = {
  promotionId: string
  version: number
  name: Record<Locale, string>
  merchantId?: string
  terms: Terms
  onReturn: OnReturn
  /** Given for coupons: its id, never its code. */
  couponId?: string
  /** Lines that counted, and what they came to just before. */
  lineIds: string[]
  base: number
  /** What was taken off in all. */
  amount: number
  platformFunded: number
}
