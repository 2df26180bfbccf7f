import type { Locale } from '../domain/locale.ts'
import type { ItemKind, ItemMovement } from '../domain/reconciliation.ts'
import type { ValueKind } from '../domain/method.ts'

type Label =
  | 'title'
  | 'eyebrow'
  | 'skip'
  | 'day'
  | 'before'
  | 'after'
  | 'through'
  | 'captured'
  | 'refunded'
  | 'fees'
  | 'theirs'
  | 'difference'
  | 'noStatement'
  | 'carrier'
  | 'collected'
  | 'remitted'
  | 'items'
  | 'kind'
  | 'party'
  | 'movement'
  | 'reference'
  | 'order'
  | 'expected'
  | 'actual'
  | 'owner'
  | 'nobody'
  | 'age'
  | 'more'
  | 'owed'
  | 'parcels'
  | 'oldest'
  | 'balances'
  | 'account'
  | 'debit'
  | 'credit'
  | 'balance'
  | 'statements'
  | 'status'
  | 'lines'
  | 'open'
  | 'exports'
  | 'nothing'

/** Words of one language. */
export type FinanceWording = {
  tag: string
  other: { locale: Locale; name: string }
  labels: Record<Label, string>
  headline: (open: number) => string
  balanced: Record<'yes' | 'no', string>
  until: (when: string) => string
  days: (count: number) => string
  kind: Record<ItemKind, string>
  movement: Record<ItemMovement, string>
  status: Record<'waiting' | 'missing' | 'done', string>
  method: Record<ValueKind, string>
  ledgerOfDay: (day: string) => string
  ledgerOfMonth: (month: string) => string
  zone: (zone: string) => string
  closed: { title: string; text: string }
  away: { title: string; text: string }
}

const EN: FinanceWording = {
  tag: 'en-GB',
  other: { locale: 'zh', name: '中文' },
  labels: {
    title: 'Finance',
    eyebrow: 'How the books stand',
    skip: 'To the figures',
    day: 'What moved on',
    before: 'Day before',
    after: 'Day after',
    through: 'Through',
    captured: 'Taken',
    refunded: 'Paid back',
    fees: 'Fees',
    theirs: 'Statement',
    difference: 'Beyond our books',
    noStatement: 'not here yet',
    carrier: 'Carrier',
    collected: 'Cash collected',
    remitted: 'Paid over',
    items: 'Open differences',
    kind: 'What differs',
    party: 'Who tells of it',
    movement: 'Movement',
    reference: 'Reference',
    order: 'Order',
    expected: 'Our books',
    actual: 'Theirs',
    owner: 'Owner',
    nobody: 'nobody yet',
    age: 'Age',
    more: 'Later ones',
    owed: 'Cash that carriers owe',
    parcels: 'Parcels',
    oldest: 'Oldest',
    balances: 'Balances',
    account: 'Accounts',
    debit: 'Debit',
    credit: 'Credit',
    balance: 'Balance',
    statements: 'Statements',
    status: 'Status',
    lines: 'Lines',
    open: 'Still open',
    exports: 'Ledger as CSV',
    nothing: 'Nothing.',
  },
  headline: (open) =>
    open === 0
      ? 'Nothing differs'
      : open === 1
        ? '1 difference is open'
        : `${open} differences are open`,
  balanced: {
    yes: 'In every currency debits are credits.',
    no: 'Debits are not credits: tell whoever runs the shop at once.',
  },
  until: (when) => `This link works until ${when}.`,
  days: (count) => (count === 1 ? '1 day' : `${count} days`),
  kind: {
    MISSING_HERE: 'Not in our books',
    MISSING_THERE: 'Not in theirs',
    AMOUNT_DIFFERS: 'Another amount',
    REPEATED: 'Paid over twice',
  },
  movement: {
    capture: 'payment',
    refund: 'refund',
    refund_returned: 'refund that came back',
    dispute: 'chargeback',
    dispute_returned: 'chargeback won',
    fee: 'fee',
    fee_returned: 'fee that came back',
    payout: 'payout to the bank',
    payout_returned: 'payout that came back',
    remittance: 'remittance',
  },
  status: { waiting: 'awaited', missing: 'missing', done: 'compared' },
  method: { wallet: 'Wallet', gift_card: 'Gift cards', points: 'Points' },
  ledgerOfDay: (day) => `Entries of ${day}`,
  ledgerOfMonth: (month) => `Entries of ${month}`,
  zone: (zone) => `Times and days as in ${zone}; each platform’s own day by its own calendar.`,
  closed: {
    title: 'This link opens nothing any more',
    text: 'Links to this page work for twelve hours. Ask for a new one.',
  },
  away: { title: 'The books can’t be read right now', text: 'Load the page again in a moment.' },
}

const ZH: FinanceWording = {
  tag: 'zh-CN',
  other: { locale: 'en', name: 'English' },
  labels: {
    title: '财务',
    eyebrow: '账目现状',
    skip: '跳到数据',
    day: '当日收支',
    before: '前一天',
    after: '后一天',
    through: '渠道',
    captured: '收款',
    refunded: '退款',
    fees: '手续费',
    theirs: '平台账单',
    difference: '账单多于我方',
    noStatement: '尚未出账',
    carrier: '承运商',
    collected: '代收货款',
    remitted: '已回款',
    items: '未结差异',
    kind: '差异',
    party: '来源',
    movement: '类型',
    reference: '参考号',
    order: '订单',
    expected: '我方账目',
    actual: '对方账目',
    owner: '负责人',
    nobody: '暂无',
    age: '已过',
    more: '后面的差异',
    owed: '承运商未回款',
    parcels: '包裹',
    oldest: '最早',
    balances: '余额',
    account: '科目',
    debit: '借方',
    credit: '贷方',
    balance: '余额',
    statements: '账单',
    status: '状态',
    lines: '行数',
    open: '未结',
    exports: '总账 CSV',
    nothing: '无。',
  },
  headline: (open) => (open === 0 ? '账目相符' : `${open} 项差异未结`),
  balanced: {
    yes: '各币种借贷平衡。',
    no: '借贷不平衡：请立即通知系统负责人。',
  },
  until: (when) => `此链接有效至 ${when}。`,
  days: (count) => `${count} 天`,
  kind: {
    MISSING_HERE: '我方无记录',
    MISSING_THERE: '对方无记录',
    AMOUNT_DIFFERS: '金额不符',
    REPEATED: '重复回款',
  },
  movement: {
    capture: '收款',
    refund: '退款',
    refund_returned: '退款退回',
    dispute: '拒付',
    dispute_returned: '拒付胜诉',
    fee: '手续费',
    fee_returned: '手续费退回',
    payout: '提现到银行',
    payout_returned: '提现退回',
    remittance: '回款',
  },
  status: { waiting: '等待中', missing: '缺失', done: '已对账' },
  method: { wallet: '钱包', gift_card: '礼品卡', points: '积分' },
  ledgerOfDay: (day) => `${day} 的分录`,
  ledgerOfMonth: (month) => `${month} 的分录`,
  zone: (zone) => `时间与日期按 ${zone}；各平台的日期按平台自己的日历。`,
  closed: { title: '此链接已失效', text: '本页链接有效期为十二小时，请重新获取。' },
  away: { title: '暂时无法读取账目', text: '请稍后刷新页面。' },
}

export const FINANCE_WORDING: Record<Locale, FinanceWording> = { en: EN, zh: ZH }
