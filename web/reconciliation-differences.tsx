import { numeric, rowNamer, Table } from './reconciliation-box.tsx'
import type { Shown } from './reconciliation-box.tsx'
import { whatOf } from './reconciliation-words.ts'

type Props = Shown & {
  id: 'unexplained' | 'explained'
  title: string
  rows: Shown['found']['differences']
}

/** Unexplained ones stand open, however many they are: they are what the report is read for. */
export function Differences({ id, title, rows, words }: Props) {
  const nameRow = rowNamer(id)
  const isOpen = id === 'unexplained'
  return (
    <section class={`card ${isOpen ? 'stops' : ''}`} id={id}>
      <h2>{title}</h2>
      <details open={isOpen}>
        <summary>{`${words.count(rows.length)} in all`}</summary>
        <Table
          label={title}
          columns={[
            ...['order', 'no.', 'what', numeric('log'), numeric('here')],
            ...(isOpen ? [] : ['why']),
          ]}
        >
          {rows.map((row) => {
            const { cell, ...address } = nameRow(row.reference)
            return (
              <tr {...address}>
                {cell}
                <td>{row.no ?? '–'}</td>
                <td>{whatOf(row)}</td>
                <td class="n">{words.side(row.what, row.log)}</td>
                <td class="n">{words.side(row.what, row.here)}</td>
                {!isOpen && <td class="words">{row.explanation}</td>}
              </tr>
            )
          })}
        </Table>
      </details>
    </section>
  )
}

export function Failed({ found, words }: Shown) {
  const { failed } = found.scope
  if (failed.length === 0) return null
  const nameRow = rowNamer('failed')
  return (
    <section class="card stops" id="failed">
      <h2>{`Failed: ${words.count(failed.length)}`}</h2>
      <Table label="Failed" columns={['order', 'reason']}>
        {failed.map(({ reference, reason }) => {
          const { cell, ...address } = nameRow(reference)
          return (
            <tr {...address}>
              {cell}
              <td class="words">{reason}</td>
            </tr>
          )
        })}
      </Table>
    </section>
  )
}
