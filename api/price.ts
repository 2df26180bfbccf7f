import { z } from '@hono/zod-openapi'
import type { DeliveryEstimate, PlacedLine } from '../domain/events.ts'
import type { Locale } from '../domain/locale.ts'
import { PROMOTION_KINDS } from '../domain/promotion.ts'
import type { AppliedPromotion } from '../domain/promotion.ts'
import { reasonOf } from './reason.ts'

/*
 * What a price is made of, as quotes and orders show it: lines, and one step per promotion in the
 * order of reckoning.
 */

export const discountShape = z.object({
  promotionId: z.string(),
  amount: z.int().openapi({ description: 'what was taken off this line' }),
})

export const stepShape = z
  .object({
    promotionId: z.string(),
    version: z.int(),
    kind: z.enum(PROMOTION_KINDS),
    name: z.string(),
    merchantId: z.string().optional().openapi({ description: 'left out for the platform’s own' }),
    lineIds: z.array(z.string()).openapi({ description: 'the lines that counted' }),
    base: z.int().openapi({ description: 'what they came to just before' }),
    amount: z.int().openapi({ description: 'what was taken off in all' }),
    reason: z.string().openapi({ description: 'why, in the language asked for' }),
    onReturn: z.enum(['frozen_share', 'clawback']).openapi({
      description:
        '`clawback`: what is kept is priced again when something goes back; `frozen_share`: each unit gives back what was paid for it',
    }),
  })
  .openapi('PriceStep')

export const estimateShape = z
  .object({
    shipBy: z.string().openapi({ format: 'date-time' }),
    earliest: z.string().openapi({ format: 'date', description: 'day of arrival' }),
    latest: z.string().openapi({ format: 'date' }),
    confidence: z.enum(['published', 'estimated']).openapi({
      description: '`estimated` where the holidays of that time aren’t published yet',
    }),
  })
  .openapi('DeliveryEstimate')

const units = z.array(z.object({ lineId: z.string(), quantity: z.int() }))

const quotedLine = z.object({
  id: z.string(),
  sku: z.string(),
  name: z.string(),
  merchantId: z.string(),
  quantity: z.int(),
  unitPrice: z.int(),
  gross: z.int().openapi({ description: 'before promotions' }),
  discounts: z.array(discountShape),
  net: z.int(),
  image: z.string().optional(),
})

const quotedFulfillment = z.object({
  id: z.string(),
  merchantId: z.string(),
  address: z.int().openapi({ description: 'index in addresses' }),
  items: units,
  freight: z.int(),
  carrier: z.string().optional(),
  estimate: estimateShape.optional(),
  awaitsStock: z.literal(true).optional().openapi({ description: 'leaves once goods came in' }),
})

export const quoteShape = z
  .object({
    quote: z.string().openapi({ description: 'what an order names to be admitted at this price' }),
    expiresAt: z.string().openapi({ format: 'date-time' }),
    customerId: z.string(),
    currency: z.string(),
    lines: z.array(quotedLine),
    fulfillments: z.array(quotedFulfillment).openapi({
      description: 'what one merchant sends from one warehouse to one address',
    }),
    promotions: z.array(stepShape).openapi({ description: 'in the order of reckoning' }),
    unusedCoupons: z
      .array(
        z.object({
          coupon: z.int().openapi({ description: 'index in coupons' }),
          reason: z.enum(['threshold', 'scope', 'stacking']),
          missing: z.int().optional().openapi({ description: 'what its goods lack to count' }),
        }),
      )
      .openapi({ description: 'held up, but without effect on this cart; they are not used up' }),
    totals: z.object({
      list: z.int(),
      discounts: z.int(),
      goods: z.int().openapi({ description: '`list` less `discounts`' }),
      freight: z.int(),
      payable: z.int(),
    }),
    cashOnDeliveryFee: z.int().openapi({
      description: 'what `freight` and `payable` grow by where a part is paid at the door',
    }),
  })
  .openapi('Quote')

export type QuoteView = z.infer<typeof quoteShape>

export const discountsOf = ({ discounts = [] }: Pick<PlacedLine, 'discounts'>) =>
  discounts.map(({ promotionId, amount }) => ({ promotionId, amount }))

export function stepView(
  step: AppliedPromotion,
  { locale, currency }: { locale: Locale; currency: string },
): z.infer<typeof stepShape> {
  const { promotionId, version, name, merchantId, terms, lineIds, base, amount, onReturn } = step
  return {
    ...{ promotionId, version, kind: terms.kind, name: name[locale] },
    ...(merchantId !== undefined && { merchantId }),
    ...{ lineIds, base, amount, reason: reasonOf(step, { locale, currency }), onReturn },
  }
}

export function estimateView({ shipBy, earliest, latest, confidence }: DeliveryEstimate) {
  return { shipBy, earliest, latest, confidence }
}
