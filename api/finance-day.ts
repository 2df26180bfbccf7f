import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { countItemsOfDay, readCashDay, readPlatformDay, readValueDay } from '../db/finance.ts'
import type { PlatformDay } from '../db/finance.ts'
import { financeUrl } from '../domain/link.ts'
import { PLATFORMS, VALUE_KINDS } from '../domain/method.ts'
import { access } from './access.ts'
import { json, optionalBody, problems } from './answer.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import * as examples from './examples.finance.ts'
import { day } from './finance.ts'

const moved = { captured: z.int(), refunded: z.int() }
const totals = z
  .object({
    day: z.string(),
    platforms: z.array(
      z.object({
        ...{ platform: z.enum(PLATFORMS), method: z.string(), currency: z.string(), ...moved },
        statement: z
          .object({ ...moved, fees: z.int() })
          .optional()
          .openapi({ description: 'left out while it isn’t here' }),
        difference: z.int().optional().openapi({
          description: 'what the statement has beyond our books, captures less refunds',
        }),
      }),
    ),
    cash: z.array(
      z.object({
        ...{ carrier: z.string(), currency: z.string(), collected: z.int(), remitted: z.int() },
      }),
    ),
    storedValue: z
      .array(z.object({ method: z.enum(VALUE_KINDS), currency: z.string(), captured: z.int() }))
      .openapi({ description: 'paid out of wallets, points and gift cards' }),
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
  const { db, platforms, settings } = parts
  const shop = { day: of, timeZone: settings.timeZone ?? 'UTC' }
  const rows: DayView['platforms'] = []
  for (const platform of PLATFORMS) {
    const timeZone = platforms[platform]?.timeZone
    if (timeZone === undefined) continue
    const found = await readPlatformDay(db, { platform, day: of, timeZone })
    rows.push(...found.map((row) => ({ ...row, platform, ...differenceOf(row) })))
  }
  return {
    ...{ day: of, platforms: rows, cash: await readCashDay(db, shop) },
    ...{ storedValue: await readValueDay(db, shop), items: await countItemsOfDay(db, of) },
  }
}

function differenceOf({ captured, refunded, statement }: PlatformDay) {
  if (statement === undefined) return {}
  return { difference: statement.captured - statement.refunded - (captured - refunded) }
}
