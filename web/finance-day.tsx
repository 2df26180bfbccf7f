import type { Child } from 'hono/jsx'
import { sum } from '../domain/money.ts'
import { Card, currenciesOf, isIn, N, numeric, Table } from './finance-sheet.tsx'
import type { Sheet } from './finance-sheet.tsx'
import type { DayFigures, Moved } from './finance-view.ts'

const FIGURES = ['captured', 'refunded', 'disputed', 'returned', 'fees', 'net'] as const

/** What moved on one day: how far it has come on each platform's calendar, then a block for each currency. */
export function Day(sheet: Sheet) {
  const { view, words } = sheet
  const { day, paths } = { day: view.day, paths: view.paths }
  const currencies = currenciesOf([
    ...[...day.platforms, ...day.storedValue, ...day.byHand, ...day.cash],
  ])
  return (
    <Card id="day" title={`${words.labels.day} ${day.day}`}>
      <nav class="days" aria-label={words.labels.day}>
        <a href={paths.dayBefore}>← {words.labels.before}</a>
        <a href={paths.dayAfter}>{words.labels.after} →</a>
        {paths.latestDay !== undefined && <a href={paths.latestDay}>{words.labels.latest}</a>}
      </nav>
      <Phases {...sheet} />
      {currencies.length === 0 && <p class="lead">{words.labels.quietDay}</p>}
      {currencies.map((currency) => (
        <Block {...sheet} currency={currency} />
      ))}
    </Card>
  )
}

/** A platform's day may begin and end at other hours than the shop's, and its statement comes after it. */
function Phases({ view, words }: Sheet) {
  return (
    <ul class="phases">
      {view.day.statements.map(({ platform, timeZone, phase, status }) => (
        <li>
          <b>{words.platform[platform]}</b>{' '}
          {[
            ...(timeZone === view.timeZone ? [] : [words.daysIn(timeZone)]),
            words.phase[phase],
            ...(phase === 'over' || status !== undefined
              ? [status === undefined ? words.labels.notCompared : words.status[status]]
              : []),
          ].join(' · ')}
        </li>
      ))}
    </ul>
  )
}

type Of = Sheet & { currency: string }

function Block(of: Of) {
  const { view, currency } = of
  const { day } = view
  return (
    <>
      <h3>{currency}</h3>
      {day.platforms.some(isIn(currency)) && <Platforms {...of} />}
      {[...day.storedValue, ...day.byHand].some(isIn(currency)) && <Value {...of} />}
      {day.cash.some(isIn(currency)) && <Cash {...of} />}
    </>
  )
}

function Platforms({ view, words, figure, currency }: Of) {
  const { labels } = words
  const rows = view.day.platforms.filter(isIn(currency))
  const cells = (moved: Moved) =>
    FIGURES.map((name) => <N>{moved[name] === 0 ? '–' : figure(moved[name], currency)}</N>)
  const columns = [
    ...[labels.through, labels.side],
    ...FIGURES.map((name) => numeric(labels[name])),
  ]
  const bodies = rows.map((row) => (
    <PlatformRows {...{ row, words, cells }} {...offOf(row, (n) => figure(n, currency))} />
  ))
  const total = FIGURES.map((name) => [name, sum(rows.map((row) => row[name]))] as const)
  const foot = (
    <tr>
      <th scope="row" colspan={2}>
        {labels.total}
      </th>
      {cells(Object.fromEntries(total) as Moved)}
    </tr>
  )
  const title = `${labels.through} ${currency}`
  return <Table isGrouped rows={bodies} {...{ title, columns, words, foot }} />
}

type PlatformRow = DayFigures['platforms'][number]

const offOf = ({ difference = 0 }: PlatformRow, figure: (amount: number) => string) =>
  difference === 0 ? {} : { off: figure(difference) }

function PlatformRows(props: {
  row: PlatformRow
  words: Sheet['words']
  cells: (moved: Moved) => Child
  /** What the statement has beyond our books. */
  off?: string
}) {
  const { row, words, cells, off } = props
  const { labels } = words
  const lines = off === undefined ? 2 : 3
  return (
    <tbody>
      <tr>
        <th scope="rowgroup" rowspan={lines}>
          {words.platform[row.platform]}
        </th>
        <td>{labels.books}</td>
        {cells(row)}
      </tr>
      <tr>
        <td>{labels.theirs}</td>
        {row.statement === undefined ? (
          <td class="n" colspan={FIGURES.length}>
            {labels.notCompared}
          </td>
        ) : (
          cells(row.statement)
        )}
      </tr>
      {off !== undefined && (
        <tr>
          <td class="off">{labels.difference}</td>
          <td class="n off" colspan={FIGURES.length}>
            {off}
          </td>
        </tr>
      )}
    </tbody>
  )
}

/** What customers paid out of what we owe them, and what went back there; and what left the bank by hand. */
function Value({ view, words, figure, currency }: Of) {
  const { labels } = words
  const { storedValue, byHand } = view.day
  const lines = [
    ...storedValue
      .filter(isIn(currency))
      .map(({ method, ...moved }) => ({ name: words.method[method], ...moved })),
    ...byHand
      .filter(isIn(currency))
      .map(({ refunded }) => ({ name: labels.byHand, captured: 0, refunded })),
  ]
  const columns = [labels.storedValue, numeric(labels.used), numeric(labels.toWallet)]
  const cells = (amounts: number[]) => amounts.map((amount) => <N>{figure(amount, currency)}</N>)
  const rows = lines.map(({ name, captured, refunded }) => (
    <tr>
      <th scope="row">{name}</th>
      {cells([captured, refunded])}
    </tr>
  ))
  const foot = (
    <tr>
      <th scope="row">{labels.sum}</th>
      {cells([sum(lines.map((one) => one.captured)), sum(lines.map((one) => one.refunded))])}
    </tr>
  )
  return <Table title={`${labels.storedValue} ${currency}`} {...{ columns, rows, words, foot }} />
}

function Cash({ view, words, figure, currency }: Of) {
  const { labels } = words
  const cash = view.day.cash.filter(isIn(currency))
  const columns = [labels.cash, numeric(labels.collected), numeric(labels.remitted)]
  const cells = (amounts: number[]) => amounts.map((amount) => <N>{figure(amount, currency)}</N>)
  const rows = cash.map(({ carrier, collected, remitted }) => (
    <tr>
      <th scope="row">{carrier}</th>
      {cells([collected, remitted])}
    </tr>
  ))
  const foot = (
    <tr>
      <th scope="row">{labels.sum}</th>
      {cells([sum(cash.map((one) => one.collected)), sum(cash.map((one) => one.remitted))])}
    </tr>
  )
  return <Table title={`${labels.cash} ${currency}`} {...{ columns, rows, words, foot }} />
}
