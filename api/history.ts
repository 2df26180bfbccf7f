import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { millisecondsOf } from '../client/clock.ts'
import { admitHistory } from '../db/import.ts'
import { ADJUSTMENT_KINDS, CARD_FUNDINGS, TENDER_METHODS } from '../domain/events.ts'
import type { Origin } from '../domain/events.ts'
import { LIMITS } from '../domain/limits.ts'
import { MAX_AMOUNT } from '../domain/money.ts'
import type { Policy } from '../domain/policy.ts'
import { access } from './access.ts'
import {
  admittedOrder,
  baseOf,
  checkAddresses,
  importedLine,
  knownAddress,
  locale,
  placedHeaders,
  withAddressId,
} from './admission.ts'
import { body, json, problems } from './answer.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import { HISTORY_PLACED, HISTORY_REQUEST } from './examples.ts'
import { currency, id, idempotent, optional, foreignId, positive } from './input.ts'
import { placedShape, units } from './shapes.ts'

/*
 * Another shop's orders, open or long over. Their payments and parcels are that shop's: told of by reports, never asked
 * of our platform and carrier, and nobody is written to.
 */

/** A boleto runs for days, an invoice for months. Milliseconds. */
const LONGEST_WINDOW = 366 * 24 * 60 * 60_000
/** Characters; longer ids than any shop counts by. */
const LONGEST_REFERENCE = 100
/** Monthly payments; more than any bank agrees to. */
const MOST_INSTALLMENTS = 99

const instant = z.iso.datetime({ offset: true })
const window = z
  .string()
  .refine((text) => millisecondsOf(text) > 0 && millisecondsOf(text) <= LONGEST_WINDOW)
  .openapi({ description: 'how long it may be paid, such as `3 days`', example: '3 days' })

/** Below zero for what is taken off. */
const signed = z
  .int('AMOUNT_INVALID')
  .min(-MAX_AMOUNT, 'AMOUNT_INVALID')
  .max(MAX_AMOUNT, 'AMOUNT_INVALID')
  .refine((value) => value !== 0, 'AMOUNT_INVALID')

const tender = z
  .strictObject({
    // Cash is taken by the carrier that we book.
    method: z.enum(TENDER_METHODS).exclude(['cod']),
    funding: optional(z.enum(CARD_FUNDINGS)),
    installments: optional(z.int().min(1).max(MOST_INSTALLMENTS)),
    amount: positive,
    window: optional(window),
  })
  .refine(({ method, funding }) => method === 'card' || funding === undefined, {
    path: ['funding'],
  })

const adjustments = z
  .array(z.strictObject({ kind: z.enum(ADJUSTMENT_KINDS), amount: signed }))
  .refine((all) => new Set(all.map(({ kind }) => kind)).size === all.length)

const history = z
  .strictObject({
    currency,
    locale: optional(locale),
    shop: id,
    reference: foreignId.max(LONGEST_REFERENCE),
    customerId: id,
    placedAt: instant.refine((text) => Date.parse(text) <= Date.now()),
    deliverBy: optional(instant),
    addresses: z.array(knownAddress).min(1, 'REQUIRED').max(LIMITS.addresses),
    lines: z.array(importedLine).min(1, 'REQUIRED').max(LIMITS.lines),
    adjustments: optional(adjustments),
    tenders: z.array(tender).max(LIMITS.recordedTenders),
  })
  .superRefine(checkAddresses)
type History = z.output<typeof history>

const broughtIn = placedShape
  .extend({
    tenders: z.array(z.object({ id: z.string(), method: z.string(), amount: z.int() })),
    fulfillments: z.array(z.object({ id: z.string(), merchantId: z.string(), items: units })),
  })
  .openapi('BroughtInOrder')

export type BroughtInView = z.infer<typeof broughtIn>

export function historyRoutes(parts: ApiParts) {
  const route = createRoute({
    ...access(parts, 'importHistory'),
    method: 'post',
    path: '/v1/imports/history',
    tags: ['Orders'],
    summary: 'Bring in an order that another shop has taken',
    description:
      'Its payments and parcels are that shop’s: tell what became of them by `POST /v1/orders/{id}/reports`. Nobody is ' +
      'written to, no carrier booked, no stock held. A shop’s `reference` comes in once. Goods, freight and adjustments ' +
      'sum to the tenders exactly; it may be paid as long as the longest `window` of its tenders.',
    request: { headers: idempotent, body: body(history, HISTORY_REQUEST) },
    responses: {
      201: { ...json(broughtIn, 'Placed', HISTORY_PLACED), ...placedHeaders },
      202: {
        ...json(broughtIn, 'Placed and safe; it begins to move in a moment', HISTORY_PLACED),
        ...placedHeaders,
      },
      ...problems('importHistory'),
    },
  })
  return new OpenAPIHono<ApiEnv>().openapi(route, async (c) => {
    const input = c.req.valid('json')
    const { tenders, reference, lines } = input
    const payment = { recorded: tenders.map(recordedTender) }
    const base = { ...baseOf(c, parts, { ...input, asked: payment }), payment }
    const admitted = await admitHistory(parts.db, parts.keys.vaultKey, {
      ...base,
      payment,
      policy: { ...base.policy, ...payWindowOf(tenders) },
      lines: lines.map(withAddressId),
      adjustments: input.adjustments ?? [],
      origin: originOf(input),
    })
    const { order, view, started } = await admittedOrder(c, parts, { admitted })
    const answer = {
      ...{ ...view, reference },
      tenders: order.tenders.map(({ id: tenderId, method, amount: sum }) => ({
        ...{ id: tenderId, method, amount: sum },
      })),
      fulfillments: order.fulfillments.map(({ id: part, merchantId, items }) => ({
        ...{ id: part, merchantId, items },
      })),
    }
    return started ? c.json(answer, 201) : c.json(answer, 202)
  })
}

function recordedTender({ method, amount: sum, funding, installments }: z.output<typeof tender>) {
  return {
    ...{ method, amount: sum },
    ...(funding !== undefined && { funding }),
    ...(installments !== undefined && { installments }),
  }
}

function originOf({ shop, reference, placedAt, deliverBy }: History): Origin {
  return { shop, reference, placedAt, ...(deliverBy !== undefined && { deliverBy }) }
}

/** The order waits as long as any of its payments may take. */
function payWindowOf(tenders: History['tenders']): Partial<Policy> {
  const windows = tenders.flatMap((one) => (one.window === undefined ? [] : [one.window]))
  return windows.length === 0 ? {} : { payWindow: Math.max(...windows.map(millisecondsOf)) }
}
