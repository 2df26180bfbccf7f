/*
 * What waits for a decision of finance, besides the differences between the books.
 */

/** Tasks whose question is about money, or an invoice. */
export const MONEY_TASKS = [
  ...(['REFUND_APPROVAL', 'REFUND_FAILED', 'REFUND_UNDECIDED', 'PAYMENT_MISMATCH'] as const),
  ...(['PAYMENT_CLOSE_FAILED', 'PAYMENT_DISPUTED', 'CASH_MISMATCH', 'UNMATCHED_REPORT'] as const),
  ...(['GIFT_CARD_VOID', 'INVOICE_STUCK', 'STATEMENT_MISSING'] as const),
] as const

/** What stands in no task: the operation that asked for it made a row of its own. */
const WISHES = [
  ...(['REMITTANCE_CLAIMED', 'PAYOUT_APPROVAL', 'PAYOUT_DUE'] as const),
  ...(['WALLET_CREDIT', 'GIFT_CARDS'] as const),
] as const

export const WAITING_KINDS = [...WISHES, ...MONEY_TASKS] as const
export type WaitingKind = (typeof WAITING_KINDS)[number]

/** A request that answers it: `POST path`, with the body where that is known beforehand. */
export type WaitingAnswer = {
  operation: string
  path: string
  body?: Record<string, unknown> | undefined
}
