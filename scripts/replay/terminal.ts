import type { Difference, Reconciliation } from '../../web/reconciliation-view.ts'
import {
  adjustmentName,
  counted,
  durationOf,
  isUnexplained,
  reasonName,
  verdictOf,
  whatOf,
  wordingFor,
} from '../../web/reconciliation-words.ts'
import { groupBy } from './group-by.ts'
import {
  dim,
  figures,
  merchants,
  methods,
  more,
  paintFor,
  right,
  statuses,
  table,
  wrap,
} from './terminal-tables.ts'
import type { Cell, Section, Sheet } from './terminal-tables.ts'

/** As many as are read at a glance; report.html has all. */
const ROWS = 10

/** The report as people read it in a terminal, in colour where `stream` has them. */
export function terminalReport(
  found: Reconciliation,
  stream: NodeJS.WritableStream = process.stdout,
): string {
  const sheet = { found, words: wordingFor(found.currency), paint: paintFor(stream) }
  const sections = [
    scope(sheet),
    figures(sheet),
    statuses(sheet),
    methods(sheet),
    merchants(sheet),
    adjustments(sheet),
    oddities(sheet),
    ...differences(sheet),
    { title: 'Verdict', lines: verdict(sheet) },
    speed(sheet),
  ].filter(({ lines }) => lines.length > 0)
  const blocks = sections.map(({ title, lines }) =>
    [`  ${sheet.paint('bold', title)}`, ...lines].join('\n'),
  )
  return `\n${blocks.join('\n\n')}\n`
}

function scope({ found, words: { count }, paint }: Sheet): Section {
  const { inLog, usable, unusable, chosen, replayed, failed } = found.scope
  const reasons = [...groupBy(unusable, ({ reason }) => reason)].map(
    ([reason, own]) => `${count(own.length)} where ${reasonName(reason)}`,
  )
  const left = unusable.length === 0 ? '' : ` (not ${reasons.join(', ')})`
  return {
    title: `Replayed ${count(replayed)} of ${counted(chosen, 'order')} chosen`,
    lines: [
      ...wrap(`The log has ${counted(inLog, 'order')}; ${count(usable)} can be brought in${left}.`),
      ...wrap(`Amounts in ${found.currency}, days as in ${found.zone}.`),
      ...failed.flatMap(({ reference, reason }) =>
        wrap(`✗ ${reference}: ${reason}`).map((line) => paint('red', line)),
      ),
    ],
  }
}

function adjustments({ found, words: { count, amount }, paint }: Sheet): Section {
  const { sums, rows } = found.adjustments
  const head = ['', right('orders'), right('amount')].map(dim)
  const totals = sums.map((row): Cell[] => [
    adjustmentName(row.kind),
    right(count(row.count)),
    right(amount(row.amount)),
  ])
  const shown = rows
    .slice(0, ROWS)
    .map((row): Cell[] => [
      row.reference,
      row.no,
      right(amount(row.amount)),
      adjustmentName(row.kind),
    ])
  if (rows.length === 0) return { title: '', lines: [] }
  return {
    title: 'What payments hold beyond goods and freight, or lack',
    lines: [
      ...table([head, ...totals], paint),
      '',
      ...table(shown, paint),
      ...more(rows.length - shown.length, 'of these', paint),
    ],
  }
}

function oddities({ found, words: { count }, paint }: Sheet): Section {
  const rows = found.oddities.counts.map((row): Cell[] => [right(count(row.count)), row.rule])
  return { title: 'Oddities of the log, and what was taken', lines: table(rows, paint) }
}

function differences(sheet: Sheet): Section[] {
  const { found, words, paint } = sheet
  const open = found.differences.filter(isUnexplained)
  const explained = found.differences.filter((row) => !isUnexplained(row))
  const shown = explained.slice(0, ROWS)
  return [
    {
      title: `Unexplained differences: ${words.count(open.length)}`,
      lines: open.flatMap((row) => differenceLines(row, sheet).map((line) => paint('red', line))),
    },
    {
      title: `Explained differences: ${words.count(explained.length)}`,
      lines: [
        ...shown.flatMap((row) => differenceLines(row, sheet)),
        ...more(explained.length - shown.length, 'of these', paint),
      ],
    },
  ]
}

function differenceLines(row: Difference, { words: { side } }: Sheet): string[] {
  const { reference, no, what, log, here, explanation } = row
  return [
    ...wrap(no === undefined ? reference : `${reference} (${no})`),
    ...wrap(`${whatOf(row)}: log ${side(what, log)}, here ${side(what, here)}`, '    '),
    ...(explanation === null ? [] : wrap(explanation, '    ')),
  ]
}

function verdict({ found, paint }: Sheet): string[] {
  const { title, text, beside } = verdictOf(found)
  const [mark, tone] = found.reconciled ? (['✓', 'green'] as const) : (['✗', 'red'] as const)
  return [
    paint(tone, `  ${mark} ${title}`),
    ...[text, ...beside].flatMap((line) => wrap(line, '    ')),
  ]
}

function speed({ found, words: { count }, paint }: Sheet): Section {
  const { orders, seconds, perSecond, atOnce, parts, bound } = found.speed
  const head = ['', right('processor'), right('per order'), right('share')].map(dim)
  const rows = parts.map(({ part, seconds, perOrder, share }): Cell[] => [
    part,
    right(`${seconds.toFixed(1)} s`),
    right(`${(perOrder * 1000).toFixed(0)} ms`),
    right(`${(share * 100).toFixed(0)} %`),
  ])
  return {
    title: `${counted(orders, 'order')} in ${durationOf(seconds)}: ${perSecond.toFixed(1)} orders/s, ${count(atOnce)} at once`,
    lines: [...table([head, ...rows], paint), ...wrap(bound)],
  }
}
