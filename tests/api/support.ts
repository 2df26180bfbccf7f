import { createHmac, randomUUID } from 'node:crypto'
import { onTestFinished } from 'vitest'
import { createAdaptorServer } from '@hono/node-server'
import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createApi } from '../../api/app.ts'
import type { ApiParts } from '../../api/context.ts'
import { createFeed } from '../../api/feed.ts'
import { openAddressBook } from '../../adapters/address/book.ts'
import { openCalendars } from '../../adapters/calendar/calendars.ts'
import { renderInvoice } from '../../adapters/invoice/pdf.ts'
import { expressCarrier } from '../../adapters/shipping/express.ts'
import { payloadCodec } from '../../client/codec.ts'
import { createApiKey } from '../../db/access.ts'
import type { Role } from '../../db/access.ts'
import { driveOrder } from '../support/order.ts'
import { SECRETS } from '../../testing/secrets.ts'
import { checkAnswers } from './described.ts'
import type { World } from '../support/world.ts'

export const UI_ORIGIN = 'http://127.0.0.1:8233'

export type Keys = Awaited<ReturnType<typeof makeKeys>>
export type TestApi = ReturnType<typeof openApi>

/** One key per role; customer c-1, merchant m-a and warehouse w-a own what `cart` orders. */
export async function makeKeys(world: World, { customer = 'c-1' } = {}) {
  const key = (id: string, role: Role, subject?: string) =>
    createApiKey(world.db, { id, role, ...(subject !== undefined && { subject }) })
  return {
    customer: await key('customer-1', 'customer', customer),
    stranger: await key('customer-2', 'customer', 'c-2'),
    merchant: await key('merchant-a', 'merchant', 'm-a'),
    otherMerchant: await key('merchant-u', 'merchant', 'm-u'),
    warehouse: await key('warehouse-a', 'warehouse', 'w-a'),
    otherWarehouse: await key('warehouse-u', 'warehouse', 'w-u'),
    carrier: await key('carrier-x', 'carrier', 'express'),
    support: await key('support-1', 'support'),
    finance: await key('finance-1', 'finance'),
    admin: await key('admin-1', 'admin'),
  }
}

type Line = { level: string; fields: Record<string, unknown>; message: string }

/** The API over a world's real parts, asked without a socket. */
export function openApi(world: World, overrides: Partial<ApiParts> = {}) {
  const lines: Line[] = []
  const level = (name: string) => (fields: Record<string, unknown>, message: string) =>
    void lines.push({ level: name, fields, message })
  const carrier = expressCarrier({ ...SECRETS.carrier, url: world.sandbox.url })
  const log = { info: level('info'), warn: level('warn'), error: level('error') }
  const feed = overrides.feed ?? createFeed({ db: world.db, log })
  const app = createApi({
    db: world.db,
    client: world.client,
    relay: world.relay,
    feed,
    platforms: world.platforms,
    carriers: { express: carrier },
    addresses: openAddressBook(),
    calendars: openCalendars(),
    renderInvoice,
    keys: SECRETS,
    codec: payloadCodec(SECRETS.codecKey),
    settings: {
      mode: 'development',
      publicUrl: 'http://shop.example',
      timeZone: 'Asia/Shanghai',
      temporalUiOrigin: UI_ORIGIN,
    },
    log,
    now: () => new Date(),
    ...overrides,
  })
  // A client of a test's own making may answer with what no order ever would.
  const check = overrides.client === undefined ? checkAnswers(app) : () => {}
  return { app, feed, lines, ask: askerOf(app, check) }
}

export type Question = {
  key?: string
  body?: unknown
  raw?: string
  headers?: Record<string, string>
  /** `null` for a request without one. */
  idempotencyKey?: string | null
}

/** What an answer holds is what its test says about it. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Json = any

export type Method = 'GET' | 'POST' | 'PUT'
type Answer = { status: number; headers: Headers; json: Json; text: string }

function askerOf(
  app: Pick<ReturnType<typeof createApi>, 'request'>,
  check: ReturnType<typeof checkAnswers>,
) {
  return async (method: Method, path: string, question: Question = {}): Promise<Answer> => {
    const { key, body, raw, headers, idempotencyKey = randomUUID() } = question
    const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body))
    const response = await app.request(path, {
      method,
      headers: {
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
        ...(sent !== undefined && { 'content-type': 'application/json' }),
        ...(method === 'POST' && idempotencyKey !== null && { 'idempotency-key': idempotencyKey }),
        ...headers,
      },
      ...(sent !== undefined && { body: sent }),
    })
    const text = await response.text()
    const [type = ''] = response.headers.get('content-type')?.split(';') ?? []
    const json: unknown = type.includes('json') ? JSON.parse(text) : undefined
    const { status, headers: answered } = response
    check({ method, path, status, type, json })
    return { status, headers: answered, json, text }
  }
}

export const ADDRESS = {
  name: '李雷',
  phone: '+8613800138000',
  country: 'CN',
  region: '广东省',
  city: '深圳市',
  district: '南山区',
  street: '科技园路 1 号',
}

/** A whole valid order: two merchants, 21477 of goods, 1400 of freight. */
export function cart(overrides: Record<string, unknown> = {}) {
  return {
    currency: 'CNY',
    lines: [
      { sku: 'a1', quantity: 2 },
      { sku: 'a2', quantity: 1 },
      { sku: 'b1', quantity: 3 },
    ],
    addresses: [ADDRESS],
    contact: { email: 'li.lei@customer.example' },
    payment: { method: 'card' },
    ...overrides,
  }
}

export const ONE = { lines: [{ sku: 'a1', quantity: 1 }] }

/** `body` with the quote that goes with it; a made-up one where there is none to be had. */
export async function priced(api: TestApi, key: string, body: Record<string, unknown>) {
  const { contact: _, payment: __, locale: ___, ...asked } = body
  const { json } = await api.ask('POST', '/v1/quotes', { key, body: asked })
  return { quote: json?.quote ?? 'none.none', ...body }
}

/** An order placed at the door, and the hands that drive it. */
export async function place(
  { world, api, key }: { world: World; api: TestApi; key: string },
  overrides: Record<string, unknown> = ONE,
) {
  const body = await priced(api, key, cart(overrides))
  const placed = await api.ask('POST', '/v1/orders', { key, body })
  if (placed.status >= 300) throw new Error(placed.text)
  return { placed: placed.json, ...driveOrder(world, placed.json.id) }
}

/** All that an order touches, counted; refused requests must leave it as it was. */
export async function traces(world: World): Promise<Record<string, unknown>> {
  const [counts] = await world.db`
    select (select count(*)::int from orders) as orders, (select count(*)::int from events) as events,
      (select count(*)::int from reservations) as reservations, (select count(*)::int from inbox) as inbox,
      (select count(*)::int from outbox) as outbox, (select count(*)::int from vault) as vault,
      (select count(*)::int from tasks) as tasks, (select count(*)::int from scans) as scans,
      (select sum(on_hand)::int from stock) as "onHand", (select sum(reserved)::int from stock) as reserved`
  return { ...counts }
}

/** A platform's notice as it stands on the wire. */
export function stripeEvent(intent: Record<string, unknown>, event: Record<string, unknown> = {}) {
  return JSON.stringify({
    id: `evt_${randomUUID()}`,
    object: 'event',
    type: 'payment_intent.succeeded',
    created: Math.floor(Date.now() / 1000),
    data: { object: intent },
    ...event,
  })
}

export function intentOf(
  { orderId, amount }: { orderId: string; amount: number },
  overrides: Record<string, unknown> = {},
) {
  return {
    id: `pi_${orderId}`,
    object: 'payment_intent',
    status: 'succeeded',
    amount,
    amount_received: amount,
    currency: 'cny',
    metadata: { order_id: orderId, tender_id: 't1' },
    ...overrides,
  }
}

const nowSeconds = () => Math.floor(Date.now() / 1000)

export function signStripe(
  body: string,
  { secret, at = nowSeconds() }: { secret?: string; at?: number } = {},
) {
  const digest = createHmac('sha256', secret ?? SECRETS.stripe.webhookSecrets[0])
    .update(`${at}.${body}`)
    .digest('hex')
  return { 'stripe-signature': `t=${at},v1=${digest}` }
}

export function signCarrier(body: string, { id = `msg_${randomUUID()}`, at = nowSeconds() } = {}) {
  const key = Buffer.from(SECRETS.carrier.webhookSecrets[0], 'base64')
  const digest = createHmac('sha256', key).update(`${id}.${at}.${body}`).digest('base64')
  return {
    'webhook-id': id,
    'webhook-timestamp': String(at),
    'webhook-signature': `v1,${digest}`,
  }
}

/** The API behind a socket, for senders of webhooks; closed with the test. */
export async function listen(api: TestApi): Promise<string> {
  const { url, close } = await openSocket(api)
  onTestFinished(close)
  return url
}

export async function openSocket({ app }: TestApi): Promise<{ url: string; close: () => void }> {
  const server = createAdaptorServer({ fetch: app.fetch }) as Server
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = () => {
    server.closeAllConnections()
    server.close()
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close }
}
