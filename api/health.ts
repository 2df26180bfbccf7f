import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { ping } from '../db/connection.ts'
import { access } from './access.ts'
import { json, problems } from './answer.ts'
import type { ApiEnv, ApiParts } from './context.ts'

/** No order has this id; asking for it tells whether Temporal answers at all. */
const NOBODY = 'readiness'
/** A probe must not wait as long as a request may. Milliseconds. */
const PROBE_WAIT = 500

const feedShape = z.object({
  listeners: z.int(),
  lagMs: z.int().openapi({
    description: 'what was recorded longer ago has been told to every listener of this process',
  }),
})

export function healthRoutes(parts: ApiParts) {
  const alive = createRoute({
    ...access(parts, 'readHealth'),
    method: 'get',
    path: '/healthz',
    tags: ['Health'],
    summary: 'Whether the process is alive',
    responses: { 200: json(z.object({ status: z.literal('ok') }), 'It is', { status: 'ok' }) },
  })
  const ready = createRoute({
    ...access(parts, 'readReadiness'),
    method: 'get',
    path: '/readyz',
    tags: ['Health'],
    summary: 'Whether requests can be served',
    description:
      'They can while the database answers. Temporal may be away for a while: orders are taken all the same.',
    responses: {
      200: json(
        z.object({
          status: z.literal('ready'),
          temporal: z.enum(['answers', 'away']),
          feed: feedShape,
        }),
        'They can',
        { status: 'ready', temporal: 'answers', feed: { listeners: 3, lagMs: 180 } },
      ),
      ...problems('readReadiness'),
    },
  })
  return new OpenAPIHono<ApiEnv>()
    .openapi(alive, (c) => c.json({ status: 'ok' as const }, 200))
    .openapi(ready, async (c) => {
      await ping(parts.db)
      const temporal = await temporalState(parts)
      return c.json({ status: 'ready' as const, temporal, feed: parts.feed.state() }, 200)
    })
}

async function temporalState({ client }: ApiParts): Promise<'answers' | 'away'> {
  const asked = client.fate(NOBODY).then(
    () => 'answers' as const,
    () => 'away' as const,
  )
  let timer: NodeJS.Timeout | undefined
  const patience = new Promise<'away'>((resolve) => {
    timer = setTimeout(() => resolve('away'), PROBE_WAIT)
  })
  const state = await Promise.race([asked, patience])
  clearTimeout(timer)
  return state
}
