import { dueRefunds, withRefunds } from './account.ts'
import { accept, refuse } from './decision.ts'
import type { Decision } from './decision.ts'
import { withdrawnRefund } from './dispute.ts'
import type { OrderEvent } from './events.ts'
import type { Order } from './order.ts'
import { answeredByPlatform, openTasks, raise } from './payment.ts'

/** What became of a refund: it went through, or was refused for good. */
export type RefundOutcome = { externalRefundId: string } | { code: string }

/** Said once: a worker that died may have recorded it before. */
export function refundDecided(
  order: Order,
  { refundId, outcome, at }: { refundId: string; outcome: RefundOutcome; at: string },
): Decision {
  const refund = dueRefunds(order).find(({ id }) => id === refundId)
  if (refund === undefined) return refuse('NO_CHANGE')
  // Nobody has to look any more why it takes so long.
  const late = openTasks(order, { kind: 'REFUND_UNDECIDED', subject: refundId })
  const known = answeredByPlatform(late, at)
  if ('externalRefundId' in outcome) {
    return accept({ type: 'refund.succeeded', at, data: { refundId, ...outcome } }, ...known)
  }
  const failed: OrderEvent = { type: 'refund.failed', at, data: { refundId, ...outcome } }
  const withdrawn = withdrawnRefund(order, refund, at)
  if (withdrawn.length === 0) {
    const task = { kind: 'REFUND_FAILED', subject: refundId, ...outcome, at } as const
    return accept(failed, ...known, raise(order, task))
  }
  const events = [failed, ...known, ...withdrawn]
  return accept(...withRefunds(order, events, { at, reason: 'dispute_lost' }))
}
