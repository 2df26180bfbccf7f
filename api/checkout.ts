import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { admitOrder } from '../db/admission.ts'
import { admitImport } from '../db/import.ts'
import { PAYMENT_METHODS } from '../domain/events.ts'
import { LIMITS } from '../domain/limits.ts'
import { access } from './access.ts'
import {
  admittedOrder,
  baseOf,
  cartLine,
  checkAddresses,
  common,
  importedLine,
  placedAnswers,
  withAddressId,
} from './admission.ts'
import { body, problems } from './answer.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import { IMPORT_REQUEST, ORDER_REQUEST } from './examples.ts'
import { id, idempotent, line, optional } from './input.ts'
import { ApiProblem } from './problem.ts'
import type { FieldError } from './problem.ts'

const payment = z.strictObject({ method: z.enum(PAYMENT_METHODS) })

const order = z
  .strictObject({
    ...common,
    payment,
    customerId: optional(id),
    lines: z.array(cartLine).min(1, 'REQUIRED').max(LIMITS.lines),
  })
  .superRefine(checkAddresses)

const imported = z
  .strictObject({
    ...common,
    payment,
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
    summary: 'Place an order at catalogue prices',
    description:
      'One transaction: price, stock held until `payBy`, personal data into the vault. Nothing is charged; ' +
      '`payment.nextAction` opens the payment. Support and admin name the `customerId`, a customer’s key is its own.',
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
      const input = c.req.valid('json')
      const base = baseOf(c, parts, { ...input, customerId: customerOf(c, input.customerId) })
      const admission = { ...base, lines: input.lines.map(withAddressId) }
      const admitted = await admitOrder(parts.db, parts.keys.vaultKey, admission)
      const { view, started } = await admittedOrder(c, parts, admitted)
      return started ? c.json(view, 201) : c.json(view, 202)
    })
    .openapi(bringIn, async (c) => {
      const { reference, ...input } = c.req.valid('json')
      const base = baseOf(c, parts, c.req.valid('json'))
      const admission = { ...base, lines: input.lines.map(withAddressId) }
      const admitted = await admitImport(parts.db, parts.keys.vaultKey, admission)
      const { view, started } = await admittedOrder(c, parts, admitted)
      const answer = { ...view, ...(reference !== undefined && { reference }) }
      return started ? c.json(answer, 201) : c.json(answer, 202)
    })
}

/** A customer's key orders for itself; the platform's people say for whom. */
function customerOf(c: Context<ApiEnv>, named: string | undefined): string {
  const { scope } = c.get('actor')
  const own = 'customerId' in scope ? scope.customerId : undefined
  if (own !== undefined && named !== undefined && named !== own) {
    throw refuseField('/customerId', 'CUSTOMER_NOT_YOURS')
  }
  const customerId = own ?? named
  if (customerId === undefined) throw refuseField('/customerId', 'REQUIRED')
  return customerId
}

const refuseField = (path: string, code: FieldError['code']) =>
  new ApiProblem('INPUT_INVALID', [{ path, code }])
