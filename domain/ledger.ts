import type { Adjustment, EventOf, OrderEvent } from './events.ts'
import { fundedOf } from './discount-return.ts'
import { sum } from './money.ts'
import { PLATFORM_OF } from './method.ts'
import { lineOf, tenderOf } from './order.ts'
import type { Order, Refund, Reversal } from './order.ts'
import { freightOf, reversalAmount } from './reversal.ts'
import type { FreightBack } from './reversal.ts'

/** One line of a double entry; positive amounts only, the side says which way. */
export type Entry = {
  account: string
  side: 'D' | 'C'
  amount: number
  currency: string
  merchantId?: string
}

export type Posting = { kind: string; entries: Entry[] }

/**
 * What an event posts. Every posting balances per currency; the database refuses one that doesn't.
 *
 * accepted: D receivable + promo_expense, the platform's part of discounts / C merchant:pending +
 * commission + freight, and D merchant:pending / C freight, the merchants' part of freight that
 * went for nothing · captured: D psp, or what was owed to the customer / C receivable · cash at the
 * door: D cod / C receivable, paid over: D bank / C cod · reversed: the acceptance mirrored, what
 * is given for good will D platform:goodwill · refund: D receivable / C refund:payable, then D
 * refund:payable / C psp, by hand C bank · a sum that doesn't fit: D psp / C suspense · disputed: D
 * chargeback / C psp, until that is decided. Adjustments have an account per kind, credited with
 * the acceptance; money that another shop took stands in an account per method. What merchants have
 * earned becomes available once the order is put away (db/settlement.ts).
 */
export function postingOf(order: Order, event: OrderEvent): Posting | undefined {
  const entries = entriesOf(order, event)
    .filter(({ amount }) => amount !== 0)
    .map(turned)
  return entries.length === 0 ? undefined : { kind: event.type, entries }
}

function entriesOf(order: Order, event: OrderEvent): Entry[] {
  switch (event.type) {
    case 'order.accepted':
      return acceptance(order)
    case 'charge.reversed':
      return reversed(order, event.data)
    case 'tender.captured':
      return transfer(
        order,
        [placeOf(order, event.data.tenderId), receivable(order)],
        event.data.amount,
      )
    case 'tender.mismatched': {
      const { amount, currency } = event.data.received
      return transfer({ currency }, [placeOf(order, event.data.tenderId), 'suspense'], amount)
    }
    case 'tender.cash_received':
      return transfer(order, [`cod:${event.data.carrier}`, receivable(order)], event.data.amount)
    case 'tender.remitted':
      return transfer(order, ['bank', `cod:${event.data.carrier}`], event.data.amount)
    case 'dispute.opened':
      return transfer(order, ['chargeback', placeOf(order, event.data.tenderId)], event.data.amount)
    case 'dispute.won':
    case 'dispute.lost':
      return decided(order, event)
    case 'refund.requested':
      return transfer(order, [owedFrom(order, event.data.tenderId), PAYABLE], event.data.amount)
    case 'refund.succeeded':
      return paidBack(order, event.data.refundId, (refund) => wayOf(order, refund))
    case 'refund.withdrawn':
      return paidBack(order, event.data.refundId, ({ tenderId }) => owedFrom(order, tenderId))
    case 'refund.settled_by_hand':
      return paidBack(order, event.data.refundId, ({ tenderId }) =>
        order.origin === undefined ? 'bank' : placeOf(order, tenderId),
      )
    default:
      return []
  }
}

const PAYABLE = 'refund:payable'
const receivable = (order: Order) => `receivable:${order.id}`
const pending = (merchantId: string) => `merchant:${merchantId}:pending`

/** Money of a card that didn't fit stands in suspense; all other captures paid the receivable. */
function owedFrom(order: Order, tenderId: string): string {
  return tenderOf(order, tenderId)?.status === 'mismatched' ? 'suspense' : receivable(order)
}

/** Where a tender's money is: with a platform, or owed to the customer before. */
function placeOf(order: Order, tenderId: string): string {
  const { method = 'card' } = tenderOf(order, tenderId) ?? {}
  if (order.origin !== undefined) return `recorded:${method}`
  switch (method) {
    case 'card':
    case 'alipay':
    case 'wechatpay':
      return `psp:${PLATFORM_OF[method]}`
    case 'wallet':
    case 'points':
      return `${method}:${order.customerId}`
    case 'gift_card':
      return 'giftcard'
    case 'cod':
      return 'bank'
    case 'boleto':
      return 'recorded:boleto'
  }
}

/** Where a refund goes: the way its money came, or to the customer's wallet. */
const wayOf = (order: Order, { tenderId, account }: Refund) =>
  account === undefined ? placeOf(order, tenderId) : `wallet:${order.customerId}`

/** The platform gives back what it took, or the customer owes it again: a credit note for that follows. */
function decided(order: Order, event: EventOf<'dispute.won' | 'dispute.lost'>): Entry[] {
  const dispute = order.disputes.find(({ id }) => id === event.data.disputeId)
  if (dispute === undefined) return []
  const { tenderId, amount } = dispute
  const debit = event.type === 'dispute.won' ? placeOf(order, tenderId) : owedFrom(order, tenderId)
  return transfer(order, [debit, 'chargeback'], amount)
}

function transfer(
  { currency }: { currency: string },
  [debit, credit]: [string, string],
  amount: number,
): Entry[] {
  return [
    { account: debit, side: 'D', amount, currency },
    { account: credit, side: 'C', amount, currency },
  ]
}

/** What is below zero stands on the other side. */
function turned(entry: Entry): Entry {
  if (entry.amount > 0) return entry
  return { ...entry, side: entry.side === 'C' ? 'D' : 'C', amount: -entry.amount }
}

type MerchantShare = {
  merchantId: string
  net: number
  /** What the platform adds for discounts that it bears. */
  platformFunded: number
  commission: number
}

const due = ({ net, platformFunded, commission }: MerchantShare) =>
  net + platformFunded - commission

/** Each merchant's, on the side that acceptance puts them. */
function shareEntries(
  shares: readonly MerchantShare[],
  { currency }: Order,
  [gives, takes]: [Entry['side'], Entry['side']],
): Entry[] {
  return shares.flatMap((share): Entry[] => {
    const { merchantId, platformFunded, commission } = share
    const own = { currency, merchantId }
    return [
      { account: 'platform:promo_expense', side: takes, amount: platformFunded, ...own },
      { account: pending(merchantId), side: gives, amount: due(share), ...own },
      { account: 'platform:commission', side: gives, amount: commission, ...own },
    ]
  })
}

function acceptance(order: Order): Entry[] {
  const { currency } = order
  return [
    { account: receivable(order), side: 'D', amount: order.payable, currency },
    ...shareEntries(placedShares(order), order, ['C', 'D']),
    // Freight is the platform's: what it gives away itself is less income and no expense.
    { account: 'freight:income', side: 'C', amount: order.freight, currency },
    ...borneEntries(freightOf(order.fulfillments), order, ['C', 'D']),
    ...order.adjustments.map((adjustment) => adjusted(adjustment, 'C', currency)),
  ]
}

/** Freight that merchants pay to the platform instead of customers, as acceptance puts it. */
function borneEntries(
  { freightBorne = [] }: FreightBack,
  { currency }: Order,
  [gives, takes]: [Entry['side'], Entry['side']],
): Entry[] {
  return freightBorne.flatMap(({ merchantId, amount }): Entry[] => [
    { account: pending(merchantId), side: takes, amount, currency, merchantId },
    { account: 'freight:income', side: gives, amount, currency, merchantId },
  ])
}

function adjusted({ kind, amount }: Adjustment, side: Entry['side'], currency: string): Entry {
  return { account: `adjustment:${kind}`, side, amount, currency }
}

const placedShares = (order: Order) =>
  merchantShares(order.lines.map((line) => ({ ...line, platformFunded: fundedOf(line) })))

/** Merchants are sums of their lines, so that they sum to the order by construction. */
function merchantShares(lines: readonly MerchantShare[]): MerchantShare[] {
  const ids = [...new Set(lines.map((line) => line.merchantId))]
  return ids.map((merchantId) => {
    const own = lines.filter((line) => line.merchantId === merchantId)
    return {
      merchantId,
      net: sum(own.map((line) => line.net)),
      platformFunded: sum(own.map((line) => line.platformFunded)),
      commission: sum(own.map((line) => line.commission)),
    }
  })
}

function reversed(order: Order, reversal: Reversal): Entry[] {
  const { currency } = order
  return [
    ...shareEntries(reversedShares(order, reversal), order, ['D', 'C']),
    { account: 'freight:income', side: 'D', amount: reversal.freight, currency },
    ...borneEntries(reversal, order, ['D', 'C']),
    ...(reversal.adjustments ?? []).map((adjustment) => adjusted(adjustment, 'D', currency)),
    ...(reversal.concessions ?? []).map(({ kind, amount }): Entry => ({
      ...{ account: `platform:${kind}`, side: 'D', amount, currency },
    })),
    { account: receivable(order), side: 'C', amount: reversalAmount(reversal), currency },
  ]
}

function reversedShares(order: Order, { lines }: Pick<Reversal, 'lines'>): MerchantShare[] {
  return merchantShares(
    lines.map(({ lineId, amount: net, platformFunded = 0, commission }) => ({
      ...{ merchantId: lineOf(order, lineId).merchantId, net, platformFunded, commission },
    })),
  )
}

function paidBack(order: Order, refundId: string, from: (refund: Refund) => string): Entry[] {
  const refund = order.refunds.find(({ id }) => id === refundId)
  return refund === undefined ? [] : transfer(order, [PAYABLE, from(refund)], refund.amount)
}
