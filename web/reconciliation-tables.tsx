import { sum } from '../domain/money.ts'
import { bothSides, DifferenceCell, numeric, Pair, Share, Table } from './reconciliation-box.tsx'
import type { Shown } from './reconciliation-box.tsx'
import {
  counted,
  figureName,
  openLinesIn,
  standingsOf,
  statementsIn,
} from './reconciliation-words.ts'

/** Rows that stand open; the others unfold. */
const MERCHANTS_OPEN = 10

export function Figures({ found, words }: Shown) {
  const { reviews, refunded } = found
  const score = reviews.meanScore === null ? '' : `, mean score ${reviews.meanScore.toFixed(4)}`
  return (
    <section class="card" id="figures">
      <h2>Figures</h2>
      <Table label="Figures" columns={['', numeric('log'), numeric('here'), numeric('difference')]}>
        {found.figures.map((figure) => (
          <tr>
            <th scope="row">{figureName(figure.name)}</th>
            <Pair of={figure} text={words.figure(figure.name)} />
            <DifferenceCell of={figure} text={words.figure(figure.name)} />
          </tr>
        ))}
        <tr>
          <th scope="row">
            refunded <small>A log tells only what was paid.</small>
          </th>
          <td class="n">–</td>
          <td class="n">{words.amount(refunded)}</td>
          <td></td>
        </tr>
        <tr>
          <th scope="row">
            reviews{' '}
            <small>
              {`On ${counted(reviews.orders, 'order')}${score}. Longhaul keeps no reviews yet.`}
            </small>
          </th>
          <td class="n">{words.count(reviews.count)}</td>
          <td class="n">–</td>
          <td></td>
        </tr>
      </Table>
    </section>
  )
}

export function Statuses({ found, words }: Shown) {
  const { count, amount } = words
  return (
    <section class="card" id="statuses">
      <h2>By the log’s status</h2>
      <Table
        label="By the log’s status"
        columns={[
          ...['', 'stands here as', ...bothSides('orders'), ...bothSides('goods')],
          ...[...bothSides('freight'), ...bothSides('paid')],
        ]}
      >
        {found.statuses.map((row) => (
          <tr>
            <th scope="row">{row.status}</th>
            <td class="words">{standingsOf(row, words)}</td>
            <Pair of={row.orders} text={count} />
            <Pair of={row.goods} text={amount} />
            <Pair of={row.freight} text={amount} />
            <Pair of={row.paid} text={amount} />
          </tr>
        ))}
      </Table>
    </section>
  )
}

export function Methods({ found, words: { count, amount } }: Shown) {
  const all = sum(found.methods.map((row) => row.amount.log))
  return (
    <section class="card" id="methods">
      <h2>By method</h2>
      <p class="also">{statementsIn(found)}</p>
      {openLinesIn(found).map((line) => (
        <p class="also off">{line}</p>
      ))}
      <Table
        label="By method"
        columns={[
          ...['', ...bothSides('payments'), ...bothSides('amount')],
          ...[numeric('difference'), numeric('share')],
        ]}
      >
        {found.methods.map((row) => (
          <tr>
            <th scope="row">{row.method}</th>
            <Pair of={row.payments} text={count} />
            <Pair of={row.amount} text={amount} />
            <DifferenceCell of={row.amount} text={amount} />
            <Share of={all === 0 ? 0 : row.amount.log / all} />
          </tr>
        ))}
      </Table>
    </section>
  )
}

export function Merchants({ found, words }: Shown) {
  const { merchants } = found
  const equal = merchants.filter(({ goods, freight }) => !goods.difference && !freight.difference)
  const rest = merchants.slice(MERCHANTS_OPEN)
  return (
    <section class="card" id="merchants">
      <h2>By merchant</h2>
      <p class="also">
        {`${counted(merchants.length, 'merchant')}; ${words.count(equal.length)} have equal goods and freight on both sides.`}
      </p>
      <MerchantRows label="The largest" rows={merchants.slice(0, MERCHANTS_OPEN)} words={words} />
      {rest.length > 0 && (
        <details>
          <summary>{`${words.count(rest.length)} more`}</summary>
          <MerchantRows label="The others" rows={rest} words={words} />
        </details>
      )}
    </section>
  )
}

function MerchantRows({
  label,
  rows,
  words: { count, amount },
}: Pick<Shown, 'words'> & { label: string; rows: Shown['found']['merchants'] }) {
  return (
    <Table
      label={label}
      columns={['', ...bothSides('orders'), ...bothSides('goods'), ...bothSides('freight')]}
    >
      {rows.map((row) => (
        <tr>
          <th scope="row" class="reference">
            {row.merchantId}
          </th>
          <Pair of={row.orders} text={count} />
          <Pair of={row.goods} text={amount} />
          <Pair of={row.freight} text={amount} />
        </tr>
      ))}
    </Table>
  )
}
