import { TZDate } from '@date-fns/tz'
import type { Kind } from './csv.ts'

/**
 * A time without zone, such as "2018-01-14 14:33:31", by the clocks on the walls of `zone`; ISO 8601 in UTC. A time that
 * the change to summer time left out is the hour after it.
 */
export function localTime(zone: string): Kind<string> {
  // Asking for an hour's place in a zone takes longer than reading the row, and logs repeat their hours.
  const hours = new Map<string, number>()
  const hourOf = (date: string, hour: string) => {
    const key = `${date} ${hour}`
    const known = hours.get(key)
    if (known !== undefined) return known
    const [year = 0, month = 0, day = 0] = date.split('-').map(Number)
    const instant = new TZDate(year, month - 1, day, Number(hour), zone).getTime()
    hours.set(key, instant)
    return instant
  }
  return {
    parse: (cell) => {
      const [, date, hour, minute, second] = LOCAL.exec(cell) ?? []
      if (date === undefined || hour === undefined || !isDate(date)) return undefined
      const instant = hourOf(date, hour) + Number(minute) * 60_000 + Number(second) * 1000
      return new Date(instant).toISOString()
    },
    expected: 'a time such as 2018-01-14 14:33:31',
  }
}

const TIME = '([01]\\d|2[0-3]):([0-5]\\d):([0-5]\\d)'
const LOCAL = new RegExp(`^(\\d{4}-\\d\\d-\\d\\d) ${TIME}$`)
const OFFSET = new RegExp(`^(\\d{4}-\\d\\d-\\d\\d)T${TIME}(Z|[+-]\\d\\d:\\d\\d)$`)

/** A time with its offset; ISO 8601 in UTC. */
export const OFFSET_TIME: Kind<string> = {
  parse: (cell) => {
    const [, date] = OFFSET.exec(cell) ?? []
    const instant = Date.parse(cell)
    if (date === undefined || !isDate(date) || Number.isNaN(instant)) return undefined
    return new Date(instant).toISOString()
  },
  expected: 'a time such as 2024-05-03T09:30:00-03:00',
}

/** Dates that the calendar lacks, such as 30 February, would slip into the next month. */
function isDate(date: string): boolean {
  const instant = Date.parse(`${date}T00:00:00Z`)
  return !Number.isNaN(instant) && new Date(instant).toISOString().startsWith(date)
}

export const isBefore = (a: string, b: string) => Date.parse(a) < Date.parse(b)

/** The latest of some times. */
export function latest(first: string, ...others: string[]): string
export function latest(...all: string[]): string | undefined
export function latest(first?: string, ...others: string[]): string | undefined {
  return others.reduce((last, at) => (last === undefined || isBefore(last, at) ? at : last), first)
}
