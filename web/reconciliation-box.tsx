import type { Child } from 'hono/jsx'
import type { Compared, Reconciliation } from './reconciliation-view.ts'
import { differenceText, isOff } from './reconciliation-words.ts'
import type { Wording } from './reconciliation-words.ts'

export type Shown = { found: Reconciliation; words: Wording }

type Column = string | { title: string; numeric?: boolean; span?: number }

/** A table that scrolls inside its own box where the screen is narrow. */
export function Table(props: { label: string; columns: readonly Column[]; children: Child }) {
  const { label, columns, children } = props
  return (
    <div class="scroll" role="region" aria-label={label} tabindex={0}>
      <table>
        <thead>
          <tr>
            {columns.map(headOf).map(({ title, numeric = false, span = 1 }) => (
              <th
                scope={span > 1 ? 'colgroup' : 'col'}
                class={numeric ? 'n' : undefined}
                {...(span > 1 && { colspan: span })}
              >
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  )
}

const headOf = (column: Column) => (typeof column === 'string' ? { title: column } : column)

export const numeric = (title: string) => ({ title, numeric: true })

/** A measure with two columns, the log's and Longhaul's. */
export const bothSides = (title: string) => [numeric(title), numeric('here')]

type Text = (value: number) => string

/** The log's figure and the one here; what differs stands out. */
export function Pair({ of, text }: { of: Compared; text: Text }) {
  return (
    <>
      <td class="n">{text(of.log)}</td>
      <td class={`n ${toneOf(of)}`}>{text(of.here)}</td>
    </>
  )
}

/** What is here beyond the log, and whether rows account for it. */
export function DifferenceCell({ of, text }: { of: Compared; text: Text }) {
  const note = isOff(of) ? ' not explained' : of.difference === 0 ? '' : ' explained'
  return (
    <td class={`n ${toneOf(of)}`}>
      {differenceText(of, text)}
      {note !== '' && <small>{note}</small>}
    </td>
  )
}

function toneOf(of: Compared): string {
  if (isOff(of)) return 'off'
  return of.difference === 0 ? 'equal' : 'differs'
}

/** A share of a whole, as a bar behind its number. */
export function Share({ of }: { of: number }) {
  const percent = Number((of * 100).toFixed(1))
  return (
    <td class="n share" style={`--share:${percent}%`}>
      {percent.toFixed(1)} %
    </td>
  )
}

/**
 * Cells that name an order, with an address of its own for the first row of each order in `table`.
 */
export function rowNamer(table: string) {
  const seen = new Set<string>()
  return (reference: string) => {
    const id = `${table}-${encodeURIComponent(reference)}`
    const isFirst = !seen.has(id)
    seen.add(id)
    return { ...(isFirst && { id }), cell: <Reference id={id} reference={reference} /> }
  }
}

function Reference({ id, reference }: { id: string; reference: string }) {
  return (
    <th scope="row" class="reference">
      <a href={`#${id}`}>{reference}</a>
    </th>
  )
}
