/*
 * Tables for spreadsheets, RFC 4180. A spreadsheet takes a cell that begins like a formula for one, and would run it.
 */

export type CsvValue = string | number | null

const FORMULA = /^[=+\-@\t\r\n]/

/** A number stays one; a text that looks like a formula is told to be a text. */
function cell(value: CsvValue): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const text = FORMULA.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** One line, with its end. */
export const csvLine = (values: readonly CsvValue[]): string => `${values.map(cell).join(',')}\r\n`
