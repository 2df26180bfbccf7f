import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { stream } from 'hono/streaming'
import type { StreamingApi } from 'hono/utils/stream'
import { isTransient } from '../db/connection.ts'
import { readTimeline } from '../db/order.ts'
import type { Order } from '../domain/order.ts'
import { access } from './access.ts'
import { problems } from './answer.ts'
import { loadOrder } from './command.ts'
import type { Actor, ApiEnv, ApiParts } from './context.ts'
import { STREAM } from './examples.ts'
import type { Listener } from './feed.ts'
import { ofOrder, optional } from './input.ts'
import { LAST_SEQ, timelineQuery } from './order.ts'
import { ApiProblem } from './problem.ts'
import type { EntryView } from './shapes.ts'
import { timelineView } from './timeline.ts'
import { sightOf } from './view.ts'
import type { Sight } from './view.ts'

/** Proxies cut a connection that says nothing, many after 30 s. Milliseconds. */
const HEARTBEAT = 15_000
/** A revoked key or an expired link sees no more than this: whoever comes back is checked anew. Milliseconds. */
const LIFETIME = 5 * 60_000
/** Clients wait this long before they come back, spread so that a drained process's don't come all at once. Milliseconds. */
const RETRY = { least: 1_000, spread: 2_000 }

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  // Proxies hand each event on at once.
  'x-accel-buffering': 'no',
  // Its connection ends with the stream, so that no idle one holds up a draining process.
  connection: 'close',
}

const lastEventId = z.object({
  'last-event-id': optional(
    z
      .string()
      .regex(/^\d{1,6}$/, 'LAST_EVENT_ID_INVALID')
      .transform(Number)
      .openapi({
        description: 'sent by browsers that come back; stands above `after`',
        example: '5',
      }),
  ),
})

export function streamRoutes(parts: ApiParts) {
  const follow = createRoute({
    ...access(parts, 'followOrder'),
    method: 'get',
    path: '/v1/orders/{id}/stream',
    tags: ['Orders'],
    summary: 'The timeline as it grows: each entry as a server-sent event with `seq` as its id',
    request: {
      params: ofOrder,
      // Readers of events that come back add names of their own.
      query: z.object({ after: timelineQuery.shape.after }),
      headers: lastEventId,
    },
    responses: {
      200: {
        description: 'Events named by their type; `data` is a TimelineEntry as JSON',
        content: { 'text/event-stream': { schema: z.string(), example: STREAM } },
      },
      204: { description: 'The order is put away and nothing follows: don’t come back' },
      ...problems('followOrder'),
    },
  })
  return new OpenAPIHono<ApiEnv>().openapi(follow, async (c) => {
    const { order } = await loadOrder(c, parts)
    const sight = sightOf(c.get('actor'))
    const after = c.req.valid('header')['last-event-id'] ?? c.req.valid('query').after
    const first = await readOn(parts, { orderId: order.id, after, sight })
    if (after > first.end) throw new ApiProblem('LAST_EVENT_ID_INVALID')
    if (first.archived && first.entries.length === 0) return c.body(null, 204)
    // Nobody would ever read, or cancel, what a HEAD begins.
    if (c.req.method === 'HEAD') return c.body(null, 200, HEADERS)
    const listener = parts.feed.listen(order.id, holderOf(c.get('actor'), order))
    if (listener === undefined) throw new ApiProblem('TOO_MANY_LISTENERS')
    for (const [name, value] of Object.entries(HEADERS)) c.header(name, value)
    const followed = { orderId: order.id, sight, first, listener }
    return stream(c, (out) => tell(parts, out, followed))
  })
}

/** Who holds links to ten orders is still one customer. */
const holderOf = ({ id, role }: Actor, { customerId }: Order) =>
  role === 'link' ? `customer ${customerId}` : id

/** New entries that the caller may see, how far the timeline was read, and whether it ends there. */
type Page = { entries: EntryView[]; end: number; archived: boolean }
type Followed = { orderId: string; sight: Sight; first: Page; listener: Listener }

async function readOn(
  { db }: ApiParts,
  { orderId, after, sight }: { orderId: string; after: number; sight: Sight },
): Promise<Page> {
  // From the first event on, because status is a fold; so an idle stream holds no order in memory.
  const rows = await readTimeline(db, { orderId, after: 0, limit: LAST_SEQ })
  return {
    entries: timelineView(rows, { after, sight }),
    end: rows.at(-1)?.seq ?? 0,
    archived: rows.some(({ type }) => type === 'order.archived'),
  }
}

async function tell(parts: ApiParts, out: StreamingApi, followed: Followed): Promise<void> {
  const { orderId, listener } = followed
  out.onAbort(listener.end)
  const age = setTimeout(listener.end, LIFETIME)
  try {
    await tellAll(parts, out, followed)
  } catch (error) {
    parts.log.error({ err: error, orderId }, 'a stream ended early')
  } finally {
    clearTimeout(age)
    listener.end()
  }
}

/** Each write waits until the one before was taken, so a slow reader holds up itself and holds one page at most. */
async function tellAll(
  parts: ApiParts,
  out: StreamingApi,
  { orderId, sight, first, listener }: Followed,
): Promise<void> {
  await out.write(`retry: ${Math.round(RETRY.least + Math.random() * RETRY.spread)}\n\n`)
  for (let page = first; ; page = await readNext(parts, { orderId, after: page.end, sight })) {
    if (page.entries.length > 0) await out.write(page.entries.map(frameOf).join(''))
    if (page.archived) return
    while (!(await listener.beyond(page.end, HEARTBEAT))) {
      if (listener.signal.aborted) return
      await out.write(':\n\n')
    }
  }
}

const frameOf = (entry: EntryView) =>
  `id: ${entry.seq}\nevent: ${entry.type}\ndata: ${JSON.stringify(entry)}\n\n`

/** Where the database has just gone away, nothing new: the feed wakes the stream again when it is back. */
async function readNext(
  parts: ApiParts,
  from: { orderId: string; after: number; sight: Sight },
): Promise<Page> {
  try {
    return await readOn(parts, from)
  } catch (error) {
    if (!isTransient(error)) throw error
    parts.log.warn({ orderId: from.orderId }, 'a stream reads again')
    return { entries: [], end: from.after, archived: false }
  }
}
