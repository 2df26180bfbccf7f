import type { Wording } from './problem.ts'

/** Of what merchants earn and are paid. */
export const SETTLEMENT_ZH = {
  UNKNOWN_SETTLEMENT: ['没有这份结算单', '请在结算单列表中核对编号。'],
  UNKNOWN_PAYOUT: ['没有这笔付款', '请在付款列表中核对编号。'],
  PAYOUT_DECIDED: ['该付款已有结果', '请查看其结果。'],
  PAYOUT_APPROVED: ['已由他人批准', '请确认该付款，或请他人确认。'],
  APPROVAL_MISSING: [
    '超过限额需要两人办理',
    '付款请先由另一位财务人员批准；钱包与礼品卡请由另一位财务人员在一天内提交完全相同的请求。',
  ],
  REFERENCE_TAKEN: ['该参考号已用于另一笔付款', '请核对银行参考号：每笔付款各不相同。'],
} as const satisfies Partial<Wording>
