import { z } from 'zod'
import { ProviderError } from '../../domain/errors.ts'
import { formatAmount } from '../../domain/money.ts'
import { scansOf, signature, trackedShape, verifyPush } from './kuaidi100-scans.ts'
import type { BookParcel, Carrier } from './port.ts'
import { rateLimited, read, send, unreadable, waybill } from './wire.ts'

/** Who sends, as it stands on the label. */
export type Sender = { name: string; mobile: string; printAddr: string }

export type Kuaidi100Options = {
  code: string
  /** Origins of their label API and of their tracking API, and the page that customers follow a parcel on. */
  labelUrl: string
  pollUrl: string
  trackingUrl: string
  customer: string
  key: string
  secret: string
  /** The first is told to them at each subscription and signs the pushes; all verify. */
  salts: readonly [string, ...string[]]
  /** Their code of the courier, such as `shunfeng` or `yunda`. */
  company: string
  /** The shop's account with that courier. */
  partnerId: string
  partnerKey?: string | undefined
  /** By warehouse; `*` is for all others. */
  senders: { '*': Sender } & Readonly<Record<string, Sender>>
  /** Where pushes go. */
  callbackUrl: string
}

/** What is in a parcel is nobody's business but the customer's; the label has to say something. */
const CARGO = '商品'
/** Finer states, with the code of each scan. */
const FINE_STATES = '4'

/** A courier by way of Kuaidi100 (快递100): labels, pushes of scans, and a look at them. */
export function kuaidi100Carrier(options: Kuaidi100Options): Carrier {
  const { code, company, salts, trackingUrl } = options
  return {
    code,
    async book(request) {
      const number = await orderLabel(options, request)
      await subscribe(options, number, request.to.phone)
      const page = new URL(trackingUrl)
      page.search = new URLSearchParams({ com: company, nu: number }).toString()
      return { waybill: number, trackingUrl: page.href }
    },
    cancel: (number) => cancel(options, number),
    track: (number) => track(options, number),
    verify: (rawBody) => verifyPush(rawBody, { salts, code }),
    acknowledgement: { result: true, returnCode: '200', message: '成功' },
  }
}

const labelShape = z.object({ data: z.object({ kuaidinum: waybill }) })

/** `reorder: false` makes a repeat under the same `orderId` answer with the first label. */
async function orderLabel(options: Kuaidi100Options, request: BookParcel): Promise<string> {
  const { to, warehouseId, cashOnDelivery } = request
  const { json, refused } = await label(options, 'order', {
    printType: 'NON',
    ...{ orderId: request.parcelId, reorder: false, remark: request.orderNo },
    ...{ payType: 'MONTHLY', cargo: CARGO, count: 1, weight: request.weightGrams / 1000 },
    sendMan: options.senders[warehouseId] ?? options.senders['*'],
    recMan: {
      name: to.name,
      mobile: domestic(to.phone),
      printAddr: [to.region, to.city, to.district, to.street].join(''),
    },
    ...(cashOnDelivery && { collection: yuan(cashOnDelivery) }),
  })
  if (refused !== undefined) throw refusal(refused)
  return read(labelShape, json).data.kuaidinum
}

/** Eleven digits, as couriers in China write them: people write "+86 138 0013 8000". */
const domestic = (phone: string) => phone.replace(/^\+86/, '').replaceAll(/\D/g, '')

/** Couriers in China collect in yuan and nothing else. */
function yuan({ amount, currency }: { amount: number; currency: string }): number {
  if (currency !== 'CNY') throw new ProviderError('REQUEST_REFUSED', { final: true })
  return Number(formatAmount(amount, currency))
}

/** Their word for a waybill that is watched already. */
const SUBSCRIBED = '501'

async function subscribe(options: Kuaidi100Options, number: string, phone: string): Promise<void> {
  const { company, key, callbackUrl, salts } = options
  const parameters = {
    ...{ callbackurl: callbackUrl, salt: salts[0], resultv2: FINE_STATES },
    // Some couriers show nothing to whoever can't name the receiver's or sender's telephone.
    phone: domestic(phone),
  }
  const param = JSON.stringify({ company, number, key, parameters })
  const url = new URL('/poll', options.pollUrl)
  const { json, refused } = await post(url, { schema: 'json', param })
  if (refused === SUBSCRIBED) return
  if (refused !== undefined) throw refusal(refused)
  read(subscribedShape, json)
}

const subscribedShape = z.object({ result: z.literal(true) })
const cancelledShape = z.object({ success: z.literal(true) })

/** A courier's "no" is told from a repeat's by a look at the scans: voided twice is voided. */
async function cancel(options: Kuaidi100Options, number: string): Promise<'cancelled' | 'moving'> {
  const { json, refused } = await label(options, 'cancel', { kuaidinum: number })
  if (refused === undefined) {
    read(cancelledShape, json)
    return 'cancelled'
  }
  const error = refusal(refused)
  if (error.code !== 'REFUSED_BY_COURIER') throw error
  const scans = await track(options, number)
  return scans.some(({ code }) => code === 'cancelled') ? 'cancelled' : 'moving'
}

/** Their word for a waybill of which no courier has told anything yet. */
const NO_RESULT = '500'

async function track(options: Kuaidi100Options, number: string) {
  const { code, company, customer, key, pollUrl } = options
  const param = JSON.stringify({ com: company, num: number, resultv2: FINE_STATES, order: 'desc' })
  const sign = signature(param + key + customer)
  const { json, refused } = await post(new URL('/poll/query.do', pollUrl), {
    customer,
    sign,
    param,
  })
  if (refused === NO_RESULT) return []
  if (refused !== undefined) throw refusal(refused)
  return scansOf(read(trackedShape, json), code)
}

function label(options: Kuaidi100Options, method: 'order' | 'cancel', fields: object) {
  const { labelUrl, key, secret, company, partnerId, partnerKey } = options
  const account = { partnerId, ...(partnerKey !== undefined && { partnerKey }) }
  const param = JSON.stringify({ kuaidicom: company, ...account, ...fields })
  const t = String(Date.now())
  const sign = signature(param + t + key + secret)
  return post(new URL('/label/order', labelUrl), { method, key, t, sign, param })
}

/** The label API says no by `success` and `code`, the tracking API by `result` and `returnCode`; both with 200. */
const noShape = z.union([
  z.object({ success: z.literal(false), code: z.coerce.string() }).transform(({ code }) => code),
  z
    .object({ result: z.literal(false), returnCode: z.coerce.string() })
    .transform(({ returnCode }) => returnCode),
])

async function post(
  url: URL,
  form: Record<string, string>,
): Promise<{ json: unknown; refused: string | undefined }> {
  const reply = await send(url, { method: 'POST', body: new URLSearchParams(form) })
  if (reply.status === 429) throw rateLimited(reply)
  // Whatever else isn't 200 comes from something in between, so it decides nothing.
  if (!reply.ok) throw unreadable()
  return { json: reply.json, refused: noShape.safeParse(reply.json).data }
}

/** Their codes: a fault or a rush on their side; signature, key or contract; the request; all others the courier's. */
const BUSY: ReadonlySet<string> = new Set(['500', '501', '502'])
const CREDENTIALS: ReadonlySet<string> = new Set(['503', '600', '601'])
const REQUEST: ReadonlySet<string> = new Set(['400', '408', '700', '701', '702', '30001'])

function refusal(code: string): ProviderError {
  if (BUSY.has(code)) return unreadable()
  if (CREDENTIALS.has(code)) return new ProviderError('CREDENTIALS_REFUSED', { final: true })
  const final = REQUEST.has(code) ? 'REQUEST_REFUSED' : 'REFUSED_BY_COURIER'
  return new ProviderError(final, { final: true })
}
