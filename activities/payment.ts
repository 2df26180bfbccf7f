import type {
  OpenedPayment,
  OpenPayment,
  PaymentFact,
  PaymentPlatform,
  RefundRequest,
} from '../adapters/payment/port.ts'
import { final, notYet, sorted } from './failure.ts'

export type PaymentActivities = {
  /** Make the platform's own order for a tender; the same one on every repeat. */
  openPayment(request: Omit<OpenPayment, 'key'>): Promise<OpenedPayment>
  lookPayment(request: { externalId: string }): Promise<PaymentFact>
  /** Close it, so that nobody can pay any more; answers `captured` when the customer was faster. */
  closePayment(request: { externalId: string }): Promise<PaymentFact>
  payRefund(request: RefundRequest): Promise<{ externalRefundId: string }>
}

/** Banks take their time with some refunds. Milliseconds. */
const REFUND_PENDING_PAUSE = 60_000
const CLOSE_PAUSE = 5_000

export function paymentActivities(platform: PaymentPlatform): PaymentActivities {
  return {
    openPayment: (request) =>
      sorted(() =>
        platform.open({ ...request, key: `${request.orderId}:${request.tenderId}:open:1` }),
      ),
    lookPayment: ({ externalId }) => sorted(() => platform.look(externalId)),
    async closePayment({ externalId }) {
      const fact = await sorted(() => platform.close(externalId))
      if (fact.status === 'open' || fact.status === 'failed')
        throw notYet('STILL_OPEN', CLOSE_PAUSE)
      return fact
    },
    async payRefund(request) {
      const made = await sorted(() => platform.refund(request))
      const { externalRefundId } = made
      const { status } =
        made.status === 'pending' ? await sorted(() => platform.lookRefund(externalRefundId)) : made
      if (status === 'pending') throw notYet('REFUND_PENDING', REFUND_PENDING_PAUSE)
      if (status === 'failed') throw final('REFUND_FAILED')
      return { externalRefundId }
    },
  }
}
