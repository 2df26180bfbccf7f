import type { OrderView } from '../api/shapes.ts'
import type { Storefront } from './storefront.ts'

/** What is wrong with a completed order's money; empty when everything adds up. */
export async function auditOrder(shop: Storefront, order: OrderView): Promise<string[]> {
  const { items: entries } = await shop.ledger(order.id)
  const platform = await shop.platformLedger(order.id)
  const { totals } = order
  if (totals === undefined) return ['the totals are hidden']
  const balance = (accounts: RegExp) =>
    entries
      .filter(({ account }) => accounts.test(account))
      .reduce((sum, { side, amount }) => sum + (side === 'D' ? amount : -amount), 0)
  const taken = platform.reduce(
    (sum, { kind, amount }) => sum + (kind === 'refund' ? -amount : amount),
    0,
  )
  const checks: [string, number, number][] = [
    ['goods + freight against the sum to pay', totals.goods + totals.freight, totals.payable],
    ['paid against the sum to pay', totals.paid, totals.payable],
    ['all debits less all credits', balance(/./), 0],
    ['what the customer still owes', balance(/^receivable:/), 0],
    ['our account at the platform', balance(/^psp:/), totals.paid - totals.refunded],
    ["the platform's own record", taken, totals.paid - totals.refunded],
    [
      'merchants, commission and freight',
      -balance(/^(merchant|platform|freight):/),
      totals.paid - totals.refunded,
    ],
  ]
  return checks.flatMap(([what, found, wanted]) =>
    found === wanted ? [] : [`${what}: ${found} instead of ${wanted}`],
  )
}
