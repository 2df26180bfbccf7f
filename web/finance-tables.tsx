import { sum } from '../domain/money.ts'
import { ACCOUNT_NAMES } from './finance-accounts.ts'
import { Card, currenciesOf, isIn, N, numeric, partyName, Table } from './finance-sheet.tsx'
import type { Sheet } from './finance-sheet.tsx'
import type { ClassBalance, FinanceView } from './finance-view.ts'

/** How far each platform is compared: what any verdict of the page stands on. */
export function Coverage({ view, words }: Sheet) {
  const { labels } = words
  const columns = [
    ...[labels.platform, labels.calendar, labels.lastOver, labels.comparedTo],
    ...[labels.awaited, labels.missing],
  ]
  const rows = view.coverage.map((one) => (
    <tr>
      <th scope="row">{words.platform[one.platform]}</th>
      <td>{one.timeZone}</td>
      <td>{one.lastOver}</td>
      <td class={one.compared === null || one.compared < one.lastOver ? 'differs' : 'equal'}>
        {one.compared ?? labels.never}
      </td>
      <td>{one.waiting.join(', ') || '–'}</td>
      <td class={one.missing.length > 0 ? 'off' : undefined}>{one.missing.join(', ') || '–'}</td>
    </tr>
  ))
  return (
    <Card id="coverage" title={labels.coverage}>
      <Table title={labels.coverage} {...{ columns, rows, words }} />
    </Card>
  )
}

/** Differences that nobody has closed, oldest first. */
export function Items({ view, words, money }: Sheet) {
  const { labels } = words
  const columns = [
    ...[labels.kind, labels.reference, labels.order],
    ...[numeric(labels.expected), numeric(labels.actual)],
    ...[labels.owner, numeric(labels.age)],
  ]
  const side = (of: FinanceView['items'][number]['actual']) =>
    of === null ? '–' : money(of.amount, of.currency)
  const rows = view.items.map((item) => (
    <tr id={`item-${item.id}`}>
      <th scope="row">
        {words.kind[item.kind]}{' '}
        <small>
          {words.movement[item.movement]} · {partyName({ view, words }, item.party)} · {item.day}
        </small>
      </th>
      <td class="reference">{item.reference}</td>
      <td class="reference">{item.orderId ?? '–'}</td>
      <N>{side(item.expected)}</N>
      <N>{side(item.actual)}</N>
      <td>{item.owner ?? labels.nobody}</td>
      <N>{words.days(item.ageDays)}</N>
    </tr>
  ))
  const { moreItems } = view.paths
  return (
    <Card id="items" title={labels.items}>
      <Table title={labels.items} {...{ columns, rows, words }} />
      {moreItems !== undefined && (
        <p class="also">
          <a href={moreItems}>{labels.more}</a>
        </p>
      )}
    </Card>
  )
}

/** What carriers have collected and not paid over, of all days. */
export function Owed({ view, words, money }: Sheet) {
  const { labels } = words
  const columns = [
    ...[labels.carrier, numeric(labels.parcels), numeric(labels.balance), numeric(labels.oldest)],
  ]
  const rows = view.owed.map(({ carrier, currency, parcels, owed, ageDays }) => (
    <tr>
      <th scope="row">{carrier}</th>
      <N>{parcels}</N>
      <N>{money(owed, currency)}</N>
      <N>{words.days(ageDays)}</N>
    </tr>
  ))
  return (
    <Card id="owed" title={labels.owed}>
      <Table title={labels.owed} {...{ columns, rows, words }} />
    </Card>
  )
}

/** The trial balance, a block for each currency. */
export function Balances(sheet: Sheet) {
  const { view, words } = sheet
  const { labels } = words
  const { ledgerOfDay, ledgerOfMonth } = view.paths
  return (
    <Card id="balances" title={labels.balances}>
      {currenciesOf(view.classes).map((currency) => (
        <CurrencyBalances {...sheet} rows={view.classes.filter(isIn(currency))} />
      ))}
      <p class="also">{labels.sign}</p>
      <p class="also">
        {labels.exports}: <a href={ledgerOfDay}>{words.ledgerOfDay(view.day.day)}</a> ·{' '}
        <a href={ledgerOfMonth}>{words.ledgerOfMonth(view.day.day.slice(0, 7))}</a>
      </p>
    </Card>
  )
}

function CurrencyBalances({ words, figure, locale, rows }: Sheet & { rows: ClassBalance[] }) {
  const { labels } = words
  const { currency = '' } = rows[0] ?? {}
  const columns = [
    ...[labels.account, numeric(labels.debit), numeric(labels.credit), numeric(labels.balance)],
  ]
  const figures = (of: Omit<ClassBalance, 'class' | 'currency'>) =>
    [of.debit, of.credit, of.balance].map((amount) => <N>{figure(amount, currency)}</N>)
  const lines = rows.map(({ class: code, ...amounts }) => (
    <tr>
      <th scope="row">
        {ACCOUNT_NAMES[locale][code] ?? code} <small>{code}</small>
      </th>
      {figures(amounts)}
    </tr>
  ))
  const total = (of: 'debit' | 'credit' | 'balance') => sum(rows.map((row) => row[of]))
  const foot = (
    <tr>
      <th scope="row">{labels.sum}</th>
      {figures({ debit: total('debit'), credit: total('credit'), balance: total('balance') })}
    </tr>
  )
  return (
    <>
      <h3>{currency}</h3>
      <Table title={`${labels.balances} ${currency}`} rows={lines} {...{ columns, words, foot }} />
    </>
  )
}

/** Days that were compared last. */
export function Statements({ view, words }: Sheet) {
  const { labels } = words
  const columns = [...[labels.platform, labels.status, numeric(labels.lines), numeric(labels.open)]]
  const rows = view.statements.map(({ platform, day, status, lines, openItems }) => (
    <tr>
      <th scope="row">
        {words.platform[platform]} {day}
      </th>
      <td class={status === 'missing' ? 'off' : undefined}>{words.status[status]}</td>
      <N>{lines}</N>
      <N>{openItems}</N>
    </tr>
  ))
  return (
    <Card id="statements" title={labels.statements}>
      <Table title={labels.statements} {...{ columns, rows, words }} />
    </Card>
  )
}
