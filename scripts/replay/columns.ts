import { styleText } from 'node:util'

export type Tone = 'red' | 'green' | 'yellow' | 'dim' | 'bold'

/** A cell of a text table; numbers stand right. */
export type Cell = string | { text: string; right?: boolean; tone?: Tone }

export const right = (text: string, tone?: Tone): Cell => ({
  ...{ text, right: true, ...(tone !== undefined && { tone }) },
})

/** Columns of a terminal that nobody has made wider. */
const WIDTH = 100

/** Characters of an id in a column, so that its row fits a line: those of a UUID. */
const MOST = 36

const INDENT = '  '
const GAP = '  '

/** What a log calls its orders is written by strangers: no control character of theirs may reach a terminal. */
const printable = (text: string) => text.replaceAll(/[\p{Cc}\p{Cf}]/gu, '·')

export type Paint = (tone: Tone, text: string) => string

/** Colours as far as `stream` shows them, and NO_COLOR lets them. */
export const paintFor =
  (stream: NodeJS.WritableStream): Paint =>
  (tone, text) =>
    styleText(tone, text, { stream })

/** Printable text in lines that fit, each indented. */
export function wrap(text: string, indent = INDENT): string[] {
  return broken(printable(text), WIDTH - indent.length).map((line) => indent + line)
}

function broken(text: string, width: number): string[] {
  const lines = ['']
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? ''
    if (line === '') lines[lines.length - 1] = word
    else if (line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`
    else lines.push(word)
  }
  return lines
}

/** Rows under each other in columns as wide as their widest cell; a text in the last one is broken into lines. */
export function table(rows: readonly Cell[][], paint: Paint): string[] {
  const cells = rows.map((row) => row.map(cellOf))
  const widths = cells.reduce<number[]>(
    (widths, row) => row.map(({ text }, i) => Math.max(widths[i] ?? 0, text.length)),
    [],
  )
  return cells.flatMap((row) => rowLines(row, widths, paint))
}

type Full = { text: string; right: boolean; tone?: Tone }

function rowLines(row: readonly Full[], widths: readonly number[], paint: Paint): string[] {
  const painted = (cell: Full, text: string) =>
    cell.tone === undefined ? text : paint(cell.tone, text)
  const last = row.at(-1)
  const fixed = last === undefined || last.right ? row : row.slice(0, -1)
  const columns = fixed.map((cell, i) => {
    const width = widths[i] ?? 0
    return painted(cell, cell.right ? cell.text.padStart(width) : cell.text.padEnd(width))
  })
  if (last === undefined || last.right) return [INDENT + columns.join(GAP)]
  const used = INDENT.length + fixed.reduce((all, _, i) => all + (widths[i] ?? 0) + GAP.length, 0)
  const [first = '', ...more] = broken(last.text, WIDTH - used)
  const head = [...columns, painted(last, first)].join(GAP)
  return [
    `${INDENT}${head}`.trimEnd(),
    ...more.map((line) => ' '.repeat(used) + painted(last, line)),
  ]
}

function cellOf(cell: Cell, index: number, row: readonly Cell[]): Full {
  const full = { right: false, ...(typeof cell === 'string' ? { text: cell } : cell) }
  const text = printable(full.text)
  const isLast = index === row.length - 1
  return isLast || text.length <= MOST
    ? { ...full, text }
    : { ...full, text: `${text.slice(0, MOST - 1)}…` }
}
