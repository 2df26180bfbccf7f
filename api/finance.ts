import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { listReconciliations, readReconciliation } from '../db/statement.ts'
import { PLATFORMS } from '../domain/method.ts'
import type { PlatformName } from '../domain/method.ts'
import { dateIn } from '../domain/zone.ts'
import { access } from './access.ts'
import { body, json, LOCATION, page, problems } from './answer.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import * as examples from './examples.finance.ts'
import { cursor, cursorOf, instant, limit, optional, parameters } from './input.ts'
import { ApiProblem, refuseField } from './problem.ts'
import { tellSandbox } from './sandbox-clock.ts'

const platform = z.enum(PLATFORMS)
/** Days that both PostgreSQL and JavaScript can count on from. */
const YEARS = { first: '2000', last: '2199' }
const date = z.iso
  .date()
  .refine((text) => text.slice(0, 4) >= YEARS.first && text.slice(0, 4) <= YEARS.last)
export const day = date.openapi({
  ...{ description: 'by the calendar of whose day it is', example: examples.DAY },
})

const start = z.strictObject({
  platform,
  day,
  asOf: optional(
    instant.openapi({
      description:
        'when it is taken to happen; now unless given. In development that may be to come, so that today can be compared',
    }),
  ),
})

const row = z
  .object({
    platform,
    day: z.string(),
    status: z.enum(['waiting', 'missing', 'done']).openapi({
      description:
        '`waiting` for the statement, which is asked for again; `missing`: a task asks a person',
    }),
    asOf: z.string(),
    lines: z.int().openapi({ description: 'of the statement' }),
    openItems: z.int().openapi({ description: 'differences of that day that are still open' }),
  })
  .openapi('Reconciliation')

const ofDay = z.object({
  platform: platform.openapi({ description: 'whose statement', example: 'alipay' }),
  day,
})
const query = parameters({
  limit,
  cursor: optional(cursor(z.object({ day: date, platform }))),
})

/** A day of a platform is compared with our books. */
export function reconciliationRoutes(parts: ApiParts) {
  const begin = createRoute({
    ...access(parts, 'startReconciliation'),
    method: 'post',
    path: '/v1/finance/reconciliations',
    tags: ['Finance'],
    summary: 'Compare a day of a platform with our books',
    description:
      'Every day does so by itself. Done again, it finds what has changed since: what agrees by now is closed, and ' +
      'nothing is opened twice, so no Idempotency-Key is needed.',
    request: { body: body(start, examples.RECONCILIATION_REQUEST) },
    responses: {
      202: {
        ...json(ofDay, 'Begun', examples.RECONCILIATION_REQUEST),
        headers: LOCATION,
      },
      ...problems('startReconciliation'),
    },
  })
  return new OpenAPIHono<ApiEnv>().openapi(begin, async (c) => {
    const asked = c.req.valid('json')
    refuseUntilOver(parts, asked)
    await tellAhead(parts, asked)
    const anew = (await readReconciliation(parts.db, asked))?.status === 'waiting'
    await reached(parts, () => parts.client.reconcile(asked, { anew }))
    c.header('location', `/v1/finance/reconciliations/${asked.platform}/${asked.day}`)
    return c.json({ platform: asked.platform, day: asked.day }, 202)
  })
}

/** What came of them. */
export function comparedDayRoutes(parts: ApiParts) {
  const list = createRoute({
    ...access(parts, 'listReconciliations'),
    method: 'get',
    path: '/v1/finance/reconciliations',
    tags: ['Finance'],
    summary: 'Days that were compared, newest first',
    request: { query },
    responses: {
      200: json(page(row), 'A page', examples.RECONCILIATIONS),
      ...problems('listReconciliations'),
    },
  })
  const read = createRoute({
    ...access(parts, 'readReconciliation'),
    method: 'get',
    path: '/v1/finance/reconciliations/{platform}/{day}',
    tags: ['Finance'],
    summary: 'How far the comparison of a day has come',
    request: { params: ofDay },
    responses: {
      200: json(row, 'It', examples.RECONCILIATION),
      ...problems('readReconciliation'),
    },
  })
  return new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => {
      const { limit: size, cursor: place } = c.req.valid('query')
      const found = await listReconciliations(parts.db, { cursor: place, limit: size + 1 })
      return c.json(
        pageOf(found, size, ({ day: last, platform: of }) => ({ day: last, platform: of })),
        200,
      )
    })
    .openapi(read, async (c) => {
      const found = await readReconciliation(parts.db, c.req.valid('param'))
      if (found === undefined) throw new ApiProblem('UNKNOWN_RECONCILIATION')
      return c.json(found, 200)
    })
}

/** What was found, one more than a page holds, as a page. */
export function pageOf<T>(found: readonly T[], size: number, placeOf: (last: T) => unknown) {
  const last = found[size - 1]
  const isMore = found.length > size && last !== undefined
  return { items: found.slice(0, size), next: isMore ? cursorOf(placeOf(last)) : null }
}

/** A statement is of a whole day. */
function refuseUntilOver(
  { platforms, settings, now }: ApiParts,
  asked: { platform: PlatformName; day: string; asOf?: string },
): void {
  const timeZone = platforms[asked.platform]?.timeZone
  if (timeZone === undefined) throw new ApiProblem('UNKNOWN_PLATFORM')
  const at = asked.asOf === undefined ? now() : new Date(asked.asOf)
  // Orders of a developer may be ahead of the clock; a day that isn't over has no statement.
  if (at > now() && settings.mode === 'production') throw refuseField('/asOf', 'VALUE_INVALID')
  if (asked.day >= dateIn(timeZone, at)) throw refuseField('/day', 'DAY_NOT_OVER')
}

/** A developer's day is compared before it is over: the sandbox has its statement by then, too. */
async function tellAhead(
  parts: ApiParts,
  { platform: of, asOf }: { platform: PlatformName; asOf?: string },
): Promise<void> {
  if (asOf === undefined || new Date(asOf) <= parts.now()) return
  await tellSandbox(parts, { platforms: [of] }, asOf)
}

async function reached(parts: ApiParts, call: () => Promise<void>): Promise<void> {
  try {
    await call()
  } catch (error) {
    const reason = error instanceof Error ? error.name : 'unknown'
    parts.log.warn({ reason }, 'a comparison could not be started')
    throw new ApiProblem('ENGINE_AWAY')
  }
}
