import type { ScanCode } from '../domain/tracking.ts'
import type { Parcel } from './carrier.ts'
import { shanghaiTime } from './china.ts'

/** Their finer state of each scan, and its basic one. They know no lost parcels, only trouble. */
const STATES: Record<ScanCode, { fine: string; basic: string }> = {
  label_created: { fine: '101', basic: '1' },
  awaiting_pickup: { fine: '102', basic: '1' },
  picked_up: { fine: '103', basic: '1' },
  in_transit: { fine: '1002', basic: '0' },
  customs: { fine: '11', basic: '8' },
  arrived_city: { fine: '1001', basic: '0' },
  out_for_delivery: { fine: '5', basic: '5' },
  attempt_failed: { fine: '204', basic: '2' },
  available_for_pickup: { fine: '501', basic: '5' },
  exception: { fine: '2', basic: '2' },
  refused: { fine: '203', basic: '2' },
  returning: { fine: '6', basic: '6' },
  lost: { fine: '2', basic: '2' },
  returned: { fine: '4', basic: '4' },
  delivered: { fine: '301', basic: '3' },
  cancelled: { fine: '401', basic: '4' },
}

function timesOf(occurredAt: string) {
  const time = shanghaiTime(occurredAt)
  return { time, ftime: time }
}

/** A parcel as their query and their pushes show it: all scans, newest first, and no word about cash. */
export function trackedBody({ waybill, courier, scans }: Parcel) {
  const newest = scans.toSorted((a, b) => Date.parse(a.occurredAt) - Date.parse(b.occurredAt))
  const last = newest.at(-1)
  const state = last === undefined ? '0' : STATES[last.code].basic
  return {
    ...{ message: 'ok', nu: waybill, com: courier, status: '200', condition: '00' },
    ...{ state, ischeck: state === '3' ? '1' : '0' },
    data: newest.toReversed().map(({ code, occurredAt, location, detail }) => ({
      ...timesOf(occurredAt),
      ...{ context: detail ?? code, statusCode: STATES[code].fine, status: code },
      areaName: location ?? null,
    })),
  }
}
