import { z } from '@hono/zod-openapi'
import { LIMITS } from '../domain/limits.ts'
import { ON_RETURN } from '../domain/promotion.ts'
import { mayClawBack, termsProblems } from '../domain/terms.ts'
import { amount, currency, id, instant, line, optional, positive } from './input.ts'

/*
 * A promotion as it is sent and shown.
 */

/** Steps of one promotion; more than anyone can explain to a customer. */
const MOST_STEPS = 10
/** Names in one list of a scope: below what the door takes of any list. */
const MOST_NAMED = 100
/** Tiers that one promotion is for. */
const MOST_TIERS = 20
/** Either way; zero where nothing is said. */
const HIGHEST_PRIORITY = 1000

const CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'))

const share = (least: number) =>
  z.int('SHARE_INVALID').min(least, 'SHARE_INVALID').max(10_000, 'SHARE_INVALID')
const bps = share(1).openapi({ description: 'basis points: 500 is 5 %' })

/** What is taken off, and from which sum on. */
const step = { threshold: positive, off: positive }

const terms = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('member_percent'),
      tiers: z.array(id).min(1, 'REQUIRED').max(MOST_TIERS),
      bps,
    }),
    z.strictObject({
      kind: z.literal('full_reduction'),
      ...step,
      repeats: z.boolean().default(false),
    }),
    z.strictObject({
      kind: z.literal('tiered'),
      steps: z.array(z.strictObject(step)).min(1, 'REQUIRED').max(MOST_STEPS),
    }),
    z.strictObject({
      kind: z.literal('n_for_m'),
      buy: z.int('QUANTITY_INVALID').min(2, 'QUANTITY_INVALID').max(LIMITS.quantity),
      pay: z.int('QUANTITY_INVALID').min(1, 'QUANTITY_INVALID'),
    }),
    z.strictObject({
      kind: z.literal('coupon'),
      threshold: amount,
      benefit: z.union([
        z.strictObject({ off: positive }),
        z.strictObject({ bps, most: optional(positive) }),
      ]),
    }),
    z.strictObject({ kind: z.literal('free_freight'), threshold: amount }),
  ])
  .openapi('Terms')

const named = z.array(id).min(1, 'REQUIRED').max(MOST_NAMED)
export const scope = z
  .strictObject({
    skus: optional(named),
    categories: optional(named),
    merchants: optional(named),
  })
  .openapi('Scope', {
    description: 'which goods count; all that is named must hold, what is left out doesn’t narrow',
  })

const stack = z.union([z.enum(['exclusive', 'free']), z.strictObject({ group: id })]).openapi({
  description:
    'among promotions of the same owner: of a group the first counts on a line; `exclusive` shuts out the rest of its tier',
})

const facts = {
  name: z.strictObject({ en: line(), zh: line() }),
  merchantId: optional(id.openapi({ description: 'left out for the platform’s own' })),
  currency: currency.refine((code) => CURRENCIES.has(code), 'CURRENCY_INVALID'),
  terms,
  scope: scope.default({}),
  stack: stack.default('free'),
  priority: z.int().min(-HIGHEST_PRIORITY).max(HIGHEST_PRIORITY).default(0),
  platformBps: optional(
    share(0).openapi({
      description:
        'the platform’s share of the cost in basis points; all of it for the platform’s own, none for a merchant’s',
    }),
  ),
  onReturn: z.enum(ON_RETURN).default('frozen_share'),
  startsAt: instant,
  endsAt: instant,
}

export const promotionRequest = z
  .strictObject({
    ...facts,
    version: optional(
      z.int().min(1).openapi({ description: 'the one that is there now; for a change' }),
    ),
  })
  .superRefine(({ terms: given, onReturn, startsAt, endsAt }, context) => {
    for (const { path, code } of termsProblems(given)) {
      context.addIssue({ code: 'custom', message: code, path: ['terms', ...path] })
    }
    if (!mayClawBack(given, onReturn)) {
      context.addIssue({ code: 'custom', message: 'FREIGHT_NOT_CLAWED', path: ['onReturn'] })
    }
    if (endsAt > startsAt) return
    context.addIssue({ code: 'custom', message: 'WINDOW_EMPTY', path: ['endsAt'] })
  })

export type PromotionWish = Omit<z.output<typeof promotionRequest>, 'version'>

const shown = z.object({
  ...facts,
  version: z.int(),
  scope,
  stack,
  priority: z.int(),
  platformBps: z.int(),
  onReturn: z.enum(ON_RETURN),
  startsAt: z.string(),
  endsAt: z.string(),
})

export const promotionShape = shown
  .extend({
    id: z.string(),
    phase: z.enum(['scheduled', 'live', 'over']),
    endedAt: z.string().optional().openapi({ description: 'when it was ended before its time' }),
  })
  .openapi('Promotion')

export const promotionDetail = promotionShape
  .extend({ versions: z.array(shown.extend({ id: z.string(), createdAt: z.string() })) })
  .openapi('PromotionDetail')

/** What a coupon's holder is told of its promotion. */
export const couponPromotion = shown
  .pick({ name: true, currency: true, terms: true, scope: true, merchantId: true })
  .extend({ id: z.string() })
