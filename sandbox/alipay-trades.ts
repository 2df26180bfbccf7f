import type { AlipayAccount } from './account.ts'
import {
  noticeOf,
  orderOf,
  refundAnswer,
  refundFound,
  tradeNumber,
  type Offer,
  type Refund,
  type Trade,
} from './alipay-objects.ts'
import { no, success, type Answer } from './alipay-wire.ts'
import { shanghaiTime, yuan } from './china.ts'
import type { Clock } from './clock.ts'
import type { Fault } from './faults.ts'
import type { Collection, Journal } from './journal.ts'
import type { Money } from './money.ts'
import type { Statements } from './statement.ts'
import type { Webhooks } from './webhooks.ts'

export type TradesParts = {
  journal: Journal
  webhooks: Webhooks
  clock: Clock
  money: Money
  statements: Statements
  account: AlipayAccount
}
type Books = ReturnType<typeof openBooks>
export type Trades = ReturnType<typeof openTrades>

/** Trades, refunds, and the money that moved. Each call is one synchronous step. */
export function openTrades(parts: TradesParts) {
  const books = openBooks(parts)
  return {
    find: (outTradeNo: string) => find(books, outTradeNo),
    statements: parts.statements,
    all: () => books.trades.all(),
    refunds: () => books.refunds.all(),
    visit: (offer: Offer) => visit(books, offer),
    pay: (trade: Trade, fault: Fault | undefined) => pay(books, trade, fault),
    close: (outTradeNo: string) => close(books, outTradeNo),
    refund: (wanted: Refund, fault: Fault | undefined) => refund(books, wanted, fault),
    lookRefund: (wanted: Omit<Refund, 'amount'>) => lookRefund(books, wanted),
  }
}

function openBooks({ journal, webhooks, clock, money, account }: TradesParts) {
  const trades: Collection<Trade> = journal.collection('alipay_trade')
  const refunds: Collection<Refund> = journal.collection('alipay_refund')
  const now = (outTradeNo: string) => clock.now(orderOf(outTradeNo)).toISOString()
  return {
    trades,
    refunds,
    money,
    /** What time it is for the order that a trade is for. */
    now,
    refundsOf: (outTradeNo: string) =>
      refunds.all().filter((refund) => refund.outTradeNo === outTradeNo),
    /** A trade that changed, and the notice of it. */
    change(trade: Trade, refund?: object): Trade {
      trades.put(trade.outTradeNo, trade)
      webhooks.publish(noticeOf(trade, { account, refund, at: now(trade.outTradeNo) }))
      return trade
    },
  }
}

/** A trade as it is by now: one whose time is over is closed. */
function find(books: Books, outTradeNo: string): Trade | undefined {
  const trade = books.trades.get(outTradeNo)
  if (trade?.status !== 'WAIT_BUYER_PAY') return trade
  if (books.now(outTradeNo) < trade.expiresAt) return trade
  return books.change({ ...trade, status: 'TRADE_CLOSED', closedAt: trade.expiresAt })
}

/** A customer comes with a page's address: from now on the platform knows of the trade. */
function visit(books: Books, offer: Offer): Trade {
  const createdAt = books.now(offer.outTradeNo)
  const tradeNo = tradeNumber(createdAt)
  const made: Trade = { ...offer, tradeNo, status: 'WAIT_BUYER_PAY', createdAt }
  if (books.trades.get(offer.outTradeNo) === undefined) books.trades.put(offer.outTradeNo, made)
  return find(books, offer.outTradeNo) ?? made
}

function pay(books: Books, trade: Trade, fault: Fault | undefined): Trade {
  const { tradeNo, outTradeNo } = trade
  const amount = trade.amount - (fault?.fault === 'wrong_amount' ? 1 : 0)
  const paidAt = books.now(outTradeNo)
  books.money.record({
    ...{ id: tradeNo, platform: 'alipay', kind: 'capture', amount, currency: 'CNY', at: paidAt },
    ...{ orderId: orderOf(outTradeNo), externalId: outTradeNo, idempotencyKey: outTradeNo },
  })
  return books.change({ ...trade, amount, status: 'TRADE_SUCCESS', paidAt })
}

function close(books: Books, outTradeNo: string): Answer {
  const trade = find(books, outTradeNo)
  if (trade === undefined) return no('ACQ.TRADE_NOT_EXIST')
  if (trade.status !== 'WAIT_BUYER_PAY') return no('ACQ.TRADE_STATUS_ERROR')
  books.change({ ...trade, status: 'TRADE_CLOSED', closedAt: books.now(outTradeNo) })
  return success({ trade_no: trade.tradeNo, out_trade_no: outTradeNo })
}

const keyOf = ({ outTradeNo, outRequestNo }: Omit<Refund, 'amount'>) =>
  `${outTradeNo}/${outRequestNo}`

function refund(books: Books, wanted: Refund, fault: Fault | undefined): Answer {
  const { outTradeNo, amount } = wanted
  const trade = find(books, outTradeNo)
  if (trade === undefined) return no('ACQ.TRADE_NOT_EXIST')
  if (trade.paidAt === undefined) return no('ACQ.TRADE_STATUS_ERROR')
  const asked = sumOf(books.refundsOf(outTradeNo))
  const known = books.refunds.get(keyOf(wanted))
  if (known !== undefined && known.amount !== amount) return no('ACQ.DISCORDANT_REPEAT_REQUEST')
  if (known !== undefined) return refundAnswer(trade, asked, 'N')
  if (fault?.fault === 'decline') return no('ACQ.SELLER_BALANCE_NOT_ENOUGH')
  if (amount > trade.amount - asked) return no('ACQ.REFUND_AMT_NOT_EQUAL_TOTAL')
  if (fault?.fault === 'refund_pending') {
    books.refunds.put(keyOf(wanted), { ...wanted, due: Date.now() + (fault.delayMs ?? 0) })
    return refundAnswer(trade, asked, 'N')
  }
  settle(books, trade, wanted)
  return refundAnswer(trade, asked + amount, 'Y')
}

/** Money goes back; a trade that has none left is closed. */
function settle(books: Books, trade: Trade, wanted: Refund): void {
  const { outTradeNo, outRequestNo, amount } = wanted
  const at = books.now(outTradeNo)
  books.refunds.put(keyOf(wanted), { outTradeNo, outRequestNo, amount, at })
  books.money.record({
    ...{ id: `${trade.tradeNo}:${outRequestNo}`, platform: 'alipay', kind: 'refund', at },
    ...{ orderId: orderOf(outTradeNo), externalId: outTradeNo, amount, currency: 'CNY' },
    idempotencyKey: outRequestNo,
  })
  const gone = sumOf(books.refundsOf(outTradeNo).filter((one) => one.at !== undefined))
  const status = gone === trade.amount ? 'TRADE_CLOSED' : trade.status
  books.change(
    { ...trade, status },
    { refund_fee: yuan(gone), gmt_refund: shanghaiTime(at), out_biz_no: outRequestNo },
  )
}

/** What a refund has come to by now; without a status it isn't through. */
function lookRefund(books: Books, wanted: Omit<Refund, 'amount'>): Answer {
  const trade = find(books, wanted.outTradeNo)
  if (trade === undefined) return no('ACQ.TRADE_NOT_EXIST')
  const pending = books.refunds.get(keyOf(wanted))
  if (pending?.due !== undefined && Date.now() >= pending.due) settle(books, trade, pending)
  const refund = books.refunds.get(keyOf(wanted))
  return refund?.at === undefined ? success({}) : refundFound(trade, refund, refund.at)
}

const sumOf = (refunds: readonly Refund[]) => refunds.reduce((sum, { amount }) => sum + amount, 0)
