/** Working days of one country. */
export type Calendar = {
  /** `date` as `2026-10-01`. */
  isWorkday(date: string): boolean
  /** Whether that year's holidays are published; otherwise what it says of the year is an estimate. */
  covers(year: number): boolean
}

/** How a warehouse works. `cutoff` as `16:00` in `timeZone`, an IANA name. */
export type Dispatch = { cutoff: string; timeZone: string; handlingDays: number }
