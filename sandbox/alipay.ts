import { Hono, type Context } from 'hono'
import { z } from 'zod'
import type { AlipayAccount } from './account.ts'
import { billOf } from './alipay-bill.ts'
import { cashier, refusalPage } from './alipay-page.ts'
import { orderOf, shown, type Offer } from './alipay-objects.ts'
import { openTrades, type Trades, type TradesParts } from './alipay-trades.ts'
import {
  distrust,
  distrusted,
  isOfNow,
  no,
  readShanghaiTime,
  readYuan,
  signedReply,
  success,
  type Answer,
} from './alipay-wire.ts'
import type { Fault, Faults } from './faults.ts'
import { answer, type Page, type SandboxEnv } from './reply.ts'
import { rsa2, signedText } from './signature.ts'

type Parts = TradesParts & { faults: Faults }

const PAGE = 'alipay.trade.page.pay'
/** What each method does, by the names that fault switches know. */
const OPERATIONS: Record<string, { name: string; changes: boolean }> = {
  'alipay.trade.query': { name: 'retrieve', changes: false },
  'alipay.trade.close': { name: 'cancel', changes: true },
  'alipay.trade.refund': { name: 'refund', changes: true },
  'alipay.trade.fastpay.refund.query': { name: 'retrieve_refund', changes: false },
  'alipay.data.dataservice.bill.downloadurl.query': { name: 'statement', changes: false },
}

const offerShape = z.object({
  out_trade_no: z.string().regex(/^\w{1,64}$/),
  product_code: z.literal('FAST_INSTANT_TRADE_PAY'),
  total_amount: z.string().transform(readYuan).pipe(z.number()),
  subject: z.string().regex(/^[^/=&]{1,256}$/),
  time_expire: z.string().transform(readShanghaiTime).pipe(z.string()),
})
const tradeShape = z.object({ out_trade_no: z.string() })
const refundShape = tradeShape.extend({
  out_request_no: z.string().min(1).max(64),
  refund_amount: z.string().transform(readYuan).pipe(z.number()),
})
const refundQueryShape = refundShape.pick({ out_trade_no: true, out_request_no: true })
const billShape = z.object({ bill_type: z.literal('trade'), bill_date: z.iso.date() })

/** Alipay: its gateway, and the page that a customer pays on. */
export function alipayRoutes(parts: Parts): Hono<SandboxEnv> {
  const { journal, faults, account } = parts
  const trades = openTrades(parts)
  const app = new Hono<SandboxEnv>()

  function take(operation: string, outTradeNo: string, changes: boolean): Fault | undefined {
    const subjects = [orderOf(outTradeNo)]
    return faults.take('payment', { operation, subjects, changes, platform: 'alipay' })
  }

  app.get('/gateway.do', (c) => {
    const offer = offerOf(c, account)
    if (typeof offer === 'string') return c.html(refusalPage(offer), 400)
    return c.html(cashier(journal.step(() => trades.visit(offer))))
  })

  app.post('/gateway.do', async (c) => {
    const form = new URLSearchParams(await c.req.text())
    const method = c.req.query('method') ?? form.get('method') ?? ''
    if (method === PAGE) return pay(c, form.get('answer') ?? 'pay')
    const request = new URLSearchParams([...new URL(c.req.url).searchParams, ...form])
    const reason = distrust(request, account) ?? (isOfNow(request) ? undefined : LATE)
    const operation = OPERATIONS[method]
    const { origin } = new URL(c.req.url)
    const content = parse(request.get('biz_content'))
    const { data } = tradeShape.safeParse(content)
    const sign = (answered: Answer) => signedReply(method, answered, account)
    if (reason !== undefined) return answer(c, undefined, () => sign(distrusted(reason)))
    if (operation === undefined) return answer(c, undefined, () => sign(distrusted(NO_METHOD)))
    const fault = take(operation.name, data?.out_trade_no ?? '', operation.changes)
    const ask = () => call(trades, operation.name, { content, fault, origin, account })
    return answer(c, fault, () => sign(journal.step(ask)))
  })

  /** The customer presses a button on the page. */
  function pay(c: Context<SandboxEnv>, pressed: string): Response | Promise<Response> {
    const offer = offerOf(c, account)
    if (typeof offer === 'string') return c.html(refusalPage(offer), 400)
    const fault = take('confirm', offer.outTradeNo, true)
    const declined = pressed === 'decline' || fault?.fault === 'decline'
    return answer(c, fault, () =>
      journal.step((): Page => {
        const trade = trades.visit(offer)
        if (trade.status !== 'WAIT_BUYER_PAY') return { status: 409, html: cashier(trade) }
        if (declined) return { status: 402, html: cashier(trade, NO_MONEY) }
        const paid = trades.pay(trade, fault)
        const location = returnOf(c, paid, account)
        return { status: 303, html: cashier(paid), headers: { location } }
      }),
    )
  }

  app.get('/bill/:day', (c) => {
    const bill = billOf(trades, c.req.param('day'), account.sellerId)
    if (bill === undefined) return c.notFound()
    return c.body(Uint8Array.from(bill), 200, { 'content-type': 'application/zip' })
  })
  return app
}

const LATE = 'isv.invalid-timestamp'
const NO_METHOD = 'isv.invalid-method'
const NO_MONEY = '余额不足，请换一种方式付款 · not enough money, try again'

type Call = { content: unknown; fault: Fault | undefined; origin: string; account: AlipayAccount }

function call(trades: Trades, operation: string, { content, fault, origin, account }: Call) {
  const invalid = no('ACQ.INVALID_PARAMETER')
  if (operation === 'statement') {
    const { data } = billShape.safeParse(content)
    if (data === undefined) return no('isv.invalid-arguments')
    const { bill_date: day } = data
    if (billOf(trades, day, account.sellerId) === undefined) return no('isp.bill_not_exist')
    return success({ bill_download_url: `${origin}/alipay/bill/${day}` })
  }
  if (operation === 'refund') {
    const { data } = refundShape.safeParse(content)
    if (data === undefined) return invalid
    const { out_trade_no: outTradeNo, out_request_no: outRequestNo, refund_amount: amount } = data
    return trades.refund({ outTradeNo, outRequestNo, amount }, fault)
  }
  if (operation === 'retrieve_refund') {
    const { data } = refundQueryShape.safeParse(content)
    if (data === undefined) return invalid
    const { out_trade_no: outTradeNo, out_request_no: outRequestNo } = data
    return trades.lookRefund({ outTradeNo, outRequestNo })
  }
  const { data } = tradeShape.safeParse(content)
  if (data === undefined) return invalid
  if (operation === 'cancel') return trades.close(data.out_trade_no)
  const trade = trades.find(data.out_trade_no)
  return trade === undefined ? no('ACQ.TRADE_NOT_EXIST') : shown(trade)
}

/** What a page's address offers, or why it offers nothing. */
function offerOf(c: Context<SandboxEnv>, account: AlipayAccount): Offer | string {
  const form = new URL(c.req.url).searchParams
  const reason = distrust(form, account)
  if (reason !== undefined) return reason
  const { data } = offerShape.safeParse(parse(form.get('biz_content')))
  const notifyUrl = form.get('notify_url')
  if (form.get('method') !== PAGE || data === undefined || !notifyUrl) return 'INVALID_PARAMETER'
  return {
    ...{ outTradeNo: data.out_trade_no, subject: data.subject, amount: data.total_amount },
    ...{ expiresAt: data.time_expire, notifyPath: new URL(notifyUrl).pathname },
  }
}

/** Where the customer's browser goes next, with what it may tell; nobody has to believe it. */
function returnOf(c: Context, trade: { outTradeNo: string; tradeNo: string }, key: AlipayAccount) {
  const back = new URL(c.req.query('return_url') ?? c.req.url)
  back.searchParams.set('out_trade_no', trade.outTradeNo)
  back.searchParams.set('trade_no', trade.tradeNo)
  back.searchParams.set('sign', rsa2(signedText(back.searchParams), key.privateKey))
  back.searchParams.set('sign_type', 'RSA2')
  return back.href
}

function parse(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '')
  } catch {
    return undefined // its shape is asked for next
  }
}
