import type { PaymentMethod } from '../domain/events.ts'
import type { Order } from '../domain/order.ts'
import { isLate, isPayable } from '../domain/payment.ts'
import type { Hands } from './hands.ts'
import type { Intent } from './outside.ts'
import { moveTo } from './time.ts'
import { notReached } from './waiting.ts'

/** Stripe's own test card that is declined. */
const BAD_CARD = 'pm_card_chargeDeclined'
/** Past the end of the payment window, as of a browser that hung. Milliseconds. */
const TOO_LATE = 1_000

/** The customer and the payment platform. */
export function payments(hands: Hands) {
  const { id, scene, world, act, customer, reaches, state } = hands

  async function pay(method: PaymentMethod, card?: string): Promise<void> {
    const step = await act<{ nextAction: Intent | null }>('payments', await customer(), { method })
    if (step.nextAction !== null) await world.confirm(step.nextAction, card)
  }

  async function paid({ method = 'card' }: { method?: PaymentMethod } = {}): Promise<void> {
    const order = await state()
    if (isPayable(order)) await pay(method)
    else if (!order.accepted || order.closure === 'cancelled' || order.closure === 'expired') {
      throw notReached(order, 'its payment')
    }
    await reaches('its payment', ({ accepted }) => accepted)
  }

  async function declined(): Promise<void> {
    const before = failuresOf(await state())
    await pay('card', BAD_CARD)
    await reaches('a declined payment', (order) => failuresOf(order) > before)
  }

  /** The platform's answer to our opening is lost, so that nobody closes the payment when the window ends. */
  async function paidLate(): Promise<void> {
    const { no: orderNo, payable: amount, currency, payBy } = await state()
    const tender = { orderId: id, orderNo, tenderId: 't1', amount, currency }
    const intent = await scene.payments.open({ key: `${id}:t1:open:1`, ...tender })
    await moveTo(scene, id, { to: new Date(Date.parse(payBy) + TOO_LATE) })
    await reaches('its expiry', ({ closure }) => closure === 'expired')
    await world.confirm(intent)
    await reaches(
      'a late payment',
      (order) => order.tenders[0]?.status === 'captured' && !isLate(order),
    )
  }

  async function refunded(): Promise<void> {
    await reaches('its refund', ({ refunds }) => refunds.length > 0 && refunds.every(isThrough))
  }

  return { paid, declined, paidLate, refunded }
}

const failuresOf = ({ tenders }: Order) =>
  tenders.filter(({ failureCode }) => failureCode !== undefined).length

const isThrough = ({ status }: Order['refunds'][number]) =>
  status === 'succeeded' || status === 'manual'
