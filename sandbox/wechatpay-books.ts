import type { WechatpayAccount } from './account.ts'
import type { Clock } from './clock.ts'
import type { Collection, Journal } from './journal.ts'
import type { Money } from './money.ts'
import type { Reply } from './reply.ts'
import type { Statements } from './statement.ts'
import type { Webhooks } from './webhooks.ts'
import { orderOf, type Order, type Refund } from './wechatpay-objects.ts'

export type WechatpayParts = {
  account: WechatpayAccount
  clock: Clock
  journal: Journal
  money: Money
  statements: Statements
  webhooks: Webhooks
}

export type Books = ReturnType<typeof openBooks>

/** What the platform keeps of a payment, and gives back with a refund. */
type Rate = { basisPoints: number }

/** What WeChat Pay remembers. */
export function openBooks(parts: WechatpayParts) {
  const { account, clock, journal, money, statements, webhooks } = parts
  const orders: Collection<Order> = journal.collection('wechatpay_order')
  const refunds: Collection<Refund> = journal.collection('wechatpay_refund')
  /** Whose each code is. */
  const codes: Collection<string> = journal.collection('wechatpay_code')
  /** Of each movement, in fen; negative when given back. */
  const fees: Collection<number> = journal.collection('wechatpay_fee')
  const rates: Collection<Rate> = journal.collection('wechatpay_rate')
  /** What time it is for the order that a payment is for. */
  const timeOf = (outTradeNo: string) => clock.now(orderOf(outTradeNo))
  return {
    ...{ account, journal, money, statements, webhooks, orders, refunds, codes, fees, timeOf },
    charge: (rate: Rate) => rates.put('now', rate),
    movements: () => money.list().filter(({ platform }) => platform === 'wechatpay'),
    refundsOf: (outTradeNo: string) =>
      refunds.all().filter(({ out_trade_no }) => out_trade_no === outTradeNo),
    change(order: Order, trade_state: Order['trade_state']): Reply {
      orders.put(order.out_trade_no, { ...order, trade_state })
      return { status: 200, body: { trade_state } }
    },
    /** Under the platform's own number, and ours as the key that it was asked for with. */
    move(
      kind: 'capture' | 'refund',
      moved: { externalId: string; id: string; key: string; amount: number },
    ): void {
      const { externalId, id, key, amount } = moved
      const about = { platform: 'wechatpay', orderId: orderOf(externalId), externalId } as const
      const at = timeOf(externalId).toISOString()
      money.record({ id, kind, ...about, amount, currency: 'CNY', idempotencyKey: key, at })
      const fee = Math.round((amount * (rates.get('now')?.basisPoints ?? 0)) / 10_000)
      fees.put(id, kind === 'capture' ? fee : -fee)
    },
  }
}
