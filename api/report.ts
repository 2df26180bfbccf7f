import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { storeReports } from '../db/relay.ts'
import {
  AFTER_SALES_REASONS,
  AFTER_SALES_TYPES,
  CHECK_FAILURES,
  REJECTION_REASONS,
  SIGNERS,
} from '../domain/events.ts'
import { LIMITS } from '../domain/limits.ts'
import { tenderOf } from '../domain/order.ts'
import type { Order } from '../domain/order.ts'
import { SCAN_RANK } from '../domain/tracking.ts'
import type { ScanCode } from '../domain/tracking.ts'
import { access } from './access.ts'
import { within } from './admission.ts'
import { body, json, problems } from './answer.ts'
import { loadOrder } from './command.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import { REPORTS_REQUEST } from './examples.ts'
import { amount, currency, id, items, line, ofOrder, optional } from './input.ts'
import { ApiProblem } from './problem.ts'

/** How long an answer may wait for the order to hear; a relay tells it anyway. Milliseconds. */
const HEARING = 1_500
/** Grams of one parcel, above what any carrier takes. */
const MAX_WEIGHT = 1_000_000

const reported = { eventId: line(), occurredAt: z.iso.datetime({ offset: true }) }
const scanCode = z.enum(Object.keys(SCAN_RANK) as [ScanCode, ...ScanCode[]])
const money = z.strictObject({ amount, currency })

const parcel = z.strictObject({
  items,
  weightGrams: optional(z.int().min(1).max(MAX_WEIGHT)),
  booking: optional(
    z
      .strictObject({
        carrier: id,
        waybill: line(),
        trackingUrl: optional(z.url({ protocol: /^https?$/ })),
      })
      .openapi({ description: 'left out, we book the carrier' }),
  ),
})

/** The signals of an order, as other systems send them that have no webhook of their own. */
const report = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('payment'),
    ...reported,
    tenderId: id,
    externalId: line(),
    type: z.enum(['captured', 'failed', 'closed']),
    amount,
    currency,
    code: optional(line()),
  }),
  z.strictObject({
    kind: z.literal('picking'),
    ...reported,
    fulfillmentId: id,
    type: z.enum(['claimed', 'picked', 'check_failed', 'checked', 'packed']),
    reason: optional(z.enum(CHECK_FAILURES)),
    parcels: optional(z.array(parcel).min(1, 'REQUIRED').max(LIMITS.parcels)),
  }),
  z.strictObject({
    kind: z.literal('shipmentTracking'),
    ...reported,
    parcelId: id,
    type: scanCode,
  }),
  z.strictObject({
    kind: z.literal('delivery'),
    ...reported,
    parcelId: id,
    signedBy: optional(z.enum(SIGNERS)),
    cashCollected: optional(money),
  }),
  z.strictObject({
    kind: z.literal('rejection'),
    ...reported,
    parcelId: id,
    reason: z.enum(REJECTION_REASONS),
  }),
  z.strictObject({
    kind: z.literal('afterSales'),
    ...reported,
    type: z.enum(AFTER_SALES_TYPES),
    reason: z.enum(AFTER_SALES_REASONS),
    items,
  }),
])
type Reported = z.output<typeof report>

const taken = z.object({
  received: z.int().openapi({ description: 'reports that are news' }),
  repeated: z.int().openapi({ description: 'reports that came before, by their eventId' }),
})

export function reportRoutes(parts: ApiParts) {
  const route = createRoute({
    ...access(parts, 'report'),
    method: 'post',
    path: '/v1/orders/{id}/reports',
    tags: ['Orders'],
    summary: 'What another system says happened to an order',
    description:
      'Stored once by `eventId`, then told to the order in the order given. What no longer applies is noted in the ' +
      'timeline, never refused. A warehouse’s later step implies those before it; parcels are numbered `p1`, `p2`, … as ' +
      'they are packed. Payments can be reported of tenders that came with the order only.',
    request: {
      params: ofOrder,
      body: body(
        z.strictObject({ reports: z.array(report).min(1, 'REQUIRED').max(LIMITS.reports) }),
        REPORTS_REQUEST,
      ),
    },
    responses: {
      202: json(taken, 'Stored, and told to the order', { received: 1, repeated: 0 }),
      ...problems('report'),
    },
  })
  return new OpenAPIHono<ApiEnv>().openapi(route, async (c) => {
    const { order } = await loadOrder(c, parts)
    const { reports } = c.req.valid('json')
    refuseForeignPayments(order, reports)
    const source = `reports:${order.id}`
    const received = await storeReports(
      parts.db,
      reports.map(({ kind, ...payload }) => ({
        ...{ source, eventId: payload.eventId, orderId: order.id, kind },
        payload: kind === 'payment' ? { ...payload, source: 'record' } : payload,
      })),
    )
    await within(HEARING, parts.relay.now(order.id))
    return c.json({ received, repeated: reports.length - received }, 202)
  })
}

/** Our own platform's word alone counts for its payments. */
function refuseForeignPayments(order: Order, reports: readonly Reported[]): void {
  const foreign = reports.flatMap((one, i) =>
    one.kind === 'payment' && !tenderOf(order, one.tenderId)?.recorded
      ? [{ path: `/reports/${i}/tenderId`, code: 'TENDER_NOT_RECORDED' as const }]
      : [],
  )
  if (foreign.length > 0) throw new ApiProblem('TENDER_NOT_RECORDED', foreign)
}
