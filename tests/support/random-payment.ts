import type { PaymentAction, PlatformMethod } from '../../domain/method.ts'
import { isByPlatform, PLATFORM_OF } from '../../domain/method.ts'
import type { Order } from '../../domain/order.ts'
import { fastForward } from '../../client/clock.ts'
import { workflowIdOf } from '../../client/order.ts'
import type { TestOrder, World } from '../../testing/index.ts'
import { BAD_CARD, outside } from '../../testing/outside.ts'
import type { Step } from '../../testing/outside.ts'
import { PATIENCE, until } from '../../testing/waiting.ts'
import type { Clerk } from './clerk.ts'
import type { Plan } from './random-plan.ts'
import { payInVain, tenth } from './random-purse.ts'
import type { GiftCard } from './random-purse.ts'
import { DAYS, MINUTES } from './time.ts'

/** Past the first question that is put to a platform about a payment whose notice doesn't come. */
const ASKED = 70_000
const SECOND = 1_000
/** What fails once is through after so long. Milliseconds. */
const MOST_RETRIES = 4_000

export type Stage = {
  world: World
  plan: Plan
  order: TestOrder
  clerk: Clerk
  customer: { role: 'customer'; subject: string }
  giftCard: GiftCard
  /** What it is an order of; where the plan says so, there is no more of it. */
  sku: string
}

type Part = { method: Plan['main'] | 'points' | 'gift_card'; amount?: number; code?: string }
const accepted = (order: Order) => order.accepted

/** The customer, as the plan wants them to pay or not to pay. True once the order is accepted. */
export async function payAsPlanned(stage: Stage): Promise<boolean> {
  const { plan, clerk, order } = stage
  switch (plan.paying) {
    case 'never':
      await payInVain(stage)
      await payBy(stage, plan.main === 'cod' || plan.main === 'wallet' ? plan.other : plan.main)
      await past(stage, 31 * MINUTES)
      return false
    case 'late':
      return payLate(stage, { days: 0 })
    case 'after_archive':
      return payLate(stage, { days: 4 })
    case 'after_cancel':
      return payAfterCancel(stage)
    default:
      await payInTime(stage)
  }
  await clerk.until('acceptance', accepted)
  // What was held back for the next one comes in the end.
  if (plan.faults.notice === 'reordered') await redeliver(stage.world, order.id)
  return true
}

async function payInTime(stage: Stage): Promise<void> {
  const { plan, world, order, clerk } = stage
  const customer = outside(world.sandbox.url)
  await payInVain(stage)
  const first = await payBy(stage, plan.main)
  if (plan.paying === 'changed' && plan.main !== 'cod' && plan.main !== 'wallet') {
    return confirmAll(stage, await payBy(stage, plan.other))
  }
  if (plan.paying === 'twice' && first.length > 0 && plan.other !== plan.main) {
    await confirmAll(stage, [...first, ...(await payBy(stage, plan.other))])
    return
  }
  if (plan.paying === 'declined_first' && first.length > 0) {
    for (const action of first) await customer.confirm(action, BAD_CARD)
    await settledDecline(stage)
    return confirmAll(stage, await payBy(stage, plan.other))
  }
  if (plan.paying === 'wrong_amount' && first.length > 0) {
    await order.fault({ target: 'payment', fault: 'wrong_amount' })
    await confirmAll(stage, first)
    await clerk.until('a mismatch', ({ tenders }) =>
      tenders.some(({ status }) => status === 'mismatched'),
    )
    await clerk.rest()
    return confirmAll(stage, await payBy(stage, plan.main))
  }
  return confirmAll(stage, first)
}

/** Only Stripe tells of a payment that was declined, and only if its notice comes. */
async function settledDecline({ plan, clerk }: Stage): Promise<void> {
  const { notice } = plan.faults
  if (plan.main !== 'card' || notice === 'lost' || notice === 'reordered') return
  await clerk.until('the decline', ({ tenders }) =>
    tenders.some(({ failureCode }) => failureCode !== undefined),
  )
}

/** The parts of stored value as planned, and the rest by `method`. */
async function payBy({ world, plan, order, customer, giftCard }: Stage, method: Plan['main']) {
  const { payable } = await order.state()
  const amount = tenth(payable)
  const kinds = plan.stored.filter((kind) => kind !== method)
  const parts = kinds.map((kind): Part => ({
    method: kind,
    amount,
    ...(kind === 'gift_card' && { code: giftCard.code }),
  }))
  const body = { tenders: [...parts, { method }] }
  const path = `/v1/orders/${order.id}/payments`
  const answer = await world.door.ask<{ nextActions: PaymentAction[] }>('POST', path, {
    ...{ as: customer, body },
  })
  return answer.nextActions
}

/** At the platforms' own pages; a notice that doesn't come is found by asking. */
async function confirmAll(stage: Stage, actions: readonly PaymentAction[]): Promise<void> {
  const { world, plan } = stage
  const { notice } = plan.faults
  for (const action of actions) await outside(world.sandbox.url).confirm(action)
  if (actions.length === 0 || (notice !== 'lost' && notice !== 'reordered')) return
  await past(stage, ASKED)
}

/** Let time pass as soon as nothing is being tried again; what a bank takes minutes for is tried again on the way. */
export async function past({ order }: Stage, milliseconds: number): Promise<void> {
  const to = (await order.now()).getTime() + milliseconds
  const began = Date.now()
  await until(async () => {
    try {
      await order.until(new Date(to), { throughRetries: Date.now() - began > MOST_RETRIES })
      return true
    } catch (error) {
      if (!(error instanceof Error) || !/ACTIVITY_RETRYING|ORDER_BUSY/.test(error.message))
        throw error
      return false
    }
  }, 'the passing of time')
}

/** Opened at the platform, whose answer got lost on its way: nobody closes it when the window ends. */
async function openUnheard({ world, order, plan }: Stage): Promise<Step> {
  const method: PlatformMethod = isByPlatform(plan.main) ? plan.main : plan.other
  const { no: orderNo, payable: amount, currency, payBy: until } = await order.state()
  const tender = { orderId: order.id, orderNo, tenderId: 't1', amount, currency, payBy: until }
  const platform = world.platforms[PLATFORM_OF[method]]
  const opened = await platform.open({
    ...{ key: `${order.id}:t1:open:1`, ...tender, returnUrl: world.url },
  })
  return { ...opened.next, externalId: opened.externalId }
}

/** Paid at the platform in the last moment of its clock, when ours has passed the window, or the order's archive. */
async function payLate(stage: Stage, { days }: { days: number }): Promise<boolean> {
  const { world, order, plan, clerk, sku } = stage
  const opened = await openUnheard(stage)
  const { payBy: end, payable } = await order.state()
  const to = new Date(Date.parse(end) + SECOND + days * DAYS)
  await fastForward(world.temporal, { workflowId: workflowIdOf(order.id), to, patience: PATIENCE })
  await order.reach('its expiry', ({ closure }) => closure === 'expired')
  if (days > 0) await order.reach('its archive', ({ archivedAt }) => archivedAt !== undefined)
  if (plan.stockGone)
    await world.order({ lines: [{ sku, quantity: plan.quantity }], method: 'cod' })
  await paidAtLast(stage, opened)
  const came = ({ tenders }: Order) => tenders[0]?.status === 'captured'
  await clerk.until(`a late payment of ${payable}`, came)
  const { accepted: isRevived } = await clerk.rest()
  await past(stage, 0)
  return isRevived
}

async function payAfterCancel(stage: Stage): Promise<boolean> {
  const { order, clerk } = stage
  const opened = await openUnheard(stage)
  await order.cancelled()
  await paidAtLast(stage, opened)
  await clerk.until('a late payment', ({ tenders }) => tenders[0]?.status === 'captured')
  return false
}

/** A notice that is lost here comes in the end: there is nobody left who would ask. */
async function paidAtLast(stage: Stage, opened: Step): Promise<void> {
  const { world, order, plan } = stage
  await outside(world.sandbox.url).confirm(opened)
  const { notice } = plan.faults
  if (notice === 'lost' || notice === 'reordered') await redeliver(world, order.id)
}

/** Every notice once more, as a platform does that was never thanked. */
export async function redeliver({ sandbox }: World, orderId: string): Promise<void> {
  const found = await fetch(`${sandbox.url}/sandbox/events?orderId=${orderId}`)
  const { events } = (await found.json()) as { events: { id: string; source: string }[] }
  for (const { id } of events.filter(({ source }) => source !== 'carrier')) {
    const url = `${sandbox.url}/sandbox/events/${encodeURIComponent(id)}/redeliver`
    await (await fetch(url, { method: 'POST' })).text()
  }
}
