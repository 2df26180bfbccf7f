import type { Calendar, Calendars } from '../../domain/estimate.ts'
import { chineseCalendar } from './chinese.ts'

/** China's published schedule; of other countries no more than their weekends is known, so all is an estimate. */
export function openCalendars(): Calendars {
  const chinese = chineseCalendar()
  return (country = 'CN') => (country === 'CN' ? chinese : WEEKDAYS)
}

const WEEKDAYS: Calendar = {
  isWorkday: (date) => ![0, 6].includes(new Date(date).getUTCDay()),
  covers: () => false,
}
