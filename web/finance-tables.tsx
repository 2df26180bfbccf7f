import type { Child } from 'hono/jsx'
import { formatFor } from './format.ts'
import type { FinanceShown, FinanceView } from './finance-view.ts'
import { FINANCE_WORDING } from './finance-words.ts'
import type { FinanceWording } from './finance-words.ts'

/** Everything a table needs to be written. */
export type Sheet = {
  view: FinanceView
  words: FinanceWording
  money: (amount: number, currency: string) => string
  when: (instant: string) => string
}

export function sheetOf({ view, locale }: FinanceShown): Sheet {
  const words = FINANCE_WORDING[locale]
  const { now, timeZone } = view
  const formatIn = (currency: string) =>
    formatFor({ locale, tag: words.tag, timeZone, currency, now })
  return {
    ...{ view, words },
    money: (amount, currency) => formatIn(currency).money(amount),
    when: (instant) => formatIn('CNY').stamp(instant),
  }
}

type Column = string | { title: string; numeric: true }
const numeric = (title: string): Column => ({ title, numeric: true })

/** A table in a card of its own; it scrolls inside its box where the screen is narrow. */
function Card(props: {
  id: string
  title: string
  columns: readonly Column[]
  rows: readonly Child[]
  words: FinanceWording
  foot?: Child
}) {
  const { id, title, columns, rows, words, foot } = props
  return (
    <section class="card" id={id}>
      <h2>{title}</h2>
      {rows.length === 0 ? (
        <p class="lead">{words.labels.nothing}</p>
      ) : (
        <div class="scroll" role="region" aria-label={title} tabindex={0}>
          <table>
            <thead>
              <tr>
                {columns.map((column) =>
                  typeof column === 'string' ? (
                    <th scope="col">{column}</th>
                  ) : (
                    <th scope="col" class="n">
                      {column.title}
                    </th>
                  ),
                )}
              </tr>
            </thead>
            <tbody>{rows}</tbody>
          </table>
        </div>
      )}
      {foot}
    </section>
  )
}

const N = ({ children }: { children?: Child }) => <td class="n">{children}</td>

/** Differences that nobody has closed, oldest first. */
export function Items({ view, words, money }: Sheet) {
  const { labels } = words
  const columns = [
    ...[labels.kind, labels.movement, labels.party, labels.reference, labels.order],
    ...[numeric(labels.expected), numeric(labels.actual)],
    ...[labels.owner, numeric(labels.age)],
  ]
  const side = (of: FinanceView['items'][number]['actual']) =>
    of === null ? '–' : money(of.amount, of.currency)
  const rows = view.items.map((item) => (
    <tr id={`item-${item.id}`}>
      <th scope="row">{words.kind[item.kind]}</th>
      <td>{words.movement[item.movement]}</td>
      <td>{item.party}</td>
      <td>{item.reference}</td>
      <td>{item.orderId ?? '–'}</td>
      <N>{side(item.expected)}</N>
      <N>{side(item.actual)}</N>
      <td>{item.owner ?? labels.nobody}</td>
      <N>{words.days(item.ageDays)}</N>
    </tr>
  ))
  const { moreItems } = view.paths
  const foot = moreItems !== undefined && (
    <p class="also">
      <a href={moreItems}>{labels.more}</a>
    </p>
  )
  return <Card id="items" title={labels.items} {...{ columns, rows, words, foot }} />
}

/** What moved on one day, by platform, by what customers have with us, and by carrier. */
export function Day(sheet: Sheet) {
  const { view, words } = sheet
  const { labels } = words
  const { dayBefore, dayAfter } = view.paths
  const columns = [
    ...[labels.through, numeric(labels.captured), numeric(labels.refunded)],
    ...[numeric(labels.theirs), numeric(labels.fees), numeric(labels.difference)],
  ]
  const foot = (
    <p class="also">
      <a href={dayBefore}>{labels.before}</a> · <a href={dayAfter}>{labels.after}</a>
    </p>
  )
  const rows = [...platformRows(sheet), ...valueRows(sheet)]
  return <Card id="day" title={`${labels.day} ${view.day}`} {...{ columns, rows, words, foot }} />
}

function platformRows({ view, words, money }: Sheet): Child[] {
  return view.platforms.map(({ platform, currency, captured, refunded, statement, difference }) => (
    <tr>
      <th scope="row">{platform}</th>
      <N>{money(captured, currency)}</N>
      <N>{money(refunded, currency)}</N>
      <N>
        {statement === undefined
          ? words.labels.noStatement
          : money(statement.captured - statement.refunded, currency)}
      </N>
      <N>{statement === undefined ? '–' : money(statement.fees, currency)}</N>
      <td class={difference === 0 || difference === undefined ? 'n' : 'n off'}>
        {difference === undefined ? '–' : money(difference, currency)}
      </td>
    </tr>
  ))
}

const valueRows = ({ view, words, money }: Sheet): Child[] =>
  view.storedValue.map(({ method, currency, captured }) => (
    <tr>
      <th scope="row">{words.method[method]}</th>
      <N>{money(captured, currency)}</N>
      <N>–</N>
      <N>–</N>
      <N>–</N>
      <N>–</N>
    </tr>
  ))

/** Cash of the day, then what is still owed. */
export function Cash({ view, words, money }: Sheet) {
  const { labels } = words
  const today = view.cash.map(({ carrier, currency, collected, remitted }) => (
    <tr>
      <th scope="row">{carrier}</th>
      <N>{money(collected, currency)}</N>
      <N>{money(remitted, currency)}</N>
    </tr>
  ))
  const owed = view.owed.map(({ carrier, currency, parcels, owed: sum, ageDays }) => (
    <tr>
      <th scope="row">{carrier}</th>
      <N>{parcels}</N>
      <N>{money(sum, currency)}</N>
      <N>{words.days(ageDays)}</N>
    </tr>
  ))
  const moved = [labels.carrier, numeric(labels.collected), numeric(labels.remitted)]
  const debts = [
    ...[labels.carrier, numeric(labels.parcels), numeric(labels.balance), numeric(labels.oldest)],
  ]
  return (
    <>
      <Card
        id="cash"
        title={`${labels.collected} ${view.day}`}
        {...{ columns: moved, rows: today, words }}
      />
      <Card id="owed" title={labels.owed} {...{ columns: debts, rows: owed, words }} />
    </>
  )
}

/** The trial balance. */
export function Balances({ view, words, money }: Sheet) {
  const { labels } = words
  const columns = [
    ...[labels.account, numeric(labels.debit), numeric(labels.credit), numeric(labels.balance)],
  ]
  const rows = view.classes.map(({ class: name, currency, debit, credit, balance }) => (
    <tr>
      <th scope="row">{name}</th>
      <N>{money(debit, currency)}</N>
      <N>{money(credit, currency)}</N>
      <N>{money(balance, currency)}</N>
    </tr>
  ))
  const { ledgerOfDay, ledgerOfMonth } = view.paths
  const foot = (
    <p class="also">
      {labels.exports}: <a href={ledgerOfDay}>{words.ledgerOfDay(view.day)}</a> ·{' '}
      <a href={ledgerOfMonth}>{words.ledgerOfMonth(view.day.slice(0, 7))}</a>
    </p>
  )
  return <Card id="balances" title={labels.balances} {...{ columns, rows, words, foot }} />
}

/** Days that were compared last. */
export function Statements({ view, words }: Sheet) {
  const { labels } = words
  const columns = [...[labels.party, labels.status, numeric(labels.lines), numeric(labels.open)]]
  const rows = view.statements.map(({ platform, day, status, lines, openItems }) => (
    <tr>
      <th scope="row">
        {platform} {day}
      </th>
      <td class={status === 'missing' ? 'off' : undefined}>{words.status[status]}</td>
      <N>{lines}</N>
      <N>{openItems}</N>
    </tr>
  ))
  return <Card id="statements" title={labels.statements} {...{ columns, rows, words }} />
}
