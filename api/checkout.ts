import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Entry, Payment } from '../db/admission.ts'
import { checkOut } from '../db/checkout.ts'
import type { CheckedOut } from '../db/checkout.ts'
import { admitImport } from '../db/import.ts'
import { CASH_RULES } from '../domain/cash.ts'
import { LIMITS } from '../domain/limits.ts'
import { isFresh } from '../domain/seal.ts'
import { access } from './access.ts'
import { checkedAddresses, wholeAddresses } from './address.ts'
import {
  admittedOrder,
  baseOf,
  checkAddresses,
  common,
  importedLine,
  orTwin,
  placedAnswers,
  withAddressId,
} from './admission.ts'
import { body, problems } from './answer.ts'
import { cartFields, checkCart, customerOf, quoteRequest } from './cart.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import { IMPORT_REQUEST, ORDER_REQUEST } from './examples.ts'
import { id, idempotent, line, optional } from './input.ts'
import { invoiceTitle } from './invoice-title.ts'
import { ApiProblem } from './problem.ts'
import { quoteView } from './quote.ts'
import { paymentWish, wishesOf } from './tender.ts'
import type { Payer, PaymentWish } from './tender.ts'

const order = z
  .strictObject({
    ...common,
    ...cartFields,
    addresses: wholeAddresses,
    quote: z
      .string()
      .regex(/^[\w.-]{1,200}$/)
      .openapi({ description: '`quote` of POST /v1/quotes for the same cart' }),
    payment: paymentWish,
    invoice: optional(invoiceTitle),
  })
  .superRefine(checkCart)

const imported = z
  .strictObject({
    ...common,
    payment: paymentWish,
    customerId: id,
    reference: optional(line()),
    lines: z.array(importedLine).min(1, 'REQUIRED').max(LIMITS.lines),
  })
  .superRefine(checkAddresses)

/** Orders come in: one transaction in the database, then the start of their workflow. */
export function checkoutRoutes(parts: ApiParts) {
  const place = createRoute({
    ...access(parts, 'placeOrder'),
    method: 'post',
    path: '/v1/orders',
    tags: ['Orders'],
    summary: 'Place an order at the price that was quoted',
    description:
      'Priced again and admitted at exactly what the quote showed, or answered with a new quote (`QUOTE_STALE`). One ' +
      'transaction: stock held until `payBy`, coupons locked, personal data into the vault. Nothing is charged; ' +
      '`payment.nextAction` opens what was chosen, without a body. Support and admin name the `customerId`, a ' +
      'customer’s key is its own.',
    request: { headers: idempotent, body: body(order, ORDER_REQUEST) },
    responses: { ...placedAnswers, ...problems('placeOrder') },
  })
  const bringIn = createRoute({
    ...access(parts, 'importOrder'),
    method: 'post',
    path: '/v1/imports/orders',
    tags: ['Orders'],
    summary: 'Bring in an order that was priced elsewhere',
    description: 'Products, merchants and stock that are not known yet come in with it.',
    request: { headers: idempotent, body: body(imported, IMPORT_REQUEST) },
    responses: { ...placedAnswers, ...problems('importOrder') },
  })
  return new OpenAPIHono<ApiEnv>()
    .openapi(place, async (c) => {
      const checkedOut = await checkOutCart(c, parts, c.req.valid('json'))
      const { payment: asked } = c.req.valid('json')
      const { view, started } = await admittedOrder(c, parts, { admitted: checkedOut, asked })
      return started ? c.json(view, 201) : c.json(view, 202)
    })
    .openapi(bringIn, async (c) => {
      const { reference, payment: asked, ...input } = c.req.valid('json')
      const { customerId, currency, addresses } = input
      const payer = { customerId, currency, places: addresses }
      const told = { ...input, ...(reference !== undefined && { reference }) }
      const base = baseOf(c, parts, { ...told, asked })
      const paid = await orTwin(parts, base, () => paidBy(parts, { asked, payer }))
      const admission = { ...base, lines: input.lines.map(withAddressId) }
      const admitted =
        'outcome' in paid
          ? paid
          : await admitImport(parts.db, parts.keys.vaultKey, { ...admission, payment: paid })
      const { view, started } = await admittedOrder(c, parts, { admitted, asked })
      const answer = { ...view, ...(reference !== undefined && { reference }) }
      return started ? c.json(answer, 201) : c.json(answer, 202)
    })
}

async function paidBy(
  parts: ApiParts,
  { asked, payer }: { asked: PaymentWish; payer: Payer },
): Promise<Payment> {
  const wishes = await wishesOf(parts, { wish: asked, at: '/payment', payer })
  return { wishes, cashLimit: (parts.settings.cash ?? CASH_RULES).limit }
}

/** Admitted as quoted. Throws the new quote where the old one no longer counts. */
async function checkOutCart(
  c: Context<ApiEnv>,
  parts: ApiParts,
  input: z.infer<typeof order>,
): Promise<Exclude<CheckedOut, { outcome: 'stale' | 'busy' }>> {
  // Proof of what was shown, not a part of what is wanted: a repeat may bring a newer one.
  const { quote: token, payment: asked, ...wish } = input
  const customerId = customerOf(c, input.customerId)
  const addresses = checkedAddresses(parts, { addresses: input.addresses, locale: c.get('locale') })
  const payer = { customerId, currency: input.currency, places: addresses }
  const known = baseOf(c, parts, { ...wish, customerId, addresses, asked })
  const { fee: cashFee } = parts.settings.cash ?? CASH_RULES
  const base = { ...known, policy: { ...known.policy, ...(cashFee > 0 && { cashFee }) } }
  const payment = await orTwin(parts, base, () => paidBy(parts, { asked, payer }))
  if ('outcome' in payment) return payment
  const at = new Date(base.at)
  const request = quoteRequest({ input, addresses, customerId, locale: base.locale, at })
  const isShown = ({ priced }: Entry) =>
    isFresh(parts.keys.linkKey, { customerId, cart: request.cart, priced, cashFee }, { token, at })
  const { db, calendars, keys } = parts
  const result = await checkOut(
    { db, calendars, vaultKey: keys.vaultKey },
    { base: { ...base, payment }, request, isShown },
  )
  if (result.outcome === 'busy') throw new ApiProblem('STOCK_BUSY')
  if (result.outcome !== 'stale') return result
  const quote = quoteView(parts, { request, quotation: result.quotation })
  throw new ApiProblem('QUOTE_STALE', [{ path: '/quote', code: 'QUOTE_STALE' }], { quote })
}
