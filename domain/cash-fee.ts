import type { EventOf, OrderEvent, TenderMethod } from './events.ts'
import type { Order } from './order.ts'
import type { Policy } from './policy.ts'

/*
 * What paying at the door costs. It is a part of the freight of each consignment, and goes back with it; nobody knows before packing
 * at which doors the cash will be due.
 */

type Wish = { method: TenderMethod }

/** Of each consignment, when paid for like this; in minor units. */
export const cashFeeOf = ({ cashFee = 0 }: Policy, wishes: readonly Wish[]): number =>
  wishes.some(({ method }) => method === 'cod') ? cashFee : 0

/** What its freight holds of it. */
export const cashFeeIn = ({ cashFee = 0, fulfillments }: Order): number =>
  cashFee * fulfillments.length

/** An order that isn't accepted yet costs what the latest choice of its customer makes it cost. */
export function surcharge(order: Order, wishes: readonly Wish[], at: string): OrderEvent[] {
  const fee = order.payable === 0 ? 0 : cashFeeOf(order.policy, wishes)
  return fee === (order.cashFee ?? 0) ? [] : [{ type: 'freight.surcharged', at, data: { fee } }]
}

export function surcharged(
  { cashFee = 0, ...order }: Order,
  { data: { fee } }: EventOf<'freight.surcharged'>,
): Order {
  const more = (fee - cashFee) * order.fulfillments.length
  return {
    ...order,
    cashFee: fee,
    freight: order.freight + more,
    payable: order.payable + more,
    fulfillments: order.fulfillments.map((one) => ({
      ...one,
      freight: one.freight + fee - cashFee,
    })),
  }
}
