import type { Wording } from './problem.ts'

/** Of statements, remittances and what differs. */
export const FINANCE_ZH = {
  UNKNOWN_RECONCILIATION: ['该日尚未对账', '请发起该日的对账，或核对平台和日期。'],
  UNKNOWN_ITEM: ['没有这个差异项', '请在差异列表中核对编号。'],
  DAY_NOT_OVER: ['该平台的这一天尚未结束', '账单按整日出具，请在当日结束后再试。'],
  UNKNOWN_OWNER: ['该密钥不属于财务人员', '请填写角色为 finance 或 admin 的密钥编号。'],
  ITEM_RESOLVED: ['该差异已关闭', '无需处理；若账目再次不符，会自动重新打开。'],
  REMITTANCE_DIFFERS: [
    '该参考号已用于内容不同的回款',
    '请按首次内容重发，或为新的回款使用新的参考号。',
  ],
} as const satisfies Partial<Wording>
