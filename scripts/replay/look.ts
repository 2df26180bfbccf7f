import type { OrderView } from '../../api/shapes.ts'
import { sum } from '../../domain/money.ts'
import { auditMoney } from '../account.ts'
import type { Storefront } from '../storefront.ts'
import type { Plan } from './log.ts'
import type { Outcome } from './outcome.ts'

/** What became of an order, by what its doors show and its ledger holds; nothing of it is taken from the log. */
export async function outcomeOf(
  front: Storefront,
  { order: { reference } }: Plan,
  order: OrderView,
): Promise<Outcome> {
  const { items: entries } = await front.ledger(order.id)
  const { totals, lines, tenders = [] } = order
  if (totals === undefined) throw new Error('the totals are hidden')
  const { goods, freight, payable, paid, refunded, adjustments } = totals
  return {
    ...{ reference, id: order.id, no: order.no, status: order.status },
    units: sum(lines.map(({ quantity }) => quantity)),
    ...{ goods, freight, payable, paid, refunded, adjustments },
    tenders: tenders.map(({ method, funding, amount, status }) => ({
      method,
      ...(funding !== undefined && { funding }),
      captured: status === 'captured' ? amount : 0,
    })),
    merchants: merchantsOf(order),
    ...clocksOf(order),
    auditFailures: auditMoney({ order, entries, captures: [], atRest: true }),
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

function clocksOf({ origin, fulfillments }: OrderView) {
  const arrivals = fulfillments.flatMap(({ parcels }) =>
    parcels.flatMap(({ deliveredAt }) => (deliveredAt === undefined ? [] : [deliveredAt])),
  )
  const last = arrivals.toSorted((a, b) => Date.parse(a) - Date.parse(b)).at(-1)
  return {
    ...(last !== undefined && { deliveredAt: last }),
    ...(origin?.deliverBy !== undefined && { deliverBy: origin.deliverBy }),
  }
}
