import { formatAmount } from '../domain/money.ts'
import type { Locale } from '../domain/locale.ts'

/** How amounts and instants are written for one reader; `now` is the order's own time. */
export type Format = {
  money: (amount: number) => string
  /** To the minute, near days by name: "14:30 today". Fits after "by", "at" and "until". */
  when: (instant: string) => string
  /** To the minute, as it stands in a list. */
  stamp: (instant: string) => string
  /** "22 Nov". */
  day: (instant: string) => string
  /** "22 Nov" of a calendar day such as `2026-11-22`, the same in every zone. */
  date: (day: string) => string
  /** "in 25 minutes", of an instant ahead. */
  distance: (instant: string) => string
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Days that have a name of their own, by how far they are from today. */
const NEAR: Record<Locale, Partial<Record<number, string>>> = {
  en: { [-1]: 'yesterday', 0: 'today', 1: 'tomorrow' },
  zh: { [-1]: '昨天', 0: '今天', 1: '明天' },
}

type Reader = { locale: Locale; tag: string; timeZone: string; currency: string; now: string }

export function formatFor(reader: Reader): Format {
  const day = (instant: string) => dayOf(instant, reader)
  return {
    money: (amount) => moneyOf(amount, reader),
    when: (instant) => whenOf(instant, reader),
    stamp: (instant) => `${day(instant)} ${clockOf(instant, reader)}`,
    day,
    date: (date) => dayOf(`${date}T00:00:00Z`, { ...reader, timeZone: 'UTC' }),
    distance: (instant) => distanceOf(instant, reader),
  }
}

/** The code for English, as a bare symbol is ambiguous between currencies. */
function moneyOf(amount: number, { tag, locale, currency }: Reader): string {
  const currencyDisplay = locale === 'en' ? 'code' : 'symbol'
  const format = new Intl.NumberFormat(tag, { style: 'currency', currency, currencyDisplay })
  // The decimal text keeps the minor units exact.
  return format.format(formatAmount(amount, currency) as `${number}`)
}

/** With its year, where that is another than the reader's. */
function dayOf(instant: string, { tag, timeZone, now }: Reader, more: Day = {}): string {
  const years = new Intl.DateTimeFormat('en-US', { year: 'numeric', timeZone })
  const isThisYear = years.format(new Date(instant)) === years.format(new Date(now))
  const date = { day: 'numeric', month: 'short', timeZone, ...more } as const
  const format = new Intl.DateTimeFormat(tag, { ...date, ...(!isThisYear && { year: 'numeric' }) })
  return format.format(new Date(instant))
}

type Day = Pick<Intl.DateTimeFormatOptions, 'weekday'>

function clockOf(instant: string, { tag, timeZone }: Reader): string {
  const time = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone } as const
  return new Intl.DateTimeFormat(tag, time).format(new Date(instant))
}

function whenOf(instant: string, reader: Reader): string {
  const { locale, timeZone, now } = reader
  const near = NEAR[locale][dayNumber(instant, timeZone) - dayNumber(now, timeZone)]
  const day = near ?? dayOf(instant, reader, { weekday: 'short' })
  const clock = clockOf(instant, reader)
  if (locale === 'zh') return `${day} ${clock} `
  return near === undefined ? `${clock} on ${day}` : `${clock} ${near}`
}

/** Days since the epoch, as the calendar of a zone counts them. */
function dayNumber(instant: string, timeZone: string): number {
  const date = { year: 'numeric', month: 'numeric', day: 'numeric', timeZone } as const
  const parts = new Intl.DateTimeFormat('en-US', date).formatToParts(new Date(instant))
  const part = (name: 'year' | 'month' | 'day') =>
    Number(parts.find(({ type }) => type === name)?.value)
  return Date.UTC(part('year'), part('month') - 1, part('day')) / DAY
}

function distanceOf(instant: string, { tag, now }: Reader): string {
  const apart = Date.parse(instant) - Date.parse(now)
  const format = new Intl.RelativeTimeFormat(tag)
  if (apart >= 2 * DAY) return format.format(Math.round(apart / DAY), 'day')
  if (apart >= 2 * HOUR) return format.format(Math.round(apart / HOUR), 'hour')
  return format.format(Math.max(1, Math.round(apart / MINUTE)), 'minute')
}
