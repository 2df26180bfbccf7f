import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { transact } from '../db/connection.ts'
import type { Tx } from '../db/connection.ts'
import {
  endPromotion,
  listPromotions,
  readStrangers,
  readVersions,
  savePromotion,
} from '../db/promotion.ts'
import type { Draft, Saved, Seller, StoredPromotion } from '../db/promotion.ts'
import { access } from './access.ts'
import { body, json, optionalBody, page, problems, REPLAYED } from './answer.ts'
import type { Actor, ApiEnv, ApiParts } from './context.ts'
import { PROMOTION, PROMOTION_REQUEST } from './examples.promotion.ts'
import { cursor, cursorOf, id, idempotent, limit, optional, parameters } from './input.ts'
import { once } from './once.ts'
import { ApiProblem } from './problem.ts'
import type { FieldError } from './problem.ts'
import { promotionDetail, promotionRequest, promotionShape } from './terms.ts'
import type { PromotionWish } from './terms.ts'

export const ofPromotion = z.object({
  id: id.openapi({ description: 'the promotion’s id, of its maker’s choice', example: 'tea-week' }),
})

const filter = parameters({
  merchant: optional(id.openapi({ description: 'of this merchant only', example: 'aurora' })),
  live: optional(
    z.stringbool({ truthy: ['true'], falsy: ['false'] }).openapi({
      ...{ type: 'string', enum: ['true', 'false'] },
      ...{ description: 'in force now, or not', example: 'true' },
    }),
  ),
  limit,
  cursor: optional(cursor(z.object({ id }))),
})

/** Rules of price: the platform's, and those of merchants for their own goods. */
export function promotionRoutes(parts: ApiParts) {
  const put = createRoute({
    ...access(parts, 'putPromotion'),
    method: 'put',
    path: '/v1/promotions/{id}',
    tags: ['Promotions'],
    summary: 'Make a promotion, or change it by a new version',
    description:
      'A change names the `version` that is there now; what changes nothing makes no new one. Orders keep the ' +
      'version that they were priced by. Merchants make promotions of their own goods at their own cost, be it price or freight.',
    request: { params: ofPromotion, body: body(promotionRequest, PROMOTION_REQUEST) },
    responses: {
      200: json(promotionShape, 'Changed, or as it was', PROMOTION),
      201: json(promotionShape, 'Made', PROMOTION),
      ...problems('putPromotion'),
    },
  })
  const end = createRoute({
    ...access(parts, 'endPromotion'),
    method: 'post',
    path: '/v1/promotions/{id}/end',
    tags: ['Promotions'],
    summary: 'End a promotion before its time',
    description: 'At once and for good. Its coupons can’t be used any more; orders stay as priced.',
    request: {
      params: ofPromotion,
      headers: idempotent,
      body: optionalBody(z.strictObject({}), {}),
    },
    responses: {
      200: { ...json(promotionShape, 'Ended', PROMOTION), headers: REPLAYED },
      ...problems('endPromotion'),
    },
  })
  return new OpenAPIHono<ApiEnv>()
    .openapi(put, async (c) => {
      const { version, ...wish } = c.req.valid('json')
      const draft = draftOf(c.get('actor'), c.req.valid('param').id, wish)
      const saved = await transact(parts.db, async (tx) => {
        await refuseStrangers(tx, draft)
        return savePromotion(tx, draft, version)
      })
      const refusal = REFUSALS[saved]
      if (refusal !== undefined) throw refusal()
      const view = promotionView(await newestOf(parts, draft.id, {}), parts)
      return saved === 'created' ? c.json(view, 201) : c.json(view, 200)
    })
    .openapi(end, async (c) => {
      const { id: promotionId } = c.req.valid('param')
      const seller = sellerOf(c.get('actor'))
      await newestOf(parts, promotionId, seller)
      const make = (tx: Tx) => endPromotion(tx, promotionId)
      await once(c, parts, { body: {}, make })
      return c.json(promotionView(await newestOf(parts, promotionId, seller), parts), 200)
    })
    .route('/', readingRoutes(parts))
}

function readingRoutes(parts: ApiParts) {
  const list = createRoute({
    ...access(parts, 'listPromotions'),
    method: 'get',
    path: '/v1/promotions',
    tags: ['Promotions'],
    summary: 'Promotions by id, each in its newest version',
    description: 'A merchant sees its own, the platform’s people all.',
    request: { query: filter },
    responses: {
      200: json(page(promotionShape), 'A page', { items: [PROMOTION], next: null }),
      ...problems('listPromotions'),
    },
  })
  const read = createRoute({
    ...access(parts, 'readPromotion'),
    method: 'get',
    path: '/v1/promotions/{id}',
    tags: ['Promotions'],
    summary: 'A promotion with all its versions, newest first',
    request: { params: ofPromotion },
    responses: {
      200: json(promotionDetail, 'As it stands', { ...PROMOTION, versions: [] }),
      ...problems('readPromotion'),
    },
  })
  return new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => {
      const { limit: size, cursor: place, merchant, live } = c.req.valid('query')
      const at = parts.now().toISOString()
      const found = await listPromotions(parts.db, {
        seller: sellerOf(c.get('actor')),
        filter: { merchant, live, at },
        after: place?.id,
        limit: size + 1,
      })
      const items = found.slice(0, size).map((one) => promotionView(one, parts))
      const last = items.at(-1)
      const next = found.length > size && last !== undefined ? cursorOf({ id: last.id }) : null
      return c.json({ items, next }, 200)
    })
    .openapi(read, async (c) => {
      const { id: promotionId } = c.req.valid('param')
      const found = await readVersions(parts.db, promotionId, sellerOf(c.get('actor')))
      const [newest] = found
      if (newest === undefined) throw new ApiProblem('UNKNOWN_PROMOTION')
      const versions = found.map(({ promotion, createdAt }) => ({ ...promotion, createdAt }))
      return c.json({ ...promotionView(newest, parts), versions }, 200)
    })
}

/** Whose promotions exist for someone: a merchant's own; all for the platform's people. */
export const sellerOf = ({ scope }: Actor): Seller =>
  'merchantId' in scope ? { merchantId: scope.merchantId } : {}

async function newestOf(parts: ApiParts, id: string, seller: Seller): Promise<StoredPromotion> {
  const [newest] = await readVersions(parts.db, id, seller)
  if (newest === undefined) throw new ApiProblem('UNKNOWN_PROMOTION')
  return newest
}

/**
 * A merchant makes its own promotions, of its own goods, at its own cost, free freight included;
 * the platform says whose and at whose.
 */
function draftOf(actor: Actor, promotionId: string, wish: PromotionWish): Draft {
  const { merchantId: own } = sellerOf(actor)
  const errors = own === undefined ? [] : notTheirs(own, wish)
  if (errors.length > 0) throw new ApiProblem('INPUT_INVALID', errors)
  const merchantId = own ?? wish.merchantId
  const { platformBps = merchantId === undefined ? ALL : 0 } = wish
  const owner = merchantId !== undefined && { merchantId }
  return { id: promotionId, ...wish, ...owner, platformBps }
}

const ALL = 10_000

function notTheirs(own: string, { merchantId = own, scope, platformBps = 0 }: PromotionWish) {
  const others = (scope.merchants ?? []).map((name, i) => ({ name, path: `/scope/merchants/${i}` }))
  return [
    ...[{ name: merchantId, path: '/merchantId' }, ...others].flatMap(({ name, path }) =>
      name === own ? [] : [{ path, code: 'MERCHANT_NOT_YOURS' as const }],
    ),
    ...(platformBps === 0 ? [] : [{ path: '/platformBps', code: 'FUNDING_NOT_YOURS' as const }]),
  ]
}

async function refuseStrangers(tx: Tx, { merchantId, scope }: Draft): Promise<void> {
  const strangers = await readStrangers(tx, { merchantId, scope })
  const wrong = (kind: keyof typeof strangers, code: FieldError['code']): FieldError[] =>
    (scope[kind] ?? []).flatMap((name, i) =>
      strangers[kind].has(name) ? [{ path: `/scope/${kind}/${i}`, code }] : [],
    )
  const errors: FieldError[] = [
    ...(strangers.merchants.has(merchantId ?? '')
      ? [{ path: '/merchantId', code: 'UNKNOWN_MERCHANT' as const }]
      : []),
    ...wrong('skus', 'UNKNOWN_SKU'),
    ...wrong('categories', 'UNKNOWN_CATEGORY'),
    ...wrong('merchants', 'UNKNOWN_MERCHANT'),
  ]
  if (errors.length > 0) throw new ApiProblem('INPUT_INVALID', errors)
}

const REFUSALS: Partial<Record<Saved, () => ApiProblem>> = {
  stale: () => new ApiProblem('VERSION_STALE'),
  ended: () => new ApiProblem('PROMOTION_ENDED'),
  taken: () => new ApiProblem('ID_TAKEN'),
  other_kind: () => new ApiProblem('INPUT_INVALID', [{ path: '/terms/kind', code: 'KIND_FIXED' }]),
}

function promotionView(
  { promotion, endedAt }: StoredPromotion,
  { now }: ApiParts,
): z.output<typeof promotionShape> {
  const phase = phaseOf({ promotion, endedAt }, now().toISOString())
  return { ...promotion, phase, ...(endedAt !== undefined && { endedAt }) }
}

/** Where a promotion stands in its time. */
export function phaseOf(
  { promotion, endedAt }: Pick<StoredPromotion, 'promotion'> & { endedAt?: string | undefined },
  at: string,
): 'scheduled' | 'live' | 'over' {
  if (endedAt !== undefined || promotion.endsAt <= at) return 'over'
  return promotion.startsAt <= at ? 'live' : 'scheduled'
}
