import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chineseCalendar } from '../../adapters/calendar/chinese.ts'
import { estimateOf } from '../../domain/estimate.ts'
import type { Calendar, Dispatch } from '../../domain/estimate.ts'

const chinese = chineseCalendar()
const SHENZHEN: Dispatch = { cutoff: '16:00', timeZone: 'Asia/Shanghai', handlingDays: 2 }
const everyDay: Calendar = { isWorkday: () => true, covers: () => true }

type Wishes = Partial<Dispatch> & { min?: number; max?: number; calendar?: Calendar }

function estimate(at: string, { min = 2, max = 3, calendar = chinese, ...dispatch }: Wishes = {}) {
  return estimateOf({ at, dispatch: { ...SHENZHEN, ...dispatch }, transit: { min, max }, calendar })
}

describe('an estimate', () => {
  it('S0-3.1c skips the National Day holiday and works on its make-up Saturday', () => {
    // Begun on Thursday the 8th; Friday and Saturday are the two days of handling.
    expect(estimate('2026-09-30T18:00:00+08:00')).toEqual({
      shipBy: '2026-10-10T08:00:00.000Z',
      earliest: '2026-10-13',
      latest: '2026-10-14',
      confidence: 'published',
    })
  })

  it('S0-3.1c begins the same day before the cutoff, the next working day from it on', () => {
    const next = (at: string) => estimate(at, { handlingDays: 0 }).shipBy
    expect(next('2026-09-30T15:59:59+08:00')).toBe('2026-09-30T08:00:00.000Z')
    expect(next('2026-09-30T16:00:00+08:00')).toBe('2026-10-08T08:00:00.000Z')
    expect(next('2026-10-03T09:00:00+08:00')).toBe('2026-10-08T08:00:00.000Z')
  })

  it('is as sure as the least known year that it reaches into', () => {
    expect(estimate('2026-12-21T09:00:00+08:00').confidence).toBe('published')
    const over = estimate('2026-12-29T18:00:00+08:00')
    expect(over.confidence).toBe('estimated')
    expect(over.earliest > '2027-01-04').toBe(true)
  })

  it('leaves at the cutoff on the wall, whatever the clocks were changed to', () => {
    const NewYork = { timeZone: 'America/New_York', calendar: everyDay, handlingDays: 1 }
    expect(estimate('2026-03-07T12:00:00Z', NewYork).shipBy).toBe('2026-03-08T20:00:00.000Z')
    expect(estimate('2026-10-31T12:00:00Z', NewYork).shipBy).toBe('2026-11-01T21:00:00.000Z')
    const skipped = { ...NewYork, cutoff: '02:30' }
    expect(estimate('2026-03-07T05:30:00Z', skipped).shipBy).toBe('2026-03-08T07:30:00.000Z')
  })

  it('counts the days of the warehouse, not of Greenwich', () => {
    const Auckland = { timeZone: 'Pacific/Auckland', calendar: everyDay, handlingDays: 0 }
    expect(estimate('2026-11-21T20:00:00Z', Auckland)).toMatchObject({ earliest: '2026-11-24' })
  })

  it('never comes out of a calendar without working days', () => {
    const never = { isWorkday: () => false, covers: () => true }
    expect(() => estimate('2026-11-22T00:00:00Z', { calendar: never })).toThrow('no working day')
  })
})

describe('every estimate', () => {
  const at = fc
    .date({ min: new Date('2024-01-01'), max: new Date('2029-12-31'), noInvalidDate: true })
    .map((date) => date.toISOString())
  const wishes = fc
    .record({
      cutoff: fc.constantFrom('00:00', '01:30', '16:00', '23:59'),
      timeZone: fc.constantFrom('Asia/Shanghai', 'America/New_York', 'Pacific/Apia', 'UTC'),
      handlingDays: fc.nat(10),
      min: fc.nat(5),
      more: fc.nat(5),
    })
    .map(({ more, ...rest }) => ({ ...rest, max: rest.min + more }))

  it('leaves no sooner than it is asked for, and arrives no sooner than it leaves', () => {
    fc.assert(
      fc.property(at, wishes, (at, wishes) => {
        const { shipBy, earliest, latest } = estimate(at, wishes)
        expect(Date.parse(shipBy)).toBeGreaterThan(Date.parse(at))
        expect(earliest <= latest).toBe(true)
        const zone = { timeZone: wishes.timeZone }
        const leaves = new Date(shipBy).toLocaleDateString('sv-SE', zone)
        expect(leaves <= earliest).toBe(true)
      }),
    )
  })

  it('leaves on a working day', () => {
    fc.assert(
      fc.property(at, wishes, (at, wishes) => {
        const { shipBy } = estimate(at, wishes)
        const zone = { timeZone: wishes.timeZone }
        expect(chinese.isWorkday(new Date(shipBy).toLocaleDateString('sv-SE', zone))).toBe(true)
      }),
    )
  })

  it('is no sooner for who asks later', () => {
    fc.assert(
      fc.property(at, fc.nat(10 * 86_400_000), wishes, (at, later, wishes) => {
        const first = estimate(at, wishes)
        const second = estimate(new Date(Date.parse(at) + later).toISOString(), wishes)
        expect(second.shipBy >= first.shipBy).toBe(true)
        expect(second.earliest >= first.earliest && second.latest >= first.latest).toBe(true)
      }),
    )
  })
})
