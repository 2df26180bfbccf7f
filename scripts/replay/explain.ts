import type { FigureName, PartFigureName } from '../../web/reconciliation-view.ts'
import { entryOf, logBook } from './books.ts'
import type { Calendar } from './lateness.ts'
import { ODDITIES } from './log.ts'
import type { LoggedOrder, OddityKind, Plan } from './log.ts'

/**
 * A reason why Longhaul may have something else than the log. It explains a difference when the log, put right by it,
 * says exactly what is here; anything else stays unexplained.
 */
type Rule = {
  of: readonly (FigureName | PartFigureName)[]
  /** In words, if it holds for the order. */
  why: (plan: Plan) => string | undefined
  /** The log's order as the rule has it. */
  putRight: (plan: Plan) => LoggedOrder
}

/** Oddities that move the time of delivery, themselves or through a step before it. */
const CLOCKS: readonly OddityKind[] = [
  'paid_before_placed',
  'handed_over_before_payment',
  'delivered_before_hand_over',
  'no_payment_clock',
  'no_hand_over_clock',
  'no_delivery_clock',
  'beyond_status',
]

const RULES: readonly Rule[] = [
  {
    of: ['method_payments', 'several_payments', 'mixed_methods'],
    why: (plan) => rulesOf(plan, ['no_money']),
    putRight: ({ order }) => ({
      ...order,
      tenders: order.tenders.filter(({ amount }) => amount > 0),
    }),
  },
  {
    of: ['paid', 'method_amount', 'method_payments', 'several_payments', 'mixed_methods'],
    why: whyUnpaid,
    putRight: ({ order }) => ({ ...order, tenders: [] }),
  },
  {
    of: ['late_by_timestamp', 'late_by_date'],
    why: (plan) => rulesOf(plan, CLOCKS),
    putRight: ({ order, steps }) => ({
      ...order,
      shipments: steps.flatMap((step) =>
        step.do === 'deliver' ? { merchantId: step.merchantId, deliveredAt: step.at } : [],
      ),
    }),
  },
]

/** Why `here` stands at `key` for an order; null where no rule accounts for all of it. */
export function explain(
  plan: Plan,
  { key, here }: { key: string; here: number },
  dayOf: Calendar,
): string | null {
  const { figure } = entryOf(key)
  for (const { of, why, putRight } of RULES) {
    const reason = of.includes(figure) ? why(plan) : undefined
    if (reason === undefined) continue
    if ((logBook(putRight(plan), dayOf).get(key) ?? 0) === here) return reason
  }
  return null
}

function whyUnpaid(plan: Plan): string | undefined {
  if (plan.steps.some((step) => step.do === 'pay')) return undefined
  const { ends, paidAt } = plan.order
  const open = (ends === 'unpaid' || ends === 'expired') && paidAt === undefined
  return open
    ? 'its payment was never confirmed: nothing is taken as paid'
    : rulesOf(plan, ['cancelled_before_payment', 'beyond_status'])
}

/** The rules of the plan's oddities among `kinds`. */
function rulesOf({ oddities }: Plan, kinds: readonly OddityKind[]): string | undefined {
  const own = new Set(oddities.map(({ kind }) => kind).filter((kind) => kinds.includes(kind)))
  return own.size === 0 ? undefined : [...own].map((kind) => ODDITIES[kind]).join('; ')
}
