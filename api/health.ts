import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { ping } from '../db/connection.ts'
import { access } from './access.ts'
import { json, orProblem } from './answer.ts'
import type { ApiEnv, ApiParts } from './context.ts'

/** No order has this id; asking for it tells whether Temporal answers at all. */
const NOBODY = 'readiness'
/** A probe must not wait as long as a request may. Milliseconds. */
const PROBE_WAIT = 500

export function healthRoutes(parts: ApiParts) {
  const alive = createRoute({
    ...access(parts, 'readHealth'),
    method: 'get',
    path: '/healthz',
    summary: 'Whether the process is alive',
    responses: { 200: json(z.object({ status: z.literal('ok') }), 'It is') },
  })
  const ready = createRoute({
    ...access(parts, 'readReadiness'),
    method: 'get',
    path: '/readyz',
    summary:
      'Whether requests can be served: the database answers. Temporal may be away for a while',
    responses: {
      200: json(
        z.object({ status: z.literal('ready'), temporal: z.enum(['answers', 'away']) }),
        'They can',
      ),
      ...orProblem,
    },
  })
  return new OpenAPIHono<ApiEnv>()
    .openapi(alive, (c) => c.json({ status: 'ok' as const }, 200))
    .openapi(ready, async (c) => {
      await ping(parts.db)
      return c.json({ status: 'ready' as const, temporal: await temporalState(parts) }, 200)
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
