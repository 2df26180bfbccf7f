/*
 * Wall clocks of IANA zones. `date` is `2026-10-01`, `time` is `16:00`.
 */

const DAY = 86_400_000

const FIELDS = {
  hourCycle: 'h23',
  ...({ year: 'numeric', month: 'numeric', day: 'numeric' } as const),
  ...({ hour: 'numeric', minute: 'numeric', second: 'numeric' } as const),
} as const

/** By zone, of which there are some hundreds: one takes far longer to make than to look at. */
const clocks = new Map<string, Intl.DateTimeFormat>()

function clockOf(timeZone: string): Intl.DateTimeFormat {
  const clock = clocks.get(timeZone) ?? new Intl.DateTimeFormat('en-US', { ...FIELDS, timeZone })
  clocks.set(timeZone, clock)
  return clock
}

/** What the wall shows at an instant, in milliseconds as if the zone were UTC. */
function wallAt(instant: number, timeZone: string): number {
  const parts = clockOf(timeZone).formatToParts(instant)
  const of = (wanted: string) => Number(parts.find(({ type }) => type === wanted)?.value)
  return Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'))
}

/** The date at an instant. */
export const dateIn = (timeZone: string, instant: Date): string =>
  new Date(wallAt(instant.getTime(), timeZone)).toISOString().slice(0, 10)

/** When the wall shows that: the first time of two, and of a time that a change leaves out, as far after the change. */
export function instantIn(timeZone: string, { date, time }: { date: string; time: string }): Date {
  const wall = Date.parse(`${date}T${time}Z`)
  const offsetAt = (instant: number) => wallAt(instant, timeZone) - instant
  const [old, young] = [offsetAt(wall - DAY), offsetAt(wall + DAY)]
  const isYoung = offsetAt(wall - old) !== old && offsetAt(wall - young) === young
  return new Date(wall - (isYoung ? young : old))
}

/** The date so many days later. */
export const addDays = (date: string, days: number): string =>
  new Date(Date.parse(date) + days * DAY).toISOString().slice(0, 10)
