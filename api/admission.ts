import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { answerOf } from '../db/admission.ts'
import type { AdmissionBase, AdmissionProblem, Admitted } from '../db/admission.ts'
import { findKey } from '../db/idempotency.ts'
import { readOrder } from '../db/order.ts'
import { isStarted } from '../db/relay.ts'
import type { Contact, KnownAddress } from '../domain/customer.ts'
import type { InvoiceTitle } from '../domain/invoice.ts'
import { LIMITS } from '../domain/limits.ts'
import { LOCALES } from '../domain/locale.ts'
import type { Order } from '../domain/order.ts'
import { DEFAULT_POLICY } from '../domain/policy.ts'
import { json, LOCATION, REPLAYED } from './answer.ts'
import { addressId } from './cart.ts'
import { fingerprintOf, handOn, requestKey } from './command.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import { PLACED } from './examples.ts'
import { newId, newNumber } from './id.ts'
import { amount, country, currency, email, id, line, optional } from './input.ts'
import { phone, quantity, weight } from './input.ts'
import { ApiProblem } from './problem.ts'
import type { FieldError } from './problem.ts'
import { placedShape } from './shapes.ts'
import { amountField } from './tender.ts'
import type { PaymentWish } from './tender.ts'
import type { PlacedView } from './shapes.ts'
import { placedView } from './view.ts'

/*
 * What the doors have in common through which orders come in: their fields, and the way from a request to an admitted
 * order and its answer.
 */

const place = {
  country,
  region: line(),
  city: line(),
  district: optional(line()),
  postcode: optional(line(20)),
}
const address = z.strictObject({ name: line(), phone, ...place, street: line() })

/** What another shop's record knows of where an order went. */
export const knownAddress = z.strictObject({
  ...place,
  name: optional(line()),
  phone: optional(phone),
  street: optional(line()),
})

export const importedLine = z.strictObject({
  sku: id,
  quantity,
  address: z
    .int()
    .min(0, 'UNKNOWN_ADDRESS')
    .default(0)
    .openapi({ description: 'index in addresses' }),
  name: line(),
  merchantId: id,
  unitPrice: amount,
  freight: amount,
  weightGrams: weight,
})

export const locale = z.enum(LOCALES)

/** What an order says that is to be paid and shipped here, whoever prices it. */
export const common = {
  currency,
  locale: optional(locale),
  addresses: z.array(address).min(1, 'REQUIRED').max(LIMITS.addresses),
  contact: z.strictObject({ email, locale: optional(locale) }),
}

export function checkAddresses(
  { lines, addresses }: { lines: { address: number }[]; addresses: unknown[] },
  context: z.RefinementCtx,
): void {
  for (const [i, { address: index }] of lines.entries()) {
    if (index < addresses.length) continue
    context.addIssue({ code: 'custom', message: 'UNKNOWN_ADDRESS', path: ['lines', i, 'address'] })
  }
}

export const placedHeaders = { headers: { ...LOCATION, ...REPLAYED } }
export const placedAnswers = {
  201: { ...json(placedShape, 'Placed', PLACED), ...placedHeaders },
  202: {
    ...json(placedShape, 'Placed and safe; it begins to move in a moment', PLACED),
    ...placedHeaders,
  },
}

export function withAddressId<L extends { address: number }>({ address: index, ...rest }: L) {
  return { ...rest, addressId: addressId(index) }
}

type Common = {
  customerId: string
  currency: string
  locale?: Contact['locale']
  addresses: KnownAddress[]
  contact?: { email: string; locale?: Contact['locale'] }
  invoice?: InvoiceTitle
}

/** All but how it is paid; `asked` is that as it was sent, by which a repeat is known again. */
export function baseOf(
  c: Context<ApiEnv>,
  parts: ApiParts,
  { asked, ...input }: Common & { asked: unknown },
): Omit<AdmissionBase, 'payment'> {
  const { contact, invoice } = input
  const spoken = input.locale ?? contact?.locale ?? c.get('locale')
  const addresses = Object.fromEntries(input.addresses.map((one, i) => [addressId(i), one]))
  return {
    orderId: newId(),
    orderNo: `LH-${newNumber()}`,
    customerId: input.customerId,
    currency: input.currency,
    locale: spoken,
    persons: {
      ...(contact !== undefined && { contact: { locale: spoken, ...contact } }),
      addresses,
    },
    ...(invoice !== undefined && { invoice }),
    policy: parts.settings.policy ?? DEFAULT_POLICY,
    at: parts.now().toISOString(),
    idempotency: {
      principal: c.get('actor').id,
      key: requestKey(c),
      fingerprint: fingerprintOf(c, parts, { payment: asked, ...input }),
    },
  }
}

/** What `judge` finds; where it refuses what the very same request was given before, that is what there is. */
export async function orTwin<T>(
  { db }: ApiParts,
  base: Pick<AdmissionBase, 'idempotency'>,
  judge: () => Promise<T>,
): Promise<T | Admitted> {
  try {
    return await judge()
  } catch (refusal) {
    const twin = await findKey(db, base.idempotency)
    if (twin === undefined) throw refusal
    return answerOf(twin, base)
  }
}

/** What was admitted, once its workflow is started or a relay is left to do it. */
export async function admittedOrder(
  c: Context<ApiEnv>,
  parts: ApiParts,
  { admitted, asked }: { admitted: Admitted; asked?: PaymentWish },
): Promise<{ order: Order; view: PlacedView; started: boolean }> {
  if (admitted.outcome === 'key_reused') throw new ApiProblem('IDEMPOTENCY_KEY_REUSED')
  if (admitted.outcome === 'refused') throw refusalOf(admitted.problems, asked)
  if (admitted.outcome === 'replayed') c.header('idempotent-replayed', 'true')
  const { orderId } = admitted
  await handOn(parts, orderId)
  const [row, started] = await Promise.all([
    readOrder(parts.db, orderId, { all: true }),
    isStarted(parts.db, orderId),
  ])
  if (row === undefined) throw new Error('an admitted order can be read')
  c.header('location', `/v1/orders/${orderId}`)
  const { publicUrl } = parts.settings
  const view = placedView(row.order, { publicUrl, linkKey: parts.keys.linkKey })
  return { order: row.order, view, started }
}

/** All that stands against an order or a quote, as one problem. */
export function refusalOf(problems: readonly AdmissionProblem[], asked?: PaymentWish): ApiProblem {
  const codes = new Set(problems.map(({ code }) => code))
  const [code] = codes
  const one = codes.size === 1 && code !== undefined ? code : 'INPUT_INVALID'
  return new ApiProblem(
    one,
    problems.map((problem) => asField(problem, asked)),
  )
}

/** Where a problem stands that is of no line. */
const WHOLE: Partial<Record<AdmissionProblem['code'], string>> = {
  ALREADY_BROUGHT_IN: '/reference',
}

/** `asked`: left out where the means of payment are told, not chosen. */
function asField(problem: AdmissionProblem, asked: PaymentWish | undefined): FieldError {
  const { code } = problem
  if ('tender' in problem) {
    const { tender, available } = problem
    return { path: `/payment${amountField(asked ?? {}, tender)}`, code, available }
  }
  if ('coupon' in problem) return { path: `/coupons/${problem.coupon}`, code }
  if ('field' in problem) return { path: `/lines/${problem.line}/${problem.field}`, code }
  if ('price' in problem) {
    const { price, sum } = problem
    return { path: asked === undefined ? '/tenders' : '/payment/tenders', code, price, sum }
  }
  if (!('line' in problem)) return { path: WHOLE[code] ?? '/lines', code }
  const { line: index, available, waitable = false } = problem
  const path = `/lines/${index}/sku`
  if (available === undefined) return { path, code }
  return { path, code, available, ...choices({ available, waitable }) }
}

/** What a customer may decide who wants more than there is. */
function choices({ available, waitable }: { available: number; waitable: boolean }) {
  const options: FieldError['options'] = [
    ...(available > 0 ? (['reduce'] as const) : []),
    ...(waitable ? (['wait'] as const) : []),
  ]
  return options.length > 0 ? { options } : {}
}
