import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { listOwedCash } from '../db/carrier-cash.ts'
import { recordRemittance } from '../db/remittance.ts'
import { hasCarried, readRemittance } from '../db/remittance-list.ts'
import type { RemittanceRow } from '../db/remittance-list.ts'
import { InvariantError } from '../domain/order.ts'
import { ITEM_KINDS, REMITTANCE_STATUSES } from '../domain/reconciliation.ts'
import { dateIn } from '../domain/zone.ts'
import { access } from './access.ts'
import { fingerprintOf } from './command.ts'
import { body, json, page, problems, REPLAYED } from './answer.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import { refuseUnused } from './currency.ts'
import * as examples from './examples.finance.ts'
import { ageOf } from './finance-item.ts'
import { pageOf } from './finance.ts'
import { currency, cursor, foreignId, id, idempotent, instant, limit } from './input.ts'
import { optional, parameters, positive } from './input.ts'
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
        amount: positive,
      }),
    )
    .min(1, 'REQUIRED')
    .max(MOST_LINES),
})
export const remittance = z
  .object({
    id: z.string(),
    carrier: z.string(),
    reference: z.string(),
    currency: z.string(),
    at: z.string(),
    status: z.enum(REMITTANCE_STATUSES).openapi({
      description:
        '`claimed`: a carrier’s word, booked nowhere until finance confirms or rejects it',
    }),
    recordedBy: z.string(),
    recordedAt: z.string(),
    decidedBy: z.string().nullable().openapi({ description: 'who confirmed or rejected a claim' }),
    decidedAt: z.string().nullable(),
    amount: z.int().openapi({ description: 'of all lines' }),
    lines: z.int(),
    questions: z
      .array(
        z.object({
          line: z.int().openapi({ description: 'from 1' }),
          ...{ waybill: z.string(), amount: z.int(), kind: z.enum(ITEM_KINDS) },
        }),
      )
      .openapi({ description: 'lines that finance looks into; of a claim, those that it would' }),
  })
  .openapi('Remittance')

const owed = z.object({
  ...{ carrier: z.string(), waybill: z.string(), orderId: z.string(), parcelId: z.string() },
  ...{ currency: z.string(), owed: z.int(), collectedAt: z.string() },
  claimed: z
    .int()
    .openapi({ description: 'what its carrier says of it, and finance has not confirmed' }),
  ageDays: z.int().openapi({ description: 'whole days since it was taken at the door' }),
})
const query = parameters({
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
      'an item for finance, and told in `questions`. What a carrier’s own key tells is a claim, of its own remittances ' +
      'alone: nothing is booked, and no order told, before finance confirms it or says the very same.',
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
    .openapi(record, async (c) => c.json(await recorded(c, parts, c.req.valid('json')), 200))
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

async function recorded(
  c: Context<ApiEnv>,
  parts: ApiParts,
  told: z.output<typeof paidOver>,
): Promise<RemittanceRow> {
  const { id: recordedBy, role, carrier } = c.get('actor')
  const isClaim = role === 'carrier'
  if (isClaim && carrier !== told.carrier) throw new ApiProblem('FORBIDDEN')
  await refuseStrange(parts, told)
  const fingerprint = fingerprintOf(c, parts, told)
  const [recordedAt, day] = [parts.now().toISOString(), dayOf(parts, told)]
  await once(c, parts, {
    body: told,
    make: async (tx, newId) => {
      const row = { ...told, id: newId, day, fingerprint, recordedBy, recordedAt, isClaim }
      const earlier = await recordRemittance(tx, row)
      if (earlier === undefined) return
      const isRejected = earlier.status === 'rejected' && !isClaim
      if (isRejected) throw new ApiProblem('REMITTANCE_DECIDED')
      if (earlier.fingerprint !== fingerprint) throw new ApiProblem('REMITTANCE_DIFFERS')
      c.header('idempotent-replayed', 'true')
    },
  })
  const row = await readRemittance(parts.db, told)
  if (row === undefined) throw new InvariantError('a recorded remittance can be read')
  return row
}

/** By the calendar of the shop. */
export const dayOf = ({ settings }: ApiParts, { at }: { at: string }): string =>
  dateIn(settings.timeZone ?? 'UTC', new Date(at))

/** A carrier that nothing ever went with owes nothing. One that nothing goes with any more may. */
async function refuseStrange(
  parts: ApiParts,
  { carrier, currency: of, at }: z.output<typeof paidOver>,
): Promise<void> {
  if (new Date(at) > parts.now()) throw refuseField('/at', 'VALUE_INVALID')
  const isOurs = Object.hasOwn(parts.carriers, carrier) || (await hasCarried(parts.db, carrier))
  if (!isOurs) throw refuseField('/carrier', 'UNKNOWN_CARRIER')
  await refuseUnused(parts, of)
}
