import { createHash, randomBytes } from 'node:crypto'
import type { Fault } from './faults.ts'
import type { NoContent, Reply } from './reply.ts'
import { billCounter } from './wechatpay-bill.ts'
import { openBooks, type Books, type WechatpayParts } from './wechatpay-books.ts'
import {
  isPaid,
  newNumber,
  noticeOf,
  rfc3339,
  type Order,
  type OrderRequest,
  type RefundRequest,
} from './wechatpay-objects.ts'
import { payBack, settle } from './wechatpay-refunds.ts'
import { refuse } from './wechatpay-wire.ts'

/** What a payer does with a code: the password comes right, is refused, or is still being typed. */
export const DEEDS = ['pay', 'decline', 'hesitate'] as const
export type Deed = (typeof DEEDS)[number]

export type WechatpayBank = ReturnType<typeof wechatpayBank>

/** WeChat Pay's orders by QR code. Each call is one synchronous step. */
export function wechatpayBank(parts: WechatpayParts) {
  const books = openBooks(parts)
  return {
    order: books.orders.get,
    byCode: (code: string) => books.orders.get(books.codes.get(code) ?? ''),
    /** As it is by now. */
    refund: (id: string) => settle(books, id),
    bills: billCounter(books),
    charge: books.charge,
    create: (asked: OrderRequest) => create(books, asked),
    scan: (code: string, deed: Deed, fault?: Fault) =>
      scanned(books, books.codes.get(code) ?? '', { deed, fault }),
    close: (id: string) => close(books, id),
    payBack: (asked: RefundRequest, fault?: Fault) => payBack(books, asked, fault),
  }
}

function create({ account, orders, codes, journal }: Books, asked: OrderRequest): Reply {
  const { appid, mchid, out_trade_no } = asked
  if (mchid !== account.mchid) return refuse(400, 'PARAM_ERROR')
  if (appid !== account.appid) return refuse(400, 'APPID_MCHID_NOT_MATCH')
  const fingerprint = createHash('sha256').update(JSON.stringify(asked)).digest('base64')
  const known = orders.get(out_trade_no)
  if (known !== undefined) return again(known, fingerprint)
  const code_url = `weixin://wxpay/bizpayurl?pr=${randomBytes(9).toString('base64url')}`
  journal.step(() => {
    orders.put(out_trade_no, { ...asked, code_url, trade_state: 'NOTPAY', fingerprint })
    codes.put(code_url, out_trade_no)
  })
  return { status: 200, body: { code_url } }
}

/** The same request gets the same code, as long as it may be paid. */
function again(known: Order, fingerprint: string): Reply {
  if (known.fingerprint !== fingerprint) return refuse(403, 'OUT_TRADE_NO_USED')
  if (isPaid(known)) return refuse(400, 'ORDER_PAID')
  if (known.trade_state === 'CLOSED') return refuse(400, 'ORDER_CLOSED')
  return { status: 200, body: { code_url: known.code_url } }
}

function scanned(
  books: Books,
  id: string,
  { deed, fault }: { deed: Deed; fault: Fault | undefined },
): Reply {
  const order = books.orders.get(id)
  if (order === undefined) return refuse(404, 'ORDER_NOT_EXIST')
  if (isPaid(order)) return refuse(400, 'ORDER_PAID')
  const { time_expire, trade_state } = order
  const isOver = time_expire !== undefined && books.timeOf(id).getTime() >= Date.parse(time_expire)
  if (isOver || trade_state === 'CLOSED') return refuse(400, 'ORDER_CLOSED')
  if (fault?.fault === 'decline' || deed === 'decline') return books.change(order, 'PAYERROR')
  if (deed === 'hesitate') return books.change(order, 'USERPAYING')
  return pay(books, order, fault?.fault === 'wrong_amount' ? 1 : 0)
}

function pay(books: Books, order: Order, short: number): Reply {
  const { out_trade_no: externalId } = order
  const at = books.timeOf(externalId)
  const transaction_id = newNumber('4200')
  const total = order.amount.total - short
  const amount = { ...order.amount, total }
  const paid: Order = { ...order, amount, transaction_id, success_time: rfc3339(at) }
  return books.journal.step(() => {
    books.move('capture', { externalId, id: transaction_id, key: externalId, amount: total })
    books.webhooks.publish(noticeOf(books.account, { ...paid, trade_state: 'SUCCESS' }, at))
    return books.change(paid, 'SUCCESS')
  })
}

function close(books: Books, id: string): Reply | NoContent {
  const order = books.orders.get(id)
  if (order === undefined) return refuse(404, 'ORDER_NOT_EXIST')
  if (isPaid(order)) return refuse(400, 'ORDER_PAID')
  // The payer is typing the password: nobody can tell yet.
  if (order.trade_state === 'USERPAYING') return refuse(400, 'INVALID_REQUEST')
  books.change(order, 'CLOSED')
  return { status: 204 }
}
