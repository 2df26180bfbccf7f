import type { OrderView } from '../../api/shapes.ts'
import type { LedgerRow } from '../../db/ledger.ts'
import { sum } from '../../domain/money.ts'
import { auditMoney } from '../account.ts'
import type { Storefront } from '../storefront.ts'
import { latest } from './clocks.ts'
import type { Outcome } from './outcome.ts'

/** What became of an order, by what its doors show and its ledger holds; nothing of it is taken from the log. */
export async function outcomeOf(front: Storefront, order: OrderView): Promise<Outcome> {
  const { items: entries } = await front.ledger(order.id)
  const { origin, totals, lines, tenders = [] } = order
  if (origin === undefined || totals === undefined) throw new Error('the order is hidden')
  const { goods, freight, payable, paid, refunded, adjustments } = totals
  const merchants = merchantsOf(order)
  return {
    ...{ reference: origin.reference, id: order.id, no: order.no, status: order.status },
    units: sum(lines.map(({ quantity }) => quantity)),
    ...{ goods, freight, payable, paid, refunded, adjustments, merchants },
    tenders: tenders.map(({ method, funding, amount, status }) => ({
      method,
      ...(funding !== undefined && { funding }),
      captured: status === 'captured' ? amount : 0,
    })),
    ...arrivalOf(order),
    clocks: clocksOf(order),
    auditFailures: [
      ...auditMoney({ order, entries, captures: [], atRest: true }),
      ...auditParts(order, entries),
    ],
  }
}

function merchantsOf({ lines, fulfillments }: OrderView): Outcome['merchants'] {
  const ids = [...new Set(fulfillments.map(({ merchantId }) => merchantId))]
  return ids.map((merchantId) => {
    const isTheirs = (one: { merchantId: string }) => one.merchantId === merchantId
    const goods = sum(lines.filter(isTheirs).map(({ net = 0 }) => net))
    const freight = sum(fulfillments.filter(isTheirs).map((one) => one.freight ?? 0))
    return { merchantId, goods, freight }
  })
}

/** The ledger's own word on who was credited and how it was paid, against what the order shows. */
function auditParts(order: OrderView, entries: readonly LedgerRow[]): string[] {
  const { tenders = [] } = order
  const posted = (kind: string, isIt: (entry: LedgerRow) => boolean) =>
    amountOf(entries.filter((entry) => entry.kind === kind && isIt(entry)))
  const isAccepted = entries.some(({ kind }) => kind === 'order.accepted')
  const merchants = merchantsOf(order).map(({ merchantId, goods }) => {
    const isCredit = (entry: LedgerRow) => entry.merchantId === merchantId && entry.side === 'C'
    return [`credited to ${merchantId}`, posted('order.accepted', isCredit), goods] as const
  })
  const methods = [...new Set(tenders.map(({ method }) => method))].map((method) => {
    const isIts = ({ account }: LedgerRow) => account === `recorded:${method}`
    const shown = tenders.filter((one) => one.method === method && one.status === 'captured')
    return [`received by ${method}`, posted('tender.captured', isIts), amountOf(shown)] as const
  })
  return [...(isAccepted ? merchants : []), ...methods].flatMap(([what, ledger, shown]) =>
    ledger === shown ? [] : [`${what}: ${ledger} in the ledger, ${shown} shown`],
  )
}

const amountOf = (all: readonly { amount: number }[]) => sum(all.map(({ amount }) => amount))

const utc = (instant: string) => new Date(instant).toISOString()

/** When each thing happened, by the clock of whoever told of it. */
function clocksOf({ tenders = [], fulfillments, cancelledAt }: OrderView): Record<string, string> {
  const paid = tenders.flatMap(({ capturedAt }) => (capturedAt === undefined ? [] : [capturedAt]))
  const parcels = fulfillments.flatMap(({ merchantId, parcels: own }) =>
    own.flatMap(({ handedOverAt, deliveredAt, returnedAt }) => [
      [`handed_over ${merchantId}`, handedOverAt] as const,
      [`delivered ${merchantId}`, deliveredAt] as const,
      [`returned ${merchantId}`, returnedAt] as const,
    ]),
  )
  const clocks = [
    ['paid', latest(...paid)] as const,
    ['cancelled', cancelledAt] as const,
    ...parcels,
  ]
  return Object.fromEntries(
    clocks.flatMap(([name, at]) => (at === undefined ? [] : [[name, utc(at)]])),
  )
}

function arrivalOf({ origin, fulfillments }: OrderView) {
  const arrivals = fulfillments.flatMap(({ parcels }) =>
    parcels.flatMap(({ deliveredAt }) => (deliveredAt === undefined ? [] : [deliveredAt])),
  )
  const deliveredAt = latest(...arrivals)
  return {
    ...(deliveredAt !== undefined && { deliveredAt }),
    ...(origin?.deliverBy !== undefined && { deliverBy: origin.deliverBy }),
  }
}
