import { createRequire } from 'node:module'
import chineseDays from 'chinese-days'
import type { Calendar } from '../../domain/estimate.ts'
import { addDays } from '../../domain/zone.ts'

/** Schedules as the State Council published them, by date. */
type Published = { holidays: Record<string, string>; workdays: Record<string, string> }

/**
 * The library's table, not its functions: those take a year that they know nothing of for one without holidays, and
 * shift by a day on machines west of Greenwich.
 */
const { holidays, workdays } = createRequire(import.meta.url)(
  'chinese-days/dist/chinese-days.json',
) as Published

/** Working days of mainland China, make-up days (调休) included; unpublished years are reckoned from their festivals. */
export function chineseCalendar(): Calendar {
  const years = new Map<number, Set<string>>()

  function customary(year: number): Set<string> {
    const rest = years.get(year) ?? new Set(FESTIVALS.flatMap((festival) => daysOf(festival, year)))
    years.set(year, rest)
    return rest
  }

  return {
    covers: isPublished,
    isWorkday(date) {
      if (date in workdays) return true
      const year = Number(date.slice(0, 4))
      const isHoliday = isPublished(year) ? date in holidays : customary(year).has(date)
      return !isHoliday && !isWeekend(date)
    },
  }
}

/** A year's schedule is published whole; single days at its turn may stand in a neighbour's. */
const isPublished = (year: number): boolean => `${year}-10-01` in holidays

/** From when, and how many days in a row. */
type Festival = { from: (year: number) => string; days: number }

/** The library reads the numbers of a lunar date off the machine's clock. */
const lunar = (month: number, day: number) => (year: number) =>
  chineseDays.getSolarDateFromLunar(new Date(year, month - 1, day)).date

/** Qingming, a solar term; the usual approximation for this century, exact to the day. */
const pureBrightness = (year: number) =>
  `${year}-04-0${Math.floor((year % 100) * 0.2422 + 4.81) - Math.floor((year % 100) / 4)}`

/**
 * Festivals as the schedules since 2025 have them, without the weekends that are worked for long ones: those differ
 * each year, and a promise had better err to the late side.
 */
const FESTIVALS: readonly Festival[] = [
  { from: (year) => `${year}-01-01`, days: 1 },
  // New Year's Eve is one of them.
  { from: (year) => addDays(lunar(1, 1)(year), -1), days: 8 },
  { from: pureBrightness, days: 1 },
  { from: (year) => `${year}-05-01`, days: 5 },
  { from: lunar(5, 5), days: 1 },
  { from: lunar(8, 15), days: 1 },
  { from: (year) => `${year}-10-01`, days: 7 },
]

/** A single day that falls on a weekend is made up for on Monday. */
function daysOf({ from, days }: Festival, year: number): string[] {
  const first = from(year)
  const rest = Array.from({ length: days }, (_, i) => addDays(first, i))
  if (days > 1 || !isWeekend(first)) return rest
  const isSaturday = !isWeekend(addDays(first, -1))
  return [...rest, addDays(first, isSaturday ? 2 : 1)]
}

const isWeekend = (date: string) => [0, 6].includes(new Date(date).getUTCDay())
