import { createHash } from 'node:crypto'
import { Hono, type Context } from 'hono'
import { z } from 'zod'
import { isCancelled, type Depot } from './carrier.ts'
import type { Faults } from './faults.ts'
import { trackedBody } from './kuaidi100-wire.ts'
import { answer, type Reply, type SandboxEnv } from './reply.ts'

export type Kuaidi100Account = { customer: string; key: string; secret: string }

const man = z.object({
  name: z.string().min(1),
  mobile: z.string().regex(/^\d{11}$/),
  printAddr: z.string().min(1),
})

/** The whole label is checked, as they would, though only a few fields are kept. */
const labelShape = z.object({
  kuaidicom: z.string().min(1),
  partnerId: z.string().min(1),
  orderId: z.string().min(1),
  reorder: z.literal(false),
  remark: z.string().min(1),
  weight: z.number().positive(),
  sendMan: man,
  recMan: man,
  /** Yuan. */
  collection: z.number().positive().optional(),
})
const cancelShape = z.object({ kuaidicom: z.string().min(1), kuaidinum: z.string().min(1) })
const subscribeShape = z.object({
  company: z.string().min(1),
  number: z.string().min(1),
  key: z.string(),
  parameters: z.object({ callbackurl: z.url(), salt: z.string().min(1) }),
})
const queryShape = z.object({ com: z.string().min(1), num: z.string().min(1) })

type Parts = { depot: Depot; faults: Faults; account: Kuaidi100Account }
type Call = {
  operation: 'book' | 'cancel' | 'subscribe' | 'scans'
  subjects: string[]
  /** How they say no, by code. */
  no: (code: string) => Reply
  ask: () => Reply
}

/** The carrier by way of Kuaidi100 (快递100): forms, MD5 signatures, and a no that has status 200. */
export function kuaidi100Routes({ depot, faults, account }: Parts): Hono<SandboxEnv> {
  const app = new Hono<SandboxEnv>()
  const { customer, key, secret } = account

  function reply(c: Context<SandboxEnv>, { operation, subjects, no, ask }: Call) {
    const changes = operation !== 'scans'
    const fault = faults.take('carrier', { operation, subjects, changes })
    return answer(c, fault, fault?.fault === 'decline' ? () => no(OUT_OF_AREA) : ask)
  }

  app.post('/label/order', async (c) => {
    const form = await formOf(c)
    const param = form['param'] ?? ''
    if (form['key'] !== key || form['sign'] !== md5(param + form['t'] + key + secret)) {
      return c.json(labelNo('503').body)
    }
    const origin = new URL(c.req.url).origin
    const call = form['method'] === 'cancel' ? cancel(depot, param) : order(depot, param, origin)
    return reply(c, { ...call, no: labelNo })
  })

  app.post('/poll', async (c) => {
    const { data } = subscribeShape.safeParse(parse((await formOf(c))['param']))
    if (data === undefined) return c.json(pollNo('700').body)
    if (data.key !== key) return c.json(pollNo('600').body)
    const { number, parameters } = data
    const push = { path: new URL(parameters.callbackurl).pathname, salt: parameters.salt }
    const ask = () => {
      const parcel = depot.parcel(number)
      if (parcel === undefined) return pollNo('700')
      if (parcel.push !== undefined) return pollNo('501')
      depot.subscribe(parcel, push)
      return SUBSCRIBED
    }
    return reply(c, { operation: 'subscribe', subjects: about(depot, number), no: pollNo, ask })
  })

  app.post('/poll/query.do', async (c) => {
    const form = await formOf(c)
    const param = form['param'] ?? ''
    if (form['sign'] !== md5(param + key + customer)) return c.json(pollNo('503').body)
    const { data } = queryShape.safeParse(parse(param))
    if (data === undefined) return c.json(pollNo('400').body)
    const ask = () => {
      const parcel = depot.parcel(data.num)
      if (parcel === undefined || parcel.scans.length === 0) return pollNo('500')
      return { status: 200 as const, body: trackedBody(parcel) }
    }
    return reply(c, { operation: 'scans', subjects: about(depot, data.num), no: pollNo, ask })
  })

  app.get('/chaxun', (c) => c.redirect(`/track/${encodeURIComponent(c.req.query('nu') ?? '')}`))
  return app
}

const about = (depot: Depot, waybill: string) => [waybill, depot.parcel(waybill)?.orderNo ?? '']

function order(depot: Depot, param: string, origin: string): Omit<Call, 'no'> {
  const { data } = labelShape.safeParse(parse(param))
  const subjects = data === undefined ? [] : [data.remark, data.orderId]
  const ask = () => (data === undefined ? labelNo('30001') : book(depot, data, origin))
  return { operation: 'book', subjects, ask }
}

function cancel(depot: Depot, param: string): Omit<Call, 'no'> {
  const { data } = cancelShape.safeParse(parse(param))
  const waybill = data?.kuaidinum ?? ''
  const ask = () => voidLabel(depot, waybill)
  return { operation: 'cancel', subjects: about(depot, waybill), ask }
}

const md5 = (text: string) => createHash('md5').update(text).digest('hex').toUpperCase()

/** Made up here: which code couriers refuse an address with is told nowhere. */
const OUT_OF_AREA = '30002'
const SUBSCRIBED: Reply = {
  status: 200,
  body: { result: true, returnCode: '200', message: '提交成功' },
}

const labelNo = (code: string): Reply => ({
  status: 200,
  body: { success: false, code: Number(code), message: '失败' },
})
const pollNo = (returnCode: string): Reply => ({
  status: 200,
  body: { result: false, returnCode, message: '失败' },
})
const labelYes = (data: object): Reply => ({
  status: 200,
  body: { success: true, code: 200, message: '成功', data },
})

function book(depot: Depot, label: z.infer<typeof labelShape>, origin: string): Reply {
  const { orderId: parcelId, remark: orderNo, kuaidicom: courier, collection } = label
  const cash = collection === undefined ? {} : { cashOnDelivery: yuan(collection) }
  const { status, body } = depot.book({ parcelId, orderNo, courier, ...cash }, origin)
  if (status !== 201) return labelNo('30001')
  return labelYes({ kuaidinum: (body as { waybill: string }).waybill })
}

const yuan = (collection: number) => ({ amount: Math.round(collection * 100), currency: 'CNY' })

/** A label is voided once; whoever asks again is refused like everyone else. */
function voidLabel(depot: Depot, waybill: string): Reply {
  const parcel = depot.parcel(waybill)
  if (parcel === undefined || isCancelled(parcel)) return labelNo('201')
  return depot.cancel(waybill).status === 200 ? labelYes({}) : labelNo('201')
}

const formOf = async (c: Context): Promise<Record<string, string>> =>
  Object.fromEntries(new URLSearchParams(await c.req.text()))

function parse(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '')
  } catch {
    return undefined // its shape is asked for next
  }
}
