import { Webhook, WebhookVerificationError } from 'standardwebhooks'
import { z } from 'zod'
import { ProviderError, WebhookRejected } from '../../domain/errors.ts'
import { isAmount } from '../../domain/money.ts'
import { SCAN_RANK, type ParcelScan, type ScanCode } from '../../domain/tracking.ts'
import { requireFresh, verifyByRing } from '../webhook.ts'
import type { BookedParcel, BookParcel, Carrier, CarrierNotice } from './port.ts'
import { MAX_SCANS, rateLimited, read, send, unreadable, waybill } from './wire.ts'
import type { Reply } from './wire.ts'

const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text).toISOString())

const scanShape = z.object({
  code: z.enum(Object.keys(SCAN_RANK) as [ScanCode, ...ScanCode[]]),
  occurredAt: instant,
  location: z.string().max(200).exactOptional(),
  detail: z.string().max(500).exactOptional(),
  cashCollected: z
    .object({ amount: z.number().refine(isAmount), currency: z.string().length(3) })
    .exactOptional(),
})
const scans = z.array(scanShape).max(MAX_SCANS)

const bookedShape = z.object({ waybill, trackingUrl: z.url({ protocol: /^https?$/ }) })
const cancelledShape = z.object({ status: z.literal('cancelled') })
const trackedShape = z.object({ scans })
const noticeShape = z.object({ data: z.object({ waybill, scans }) })
const refusalShape = z.object({ code: z.string() })

type Connection = { url: string; apiKey: string }

/** A parcel carrier behind a plain JSON API, its webhooks signed by the Standard Webhooks scheme. */
export function expressCarrier(
  options: Connection & { code: string; webhookSecrets: readonly string[] },
): Carrier {
  const { code } = options
  const ring = options.webhookSecrets.map((secret) => new Webhook(secret))
  return {
    code,
    book: (request) => book(options, request),
    cancel: (number) => cancel(options, number),
    async track(number) {
      const path = `/carrier/v1/shipments/${encodeURIComponent(number)}/scans`
      const known = read(trackedShape, await call(options, { method: 'GET', path }))
      return withParcel(known.scans, code, number)
    },
    verify: (rawBody, headers) => verify(rawBody, headers, { ring, code }),
    acknowledgement: { received: true },
  }
}

async function book(connection: Connection, request: BookParcel): Promise<BookedParcel> {
  const reply = await call(connection, {
    method: 'POST',
    path: '/carrier/v1/shipments',
    key: request.parcelId,
    body: request,
  })
  return read(bookedShape, reply)
}

async function cancel(connection: Connection, number: string): Promise<'cancelled' | 'moving'> {
  const path = `/carrier/v1/shipments/${encodeURIComponent(number)}/cancel`
  try {
    read(cancelledShape, await call(connection, { method: 'POST', path }))
    return 'cancelled'
  } catch (error) {
    if (error instanceof ProviderError && error.code === 'PARCEL_MOVING') return 'moving'
    throw error
  }
}

type Call = { method: 'GET' | 'POST'; path: string; key?: string; body?: unknown }

/** One request; throws `ProviderError`, otherwise the parsed JSON of a 2xx reply. */
async function call(connection: Connection, { method, path, key, body }: Call): Promise<unknown> {
  const reply = await send(new URL(path, connection.url), {
    method,
    headers: {
      authorization: `Bearer ${connection.apiKey}`,
      ...(key ? { 'idempotency-key': key } : {}),
      ...(body ? { 'content-type': 'application/json' } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  if (!reply.ok) throw refusal(reply)
  return reply.json
}

const FINAL_REFUSALS: Record<string, string> = {
  address_unserviceable: 'ADDRESS_UNSERVICEABLE',
  parcel_moving: 'PARCEL_MOVING',
}

function refusal(reply: Reply): ProviderError {
  const { status, json } = reply
  if (status === 429) return rateLimited(reply)
  if (status === 401 || status === 403)
    return new ProviderError('CREDENTIALS_REFUSED', { final: true })
  const named = refusalShape.safeParse(json)
  // A 4xx without the carrier's own body comes from something in between, so it decides nothing.
  if (status >= 500 || status === 408 || !named.success) return unreadable()
  return new ProviderError(FINAL_REFUSALS[named.data.code] ?? 'REQUEST_REFUSED', { final: true })
}

function verify(
  rawBody: string,
  headers: Headers,
  { ring, code }: { ring: readonly Webhook[]; code: string },
): CarrierNotice {
  requireFresh(Number.parseInt(headers.get('webhook-timestamp') ?? '', 10))
  const signed = Object.fromEntries(headers)
  const body = verifyByRing(ring, (key) => key.verify(rawBody, signed), WebhookVerificationError)
  const notice = noticeShape.safeParse(body)
  const eventId = headers.get('webhook-id')
  if (!notice.success || !eventId) throw new WebhookRejected('BODY_INVALID')
  const { waybill: number, scans: reported } = notice.data.data
  return { eventId, scans: withParcel(reported, code, number) }
}

type BareScan = Omit<ParcelScan, 'carrier' | 'waybill'>

function withParcel(bare: readonly BareScan[], carrier: string, number: string): ParcelScan[] {
  return bare
    .map((scan) => ({ ...scan, carrier, waybill: number }))
    .toSorted((a, b) => a.occurredAt.localeCompare(b.occurredAt))
}
