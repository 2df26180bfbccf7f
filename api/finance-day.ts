import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import {
  countItemsOfDay,
  readCashDay,
  readHandDay,
  readPlatformDay,
  readValueDay,
} from '../db/finance-day.ts'
import type { Moved, PlatformDay } from '../db/finance-day.ts'
import { readReconciliation } from '../db/statement.ts'
import { financeUrl } from '../domain/link.ts'
import { PLATFORMS, VALUE_KINDS } from '../domain/method.ts'
import { dateIn } from '../domain/zone.ts'
import { access } from './access.ts'
import { json, optionalBody, problems } from './answer.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import * as examples from './examples.finance.ts'
import { day } from './finance.ts'

const moved = {
  captured: z.int(),
  refunded: z.int(),
  disputed: z.int().openapi({ description: 'taken back by customers’ banks' }),
  returned: z.int().openapi({
    description: 'disputes that were won; on statements refunds that a bank sent back, too',
  }),
  fees: z
    .int()
    .openapi({ description: 'kept by the platform; our books have it of its statement' }),
  net: z.int(),
}
/** How far a platform's own day has come. */
const PHASES = ['ahead', 'running', 'over'] as const

const totals = z
  .object({
    day: z.string(),
    platforms: z.array(
      z.object({
        ...{ platform: z.enum(PLATFORMS), method: z.string(), currency: z.string(), ...moved },
        statement: z
          .object(moved)
          .optional()
          .openapi({ description: 'left out while it isn’t compared' }),
        difference: z
          .int()
          .optional()
          .openapi({ description: 'what the statement has beyond our books, net' }),
      }),
    ),
    statements: z
      .array(
        z.object({
          platform: z.enum(PLATFORMS),
          timeZone: z.string().openapi({ description: 'of its calendar' }),
          phase: z.enum(PHASES),
          status: z
            .enum(['waiting', 'missing', 'done'])
            .optional()
            .openapi({ description: 'of the comparison; left out where there was none' }),
        }),
      )
      .openapi({ description: 'how far this day has come, platform by platform' }),
    cash: z.array(
      z.object({
        ...{ carrier: z.string(), currency: z.string(), collected: z.int(), remitted: z.int() },
      }),
    ),
    storedValue: z
      .array(
        z.object({
          ...{ method: z.enum(VALUE_KINDS), currency: z.string() },
          ...{ captured: z.int(), refunded: z.int() },
        }),
      )
      .openapi({ description: 'paid out of wallets, points and gift cards, and paid back there' }),
    byHand: z
      .array(z.object({ currency: z.string(), refunded: z.int() }))
      .openapi({ description: 'paid back from the bank by a person' }),
    items: z
      .object({ all: z.int(), open: z.int() })
      .openapi({ description: 'differences of that day' }),
  })
  .openapi('FinanceDay')
export type DayView = z.infer<typeof totals>

/** A day's totals, and the way to the page that shows them. */
export function financeDayRoutes(parts: ApiParts) {
  const read = createRoute({
    ...access(parts, 'readFinanceDay'),
    method: 'get',
    path: '/v1/finance/days/{day}',
    tags: ['Finance'],
    summary: 'What moved on a day, by platform, carrier and means of payment',
    description: 'Each platform by its own calendar; all else by the shop’s.',
    request: { params: z.object({ day }) },
    responses: {
      200: json(totals, 'The day', examples.DAY_TOTALS),
      ...problems('readFinanceDay'),
    },
  })
  const link = createRoute({
    ...access(parts, 'makeFinanceLink'),
    method: 'post',
    path: '/v1/finance/links',
    tags: ['Finance'],
    summary: 'A link to the finance page that works for twelve hours',
    description:
      'Whoever has it sees what you may see; it changes nothing, so no Idempotency-Key is needed.',
    request: { body: optionalBody(z.strictObject({}), {}) },
    responses: {
      201: json(z.object({ url: z.string(), expiresAt: z.string() }), 'Made', examples.LINK),
      ...problems('makeFinanceLink'),
    },
  })
  return new OpenAPIHono<ApiEnv>()
    .openapi(read, async (c) => c.json(await dayView(parts, c.req.valid('param').day), 200))
    .openapi(link, (c) => {
      const { publicUrl } = parts.settings
      const links = { publicUrl, linkKey: parts.keys.linkKey }
      return c.json(financeUrl(links, { keyId: c.get('actor').id, at: parts.now().getTime() }), 201)
    })
}

/** Read one after the other: nobody waits for this page in a hurry. */
export async function dayView(parts: ApiParts, of: string): Promise<DayView> {
  const { db, settings } = parts
  const shop = { day: of, timeZone: settings.timeZone ?? 'UTC' }
  const rows: DayView['platforms'] = []
  const statements: DayView['statements'] = []
  for (const { platform, timeZone } of calendarsOf(parts)) {
    const found = await readPlatformDay(db, { platform, day: of, timeZone })
    rows.push(...found.map(withNet))
    const compared = await readReconciliation(db, { platform, day: of })
    const phase = phaseOf(of, dateIn(timeZone, parts.now()))
    statements.push({ platform, timeZone, phase, ...(compared && { status: compared.status }) })
  }
  return {
    ...{ day: of, platforms: rows, statements, cash: await readCashDay(db, shop) },
    ...{ storedValue: await readValueDay(db, shop), byHand: await readHandDay(db, shop) },
    items: await countItemsOfDay(db, of),
  }
}

/** Platforms that the shop has a contract with, each with the zone of its days. */
export const calendarsOf = ({ platforms }: ApiParts) =>
  PLATFORMS.flatMap((platform) => {
    const timeZone = platforms[platform]?.timeZone
    return timeZone === undefined ? [] : [{ platform, timeZone }]
  })

function phaseOf(day: string, today: string): (typeof PHASES)[number] {
  if (day === today) return 'running'
  return day < today ? 'over' : 'ahead'
}

function withNet({ statement, ...ours }: PlatformDay): DayView['platforms'][number] {
  const row = { ...ours, net: netOf(ours) }
  if (statement === undefined) return row
  const net = netOf(statement)
  return { ...row, statement: { ...statement, net }, difference: net - row.net }
}

const netOf = ({ captured, refunded, disputed, returned, fees }: Moved) =>
  captured - refunded - disputed + returned - fees
