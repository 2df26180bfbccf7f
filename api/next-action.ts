import type { AskedTender } from '../db/payment-step.ts'
import { isByPlatform } from '../domain/method.ts'
import type { Order, Tender } from '../domain/order.ts'
import { isPayableHere } from '../domain/tender.ts'
import type { OrderView } from './shapes.ts'

type NextAction = NonNullable<OrderView['payment']>['nextActions'][number]

/** A platform that is in trouble for a moment is asked again within this. Seconds. */
const LOOK_AGAIN = 5

const PRIVATE: ReadonlySet<NextAction['type']> = new Set(['confirm', 'redirect'])

/**
 * How the customer goes on with each tender that a platform was asked to open. Some is for the buyer alone: who has a
 * client secret may confirm the payment, and a platform's page leads back by a link that opens the order.
 */
export function nextActionsOf(
  order: Order,
  { asked, buyer }: { asked: readonly AskedTender[]; buyer: boolean },
): NextAction[] {
  if (!isPayableHere(order)) return []
  return asked.flatMap((one) => {
    const tender = order.tenders.find(({ id }) => id === one.tenderId)
    const action = tender && actionOf(tender, one)
    return action === undefined || (PRIVATE.has(action.type) && !buyer) ? [] : action
  })
}

function actionOf(
  { id: tenderId, method, status, externalId }: Tender,
  { step }: AskedTender,
): NextAction | undefined {
  if (!isByPlatform(method)) return undefined
  if (status === 'created') return { type: 'wait', tenderId, method, retryAfter: LOOK_AGAIN }
  const isOpen = status === 'action_required' || status === 'failed'
  if (!isOpen || step === undefined || externalId === undefined) return undefined
  // Its platform made the step for just this means of payment.
  return { ...step, tenderId, method, externalId } as NextAction
}
