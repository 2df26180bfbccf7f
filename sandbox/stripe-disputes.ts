import type { Books } from './payment.ts'
import { newId, seconds, type Intent } from './payment-objects.ts'

/** A payment that its customer's bank takes back, in the shape that travels. */
export type Dispute = {
  id: string
  object: 'dispute'
  amount: number
  charge: string | null
  created: number
  currency: string
  is_charge_refundable: false
  livemode: false
  metadata: Record<string, string>
  payment_intent: string
  reason: string
  status: 'needs_response' | 'won' | 'lost'
}

export const isTakenBack = ({ status }: Dispute) => status !== 'won'

/** The bank takes the money at once; who is right is found out later. Undefined for what isn't paid. */
export function openDispute(
  books: Books,
  intentId: string,
  { amount, reason = 'fraudulent' }: { amount?: number; reason?: string },
): Dispute | undefined {
  const intent = books.intents.get(intentId)
  if (intent?.status !== 'succeeded') return undefined
  const dispute = newDispute(intent, {
    amount: amount ?? intent.amount_received,
    reason,
    at: books.timeOf(intent),
  })
  books.disputes.put(dispute.id, dispute)
  books.move('dispute', intent, { amount: dispute.amount, source: dispute.id })
  books.tell('charge.dispute.created', intent, dispute)
  books.tell('charge.dispute.funds_withdrawn', intent, dispute)
  return dispute
}

/** Undefined unless it is open. */
export function closeDispute(
  books: Books,
  id: string,
  status: 'won' | 'lost',
): Dispute | undefined {
  const open = books.disputes.get(id)
  const intent = books.intents.get(open?.payment_intent ?? '')
  if (open?.status !== 'needs_response' || intent === undefined) return undefined
  const dispute: Dispute = { ...open, status }
  books.disputes.put(id, dispute)
  books.tell('charge.dispute.closed', intent, dispute)
  if (status === 'won') {
    books.move('dispute_returned', intent, { amount: dispute.amount, source: id })
    books.tell('charge.dispute.funds_reinstated', intent, dispute)
  }
  return dispute
}

function newDispute(
  intent: Intent,
  { amount, reason, at }: { amount: number; reason: string; at: Date },
): Dispute {
  return {
    id: newId('du'),
    object: 'dispute',
    amount,
    charge: intent.latest_charge,
    created: seconds(at),
    currency: intent.currency,
    is_charge_refundable: false,
    livemode: false,
    metadata: {},
    payment_intent: intent.id,
    reason,
    status: 'needs_response',
  }
}
