import { accept, refuse } from './decision.ts'
import type { Decision } from './decision.ts'
import { LIMITS } from './limits.ts'
import { sum } from './money.ts'
import type { Order } from './order.ts'
import type { AfterSalesReport } from './reports.ts'

/** Record what a customer asks for after delivery. Judged by the policy frozen into the order. */
export function requestAfterSales(order: Order, report: AfterSalesReport, at: string): Decision {
  if (order.seen.includes(report.eventId)) return refuse('REPEATED')
  const refusal = afterSalesRefusal(order, report, at)
  if (refusal !== undefined) return refuse(refusal)
  const { eventId, occurredAt, type: kind, reason, items } = report
  const requestId = `q${order.requests.length + 1}`
  return accept({
    type: 'aftersales.requested',
    at,
    data: { eventId, occurredAt, requestId, kind, reason, items },
  })
}

/** Why a request can't be taken; the door asks this too, for an answer with a reason. */
export function afterSalesRefusal(
  order: Order,
  { items }: Pick<AfterSalesReport, 'items'>,
  at: string,
) {
  if (order.deliveredAt === undefined) return 'NOT_DELIVERED'
  if (Date.parse(at) >= afterSalesUntil(order, order.deliveredAt)) return 'WINDOW_CLOSED'
  if (order.requests.length >= LIMITS.requests) return 'TOO_MANY'
  const unknown = items.some(({ lineId }) => {
    const line = order.lines.find((candidate) => candidate.id === lineId)
    const wanted = sum(items.filter((item) => item.lineId === lineId).map((item) => item.quantity))
    return line === undefined || wanted > line.quantity
  })
  return unknown ? 'UNKNOWN_LINE' : undefined
}

export function afterSalesUntil(order: Order, deliveredAt: string): number {
  return Date.parse(deliveredAt) + order.policy.afterSalesWindow
}
