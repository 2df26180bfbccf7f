import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { forgetSource, takeSnapshot } from '../db/snapshot.ts'
import { changeStock, keepsStock, readStock, readStockChange } from '../db/stock.ts'
import type { StockChange } from '../db/stock.ts'
import { readWarehouses } from '../db/warehouse.ts'
import { ADJUSTMENT_REASONS, COUNT_REASONS } from '../domain/replenishment.ts'
import { access } from './access.ts'
import { body, json, problems, REPLAYED } from './answer.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import * as examples from './examples.inventory.ts'
import { id, idempotent, instant } from './input.ts'
import { changeShape, MOST_UNITS } from './inventory.ts'
import type { StockChangeView } from './inventory.ts'
import { once } from './once.ts'
import { ApiProblem } from './problem.ts'

/*
 * What people and outside systems say that is on hand. What is missing for what is promised is told as `short`, and
 * becomes a task.
 */

const shelf = { sku: id, warehouseId: id }
const adjustment = z.strictObject({
  ...shelf,
  by: z
    .int()
    .min(-MOST_UNITS)
    .max(MOST_UNITS)
    .refine((by) => by !== 0, 'VALUE_INVALID')
    .openapi({ description: 'units more, or less' }),
  reason: z.enum(ADJUSTMENT_REASONS),
})
const onHand = z.int().min(0).max(MOST_UNITS)
const count = z.strictObject({ ...shelf, counted: onHand, reason: z.enum(COUNT_REASONS) })

/** Items of one snapshot, as many as any list may have. */
const MOST_ITEMS = 200

const source = {
  source: id.openapi({ description: 'the system that sends it' }),
  warehouseId: id,
}
const snapshot = z.strictObject({
  ...source,
  version: z.int().min(1).openapi({ description: 'rises with each snapshot of the warehouse' }),
  takenAt: instant,
  items: z
    .array(z.strictObject({ sku: id, onHand }))
    .min(1, 'REQUIRED')
    .max(MOST_ITEMS)
    .superRefine((items, context) => {
      const seen = new Set<string>()
      for (const [i, { sku }] of items.entries()) {
        if (seen.has(sku))
          context.addIssue({ code: 'custom', path: [i, 'sku'], message: 'DUPLICATE' })
        seen.add(sku)
      }
    }),
})

const taken = z
  .discriminatedUnion('stale', [
    z.object({
      stale: z.literal(false),
      version: z.int(),
      known: z.int().openapi({ description: 'items that the warehouse keeps' }),
      applied: z.int().openapi({ description: 'of these, the ones that it changed' }),
      unknown: z.array(z.string()).openapi({ description: 'SKUs that it doesn’t keep' }),
      short: z
        .array(z.object({ sku: z.string(), short: z.int() }))
        .openapi({ description: 'fewer units than are promised' }),
    }),
    z.object({
      stale: z.literal(true),
      version: z.int().openapi({ description: 'of the snapshot that was sent' }),
      newest: z
        .object({ version: z.int(), takenAt: z.string() })
        .openapi({ description: 'the one that counts' }),
    }),
  ])
  .openapi('StockSnapshotTaken')

/** People change what is said to be on hand, each time with a reason. */
export function stocktakingRoutes(parts: ApiParts) {
  const adjust = createRoute({
    ...access(parts, 'adjustStock'),
    method: 'post',
    path: '/v1/stock/adjustments',
    tags: ['Inventory'],
    summary: 'More or fewer units than were on hand',
    description:
      'What is promised to orders stays; where units are missing for that, `short` says how many.',
    request: { headers: idempotent, body: body(adjustment, examples.ADJUSTMENT) },
    responses: {
      200: { ...json(changeShape, 'Changed', examples.ADJUSTED), headers: REPLAYED },
      ...problems('adjustStock'),
    },
  })
  const take = createRoute({
    ...access(parts, 'countStock'),
    method: 'post',
    path: '/v1/stock/counts',
    tags: ['Inventory'],
    summary: 'So many units were counted',
    description:
      'What is promised to orders stays; where units are missing for that, `short` says how many.',
    request: { headers: idempotent, body: body(count, examples.COUNT) },
    responses: {
      200: { ...json(changeShape, 'Noted', examples.COUNTED), headers: REPLAYED },
      ...problems('countStock'),
    },
  })
  return new OpenAPIHono<ApiEnv>()
    .openapi(adjust, async (c) => {
      const { by, ...rest } = c.req.valid('json')
      const targetOf = (before: number) => moved(before, by)
      return c.json(await change(c, parts, { ...rest, kind: 'adjustment', targetOf }), 200)
    })
    .openapi(take, async (c) => {
      const { counted, ...rest } = c.req.valid('json')
      return c.json(
        await change(c, parts, { ...rest, kind: 'count', targetOf: () => counted }),
        200,
      )
    })
}

/** What other systems know better. */
export function snapshotRoutes(parts: ApiParts) {
  const route = createRoute({
    ...access(parts, 'takeStockSnapshot'),
    method: 'post',
    path: '/v1/stock/snapshots',
    tags: ['Inventory'],
    summary: 'What an outside system says a warehouse holds',
    description:
      'Counts once per source, warehouse and version; a repeat gets the first answer, an older one changes nothing and ' +
      'is answered `stale`. A source is theirs who used it first. Nothing is said of SKUs that aren’t listed: a large warehouse comes in several versions.',
    request: { body: body(snapshot, examples.SNAPSHOT) },
    responses: {
      200: json(taken, 'Taken over, or known to be older', examples.SNAPSHOT_TAKEN),
      ...problems('takeStockSnapshot'),
    },
  })
  return new OpenAPIHono<ApiEnv>().openapi(route, async (c) => {
    const input = c.req.valid('json')
    const { id: actor, scope } = c.get('actor')
    const { version } = input
    const [site] = await readWarehouses(parts.db, [input.warehouseId])
    const isTheirs =
      'all' in scope ||
      ('merchantId' in scope && scope.merchantId === site?.merchantId) ||
      ('warehouseId' in scope && scope.warehouseId === site?.id)
    if (site === undefined || !isTheirs) throw new ApiProblem('UNKNOWN_WAREHOUSE')
    const outcome = await takeSnapshot(parts.db, input, { actor, scope })
    if (outcome === 'source_taken') throw new ApiProblem('ID_TAKEN')
    if ('newest' in outcome) return c.json({ stale: true as const, version, ...outcome }, 200)
    void parts.relay.restock()
    return c.json({ stale: false as const, version, ...outcome.result }, 200)
  })
}

/** Where a version went out that no later one will reach, or the source has another owner now. */
export function stockSourceRoutes(parts: ApiParts) {
  const route = createRoute({
    ...access(parts, 'resetStockSource'),
    method: 'post',
    path: '/v1/stock/snapshots/reset',
    tags: ['Inventory'],
    summary: 'Have a source of snapshots begin anew',
    description:
      'Its next snapshot of the warehouse counts, whatever its version, and the source is theirs who send it. Stock stays as it is.',
    request: { body: body(z.strictObject(source), examples.STOCK_SOURCE) },
    responses: {
      204: { description: 'Nothing is known of it any more' },
      ...problems('resetStockSource'),
    },
  })
  return new OpenAPIHono<ApiEnv>().openapi(route, async (c) => {
    await forgetSource(parts.db, c.req.valid('json'))
    return c.body(null, 204)
  })
}

type Wish = Pick<StockChange, 'sku' | 'warehouseId' | 'kind' | 'reason'> & {
  targetOf: (before: number) => number
}

async function change(
  c: Context<ApiEnv>,
  parts: ApiParts,
  { targetOf, ...wish }: Wish,
): Promise<StockChangeView> {
  const { id: actor, scope } = c.get('actor')
  if ((await readStock(parts.db, wish, scope)) === undefined) throw new ApiProblem('UNKNOWN_STOCK')
  const reference = await once(c, parts, {
    body: await c.req.json(),
    make: async (tx, made) => {
      if (!(await keepsStock(tx, wish))) throw new ApiProblem('BUNDLE_UNSTOCKED')
      await changeStock(tx, { ...wish, reference: made, actor }, targetOf)
    },
  })
  void parts.relay.restock()
  const changed = await readStockChange(parts.db, wish, reference)
  if (changed === undefined) throw new Error('a change that was made can be read')
  return changed
}

/** Nobody takes more than is there, or fills a shelf without end. */
function moved(before: number, by: number): number {
  if (before + by < 0) throw new ApiProblem('BELOW_ZERO')
  if (before + by > MOST_UNITS) {
    throw new ApiProblem('INPUT_INVALID', [{ path: '/by', code: 'VALUE_INVALID' }])
  }
  return before + by
}
