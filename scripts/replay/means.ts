import type { LoggedTender } from './log.ts'

type Means = Pick<LoggedTender, 'method' | 'funding' | 'window'>

const DAY_MS = 24 * 3_600_000
/** A boleto is a slip that lapses three days after it was printed, unless its shop says otherwise. */
const BOLETO_WINDOW_MS = 3 * DAY_MS
/** A bank holds an authorised sum on a card for about a week; gift cards have no limit of their own and get the same. */
const WINDOW_MS = 7 * DAY_MS

/** What logs are paid with, each with the time there is to pay by it. */
export const MEANS = {
  creditCard: { method: 'card', funding: 'credit', window: WINDOW_MS },
  debitCard: { method: 'card', funding: 'debit', window: WINDOW_MS },
  boleto: { method: 'boleto', window: BOLETO_WINDOW_MS },
  giftCard: { method: 'gift_card', window: WINDOW_MS },
  none: { method: 'none', window: WINDOW_MS },
} as const satisfies Record<string, Means>
