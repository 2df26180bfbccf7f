import type { Compared, Reconciliation } from '../../web/reconciliation-view.ts'
import {
  counted,
  differenceText,
  figureName,
  isOff,
  standingsOf,
} from '../../web/reconciliation-words.ts'
import type { Wording } from '../../web/reconciliation-words.ts'
import { right, table } from './columns.ts'
import type { Cell, Paint } from './columns.ts'

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

export function methods({ found, words: { count, amount }, paint }: Sheet): Section {
  const columns = ['payments', 'here', 'amount', 'here', 'difference'].map((text) => right(text))
  const rows = found.methods.map((row): Cell[] => [
    row.method,
    ...pair(row.payments, count),
    ...pair(row.amount, amount),
    ...difference(row.amount, amount),
  ])
  return { title: 'By method', lines: table([['', ...columns, ''].map(dim), ...rows], paint) }
}

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
