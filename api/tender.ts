import { z } from '@hono/zod-openapi'
import { countRefusals } from '../db/payment.ts'
import { readAccountId } from '../db/value.ts'
import { cashHindrance, CASH_RULES } from '../domain/cash.ts'
import { PAYMENT_METHODS } from '../domain/events.ts'
import { LIMITS } from '../domain/limits.ts'
import { isByPlatform, isStoredValue, PLATFORM_OF } from '../domain/method.ts'
import { isAmount } from '../domain/money.ts'
import type { TenderWish } from '../domain/tender.ts'
import type { ApiParts } from './context.ts'
import { optional } from './input.ts'
import { ApiProblem } from './problem.ts'
import type { FieldError } from './problem.ts'

/*
 * What customers want to pay with, as the doors take it: one means, or several that bear a part each.
 */

const method = z.enum(PAYMENT_METHODS)
const code = z
  .string()
  .trim()
  .min(1, 'REQUIRED')
  .max(40)
  .openapi({ description: 'of a gift card', example: '7Q2M-9XKD-4BTV-W8ZC' })
const amount = z
  .int()
  .refine((value) => isAmount(value) && value > 0, 'AMOUNT_INVALID')
  .openapi({ description: 'in minor units; left out once, for the rest of the price' })

const part = z.strictObject({ method, amount: optional(amount), code: optional(code) })

/** `{ method }` pays all of it; `tenders` lists the parts. */
export const paymentWish = z
  .strictObject({
    method: optional(method),
    code: optional(code),
    tenders: optional(z.array(part).min(1, 'REQUIRED').max(LIMITS.parts)),
  })
  .superRefine((wish, context) => {
    if (wish.method === undefined && wish.tenders === undefined) {
      context.addIssue({ code: 'custom', path: ['method'], message: 'REQUIRED' })
    }
    if (wish.tenders !== undefined && (wish.method ?? wish.code) !== undefined) {
      const path = [wish.method === undefined ? 'code' : 'method']
      context.addIssue({ code: 'custom', path, message: 'UNKNOWN_FIELD' })
    }
    for (const [at, one] of partsIn(wish)) {
      if ((one.method === 'gift_card') !== (one.code !== undefined)) {
        const message = one.code === undefined ? 'REQUIRED' : 'UNKNOWN_FIELD'
        context.addIssue({ code: 'custom', path: [...at, 'code'], message })
      }
    }
  })
  .openapi('PaymentWish')

export type PaymentWish = z.output<typeof paymentWish>
type PartWish = z.output<typeof part>

/** Each part with where it stands. */
function partsIn(wish: PaymentWish): [path: (string | number)[], part: PartWish][] {
  if (wish.tenders !== undefined) return wish.tenders.map((one, i) => [['tenders', i], one])
  const { method: only, code: typed } = wish
  return only === undefined
    ? []
    : [[[], { method: only, ...(typed !== undefined && { code: typed }) }]]
}

export type Payer = {
  customerId: string
  currency: string
  /** What is to be paid in all; undefined where that isn't reckoned yet. */
  payable?: number
  /** Holds a link to the order, which may have been passed on: it opens no account of the customer's. */
  isByLink?: boolean
  places: readonly { country: string; region: string }[]
}

/**
 * The parts with the accounts that stored value is taken from. Refuses what this shop doesn't offer this customer, at
 * `at`, the JSON pointer of the wish.
 */
export async function wishesOf(
  parts: ApiParts,
  { wish, at, payer }: { wish: PaymentWish; at: string; payer: Payer },
): Promise<TenderWish[]> {
  const errors: FieldError[] = []
  const wishes: TenderWish[] = []
  for (const [path, one] of partsIn(wish)) {
    const found = await wishOf(parts, one, payer)
    if (typeof found === 'object') wishes.push(found)
    else {
      const field = found === 'GIFT_CARD_UNKNOWN' ? 'code' : 'method'
      errors.push({ path: [at, ...path, field].join('/'), code: found })
    }
  }
  const [first] = errors
  if (first !== undefined) throw new ApiProblem(first.code, errors)
  return wishes
}

type Hindrance =
  | 'METHOD_NOT_OFFERED'
  | 'GIFT_CARD_UNKNOWN'
  | 'INSUFFICIENT_BALANCE'
  | 'COD_TOO_MUCH'
  | 'COD_NOT_THERE'
  | 'COD_REFUSED_BEFORE'

async function wishOf(
  parts: ApiParts,
  { method: by, code: typed, ...rest }: PartWish,
  payer: Payer,
): Promise<TenderWish | Hindrance> {
  const { db, keys, platforms } = parts
  if (isByPlatform(by)) {
    return platforms[PLATFORM_OF[by]] === undefined ? 'METHOD_NOT_OFFERED' : { method: by, ...rest }
  }
  if (isStoredValue(by)) {
    if (by !== 'gift_card' && payer.isByLink === true) return 'METHOD_NOT_OFFERED'
    const wanted = { kind: by, customerId: payer.customerId, currency: payer.currency, code: typed }
    const account = await readAccountId(db, wanted, keys.vaultKey)
    if (account !== undefined) return { method: by, account, ...rest }
    return by === 'gift_card' ? 'GIFT_CARD_UNKNOWN' : 'INSUFFICIENT_BALANCE'
  }
  const cash = rest.amount ?? payer.payable ?? 0
  return (await hindranceOf(parts, payer, cash)) ?? { method: by, ...rest }
}

async function hindranceOf(
  { db, settings }: ApiParts,
  { customerId, places }: Payer,
  cash: number,
): Promise<Hindrance | undefined> {
  const refusedBefore = await countRefusals(db, customerId)
  return cashHindrance(settings.cash ?? CASH_RULES, { amount: cash, places, refusedBefore })
}
