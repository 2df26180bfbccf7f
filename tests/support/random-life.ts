import { randomUUID } from 'node:crypto'
import { isByPlatform } from '../../domain/method.ts'
import { sum } from '../../domain/money.ts'
import type { Order } from '../../domain/order.ts'
import { RequestRefused } from '../../testing/door.ts'
import type { TestOrder, World } from '../../testing/index.ts'
import type { OrderFault } from '../../testing/outside.ts'
import { until } from '../../testing/waiting.ts'
import { clerkFor } from './clerk.ts'
import { past, payAsPlanned, redeliver } from './random-payment.ts'
import type { Stage } from './random-payment.ts'
import type { Plan } from './random-plan.ts'
import { fillPurse } from './random-purse.ts'
import { DAYS } from './time.ts'

/** Good will that one person may grant, and of which two have to agree. Minor units. */
const LITTLE = 300
const MUCH = 20_100
/** How long a call is held whose answer is lost, and how late a notice is. Milliseconds. */
const CUT_AFTER = 200
const LATE_BY = 400
/** What the courier brings too little or too much. */
const SLIP = 130

export type Lived = { plan: Plan; order: TestOrder; customer: string }

/** Everything that the plan has for an order, until it is put away and at rest. */
export async function live(world: World, plan: Plan, told: (order: TestOrder) => void) {
  const stage = await openStage(world, plan)
  const { order, clerk, customer } = stage
  told(order)
  for (const fault of faultsOf(plan)) await order.fault(fault)
  if (await payAsPlanned(stage)) await liveOn(stage)
  await clerk.rest()
  await nothingIsOpen(order)
  await putAway(stage)
  await comeBack(stage)
  await clerk.rest()
  return { plan, order, customer: customer.subject }
}

async function openStage(world: World, plan: Plan): Promise<Stage> {
  const { main, other, quantity } = plan
  const subject = `c-${randomUUID()}`
  // Much good will needs much to be paid.
  const price = isMuch(plan) ? 30_000 : 5990
  const { sku } = await world.product({ price, onHand: plan.stockGone ? quantity : 10 })
  const method = isByPlatform(main) ? main : other
  const lines = [{ sku, quantity }]
  const order = await world.order({ customer: subject, lines, method })
  const giftCard = await fillPurse(world, { plan, order, customerId: subject })
  const clerk = clerkFor(world, order, {
    approves: plan.goodwill === 'approved',
    lastResort: plan.lastResort,
  })
  return { world, plan, order, clerk, giftCard, sku, customer: { role: 'customer', subject } }
}

const isMuch = ({ goodwill }: Plan) => goodwill === 'approved' || goodwill === 'rejected'

/** Opened by a call whose answer we never heard. */
const BEHIND_OUR_BACK: ReadonlySet<Plan['paying']> = new Set([
  ...(['late', 'after_archive', 'after_cancel'] as const),
])

/** What goes wrong at the platforms from the beginning. */
export function faultsOf({ number, faults: { notice, ...calls }, paying }: Plan): OrderFault[] {
  const switches = Object.entries(calls).flatMap(([operation, fault]): OrderFault[] => {
    const isOurs = operation !== 'create' || !BEHIND_OUR_BACK.has(paying)
    if (fault === 'none' || !isOurs) return []
    // What is refused once is tried again; what is refused twice goes another way.
    const times = fault === 'decline' && number % 3 > 0 ? 2 : 1
    return [{ target: 'payment', fault, operation, times, delayMs: CUT_AFTER }]
  })
  if (notice === 'none') return switches
  return [...switches, { target: 'payment_webhook', fault: notice, delayMs: LATE_BY }]
}

/** An accepted order, until its goods are where they end. */
async function liveOn(stage: Stage): Promise<void> {
  const { plan, clerk } = stage
  await clerk.rest()
  const dispute = await openDispute(stage, ['won', 'lost', 'won_after_goods', 'lost_after_goods'])
  if (plan.goodwill !== 'archived') await grant(stage)
  if (plan.dispute === 'won' || plan.dispute === 'lost') await dispute?.end(plan.dispute)
  // A disputed order goes nowhere but back on the shelf.
  const goods = dispute?.isOpen() ? 'cancelled' : plan.goods
  await moveGoods(stage, goods)
  await dispute?.end(plan.dispute === 'won_after_goods' ? 'won' : 'lost')
  if (plan.remits === 'soon') await remit(stage)
}

async function moveGoods(stage: Stage, goods: Plan['goods']): Promise<void> {
  const { order, clerk, plan } = stage
  const whole = goods === 'part_cancelled' && plan.quantity === 1
  switch (whole ? 'cancelled' : goods) {
    case 'cancelled':
      return order.cancelled({ by: plan.number % 2 === 0 ? 'customer' : 'support' })
    case 'part_cancelled':
      await order.cancelled({ items: [{ lineId: 'l1', quantity: 1 }] })
      await clerk.rest()
      return deliver(stage)
    case 'delivered':
      return deliver(stage)
    case 'refused':
      return order.returned()
    case 'lost':
      await order.lost()
      await clerk.until('the loss', ({ parcels }) => parcels.every((p) => p.status !== 'lost'))
  }
}

async function deliver({ order, plan, world }: Stage): Promise<void> {
  await order.shipped()
  const due = await dueAtTheDoor(world, await order.state())
  if (due === 0) return order.delivered()
  const slip = { exact: 0, short: -Math.min(SLIP, due), too_much: SLIP }[plan.door]
  return order.delivered({ cashCollected: { amount: due + slip, currency: 'CNY' } })
}

/** As the carrier's labels say it. */
async function dueAtTheDoor({ sandbox }: World, { no }: Order): Promise<number> {
  const answer = await fetch(`${sandbox.url}/sandbox/parcels?orderNo=${no}`)
  type Label = { cashOnDelivery?: { amount: number } }
  const { parcels } = (await answer.json()) as { parcels: Label[] }
  return sum(parcels.map(({ cashOnDelivery }) => cashOnDelivery?.amount ?? 0))
}

async function grant({ world, plan, order, clerk }: Stage): Promise<void> {
  if (plan.goodwill === 'none') return
  const body = { amount: isMuch(plan) ? MUCH : LITTLE, reason: 'delay' }
  try {
    await world.door.ask('POST', `/v1/orders/${order.id}/refunds`, {
      ...{ as: { role: 'support' }, body },
    })
  } catch (error) {
    // Nothing is left to give, or a door still has to collect.
    if (!(error instanceof RequestRefused) || error.code !== 'AMOUNT_TOO_HIGH') throw error
  }
  await clerk.until('its approval', ({ tasks }) =>
    tasks.every(({ kind, open }) => kind !== 'REFUND_APPROVAL' || !open),
  )
}

/** The customer's bank takes a card payment back; undefined where there is none, or the plan has none. */
async function openDispute({ world, plan, order, clerk }: Stage, when: Plan['dispute'][]) {
  const { tenders, disputes } = await order.state()
  const paid = tenders.find(({ method, status }) => method === 'card' && status === 'captured')
  if (paid?.externalId === undefined || !when.includes(plan.dispute)) return undefined
  const post = async (path: string, body: object) => {
    const url = `${world.sandbox.url}/sandbox/stripe/disputes${path}`
    const answer = await fetch(url, { method: 'POST', body: JSON.stringify(body) })
    if (!answer.ok) throw new Error(`the bank refused: ${answer.status}`)
    return (await answer.json()) as { id: string }
  }
  const amount = plan.number % 2 === 0 ? paid.amount : Math.ceil(paid.amount / 2)
  const { id } = await post('', { paymentIntent: paid.externalId, amount })
  const told = (now: Order) => now.disputes.length > disputes.length
  await until(async () => told(await order.state()), 'the dispute')
  let isOpen = true
  return {
    isOpen: () => isOpen,
    async end(status: 'won' | 'lost'): Promise<void> {
      if (!isOpen) return
      isOpen = false
      await post(`/${id}/close`, { status })
      await clerk.until('the end of the dispute', (now) =>
        [
          ...now.disputes.map((one) => one.status === 'open'),
          ...now.tasks.map((one) => one.open),
        ].every((isOpenStill) => !isOpenStill),
      )
    },
  }
}

/** The carrier pays over what its couriers brought. */
async function remit({ world, order }: Stage): Promise<void> {
  const { tenders, parcels } = await order.state()
  const lines = tenders.flatMap(({ cashParcels }) =>
    Object.entries(cashParcels).map(([id, amount]) => ({
      waybill: parcels.find((parcel) => parcel.id === id)?.waybill,
      amount,
    })),
  )
  const owed = lines.filter(({ amount }) => amount > 0)
  if (owed.length === 0) return
  const at = new Date().toISOString()
  const body = { carrier: 'express', reference: `R-${order.id}`, at, currency: 'CNY', lines: owed }
  await world.door.ask('POST', '/v1/finance/remittances', { as: { role: 'finance' }, body })
  const paid = sum(owed.map(({ amount }) => amount))
  await order.reach('its remittance', (now) => sum(now.tenders.map((t) => t.remitted)) === paid)
}

/** What isn't owed goes back at once, not only when the order is put away. */
async function nothingIsOpen(order: TestOrder): Promise<void> {
  const { accounts } = await order.money()
  const open = accounts['receivable:order'] ?? 0
  if (open !== 0) throw new Error(`${open} is open between the order and its customer`)
}

/** All clocks of the order run out. */
async function putAway(stage: Stage): Promise<void> {
  const { order, clerk } = stage
  for (let tries = 0; (await order.state()).archivedAt === undefined; tries++) {
    if (tries > 2) break
    await clerk.rest()
    await past(stage, 30 * DAYS)
  }
  await order.reach('its archive', ({ archivedAt }) => archivedAt !== undefined)
}

/** What still comes of an order that was put away. */
async function comeBack(stage: Stage): Promise<void> {
  const { plan, world, order, clerk } = stage
  const { accepted } = await order.state()
  if (plan.remits === 'archived') await remit(stage)
  if (plan.goodwill === 'archived' && accepted) await grant(stage)
  const dispute = await openDispute(stage, ['won_archived', 'lost_archived'])
  await dispute?.end(plan.dispute === 'won_archived' ? 'won' : 'lost')
  await clerk.rest()
  if (plan.number % 3 === 0) await redeliver(world, order.id)
}
