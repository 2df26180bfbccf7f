import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { revokeApiKey } from '../db/access.ts'
import { transact } from '../db/connection.ts'
import type { Tx } from '../db/connection.ts'
import { findMerchant } from '../db/merchant.ts'
import type { Scope } from '../db/order.ts'
import { listWarehouses, lockWarehouse, putWarehouse } from '../db/warehouse.ts'
import { makeWarehouseKey, readWarehouseKeys, readWarehouses } from '../db/warehouse.ts'
import type { Warehouse, WarehouseFilter } from '../db/warehouse.ts'
import { access } from './access.ts'
import { body, json, optionalBody, page, problems, REPLAYED } from './answer.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import * as examples from './examples.merchant.ts'
import {
  country,
  cursor,
  cursorOf,
  id,
  idempotent,
  limit,
  line,
  optional,
  parameters,
} from './input.ts'
import { newKey } from './merchant.ts'
import { once } from './once.ts'
import { checkedPlace } from './place.ts'
import { ApiProblem } from './problem.ts'

/*
 * Warehouses as places that goods leave from; the work in them is `warehouse.ts`.
 */

/** Keys of one warehouse at a time. */
const MOST_KEYS = 20
/** Longer than any warehouse takes to pack. Working days. */
const LONGEST_HANDLING = 60

const place = z.strictObject({ country, region: line(), city: line() })
const cutoff = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
  .openapi({ description: 'orders placed until then are handled from the same day on' })
const timeZone = z.string().refine(isTimeZone, 'TIME_ZONE_INVALID')
const handlingDays = z.int().min(0).max(LONGEST_HANDLING)

const warehouse = z.strictObject({
  merchantId: optional(
    id.openapi({ description: 'whose it is; for the platform’s people, a merchant’s are its own' }),
  ),
  ...{ name: line(), place, cutoff, timeZone, handlingDays },
  active: z.boolean().default(true).openapi({ description: 'whether orders are served from it' }),
})

const siteShape = z
  .object({
    ...{ id: z.string(), merchantId: z.string(), name: z.string() },
    place: z
      .object({ country: z.string(), region: z.string(), city: z.string() })
      .nullable()
      .openapi({ description: 'null of warehouses that came with orders from elsewhere' }),
    ...{ cutoff: z.string(), timeZone: z.string(), handlingDays: z.int() },
    active: z.boolean(),
  })
  .openapi('Warehouse')
const usedKeyShape = z.object({
  id: z.string(),
  madeBy: z.string().nullable().openapi({
    description: 'a member of the team, or the key of someone else; null: the platform’s operators',
  }),
})
const wholeShape = siteShape
  .extend({ keys: z.array(usedKeyShape).openapi({ description: 'used there' }) })
  .openapi('WarehouseWithKeys')
const keyShape = z.object({ id: z.string(), key: newKey }).openapi('WarehouseKey')

export type WarehouseView = z.infer<typeof siteShape>

const ofWarehouse = z.object({
  id: z.string().openapi({ description: 'the warehouse’s id', example: examples.WAREHOUSE_ID }),
})
const ofKey = ofWarehouse.extend({
  key: z.string().openapi({ description: 'the key’s id', example: examples.MEMBER_ID }),
})
const query = parameters({
  merchantId: optional(
    id.openapi({ description: 'of this merchant only', example: examples.MERCHANT_ID }),
  ),
  limit,
  cursor: optional(cursor(z.object({ id }))),
})
const nothing = optionalBody(z.strictObject({}), {})

/** `Intl` takes offsets for zones, too; those know no summer. */
function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

/** Where goods leave from. */
export function siteRoutes(parts: ApiParts) {
  const list = createRoute({
    ...access(parts, 'listWarehouses'),
    method: 'get',
    path: '/v1/warehouses',
    tags: ['Merchants'],
    summary: 'Warehouses that are yours to see, by id',
    request: { query },
    responses: {
      200: json(page(siteShape), 'A page', examples.WAREHOUSES),
      ...problems('listWarehouses'),
    },
  })
  const read = createRoute({
    ...access(parts, 'readWarehouse'),
    method: 'get',
    path: '/v1/warehouses/{id}',
    tags: ['Merchants'],
    summary: 'One warehouse',
    request: { params: ofWarehouse },
    responses: {
      200: json(wholeShape, 'It', examples.WAREHOUSE_WHOLE),
      ...problems('readWarehouse'),
    },
  })
  return new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => {
      const { merchantId, limit: size, cursor: place } = c.req.valid('query')
      const filter = filterOf(c.get('actor').scope, merchantId)
      const found = await listWarehouses(parts.db, filter, { after: place?.id, limit: size + 1 })
      const last = found[size - 1]
      const next = found.length > size && last !== undefined ? cursorOf({ id: last.id }) : null
      return c.json({ items: found.slice(0, size).map(siteView), next }, 200)
    })
    .openapi(read, async (c) => {
      return c.json(await wholeView(parts, await loadWarehouse(c, parts)), 200)
    })
}

export function siteChangeRoutes(parts: ApiParts) {
  const put = createRoute({
    ...access(parts, 'putWarehouse'),
    method: 'put',
    path: '/v1/warehouses/{id}',
    tags: ['Merchants'],
    summary: 'Make a warehouse, or say anew where it is and how it works',
    request: { params: ofWarehouse, body: body(warehouse, examples.WAREHOUSE_REQUEST) },
    responses: {
      200: json(wholeShape, 'Changed', examples.WAREHOUSE_WHOLE),
      201: json(wholeShape, 'Made', { ...examples.WAREHOUSE, keys: [] }),
      ...problems('putWarehouse'),
    },
  })
  return new OpenAPIHono<ApiEnv>().openapi(put, async (c) => {
    const { id: asked } = c.req.valid('param')
    if (!id.safeParse(asked).success) throw new ApiProblem('UNKNOWN_WAREHOUSE')
    const { merchantId: named, cutoff, timeZone, handlingDays, ...facts } = c.req.valid('json')
    const merchantId = await ownerOf(c, parts, named)
    const given = { place: facts.place, at: '/place', locale: c.get('locale') }
    const { place, errors } = checkedPlace(parts, given)
    if (errors.length > 0) throw new ApiProblem('INPUT_INVALID', errors)
    const dispatch = { cutoff, timeZone, handlingDays }
    const site = { id: asked, merchantId, ...facts, place, dispatch }
    if (isAnothersName(site)) throw new ApiProblem('ID_TAKEN')
    const done = await transact(parts.db, (tx) => putWarehouse(tx, site))
    if (done === undefined) throw new ApiProblem('ID_TAKEN')
    const view = await wholeView(parts, site)
    return done.created ? c.json(view, 201) : c.json(view, 200)
  })
}

/** Keys for the people who pick and pack. */
export function siteKeyRoutes(parts: ApiParts) {
  const add = createRoute({
    ...access(parts, 'addWarehouseKey'),
    method: 'post',
    path: '/v1/warehouses/{id}/keys',
    tags: ['Merchants'],
    summary: 'A key for the people of a warehouse',
    description:
      'Shown once: a repeat under the same Idempotency-Key can’t show it again. It stops when the member who made it leaves ' +
      'the team. What it opens, so must the maker’s own: of a merchant’s team, `settings` and `inventory`.',
    request: { params: ofWarehouse, headers: idempotent, body: nothing },
    responses: {
      201: { ...json(keyShape, 'The key', examples.KEY_MADE), headers: REPLAYED },
      ...problems('addWarehouseKey'),
    },
  })
  const revoke = createRoute({
    ...access(parts, 'revokeWarehouseKey'),
    method: 'post',
    path: '/v1/warehouses/{id}/keys/{key}/revoke',
    tags: ['Merchants'],
    summary: 'A key of a warehouse stops at once',
    request: { params: ofKey, headers: idempotent, body: nothing },
    responses: {
      204: { description: 'Revoked', headers: REPLAYED },
      ...problems('revokeWarehouseKey'),
    },
  })
  return new OpenAPIHono<ApiEnv>()
    .openapi(add, async (c) => {
      const { id: subject } = await loadWarehouse(c, parts)
      let key: string | undefined
      const make = async (tx: Tx, keyId: string) => {
        await lockWarehouse(tx, subject)
        const keys = await readWarehouseKeys(tx, subject)
        if (keys.length >= MOST_KEYS) throw new ApiProblem('LIMIT_REACHED')
        key = await makeWarehouseKey(tx, { id: keyId, warehouseId: subject, by: c.get('actor').id })
        if (key === undefined) throw new ApiProblem('CREDENTIALS_INVALID')
      }
      const keyId = await once(c, parts, { body: {}, make })
      return c.json({ id: keyId, key: key ?? null }, 201)
    })
    .openapi(revoke, async (c) => {
      const { id: subject } = await loadWarehouse(c, parts)
      const { key } = c.req.valid('param')
      const make = async (tx: Tx) => {
        const keys = await readWarehouseKeys(tx, subject)
        if (!keys.some(({ id: known }) => known === key)) throw new ApiProblem('UNKNOWN_KEY')
        await revokeApiKey(tx, key)
      }
      await once(c, parts, { body: {}, make })
      return c.body(null, 204)
    })
}

/** Whose the warehouses are that someone sees; nobody's id is empty. */
function filterOf(scope: Scope, merchantId: string | undefined): WarehouseFilter {
  if ('all' in scope) return { merchantId }
  if ('warehouseId' in scope) return { id: scope.warehouseId, merchantId }
  const own = 'merchantId' in scope ? scope.merchantId : ''
  return { merchantId: merchantId === undefined || merchantId === own ? own : '' }
}

/** The warehouse that an address names, where it exists for whoever asks. */
async function loadWarehouse(c: Context<ApiEnv>, { db }: ApiParts): Promise<Warehouse> {
  const asked = c.req.param('id') ?? ''
  const [found] = id.safeParse(asked).success ? await readWarehouses(db, [asked]) : []
  const { scope } = c.get('actor')
  const isTheirs =
    'all' in scope ||
    ('merchantId' in scope && scope.merchantId === found?.merchantId) ||
    ('warehouseId' in scope && scope.warehouseId === found?.id)
  if (found === undefined || !isTheirs) throw new ApiProblem('UNKNOWN_WAREHOUSE')
  return found
}

/** A merchant's key makes its own; the platform's people say whose. */
export async function ownerOf(
  c: Context<ApiEnv>,
  { db }: ApiParts,
  named: string | undefined,
): Promise<string> {
  const { scope } = c.get('actor')
  const own = 'merchantId' in scope ? scope.merchantId : undefined
  const merchantId = own ?? named
  const refusal = merchantId === undefined ? 'REQUIRED' : 'UNKNOWN_MERCHANT'
  const isFound =
    merchantId !== undefined &&
    (named ?? merchantId) === merchantId &&
    (await findMerchant(db, merchantId)) !== undefined
  if (!isFound) throw new ApiProblem('INPUT_INVALID', [{ path: '/merchantId', code: refusal }])
  return merchantId
}

/** As orders from elsewhere name the warehouses that they bring with them: `db/import.ts`. */
function isAnothersName({ id: asked, merchantId }: Pick<Warehouse, 'id' | 'merchantId'>): boolean {
  const merchant = /^(.+)-(?:main|history)$/.exec(asked)?.[1]
  return merchant !== undefined && merchant !== merchantId
}

async function wholeView({ db }: ApiParts, site: Warehouse): Promise<z.infer<typeof wholeShape>> {
  return { ...siteView(site), keys: await readWarehouseKeys(db, site.id) }
}

function siteView({ place: at, dispatch, ...facts }: Warehouse): WarehouseView {
  return { ...facts, place: at ?? null, ...dispatch }
}
