import type { Address } from '../../domain/customer.ts'
import type { ParcelScan } from '../../domain/tracking.ts'

/** What Longhaul asks of a carrier. */
export type Carrier = {
  /** Stable code, part of a parcel's identity together with the waybill. */
  code: string
  /** Book one parcel. Idempotent by `parcelId`: a repeat answers with the same waybill. */
  book(request: BookParcel): Promise<BookedParcel>
  /** Void a label; `moving` when the parcel has already been handed over. Idempotent. */
  cancel(waybill: string): Promise<'cancelled' | 'moving'>
  /** All scans known to the carrier, oldest first. Some carriers bear few questions; see docs/carriers.md. */
  track(waybill: string): Promise<ParcelScan[]>
  /** Verify a webhook over its raw bytes. Throws `WebhookRejected`. */
  verify(rawBody: string, headers: Headers): CarrierNotice
  /** JSON that the sender of a webhook takes for "received"; it sends again what was answered otherwise. */
  acknowledgement: Readonly<Record<string, string | boolean>>
}

export type BookParcel = {
  parcelId: string
  orderNo: string
  warehouseId: string
  to: Address
  weightGrams: number
  /** Cash to collect at the door, in minor units. */
  cashOnDelivery?: { amount: number; currency: string }
}

export type BookedParcel = { waybill: string; trackingUrl: string }

export type CarrierNotice = { eventId: string; scans: ParcelScan[] }
