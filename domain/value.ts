import type { OrderEvent } from './events.ts'
import type { Posting } from './ledger.ts'
import type { ValueKind } from './method.ts'
import { basisPoints, sum } from './money.ts'
import { tenderOf } from './order.ts'
import type { Order } from './order.ts'

/** Whose an account is: a customer has one wallet and one account of points in each currency. */
export type ValueOwner = { kind: 'wallet' | 'points'; customerId: string; currency: string }

/** The account's id, be it opened yet or not. */
export const accountIdOf = ({ kind, customerId, currency }: ValueOwner) =>
  `${kind}:${customerId}:${currency}`

/** Why finance changes a balance by hand. Codes, as it is kept for ever. */
export const VALUE_REASONS = ['top_up', 'goodwill', 'correction', 'promotion'] as const
export type ValueReason = (typeof VALUE_REASONS)[number]

/** By hand, of a gift card's own life, or for an order. */
export const MOVEMENT_KINDS = [
  ...(['credit', 'debit'] as const),
  ...(['issued', 'voided', 'expired'] as const),
  ...(['taken', 'refund', 'earned'] as const),
] as const
export type MovementKind = (typeof MOVEMENT_KINDS)[number]

/**
 * What an event does to stored value. `take`: what the tender holds is spent · `release`: it is free again, where any was held ·
 * `credit`: it comes in, and opens `owner`'s account where there is none.
 */
export type ValueMove =
  | { kind: 'take'; tenderId: string; accountId: string; amount: number }
  | { kind: 'release'; tenderId: string }
  | ({ kind: 'credit'; accountId: string; amount: number; owner?: ValueOwner } & (
      | { as: 'refund'; refundId: string }
      | { as: 'earned'; at: string }
    ))

/** `order`: as the event has left it. */
export function valueMoveOf(order: Order, event: OrderEvent): ValueMove | undefined {
  switch (event.type) {
    case 'tender.captured': {
      const { tenderId, amount } = event.data
      const accountId = tenderOf(order, tenderId)?.account
      return accountId === undefined ? undefined : { kind: 'take', tenderId, accountId, amount }
    }
    case 'tender.voided':
    case 'tender.failed': {
      const { tenderId } = event.data
      const isOurs = tenderOf(order, tenderId)?.account !== undefined
      return isOurs ? { kind: 'release', tenderId } : undefined
    }
    case 'refund.succeeded':
      return refunded(order, event.data.refundId)
    case 'order.archived':
      return earned(order, event.at)
    default:
      return undefined
  }
}

/** Where money goes that can't go back the way it came. */
export const walletOf = ({ customerId, currency }: Pick<Order, 'customerId' | 'currency'>) =>
  accountIdOf({ kind: 'wallet', customerId, currency })

function refunded(order: Order, refundId: string): ValueMove | undefined {
  const refund = order.refunds.find(({ id }) => id === refundId)
  if (refund === undefined) return undefined
  const { amount, tenderId, account = tenderOf(order, tenderId)?.account } = refund
  if (account === undefined) return undefined
  const { customerId, currency } = order
  const owner: ValueOwner = { kind: 'wallet', customerId, currency }
  const credit = { kind: 'credit', as: 'refund', refundId, accountId: account, amount } as const
  return account === accountIdOf(owner) ? { ...credit, owner } : credit
}

/** Points for the goods that the customer kept and paid for; what another shop sold earns none. */
function earned(order: Order, at: string): ValueMove | undefined {
  const { accepted, origin, policy, customerId, currency, lines, reversals } = order
  if (!accepted || origin !== undefined) return undefined
  const back = reversals.flatMap(({ lines: units, concessions = [] }) => [...units, ...concessions])
  const kept = sum(lines.map(({ net }) => net)) - sum(back.map(({ amount }) => amount))
  const amount = basisPoints(Math.max(0, kept), policy.pointsBps ?? 0)
  if (amount === 0) return undefined
  const owner: ValueOwner = { kind: 'points', customerId, currency }
  return { kind: 'credit', as: 'earned', at, accountId: accountIdOf(owner), amount, owner }
}

/** The account of the ledger that says what is owed to holders. */
export const liabilityOf = (kind: ValueKind, customerId: string | undefined) =>
  kind === 'gift_card' ? 'giftcard' : `${kind}:${customerId}`

/** What changed a balance, where no posting of an order tells it. */
export type ValueCause = ValueReason | 'issued' | 'voided' | 'expired' | 'earned'

/** Who bears what comes in, or gains by what goes out. */
const COUNTERPART: Record<ValueCause, string> = {
  top_up: 'bank',
  issued: 'bank',
  voided: 'bank',
  goodwill: 'platform:goodwill',
  promotion: 'platform:points_expense',
  earned: 'platform:points_expense',
  correction: 'platform:correction',
  expired: 'platform:breakage',
}

/** `amount`: above zero came in. */
export function valuePosting(
  { kind, customerId }: { kind: ValueKind; customerId?: string | undefined },
  { cause, amount, currency }: { cause: ValueCause; amount: number; currency: string },
): Posting {
  const [liability, counterpart] = [liabilityOf(kind, customerId), COUNTERPART[cause]]
  const [debit, credit] = amount > 0 ? [counterpart, liability] : [liability, counterpart]
  const size = { amount: Math.abs(amount), currency }
  return {
    kind: `value.${cause}`,
    entries: [
      { account: debit, side: 'D', ...size },
      { account: credit, side: 'C', ...size },
    ],
  }
}
