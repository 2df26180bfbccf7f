import { z } from '@hono/zod-openapi'
import { countRefusals } from '../db/payment.ts'
import { readAccountId } from '../db/value.ts'
import { cashHindrance, CASH_RULES } from '../domain/cash.ts'
import { PAYMENT_METHODS } from '../domain/events.ts'
import { LIMITS } from '../domain/limits.ts'
import { isByPlatform, isStoredValue, PLATFORM_OF, takesCurrency } from '../domain/method.ts'
import { sum } from '../domain/money.ts'
import type { TenderWish } from '../domain/tender.ts'
import type { ApiParts } from './context.ts'
import { id, optional, positive } from './input.ts'
import { ApiProblem } from './problem.ts'
import type { FieldError, ProblemCode } from './problem.ts'

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
const amount = positive.openapi({
  description: 'in minor units; left out once, for the rest of the price',
})

const part = z.strictObject({ method, amount: optional(amount), code: optional(code) })
const again = part.extend({
  method: optional(method),
  tenderId: optional(
    id.openapi({ description: 'instead of a method: a part that stays as it was chosen' }),
  ),
})
const listOf = <S extends z.ZodType>(one: S) =>
  optional(z.array(one).min(1, 'REQUIRED').max(LIMITS.parts))
const single = { method: optional(method), code: optional(code) }

/** `{ method }` pays all of it; `tenders` lists the parts. */
export const paymentWish = z
  .strictObject({ ...single, tenders: listOf(part) })
  .superRefine((wish, context) => {
    if (Object.keys(wish).length === 0) {
      context.addIssue({ code: 'custom', path: ['method'], message: 'REQUIRED' })
    }
    checkWish(wish, context)
  })
  .openapi('PaymentWish')

/** The same of an order that is there: nothing at all means what was chosen before, and parts of that may be kept. */
export const paymentChoice = z
  .strictObject({ ...single, tenders: listOf(again) })
  .superRefine(checkWish)
  .openapi('PaymentChoice')

type PartWish = z.output<typeof again>
/** As either says it. */
export type PaymentWish = z.output<z.ZodObject<typeof single>> & { tenders?: readonly PartWish[] }

function checkWish(wish: PaymentWish, context: z.RefinementCtx): void {
  const refuse = (path: (string | number)[], message: ProblemCode) =>
    context.addIssue({ code: 'custom', path, message })
  if (wish.tenders !== undefined && (wish.method ?? wish.code) !== undefined) {
    refuse([wish.method === undefined ? 'code' : 'method'], 'UNKNOWN_FIELD')
  }
  if (wish.tenders === undefined && wish.method === undefined && wish.code !== undefined) {
    refuse(['method'], 'REQUIRED')
  }
  for (const [at, one] of partsIn(wish)) {
    const { tenderId, ...own } = one
    if (tenderId !== undefined) {
      for (const field of Object.keys(own)) refuse([...at, field], 'UNKNOWN_FIELD')
    } else if (one.method === undefined) refuse([...at, 'method'], 'REQUIRED')
    else if ((one.method === 'gift_card') !== (one.code !== undefined)) {
      refuse([...at, 'code'], one.code === undefined ? 'REQUIRED' : 'UNKNOWN_FIELD')
    }
  }
}

/** Each part with where it stands. */
function partsIn(wish: PaymentWish): [path: (string | number)[], part: PartWish][] {
  if (wish.tenders !== undefined) return wish.tenders.map((one, i) => [['tenders', i], one])
  const { method: only, code: typed } = wish
  return only === undefined
    ? []
    : [[[], { method: only, ...(typed !== undefined && { code: typed }) }]]
}

/** The JSON pointer, within the wish, to what says how much a part bears. */
export function amountField(wish: PaymentWish, index: number): string {
  const [path = [], one] = partsIn(wish)[index] ?? []
  const named = one?.tenderId === undefined ? 'method' : 'tenderId'
  const field = one?.amount === undefined ? named : 'amount'
  return ['', ...path, field].join('/')
}

/** Whether it is a gift card, named by the code that only who has the card knows. */
export const isByCode = (wish: PaymentWish, index: number): boolean =>
  partsIn(wish)[index]?.[1].code !== undefined

export type Payer = {
  customerId: string
  currency: string
  /** What is to be paid in all; undefined where that isn't reckoned yet. */
  payable?: number
  /** What paying at the door adds to that. */
  cashFee?: number
  /** Holds a link to the order, which may have been passed on: it opens no account of the customer's. */
  isByLink?: boolean
  /** What was chosen before, by the tender. */
  chosen?: ReadonlyMap<string, TenderWish>
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
  const asked = partsIn(wish)
  const stated = sum(
    asked.map(([, { tenderId = '', amount: told }]) => {
      return told ?? payer.chosen?.get(tenderId)?.amount ?? 0
    }),
  )
  const { payable = 0, cashFee = 0, chosen } = payer
  const isCash = asked.some(([, { method: by, tenderId = '' }]) => {
    return (by ?? chosen?.get(tenderId)?.method) === 'cod'
  })
  const rest = Math.max(0, payable + (isCash ? cashFee : 0) - stated)
  for (const [i, [path, one]] of asked.entries()) {
    const found = await wishOf(parts, one, { ...payer, rest })
    if (typeof found === 'object') wishes.push(found)
    else if (found === 'INSUFFICIENT_BALANCE' || found === 'COD_TOO_MUCH') {
      const available = found === 'COD_TOO_MUCH' ? cashRules(parts).limit : 0
      errors.push({ path: `${at}${amountField(wish, i)}`, code: found, available })
    } else {
      const field = FIELD_OF[found] ?? 'method'
      errors.push({ path: [at, ...path, field].join('/'), code: found })
    }
  }
  const [first] = errors
  if (first !== undefined) throw new ApiProblem(first.code, errors)
  return wishes
}

const cashRules = ({ settings }: ApiParts) => settings.cash ?? CASH_RULES

const FIELD_OF: Partial<Record<Hindrance, string>> = {
  GIFT_CARD_UNKNOWN: 'code',
  PAYMENT_CHANGED: 'tenderId',
}

type Hindrance =
  | 'METHOD_NOT_OFFERED'
  | 'PAYMENT_CHANGED'
  | 'GIFT_CARD_UNKNOWN'
  | 'INSUFFICIENT_BALANCE'
  | 'COD_TOO_MUCH'
  | 'COD_NOT_THERE'
  | 'COD_REFUSED_BEFORE'

async function wishOf(
  parts: ApiParts,
  { method: by, tenderId = '', code: typed, ...rest }: PartWish,
  payer: Payer & { rest: number },
): Promise<TenderWish | Hindrance> {
  const { db, keys, platforms } = parts
  if (by === undefined) return payer.chosen?.get(tenderId) ?? 'PAYMENT_CHANGED'
  if (isByPlatform(by)) {
    const isOffered = platforms[PLATFORM_OF[by]] !== undefined && takesCurrency(by, payer.currency)
    return isOffered ? { method: by, ...rest } : 'METHOD_NOT_OFFERED'
  }
  if (isStoredValue(by)) {
    if (by !== 'gift_card' && payer.isByLink === true) return 'METHOD_NOT_OFFERED'
    const wanted = { kind: by, customerId: payer.customerId, currency: payer.currency, code: typed }
    const account = await readAccountId(db, wanted, keys.vaultKey)
    if (account !== undefined) return { method: by, account, ...rest }
    return by === 'gift_card' ? 'GIFT_CARD_UNKNOWN' : 'INSUFFICIENT_BALANCE'
  }
  const cash = rest.amount ?? payer.rest
  return (await hindranceOf(parts, payer, cash)) ?? { method: by, ...rest }
}

/** Why cash isn't taken for an order. */
export async function hindranceOf(
  parts: ApiParts,
  { customerId, places }: Payer,
  cash: number,
): Promise<Hindrance | undefined> {
  const refusedBefore = await countRefusals(parts.db, customerId)
  return cashHindrance(cashRules(parts), { amount: cash, places, refusedBefore })
}
