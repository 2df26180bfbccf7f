/** Why a button of the page can't do what it says: codes of the API, and `OTHER` for those that no customer meets. */
export type Refusal = keyof typeof refusedEn

export const refusedEn = {
  ORDER_CLOSED: 'This order has ended already, so that can’t be done any more.',
  ORDER_ARCHIVED: 'This order was put away, so that can’t be done any more.',
  ALREADY_SHIPPED:
    'A part of your order has left the warehouse, so it can’t be cancelled any more. You can refuse it at the door.',
  NOT_DELIVERED: 'Not everything has been delivered yet. Please confirm when all is there.',
  ALREADY_PAID: 'This order is paid already.',
  WINDOW_CLOSED: 'The time for that is over.',
  TOO_MANY: 'That was tried too often. Please ask our customer service.',
  CARD_REFUSED: 'The card was declined; nothing was charged. Please try again.',
  PAYMENT_CHANGED:
    'The choice of how to pay has changed meanwhile. Please look below and choose again.',
  INSUFFICIENT_BALANCE:
    'What was to be set aside is not there any more. Please pay in the shop by other means.',
  COD_TOO_MUCH: 'That is too much to be paid at the door. Please choose another way.',
  COD_NOT_THERE: 'Where this goes nobody collects at the door. Please choose another way.',
  COD_REFUSED_BEFORE: 'This order has to be paid before it is sent. Please choose another way.',
  ACTIVITY_RETRYING: 'Something is being tried again right now. Please wait a moment.',
  ORDER_BUSY: 'The order is busy right now. Please wait a moment.',
  NOT_OFFERED: 'That isn’t possible for this order at the moment.',
  AWAY: 'We can’t do that at the moment. Please try again in a moment.',
  OTHER: 'That could not be done. Please look at the order below, or ask our customer service.',
}

export const refusedZh: Record<Refusal, string> = {
  ORDER_CLOSED: '订单已结束，无法再进行此操作。',
  ORDER_ARCHIVED: '订单已归档，无法再进行此操作。',
  ALREADY_SHIPPED: '订单已有部分商品离开仓库，无法取消。您可以在收货时拒收。',
  NOT_DELIVERED: '商品尚未全部送达，请在全部送达后再确认收货。',
  ALREADY_PAID: '订单已付款。',
  WINDOW_CLOSED: '已超过可操作的时间。',
  TOO_MANY: '尝试次数过多，请联系客服。',
  CARD_REFUSED: '银行卡被拒绝，未产生扣款。请重试。',
  PAYMENT_CHANGED: '付款方式已发生变化，请查看下方后重新选择。',
  INSUFFICIENT_BALANCE: '原定预留的余额已不足，请在商店中改用其他方式付款。',
  COD_TOO_MUCH: '金额超出货到付款的上限，请选择其他方式。',
  COD_NOT_THERE: '收货地不支持货到付款，请选择其他方式。',
  COD_REFUSED_BEFORE: '此订单需先付款后发货，请选择其他方式。',
  ACTIVITY_RETRYING: '系统正在重试，请稍候。',
  ORDER_BUSY: '订单正在处理中，请稍候。',
  NOT_OFFERED: '此订单目前无法进行该操作。',
  AWAY: '暂时无法完成此操作，请稍后再试。',
  OTHER: '操作未能完成。请查看下方的订单状态，或联系客服。',
}

/** The reason that people read, for a code and status of the API. */
export function refusalOf({ code, status }: { code: string; status: number }): Refusal {
  if (isRefusal(code)) return code
  return status === 502 || status === 503 ? 'AWAY' : 'OTHER'
}

const isRefusal = (code: string): code is Refusal => Object.hasOwn(refusedEn, code)
