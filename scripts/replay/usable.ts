import { sum } from '../../domain/money.ts'
import type { LoggedOrder, OrderLog, UnusableOrder } from './log.ts'

/** Orders in which nothing was bought or nothing paid can't be brought in; they are listed by themselves. */
export function sortOut(logged: readonly LoggedOrder[]): Pick<OrderLog, 'orders' | 'unusable'> {
  const judged = logged.map((order) => ({ order, reason: obstacleTo(order) }))
  return {
    orders: judged.filter(({ reason }) => reason === undefined).map(({ order }) => order),
    unusable: judged.flatMap(({ order, reason }) =>
      reason === undefined
        ? []
        : [{ reference: order.reference, status: order.status, reason, paid: paidIn(order) }],
    ),
  }
}

function obstacleTo(order: LoggedOrder): UnusableOrder['reason'] | undefined {
  if (order.units.length === 0) return 'no_items'
  return paidIn(order) === 0 ? 'no_payments' : undefined
}

const paidIn = ({ tenders }: LoggedOrder) => sum(tenders.map(({ amount }) => amount))
