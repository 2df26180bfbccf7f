import type { OrderView } from '../api/shapes.ts'
import type { LedgerRow } from '../db/ledger.ts'
import type { Storefront } from './storefront.ts'

/** What is wrong with a completed order's money; empty when everything adds up. */
export async function auditOrder(shop: Storefront, order: OrderView): Promise<string[]> {
  const { items: entries } = await shop.ledger(order.id)
  const captures = await shop.platformLedger(order.id)
  const { payable = 0, paid = 0 } = order.totals ?? {}
  const completed: Check[] = [
    ['paid against the sum to pay', paid, payable],
    ['what the customer still owes', balance(entries, /^receivable:/), 0],
  ]
  return [...differences(completed), ...auditMoney({ order, entries, captures, atRest: true })]
}

/** Three independent records of an order's money: what people see of it, the ledger, and the platform's own. */
export type MoneyRecords = {
  order: OrderView
  entries: readonly LedgerRow[]
  captures: readonly { kind: string; amount: number }[]
  /** No money is on its way, and nobody is asked. */
  atRest: boolean
}

type Check = [what: string, found: number, wanted: number]

/** Where the records of an order's money differ; empty when they agree. */
export function auditMoney(records: MoneyRecords): string[] {
  if (records.order.totals === undefined) return ['the totals are hidden']
  return differences([...alwaysTrue(records), ...(records.atRest ? trueAtRest(records) : [])])
}

const differences = (checks: readonly Check[]) =>
  checks.flatMap(([what, found, wanted]) =>
    found === wanted ? [] : [`${what}: ${found} instead of ${wanted}`],
  )

function alwaysTrue({ order, entries, captures }: MoneyRecords): Check[] {
  const { goods = 0, freight = 0, adjustments = [], payable = 0 } = order.totals ?? {}
  const adjusted = adjustments.reduce((sum, { amount }) => sum + amount, 0)
  return [
    ['goods, freight and adjustments against the sum to pay', goods + freight + adjusted, payable],
    ['all debits less all credits', balance(entries, /./), 0],
    ["the platforms' own record against ours", takenBy(captures), balance(entries, /^psp:/)],
    [
      'what came in against what was paid',
      balance(entries, MONEY),
      kept(order) + suspended(entries) - takenBack(entries),
    ],
  ]
}

function trueAtRest({ order, entries }: MoneyRecords): Check[] {
  const earned = -balance(entries, /^(merchant|platform|freight|adjustment):/)
  const open = balance(entries, /^receivable:/)
  const due = kept(order) + open - takenBack(entries)
  return [
    ['refunds promised and not made', balance(entries, /^refund:/), 0],
    ['merchants, commission and freight', earned, due],
  ]
}

/**
 * Where money is when it has come in: at platforms, with carriers, with us, and at the shops that orders come from; or
 * it was owed to its customer before.
 */
const MONEY = /^(psp|cod|recorded|wallet|points):|^(bank|giftcard|chargeback)$/

/** Sums that never fitted count neither as paid nor, when they went back, as paid back. */
function kept({ totals, tenders = [], refunds }: OrderView): number {
  const fitting = new Set(tenders.filter((t) => t.status !== 'mismatched').map((t) => t.id))
  const isBack = ({ status, tenderId }: Refund) =>
    (status === 'succeeded' || status === 'manual') && fitting.has(tenderId)
  return (totals?.paid ?? 0) - sumOf(refunds, isBack)
}

type Refund = NonNullable<OrderView['refunds']>[number]
const sumOf = (refunds: readonly Refund[] = [], counts: (refund: Refund) => boolean) =>
  refunds.filter(counts).reduce((sum, { amount }) => sum + amount, 0)

/** By customers' banks, for good. */
const takenBack = (entries: readonly LedgerRow[]) =>
  -balance(
    entries.filter(({ kind }) => kind === 'dispute.lost'),
    /^chargeback$/,
  )

const suspended = (entries: readonly LedgerRow[]) => -balance(entries, /^suspense/)

const GOES_OUT: ReadonlySet<string> = new Set(['refund', 'dispute'])
const takenBy = (captures: MoneyRecords['captures']) =>
  captures.reduce((sum, { kind, amount }) => sum + (GOES_OUT.has(kind) ? -amount : amount), 0)

const balance = (entries: readonly LedgerRow[], accounts: RegExp) =>
  entries
    .filter(({ account }) => accounts.test(account))
    .reduce((sum, { side, amount }) => sum + (side === 'D' ? amount : -amount), 0)
