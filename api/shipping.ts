import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { StoredReport } from '../db/relay.ts'
import { findParcel, scanKey, storeScan } from '../db/shipping.ts'
import type { ParcelKey } from '../db/shipping.ts'
import { closeLooseTask } from '../db/task.ts'
import { parcelOf } from '../domain/order.ts'
import type { Order } from '../domain/order.ts'
import { SCAN_RANK } from '../domain/tracking.ts'
import type { ParcelScan } from '../domain/tracking.ts'
import { access } from './access.ts'
import { json, problems } from './answer.ts'
import { findOrder } from './command.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import { CARRIER_NOTICE } from './examples.ts'
import { receiveReport, signed } from './payment.ts'
import { ApiProblem } from './problem.ts'

const acknowledged = z.record(z.string(), z.union([z.string(), z.boolean()]))

export function shippingRoutes(parts: ApiParts) {
  const receive = createRoute({
    ...access(parts, 'receiveCarrier'),
    method: 'post',
    path: '/webhooks/carriers/{code}',
    tags: ['Webhooks'],
    summary: 'Scans of a carrier, signed',
    description:
      'By the carrier’s own scheme and answered in its own words; shown is Standard Webhooks. 503 `UNKNOWN_WAYBILL` ' +
      'for a scan that is faster than our booking: its repeat will find the parcel.',
    ...signed(['webhook-id', 'webhook-timestamp', 'webhook-signature'], CARRIER_NOTICE),
    request: {
      params: z.object({
        code: z.string().openapi({ description: 'the carrier’s code', example: 'express' }),
      }),
    },
    responses: {
      200: json(acknowledged, 'Stored', { received: true }),
      ...problems('receiveCarrier'),
    },
  })
  return new OpenAPIHono<ApiEnv>().openapi(receive, async (c) => {
    const carrier = carrierOf(parts, c.req.valid('param').code)
    const { scans } = carrier.verify(await c.req.text(), c.req.raw.headers)
    let unmatched = false
    for (const scan of scans) unmatched = !(await receiveScan(parts, scan)) || unmatched
    if (unmatched) throw new ApiProblem('UNKNOWN_WAYBILL')
    return c.json(carrier.acknowledgement, 200)
  })
}

function carrierOf({ carriers }: ApiParts, code: string): ApiParts['carriers'][string] {
  const carrier = Object.hasOwn(carriers, code) ? carriers[code] : undefined
  if (carrier === undefined) throw new ApiProblem('UNKNOWN_CARRIER')
  return carrier
}

/** False for a scan of no parcel of ours: it may be faster than our booking, so the carrier shall repeat it. */
async function receiveScan(parts: ApiParts, scan: ParcelScan): Promise<boolean> {
  const key = await findParcel(parts.db, scan)
  const known = key && (await findOrder(parts, key.orderId))
  if (key === undefined || known === undefined) {
    await receiveReport(parts, unmatchedReport(scan))
    return false
  }
  await handleScan(parts, scan, { ...key, order: known.order })
  const { source, eventId } = unmatchedReport(scan)
  await closeLooseTask(parts.db, `${source}-${eventId}`)
  return true
}

const factsOf = (scan: ParcelScan) => ({ eventId: scanKey(scan), occurredAt: scan.occurredAt })

/** A person's task until a repeat finds the parcel; under a source of its own, so that the repeat is news. */
function unmatchedReport(scan: ParcelScan): StoredReport {
  const { carrier, waybill, code: type } = scan
  const facts = factsOf(scan)
  return {
    ...{ source: `${carrier}:unmatched`, eventId: facts.eventId, orderId: null },
    ...{ kind: 'shipmentTracking', payload: { ...facts, type, carrier, waybill } },
  }
}

/** Every scan is kept; the order hears only of those that can change it. */
async function handleScan(
  parts: ApiParts,
  scan: ParcelScan,
  { order, orderId, parcelId }: ParcelKey & { order: Order },
): Promise<void> {
  await storeScan(parts.db, { orderId, parcelId }, scan)
  const report = reportOf(order, parcelId, scan)
  if (report === undefined) return
  const { kind, ...rest } = report
  const facts = factsOf(scan)
  await receiveReport(parts, {
    ...{ source: `carrier:${scan.carrier}`, eventId: facts.eventId, orderId, kind },
    payload: { ...facts, parcelId, ...rest },
  })
}

type ScanReport = { kind: StoredReport['kind'] } & Record<string, unknown>

/** What a scan means to the order; undefined for one that only moves the parcel's position. */
function reportOf(order: Order, parcelId: string, scan: ParcelScan): ScanReport | undefined {
  const { code: type, cashCollected } = scan
  switch (type) {
    case 'delivered':
      return { kind: 'delivery', ...(cashCollected !== undefined && { cashCollected }) }
    case 'refused':
      return { kind: 'rejection', reason: 'other' }
    case 'returned':
    case 'lost':
      return { kind: 'shipmentTracking', type }
    case 'cancelled':
      return undefined
    default: {
      const status = parcelOf(order, parcelId)?.status
      const news = status === 'booked' || status === 'voided'
      const moves = SCAN_RANK[type] >= SCAN_RANK.picked_up
      return news && moves ? { kind: 'shipmentTracking', type } : undefined
    }
  }
}
