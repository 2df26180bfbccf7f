import { createHmac, randomBytes } from 'node:crypto'
import { SCAN_RANK, type ParcelScan } from '../domain/tracking.ts'
import type { Clock } from './clock.ts'
import type { Push, WebhookEvent } from './delivery.ts'
import type { Collection, Journal } from './journal.ts'
import { trackedBody } from './kuaidi100-wire.ts'
import type { Reply } from './reply.ts'
import type { Webhooks } from './webhooks.ts'

type Cash = { amount: number; currency: string }
export type Scan = Omit<ParcelScan, 'carrier' | 'waybill'>

/** What the carrier keeps of a parcel. The address is on the label and nowhere else. */
export type Parcel = {
  waybill: string
  parcelId: string
  orderNo: string
  trackingUrl: string
  cashOnDelivery?: Cash
  scans: Scan[]
  fingerprint: string
  /** Booked by way of Kuaidi100, with the courier it names. */
  courier?: string
  /** Where Kuaidi100 sends its scans, once subscribed to. */
  push?: Push
}

export type Booking = {
  parcelId: string
  orderNo: string
  cashOnDelivery?: Cash | undefined
  courier?: string
}
/** A scan to be made; `cashCollected: null` for a courier who came back without the money. */
export type ScanOrder = Omit<Scan, 'occurredAt' | 'cashCollected'> & {
  occurredAt?: string | undefined
  cashCollected?: Cash | null | undefined
}

export type Depot = ReturnType<typeof depot>

/** A carrier's parcels: booking, voiding, scanning. Each call is one synchronous step. */
export function depot(
  journal: Journal,
  webhooks: Webhooks,
  { apiKey, clock }: { apiKey: string; clock: Clock },
) {
  const parcels: Collection<Parcel> = journal.collection('parcel')
  const waybills: Collection<string> = journal.collection('booking')

  const timeOf = ({ orderNo }: Parcel) => clock.now(orderNo).toISOString()

  const scan = (parcel: Parcel, made: Scan): string => {
    const moved = { ...parcel, scans: [...parcel.scans, made] }
    const event = eventOf(moved, made, timeOf(parcel))
    journal.step(() => {
      parcels.put(parcel.waybill, moved)
      if (parcel.courier === undefined || parcel.push !== undefined) webhooks.publish(event)
    })
    return event.id
  }

  return {
    parcel: (waybill: string) => parcels.get(waybill),
    parcels: (orderNo?: string) =>
      parcels.all().filter((parcel) => orderNo === undefined || parcel.orderNo === orderNo),

    book(booking: Booking, origin: string): Reply {
      const fingerprint = createHmac('sha256', apiKey).update(JSON.stringify(booking)).digest('hex')
      const known = parcels.get(waybills.get(booking.parcelId) ?? '')
      if (known !== undefined) {
        return known.fingerprint === fingerprint ? booked(known) : refuse(409, 'key_reused')
      }
      const parcel = newParcel(booking, origin, fingerprint)
      journal.step(() => {
        parcels.put(parcel.waybill, parcel)
        waybills.put(parcel.parcelId, parcel.waybill)
      })
      return booked(parcel)
    },

    cancel(waybill: string): Reply {
      const parcel = parcels.get(waybill)
      if (parcel === undefined) return refuse(404, 'not_found')
      if (isCancelled(parcel)) return CANCELLED
      if (isMoving(parcel)) return refuse(409, 'parcel_moving')
      scan(parcel, { code: 'cancelled', occurredAt: timeOf(parcel) })
      return CANCELLED
    },

    subscribe: (parcel: Parcel, push: Push) => parcels.put(parcel.waybill, { ...parcel, push }),

    scans(waybill: string): Reply {
      const parcel = parcels.get(waybill)
      if (parcel === undefined) return refuse(404, 'not_found')
      return { status: 200, body: { waybill, scans: parcel.scans } }
    },

    /** Makes a scan happen. On delivery the courier collects the cash due, unless told otherwise. */
    scan(waybill: string, order: ScanOrder): Reply {
      const parcel = parcels.get(waybill)
      if (parcel === undefined) return refuse(404, 'not_found')
      const { occurredAt = timeOf(parcel), cashCollected, ...rest } = order
      const due = order.code === 'delivered' ? parcel.cashOnDelivery : undefined
      const cash = cashCollected === undefined ? due : cashCollected
      const made = { ...rest, occurredAt, ...(cash ? { cashCollected: cash } : {}) }
      return { status: 201, body: { eventId: scan(parcel, made), scan: made } }
    },
  }
}

export const refuse = (status: 400 | 401 | 404 | 409 | 422, code: string): Reply => ({
  status,
  body: { code },
})

const CANCELLED: Reply = { status: 200, body: { status: 'cancelled' } }
const booked = ({ waybill, trackingUrl }: Parcel): Reply => ({
  status: 201,
  body: { waybill, trackingUrl },
})

export const isCancelled = ({ scans }: Parcel) => scans.some(({ code }) => code === 'cancelled')
const isMoving = ({ scans }: Parcel) =>
  scans.some(({ code }) => SCAN_RANK[code] >= SCAN_RANK.picked_up)

function newParcel(booking: Booking, origin: string, fingerprint: string): Parcel {
  const { parcelId, orderNo, cashOnDelivery, courier } = booking
  const waybill = `EX${randomBytes(6).toString('hex').toUpperCase()}`
  const trackingUrl = `${origin}/track/${waybill}`
  const cash = cashOnDelivery === undefined ? {} : { cashOnDelivery }
  const via = courier === undefined ? {} : { courier }
  return { waybill, parcelId, orderNo, trackingUrl, ...cash, ...via, scans: [], fingerprint }
}

function eventOf(parcel: Parcel, made: Scan, at: string): WebhookEvent {
  const { waybill, orderNo, push } = parcel
  const body =
    push === undefined
      ? { type: 'parcel.scanned', data: { waybill, scans: [made] } }
      : { status: 'polling', message: '', lastResult: trackedBody(parcel) }
  return {
    ...(push === undefined ? {} : { push }),
    id: `msg_${randomBytes(12).toString('hex')}`,
    source: 'carrier',
    type: made.code,
    orderId: orderNo,
    waybill,
    at,
    body: JSON.stringify(body),
  }
}
