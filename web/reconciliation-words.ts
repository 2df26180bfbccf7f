import { currencyDigits, formatAmount, sum } from '../domain/money.ts'
import { STATUS_NAMES } from '../domain/status-names.ts'
import type { Compared, Difference, FigureName, Reconciliation } from './reconciliation-view.ts'

/*
 * How a reconciliation is put into words, for the page and the terminal alike. In English: its readers compare files, and
 * the log's own words stand beside.
 */

type Measure = 'amount' | 'count' | 'yes_no' | 'status' | 'text'

const WHAT: Record<Difference['what'], { name: string; measure: Measure }> = {
  orders: { name: 'orders', measure: 'count' },
  goods: { name: 'goods', measure: 'amount' },
  freight: { name: 'freight', measure: 'amount' },
  adjustments: { name: 'adjustments', measure: 'amount' },
  paid: { name: 'paid', measure: 'amount' },
  paid_exactly: { name: 'paid exactly goods and freight', measure: 'yes_no' },
  late_by_timestamp: { name: 'late by timestamp', measure: 'yes_no' },
  late_by_date: { name: 'late by date', measure: 'yes_no' },
  several_merchants: { name: 'several sellers', measure: 'yes_no' },
  several_units: { name: 'several units', measure: 'yes_no' },
  several_payments: { name: 'several payments', measure: 'yes_no' },
  mixed_methods: { name: 'mixed methods', measure: 'yes_no' },
  method_payments: { name: 'payments', measure: 'count' },
  method_amount: { name: 'paid', measure: 'amount' },
  merchant_orders: { name: 'orders', measure: 'count' },
  merchant_goods: { name: 'goods', measure: 'amount' },
  merchant_freight: { name: 'freight', measure: 'amount' },
  status: { name: 'status', measure: 'status' },
  clocks: { name: 'time', measure: 'text' },
  audit: { name: 'records that contradict each other', measure: 'text' },
}

const ADJUSTMENTS: Partial<Record<string, string>> = {
  financing_interest: 'instalment interest',
}

const REASONS: Partial<Record<string, string>> = {
  no_items: 'nothing was bought',
  no_payments: 'nothing was paid',
}

export const figureName = (name: FigureName) => WHAT[name].name
export const adjustmentName = (kind: string) => ADJUSTMENTS[kind] ?? kind
export const reasonName = (reason: string) => REASONS[reason] ?? reason

/** What differs, and of which method, merchant or clock. */
export function whatOf({ what, of }: Difference): string {
  return of === undefined ? WHAT[what].name : `${WHAT[what].name}: ${of}`
}

/** "Delivered"; a word that isn't ours stays as it is. */
export function statusName(status: string): string {
  return Object.hasOwn(STATUS_NAMES, status)
    ? STATUS_NAMES[status as keyof typeof STATUS_NAMES].en
    : status
}

/** "Delivered 2,474", and what was expected where that is another number. */
export function standingsOf(row: Reconciliation['statuses'][number], { count }: Wording): string {
  const standings = row.here.map(({ status, expected, orders }) => {
    const text = `${statusName(status)} ${count(orders)}`
    return orders === expected ? text : `${text} (expected ${count(expected)})`
  })
  return standings.join(', ')
}

export type Wording = ReturnType<typeof wordingFor>

export function wordingFor(currency: string) {
  const digits = currencyDigits(currency)
  const plain = new Intl.NumberFormat('en')
  const money = new Intl.NumberFormat('en', {
    ...{ minimumFractionDigits: digits, maximumFractionDigits: digits },
  })
  const count = (number: number) => plain.format(number)
  // The decimal text keeps the minor units exact.
  const amount = (units: number) => money.format(formatAmount(units, currency) as `${number}`)
  const figure = (name: FigureName) => (WHAT[name].measure === 'amount' ? amount : count)
  return {
    ...{ count, amount, figure },
    /** One side of a difference. */
    side: (what: Difference['what'], value: number | string) =>
      sideOf(WHAT[what].measure, value, { count, amount }),
  }
}

type Numbers = Record<'count' | 'amount', (value: number) => string>

function sideOf(measure: Measure, value: number | string, { count, amount }: Numbers): string {
  if (typeof value === 'string') return measure === 'status' ? statusName(value) : value || '–'
  if (measure === 'yes_no') return value === 0 ? 'no' : 'yes'
  return measure === 'amount' ? amount(value) : count(value)
}

/** "=" where both sides are, else what is here beyond the log, with its sign. */
export function differenceText({ difference }: Compared, text: (value: number) => string): string {
  if (difference === 0) return '='
  return `${difference > 0 ? '+' : '-'}${text(Math.abs(difference))}`
}

export const isUnexplained = ({ explanation }: Difference) => explanation === null
/** Whether its rows don't account for it. */
export const isOff = ({ difference, explained }: Compared) => difference !== explained

/** How far the log's payments, as statements, agree with what was recorded here. */
export function statementsIn({ statements }: Pick<Reconciliation, 'statements'>): string {
  const lines = sum(statements.map((one) => one.lines))
  const open = sum(statements.map((one) => one.open.length))
  const what = counted(statements.length, 'method')
  return `The log’s payments as statements of ${what}: ${(lines - open).toLocaleString('en')} of ${counted(lines, 'line')} agree with the tenders here.`
}

/** Each line of a statement that doesn't agree, in a sentence. */
export function openLinesIn({ statements, currency }: Reconciliation): string[] {
  const { amount } = wordingFor(currency)
  return statements.flatMap(({ method, open }) =>
    open.map(
      ({ reference, sequence, verdict, log, here }) =>
        `${reference}, payment ${sequence} by ${method}: ${verdict}, log ${amount(log)}, here ${amount(here)}`,
    ),
  )
}

export type Verdict = {
  title: string
  text: string
  /** Money that no difference shows: what was explained away on arrival, and what never came in. */
  beside: string[]
}

export const verdictOf = (found: Reconciliation): Verdict => ({
  ...judgementOf(found),
  beside: [adjustedIn(found), leftOutOf(found)].filter((sentence) => sentence !== undefined),
})

function adjustedIn({ adjustments: { sums, rows }, currency }: Reconciliation): string | undefined {
  if (rows.length === 0) return undefined
  const orders = new Set(rows.map(({ reference }) => reference)).size
  const amount = wordingFor(currency).amount(sum(sums.map((one) => one.amount)))
  return `${counted(orders, 'order')} ${orders === 1 ? 'holds' : 'hold'} adjustments of ${amount} in all.`
}

function leftOutOf({ scope: { unusable }, currency }: Reconciliation): string | undefined {
  if (unusable.length === 0) return undefined
  const { amount } = wordingFor(currency)
  const [goods, freight, paid] = (['goods', 'freight', 'paid'] as const).map((figure) =>
    amount(sum(unusable.map((order) => order[figure]))),
  )
  return `${counted(unusable.length, 'order')} of the log can’t be brought in: goods ${goods}, freight ${freight}, paid ${paid}.`
}

function judgementOf({ reconciled, differences, scope, figures, statements }: Reconciliation) {
  const open = differences.filter(isUnexplained).length
  if (reconciled) {
    const rest =
      differences.length === 0
        ? 'Nothing differs.'
        : `The log leaves room for ${counted(differences.length, 'difference')}, each explained to the unit.`
    return {
      title: 'Reconciled to the cent',
      text: `${counted(scope.replayed, 'order')} replayed. ${rest}`,
    }
  }
  const reasons = [
    `${scope.replayed.toLocaleString('en')} of ${counted(scope.chosen, 'chosen order')} replayed.`,
    scope.failed.length > 0 && `${counted(scope.failed.length, 'order')} failed.`,
    open > 0 && `${counted(open, 'difference')} unexplained.`,
    statements.some((one) => one.open.length > 0) && statementsIn({ statements }),
    open === 0 && figures.some(isOff) && 'Figures differ by more than their rows add up to.',
  ]
  return { title: 'Not reconciled', text: reasons.filter(Boolean).join(' ') }
}

/** "1 order", "2,474 orders". */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`
}

/** "4 min 12 s". */
export function durationOf(seconds: number): string {
  const whole = Math.round(seconds)
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`
}
