import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { advance, SCAN_RANK, trackParcel } from '../../domain/tracking.ts'
import type { ParcelScan, ScanCode } from '../../domain/tracking.ts'
import { later, MINUTE } from './support.ts'

const CODES = Object.keys(SCAN_RANK) as ScanCode[]

function scanned(code: ScanCode, minute: number): ParcelScan {
  return { carrier: 'express', waybill: 'W-1', code, occurredAt: later(minute * MINUTE) }
}

const [first, second, third] = [
  scanned('picked_up', 1),
  scanned('in_transit', 2),
  scanned('out_for_delivery', 3),
] as const

describe('a parcel', () => {
  it('S2-3.3a whose scans come 3, 1, 2, 2 has three, by their own time, and stands at the last', () => {
    expect(trackParcel([third, first, second, second])).toEqual({
      position: 'out_for_delivery',
      scans: [first, second, third],
    })
  })

  it('without scans is nowhere', () => {
    expect(trackParcel([])).toEqual({ position: undefined, scans: [] })
  })

  it('S2-3.3a stands at the same place whatever order its scans arrive in', () => {
    const scans = fc.array(fc.tuple(fc.constantFrom(...CODES), fc.nat(4)), { maxLength: 8 })
    const shuffled = scans
      .map((rows) => rows.map(([code, minute]) => scanned(code, minute)))
      .chain((rows) =>
        fc.tuple(
          fc.constant(rows),
          fc.shuffledSubarray(rows, { minLength: rows.length, maxLength: rows.length }),
        ),
      )
    fc.assert(
      fc.property(shuffled, ([rows, other]) => {
        expect(trackParcel(other)).toEqual(trackParcel(rows))
      }),
      { numRuns: 500 },
    )
  })
})

describe('a position', () => {
  it.each([
    ['attempt_failed', 'out_for_delivery'],
    ['attempt_failed', 'available_for_pickup'],
    ['refused', 'returning'],
    ['refused', 'delivered'],
    ['exception', 'in_transit'],
    ['exception', 'delivered'],
    ['lost', 'delivered'],
    ['lost', 'returned'],
    ['out_for_delivery', 'exception'],
    ['picked_up', 'out_for_delivery'],
  ] as const)('leaves %s for %s', (from, to) => expect(advance(from, to)).toBe(to))

  it.each([
    ['out_for_delivery', 'in_transit'],
    ['attempt_failed', 'in_transit'],
    ['refused', 'out_for_delivery'],
    ['returning', 'refused'],
    ['lost', 'in_transit'],
  ] as const)('%s is not moved back by %s', (from, to) => expect(advance(from, to)).toBe(from))

  it.each(['delivered', 'returned', 'cancelled'] as const)('%s is final', (end) => {
    for (const code of CODES) expect(advance(end, code)).toBe(end)
  })
})
