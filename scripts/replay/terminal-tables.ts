import { styleText } from 'node:util'
import type { Compared, Reconciliation } from '../../web/reconciliation-view.ts'
import {
  counted,
  differenceText,
  figureName,
  isOff,
  openLinesIn,
  standingsOf,
  statementsIn,
} from '../../web/reconciliation-words.ts'
import type { Wording } from '../../web/reconciliation-words.ts'

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

/** As many as are read at a glance. */
const MERCHANTS = 5

/** Everything a section needs to be written. */
export type Sheet = { found: Reconciliation; words: Wording; paint: Paint }
export type Section = { title: string; lines: string[] }

export function figures({ found, words, paint }: Sheet): Section {
  const { refunded, reviews } = found
  const rows = found.figures.map((figure): Cell[] => [
    figureName(figure.name),
    ...pair(figure, words.figure(figure.name)),
    ...difference(figure, words.figure(figure.name)),
  ])
  const score = reviews.meanScore === null ? '' : `, mean score ${reviews.meanScore.toFixed(4)}`
  const scores = `on ${counted(reviews.orders, 'order')}${score}; Longhaul keeps no reviews yet`
  const alone: Cell[][] = [
    ['refunded', right('–'), right(words.amount(refunded)), right(''), note('a log tells none')],
    ['reviews', right(words.count(reviews.count)), right('–'), right(''), note(scores)],
  ]
  const head: Cell[] = ['', right('log'), right('here'), right('difference'), '']
  return { title: 'Figures', lines: table([head.map(dim), ...rows, ...alone], paint) }
}

const note = (text: string): Cell => ({ text, tone: 'dim' })
export const dim = (cell: Cell): Cell => ({
  ...(typeof cell === 'string' ? { text: cell } : cell),
  tone: 'dim',
})

const pair = (compared: Compared, text: (value: number) => string) => [
  right(text(compared.log)),
  right(text(compared.here)),
]

/** The difference, and whether its rows account for it. */
function difference(compared: Compared, text: (value: number) => string): Cell[] {
  if (isOff(compared))
    return [right(differenceText(compared, text), 'red'), { text: 'not explained', tone: 'red' }]
  if (compared.difference === 0) return [right('=', 'green'), '']
  return [right(differenceText(compared, text)), note('explained')]
}

/** The log's figures of each of its words, and those here in a second line where they differ. */
export function statuses({ found, words, paint }: Sheet): Section {
  const columns = ['orders', 'goods', 'freight', 'paid'].map((text) => right(text))
  const head = ['', ...columns, '', 'stands here as']
  const rows = found.statuses.flatMap((row) => {
    const compared = [row.orders, row.goods, row.freight, row.paid]
    const line = (side: 'log' | 'here') =>
      compared.map((one, i) =>
        right((i === 0 ? words.count : words.amount)(one[side]), tone(one, side)),
      )
    const equal = compared.every(({ difference }) => difference === 0)
    const mark = equal ? right('=', 'green') : ''
    const log: Cell[] = [row.status, ...line('log'), mark, standingsOf(row, words)]
    return equal ? [log] : [log, [note('  here'), ...line('here'), '', '']]
  })
  return { title: 'By the log’s status', lines: table([head.map(dim), ...rows], paint) }
}

function tone(compared: Compared, side: 'log' | 'here') {
  if (side === 'log' || compared.difference === 0) return undefined
  return isOff(compared) ? 'red' : 'yellow'
}

export function methods(sheet: Sheet): Section {
  const { found, words, paint } = sheet
  const { count, amount } = words
  const columns = ['payments', 'here', 'amount', 'here', 'difference'].map((text) => right(text))
  const rows = found.methods.map((row): Cell[] => [
    row.method,
    ...pair(row.payments, count),
    ...pair(row.amount, amount),
    ...difference(row.amount, amount),
  ])
  return {
    title: 'By method',
    lines: [...table([['', ...columns, ''].map(dim), ...rows], paint), ...statements(sheet)],
  }
}

/** The statements in a sentence, and each line that doesn't agree. */
const statements = ({ found, paint }: Sheet): string[] => [
  ...wrap(statementsIn(found)),
  ...openLinesIn(found).flatMap((line) => wrap(`✗ ${line}`).map((part) => paint('red', part))),
]

export function merchants({ found, words: { count, amount }, paint }: Sheet): Section {
  const { merchants } = found
  const columns = ['orders', 'goods', 'here', 'freight', 'here'].map((text) => right(text))
  const rows = merchants
    .slice(0, MERCHANTS)
    .map((row): Cell[] => [
      row.merchantId,
      right(count(row.orders.log)),
      ...pair(row.goods, amount),
      ...pair(row.freight, amount),
    ])
  const inLog = merchants.filter(({ orders }) => orders.log > 0).length
  const here = merchants.filter(({ orders }) => orders.here > 0).length
  const equal = merchants.filter(({ goods, freight }) => !goods.difference && !freight.difference)
  return {
    title: `By merchant: ${count(inLog)} in the log, ${count(here)} here, ${count(equal.length)} with equal amounts`,
    lines: [
      ...table([['', ...columns].map(dim), ...rows], paint),
      ...more(merchants.length - rows.length, 'merchants', paint),
    ],
  }
}

export function more(count: number, what: string, paint: Paint): string[] {
  if (count <= 0) return []
  return [paint('dim', `  and ${count.toLocaleString('en')} more ${what} in report.html`)]
}
