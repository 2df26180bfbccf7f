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
  UNKNOWN_REMITTANCE: ['没有这笔回款', '请在回款列表中核对编号。'],
  REMITTANCE_DECIDED: [
    '该回款不是待确认的申报',
    '请查看其状态：已入账或已驳回。驳回之后到账的款项，请使用新的参考号记录。',
  ],
  PLATFORM_HOLDS_LESS: [
    '该平台为我们持有的金额不足',
    '请核对金额；若款项确已到账，请先完成此前各日的对账。available 为账面持有金额。',
  ],
  UNKNOWN_CUSTOMER: [
    '没有这个客户',
    '请核对客户编号；尚无密钥和订单的客户，可先用 PUT /v1/customers/{id} 登记。',
  ],
  CURRENCY_UNUSED: ['这里没有商家使用该货币', '请核对货币的三位字母。'],
} as const satisfies Partial<Wording>
