import type { PaymentMethod } from '../domain/events.ts'
import type { PaymentAction } from '../domain/method.ts'
import type { Order } from '../domain/order.ts'
import { isLate } from '../domain/payment.ts'
import { isPayable } from '../domain/tender.ts'
import type { Hands } from './hands.ts'
import { BAD_CARD, GOOD_CARD } from './outside.ts'
import { moveTo } from './time.ts'
import { notReached } from './waiting.ts'

/** Past the end of the payment window, as of a browser that hung. Milliseconds. */
const TOO_LATE = 1_000

/** One means, or several that bear a part each; at most one leaves its amount out and takes the rest. */
export type PaidBy =
  | { method?: PaymentMethod }
  | { tenders: readonly { method: PaymentMethod; amount?: number; code?: string }[] }

/** The customer and the payment platforms. */
export function payments(hands: Hands) {
  const { id, scene, world, act, customer, reaches, state } = hands

  async function pay(by: PaidBy, card = GOOD_CARD): Promise<void> {
    const wish = 'tenders' in by ? by : { method: by.method ?? 'card' }
    const { nextActions } = await act<{ nextActions: PaymentAction[] }>(
      'payments',
      await customer(),
      wish,
    )
    for (const action of nextActions) await world.confirm(action, card)
  }

  async function paid(by: PaidBy = {}): Promise<void> {
    const order = await state()
    if (isPayable(order)) await pay(by)
    else if (!order.accepted || order.closure === 'cancelled' || order.closure === 'expired') {
      throw notReached(order, 'its payment')
    }
    await reaches('its payment', ({ accepted }) => accepted)
  }

  async function declined(by: PaidBy = {}): Promise<void> {
    const before = failuresOf(await state())
    await pay(by, BAD_CARD)
    await reaches('a declined payment', (order) => failuresOf(order) > before)
  }

  /** The platform's answer to our opening is lost, so that nobody closes the payment when the window ends. */
  async function paidLate(): Promise<void> {
    const { no: orderNo, payable: amount, currency, payBy } = await state()
    const returnUrl = scene.url
    const tender = { orderId: id, orderNo, tenderId: 't1', amount, currency, payBy, returnUrl }
    const { externalId, next } = await scene.platforms.stripe.open({
      key: `${id}:t1:open:1`,
      ...tender,
    })
    await moveTo(scene, id, { to: new Date(Date.parse(payBy) + TOO_LATE) })
    await reaches('its expiry', ({ closure }) => closure === 'expired')
    await world.confirm({
      externalId,
      clientSecret: 'clientSecret' in next ? next.clientSecret : '',
    })
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
