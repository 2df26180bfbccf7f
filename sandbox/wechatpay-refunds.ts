import type { Fault } from './faults.ts'
import type { Reply } from './reply.ts'
import type { Books } from './wechatpay-books.ts'
import {
  isPaid,
  newNumber,
  refundBody,
  rfc3339,
  type Order,
  type Refund,
  type RefundRequest,
} from './wechatpay-objects.ts'
import { refuse } from './wechatpay-wire.ts'

/** One number is one refund, however often it is asked for. */
export function payBack(books: Books, asked: RefundRequest, fault?: Fault): Reply {
  const known = settle(books, asked.out_refund_no)
  if (known !== undefined) {
    const isSame =
      known.out_trade_no === asked.out_trade_no && known.amount.refund === asked.amount.refund
    return isSame ? told(known) : refuse(400, 'INVALID_REQUEST')
  }
  const order = books.orders.get(asked.out_trade_no)
  if (order === undefined) return refuse(404, 'RESOURCE_NOT_EXISTS')
  if (!isPaid(order)) return refuse(403, 'TRADE_ERROR')
  const fits =
    asked.amount.total === order.amount.total && asked.amount.refund <= left(books, order)
  return fits ? make(books, order, newRefund(books, asked, fault)) : refuse(400, 'INVALID_REQUEST')
}

const told = (refund: Refund): Reply => ({ status: 200, body: refundBody(refund) })

function left(books: Books, { out_trade_no, amount }: Order): number {
  const gone = books.refundsOf(out_trade_no).filter(({ status }) => status !== 'CLOSED')
  return gone.reduce((rest, one) => rest - one.amount.refund, amount.total)
}

function newRefund(books: Books, asked: RefundRequest, fault?: Fault): Refund {
  const create_time = rfc3339(books.timeOf(asked.out_trade_no))
  const base = { ...asked, refund_id: newNumber('5030'), create_time }
  if (fault?.fault === 'decline') return { ...base, status: 'CLOSED' }
  if (fault?.fault === 'refund_pending') {
    return { ...base, status: 'PROCESSING', dueAt: Date.now() + (fault.delayMs ?? 0) }
  }
  if (fault?.fault === 'refund_abnormal') {
    const { delayMs } = fault
    return {
      ...base,
      status: 'ABNORMAL',
      ...(delayMs !== undefined && { dueAt: Date.now() + delayMs }),
    }
  }
  return { ...base, status: 'SUCCESS', success_time: create_time }
}

function make(books: Books, order: Order, refund: Refund): Reply {
  return books.journal.step(() => {
    books.refunds.put(refund.out_refund_no, refund)
    if (refund.status !== 'CLOSED') books.change(order, 'REFUND')
    if (refund.status === 'SUCCESS') moveBack(books, refund)
    return told(refund)
  })
}

/** What a refund has come to by now: one that is under way, or looked after by a person, is through when its time has come. */
export function settle(books: Books, id: string): Refund | undefined {
  const refund = books.refunds.get(id)
  if (refund?.dueAt === undefined || Date.now() < refund.dueAt) return refund
  const { dueAt: _, ...rest } = refund
  const success_time = rfc3339(books.timeOf(refund.out_trade_no))
  const done: Refund = { ...rest, status: 'SUCCESS', success_time }
  books.journal.step(() => {
    books.refunds.put(id, done)
    moveBack(books, done)
  })
  return done
}

function moveBack(books: Books, { out_trade_no, out_refund_no, refund_id, amount }: Refund): void {
  const key = { externalId: out_trade_no, id: refund_id, key: out_refund_no }
  books.move('refund', { ...key, amount: amount.refund })
}
