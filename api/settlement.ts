import { isDeepStrictEqual } from 'node:util'
import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { findMerchant } from '../db/merchant.ts'
import { findSettlement, listSettlements, recompute } from '../db/settlement.ts'
import type { SettlementRow } from '../db/settlement.ts'
import { csvOf, readLines } from '../db/settlement-lines.ts'
import { DEFAULT_PERIOD, HOLD_REASONS, periodEnd } from '../domain/settlement.ts'
import { access } from './access.ts'
import { json, optionalBody, page, problems } from './answer.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import { csvFile } from './csv.ts'
import * as examples from './examples.settlement.ts'
import { pageOf } from './finance.ts'
import { cursor, id, instant, limit, optional, parameters } from './input.ts'
import { ApiProblem, refuseField } from './problem.ts'

const balances = z.object({
  pending: z.int().openapi({ description: 'of orders that aren’t put away, or not paid over' }),
  available: z.int().openapi({ description: 'below zero: later sales make up for it' }),
  onItsWay: z.int().openapi({ description: 'paid out, and not confirmed by the bank' }),
})
const shares = z.object({
  goods: z.int().openapi({ description: 'what customers pay for the goods' }),
  platformFunded: z.int().openapi({ description: 'discounts that the platform bears' }),
  commission: z.int().openapi({ description: 'as agreed on when the order was placed' }),
  freightBorne: z.int().openapi({ description: 'freight that the merchant gives away' }),
  total: z.int(),
})
const computed = z.object({
  opening: balances,
  sales: shares,
  credited: shares.openapi({ description: 'the same of what was taken back' }),
  released: z.int().openapi({ description: 'from pending to available' }),
  paidOut: z.int().openapi({ description: 'less what banks didn’t take' }),
  confirmed: z.int().openapi({ description: 'of it, by the bank' }),
  other: balances.openapi({ description: 'what stands in no other figure' }),
  closing: balances,
  awaited: z.int().openapi({
    description: 'part of what is pending at the end whose cash carriers or customers still have',
  }),
})
const payout = z.object({
  amount: z.int(),
  heldBack: z.int(),
  reason: z.enum(HOLD_REASONS).nullable(),
})
const figures = computed.extend({ payout }).openapi('SettlementFigures', {
  description: 'minor units, above zero in the merchant’s favour',
})

const settlement = z
  .object({
    ...{ id: z.string(), merchantId: z.string(), currency: z.string() },
    number: z.int().openapi({ description: 'consecutive per merchant and currency' }),
    startsAt: z.string().nullable().openapi({ description: 'null: covers all there was' }),
    endsAt: z.string().openapi({ description: 'not included' }),
    entries: z.int(),
    fromPosting: z.int().nullable(),
    toPosting: z.int().nullable(),
    sha256: z.string().openapi({ description: 'of its lines as a CSV file, in hexadecimal' }),
    closedAt: z.string(),
    figures,
  })
  .openapi('Settlement')
export type SettlementView = z.infer<typeof settlement>

const line = z
  .object({
    ...{ posting: z.int(), line: z.int(), at: z.string(), kind: z.string() },
    ...{ orderId: z.string().nullable(), account: z.string(), side: z.enum(['D', 'C']) },
    ...{ amount: z.int(), currency: z.string() },
  })
  .openapi('SettlementLine')

const check = z
  .object({
    id: z.string(),
    agrees: z.boolean(),
    sha256: z.string().openapi({ description: 'as the ledger makes it today' }),
    figures: computed.openapi({ description: 'as the ledger makes them today' }),
  })
  .openapi('SettlementCheck')

const start = z.strictObject({
  merchantId: optional(id.openapi({ description: 'for this merchant only' })),
  asOf: optional(instant.openapi({ description: 'when it is taken to happen; now unless given' })),
})
const begun = z.object({
  endsAt: z.string().openapi({ description: 'end of the period that is closed' }),
})

const params = z.object({
  id: z.string().openapi({ description: 'the statement’s id', example: examples.SETTLEMENT.id }),
})
const query = parameters({
  merchant: optional(
    id.openapi({ description: 'of this merchant only', example: examples.MERCHANT_ID }),
  ),
  limit,
  cursor: optional(cursor(z.object({ closedAt: instant, id: z.string().max(100) }))),
})
const lineQuery = parameters({
  limit,
  cursor: optional(cursor(z.object({ posting: z.int().min(0), line: z.int32().min(0) }))),
})

/** What merchants are told that they earned. */
export function settlementRoutes(parts: ApiParts) {
  const begin = createRoute({
    ...access(parts, 'startSettlement'),
    method: 'post',
    path: '/v1/finance/settlements',
    tags: ['Settlement'],
    summary: 'Close the last whole period',
    description:
      'After each period that is done by itself. Done again, it makes what is missing and nothing twice, so no ' +
      'Idempotency-Key is needed. Whoever asks is the first of two people for payouts above the limit.',
    request: { body: optionalBody(start, examples.SETTLEMENT_REQUEST) },
    responses: {
      202: json(begun, 'Begun', examples.SETTLEMENT_BEGUN),
      ...problems('startSettlement'),
    },
  })
  const list = createRoute({
    ...access(parts, 'listSettlements'),
    method: 'get',
    path: '/v1/finance/settlements',
    tags: ['Settlement'],
    summary: 'Statements that are yours to see, newest first',
    request: { query },
    responses: {
      200: json(page(settlement), 'A page', examples.SETTLEMENTS),
      ...problems('listSettlements'),
    },
  })
  const read = createRoute({
    ...access(parts, 'readSettlement'),
    method: 'get',
    path: '/v1/finance/settlements/{id}',
    tags: ['Settlement'],
    summary: 'One statement',
    request: { params },
    responses: {
      200: json(settlement, 'It', examples.SETTLEMENT),
      ...problems('readSettlement'),
    },
  })
  return new OpenAPIHono<ApiEnv>()
    .openapi(begin, async (c) => c.json(await beginSettlement(c, parts, c.req.valid('json')), 202))
    .openapi(list, async (c) => {
      const { limit: size, cursor: after, merchant } = c.req.valid('query')
      const own = ownMerchant(c)
      const isForeign = own !== undefined && merchant !== undefined && own !== merchant
      const wanted = { merchantId: own ?? merchant, after, limit: size + 1 }
      const found = isForeign ? [] : await listSettlements(parts.db, wanted)
      const { items, next } = pageOf(found, size, (last) => ({
        closedAt: last.closedAt,
        id: last.id,
      }))
      return c.json({ items: items.map(viewOf), next }, 200)
    })
    .openapi(read, async (c) => c.json(viewOf(await loadSettlement(c, parts)), 200))
}

/** What a statement is made of. */
export function settlementLineRoutes(parts: ApiParts) {
  const lines = createRoute({
    ...access(parts, 'listSettlementLines'),
    method: 'get',
    path: '/v1/finance/settlements/{id}/lines',
    tags: ['Settlement'],
    summary: 'Its lines: entries of the ledger, in the order of posting',
    request: { params, query: lineQuery },
    responses: {
      200: json(page(line), 'A page', examples.SETTLEMENT_LINES),
      ...problems('listSettlementLines'),
    },
  })
  const download = createRoute({
    ...access(parts, 'downloadSettlement'),
    method: 'get',
    path: '/v1/finance/settlements/{id}/lines.csv',
    tags: ['Settlement'],
    summary: 'The same as one CSV file',
    description: 'RFC 4180 in UTF-8. Its SHA-256 is the one that the statement bears.',
    request: { params },
    responses: {
      200: {
        description: 'All lines',
        content: { 'text/csv': { schema: z.string(), example: examples.SETTLEMENT_CSV } },
      },
      ...problems('downloadSettlement'),
    },
  })
  const prove = createRoute({
    ...access(parts, 'checkSettlement'),
    method: 'get',
    path: '/v1/finance/settlements/{id}/check',
    tags: ['Settlement'],
    summary: 'Make it again from the ledger, and compare',
    request: { params },
    responses: {
      200: json(check, 'Whether they agree', examples.SETTLEMENT_CHECK),
      ...problems('checkSettlement'),
    },
  })
  return new OpenAPIHono<ApiEnv>()
    .openapi(lines, async (c) => {
      const { limit: size, cursor: after } = c.req.valid('query')
      const covered = await loadSettlement(c, parts)
      const found = await readLines(parts.db, covered, { after, limit: size + 1 })
      const placed = pageOf(found, size, (last) => ({ posting: last.posting, line: last.line }))
      return c.json(placed, 200)
    })
    .openapi(download, async (c) => linesCsv(c, parts, await loadSettlement(c, parts)))
    .openapi(prove, async (c) => c.json(await proofOf(parts, await loadSettlement(c, parts)), 200))
}

async function beginSettlement(
  c: Context<ApiEnv>,
  { db, settings, client, now, log }: ApiParts,
  { merchantId, asOf = now().toISOString() }: z.infer<typeof start>,
) {
  // Orders of a developer may be ahead of the clock; a period that isn't over is closed for nobody else.
  const isAhead = asOf > now().toISOString() && settings.mode === 'production'
  if (isAhead) throw refuseField('/asOf', 'VALUE_INVALID')
  const isNobody = merchantId !== undefined && (await findMerchant(db, merchantId)) === undefined
  if (isNobody) throw new ApiProblem('UNKNOWN_MERCHANT')
  const { timeZone = 'UTC', settlementPeriod: period = DEFAULT_PERIOD } = settings
  const endsAt = periodEnd({ period, timeZone }, new Date(asOf)).toISOString()
  const run = [endsAt.slice(0, 10), ...(merchantId === undefined ? [] : [merchantId])].join('-')
  const whose = merchantId === undefined ? {} : { merchantId }
  try {
    await client.settleMerchants({ id: run, asOf, by: c.get('actor').id, ...whose })
  } catch (error) {
    const reason = error instanceof Error ? error.name : 'unknown'
    log.warn({ reason }, 'a settlement could not be started')
    throw new ApiProblem('ENGINE_AWAY')
  }
  return { endsAt }
}

/** Whose money someone may see; undefined: everyone's. */
export function ownMerchant(c: Context<ApiEnv>): string | undefined {
  const { scope } = c.get('actor')
  return 'merchantId' in scope ? scope.merchantId : undefined
}

async function loadSettlement(c: Context<ApiEnv>, { db }: ApiParts): Promise<SettlementRow> {
  const found = await findSettlement(db, c.req.param('id') ?? '', ownMerchant(c))
  if (found === undefined) throw new ApiProblem('UNKNOWN_SETTLEMENT')
  return found
}

function viewOf(row: SettlementRow): SettlementView {
  const { from: _, to: __, closedBy: ___, ...view } = row
  return view
}

const linesCsv = (c: Context<ApiEnv>, parts: ApiParts, row: SettlementRow) =>
  csvFile(c, parts, { name: `${row.id}.csv`, pieces: csvOf(parts.db, row) })

async function proofOf({ db }: ApiParts, row: SettlementRow): Promise<z.infer<typeof check>> {
  const { digest, figures: found } = await recompute(db, row)
  const { payout: _, ...told } = row.figures
  const agrees = digest.sha256 === row.sha256 && isDeepStrictEqual(told, found)
  return { id: row.id, agrees, sha256: digest.sha256, figures: found }
}
