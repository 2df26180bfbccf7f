import type { DeliveryEstimate } from './events.ts'
import { addDays, dateIn, instantIn } from './zone.ts'

/** Working days of one country. */
export type Calendar = {
  /** `date` as `2026-10-01`. */
  isWorkday(date: string): boolean
  /**
   * Whether that year's holidays are published; otherwise what it says of the year is an estimate.
   */
  covers(year: number): boolean
}

/** The calendar of the country that a warehouse is in; of the shop's own where that isn't known. */
export type Calendars = (country: string | undefined) => Calendar

/** How a warehouse works. `cutoff` as `16:00` in `timeZone`, an IANA name. */
export type Dispatch = { cutoff: string; timeZone: string; handlingDays: number }

type Question = {
  at: string
  dispatch: Dispatch
  /** Working days on the way. */
  transit: { min: number; max: number }
  calendar: Calendar
}

/**
 * When something leaves and arrives. What comes before the cutoff of a working day is begun that
 * day, all else on the next one; `handlingDays` working days later it leaves, by that day's cutoff.
 * All days are the warehouse's.
 */
export function estimateOf({ at, dispatch, transit, calendar }: Question): DeliveryEstimate {
  const today = dateIn(dispatch.timeZone, new Date(at))
  const leaves = addWorkdays(calendar, firstDay(at, { dispatch, calendar }), dispatch.handlingDays)
  const latest = addWorkdays(calendar, leaves, transit.max)
  return {
    shipBy: cutoffOf(dispatch, leaves).toISOString(),
    earliest: addWorkdays(calendar, leaves, transit.min),
    latest,
    confidence: coversAll(calendar, { today, latest }) ? 'published' : 'estimated',
  }
}

function firstDay(at: string, { dispatch, calendar }: Pick<Question, 'dispatch' | 'calendar'>) {
  const today = dateIn(dispatch.timeZone, new Date(at))
  const isInTime = Date.parse(at) < cutoffOf(dispatch, today).getTime()
  return isInTime && calendar.isWorkday(today) ? today : addWorkdays(calendar, today, 1)
}

const cutoffOf = ({ cutoff, timeZone }: Dispatch, date: string): Date =>
  instantIn(timeZone, { date, time: cutoff })

/**
 * Days in a row without work: no country's holidays come near, so beyond it the calendar is broken.
 */
const LONGEST_REST = 60

function addWorkdays(calendar: Calendar, date: string, days: number): string {
  let [day, left, rest] = [date, days, 0]
  while (left > 0) {
    if (rest > LONGEST_REST) throw new Error(`no working day in ${LONGEST_REST} days before ${day}`)
    day = addDays(day, 1)
    const works = calendar.isWorkday(day)
    left -= works ? 1 : 0
    rest = works ? 0 : rest + 1
  }
  return day
}

function coversAll(calendar: Calendar, { today, latest }: { today: string; latest: string }) {
  const [first, last] = [Number(today.slice(0, 4)), Number(latest.slice(0, 4))]
  for (let year = first; year <= last; year++) if (!calendar.covers(year)) return false
  return true
}
