/**
 * Parcel positions in one vocabulary, whatever the carrier calls them. A parcel's position is the scan of
 * highest rank, in order of `occurredAt`, so late, repeated and reordered scans don't move it backwards.
 */
export const SCAN_RANK = {
  label_created: 10,
  awaiting_pickup: 15,
  picked_up: 20,
  in_transit: 30,
  customs: 35,
  arrived_city: 40,
  out_for_delivery: 50,
  attempt_failed: 52,
  available_for_pickup: 55,
  exception: 0,
  refused: 60,
  returning: 70,
  lost: 80,
  returned: 90,
  delivered: 90,
  cancelled: 95,
} as const

export type ScanCode = keyof typeof SCAN_RANK

export type ParcelScan = {
  carrier: string
  waybill: string
  code: ScanCode
  /** ISO 8601 instant by the carrier's clock. */
  occurredAt: string
  location?: string
  detail?: string
  /** Cash collected at the door, in minor units; evidence for cash on delivery. */
  cashCollected?: { amount: number; currency: string }
}

/** Positions that a later scan of lower rank may follow: a failed attempt goes out again. */
const REENTRIES: Partial<Record<ScanCode, readonly ScanCode[]>> = {
  attempt_failed: ['out_for_delivery', 'available_for_pickup'],
  exception: ['in_transit', 'out_for_delivery', 'delivered'],
  refused: ['returning', 'delivered'],
}

const FINAL: ReadonlySet<ScanCode> = new Set(['delivered', 'returned', 'cancelled'])

/** Where a parcel is after `next`, coming from `current`: the one rule for tracking pages and the door. */
export function advance(current: ScanCode | undefined, next: ScanCode): ScanCode {
  if (current === undefined) return next
  if (REENTRIES[current]?.includes(next)) return next
  if (FINAL.has(current)) return current
  if (next === 'exception') return next
  return SCAN_RANK[next] > SCAN_RANK[current] ? next : current
}

/** Position and history, each scan once, from scans in any order of arrival. */
export function trackParcel(scans: readonly ParcelScan[]): {
  position: ScanCode | undefined
  scans: ParcelScan[]
} {
  const once = new Map(scans.map((scan) => [identity(scan), scan]))
  const ordered = [...once.values()].toSorted(byTime)
  let position: ScanCode | undefined
  for (const scan of ordered) position = advance(position, scan.code)
  return { position, scans: ordered }
}

/** The same scan comes by several messages; its own facts tell. */
function identity({ carrier, waybill, occurredAt, code, location }: ParcelScan): string {
  return JSON.stringify([carrier, waybill, occurredAt, code, location])
}

/** By the carrier's clock; scans of one instant by rank, so that the order of arrival never matters. */
function byTime(a: ParcelScan, b: ParcelScan): number {
  const apart = Date.parse(a.occurredAt) - Date.parse(b.occurredAt)
  return apart || SCAN_RANK[a.code] - SCAN_RANK[b.code] || (identity(a) < identity(b) ? -1 : 1)
}
