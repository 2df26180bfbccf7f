import { heldOf, withRefunds } from './account.ts'
import { cashFeeIn, surcharge } from './cash-fee.ts'
import { accept, refuse } from './decision.ts'
import type { Decision } from './decision.ts'
import type { EventOf, OrderEvent, PaymentMethod, PlacedFulfillment } from './events.ts'
import { evolve } from './evolve.ts'
import { LIMITS } from './limits.ts'
import { isByPlatform, isStoredValue } from './method.ts'
import { sum } from './money.ts'
import { tenderOf } from './order.ts'
import type { Order, Tender } from './order.ts'

/**
 * The means that an order is paid by, all or nothing: money that platforms take, value that we hold for the customer,
 * cash at the door. Stored value is held first and taken only once everything together covers the price.
 */

/** A means of payment as it is wished for; without an amount it takes the rest. */
export type TenderWish = {
  method: PaymentMethod
  amount?: number
  /** Which account stored value is taken from. */
  account?: string
}

export const isPayable = (order: Order) => !order.accepted && order.closure === 'none'
/** What another shop takes the money for can't be paid here, or it might be paid twice. */
export const isPayableHere = (order: Order) => isPayable(order) && order.origin === undefined

const OPEN: ReadonlySet<Tender['status']> = new Set(['created', 'action_required', 'failed'])

/** A platform may still take money on it. */
const isOpen = ({ method, status }: Tender) => OPEN.has(status) && !isStoredValue(method)

/** Ours to take or to let go. */
const isSetAside = ({ method, status }: Tender) =>
  status === 'due' || status === 'authorized' || (status === 'created' && isStoredValue(method))

/** A part as it was wished for that can still be used. */
const isUsable = (tender: Tender) => isOpen(tender) || isSetAside(tender)

/** The customer wants to pay, again, otherwise, or by several means together. */
export function choosePayment(
  order: Order,
  { wishes, at }: { wishes: readonly TenderWish[]; at: string },
): Decision {
  if (order.closure !== 'none') return refuse('ORDER_CLOSED')
  if (order.accepted) return refuse('ALREADY_PAID')
  if (order.origin !== undefined) return refuse('PAID_ELSEWHERE')
  if (at >= order.payBy) return refuse('WINDOW_CLOSED')
  const fee = surcharge(order, wishes, at)
  const charged = fee.reduce(evolve, order)
  const parts = partsOf(wishes, charged.payable - heldOf(charged))
  if (parts === undefined) return refuse('TENDERS_DIFFER')
  const used = matched(order, parts)
  const added = parts.filter((_, i) => used[i] === undefined)
  const isTooMuch = order.tenders.length + added.length > LIMITS.tenders
  if (isTooMuch || order.size >= LIMITS.events) return refuse('TOO_MANY')
  const events = [
    ...fee,
    ...dropped(order, { parts, used, at }),
    ...tendersFor(added, { from: order.tenders.length, at }),
  ]
  return accept(...withSettlement(order, events, { at, reason: 'surplus' }))
}

/** The tenders of a plan; those of it that are stored value aren't held yet. */
export const tendersFor = (
  parts: readonly Part[],
  { from, at }: { from: number; at: string },
): EventOf<'tender.added'>[] =>
  parts.map((part, i) => ({
    type: 'tender.added',
    at,
    data: { tenderId: `t${from + i + 1}`, ...part },
  }))

export type Part = TenderWish & { amount: number }

/** What each is to bear of `open`; undefined where that doesn't come out, or cash is asked for twice. */
export function partsOf(wishes: readonly TenderWish[], open: number): Part[] | undefined {
  const rest = open - sum(wishes.map(({ amount = 0 }) => amount))
  const unsaid = wishes.filter(({ amount }) => amount === undefined).length
  const cash = wishes.filter(({ method }) => method === 'cod').length
  if (unsaid > 1 || cash > 1 || (unsaid === 0 && rest !== 0)) return undefined
  const parts = wishes.map((wish) => ({ ...wish, amount: wish.amount ?? rest }))
  return parts.every(({ amount }) => amount > 0) ? parts : undefined
}

/** Each part's tender where there is one that can be used; none serves two parts. */
function matched(order: Order, parts: readonly Part[]): (Tender | undefined)[] {
  const taken = new Set<string>()
  return parts.map((part) => {
    const found = order.tenders.find((tender) => !taken.has(tender.id) && isFor(tender, part))
    if (found !== undefined) taken.add(found.id)
    return found
  })
}

const isFor = (tender: Tender, { method, amount, account }: Part) =>
  isUsable(tender) &&
  tender.method === method &&
  tender.amount === amount &&
  tender.account === account

/** What a new plan gives up: all that was set aside, and what a platform would take another sum by. */
function dropped(
  order: Order,
  {
    parts,
    used,
    at,
  }: { parts: readonly Part[]; used: readonly (Tender | undefined)[]; at: string },
): OrderEvent[] {
  const methods = new Set(parts.map(({ method }) => method))
  const given = order.tenders.filter(
    (tender) =>
      !used.includes(tender) &&
      (isSetAside(tender) || (isOpen(tender) && methods.has(tender.method as PaymentMethod))),
  )
  return given.map((tender) => ended(order, tender, at))
}

/** Platforms that know of it must be asked to close it; all else is simply over, cash not asked for any more. */
function ended(
  { accepted: isAccepted }: Order,
  { id: tenderId, method, status, externalId }: Tender,
  at: string,
): OrderEvent {
  const data = { tenderId }
  if (status === 'due' && isAccepted) return { type: 'tender.waived', at, data }
  const isKnown = externalId !== undefined && isByPlatform(method)
  return { type: isKnown ? 'tender.closing' : 'tender.voided', at, data }
}

/** Stop every tender that could still take money. */
export function closings(order: Order, at: string): OrderEvent[] {
  return order.tenders.filter(isUsable).map((tender) => ended(order, tender, at))
}

/** The same for those at platforms alone: what is set aside may be needed, should a customer be faster. */
export function platformClosings(order: Order, at: string): OrderEvent[] {
  return order.tenders.filter(isOpen).map((tender) => ended(order, tender, at))
}

/** When a part of the price can't be had, the parts that wait for it are given back. */
export function releases(order: Order, at: string): OrderEvent[] {
  if (!isPayableHere(order)) return []
  return order.tenders.filter(isSetAside).map((tender) => ended(order, tender, at))
}

/** Tenders that are to be held, of an order that may still be paid. */
export function tendersToHold(order: Order): Tender[] {
  if (!isPayableHere(order)) return []
  return order.tenders.filter(({ method, status }) => status === 'created' && isStoredValue(method))
}

/**
 * The platforms' parts of what an order is to be paid by, which their customer sees to; undefined where another choice
 * has taken this one's place meanwhile.
 */
export function tendersToOpen(order: Order, wishes: readonly TenderWish[]): Tender[] | undefined {
  if (!isPayable(order)) return []
  const used = matched(order, partsOf(wishes, order.payable - heldOf(order)) ?? [])
  const tenders = used.flatMap((tender) => tender ?? [])
  return tenders.length === wishes.length ? tenders.filter(isOpen) : undefined
}

/**
 * A part that was declined came after all: what was let go for that is set aside once more, where it is just what is
 * missing.
 */
export function heldAgain(order: Order, at: string): OrderEvent[] {
  if (!isPayableHere(order) || order.tenders.some(isSetAside)) return []
  const missing = order.payable - heldOf(order)
  const parts: Part[] = []
  for (const { method, amount, account, status } of order.tenders.toReversed()) {
    if (sum(parts.map((part) => part.amount)) >= missing) break
    if (status !== 'voided' || (account === undefined && method !== 'cod')) continue
    const part = { method: method as PaymentMethod, amount }
    parts.push({ ...part, ...(account !== undefined && { account }) })
  }
  if (sum(parts.map(({ amount }) => amount)) !== missing) return []
  const again = tendersFor(parts, { from: order.tenders.length, at })
  return withAcceptance(order, again, at)
}

/** Whether stored value could be set aside for the order; a plan with a part that can't is given up as a whole. */
export function valueHeld(
  order: Order,
  { tenderId, isHeld, at }: { tenderId: string; isHeld: boolean; at: string },
): Decision {
  const tender = tenderOf(order, tenderId)
  if (tender?.status !== 'created' || !isPayable(order)) return refuse('NO_CHANGE')
  if (isHeld) {
    const held: OrderEvent = { type: 'tender.authorized', at, data: { tenderId } }
    return accept(...withSettlement(order, [held], { at, reason: 'surplus' }))
  }
  const failed: OrderEvent = {
    ...{ type: 'tender.failed', at, data: { tenderId, code: 'INSUFFICIENT_BALANCE' } },
  }
  return accept(failed, ...releases(evolve(order, failed), at))
}

/** `events` and, once all parts of the price are there, what follows from that. */
export function withAcceptance(order: Order, events: OrderEvent[], at: string): OrderEvent[] {
  const told = events.reduce(evolve, order)
  if (!isPayable(told)) return events
  const amountOf = (status: Tender['status']) =>
    sum(told.tenders.filter((tender) => tender.status === status).map(({ amount }) => amount))
  const money = heldOf(told)
  // Who has paid all of it before pays nothing at the door, nor for that.
  const isPaidBefore = money + amountOf('authorized') >= told.payable - cashFeeIn(told)
  const off = isPaidBefore ? surcharge(told, [], at) : []
  const after = off.reduce(evolve, told)
  const value = money >= after.payable ? 0 : amountOf('authorized')
  const cash = money + value >= after.payable ? 0 : amountOf('due')
  if (money + value + cash < after.payable) return events
  const taken = value === 0 ? [] : after.tenders.filter(({ status }) => status === 'authorized')
  const kept = new Set(
    after.tenders.filter((t) => cash > 0 && t.status === 'due').map(({ id }) => id),
  )
  const left = after.tenders.filter((t) => isUsable(t) && !taken.includes(t) && !kept.has(t.id))
  return [
    ...events,
    ...off,
    ...taken.map((tender) => takenValue(tender, at)),
    ...(cash === 0 && after.payable > 0 ? [{ type: 'order.paid', at, data: {} } as const] : []),
    accepted(after, at),
    ...left.map((tender) => ended(after, tender, at)),
  ]
}

function takenValue({ id: tenderId, account = '', amount }: Tender, at: string): OrderEvent {
  const data = { tenderId, externalId: account, amount, source: 'account' } as const
  return { type: 'tender.captured', at, data }
}

/** The same, with whatever is then held without being owed on its way back. */
export const withSettlement = (
  order: Order,
  events: OrderEvent[],
  note: { at: string; reason: string; from?: string },
): OrderEvent[] => withRefunds(order, withAcceptance(order, events, note.at), note)

type Promising = Pick<Order, 'policy'> & {
  fulfillments: Pick<PlacedFulfillment, 'estimate' | 'awaitsStock'>[]
}

/**
 * Acceptance starts the promise to ship: the one that its customer was shown, while that can still be kept. Nothing is
 * promised of what waits for goods that nobody knows a day of.
 */
export function accepted({ policy, fulfillments }: Promising, at: string): OrderEvent {
  const usual = Date.parse(at) + policy.handling
  const promises = fulfillments.flatMap(({ estimate, awaitsStock }) => {
    if (estimate === undefined) return awaitsStock ? [] : [usual]
    const shown = Date.parse(estimate.shipBy)
    return [shown > Date.parse(at) ? shown : usual]
  })
  const latest = new Date(Math.max(...promises))
  const data = promises.length === 0 ? {} : { promisedShipAt: latest.toISOString() }
  return { type: 'order.accepted', at, data }
}
