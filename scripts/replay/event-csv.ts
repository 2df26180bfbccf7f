import { statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { SetupError } from '../embedded/setup-error.ts'
import { byOrder, fail, need, read, readTable } from './csv.ts'
import type { Kind, Row } from './csv.ts'
import { orderOf } from './event-order.ts'
import type { LogSource, WholeLog } from './log.ts'
import { amountIn } from './money.ts'

/*
 * One CSV file of what happened to orders, as a person exports it from a spreadsheet; rows in any order. A row is an
 * `event` of an `order_id`; times are ISO 8601 with their offset; cells that an event doesn't need stay empty:
 *
 *   placed       occurred_at, customer_id, country, region, city, currency; deliver_by if a time was promised
 *   line         merchant_id, sku, name, quantity, unit_price, freight (of the row as a whole); weight_g if known
 *   tender       method, amount; installments if there are any
 *   paid         occurred_at; all tenders are confirmed
 *   handed_over, delivered, returned
 *                occurred_at; merchant_id if it was one merchant's part only
 *   cancelled, expired
 *                occurred_at
 *
 * The last of them by time is where the order stands. All amounts of a file have one currency.
 */

const COLUMNS = [
  ...['order_id', 'event', 'occurred_at', 'customer_id', 'merchant_id', 'sku', 'name'],
  ...['quantity', 'unit_price', 'freight', 'weight_g', 'method', 'amount', 'installments'],
  ...['deliver_by', 'country', 'region', 'city', 'currency'],
] as const
export type EventRow = Row<(typeof COLUMNS)[number]>

/** Orders of all countries may stand in one file, so their calendar is nobody's. */
const ZONE = 'UTC'

export const eventCsv: LogSource = {
  name: 'event-csv',
  needs: `a CSV file of order events with the columns ${COLUMNS.join(', ')}`,
  fits,
  read: readLog,
}

/** By its first line alone: a log may be large. */
async function fits(path: string): Promise<boolean> {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return false
  const file = await open(path)
  try {
    for await (const line of file.readLines({ autoClose: false }))
      return ['order_id', 'event', 'occurred_at'].every((column) => line.includes(column))
    return false
  } finally {
    await file.close()
  }
}

async function readLog(file: string): Promise<WholeLog> {
  const rows = await readTable(file, COLUMNS)
  const currency = currencyOf(rows, file)
  const amount = amountIn(currency)
  const orders = [...byOrder(rows).values()].map((own) => orderOf(own, amount))
  return { currency, zone: ZONE, orders }
}

const CURRENCY: Kind<string> = {
  parse: (cell) => (/^[A-Z]{3}$/.test(cell) ? cell : undefined),
  expected: 'a currency such as BRL',
}

function currencyOf(rows: readonly EventRow[], file: string): string {
  const first = rows.find((row) => row.cells.currency !== '')
  if (first === undefined)
    throw new SetupError(`${file} names no currency.`, 'Expected one in every placed row.')
  const currency = need(first, 'currency', CURRENCY)
  for (const row of rows) {
    const own = read(row, 'currency', CURRENCY) ?? currency
    if (own !== currency) fail(row, `currency is ${own}`, `${currency} as in the rows before it`)
  }
  return currency
}
