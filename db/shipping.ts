import { createHash } from 'node:crypto'
import type { ParcelScan, ScanCode } from '../domain/tracking.ts'
import type { Db } from './connection.ts'

/** Waybill numbers are recycled; a booking older than this is another parcel. Days. */
const WAYBILL_LIFE = 90

export type ParcelKey = { orderId: string; parcelId: string }

/** The parcel a carrier means by a waybill: its newest booking, unless that is too old. */
export async function findParcel(
  db: Db,
  { carrier, waybill }: { carrier: string; waybill: string },
): Promise<ParcelKey | undefined> {
  const [row] = await db<ParcelKey[]>`
    select order_id as "orderId", id as "parcelId" from parcels
    where carrier = ${carrier} and waybill = ${waybill}
      and booked_at > clock_timestamp() - ${WAYBILL_LIFE} * interval '1 day'
    order by booked_at desc limit 1`
  return row
}

/** The same scan, however often and by whatever message it comes. */
export function scanKey({ carrier, waybill, occurredAt, code, location }: ParcelScan): string {
  const parts = [carrier, waybill, occurredAt, code, location ?? '']
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)
}

/** Keep a scan once. */
export async function storeScan(
  db: Db,
  { orderId, parcelId }: ParcelKey,
  scan: ParcelScan,
): Promise<void> {
  await db`
    insert into scans (key, order_id, parcel_id, code, occurred_at, location) values (
      ${scanKey(scan)}, ${orderId}, ${parcelId}, ${scan.code}, ${scan.occurredAt},
      ${scan.location ?? null})
    on conflict (key) do nothing`
}

export type ScanRow = ParcelKey & {
  code: ScanCode
  occurredAt: string
  location: string | null
}

/** Scans of all parcels of an order, by the carriers' clocks. */
export async function readScans(db: Db, orderId: string): Promise<ScanRow[]> {
  const rows = await db<(Omit<ScanRow, 'occurredAt'> & { occurredAt: Date })[]>`
    select order_id as "orderId", parcel_id as "parcelId", code, occurred_at as "occurredAt", location
    from scans where order_id = ${orderId} order by occurred_at, received_at`
  return rows.map((row) => ({ ...row, occurredAt: row.occurredAt.toISOString() }))
}
