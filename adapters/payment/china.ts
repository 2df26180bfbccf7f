import { z } from 'zod'
import { ProviderError } from '../../domain/errors.ts'
import { isAmount } from '../../domain/money.ts'

/** What platforms of China's mainland have in common: its money, its clock. */

/** China keeps one clock, eight hours ahead. Milliseconds. */
const SHANGHAI = 8 * 3_600_000

export const CHINA_ZONE = 'Asia/Shanghai'

/** They take no other money. */
export function requireYuan(currency: string): void {
  if (currency !== 'CNY') throw new ProviderError('CURRENCY_NOT_SUPPORTED', { final: true })
}

/** "2026-11-22 21:30:00", rounded down, so that nobody pays later than we said. */
export const shanghaiTime = (instant: Date) =>
  new Date(instant.getTime() + SHANGHAI).toISOString().slice(0, 19).replace('T', ' ')

/** Such a time as an instant, ISO 8601. */
export const shanghaiShape = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/)
  .transform((text) => new Date(`${text.slice(0, 19).replace(' ', 'T')}+08:00`))
  .refine((instant) => !Number.isNaN(instant.getTime()))
  .transform((instant) => instant.toISOString())

/** "158.03" of 15803. */
export function yuan(fen: number): string {
  const digits = String(fen).padStart(3, '0')
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`
}

/** 15803 of "158.03", also of the number 158.03, which some answers have instead. Negative for what went out. */
export const yuanShape = z
  .union([z.string(), z.number()])
  .transform(String)
  .pipe(z.string().regex(/^-?\d+(\.\d{1,2})?$/))
  .transform((text) => {
    const [whole = '', fraction = ''] = text.replace('-', '').split('.')
    return Number(`${text.startsWith('-') ? '-' : ''}${whole}${fraction.padEnd(2, '0')}`)
  })
  .refine((fen) => isAmount(Math.abs(fen)))
