import type { Adjustment } from '../../domain/events.ts'
import { currencyDigits, isAmount, sum } from '../../domain/money.ts'
import type { Kind } from './csv.ts'
import type { LoggedOrder, LoggedTender } from './log.ts'

/** "58.9" is 5890 cents, by its digits and never through a fraction. */
export function amountIn(currency: string): Kind<number> {
  const digits = currencyDigits(currency)
  return {
    parse: (cell) => {
      const [, whole, part = ''] = /^(\d+)(?:\.(\d+))?$/.exec(cell) ?? []
      if (whole === undefined) return undefined
      // Zeros beyond the currency's digits say nothing, other digits can't be kept.
      const [kept, beyond] = [part.slice(0, digits), part.slice(digits)]
      const amount = Number(whole + kept.padEnd(digits, '0'))
      return /^0*$/.test(beyond) && isAmount(amount) ? amount : undefined
    },
    expected: `an amount in ${currency} such as ${digits === 0 ? '1200' : '58.9'}`,
  }
}

/** A few minor units between goods and payments come from dividing and rounding prices and freight. */
const ROUNDING_LIMIT = 5

/** Why an order's payments aren't its goods and freight: at most one reason, of the difference as a whole. */
export function adjustmentsOf({ units, tenders }: LoggedOrder): Adjustment[] {
  const bought = sum(units.map(({ price, freight }) => price + freight))
  const amount = sum(tenders.map((tender) => tender.amount)) - bought
  return amount === 0 ? [] : [{ kind: kindOf(amount, tenders), amount }]
}

function kindOf(amount: number, tenders: readonly LoggedTender[]): Adjustment['kind'] {
  if (Math.abs(amount) <= ROUNDING_LIMIT) return 'rounding'
  if (amount < 0) return 'discount'
  return tenders.some(({ installments }) => installments > 1) ? 'financing_interest' : 'surcharge'
}

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
