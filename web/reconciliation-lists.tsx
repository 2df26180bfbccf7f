import { numeric, rowNamer, Table } from './reconciliation-box.tsx'
import type { Shown } from './reconciliation-box.tsx'
import { adjustmentName, reasonName } from './reconciliation-words.ts'

export function Adjustments({ found, words }: Shown) {
  const { sums, rows } = found.adjustments
  const nameRow = rowNamer('adjustment')
  if (rows.length === 0) return null
  return (
    <section class="card" id="adjustments">
      <h2>What payments hold beyond goods and freight, or lack</h2>
      {sums.map(({ kind, count, amount }) => (
        <details>
          <summary>
            {`${words.count(count)} × ${adjustmentName(kind)}: ${words.amount(amount)}`}
          </summary>
          <Table label={adjustmentName(kind)} columns={['order', 'no.', numeric('amount')]}>
            {rows
              .filter((row) => row.kind === kind)
              .map((row) => {
                const { cell, ...address } = nameRow(row.reference)
                return (
                  <tr {...address}>
                    {cell}
                    <td>{row.no}</td>
                    <td class="n">{words.amount(row.amount)}</td>
                  </tr>
                )
              })}
          </Table>
        </details>
      ))}
    </section>
  )
}

export function Oddities({ found, words }: Shown) {
  const { counts, rows } = found.oddities
  const nameRow = rowNamer('oddity')
  if (rows.length === 0) return null
  return (
    <section class="card" id="oddities">
      <h2>Oddities of the log, and what was taken</h2>
      {counts.map(({ kind, rule, count }) => (
        <details>
          <summary>{`${words.count(count)} × ${rule}`}</summary>
          <Table label={rule} columns={['order', 'the log', 'taken']}>
            {rows
              .filter((row) => row.kind === kind)
              .map(({ reference, logged, taken }) => {
                const { cell, ...address } = nameRow(reference)
                return (
                  <tr {...address}>
                    {cell}
                    <td>{logged ?? '–'}</td>
                    <td>{taken ?? '–'}</td>
                  </tr>
                )
              })}
          </Table>
        </details>
      ))}
    </section>
  )
}

export function Unusable({ found, words }: Shown) {
  const { unusable } = found.scope
  const nameRow = rowNamer('unusable')
  if (unusable.length === 0) return null
  return (
    <section class="card" id="unusable">
      <h2>Orders of the log that can’t be brought in</h2>
      <details>
        <summary>{`${words.count(unusable.length)} in all`}</summary>
        <Table
          label="Unusable orders"
          columns={[
            'order',
            'status',
            'why',
            numeric('goods'),
            numeric('freight'),
            numeric('paid'),
          ]}
        >
          {unusable.map(({ reference, status, reason, goods, freight, paid }) => {
            const { cell, ...address } = nameRow(reference)
            return (
              <tr {...address}>
                {cell}
                <td>{status}</td>
                <td>{reasonName(reason)}</td>
                <td class="n">{words.amount(goods)}</td>
                <td class="n">{words.amount(freight)}</td>
                <td class="n">{words.amount(paid)}</td>
              </tr>
            )
          })}
        </Table>
      </details>
    </section>
  )
}
