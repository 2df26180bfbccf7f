import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { CHECK_FAILURES } from '../domain/events.ts'
import { LIMITS } from '../domain/limits.ts'
import * as messages from '../workflows/messages.ts'
import { access } from './access.ts'
import { body, optionalBody } from './answer.ts'
import { answerCommand, commandAnswers, loadOrder } from './command.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import { CHECK_FAILED_REQUEST, PACK_REQUEST } from './examples.ts'
import { idempotent, items, ofFulfillment, ofParcel, optional, weight } from './input.ts'
import { ApiProblem } from './problem.ts'
import { partOf } from './view.ts'

const params = ofFulfillment
const nothing = optionalBody(z.strictObject({}), {})
const failed = body(z.strictObject({ reason: z.enum(CHECK_FAILURES) }), CHECK_FAILED_REQUEST)
const packing = optionalBody(
  z.strictObject({
    parcels: optional(
      z
        .array(z.strictObject({ items, weightGrams: optional(weight) }))
        .min(1, 'REQUIRED')
        .max(LIMITS.parcels),
    ),
  }),
  PACK_REQUEST,
)

/** From the shelf to the packing table; each warehouse sees only what is theirs. */
export function pickingRoutes(parts: ApiParts) {
  const step = <O extends 'claim' | 'pick' | 'check'>(operation: O, summary: string) =>
    createRoute({
      ...access(parts, operation),
      method: 'post',
      path: `/v1/orders/{id}/fulfillments/{fulfillment}/${operation}` as const,
      tags: ['Warehouse'],
      summary,
      request: { params, headers: idempotent, body: nothing },
      responses: commandAnswers(operation),
    })
  const failCheck = createRoute({
    ...access(parts, 'failCheck'),
    method: 'post',
    path: '/v1/orders/{id}/fulfillments/{fulfillment}/fail-check',
    tags: ['Warehouse'],
    summary: 'A second look found something else: back to picking',
    request: { params, headers: idempotent, body: failed },
    responses: commandAnswers('failCheck'),
  })
  return new OpenAPIHono<ApiEnv>()
    .openapi(step('claim', 'A picker takes the fulfillment'), async (c) => {
      const { keyed, work } = await startWork(c, parts, { operation: 'claim', body: {} })
      return answerCommand(c, parts, { ...keyed, update: messages.claimUpdate, args: [work] })
    })
    .openapi(step('pick', 'All units are off the shelf'), async (c) => {
      const { keyed, work } = await startWork(c, parts, { operation: 'pick', body: {} })
      return answerCommand(c, parts, { ...keyed, update: messages.pickUpdate, args: [work] })
    })
    .openapi(step('check', 'A second look found what the list says'), async (c) => {
      const { keyed, work } = await startWork(c, parts, { operation: 'check', body: {} })
      return answerCommand(c, parts, { ...keyed, update: messages.checkUpdate, args: [work] })
    })
    .openapi(failCheck, async (c) => {
      const input = c.req.valid('json')
      const { keyed, work } = await startWork(c, parts, { operation: 'failCheck', body: input })
      const args: [messages.CheckFailedCommand] = [{ ...work, ...input }]
      return answerCommand(c, parts, { ...keyed, update: messages.failCheckUpdate, args })
    })
}

/** Units become parcels, and parcels leave. */
export function packingRoutes(parts: ApiParts) {
  const pack = createRoute({
    ...access(parts, 'pack'),
    method: 'post',
    path: '/v1/orders/{id}/fulfillments/{fulfillment}/pack',
    tags: ['Warehouse'],
    summary: 'Packed, by default into one parcel; carriers are booked at once',
    description:
      'Parcels hold exactly the units of the fulfillment. Without a weight, a parcel weighs what its products do.',
    request: { params, headers: idempotent, body: packing },
    responses: commandAnswers('pack'),
  })
  const handOver = createRoute({
    ...access(parts, 'handOver'),
    method: 'post',
    path: '/v1/orders/{id}/parcels/{parcel}/hand-over',
    tags: ['Warehouse'],
    summary: 'A parcel was given to its carrier',
    description: 'The carrier’s own first scan says the same; whichever comes first counts.',
    request: { params: ofParcel, headers: idempotent, body: nothing },
    responses: commandAnswers('handOver'),
  })
  return new OpenAPIHono<ApiEnv>()
    .openapi(pack, async (c) => {
      const input = c.req.valid('json')
      const { keyed, work } = await startWork(c, parts, { operation: 'pack', body: input })
      const args: [messages.PackCommand] = [{ ...work, ...input }]
      return answerCommand(c, parts, { ...keyed, update: messages.packUpdate, args })
    })
    .openapi(handOver, async (c) => {
      const { order } = await loadOrder(c, parts)
      const { id: by, scope } = c.get('actor')
      const { parcel: parcelId } = c.req.valid('param')
      const isTheirs = partOf(order, scope).parcels.some(({ id }) => id === parcelId)
      if (!isTheirs) throw new ApiProblem('UNKNOWN_PARCEL')
      return answerCommand(c, parts, {
        ...{ operation: 'handOver', orderId: order.id, body: {} },
        update: messages.handOverUpdate,
        args: [{ parcelId, by }],
      })
    })
}

/** The fulfillment that a request names, where it is the asker's own. */
async function startWork(
  c: Context<ApiEnv>,
  parts: ApiParts,
  request: { operation: string; body: unknown },
) {
  const { order } = await loadOrder(c, parts)
  const { id: by, scope } = c.get('actor')
  const fulfillmentId = c.req.param('fulfillment') ?? ''
  const isTheirs = partOf(order, scope).fulfillments.some(({ id }) => id === fulfillmentId)
  if (!isTheirs) throw new ApiProblem('UNKNOWN_FULFILLMENT')
  return { keyed: { ...request, orderId: order.id }, work: { fulfillmentId, by } }
}
