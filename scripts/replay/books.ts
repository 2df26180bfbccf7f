import { sum } from '../../domain/money.ts'
import type { Compared, FigureName, PartFigureName } from '../../web/reconciliation-view.ts'
import { latest } from './clocks.ts'
import type { LoggedOrder } from './log.ts'
import type { Outcome } from './outcome.ts'

/*
 * Both sides write the same book of an order, each from its own facts alone: the log from its rows as they came, Longhaul
 * from what its doors tell. Whatever is compared or summed is an entry of these.
 */

/** Entries by `keyOf`. */
export type Book = ReadonlyMap<string, number>

type AnyFigure = FigureName | PartFigureName

/** What an entry is of: a figure, and the method or merchant where it is about one. */
export const keyOf = (figure: AnyFigure, part?: string) =>
  part === undefined ? figure : `${figure}:${part}`

/** The inverse of `keyOf`; parts may hold colons, figures never. */
export function entryOf(key: string): { figure: AnyFigure; part?: string } {
  const colon = key.indexOf(':')
  if (colon < 0) return { figure: key as AnyFigure }
  return { figure: key.slice(0, colon) as AnyFigure, part: key.slice(colon + 1) }
}

type Telling = Arrival & {
  units: number
  goods: number
  freight: number
  adjustments: number
  payable: number
  payments: { method: string; amount: number }[]
  paid: number
  merchants: { merchantId: string; goods: number; freight: number }[]
}

/** What was bought and paid, by the rows of the log. */
export function sumsOf({ units, tenders }: Pick<LoggedOrder, 'units' | 'tenders'>) {
  return {
    goods: sum(units.map(({ price }) => price)),
    freight: sum(units.map((unit) => unit.freight)),
    paid: sum(tenders.map(({ amount }) => amount)),
  }
}

export function logBook(order: LoggedOrder, dayOf: Calendar): Book {
  const { units, tenders, shipments, deliverBy } = order
  const { goods, freight, paid } = sumsOf(order)
  const telling = {
    ...{ units: units.length, goods, freight, paid, payable: paid, deliverBy },
    adjustments: paid - goods - freight,
    payments: tenders.map((tender) => ({ method: methodOf(tender), amount: tender.amount })),
    merchants: units.map((unit) => ({ ...unit, goods: unit.price })),
    deliveredAt: latest(...shipments.flatMap(({ deliveredAt = [] }) => deliveredAt)),
  }
  return bookOf(telling, dayOf)
}

export function hereBook(outcome: Outcome, dayOf: Calendar): Book {
  const { tenders, adjustments } = outcome
  const telling = {
    ...outcome,
    adjustments: sum(adjustments.map(({ amount }) => amount)),
    payments: tenders.map((tender) => ({ method: methodOf(tender), amount: tender.captured })),
  }
  return bookOf(telling, dayOf)
}

/** "card credit", "boleto". */
export const methodOf = ({ method, funding }: { method: string; funding?: string }) =>
  funding === undefined ? method : `${method} ${funding}`

function bookOf(telling: Telling, dayOf: Calendar): Book {
  const { goods, freight, adjustments, paid, payable, payments, merchants } = telling
  const methods = new Set(payments.map(({ method }) => method))
  const merchantIds = [...new Set(merchants.map(({ merchantId }) => merchantId))]
  return bookFrom([
    ...([
      ['orders', 1],
      ['goods', goods],
      ['freight', freight],
    ] as const),
    ...([
      ['adjustments', adjustments],
      ['paid', paid],
    ] as const),
    ['paid_exactly', Number(payable === goods + freight)],
    ['late_by_timestamp', Number(isLateByTimestamp(telling))],
    ['late_by_date', Number(isLateByDate(telling, dayOf))],
    ['several_merchants', Number(merchantIds.length > 1)],
    ['several_units', Number(telling.units > 1)],
    ['several_payments', Number(payments.length > 1)],
    ['mixed_methods', Number(methods.size > 1)],
    ...payments.flatMap(({ method, amount }) => [
      [keyOf('method_payments', method), 1] as const,
      [keyOf('method_amount', method), amount] as const,
    ]),
    ...merchantIds.map((id) => [keyOf('merchant_orders', id), 1] as const),
    ...merchants.flatMap(({ merchantId, goods, freight }) => [
      [keyOf('merchant_goods', merchantId), goods] as const,
      [keyOf('merchant_freight', merchantId), freight] as const,
    ]),
  ])
}

/** Entries of the same key add up. */
export function bookFrom(entries: Iterable<readonly [string, number]>): Book {
  const book = new Map<string, number>()
  for (const [key, value] of entries) book.set(key, (book.get(key) ?? 0) + value)
  return book
}

function* entriesOf(books: readonly Book[]) {
  for (const book of books) yield* book
}

export const addUp = (books: readonly Book[]) => bookFrom(entriesOf(books))

/** Both sides of some orders, and what the explained rows make of the difference between them. */
export type Sides = { log: Book; here: Book; explained: Book }

export function compare(sides: Sides, key: string): Compared {
  const [log, here, explained] = [sides.log, sides.here, sides.explained].map(
    (book) => book.get(key) ?? 0,
  ) as [number, number, number]
  return { log, here, difference: here - log, explained }
}

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
