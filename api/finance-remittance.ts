import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { listOwedCash } from '../db/carrier-cash.ts'
import { readRemittance, recordRemittance } from '../db/remittance.ts'
import { InvariantError } from '../domain/order.ts'
import { ITEM_KINDS } from '../domain/reconciliation.ts'
import { dateIn } from '../domain/zone.ts'
import { access } from './access.ts'
import { fingerprintOf } from './command.ts'
import { body, json, page, problems, REPLAYED } from './answer.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import * as examples from './examples.finance.ts'
import { ageOf } from './finance-item.ts'
import { pageOf } from './finance.ts'
import { amount, currency, cursor, foreignId, id, idempotent, instant, limit } from './input.ts'
import { optional } from './input.ts'
import { once } from './once.ts'
import { ApiProblem, refuseField } from './problem.ts'

/** Parcels of one remittance: as long as a list in a request may be. */
const MOST_LINES = 200

const paidOver = z.strictObject({
  carrier: id,
  reference: foreignId.openapi({ description: 'the carrier’s own, unique among its remittances' }),
  currency,
  at: instant,
  lines: z
    .array(
      z.strictObject({
        waybill: foreignId,
        amount: amount.refine((of) => of > 0, 'AMOUNT_INVALID'),
      }),
    )
    .min(1, 'REQUIRED')
    .max(MOST_LINES),
})
const remittance = z
  .object({
    id: z.string(),
    carrier: z.string(),
    reference: z.string(),
    currency: z.string(),
    at: z.string(),
    amount: z.int().openapi({ description: 'of all lines' }),
    lines: z.int(),
    questions: z
      .array(
        z.object({
          line: z.int().openapi({ description: 'from 1' }),
          ...{ waybill: z.string(), amount: z.int(), kind: z.enum(ITEM_KINDS) },
        }),
      )
      .openapi({ description: 'lines that finance looks into' }),
  })
  .openapi('Remittance')

const owed = z.object({
  ...{ carrier: z.string(), waybill: z.string(), orderId: z.string(), parcelId: z.string() },
  ...{ currency: z.string(), owed: z.int(), collectedAt: z.string() },
  ageDays: z.int().openapi({ description: 'whole days since it was taken at the door' }),
})
const query = z.object({
  carrier: optional(id.openapi({ description: 'of this carrier only', example: 'express' })),
  limit,
  cursor: optional(cursor(z.object({ collectedAt: instant, orderId: id, parcelId: id }))),
})

/** Cash that carriers collect for us. */
export function remittanceRoutes(parts: ApiParts) {
  const record = createRoute({
    ...access(parts, 'recordRemittance'),
    method: 'post',
    path: '/v1/finance/remittances',
    tags: ['Finance'],
    summary: 'A carrier pays over the cash of parcels',
    description:
      'Each parcel’s order is told. What names no parcel, another sum than was collected, or was paid over before is ' +
      'an item for finance, and told in `questions`. A carrier’s key tells of its own remittances alone, and of no more ' +
      'than it has collected: the rest of its word stands in no account until finance has seen the money.',
    request: { headers: idempotent, body: body(paidOver, examples.REMITTANCE_REQUEST) },
    responses: {
      200: { ...json(remittance, 'Recorded', examples.REMITTANCE), headers: REPLAYED },
      ...problems('recordRemittance'),
    },
  })
  const list = createRoute({
    ...access(parts, 'listOwedCash'),
    method: 'get',
    path: '/v1/finance/cash',
    tags: ['Finance'],
    summary: 'Cash that carriers have collected and still owe, oldest first',
    request: { query },
    responses: { 200: json(page(owed), 'A page', examples.OWED), ...problems('listOwedCash') },
  })
  return new OpenAPIHono<ApiEnv>()
    .openapi(record, async (c) => {
      const told = c.req.valid('json')
      const { id: recordedBy, role, carrier } = c.get('actor')
      const isClaim = role === 'carrier'
      if (isClaim && carrier !== told.carrier) throw new ApiProblem('FORBIDDEN')
      if (new Date(told.at) > parts.now()) throw refuseField('/at', 'VALUE_INVALID')
      const fingerprint = fingerprintOf(c, parts, told)
      const day = dateIn(parts.settings.timeZone ?? 'UTC', new Date(told.at))
      await once(c, parts, {
        body: told,
        make: async (tx, newId) => {
          const row = { ...told, id: newId, day, fingerprint, recordedBy, isClaim }
          const earlier = await recordRemittance(tx, row)
          if (earlier === undefined) return
          if (earlier !== fingerprint) throw new ApiProblem('REMITTANCE_DIFFERS')
          c.header('idempotent-replayed', 'true')
        },
      })
      const recorded = await readRemittance(parts.db, told)
      if (recorded === undefined) throw new InvariantError('a recorded remittance can be read')
      return c.json(recorded, 200)
    })
    .openapi(list, async (c) => {
      const { limit: size, cursor: place, carrier } = c.req.valid('query')
      const found = await listOwedCash(parts.db, { carrier, cursor: place, limit: size + 1 })
      const { items, next } = pageOf(found, size, ({ collectedAt, orderId, parcelId }) => ({
        ...{ collectedAt, orderId, parcelId },
      }))
      const aged = items.map((one) => ({ ...one, ageDays: ageOf(one.collectedAt, parts.now()) }))
      return c.json({ items: aged, next }, 200)
    })
}
