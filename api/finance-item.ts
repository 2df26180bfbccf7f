import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { listItems, readItem, readItemHistory } from '../db/finance.ts'
import type { ItemRow } from '../db/finance.ts'
import {
  ITEM_KINDS,
  ITEM_RESOLUTIONS,
  MOVEMENT_KINDS,
  TOLD_KINDS,
} from '../domain/reconciliation.ts'
import { access } from './access.ts'
import { json, page, problems } from './answer.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import * as examples from './examples.finance.ts'
import { pageOf } from './finance.ts'
import { cursor, id, instant, limit, optional, parameters } from './input.ts'
import { ApiProblem } from './problem.ts'

const DAY = 86_400_000
/** Entries of an item's history that are shown; it changes some times at most. */
const HISTORY = 100

const money = z.object({ amount: z.int(), currency: z.string() })
const shape = {
  id: z.string(),
  kind: z.enum(ITEM_KINDS).openapi({
    description:
      '`MISSING_HERE`: they say it moved, our books don’t have it; `MISSING_THERE`: the other way round; `REPEATED`: cash of one parcel paid over twice',
  }),
  party: z.string().openapi({ description: 'a platform or a carrier' }),
  movement: z.enum([...MOVEMENT_KINDS, ...TOLD_KINDS, 'remittance']),
  reference: z.string().openapi({ description: 'of the payment, or the waybill' }),
  refundReference: z.string(),
  day: z.string(),
  orderId: z.string().nullable(),
  expected: money.nullable().openapi({ description: 'by our books' }),
  actual: money.nullable().openapi({ description: 'by theirs' }),
  state: z.enum(['open', 'resolved']),
  owner: z.string().nullable().openapi({ description: 'id of the key of who sees to it' }),
  resolution: z.enum(ITEM_RESOLUTIONS).nullable(),
  openedAt: z.string(),
  resolvedAt: z.string().nullable(),
  ageDays: z.int().openapi({ description: 'whole days since it was opened, or that it took' }),
}
export const item = z.object(shape).openapi('FinanceItem')
const entry = z.object({
  at: z.string(),
  actor: z.string().openapi({ description: 'a key’s id; `reconciliation` for a comparison' }),
  what: z.enum(['opened', 'changed', 'reopened', 'assigned', 'resolved']),
  detail: z.record(z.string(), z.unknown()),
})
const itemWithHistory = z
  .object({ ...shape, history: z.array(entry).openapi({ description: 'newest first' }) })
  .openapi('FinanceItemWithHistory')

export const ofItem = z.object({
  id: z.string().openapi({ description: 'the item’s id', example: examples.ITEM_ID }),
})
const query = parameters({
  state: optional(
    z.enum(['open', 'resolved']).openapi({ description: 'in this state only', example: 'open' }),
  ),
  party: optional(id.openapi({ description: 'of this platform or carrier', example: 'alipay' })),
  owner: optional(id.openapi({ description: 'of this owner', example: examples.OWNER })),
  kind: optional(
    z.enum(ITEM_KINDS).openapi({ description: 'of this kind', example: 'MISSING_HERE' }),
  ),
  limit,
  cursor: optional(cursor(z.object({ openedAt: instant, id }))),
})
/** Where two books differ. */
export function financeItemRoutes(parts: ApiParts) {
  const list = createRoute({
    ...access(parts, 'listFinanceItems'),
    method: 'get',
    path: '/v1/finance/items',
    tags: ['Finance'],
    summary: 'Differences between the books, oldest first',
    request: { query },
    responses: {
      200: json(page(item), 'A page', examples.ITEMS),
      ...problems('listFinanceItems'),
    },
  })
  const read = createRoute({
    ...access(parts, 'readFinanceItem'),
    method: 'get',
    path: '/v1/finance/items/{id}',
    tags: ['Finance'],
    summary: 'One difference, and who did what with it',
    request: { params: ofItem },
    responses: {
      200: json(itemWithHistory, 'It', examples.ITEM_WITH_HISTORY),
      ...problems('readFinanceItem'),
    },
  })
  return new OpenAPIHono<ApiEnv>()
    .openapi(list, async (c) => {
      const { limit: size, cursor: place, ...filter } = c.req.valid('query')
      const found = await listItems(parts.db, { filter, cursor: place, limit: size + 1 })
      const { items, next } = pageOf(found, size, ({ openedAt, id: last }) => ({
        openedAt,
        id: last,
      }))
      return c.json({ items: items.map((one) => viewOf(one, parts.now())), next }, 200)
    })
    .openapi(read, async (c) => {
      const found = await loadItem(c, parts)
      const history = await readItemHistory(parts.db, found.id, HISTORY)
      return c.json({ ...viewOf(found, parts.now()), history }, 200)
    })
}

export async function loadItem(c: Context<ApiEnv>, { db }: ApiParts): Promise<ItemRow> {
  const asked = c.req.param('id') ?? ''
  const found = id.safeParse(asked).success ? await readItem(db, asked) : undefined
  if (found === undefined) throw new ApiProblem('UNKNOWN_ITEM')
  return found
}

export const ageOf = (from: string, until: Date) =>
  Math.max(0, Math.floor((until.getTime() - Date.parse(from)) / DAY))

export const viewOf = (row: ItemRow, now: Date): z.infer<typeof item> => ({
  ...row,
  ageDays: ageOf(row.openedAt, row.resolvedAt === null ? now : new Date(row.resolvedAt)),
})
