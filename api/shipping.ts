import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { Carrier } from '../adapters/shipping/port.ts'
import { findParcel, scanKey, storeScan } from '../db/shipping.ts'
import type { StoredReport } from '../db/relay.ts'
import { parcelOf } from '../domain/order.ts'
import type { Order } from '../domain/order.ts'
import { SCAN_RANK } from '../domain/tracking.ts'
import type { ParcelScan } from '../domain/tracking.ts'
import { access } from './access.ts'
import { json, orProblem } from './answer.ts'
import { findOrder } from './command.ts'
import type { ApiEnv, ApiParts } from './context.ts'
import { receiveReport, received } from './payment.ts'
import { ApiProblem } from './problem.ts'

export function shippingRoutes(parts: ApiParts) {
  const receive = createRoute({
    ...access(parts, 'receiveCarrier'),
    method: 'post',
    path: '/webhooks/carriers/{code}',
    summary: 'Scans of a carrier, signed',
    request: { params: z.object({ code: z.string() }) },
    responses: { 200: json(received, 'Stored'), ...orProblem },
  })
  return new OpenAPIHono<ApiEnv>().openapi(receive, async (c) => {
    const carrier = carrierOf(parts, c.req.valid('param').code)
    const { scans } = carrier.verify(await c.req.text(), c.req.raw.headers)
    for (const scan of scans) await receiveScan(parts, scan)
    return c.json({ received: true as const }, 200)
  })
}

function carrierOf({ carriers }: ApiParts, code: string): Pick<Carrier, 'verify'> {
  const carrier = Object.hasOwn(carriers, code) ? carriers[code] : undefined
  if (carrier === undefined) throw new ApiProblem('UNKNOWN_CARRIER')
  return carrier
}

/** Every scan is kept; the order hears only of those that can change it. */
async function receiveScan(parts: ApiParts, scan: ParcelScan): Promise<void> {
  const key = await findParcel(parts.db, scan)
  const known = key && (await findOrder(parts, key.orderId))
  const source = `carrier:${scan.carrier}`
  const { code: type, occurredAt } = scan
  const base = { eventId: scanKey(scan), occurredAt }
  if (key === undefined || known === undefined) {
    const { carrier, waybill } = scan
    const payload = { ...base, type, carrier, waybill }
    const unmatched = { source, eventId: base.eventId, orderId: null, payload } as const
    await receiveReport(parts, { ...unmatched, kind: 'shipmentTracking' })
    return
  }
  await storeScan(parts.db, key, scan)
  const report = reportOf(known.order, key.parcelId, scan)
  if (report === undefined) return
  const { kind, ...facts } = report
  const payload = { ...base, parcelId: key.parcelId, ...facts }
  await receiveReport(parts, {
    ...{ source, eventId: base.eventId, orderId: key.orderId, kind },
    payload,
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
