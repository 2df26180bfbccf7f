import type {
  OpenedPayment,
  OpenPayment,
  PaymentFact,
  PaymentPlatform,
  PaymentRef,
  Platforms,
  RefundRequest,
} from '../adapters/payment/port.ts'
import type { Db } from '../db/connection.ts'
import { keepStep, noteAsked } from '../db/payment-step.ts'
import { PLATFORM_OF } from '../domain/method.ts'
import type { PlatformMethod } from '../domain/method.ts'
import { final, notYet, sorted } from './failure.ts'

/** By which means of payment: it says whose platform is asked. */
type By = { method: PlatformMethod }

export type PaymentActivities = {
  /** Make the platform's own order for a tender; the same one on every repeat. */
  openPayment(request: By & Omit<OpenPayment, 'key' | 'returnUrl'>): Promise<OpenedPayment>
  lookPayment(request: By & PaymentRef): Promise<PaymentFact>
  /** Close it, so that nobody can pay any more; answers `captured` when the customer was faster. */
  closePayment(request: By & PaymentRef): Promise<PaymentFact>
  payRefund(request: By & RefundRequest): Promise<{ externalRefundId: string }>
}

/** Banks take their time with some refunds. Milliseconds. */
const REFUND_PENDING_PAUSE = 60_000
const CLOSE_PAUSE = 5_000

export type PaymentParts = {
  platforms: Platforms
  /** The page that a customer's browser comes back to. */
  orderPage: (orderId: string) => string
  vaultKey: Buffer
}

export function paymentActivities(
  db: Db,
  { platforms, orderPage, vaultKey }: PaymentParts,
): PaymentActivities {
  function by<T>(method: PlatformMethod, call: (platform: PaymentPlatform) => Promise<T>) {
    const platform = platforms[PLATFORM_OF[method]]
    if (platform === undefined) throw final('PLATFORM_UNKNOWN')
    return sorted(() => call(platform))
  }
  return {
    async openPayment({ method, ...request }) {
      const { orderId, tenderId } = request
      await noteAsked(db, { orderId, tenderId })
      const key = `${orderId}:${tenderId}:open:1`
      const opened = await by(method, (platform) =>
        platform.open({ ...request, key, returnUrl: orderPage(orderId) }),
      )
      await keepStep(db, vaultKey, { orderId, tenderId, step: opened.next })
      return opened
    },
    lookPayment: ({ method, ...payment }) => by(method, (platform) => platform.look(payment)),
    async closePayment({ method, ...payment }) {
      const fact = await by(method, (platform) => platform.close(payment))
      if (fact.status === 'open' || fact.status === 'failed')
        throw notYet('STILL_OPEN', CLOSE_PAUSE)
      return fact
    },
    async payRefund({ method, ...request }) {
      const { externalId, amount } = request
      const made = await by(method, (platform) => platform.refund(request))
      const { externalRefundId } = made
      const { status } =
        made.status === 'pending'
          ? await by(method, (platform) =>
              platform.lookRefund({ externalId, externalRefundId, amount }),
            )
          : made
      if (status === 'pending') throw notYet('REFUND_PENDING', REFUND_PENDING_PAUSE)
      if (status === 'failed') throw final('REFUND_FAILED')
      return { externalRefundId }
    },
  }
}
