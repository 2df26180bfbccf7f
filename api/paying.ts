import type { AskedTender } from '../db/payment-step.ts'
import { readSteps } from '../db/payment-step.ts'
import { heldOf } from '../domain/account.ts'
import { cashFeeOf } from '../domain/cash-fee.ts'
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
  const open = order.payable - heldOf(order) - amountOf(shown, ['held', 'door'])
  const rest = open - amountOf(shown, ['let_go'])
  return {
    parts: shown,
    also: order.tenders
      .filter((tender) => !chosen.includes(tender))
      .map(told)
      .filter(({ step }) => step?.type === 'redirect' || step?.type === 'scan'),
    ...{ open, rest, offers: await offersOf(parts, { order, chosen, rest }) },
    cashFee: cashFeeOf(order.policy, [{ method: 'cod' }]) * order.fulfillments.length,
    tried: asked[0]?.askedAt ?? '',
  }
}

const amountOf = (parts: readonly PayPart[], states: readonly PayPart['state'][]) =>
  sum(parts.filter(({ state }) => states.includes(state)).map(({ amount }) => amount))

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
  if (method === 'cod') return 'door'
  if (!isByPlatform(method)) return 'let_go'
  if (step !== undefined) return 'open'
  return isAsked && status === 'created' ? 'waiting' : 'ready'
}

/** Cards are paid in the shop's own form, and stored value by who proves to be its owner. */
async function offersOf(
  parts: ApiParts,
  { order, chosen, rest }: { order: Order; chosen: readonly Tender[]; rest: number },
): Promise<PaymentMethod[]> {
  const { platforms, settings } = parts
  const taken = chosen.filter(({ method }) => isByPlatform(method)).map(({ method }) => method)
  const offered = (['card', 'alipay', 'wechatpay'] as const).filter(
    (method) =>
      platforms[PLATFORM_OF[method]] !== undefined &&
      (method !== 'card' || canTest(settings)) &&
      takesCurrency(method, order.currency) &&
      !(taken.length === 1 && taken[0] === method),
  )
  return (await mayBeCash(parts, { order, chosen, rest })) ? [...offered, 'cod'] : offered
}

async function mayBeCash(
  parts: ApiParts,
  { order, chosen, rest }: { order: Order; chosen: readonly Tender[]; rest: number },
): Promise<boolean> {
  if (chosen.some(({ method }) => method === 'cod')) return false
  const places = await placesOf(parts, order)
  return (await hindranceOf(parts, { ...order, places }, rest)) === undefined
}

/** A developer's stand-in platforms take a payment at a press. */
const canTest = ({ mode, sandboxUrl }: ApiSettings) =>
  mode === 'development' && sandboxUrl !== undefined

/** What of it a page has buttons for. */
export function payActionsOf(paying: Paying | undefined, settings: ApiSettings): Action[] {
  if (paying === undefined) return []
  const { parts, offers } = paying
  const atPlatforms = parts.filter(({ method, state }) => isByPlatform(method) && state !== 'paid')
  const isCardOnly = atPlatforms.every(({ method }) => method === 'card')
  const isToOpen = parts.some(({ state }) => ['ready', 'waiting', 'let_go'].includes(state))
  return [
    ...(isToOpen && !isCardOnly ? (['pay'] as const) : []),
    ...(canTest(settings) ? (['pay-test'] as const) : []),
    ...(offers.length > 0 ? (['pay-otherwise'] as const) : []),
  ]
}
