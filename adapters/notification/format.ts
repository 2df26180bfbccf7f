import { currencyDigits, formatAmount } from '../../domain/money.ts'

/** `CNY 158.03` for English: a bare symbol is ambiguous between currencies. */
export function amountEn(amount: number, currency: string): string {
  return `${currency} ${formatAmount(amount, currency)}`
}

/** `¥158.03` for Chinese. The decimal text keeps the minor units exact. */
export function amountZh(amount: number, currency: string): string {
  const digits = currencyDigits(currency)
  const format = new Intl.NumberFormat('zh-CN', {
    style: 'currency',
    currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    useGrouping: false,
  })
  return format.format(formatAmount(amount, currency) as `${number}`)
}

/** A day: "22 November 2025" or "2025年11月22日". */
export function day(instant: string, tag: string, timeZone: string): string {
  return new Intl.DateTimeFormat(tag, { dateStyle: 'long', timeZone }).format(new Date(instant))
}

/** A deadline, to the minute and with its time zone, as nobody may miss it by guessing. */
export function deadline(instant: string, tag: string, timeZone: string): string {
  const at = new Date(instant)
  const time = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone } as const
  const clock = new Intl.DateTimeFormat(tag, time).format(at)
  const zone = new Intl.DateTimeFormat(tag, { ...time, timeZoneName: 'short' })
    .formatToParts(at)
    .find((part) => part.type === 'timeZoneName')
  return `${day(instant, tag, timeZone)} ${clock} (${zone?.value ?? timeZone})`
}
