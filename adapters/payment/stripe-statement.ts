import type Stripe from 'stripe'
import { z } from 'zod'
import type { StatementLine } from './port.ts'
import { amountShape, ask, currencyShape, read, unreadable } from './stripe-wire.ts'

const DAY_SECONDS = 86_400
/** Below the platform's maximum of 100: with whole payments in it, a page stays far below the longest reply we read. */
const MOVEMENTS_PER_PAGE = 50

/** What a day may hold, so that no list without end is read. */
const MOST_MOVEMENTS = 100_000

/** What of the payment, refund or dispute behind a movement matters. */
const sourceShape = z.object({
  id: z.string().min(1),
  object: z.enum(['charge', 'refund', 'dispute']),
  amount: amountShape,
  currency: currencyShape,
  payment_intent: z.string().min(1).nullish(),
})

const movementShape = z.object({
  id: z.string().min(1),
  type: z.string(),
  /** From zero up it came in, below it went out; the fee is the other way round. */
  amount: z.number().int(),
  fee: z.number().int(),
  currency: currencyShape,
  created: z.number(),
  /** Of a payout or a correction by hand it is something else, or nothing. */
  source: sourceShape.nullable().catch(null),
})

type Movement = z.infer<typeof movementShape>
type Kinds = { in: StatementLine['kind']; out: StatementLine['kind'] }

const CAPTURE: Kinds = { in: 'capture', out: 'refund' }
const REFUND: Kinds = { in: 'refund_returned', out: 'refund' }
const DISPUTE: Kinds = { in: 'dispute_returned', out: 'dispute' }
const FEE: Kinds = { in: 'fee_returned', out: 'fee' }
const PAYOUT: Kinds = { in: 'payout_returned', out: 'payout' }

/** All others, such as reserves, are our own money kept back for a while. */
const KINDS: Record<string, Kinds> = {
  charge: CAPTURE,
  payment: CAPTURE,
  payment_failure_refund: CAPTURE,
  payment_reversal: CAPTURE,
  refund: REFUND,
  payment_refund: REFUND,
  refund_failure: REFUND,
  stripe_fee: FEE,
  stripe_fx_fee: FEE,
  tax_fee: FEE,
  payout: PAYOUT,
  payout_cancel: PAYOUT,
  payout_failure: PAYOUT,
}

/** Oldest first. The day is the platform's, UTC; there is no telling of one that isn't over. */
export async function stripeStatement(
  stripe: Stripe,
  day: string,
  at = new Date(),
): Promise<StatementLine[] | undefined> {
  const from = Date.parse(`${day}T00:00:00Z`) / 1000
  const created = { gte: from, lt: from + DAY_SECONDS }
  if (at.getTime() < created.lt * 1000) return undefined
  const page = { created, limit: MOVEMENTS_PER_PAGE, expand: ['data.source'] }
  const lines = await ask(async () => {
    const found: StatementLine[][] = []
    for await (const one of stripe.balanceTransactions.list(page)) {
      if (found.push(linesOf(read(movementShape, one))) > MOST_MOVEMENTS) throw unreadable()
    }
    return found
  })
  return lines.toReversed().flat()
}

/** The movement itself, and the fee that was kept of it. */
function linesOf(movement: Movement): StatementLine[] {
  const { id, fee, currency, source, created } = movement
  const kinds = kindsOf(movement)
  if (kinds === undefined) return []
  const about = {
    externalId: source?.payment_intent ?? id,
    ...(source?.object === 'refund' ? { externalRefundId: source.id } : {}),
    at: new Date(created * 1000).toISOString(),
  }
  const moved = line({ id, ...about, ...paidIn(movement) }, kinds)
  return [moved, line({ id: `${id}:fee`, ...about, amount: -fee, currency }, FEE)].filter(
    ({ amount }) => amount > 0,
  )
}

function kindsOf({ type, source }: Movement): Kinds | undefined {
  if (type !== 'adjustment') return KINDS[type]
  return source?.object === 'dispute' ? DISPUTE : FEE
}

/** Our balance may be kept in another currency than the customer paid in; books are kept in the customer's. */
function paidIn({ amount, currency, source }: Movement) {
  if (source === null || source.currency === currency) return { amount, currency }
  return { amount: Math.sign(amount) * source.amount, currency: source.currency }
}

const line = (moved: Omit<StatementLine, 'kind'>, kinds: Kinds): StatementLine => ({
  ...moved,
  kind: moved.amount < 0 ? kinds.out : kinds.in,
  amount: Math.abs(moved.amount),
})
