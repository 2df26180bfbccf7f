/** What providers of China write in: its clock, its money. */

/** China keeps one clock, eight hours ahead. Milliseconds. */
const SHANGHAI = 8 * 3_600_000

/** "2026-03-01 16:00:00": China's clock, to the second, without saying so. */
export const shanghaiTime = (at: string | Date) =>
  new Date(new Date(at).getTime() + SHANGHAI).toISOString().slice(0, 19).replace('T', ' ')

/** "-158.03" of -15803 fen. */
export function yuan(fen: number): string {
  const digits = String(Math.abs(fen)).padStart(3, '0')
  return `${fen < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
}
