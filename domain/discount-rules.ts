import { takenOff } from './discount.ts'
import { LIMITS } from './limits.ts'
import { allocate, basisPoints, sum } from './money.ts'
import type { AppliedPromotion, LineDiscount, Promotion, Scope } from './promotion.ts'

/**
 * Which promotions take effect on what (docs/pricing.md tells it at length):
 *
 * 1. Tiers go in the order of `TIERS`, within a tier the higher `priority` first, then by id, then
 *    by coupon. Each promotion sees what all before it have left: its base, its threshold, its
 *    shares.
 * 2. A line counts for a promotion that has it in its scope, while it still costs something (for
 *    freight: always) and is open to it. Only lines that count are summed up and reduced.
 * 3. A promotion that takes something off has taken effect on every line that counted. Such a line
 *    is closed to the same promotion again, and to others of the same owner (a merchant, or the
 *    platform) that are of the same group, in any tier, or of the same tier, where one of the two
 *    is exclusive.
 * 4. After `LIMITS.promotions` of an owner that took effect, all lines are closed to its others.
 */
const TIERS = [
  'member',
  'merchant',
  'merchant_coupon',
  'platform',
  'platform_coupon',
  'freight',
] as const
type Tier = (typeof TIERS)[number]

/** A promotion at hand; coupons' only together with the coupon. */
export type Offer = { promotion: Promotion; couponId?: string }

/** A line while its price is reckoned. */
export type OpenLine = {
  id: string
  sku: string
  merchantId: string
  /** Its own and all above. */
  categories: readonly string[]
  quantity: number
  /** What it comes to so far. */
  amount: number
  discounts: LineDiscount[]
  freight: number
  /** What merchants bear of freight that was taken off. */
  freightBorne: number
  /** What it is closed to by what took effect on it: `marksOf`. */
  marks: Set<string>
}

export type UnusedCoupon = {
  couponId: string
  /**
   * `scope`: there is nothing that it could be taken off from · `stacking`: what there is is closed
   * to it by others.
   */
  reason: 'threshold' | 'scope' | 'stacking'
  /** To the threshold, in minor units. */
  missing?: number
}

/** Reduces `lines` by all that takes effect; tells what did, in turn, and which coupons didn't. */
export function reduce(
  lines: readonly OpenLine[],
  offers: readonly Offer[],
  fits: (promotion: Promotion) => boolean,
): { promotions: AppliedPromotion[]; unused: UnusedCoupon[] } {
  const promotions: AppliedPromotion[] = []
  const unused: UnusedCoupon[] = []
  for (const offer of offers.toSorted(byTurn)) {
    const inScope = fits(offer.promotion) ? lines.filter((line) => isMeant(offer, line)) : []
    const { leaves, closes } = marksOf(offer)
    const { merchantId: owner } = offer.promotion
    const own = promotions.filter(({ merchantId }) => merchantId === owner)
    const isOpen = own.length < LIMITS.promotions
    const counting = inScope.filter(
      ({ marks }) => isOpen && !closes.some((mark) => marks.has(mark)),
    )
    const step = takeEffect(offer, counting)
    if (step !== undefined)
      for (const { marks } of counting) for (const mark of leaves) marks.add(mark)
    if (step !== undefined) promotions.push(step)
    else if (offer.couponId !== undefined) {
      unused.push({ couponId: offer.couponId, ...whyUnused(offer, inScope, counting) })
    }
  }
  return { promotions, unused }
}

const byTurn = (a: Offer, b: Offer) =>
  TIERS.indexOf(tierOf(a)) - TIERS.indexOf(tierOf(b)) ||
  b.promotion.priority - a.promotion.priority ||
  byCode(a.promotion.id, b.promotion.id) ||
  byCode(a.couponId ?? '', b.couponId ?? '')

/** By code units: the same on every machine, whatever its language. */
const byCode = (a: string, b: string) => Number(a > b) - Number(a < b)

function tierOf({ promotion: { terms, merchantId } }: Offer): Tier {
  switch (terms.kind) {
    case 'member_percent':
      return 'member'
    case 'full_reduction':
    case 'tiered':
    case 'n_for_m':
      return merchantId === undefined ? 'platform' : 'merchant'
    case 'coupon':
      return merchantId === undefined ? 'platform_coupon' : 'merchant_coupon'
    case 'free_freight':
      return 'freight'
  }
}

function isMeant({ promotion: { scope, merchantId, terms } }: Offer, line: OpenLine): boolean {
  if (merchantId !== undefined && merchantId !== line.merchantId) return false
  return (terms.kind === 'free_freight' || line.amount > 0) && covers(scope, line)
}

function covers({ skus, categories, merchants }: Scope, line: OpenLine): boolean {
  return (
    (skus?.includes(line.sku) ?? true) &&
    (merchants?.includes(line.merchantId) ?? true) &&
    (categories?.some((id) => line.categories.includes(id)) ?? true)
  )
}

/** What a promotion leaves on a line that it took effect on, and which marks close a line to it. */
function marksOf(offer: Offer): { leaves: string[]; closes: string[] } {
  const { id, stack, merchantId } = offer.promotion
  // Nobody closes a line to someone else's promotions: ids have no blanks, so owners don't mix.
  const owner = merchantId === undefined ? 'of the platform' : `of merchant ${merchantId}`
  const [self, tier] = [`promotion ${id}`, `tier ${tierOf(offer)} ${owner}`]
  const closed = `closed ${tier}`
  if (stack === 'free') return { leaves: [self, tier], closes: [self, closed] }
  if (stack === 'exclusive') return { leaves: [self, tier, closed], closes: [self, tier] }
  const group = `group ${stack.group} ${owner}`
  return { leaves: [self, tier, group], closes: [self, closed, group] }
}

/** Undefined where nothing is taken off. */
function takeEffect(offer: Offer, lines: readonly OpenLine[]): AppliedPromotion | undefined {
  const base = sum(lines.map(({ amount }) => amount))
  const { terms, platformBps } = offer.promotion
  const isFreight = terms.kind === 'free_freight'
  const shares = isFreight ? freightOff(terms, lines) : takenOff(terms, lines)
  const amount = sum(shares)
  if (amount === 0) return undefined
  const platformFunded = basisPoints(amount, platformBps)
  const funded = platformFunded === amount ? shares : allocate(platformFunded, shares, shares)
  for (const [i, line] of lines.entries()) {
    const discount = { amount: shares[i] ?? 0, platformFunded: funded[i] ?? 0 }
    if (isFreight) takeFreightOff(line, discount)
    else takeOff(line, { promotionId: offer.promotion.id, ...discount })
  }
  return stepOf(offer, { lineIds: lines.map(({ id }) => id), base, amount, platformFunded })
}

/** A line's freight is its share by weight: what is out of scope in the same parcel pays its own. */
function freightOff({ threshold }: { threshold: number }, lines: readonly OpenLine[]): number[] {
  const reached = sum(lines.map(({ amount }) => amount)) >= threshold
  return lines.map(({ freight }) => (reached ? freight : 0))
}

function takeFreightOff(
  line: OpenLine,
  { amount, platformFunded }: Omit<LineDiscount, 'promotionId'>,
): void {
  line.freight -= amount
  line.freightBorne += amount - platformFunded
}

function takeOff(line: OpenLine, discount: LineDiscount): void {
  if (discount.amount === 0) return
  line.amount -= discount.amount
  line.discounts.push(discount)
}

function stepOf(
  { promotion, couponId }: Offer,
  reason: Pick<AppliedPromotion, 'lineIds' | 'base' | 'amount' | 'platformFunded'>,
): AppliedPromotion {
  const { id: promotionId, version, name, merchantId, terms, onReturn } = promotion
  return {
    ...{ promotionId, version, name, terms, onReturn, ...reason },
    ...(merchantId !== undefined && { merchantId }),
    ...(couponId !== undefined && { couponId }),
  }
}

function whyUnused(
  { promotion: { terms } }: Offer,
  inScope: readonly OpenLine[],
  counting: readonly OpenLine[],
): Omit<UnusedCoupon, 'couponId'> {
  if (inScope.length === 0) return { reason: 'scope' }
  if (counting.length === 0) return { reason: 'stacking' }
  const lacks = (lines: readonly OpenLine[]) =>
    (terms.kind === 'coupon' ? terms.threshold : 0) - sum(lines.map(({ amount }) => amount))
  if (lacks(inScope) > 0) return { reason: 'threshold', missing: lacks(counting) }
  return { reason: lacks(counting) > 0 ? 'stacking' : 'scope' }
}
