import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { chargeOf } from '../domain/account.ts'
import { cancel } from '../domain/cancellation.ts'
import type { PartCancellation } from '../domain/cancellation.ts'
import { ADJUSTMENT_KINDS, CANCEL_REASONS, TENDER_METHODS } from '../domain/events.ts'
import type { EventOf, EventType, OrderEvent } from '../domain/events.ts'
import { evolve } from '../domain/evolve.ts'
import { sum } from '../domain/money.ts'
import { tenderOf } from '../domain/order.ts'
import type { Order } from '../domain/order.ts'
import { reversalAmount } from '../domain/reversal.ts'
import { statusesOf } from '../domain/status.ts'
import { merged } from '../domain/units.ts'
import * as messages from '../workflows/messages.ts'
import { access } from './access.ts'
import { json, optionalBody, problems } from './answer.ts'
import { orderNow } from './clock.ts'
import { answerCommand, commandAnswers, loadOrder } from './command.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import { CANCEL_REQUEST, PREVIEW, PREVIEW_REQUEST } from './examples.cancellation.ts'
import { idempotent, items, ofOrder, optional } from './input.ts'
import { ApiProblem } from './problem.ts'
import { sightOf } from './view.ts'

const units = optional(
  items.openapi({
    description:
      'units that aren’t picked yet, of an order that is paid or pays at the door; left out, the whole order',
  }),
)

const cancellation = z.strictObject({
  items: units,
  reason: optional(z.enum(CANCEL_REASONS)),
  occurredAt: optional(
    z.iso
      .datetime({ offset: true })
      .openapi({ description: 'when it was cancelled elsewhere; for our own people' }),
  ),
})

const previewShape = z
  .object({
    whole: z.boolean().openapi({ description: 'nothing of the order would be left' }),
    currency: z.string(),
    lines: z
      .array(z.object({ lineId: z.string(), quantity: z.int(), amount: z.int() }))
      .openapi({ description: 'what the units cost when they were bought' }),
    repriced: z.array(z.object({ lineId: z.string(), amount: z.int() })).openapi({
      description:
        'of units that are kept: below zero, what a promotion with `clawback` no longer takes off them; above, what it takes off again',
    }),
    freight: z.int(),
    adjustments: z.array(z.object({ kind: z.enum(ADJUSTMENT_KINDS), amount: z.int() })),
    total: z.int().openapi({ description: 'all of it: what is no longer owed' }),
    payable: z.int().openapi({ description: 'what the order costs then' }),
    refunds: z
      .array(z.object({ tenderId: z.string(), method: z.enum(TENDER_METHODS), amount: z.int() }))
      .openapi({ description: 'money that would be paid back' }),
  })
  .openapi('CancellationPreview')
export type PreviewView = z.infer<typeof previewShape>

/** Cancel an order or a part of it, and see before what that would give. */
export function cancellationRoutes(parts: ApiParts) {
  const order = createRoute({
    ...access(parts, 'cancel'),
    method: 'post',
    path: '/v1/orders/{id}/cancel',
    tags: ['Orders'],
    summary: 'Cancel the whole order while nothing has left the warehouse, or units not yet picked',
    description:
      'What was paid goes back by itself, stock is free again, labels are voided. Of a line in several fulfillments ' +
      'the latest one gives its units first.',
    request: {
      params: ofOrder,
      headers: idempotent,
      body: optionalBody(cancellation, CANCEL_REQUEST),
    },
    responses: commandAnswers('cancel'),
  })
  const preview = createRoute({
    ...access(parts, 'previewCancel'),
    method: 'post',
    path: '/v1/orders/{id}/cancel/preview',
    tags: ['Orders'],
    summary: 'What a cancellation would give back; changes nothing',
    description:
      'By the order as it stands, and refused as the cancellation would be; needs no worker.',
    request: {
      params: ofOrder,
      body: optionalBody(z.strictObject({ items: units }), PREVIEW_REQUEST),
    },
    responses: {
      200: json(previewShape, 'What would come back', PREVIEW),
      ...problems('previewCancel'),
    },
  })
  return new OpenAPIHono<ApiEnv>()
    .openapi(order, async (c) => {
      const { order: found } = await loadOrder(c, parts)
      const details = c.req.valid('json')
      const { staff } = sightOf(c.get('actor'))
      if (!staff && details.occurredAt !== undefined) {
        throw new ApiProblem('INPUT_INVALID', [{ path: '/occurredAt', code: 'UNKNOWN_FIELD' }])
      }
      const by = staff ? 'support' : 'customer'
      return answerCommand(c, parts, {
        ...{ operation: 'cancel', orderId: found.id, body: details },
        update: messages.cancelUpdate,
        args: [{ by, ...details }],
      })
    })
    .openapi(preview, async (c) => {
      const row = await loadOrder(c, parts)
      const at = orderNow(parts, row).toISOString()
      const wish = { by: 'customer', ...c.req.valid('json'), at } as const
      return c.json(previewView(row.order, eventsOf(row.order, wish)), 200)
    })
}

function eventsOf(order: Order, wish: PartCancellation & { at: string }): OrderEvent[] {
  const orderStatus = statusesOf(order).status
  if (order.archivedAt !== undefined) throw new ApiProblem('ORDER_ARCHIVED', [], { orderStatus })
  const decision = cancel(order, wish)
  if ('refusal' in decision) throw new ApiProblem(decision.refusal, [], { orderStatus })
  return decision.events
}

function previewView(order: Order, events: readonly OrderEvent[]): PreviewView {
  const after = events.reduce(evolve, order)
  // An order that isn't accepted owes nothing that could be taken back.
  const note = ofType(events, 'charge.reversed')[0]?.data
  const { lines = [], freight = 0, adjustments = [] } = note ?? {}
  const amounts = (isKept: boolean) => (lineId: string) =>
    sum(
      lines
        .filter((l) => l.lineId === lineId && (l.quantity === 0) === isKept)
        .map((l) => l.amount),
    )
  const back = merged(lines.filter(({ quantity }) => quantity > 0))
  const kept = merged(lines.filter(({ quantity }) => quantity === 0))
  return {
    whole: after.closure === 'cancelled',
    currency: order.currency,
    lines: back.map((one) => ({ ...one, amount: amounts(false)(one.lineId) })),
    repriced: kept.map(({ lineId }) => ({ lineId, amount: amounts(true)(lineId) })),
    ...{ freight, adjustments },
    total: note === undefined ? 0 : reversalAmount(note),
    payable: chargeOf(after),
    refunds: ofType(events, 'refund.requested').map(({ data: { tenderId, amount } }) => ({
      ...{ tenderId, method: tenderOf(order, tenderId)?.method ?? 'card', amount },
    })),
  }
}

const ofType = <T extends EventType>(events: readonly OrderEvent[], type: T) =>
  events.filter((event): event is EventOf<T> => event.type === type)
