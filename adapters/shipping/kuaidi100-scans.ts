import { createHash, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { WebhookRejected } from '../../domain/errors.ts'
import type { ParcelScan, ScanCode } from '../../domain/tracking.ts'
import type { CarrierNotice } from './port.ts'
import { jsonOrNothing, MAX_SCANS, waybill } from './wire.ts'

/** Longest place name kept. */
const MAX_LOCATION = 200

/** Their states: one or two digits are the basic ones, three or four the finer ones of `resultv2=4`. */
const STATES: ReadonlyMap<string, ScanCode> = new Map<string, ScanCode>([
  ['0', 'in_transit'],
  ['1', 'picked_up'],
  ['2', 'exception'],
  ['3', 'delivered'],
  ['4', 'returned'],
  ['5', 'out_for_delivery'],
  ['6', 'returning'],
  ['7', 'in_transit'],
  ['8', 'customs'],
  ['10', 'customs'],
  ['11', 'customs'],
  ['12', 'customs'],
  ['13', 'customs'],
  ['14', 'refused'],
  ['101', 'label_created'],
  ['102', 'awaiting_pickup'],
  ['103', 'picked_up'],
  ['201', 'attempt_failed'],
  ['202', 'exception'],
  ['203', 'refused'],
  ['204', 'attempt_failed'],
  ['205', 'available_for_pickup'],
  ['206', 'attempt_failed'],
  ['207', 'exception'],
  ['208', 'exception'],
  ['209', 'exception'],
  ['210', 'cancelled'],
  ['301', 'delivered'],
  ['302', 'delivered'],
  ['303', 'delivered'],
  ['304', 'delivered'],
  ['401', 'cancelled'],
  ['501', 'available_for_pickup'],
  ['1001', 'arrived_city'],
  ['1002', 'in_transit'],
  ['1003', 'in_transit'],
])

/** A state nobody has told us of moves nothing: the lowest rank there is. */
const codeOf = (state: string | null | undefined): ScanCode =>
  STATES.get(state ?? '') ?? 'label_created'

/** "2026-03-01 16:00:00": no zone, and always China's, which has known no summer time since 1991. */
const shanghaiTime = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/)
  .transform((text) => new Date(`${text.replace(' ', 'T')}+08:00`))
  .refine((time) => !Number.isNaN(time.getTime()))
  .transform((time) => time.toISOString())

const state = z.coerce.string().nullish()
const place = z.string().nullish()

export const trackedShape = z.object({
  nu: waybill,
  state,
  /** Newest first. Their text of a scan names couriers with telephone numbers, so it is left unread. */
  data: z
    .array(z.object({ ftime: shanghaiTime, statusCode: state, areaName: place, location: place }))
    .max(MAX_SCANS),
})
type Tracked = z.infer<typeof trackedShape>

/** Oldest first, also those of one second; a newest scan without a state of its own has the parcel's. */
export function scansOf(tracked: Tracked, carrier: string): ParcelScan[] {
  const { nu, data } = tracked
  return data
    .map((one, index): ParcelScan => {
      const location = (one.areaName || one.location || '').slice(0, MAX_LOCATION)
      const code = codeOf(one.statusCode ?? (index === 0 ? tracked.state : undefined))
      const scan = { carrier, waybill: nu, code, occurredAt: one.ftime }
      return location === '' ? scan : { ...scan, location }
    })
    .toReversed()
    .toSorted((a, b) => a.occurredAt.localeCompare(b.occurredAt))
}

/** MD5 is their scheme, in capitals; what protects it is that only they and we know what is appended. */
export const signature = (text: string) =>
  createHash('md5').update(text).digest('hex').toUpperCase()

const pushShape = z.object({ lastResult: trackedShape.nullish() })

/**
 * A push is a form of `param`, JSON with all scans so far, and `sign`. It carries neither time nor id, so an old one
 * sent again proves nothing wrong and changes nothing: it is recognised by its content.
 */
export function verifyPush(
  rawBody: string,
  { salts, code }: { salts: readonly string[]; code: string },
): CarrierNotice {
  const form = new URLSearchParams(rawBody)
  const param = form.get('param') ?? ''
  const sign = (form.get('sign') ?? '').toUpperCase()
  if (!salts.some((salt) => same(signature(param + salt), sign))) {
    throw new WebhookRejected('SIGNATURE_INVALID')
  }
  const push = pushShape.safeParse(jsonOrNothing(param))
  if (!push.success) throw new WebhookRejected('BODY_INVALID')
  // The end of a watch ("no record for three days") comes without a result.
  const { lastResult } = push.data
  const scans = lastResult ? scansOf(lastResult, code) : []
  const content = JSON.stringify([lastResult?.nu, lastResult?.state, scans])
  return { eventId: createHash('sha256').update(content).digest('hex'), scans }
}

function same(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)]
  return a.length === b.length && timingSafeEqual(a, b)
}
