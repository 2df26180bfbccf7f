import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'
import { ProviderError, WebhookRejected } from '../../domain/errors.ts'
import { expressCarrier } from '../../adapters/shipping/express.ts'
import { kuaidi100Carrier } from '../../adapters/shipping/kuaidi100.ts'
import type { OpenedPayment, OpenPayment, RefundRequest } from '../../adapters/payment/port.ts'
import { stripePayments } from '../../adapters/payment/stripe.ts'
import { startSandbox, type SandboxOptions } from '../../sandbox/sandbox.ts'

/** Two secrets of a ring: the first signs now, the second did before. */
export const STRIPE_SECRETS = ['whsec_stripe_current', 'whsec_stripe_former'] as const
export const CARRIER_SECRETS = [base64('carrier current'), base64('carrier former')] as const
export const SECRET_KEY = 'sk_test_sandbox'
const CARRIER_KEY = 'carrier-key'
export const SALTS = ['salt of today 1234', 'salt of yesterday'] as const
export const KUAIDI100 = {
  customer: 'CUSTOMER0001',
  key: 'key-of-kuaidi',
  secret: 'secret-of-kuaidi',
}

export function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}

/** Deadline of a poll: the slowest thing awaited is the third delivery, after 1.5 s. */
const POLL_DEADLINE_MS = 8000
const POLL_EVERY_MS = 20
/** How long a test's payments may be paid: longer than any test takes. */
const PAY_WINDOW_MS = 1_800_000

/** The first answer that is not undefined. */
export async function until<T>(look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const deadline = Date.now() + POLL_DEADLINE_MS
  while (Date.now() < deadline) {
    const seen = await look()
    if (seen !== undefined) return seen
    await new Promise((resolve) => setTimeout(resolve, POLL_EVERY_MS))
  }
  throw new Error('nothing came in time')
}

/** A sandbox of the test's own, with the adapters that talk to it and a way to its controls. */
export async function openSandbox(overrides: Partial<SandboxOptions> = {}) {
  const sandbox = await startSandbox({
    stripe: { secretKey: SECRET_KEY, webhookSecrets: STRIPE_SECRETS },
    carrier: { code: 'express', apiKey: CARRIER_KEY, webhookSecrets: CARRIER_SECRETS },
    kuaidi100: KUAIDI100,
    ...overrides,
  })
  let open = true
  const close = async () => {
    if (open) await sandbox.close()
    open = false
  }
  onTestFinished(close)
  return { ...sandbox, close, ...adaptersOf(sandbox.url), control: controlOf(sandbox.url) }
}

export function adaptersOf(url: string) {
  return {
    payments: stripePayments({ secretKey: SECRET_KEY, webhookSecrets: STRIPE_SECRETS, url }),
    carrier: expressCarrier({
      code: 'express',
      url,
      apiKey: CARRIER_KEY,
      webhookSecrets: CARRIER_SECRETS,
    }),
  }
}

/** The same carrier by way of Kuaidi100. */
export function kuaidi100Of(url: string, overrides: Partial<typeof KUAIDI100> = {}) {
  return kuaidi100Carrier({
    code: 'kuaidi100',
    ...{ labelUrl: url, pollUrl: url, trackingUrl: `${url}/chaxun` },
    ...{ ...KUAIDI100, salts: SALTS, company: 'shunfeng', partnerId: 'account-7' },
    senders: { '*': { name: '仓库', mobile: '13900139000', printAddr: '广东省深圳市南山区 2 号' } },
    callbackUrl: 'https://shop.example/webhooks/carriers/kuaidi100',
    ...overrides,
  })
}

/** The sandbox's own endpoints. */
function controlOf(url: string) {
  const send = async (method: string, path: string, body?: unknown) => {
    const init = { method, headers: { 'content-type': 'application/json' } }
    const response = await fetch(
      new URL(path, url),
      body === undefined ? init : { ...init, body: JSON.stringify(body) },
    )
    const reply = await response.text()
    return { status: response.status, json: reply === '' ? undefined : JSON.parse(reply) }
  }
  return {
    send,
    fault: (fault: object) => send('POST', '/sandbox/faults', fault),
    events: async (query = '') => (await send('GET', `/sandbox/events${query}`)).json.events,
    ledger: async (query = '') => (await send('GET', `/sandbox/ledger${query}`)).json.entries,
    mails: async (query = '') => (await send('GET', `/mailbox${query}`)).json.mails,
    scan: (waybill: string, scan: object) =>
      send('POST', `/sandbox/parcels/${waybill}/scans`, scan),
    /** What a customer's browser does with the platform's library. */
    pay: async ({ externalId, next }: OpenedPayment, card = 'pm_card_visa') => {
      if (next.type !== 'confirm') throw new Error('nothing to confirm in a browser')
      const response = await fetch(new URL(`/v1/payment_intents/${externalId}/confirm`, url), {
        method: 'POST',
        headers: { authorization: 'Bearer pk_test_browser' },
        body: new URLSearchParams({ payment_method: card, client_secret: next.clientSecret }),
      })
      return { status: response.status, json: JSON.parse(await response.text()) }
    },
  }
}

export type Received = { path: string; body: string; headers: Headers }

/** A receiver of webhooks that keeps what comes and answers as told. */
export async function openReceiver(
  answer: (received: Received, count: number) => number = () => 204,
  words = '',
) {
  const received: Received[] = []
  const url = await openServer(async (response, request) => {
    const headers = new Headers(request.headers as Record<string, string>)
    const one = { path: request.url ?? '', body: await text(request), headers }
    received.push(one)
    response.writeHead(answer(one, received.length)).end(words)
  })
  const count = (wanted: number) => until(() => (received.length >= wanted ? received : undefined))
  return { url, received, count }
}

/** A bare HTTP server, closed with the test. */
export async function openServer(
  handle: (response: ServerResponse, request: IncomingMessage) => unknown,
): Promise<string> {
  const server = createServer((request, response) => void handle(response, request))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** The provider error that a call ends with. */
export async function failureOf(call: Promise<unknown>): Promise<ProviderError> {
  const outcome = await call.then(
    () => new Error('it succeeded'),
    (error: unknown) => error,
  )
  if (outcome instanceof ProviderError) return outcome
  throw outcome
}

/** Why a report is rejected; undefined when it is believed. */
export function rejection(verify: () => unknown): string | undefined {
  try {
    verify()
    return undefined
  } catch (error) {
    if (error instanceof WebhookRejected) return error.code
    throw error
  }
}

let orders = 0
const ORDER_ID_ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567'
const orderIdOfItsOwn = () =>
  Array.from(randomBytes(26), (byte) => ORDER_ID_ALPHABET[byte % 32]).join('')

/** One tender of an order that no other test has. */
export function tender(overrides: Partial<OpenPayment> = {}): OpenPayment {
  orders += 1
  const orderId = orderIdOfItsOwn()
  return {
    key: `${orderId}:t1:open:1`,
    orderId,
    orderNo: `LH-${orders}`,
    tenderId: 't1',
    amount: 15803,
    currency: 'CNY',
    payBy: new Date(Date.now() + PAY_WINDOW_MS).toISOString(),
    returnUrl: `https://shop.example/orders/${orderId}`,
    ...overrides,
  }
}

/** By what a platform finds an opened payment again. */
export const refOf = ({ orderId, tenderId }: OpenPayment, { externalId }: OpenedPayment) => ({
  ...{ externalId, orderId, tenderId },
})

/** A part of a payment to go back, all of it unless told otherwise. */
export function refundOf(
  request: OpenPayment,
  opened: OpenedPayment,
  wanted: { amount?: number; refundId?: string; attempt?: number } = {},
): RefundRequest {
  const { orderId, tenderId, amount: total, currency } = request
  const { amount = total, refundId = 'r1', attempt = 1 } = wanted
  const key = `${orderId}:${tenderId}:refund:${refundId}:${attempt}`
  return { ...refOf(request, opened), key, refundId, attempt, amount, total, currency }
}

export function booking(overrides: { cashOnDelivery?: { amount: number; currency: string } } = {}) {
  orders += 1
  return {
    parcelId: `parcel-${process.pid}-${orders}`,
    orderNo: `LH-P${orders}`,
    warehouseId: 'north',
    to: {
      name: '王小明',
      phone: '13800138000',
      country: 'CN',
      region: '广东省',
      city: '深圳市',
      street: '科技园 1 号',
    },
    weightGrams: 1200,
    ...overrides,
  }
}
