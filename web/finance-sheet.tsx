import type { Child } from 'hono/jsx'
import { currencyDigits, formatAmount } from '../domain/money.ts'
import { formatFor } from './format.ts'
import type { FinanceShown } from './finance-view.ts'
import { FINANCE_WORDING } from './finance-words.ts'
import type { FinanceWording } from './finance-words.ts'

/** Everything a table needs to be written. */
export type Sheet = FinanceShown & {
  words: FinanceWording
  money: (amount: number, currency: string) => string
  /** The bare figure, where the currency stands above. */
  figure: (amount: number, currency: string) => string
  when: (instant: string) => string
}

export function sheetOf({ view, locale }: FinanceShown): Sheet {
  const words = FINANCE_WORDING[locale]
  const { now, timeZone } = view
  const formatIn = (currency: string) =>
    formatFor({ locale, tag: words.tag, timeZone, currency, now })
  return {
    ...{ view, locale, words },
    money: (amount, currency) => formatIn(currency).money(amount),
    figure: (amount, currency) => figureOf(amount, currency, words.tag),
    when: (instant) => formatIn('CNY').stamp(instant),
  }
}

function figureOf(amount: number, currency: string, tag: string): string {
  const digits = currencyDigits(currency)
  const format = new Intl.NumberFormat(tag, {
    ...{ minimumFractionDigits: digits, maximumFractionDigits: digits },
  })
  // The decimal text keeps the minor units exact.
  return format.format(formatAmount(amount, currency) as `${number}`)
}

export type Column = string | { title: string; numeric: true }
export const numeric = (title: string): Column => ({ title, numeric: true })

export function Card({ id, title, children }: { id: string; title: string; children?: Child }) {
  return (
    <section class="card" id={id} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{title}</h2>
      {children}
    </section>
  )
}

type TableProps = {
  title: string
  columns: readonly Column[]
  /** Rows, or whole bodies where `isGrouped`. */
  rows: readonly Child[]
  words: FinanceWording
  isGrouped?: boolean
  foot?: Child
}

/** It scrolls inside its own box where the screen is narrow; the box says so and can be reached by keyboard. */
export function Table({ title, columns, rows, words, isGrouped = false, foot }: TableProps) {
  if (rows.length === 0) return <p class="lead">{words.labels.nothing}</p>
  return (
    <>
      {columns.length > NARROW && <p class="sideways">{words.labels.sideways}</p>}
      <div class="scroll" role="region" aria-label={title} tabindex={0}>
        <table>
          <thead>
            <tr>{columns.map(Heading)}</tr>
          </thead>
          {isGrouped ? rows : <tbody>{rows}</tbody>}
          {foot && <tfoot>{foot}</tfoot>}
        </table>
      </div>
    </>
  )
}

/** As many columns as fit a phone. */
const NARROW = 3

const Heading = (column: Column) =>
  typeof column === 'string' ? (
    <th scope="col">{column}</th>
  ) : (
    <th scope="col" class="n">
      {column.title}
    </th>
  )

export const N = ({ children }: { children?: Child }) => <td class="n">{children}</td>

/** In the order in which they are met. */
export const currenciesOf = (rows: readonly { currency: string }[]): string[] => [
  ...new Set(rows.map(({ currency }) => currency)),
]

export const isIn =
  (currency: string) =>
  (row: { currency: string }): boolean =>
    row.currency === currency

/** What a platform or carrier is called. */
export function partyName({ words, view }: Pick<Sheet, 'words' | 'view'>, party: string): string {
  const known = view.coverage.find(({ platform }) => platform === party)
  return known === undefined ? party : words.platform[known.platform]
}
