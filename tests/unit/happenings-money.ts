import type { Decision } from '../../domain/decision.ts'
import { reportDispute } from '../../domain/dispute.ts'
import { grantGoodwill } from '../../domain/goodwill.ts'
import { tenderOf } from '../../domain/order.ts'
import type { Order } from '../../domain/order.ts'
import type { DisputeReport } from '../../domain/reports.ts'
import type { Chance } from './happenings.ts'

/** Good will and disputed payments, for tests that let anything happen. */

const KINDS = ['disputed', 'dispute_won', 'dispute_lost'] as const

/** Of the whole tender, or of half of it; of one of two disputes for each. */
function dispute(
  type: DisputeReport['type'],
  tenderId: string,
): (order: Order, chance: Chance) => Decision {
  return (order, { detail, eventId, at }) => {
    const { amount = 1 } = tenderOf(order, tenderId) ?? {}
    const isWhole = detail % 2 === 0
    return reportDispute(
      order,
      {
        ...{ eventId, occurredAt: at, type, tenderId, disputeId: `dp_${tenderId}_${detail % 2}` },
        ...{ amount: isWhole ? amount : Math.ceil(amount / 2), currency: order.currency },
        reason: 'fraudulent',
      },
      at,
    )
  }
}

const captured = ({ tenders }: Order, n: number) => {
  const all = tenders.filter(({ status }) => status === 'captured')
  return all[n % Math.max(1, all.length)]?.id ?? 'none'
}

export const MONEY_HAPPENINGS = {
  granted: (order: Order, { target, detail, eventId, at }: Chance) =>
    grantGoodwill(
      order,
      {
        ...{ eventId, amount: 1 + target * 400 + detail, reason: 'apology' as const },
        ...{ by: detail % 3 === 0 ? 's-1' : 's-2', limit: 2000 },
      },
      at,
    ),
  disputed: (order: Order, chance: Chance) =>
    dispute(KINDS[chance.detail % 6 < 4 ? 0 : 2], captured(order, chance.target))(order, chance),
  disputeSettled: (order: Order, chance: Chance) => {
    const open = order.disputes.find(({ status }) => status === 'open')
    const { id = '', tenderId = 'none' } = open ?? {}
    const detail = id.endsWith('0') ? 0 : 1
    const kind = KINDS[chance.target % 2 === 0 ? 1 : 2]
    return dispute(kind, tenderId)(order, { ...chance, detail })
  },
}
