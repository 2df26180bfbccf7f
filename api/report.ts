import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { storeTold } from '../db/relay.ts'
import type { StoredReport } from '../db/relay.ts'
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
import { body, json, problems } from './answer.ts'
import { handOn, loadOrder } from './command.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import { REPORTS_REQUEST } from './examples.ts'
import { amount, currency, id, items, ofOrder, optional, foreignId, weight } from './input.ts'
import { ApiProblem } from './problem.ts'
import type { FieldError } from './problem.ts'

const reported = { eventId: foreignId, occurredAt: z.iso.datetime({ offset: true }) }
const parcelId = foreignId.openapi({ description: 'its id, or its waybill' })
const scanCode = z.enum(Object.keys(SCAN_RANK) as [ScanCode, ...ScanCode[]])

// As the order's own guard takes it.
const trackingUrl = z
  .url({ protocol: /^https?$/ })
  .regex(/^https?:/)
  .max(LIMITS.text)

const parcel = z.strictObject({
  items,
  weightGrams: optional(weight),
  booking: z
    .strictObject({ carrier: id, waybill: foreignId, trackingUrl: optional(trackingUrl) })
    .openapi({ description: 'that shop’s own contract with a carrier' }),
})

/** The signals of an order, as other systems send them that have no webhook of their own. */
const report = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('payment'),
    ...reported,
    tenderId: id,
    externalId: foreignId,
    type: z.enum(['captured', 'failed', 'closed']),
    amount,
    currency,
    code: optional(foreignId),
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
    parcelId,
    type: scanCode,
  }),
  z.strictObject({
    kind: z.literal('delivery'),
    ...reported,
    parcelId,
    signedBy: optional(z.enum(SIGNERS)),
  }),
  z.strictObject({
    kind: z.literal('rejection'),
    ...reported,
    parcelId,
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
      'Of orders that were brought in. Stored once by kind and `eventId`, then told to the order in the order given. A ' +
      'warehouse’s later step implies those before it. What does not apply is noted in the timeline as ' +
      '`report.ignored`, never refused; where it came too early, tell it again under a new `eventId`.',
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
    if (order.origin === undefined) throw new ApiProblem('NOT_BROUGHT_IN')
    const { reports } = c.req.valid('json')
    refuse(reports.flatMap((one, i) => wrongIn(one, { order, parts, at: `/reports/${i}` })))
    const { id: by } = c.get('actor')
    const all = reports.map((one) => stored(order.id, one, by))
    const received = await parts.db.begin((tx) => storeTold(tx, order.id, all))
    await handOn(parts, order.id)
    return c.json({ received, repeated: reports.length - received }, 202)
  })
}

/** Kept with who told it; two systems may count their events alike. */
function stored(orderId: string, { kind, ...told }: Reported, by: string): StoredReport {
  const eventId = `${by}:${kind}:${told.eventId}`
  const payload = { ...told, eventId, ...(kind === 'payment' && { source: 'record' }) }
  return { source: 'reports', eventId: `${orderId}:${eventId}`, orderId, kind, payload }
}

function refuse(errors: readonly FieldError[]): void {
  const codes = new Set(errors.map(({ code }) => code))
  const [code] = codes
  if (code !== undefined) throw new ApiProblem(codes.size === 1 ? code : 'INPUT_INVALID', errors)
}

type Where = { order: Order; parts: ApiParts; at: string }

/** What would only be found too late: once an order has heard a report, its id is used up. */
function wrongIn(one: Reported, { order, parts, at }: Where): FieldError[] {
  if (one.kind === 'payment') return wrongPayment(one, { order, at })
  if (one.kind !== 'picking' || one.type !== 'packed') return []
  if (one.parcels === undefined) return [{ path: `${at}/parcels`, code: 'BOOKING_MISSING' }]
  return one.parcels.flatMap(({ booking }, i): FieldError[] => {
    // Its scans come by its own webhook, and belong to parcels that we booked.
    const isOurs = Object.hasOwn(parts.carriers, booking.carrier)
    return isOurs ? [{ path: `${at}/parcels/${i}/booking/carrier`, code: 'CARRIER_OURS' }] : []
  })
}

/** Our own platform's word alone counts for its payments. */
function wrongPayment(
  { tenderId, amount: told, currency: of }: Extract<Reported, { kind: 'payment' }>,
  { order, at }: Omit<Where, 'parts'>,
): FieldError[] {
  const tender = tenderOf(order, tenderId)
  if (tender === undefined) return [{ path: `${at}/tenderId`, code: 'TENDER_NOT_RECORDED' }]
  const fits = told === tender.amount && of === order.currency
  return fits ? [] : [{ path: `${at}/amount`, code: 'AMOUNT_DIFFERS' }]
}
