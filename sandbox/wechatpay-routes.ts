import { Hono, type Context } from 'hono'
import { z } from 'zod'
import type { WechatpayAccount } from './account.ts'
import { read } from './control.ts'
import type { Fault, Faults } from './faults.ts'
import { answer, type NoContent, type Reply, type SandboxEnv } from './reply.ts'
import { DEEDS, type WechatpayBank } from './wechatpay.ts'
import { orderBody, orderOf, orderShape, refundBody, refundShape } from './wechatpay-objects.ts'
import { isTheShop, refuse, signedReply } from './wechatpay-wire.ts'

type Parts = { bank: WechatpayBank; faults: Faults; account: WechatpayAccount }
type Call = {
  operation: 'create' | 'retrieve' | 'cancel' | 'refund' | 'retrieve_refund' | 'statement'
  outTradeNo: string
  ask: (fault: Fault | undefined) => Reply | NoContent
}

const TRADES = '/pay/transactions/out-trade-no/:no'
const REFUNDS = '/refund/domestic/refunds'

/** WeChat Pay's HTTP face, below `/wechatpay/v3`. */
export function wechatpayRoutes({ bank, faults, account }: Parts): Hono<SandboxEnv> {
  const app = new Hono<SandboxEnv>()

  app.use(async (c, next) => {
    const body = await c.req.text()
    const authorization = c.req.header('authorization') ?? ''
    const request = { method: c.req.method, url: c.req.url, authorization, body }
    if (!isTheShop(account, request)) return c.json(refuse(401, 'SIGN_ERROR').body, 401)
    return next()
  })

  function reply(c: Context<SandboxEnv>, { operation, outTradeNo, ask }: Call) {
    const subjects = [orderOf(outTradeNo)]
    const occasion = { operation, subjects, changes: c.req.method === 'POST' }
    const fault = faults.take('payment', { ...occasion, platform: 'wechatpay' })
    return answer(c, fault, () => signedReply(account, ask(fault)))
  }

  app.post('/pay/transactions/native', async (c) => {
    const { data } = orderShape.safeParse(await bodyOf(c))
    const ask = () => (data === undefined ? refuse(400, 'PARAM_ERROR') : bank.create(data))
    return reply(c, { operation: 'create', outTradeNo: data?.out_trade_no ?? '', ask })
  })
  app.get(TRADES, (c) => {
    const outTradeNo = c.req.param('no')
    const ask = () => {
      const order = bank.order(outTradeNo)
      if (c.req.query('mchid') !== account.mchid) return refuse(400, 'PARAM_ERROR')
      return order === undefined ? refuse(404, 'ORDER_NOT_EXIST') : ok(orderBody(order))
    }
    return reply(c, { operation: 'retrieve', outTradeNo, ask })
  })
  app.post(`${TRADES}/close`, async (c) => {
    const outTradeNo = c.req.param('no')
    const { success } = z.object({ mchid: z.literal(account.mchid) }).safeParse(await bodyOf(c))
    const ask = () => (success ? bank.close(outTradeNo) : refuse(400, 'PARAM_ERROR'))
    return reply(c, { operation: 'cancel', outTradeNo, ask })
  })
  app.post(REFUNDS, async (c) => {
    const { data } = refundShape.safeParse(await bodyOf(c))
    const ask = (fault?: Fault) =>
      data === undefined ? refuse(400, 'PARAM_ERROR') : bank.payBack(data, fault)
    return reply(c, { operation: 'refund', outTradeNo: data?.out_trade_no ?? '', ask })
  })
  app.get(`${REFUNDS}/:no`, (c) => {
    const refund = bank.refund(c.req.param('no'))
    const ask = () =>
      refund === undefined ? refuse(404, 'RESOURCE_NOT_EXISTS') : ok(refundBody(refund))
    return reply(c, { operation: 'retrieve_refund', outTradeNo: refund?.out_trade_no ?? '', ask })
  })
  app.get('/bill/tradebill', (c) => {
    const at = new URL('/wechatpay/v3/billdownload/file', c.req.url).href
    const ask = () => bank.bills.ask(c.req.query('bill_date') ?? '', at)
    return reply(c, { operation: 'statement', outTradeNo: '', ask })
  })
  app.get('/billdownload/file', (c) => c.text(bank.bills.file(c.req.query('token') ?? '')))
  return app
}

const ok = (body: object): Reply => ({ status: 200, body })

/** Undefined for what is no JSON. */
const bodyOf = (c: Context): Promise<unknown> => c.req.json().catch(() => undefined)

const scanShape = z.strictObject({ code: z.string(), does: z.enum(DEEDS).default('pay') })
const feesShape = z.strictObject({ basisPoints: z.number().int().nonnegative() })

/** What payers do with their telephones, and what the platform keeps, below `/sandbox/wechatpay`. */
export function wechatpayControl({ bank, faults }: Omit<Parts, 'account'>): Hono<SandboxEnv> {
  const app = new Hono<SandboxEnv>()
  app.post('/scans', async (c) => {
    const scan = await read(c, scanShape)
    if (scan.error) return c.json(scan.error, 400)
    const { code, does } = scan.data
    const subjects = [orderOf(bank.byCode(code)?.out_trade_no ?? '')]
    const occasion = { operation: 'confirm', subjects, changes: true }
    const fault = faults.take('payment', { ...occasion, platform: 'wechatpay' })
    return answer(c, fault, () => bank.scan(code, does, fault))
  })
  app.put('/fees', async (c) => {
    const fees = await read(c, feesShape)
    if (fees.error) return c.json(fees.error, 400)
    bank.charge(fees.data)
    return c.body(null, 204)
  })
  return app
}
