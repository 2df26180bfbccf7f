import type { PartState } from './tracked.ts'

/** Words around paying. `method` is its name already, `amount` and `when` are words. */
export type PayingWords = {
  title: string
  until: (when: string) => string
  states: Record<PartState, string>
  /** Cash, before its customer goes on. */
  doorAgain: string
  declined: string
  again: string
  toPage: (method: string) => string
  code: (method: string, amount: string) => string
  scan: (method: string) => string
  /** The card of an order whose shop has the form for it. */
  inShop: string
  also: string
  otherwise: (amount: string) => string
  keeps: string
  choose: string
  more: (amount: string) => string
}

export const payingEn: PayingWords = {
  title: 'Payment',
  until: (when) => `It can be paid until ${when}.`,
  states: {
    paid: 'Paid',
    held: 'Set aside; taken once the rest is paid',
    let_go: 'Set aside again when you go on',
    door: 'Due at the door',
    ready: 'To be paid',
    waiting: 'We are asking; this page shows it as soon as there is an answer',
    open: 'To be paid',
  },
  doorAgain: 'Due at the door once you go on',
  declined: 'Declined; nothing was charged. You can try again.',
  again: 'Ask again',
  toPage: (method) => `Pay with ${method}`,
  code: (method, amount) => `QR code to pay ${amount} with ${method}`,
  scan: (method) =>
    `Scan it with ${method}. If you read this on that phone, take a screenshot and choose it in ${method}’s scanner.`,
  inShop: 'Please pay it in the shop where you ordered, or choose another way below.',
  also: 'Open from earlier. What is paid twice goes back by itself.',
  otherwise: (amount) => `How do you want to pay ${amount}?`,
  keeps: 'What is set aside stays so.',
  choose: 'Choose',
  more: (amount) => `+ ${amount}`,
}

export const payingZh: PayingWords = {
  title: '付款',
  until: (when) => `请在${when}前完成付款。`,
  states: {
    paid: '已付款',
    held: '已预留，其余款项付清后扣除',
    let_go: '继续付款时将重新预留',
    door: '货到付款',
    ready: '待付款',
    waiting: '正在联系支付平台，有结果后会显示在此页面',
    open: '待付款',
  },
  doorAgain: '继续付款后，货到付款',
  declined: '付款被拒绝，未产生扣款。您可以重试。',
  again: '重新获取',
  toPage: (method) => `去${method}付款`,
  code: (method, amount) => `${method}付款二维码，金额 ${amount}`,
  scan: (method) =>
    `请用${method}扫码付款。如正在该手机上浏览，请截图后在${method}“扫一扫”中选择。`,
  inShop: '请在下单的商店中付款，或在下方选择其他方式。',
  also: '之前选择的方式仍可付款；重复支付的款项会自动退回。',
  otherwise: (amount) => `${amount} 用哪种方式支付？`,
  keeps: '已预留的部分保持不变。',
  choose: '确定',
  more: (amount) => `另加 ${amount}`,
}
