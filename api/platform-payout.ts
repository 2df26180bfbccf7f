import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import * as payouts from '../db/platform-payout.ts'
import type { PlatformPayoutRow } from '../db/platform-payout.ts'
import { PLATFORMS } from '../domain/method.ts'
import { InvariantError } from '../domain/order.ts'
import { dateIn } from '../domain/zone.ts'
import { access } from './access.ts'
import { body, json, optionalBody, page, problems, REPLAYED } from './answer.ts'
import { fingerprintOf } from './command.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import * as examples from './examples.finance.ts'
import { day, pageOf } from './finance.ts'
import { currency, cursor, foreignId, id, idempotent, instant, limit, positive } from './input.ts'
import { optional, parameters } from './input.ts'
import { once } from './once.ts'
import { ApiProblem, refuseField } from './problem.ts'

/** Stripe's statements tell of its payouts themselves: told here as well, they would count twice. */
const platform = z.enum(PLATFORMS).exclude(['stripe'])

const settled = z.strictObject({
  platform,
  reference: foreignId.openapi({
    description: 'the bank’s or the platform’s own, once per platform',
  }),
  day: day.openapi({ description: 'on which it came, by the bank' }),
  amount: positive,
  currency,
})
const payout = z
  .object({
    ...{ id: z.string(), platform, reference: z.string(), day: z.string() },
    ...{ amount: z.int(), currency: z.string(), recordedBy: z.string(), recordedAt: z.string() },
    returnedBy: z.string().nullable().openapi({ description: 'who said that it didn’t come' }),
    returnedAt: z.string().nullable(),
  })
  .openapi('PlatformPayout')

const params = z.object({
  id: z.string().openapi({ description: 'its id', example: examples.PLATFORM_PAYOUT.id }),
})
const query = parameters({
  platform: optional(platform.openapi({ description: 'of this platform only', example: 'alipay' })),
  limit,
  cursor: optional(cursor(z.object({ recordedAt: instant, id }))),
})

/** What platforms settle to our bank without telling of it in their statements. */
export function platformPayoutRoutes(parts: ApiParts) {
  const list = createRoute({
    ...access(parts, 'listPlatformPayouts'),
    method: 'get',
    path: '/v1/finance/platform-payouts',
    tags: ['Finance'],
    summary: 'What platforms settled to the bank, newest first',
    request: { query },
    responses: {
      200: json(page(payout), 'A page', examples.PLATFORM_PAYOUTS),
      ...problems('listPlatformPayouts'),
    },
  })
  const record = createRoute({
    ...access(parts, 'recordPlatformPayout'),
    method: 'post',
    path: '/v1/finance/platform-payouts',
    tags: ['Finance'],
    summary: 'Alipay or WeChat Pay has settled money to the bank',
    description:
      'As the bank’s statement says. No more than the platform holds for us by the books: `available` says how much, and ' +
      'where more has come a day isn’t compared yet. Stripe’s own statements tell of its payouts.',
    request: { headers: idempotent, body: body(settled, examples.PLATFORM_PAYOUT_REQUEST) },
    responses: {
      200: { ...json(payout, 'Recorded', examples.PLATFORM_PAYOUT), headers: REPLAYED },
      ...problems('recordPlatformPayout'),
    },
  })
  const back = createRoute({
    ...access(parts, 'returnPlatformPayout'),
    method: 'post',
    path: '/v1/finance/platform-payouts/{id}/return',
    tags: ['Finance'],
    summary: 'It went back to the platform, or never came',
    request: { params, headers: idempotent, body: optionalBody(z.strictObject({}), {}) },
    responses: {
      200: { ...json(payout, 'Returned', examples.PLATFORM_PAYOUT_BACK), headers: REPLAYED },
      ...problems('returnPlatformPayout'),
    },
  })
  return new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => {
      const { limit: size, cursor: after, platform: of } = c.req.valid('query')
      const wanted = { platform: of, after, limit: size + 1 }
      const placeOf = (last: PlatformPayoutRow) => ({ recordedAt: last.recordedAt, id: last.id })
      return c.json(pageOf(await payouts.listPlatformPayouts(parts.db, wanted), size, placeOf), 200)
    })
    .openapi(record, async (c) => c.json(await recorded(c, parts, c.req.valid('json')), 200))
    .openapi(back, async (c) => c.json(await returned(c, parts), 200))
}

async function recorded(
  c: Context<ApiEnv>,
  parts: ApiParts,
  told: z.output<typeof settled>,
): Promise<PlatformPayoutRow> {
  const { settings, now } = parts
  const isToCome = told.day > dateIn(settings.timeZone ?? 'UTC', now())
  if (isToCome) throw refuseField('/day', 'DAY_NOT_OVER')
  const fingerprint = fingerprintOf(c, parts, told)
  const recordedBy = c.get('actor').id
  await once(c, parts, {
    body: told,
    make: async (tx, made) => {
      const row = { ...told, id: made, fingerprint, recordedBy, recordedAt: now().toISOString() }
      const outcome = await payouts.recordPlatformPayout(tx, row)
      if (outcome === 'known') c.header('idempotent-replayed', 'true')
      if (typeof outcome === 'object') throw refusalOf(outcome)
    },
  })
  const row = await payouts.readPlatformPayout(parts.db, told)
  if (row === undefined) throw new InvariantError('a recorded payout can be read')
  return row
}

function refusalOf(refusal: payouts.PlatformPayoutRefusal): ApiProblem {
  if (refusal.code === 'REFERENCE_TAKEN') return new ApiProblem(refusal.code)
  return new ApiProblem(refusal.code, [{ path: '/amount', ...refusal }])
}

async function returned(c: Context<ApiEnv>, parts: ApiParts): Promise<PlatformPayoutRow> {
  const { id: known } = await loadPayout(c, parts)
  await once(c, parts, {
    body: {},
    make: (tx) => {
      const decision = { by: c.get('actor').id, at: parts.now().toISOString() }
      return payouts.returnPlatformPayout(tx, known, decision)
    },
  })
  return loadPayout(c, parts)
}

async function loadPayout(c: Context<ApiEnv>, { db }: ApiParts): Promise<PlatformPayoutRow> {
  const asked = c.req.param('id') ?? ''
  const isId = id.safeParse(asked).success
  const found = isId ? await payouts.readPlatformPayout(db, { id: asked }) : undefined
  if (found === undefined) throw new ApiProblem('UNKNOWN_PAYOUT')
  return found
}
