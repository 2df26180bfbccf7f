import type { AskedTender } from '../db/payment-step.ts'
import { readSteps } from '../db/payment-step.ts'
import { heldOf } from '../domain/account.ts'
import { cashFeeIn, cashFeeOf } from '../domain/cash-fee.ts'
import { chosenOf } from '../domain/chosen.ts'
import type { PaymentMethod } from '../domain/events.ts'
import { isByPlatform, PLATFORM_OF, takesCurrency } from '../domain/method.ts'
import { sum } from '../domain/money.ts'
import type { Order, Tender } from '../domain/order.ts'
import { isPayableHere } from '../domain/tender.ts'
import type { Action, Paying, PayPart } from '../web/tracked.ts'
import type { ApiParts, ApiSettings } from './context.ts'
import { placesOf } from './payment.ts'
import { hindranceOf } from './tender.ts'

/** What is to be paid of an order at `at`, its own time, and how its page goes on with that. */
export async function payingOf(
  parts: ApiParts,
  order: Order,
  at: string,
): Promise<Paying | undefined> {
  if (!isPayableHere(order) || order.payable === 0 || at >= order.payBy) return undefined
  const asked = await readSteps(parts.db, parts.keys.vaultKey, order.id)
  const chosen = chosenOf(order, asked) ?? []
  const told = (tender: Tender) => partOf(tender, asked)
  const captured = order.tenders.filter(({ status }) => status === 'captured')
  const shown = [...captured, ...chosen].map(told)
  const open =
    order.payable - feeBeside(order, shown) - heldOf(order) - amountOf(shown, ['held', 'door'])
  const { kept, rest } = keptOf(order, shown)
  const cashFee = cashFeeOf(order.policy, [{ method: 'cod' }]) * order.fulfillments.length
  return {
    parts: shown,
    also: order.tenders
      .filter((tender) => !chosen.includes(tender))
      .map(told)
      .filter(({ step }) => step?.type === 'redirect' || step?.type === 'scan'),
    ...{ open, rest, kept: kept.map(({ tenderId }) => tenderId), cashFee },
    offers: await offersOf(parts, { order, shown, kept, atDoor: rest + cashFee }),
    tried: asked[0]?.askedAt ?? '',
  }
}

const within = (parts: readonly PayPart[], states: readonly PayPart['state'][]) =>
  parts.filter(({ state }) => states.includes(state))
const amountOf = (parts: readonly PayPart[], states: readonly PayPart['state'][]) =>
  sum(within(parts, states).map(({ amount }) => amount))

/** What stays when the rest is paid otherwise; where that would leave no rest, what was let go gives way. */
function keptOf(order: Order, shown: readonly PayPart[]): { kept: PayPart[]; rest: number } {
  const all = within(shown, ['held', 'door', 'let_go'])
  const kept = restBeside(order, all) > 0 ? all : within(shown, ['held', 'door'])
  return { kept, rest: restBeside(order, kept) }
}

const restBeside = (order: Order, kept: readonly PayPart[]): number =>
  order.payable - feeBeside(order, kept) - heldOf(order) - sum(kept.map(({ amount }) => amount))

/** What is no longer owed of the fee for paying at the door, as none of these parts is paid there. */
const feeBeside = (order: Order, parts: readonly PayPart[]): number =>
  parts.some(({ method }) => method === 'cod') ? 0 : cashFeeIn(order)

function partOf(
  { id: tenderId, method, amount, status }: Tender,
  asked: readonly AskedTender[],
): PayPart {
  const question = asked.find((one) => one.tenderId === tenderId)
  const isOpen = isByPlatform(method) && (status === 'action_required' || status === 'failed')
  const step = isOpen ? question?.step : undefined
  const state = stateOf({ method, status }, { isAsked: question !== undefined, step })
  return {
    ...{ tenderId, method, amount, state, declined: isOpen && status === 'failed' },
    ...(step !== undefined && { step }),
  }
}

function stateOf(
  { method, status }: Pick<Tender, 'method' | 'status'>,
  { isAsked, step }: { isAsked: boolean; step: object | undefined },
): PayPart['state'] {
  if (status === 'captured') return 'paid'
  if (status === 'authorized') return 'held'
  if (status === 'due') return 'door'
  if (!isByPlatform(method)) return 'let_go'
  if (step !== undefined) return 'open'
  return isAsked && status === 'created' ? 'waiting' : 'ready'
}

type Choosing = {
  order: Order
  shown: readonly PayPart[]
  kept: readonly PayPart[]
  /** What would be due there, with the fee for that. */
  atDoor: number
}

/** Cards are paid in the shop's own form, and stored value by who proves to be its owner. */
async function offersOf(
  parts: ApiParts,
  { order, shown, kept, atDoor }: Choosing,
): Promise<PaymentMethod[]> {
  const { platforms, settings } = parts
  const taken = shown
    .filter(({ method, state }) => isByPlatform(method) && state !== 'paid')
    .map(({ method }) => method)
  const offered = (['card', 'alipay', 'wechatpay'] as const).filter(
    (method) =>
      platforms[PLATFORM_OF[method]] !== undefined &&
      (method !== 'card' || canTest(settings)) &&
      takesCurrency(method, order.currency) &&
      !(taken.length === 1 && taken[0] === method),
  )
  if (kept.some(({ method }) => method === 'cod')) return offered
  const places = await placesOf(parts, order)
  const hindrance = await hindranceOf(parts, { ...order, places }, atDoor)
  return hindrance === undefined ? [...offered, 'cod'] : offered
}

/** A developer's stand-in platforms take a payment at a press. */
const canTest = ({ mode, sandboxUrl }: ApiSettings) =>
  mode === 'development' && sandboxUrl !== undefined

/** What of it a page has buttons for. */
export function payActionsOf(paying: Paying | undefined, settings: ApiSettings): Action[] {
  if (paying === undefined) return []
  const { parts, offers } = paying
  const atPlatforms = parts.filter(({ method, state }) => isByPlatform(method) && state !== 'paid')
  const isCardOnly = atPlatforms.length > 0 && atPlatforms.every(({ method }) => method === 'card')
  const isToOpen = parts.some(({ state }) => ['ready', 'waiting', 'let_go'].includes(state))
  return [
    ...(isToOpen && !isCardOnly ? (['pay'] as const) : []),
    ...(canTest(settings) ? (['pay-test'] as const) : []),
    ...(offers.length > 0 ? (['pay-otherwise'] as const) : []),
  ]
}
