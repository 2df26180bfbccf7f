import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { ClockRefused, millisecondsOf } from '../client/clock.ts'
import { advanceClock } from '../db/order.ts'
import { access } from './access.ts'
import { body, json, problems } from './answer.ts'
import { loadOrder, unheard } from './command.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import { ofOrder, optional } from './input.ts'
import { ApiProblem } from './problem.ts'
import { tellSandbox } from './sandbox-clock.ts'

/*
 * Order time as a tool: any order of a development server can be moved ahead on its own clock.
 */

/** Further than any window of an order reaches. Milliseconds. */
const FURTHEST = 366 * 24 * 60 * 60_000

const jumpShape = z
  .strictObject({
    by: optional(
      z
        .string()
        .refine((text) => millisecondsOf(text) > 0)
        .openapi({ description: 'how far, such as `7 days`, `90 minutes`', example: '7 days' }),
    ),
    to: optional(z.iso.datetime({ offset: true }).openapi({ description: 'or until when' })),
  })
  .refine(({ by, to }) => (by === undefined) !== (to === undefined))

const jumpedShape = z.object({
  now: z.iso.datetime(),
  ended: z
    .boolean()
    .openapi({ description: 'the order was put away on the way, and its clock ends' }),
})

export function devRoutes(parts: ApiParts) {
  const route = createRoute({
    ...access(parts, 'fastForward'),
    method: 'post',
    path: '/v1/dev/orders/{id}/fast-forward',
    tags: ['Development'],
    summary: "Move an order's own clock ahead",
    description:
      'Development only. Timers on the way fire one after the other, as if the time had passed; doors, links and the ' +
      'sandbox go by the new time. Refused while something is being retried: the jump would use up its attempts.',
    request: { params: ofOrder, body: body(jumpShape, { by: '7 days' }) },
    responses: {
      200: json(jumpedShape, "The order's time now", {
        now: '2026-03-09T08:00:00.000Z',
        ended: false,
      }),
      ...problems('fastForward'),
    },
  })
  return new OpenAPIHono<ApiEnv>().openapi(route, async (c) => {
    if (parts.settings.mode !== 'development') throw new ApiProblem('NOT_FOUND')
    const { order } = await loadOrder(c, parts)
    if ((await parts.client.fate(order.id)) !== 'running') throw await unheard(parts, order.id)
    const start = await parts.client.time(order.id)
    const { by, to } = c.req.valid('json')
    const target = new Date(by === undefined ? (to ?? '') : start.getTime() + millisecondsOf(by))
    const ahead = target.getTime() - start.getTime()
    if (ahead < 0) throw new ApiProblem('CLOCK_AHEAD')
    // Further than any date there is, it is no number.
    if (!(ahead <= FURTHEST)) throw new ApiProblem('TOO_FAR_AHEAD')
    return c.json(await jump(parts, { orderId: order.id, orderNo: order.no, target }), 200)
  })
}

type Jump = { orderId: string; orderNo: string; target: Date }

/** However far it gets, everyone is told what time it is for the order then. */
async function jump(
  parts: ApiParts,
  { orderId, orderNo, target }: Jump,
): Promise<z.infer<typeof jumpedShape>> {
  const refusal = await parts.client.fastForward(orderId, target).then(() => undefined, refusalOf)
  const now = (await parts.client.time(orderId)).toISOString()
  await advanceClock(parts.db, orderId, now)
  await tellSandbox(parts, { orders: [orderId, orderNo] }, now)
  if (refusal !== undefined) throw refusal
  return { now, ended: (await parts.client.fate(orderId)) !== 'running' }
}

function refusalOf(error: unknown): ApiProblem {
  if (error instanceof ClockRefused) return new ApiProblem(error.code)
  throw error
}
