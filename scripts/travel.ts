import { setTimeout as sleep } from 'node:timers/promises'
import type { OrderView } from '../api/shapes.ts'
import type { Storefront } from './storefront.ts'

/** How long an order may stand still before something is wrong. Milliseconds. */
const STALL = 90_000
const POLL = 60

type Fulfillment = OrderView['fulfillments'][number]
type Parcel = Fulfillment['parcels'][number]

/** One thing that someone does next. */
export type Step = { name: string; take: () => Promise<unknown> }

/**
 * What people, platform and carrier do next for an order, read from where it stands: so a journey goes on from
 * wherever it was left, and every step may be repeated.
 */
export function nextSteps(shop: Storefront, order: OrderView): Step[] {
  if (order.status === 'pending_payment') return [{ name: 'pay', take: () => pay(shop, order) }]
  if (order.status === 'delivered') {
    return [{ name: 'confirm receipt', take: () => shop.act(order.id, 'confirm-receipt') }]
  }
  return order.fulfillments.flatMap((fulfillment) => stepsOf(shop, order, fulfillment))
}

async function pay(shop: Storefront, order: OrderView): Promise<void> {
  const { nextActions } = await shop.act<{
    nextActions: { externalId: string; clientSecret: string }[]
  }>(order.id, 'payments', { method: 'card' })
  for (const next of nextActions) await shop.confirmPayment(next)
}

function stepsOf(shop: Storefront, order: OrderView, { id, status, parcels }: Fulfillment): Step[] {
  const act = (name: string) => ({
    name,
    take: () => shop.act(order.id, `fulfillments/${id}/${name}`),
  })
  switch (status) {
    case 'pending_processing':
      return [act('claim')]
    case 'picking':
      return [act('pick')]
    case 'checking':
      return [{ name: 'check and pack', take: () => act('check').take().then(act('pack').take) }]
    default:
      return parcels.flatMap((parcel) => scansOf(shop, parcel))
  }
}

function scansOf(shop: Storefront, { status, waybill, position }: Parcel): Step[] {
  if (waybill === undefined) return []
  const scan = (code: string, location: string) => ({
    name: code,
    take: () => shop.scan(waybill, { code, location }),
  })
  if (status === 'booked') return position === null ? [scan('picked_up', 'Shenzhen')] : []
  if (status !== 'handed_over' || position === 'delivered') return []
  return position === 'out_for_delivery'
    ? [scan('delivered', 'Hangzhou')]
    : [scan('out_for_delivery', 'Hangzhou')]
}

/**
 * Take an order to `completed`. `before` is called ahead of every step, to pause or to break things. Throws when the
 * order ends otherwise, or stands still.
 */
export async function travel(
  shop: Storefront,
  id: string,
  { before = async () => {} }: { before?: (step: Step) => Promise<void> } = {},
): Promise<OrderView> {
  let seen = ''
  let since = Date.now()
  for (;;) {
    const order = await shop.order(id)
    if (order.status === 'completed') return order
    if (['cancelled', 'expired', 'refused', 'closed'].includes(order.status)) {
      throw new Error(`the order ended as ${order.status}`)
    }
    const state = JSON.stringify([order.status, order.fulfillments])
    if (state === seen) {
      if (Date.now() - since > STALL) throw new Error(`the order stands still: ${state}`)
      await sleep(POLL)
      continue
    }
    seen = state
    since = Date.now()
    const [step] = nextSteps(shop, order)
    if (step === undefined) continue
    await before(step)
    await step.take()
  }
}
