import { consign, freightOfLine, splitByFreight } from './consignment.ts'
import type { Consigned, Consignment, Shipping, SourcedUnits } from './consignment.ts'
import { reduce } from './discount-rules.ts'
import type { Offer, OpenLine, UnusedCoupon } from './discount-rules.ts'
import type { Adjustment, Attributes, PlacedFulfillment, PlacedLine } from './events.ts'
import { basisPoints, sum, times } from './money.ts'
import type { AppliedPromotion, HeldCoupon, Promotion } from './promotion.ts'

export type { Shipping } from './consignment.ts'

/** A line as the catalogue and the warehouses know it, ready to be priced. */
export type PricedInput = {
  sku: string
  name: string
  merchantId: string
  /** Its own and all above; left out where it has none. */
  categories?: string[]
  sources: SourcedUnits[]
  /** Of all sources together. */
  quantity: number
  unitPrice: number
  weightGrams: number
  /** Tax that the price includes; left out for orders that were priced elsewhere. */
  taxBps?: number
  commissionBps: number
  /**
   * Given for orders that were priced elsewhere; otherwise freight of what goes together is split.
   */
  freight?: number
  image?: string
  attributes?: Attributes
  components?: { sku: string; quantity: number }[]
}

export type PriceQuestion = {
  inputs: readonly PricedInput[]
  freightOf: (consignment: Consignment) => Shipping
  /** Those of other currencies are passed over; may be left out where there are none. */
  currency?: string
  promotions?: readonly Promotion[]
  coupons?: readonly HeldCoupon[]
  memberTier?: string
  adjustments?: Adjustment[]
}

export type PricedOrder = {
  lines: PlacedLine[]
  fulfillments: PlacedFulfillment[]
  /** After promotions. */
  goods: number
  freight: number
  adjustments: Adjustment[]
  /** In the order of reckoning. */
  promotions: AppliedPromotion[]
  payable: number
  unused: UnusedCoupon[]
}

/**
 * List price, less what promotions take off, plus freight. One fulfillment per merchant × warehouse
 * × address; its freight is split over its lines by weight, to the unit. Throws RangeError for an
 * amount above the cap.
 */
export function priceOrder(question: PriceQuestion): PricedOrder {
  const { inputs, adjustments = [] } = question
  const consigned = consign(inputs, question.freightOf)
  const open = inputs.map((input, line) => openLine(input, freightOfLine(consigned, line), line))
  const { promotions, unused } = reduce(open, offersOf(question), (promotion) =>
    mayTakePart(promotion, question),
  )
  const lines = inputs.map((input, i) => placedLine(input, open[i] as OpenLine))
  const borne = splitByFreight(
    consigned,
    open.map(({ freightBorne }) => freightBorne),
  )
  const fulfillments = consigned.map((part, i) => ({
    ...placedFulfillment(part, `f${i + 1}`, lines),
    ...((borne[i] ?? 0) > 0 && { freightBorne: borne[i] as number }),
  }))
  const goods = sum(lines.map((line) => line.net))
  const freight = sum(lines.map((line) => line.freight))
  const adjusted = sum(adjustments.map(({ amount }) => amount))
  const payable = times(goods + freight + adjusted, 1)
  return { lines, fulfillments, goods, freight, adjustments, promotions, payable, unused }
}

/** A coupon's promotion needs a coupon. */
function offersOf({ promotions = [], coupons = [] }: PriceQuestion): Offer[] {
  return [
    ...promotions
      .filter(({ terms }) => terms.kind !== 'coupon')
      .map((promotion): Offer => ({ promotion })),
    ...coupons.map(({ id: couponId, promotion }): Offer => ({ promotion, couponId })),
  ]
}

function mayTakePart(
  { currency, terms }: Promotion,
  { currency: paid = currency, memberTier }: PriceQuestion,
): boolean {
  if (currency !== paid) return false
  if (terms.kind !== 'member_percent') return true
  return memberTier !== undefined && terms.tiers.includes(memberTier)
}

function openLine(input: PricedInput, freight: number, line: number): OpenLine {
  const { sku, merchantId, categories = [], quantity, unitPrice } = input
  const amount = times(unitPrice, quantity)
  const id = lineId(line)
  return {
    ...{ id, sku, merchantId, categories, quantity, amount, freight },
    ...{ freightBorne: 0, discounts: [], marks: new Set<string>() },
  }
}

const lineId = (line: number) => `l${line + 1}`

function placedLine(input: PricedInput, open: OpenLine): PlacedLine {
  const { sku, name, merchantId, quantity, unitPrice, weightGrams } = input
  const { image, attributes, components, commissionBps, taxBps } = input
  const { id, amount: net, freight, discounts } = open
  return {
    ...{ id, sku, name, merchantId, quantity, unitPrice, weightGrams, net, freight },
    ...(discounts.length > 0 && { discounts }),
    commission: basisPoints(net, commissionBps),
    ...(taxBps !== undefined && { taxBps }),
    ...(image !== undefined && { image }),
    ...(attributes !== undefined && { attributes }),
    ...(components !== undefined && { components }),
  }
}

/** Where a line's freight was taken off, it was so in all fulfillments that the line is in. */
function placedFulfillment(
  { merchantId, warehouseId, addressId, items, shipping }: Consigned,
  id: string,
  lines: readonly PlacedLine[],
): PlacedFulfillment {
  const { carrier, estimate } = shipping
  const paid = items.filter(({ line }) => (lines[line]?.freight ?? 0) > 0)
  return {
    ...{ id, merchantId, warehouseId, addressId },
    items: items.map(({ line, quantity }) => ({ lineId: lineId(line), quantity })),
    freight: sum(paid.map(({ share }) => share)),
    ...(carrier !== undefined && { carrier }),
    ...(estimate !== undefined && { estimate }),
    ...(items.some(({ waiting }) => waiting > 0) && { awaitsStock: true as const }),
  }
}
