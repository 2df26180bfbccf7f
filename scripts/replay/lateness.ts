/** When an order arrived in full, and when it should have. */
export type Arrival = { deliveredAt?: string | undefined; deliverBy?: string | undefined }

/** The calendar day of an instant, as text that sorts. */
export type Calendar = (instant: string) => string

export function calendarOf(timeZone: string): Calendar {
  // Swedish writes dates as ISO 8601 does.
  const format = new Intl.DateTimeFormat('sv', { dateStyle: 'short', timeZone })
  return (instant) => format.format(new Date(instant))
}

export function isLateByTimestamp({ deliveredAt, deliverBy }: Arrival): boolean {
  if (deliveredAt === undefined || deliverBy === undefined) return false
  return Date.parse(deliveredAt) > Date.parse(deliverBy)
}

/** A promise of a day is kept until that day is over. */
export function isLateByDate({ deliveredAt, deliverBy }: Arrival, dayOf: Calendar): boolean {
  if (deliveredAt === undefined || deliverBy === undefined) return false
  return dayOf(deliveredAt) > dayOf(deliverBy)
}
