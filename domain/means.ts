import type { TenderMethod } from './events.ts'
import type { Locale } from './locale.ts'
import type { Order, Refund } from './order.ts'
import { tenderOf } from './order.ts'

/*
 * What customers are told of means of payment: by which one money came, and where it goes back to.
 */

/** As in `CNY 37.90 by Alipay`. */
export const PAID_BY: Record<TenderMethod, Record<Locale, string>> = {
  card: { en: 'by card', zh: '银行卡' },
  alipay: { en: 'by Alipay', zh: '支付宝' },
  wechatpay: { en: 'by WeChat Pay', zh: '微信支付' },
  wallet: { en: 'from your wallet', zh: '钱包余额' },
  gift_card: { en: 'from your gift card', zh: '礼品卡' },
  points: { en: 'in points', zh: '积分' },
  cod: { en: 'at the door', zh: '货到付款' },
  boleto: { en: 'by boleto', zh: 'Boleto' },
}

/** Cash has no way back of its own: it is paid to a bank account by hand. */
export const REFUND_WAYS = [
  ...(['card', 'alipay', 'wechatpay', 'boleto'] as const),
  ...(['wallet', 'gift_card', 'points'] as const),
  'bank',
] as const
export type RefundWay = (typeof REFUND_WAYS)[number]

/** As in `CNY 6.50 to your wallet`, `退至钱包`. */
export const BACK_TO: Record<RefundWay, Record<Locale, string>> = {
  card: { en: 'to your card', zh: '银行卡' },
  alipay: { en: 'to your Alipay account', zh: '支付宝账户' },
  wechatpay: { en: 'to your WeChat Pay account', zh: '微信支付账户' },
  boleto: { en: 'to your bank account', zh: '银行账户' },
  wallet: { en: 'to your wallet', zh: '钱包' },
  gift_card: { en: 'to your gift card', zh: '礼品卡' },
  points: { en: 'to your points', zh: '积分账户' },
  bank: { en: 'to your bank account', zh: '银行账户' },
}

/** In an account here, where it can be used as soon as it is there. */
export const isAtOnce = ({ way }: { way: RefundWay }) =>
  way === 'wallet' || way === 'gift_card' || way === 'points'

/** Where a refund goes: the way its money came, to the wallet where the customer agreed, by hand to a bank account. */
export function wayBack(order: Order, { tenderId, account, status }: Refund): RefundWay {
  if (account !== undefined) return 'wallet'
  const method = tenderOf(order, tenderId)?.method ?? 'cod'
  return status === 'manual' || method === 'cod' ? 'bank' : method
}
