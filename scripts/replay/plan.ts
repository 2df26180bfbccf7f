import type { OrderStatus } from '../../domain/status.ts'
import { notesOn, withinStatus } from './judgement.ts'
import type { Note } from './judgement.ts'
import type { LoggedOrder, LoggedTender, PaidTender, Plan } from './log.ts'
import { adjustmentsOf } from './money.ts'
import { stepsOf } from './steps.ts'

/** What a unit of unknown weight counts as, in grams: a parcel must weigh something. */
export const UNKNOWN_WEIGHT = 1

/** How an order of a log is brought in: contradictions in it are settled by the rules of ODDITIES, each noted. */
export function planOf(order: LoggedOrder): Plan {
  const { note, oddities } = notesOn(order.reference)
  const tenders = paidTenders(order.tenders, note)
  noteWeights(order, note)
  noteGap(order, note)
  const steps = stepsOf({ ...withinStatus(order, note), tenders }, note)
  return { order, tenders, adjustments: adjustmentsOf(order), steps, oddities }
}

function paidTenders(tenders: readonly LoggedTender[], note: Note): PaidTender[] {
  return tenders.filter((tender): tender is PaidTender => {
    if (tender.amount > 0) return true
    note('no_money', { logged: tender.method })
    return false
  })
}

function noteWeights({ units }: LoggedOrder, note: Note): void {
  for (const { sku, weightGrams } of units)
    if (weightGrams === undefined) note('no_weight', { taken: `${sku}: ${UNKNOWN_WEIGHT} g` })
}

function noteGap({ missingPayment: missing }: LoggedOrder, note: Note): void {
  if (missing !== undefined)
    note('payment_missing_in_sequence', { logged: `no payment ${missing}` })
}

/** Where the order stands here once its plan is carried out, by the rules of `domain/status.ts`. */
export function expectedStatus({ order, steps }: Plan): OrderStatus {
  const has = (action: Plan['steps'][number]['do']) => steps.some((step) => step.do === action)
  if (has('cancel')) return 'cancelled'
  if (!has('pay')) return has('pass_window') ? 'expired' : 'pending_payment'
  if (!has('hand_over')) return 'pending_processing'
  const sellers = new Set(order.units.map(({ merchantId }) => merchantId))
  const count = (action: 'hand_over' | 'deliver' | 'return') =>
    steps.filter((step) => step.do === action).length
  if (count('hand_over') < sellers.size) return 'partially_shipped'
  if (count('deliver') + count('return') < sellers.size) return 'in_delivery'
  return has('deliver') ? 'delivered' : 'refused'
}

/** What an `Outcome` should have as its clocks. */
export function clocksOf({ steps }: Plan): Record<string, string> {
  return Object.fromEntries(
    steps.flatMap((step) => {
      if (step.do === 'pass_window' || step.do === 'ask_refund') return []
      const clock = CLOCKS[step.do]
      return [['merchantId' in step ? `${clock} ${step.merchantId}` : clock, step.at] as const]
    }),
  )
}

const CLOCKS = {
  pay: 'paid',
  hand_over: 'handed_over',
  deliver: 'delivered',
  return: 'returned',
  cancel: 'cancelled',
} as const
