import type { MailValues } from '../adapters/notification/template.ts'
import type { NoticeRow } from '../db/notification.ts'
import { leftOn } from '../domain/account.ts'
import { isStoredValue } from '../domain/method.ts'
import { wayBack } from '../domain/means.ts'
import type { RefundWay } from '../domain/means.ts'
import { sum } from '../domain/money.ts'
import { openSum, refundsOfCancellation, togetherWith } from '../domain/notification.ts'
import { InvariantError, tenderOf } from '../domain/order.ts'
import type { Order, Refund } from '../domain/order.ts'
import { capturedOf, holdsMoney, moneyOf } from '../domain/status.ts'

/*
 * What mails tell of an order's money, as it stands when they are sent.
 */

type Detail = NoticeRow['detail']

/** What came, by its means. */
export const paidOf = ({ tenders }: Order) =>
  tenders.filter(holdsMoney).map((one) => ({ method: one.method, amount: moneyOf(one) }))

export function askedOf(order: Order) {
  const received = order.tenders
    .filter(holdsMoney)
    .map((one) => ({ method: one.method, amount: leftOn(order, one) }))
  const { payBy } = order
  return { open: openSum(order), received: received.filter(({ amount }) => amount > 0), payBy }
}

export function failureOf(order: Order, { tenderId }: Detail) {
  const { method, amount, failureCode } = theTender(order, tenderId)
  const own = order.tenders.filter((one) => isStoredValue(one.method) && one.id !== tenderId)
  return {
    failed: { method, amount },
    isShort: failureCode === 'INSUFFICIENT_BALANCE',
    isReleased:
      own.some(({ status }) => status === 'voided') &&
      own.every(({ status }) => status !== 'authorized'),
  }
}

export function cancellation(order: Order) {
  const taken = order.disputes.filter(({ status }) => status !== 'won')
  const amount = sum(taken.map((one) => one.amount))
  const isDecided = taken.every(({ status }) => status === 'lost')
  return {
    paid: capturedOf(order),
    refunds: partsBack(order, refundsOfCancellation(order)),
    ...(amount > 0 && { bank: { amount, isDecided } }),
  }
}

export function refundOf(order: Order, { refundIds = [] }: Detail) {
  const told = order.refunds.filter(({ id }) => refundIds.includes(id))
  const together = told.flatMap((one) => togetherWith(order, one))
  const underWay = new Set(together.filter(({ status }) => UNDER_WAY.has(status)))
  return {
    refunds: partsBack(order, told),
    underWay: sum([...underWay].map(({ amount }) => amount)),
  }
}

const UNDER_WAY: ReadonlySet<Refund['status']> = new Set(['requested', 'failed'])

/** One part for each way, as several payments may have come by one. */
function partsBack(order: Order, refunds: readonly Refund[]) {
  const parts = new Map<RefundWay, number>()
  for (const refund of refunds) {
    const way = wayBack(order, refund)
    parts.set(way, (parts.get(way) ?? 0) + refund.amount)
  }
  return [...parts].map(([way, amount]) => ({ way, amount }))
}

export function disputeOf(order: Order, { disputeId }: Detail) {
  const dispute = order.disputes.find(({ id }) => id === disputeId)
  if (dispute === undefined)
    throw new InvariantError('a notice tells of a dispute that is not there')
  const { method } = theTender(order, dispute.tenderId)
  return { payment: { method, amount: dispute.amount }, isWon: dispute.status === 'won' }
}

/** Nothing of an invoice that is told of changes any more. */
export function invoiceOf(invoice: NoticeRow['invoice']): Invoiced {
  if (invoice === null) throw new InvariantError('a notice tells of an invoice that is not there')
  const { issuer, ...facts } = invoice
  return { ...facts, ...(issuer !== null && { issuer }) }
}

type Invoiced = Pick<MailValues['invoice_issued'], 'kind' | 'number' | 'issuer' | 'amount'>

function theTender(order: Order, id = '') {
  const tender = tenderOf(order, id)
  if (tender === undefined)
    throw new InvariantError('a notice tells of a payment that is not there')
  return tender
}
