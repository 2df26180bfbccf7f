import { cashTender, chargeOf, heldOf, withRefunds } from './account.ts'
import { accept, refuse } from './decision.ts'
import type { Decision } from './decision.ts'
import type { GoodwillReason, OrderEvent } from './events.ts'
import { evolve } from './evolve.ts'
import { LIMITS } from './limits.ts'
import type { Order, Proposal } from './order.ts'
import { raise } from './payment.ts'
import { concededOf, concession } from './reversal.ts'

/** What one person may grant unless a shop says otherwise: ¥200.00. Minor units. */
export const REFUND_LIMIT = 20_000

/** Money back that is owed to nobody. */
export type Goodwill = {
  /** Of the wish, so that a repeat of it is recognised. */
  eventId: string
  amount: number
  reason: GoodwillReason
  /** Who grants it: the principal's id. */
  by: string
  /** What one person may grant of an order in all, minor units. */
  limit: number
}

/** What of an order's money could still be given back: what came, is charged, and isn't on its way back. */
export function grantable(order: Order): number {
  // What a door still collects was fixed parcel by parcel.
  if (!order.accepted || cashTender(order) !== undefined) return 0
  return Math.max(0, Math.min(chargeOf(order), heldOf(order)))
}

/**
 * Give money back for good will: the customer keeps everything. Above the limit, counted through all that the order
 * was granted, a second person decides.
 */
export function grantGoodwill(order: Order, { limit, ...wish }: Goodwill, at: string): Decision {
  if (order.seen.includes(wish.eventId)) return accept()
  if (!order.accepted) return refuse('NOT_ACCEPTED')
  if (order.size >= LIMITS.events) return refuse('TOO_MANY')
  if (wish.amount > grantable(order)) return refuse('AMOUNT_TOO_HIGH')
  const isAlone = concededOf(order, 'goodwill') + wish.amount <= limit
  const { amount, eventId } = wish
  return isAlone ? granted(order, { amount, eventId }, at) : proposed(order, wish, at)
}

function granted(
  order: Order,
  { amount, eventId }: { amount: number; eventId?: string },
  at: string,
): Decision {
  const id = eventId === undefined ? {} : { eventId }
  const note = concession(order, { at, kind: 'goodwill', amount, ...id })
  return accept(...withRefunds(order, [note], { at, reason: 'goodwill' }))
}

function proposed(
  order: Order,
  { eventId, amount, reason, by }: Omit<Goodwill, 'limit'>,
  at: string,
): Decision {
  const proposalId = `g${order.proposals.length + 1}`
  const data = { eventId, proposalId, amount, reason, by }
  const event: OrderEvent = { type: 'goodwill.proposed', at, data }
  const task = { kind: 'REFUND_APPROVAL', subject: proposalId, at } as const
  return accept(event, raise(evolve(order, event), task))
}

/** The second person says yes: anyone but who proposed it. What was taken off meanwhile is no longer there to give. */
export function approveGoodwill(
  order: Order,
  proposal: Proposal | undefined,
  { by, at }: { by: string; at: string },
): Decision {
  if (proposal === undefined) return refuse('WRONG_STATE')
  if (proposal.by === by) return refuse('SELF_APPROVAL')
  if (proposal.amount > grantable(order)) return refuse('AMOUNT_TOO_HIGH')
  return granted(order, { amount: proposal.amount }, at)
}
