import { z } from 'zod'
import { isAmount } from '../../domain/money.ts'
import type { PaymentFact, PaymentRef } from './port.ts'
import { unreadable } from './wechatpay-wire.ts'

/** Of an unpaid order some fields are missing, the currency first. */
const moneyShape = z.object({
  total: z.number().refine(isAmount),
  currency: z.string().length(3).default('CNY'),
})

export const orderShape = z.object({
  appid: z.string(),
  mchid: z.string(),
  out_trade_no: z.string().min(1),
  trade_state: z.enum([
    ...(['SUCCESS', 'REFUND', 'NOTPAY', 'USERPAYING'] as const),
    ...(['ACCEPT', 'CLOSED', 'REVOKED', 'PAYERROR'] as const),
  ]),
  amount: moneyShape.optional(),
})
type Order = z.infer<typeof orderShape>

export const paidOrderShape = orderShape.extend({
  amount: moneyShape,
  success_time: z.iso.datetime({ offset: true }),
})

/** Paid and partly or wholly refunded is `REFUND`. */
const STATUS = {
  SUCCESS: 'captured',
  REFUND: 'captured',
  NOTPAY: 'open',
  USERPAYING: 'open',
  ACCEPT: 'open',
  CLOSED: 'closed',
  REVOKED: 'closed',
  PAYERROR: 'failed',
} as const satisfies Record<Order['trade_state'], PaymentFact['status']>

export function factOf({ trade_state, amount }: Order, payment: PaymentRef): PaymentFact {
  const status = STATUS[trade_state]
  if (status === 'captured' && amount === undefined) throw unreadable()
  return {
    ...{ ...without(payment, status), amount: amount?.total ?? 0 },
    ...(amount === undefined ? {} : { currency: amount.currency }),
    ...(status === 'failed' ? { failureCode: trade_state } : {}),
  }
}

/** What can be said of an order that the platform never heard of. */
export function without(
  { externalId, orderId, tenderId }: PaymentRef,
  status: PaymentFact['status'],
): PaymentFact {
  return { externalId, orderId, tenderId, status, amount: 0, currency: 'CNY' }
}
