import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { BroughtInView } from '../../api/history.ts'
import type { OrderView } from '../../api/shapes.ts'
import { LIMITS } from '../../domain/limits.ts'
import { RequestRefused } from '../storefront.ts'
import type { Storefront } from '../storefront.ts'
import { historyOf, reportsOf } from './doors.ts'
import type { About } from './doors.ts'
import type { Plan, Step } from './log.ts'
import { outcomeOf } from './look.ts'
import type { Outcome } from './outcome.ts'
import { expectedStatus } from './plan.ts'

/** How long an order may stand still before something is wrong. Milliseconds. */
const STALL = 60_000
/** Pauses between looks, longer each time. Milliseconds. */
const FIRST_LOOK = 150
const LAST_LOOK = 800
/** Past the end of the window to pay, so that its timer has fired. Milliseconds. */
const PAST = 60_000

/**
 * Bring an order in and take it as far as its log goes, by the doors that any other system uses. All keys and event
 * ids are made of what the log says, so a replay that was broken off is simply started again.
 */
export async function drive(
  plan: Plan,
  { front, shop, currency }: { front: Storefront; shop: string; currency: string },
): Promise<Outcome> {
  const key = keyOf(`${shop} ${plan.order.reference}`)
  const placed = await front.bringIn(historyOf(plan, { shop, currency }), key)
  await takeSteps(front, { placed, plan, currency })
  return outcomeOf(front, await arrive(front, placed, plan))
}

/** References are anything, keys plain characters. */
const keyOf = (name: string) => `replay-${createHash('sha256').update(name).digest('hex')}`

/** What is told goes out together, up to where something must be asked for or time must pass. */
async function takeSteps(front: Storefront, about: About): Promise<void> {
  const { placed, plan } = about
  const told: object[] = []
  const send = async () => tell(front, placed, told.splice(0))
  for (const [i, step] of plan.steps.entries()) {
    if (step.do === 'cancel' || step.do === 'pass_window') await send()
    if (step.do === 'cancel' && plan.steps.slice(0, i).some(isPayment)) await bePaid(front, placed)
    if (step.do === 'cancel') await front.act(placed.id, 'cancel', { occurredAt: step.at })
    else if (step.do === 'pass_window') await passWindow(front, placed)
    else told.push(...reportsOf(step, about))
    if (step.do !== 'pay' || plan.steps[i - 1]?.do !== 'pass_window') continue
    await send()
    await beTakenUp(front, placed)
  }
  await send()
}

const isPayment = (step: Step) => step.do === 'pay'

/** A report is heard a moment after it was told, and a cancellation decided at once. */
async function bePaid(front: Storefront, { id }: BroughtInView): Promise<void> {
  await lookUntil(front, id, async ({ status }) => status !== 'pending_payment')
}

/** A late payment takes the order up again; before that no warehouse may touch it. */
async function beTakenUp(front: Storefront, { id }: BroughtInView): Promise<void> {
  await lookUntil(front, id, async ({ status }) => status !== 'expired')
}

async function tell(
  front: Storefront,
  { id }: BroughtInView,
  told: readonly object[],
): Promise<void> {
  for (let from = 0; from < told.length; from += LIMITS.reports) {
    await front.report(id, told.slice(from, from + LIMITS.reports))
  }
}

/** Let the order's own timer expire it; in an earlier replay it may have done so already. */
async function passWindow(front: Storefront, { id, payBy }: BroughtInView): Promise<void> {
  const end = new Date(Date.parse(payBy) + PAST).toISOString()
  await lookUntil(front, id, async (order) => {
    if (order.status !== 'pending_payment') return true
    await front.fastForward(id, end).catch(unlessBusy)
    return false
  })
}

/** A clock is not moved while its order is at work; a moment later it is. */
function unlessBusy(error: unknown): void {
  const busy = ['ACTIVITY_RETRYING', 'ORDER_BUSY', 'ORDER_STARTING']
  if (!(error instanceof RequestRefused && busy.includes(error.code))) throw error
}

/** Where the log ends, with nothing on its way. The shop that took the money paid it back: the log knows no more. */
async function arrive(front: Storefront, { id }: BroughtInView, plan: Plan): Promise<OrderView> {
  const status = expectedStatus(plan)
  const asked = plan.steps.some((step) => step.do === 'ask_refund')
  return lookUntil(front, id, async (order) => {
    const { tasks = [], refunds = [] } = order
    for (const task of tasks) {
      if (task.code === 'TAKEN_ELSEWHERE') await front.resolveTask(task.id, 'skip')
    }
    const atRest = tasks.length === 0 && refunds.every((refund) => refund.status === 'manual')
    return order.status === status && atRest && (!asked || order.afterSalesStatus === 'open')
  })
}

/** Look until `isThere`; throws where nothing changes any more. */
async function lookUntil(
  front: Storefront,
  id: string,
  isThere: (order: OrderView) => Promise<boolean>,
): Promise<OrderView> {
  let seen = ''
  let since = Date.now()
  for (let pause = FIRST_LOOK; ; pause = Math.min(pause * 2, LAST_LOOK)) {
    const order = await front.order(id)
    if (await isThere(order)) return order
    const state = JSON.stringify([order.status, order.tenders, order.refunds, order.fulfillments])
    if (state !== seen) [seen, since] = [state, Date.now()]
    if (Date.now() - since > STALL) throw new Error(stuck(order))
    await sleep(pause)
  }
}

function stuck({ no, status, tasks = [] }: OrderView): string {
  const open = tasks.map(({ kind, code }) => `${kind} ${code ?? ''}`.trim())
  return [`${no} stands still as ${status}`, ...open].join(', ')
}
