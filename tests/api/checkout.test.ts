import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { LIMITS } from '../../domain/limits.ts'
import { driveOrder } from '../support/order.ts'
import { until } from '../../testing/waiting.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'
import { ADDRESS, cart, intentOf, makeKeys, ONE, openApi, place, priced } from './support.ts'
import { signStripe, stripeEvent, traces } from './support.ts'
import type { Json, Keys, TestApi } from './support.ts'

let world: World
let api: TestApi
let keys: Keys
beforeAll(async () => {
  world = await startWorld()
  api = openApi(world)
  keys = await makeKeys(world)
})
afterAll(() => world.stop())

const quotes = new Map<string, Promise<object>>()

/** `body` by its quote; the same one every time, so that a repeat is a repeat. */
function byQuote(body: Record<string, unknown>, key: string): Promise<object> {
  const wish = JSON.stringify([key, body])
  const asked = quotes.get(wish) ?? priced(api, key, body)
  quotes.set(wish, asked)
  return asked
}

type Options = { key?: string; headers?: Record<string, string>; idempotencyKey?: string | null }

const post = async (body: Record<string, unknown>, options: Options = {}) => {
  const { key = keys.customer } = options
  return api.ask('POST', '/v1/orders', { ...options, key, body: await byQuote(body, key) })
}

describe('placing an order', () => {
  it('S0-3.1d answers with an order that awaits payment and a link to pay, before money moves', async () => {
    const { status, json, headers } = await post(cart())

    expect(status).toBe(201)
    expect(json).toMatchObject({ status: 'pending_payment', payable: 22877, currency: 'CNY' })
    expect(json.payment).toMatchObject({ status: 'unpaid', nextAction: { type: 'pay' } })
    expect(json.payment.nextAction.url).toMatch(/\/v1\/orders\/[a-z2-7]{26}\/payments\?token=/)
    expect(json.no).toMatch(/^LH-[0-9A-HJKMNP-TV-Z]{10}$/)
    expect(headers.get('location')).toBe(`/v1/orders/${json.id}`)
    expect((await driveOrder(world, json.id).platformLedger()).entries).toEqual([])
  })

  it('S0-3.1d becomes paid by the platform’s word alone, told to another process', async () => {
    const { id, placed, reaches } = await place({ world, api, key: keys.customer })
    const another = openApi(world)
    const raw = stripeEvent(intentOf({ orderId: id, amount: placed.payable }))
    const headers = signStripe(raw)
    const answer = await another.ask('POST', '/webhooks/stripe', { raw, headers })

    expect(answer.status).toBe(200)
    await reaches((order) => order.paid, 'payment')
  })

  it('takes cash on delivery with nothing to be paid now', async () => {
    const { json } = await post(cart({ ...ONE, payment: { method: 'cod' } }))

    expect(json.status).toBe('pending_processing')
    expect(json.payment).toEqual({ status: 'cod_due', nextAction: null })
  })

  it('speaks for the customer that support names, and for nobody without a name', async () => {
    const unnamed = await post(cart(ONE), { key: keys.support })
    const named = await post(cart({ ...ONE, customerId: 'c-2' }), { key: keys.support })
    const own = await api.ask('GET', `/v1/orders/${named.json.id}`, { key: keys.stranger })

    expect(unnamed.json.errors).toMatchObject([{ path: '/customerId', code: 'REQUIRED' }])
    expect(own.json).toMatchObject({ customerId: 'c-2' })
  })

  it('refuses a customer who orders for another', async () => {
    const { status, json } = await post(cart({ ...ONE, customerId: 'c-2' }))

    expect(status).toBe(422)
    expect(json.errors).toMatchObject([{ path: '/customerId', code: 'CUSTOMER_NOT_YOURS' }])
  })

  it('is accepted for later while Temporal is away', async () => {
    const away = openApi(world, { relay: { now: async () => {}, restock: async () => {} } })
    const { status, json } = await away.ask('POST', '/v1/orders', {
      ...{ key: keys.customer, body: await byQuote(cart(ONE), keys.customer) },
    })

    expect(status).toBe(202)
    expect(json.status).toBe('pending_payment')
    await world.relay.now(json.id)
    expect(await world.client.fate(json.id)).toBe('running')
  })

  it('waits for a Temporal that doesn’t answer once, and not for each order', async () => {
    const relay = { now: () => new Promise<void>(() => {}), restock: async () => {} }
    const away = openApi(world, { relay })
    const body = await byQuote(cart(ONE), keys.customer)
    const send = () => away.ask('POST', '/v1/orders', { key: keys.customer, body })
    expect((await send()).status).toBe(202)
    vi.useFakeTimers({ toFake: ['setTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    expect((await send()).status).toBe(202)
  })

  it('brings in orders priced elsewhere, to the unit', async () => {
    const line = { sku: 'olist-1', quantity: 1, name: 'cama_mesa_banho', merchantId: 'olist-s1' }
    const priced = { ...line, unitPrice: 5890, freight: 1329, weightGrams: 650 }
    const body = cart({ currency: 'BRL', lines: [priced], customerId: 'olist-c', reference: 'o-1' })
    const { status, json } = await api.ask('POST', '/v1/imports/orders', { key: keys.admin, body })

    expect(status).toBe(201)
    expect(json).toMatchObject({ payable: 7219, currency: 'BRL', reference: 'o-1' })
  })
})

describe('S0-3.1b an Idempotency-Key', () => {
  it('S0-3.1b makes one order of concurrent repeats, and says which is the replay', async () => {
    const before = await traces(world)
    const repeat = { idempotencyKey: 'twice-at-once' }
    const answers = await Promise.all([post(cart(ONE), repeat), post(cart(ONE), repeat)])
    const after = await traces(world)

    expect(new Set(answers.map(({ json }) => json.id)).size).toBe(1)
    expect(
      answers.map(({ headers }) => headers.has('idempotent-replayed')).filter(Boolean),
    ).toEqual([true])
    expect(answers[0]?.json).toEqual(answers[1]?.json)
    expect(after['orders']).toBe(Number(before['orders']) + 1)
  })

  it('S0-3.1b is refused for another body, and independent between principals', async () => {
    const repeat = { idempotencyKey: 'another-body' }
    const first = await post(cart(ONE), repeat)
    const before = await traces(world)
    const other = await post(cart(), repeat)
    expect(await traces(world)).toEqual(before)
    const stranger = await post(cart(ONE), { ...repeat, key: keys.stranger })

    expect([other.status, other.json.code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED'])
    expect(stranger.status).toBe(201)
    expect(stranger.json.id).not.toBe(first.json.id)
  })

  it.each([
    [null, 'IDEMPOTENCY_KEY_MISSING'],
    ['', 'IDEMPOTENCY_KEY_INVALID'],
    ['a b', 'IDEMPOTENCY_KEY_INVALID'],
    ['k'.repeat(256), 'IDEMPOTENCY_KEY_INVALID'],
  ])('is needed, in visible ASCII: %j', async (idempotencyKey, code) => {
    const before = await traces(world)
    const { status, json } = await post(cart(ONE), { idempotencyKey })

    expect([status, json.code]).toEqual([400, code])
    expect(await traces(world)).toEqual(before)
  })
})

const at = (line: object) => cart({ lines: [{ sku: 'a1', quantity: 1 }, line] })
const to = (address: object) => cart({ ...ONE, addresses: [{ ...ADDRESS, ...address }] })

describe('bad input is refused with its place, and changes nothing', () => {
  it.each<[string, Record<string, unknown>, string, string]>([
    ['S1-1.2 quantity 0', at({ sku: 'a2', quantity: 0 }), '/lines/1/quantity', 'QUANTITY_INVALID'],
    [
      'S1-1.2 quantity below 0',
      at({ sku: 'a2', quantity: -1 }),
      '/lines/1/quantity',
      'QUANTITY_INVALID',
    ],
    [
      'S1-1.2 quantity above the maximum',
      at({ sku: 'a2', quantity: LIMITS.quantity + 1 }),
      '/lines/1/quantity',
      'QUANTITY_INVALID',
    ],
    [
      'S1-1.2 a fractional quantity',
      at({ sku: 'a2', quantity: 1.5 }),
      '/lines/1/quantity',
      'QUANTITY_INVALID',
    ],
    [
      'a quantity as text',
      at({ sku: 'a2', quantity: '1' }),
      '/lines/1/quantity',
      'QUANTITY_INVALID',
    ],
    ['a missing quantity', at({ sku: 'a2' }), '/lines/1/quantity', 'REQUIRED'],
    ['S2-1.1a an unknown SKU', at({ sku: 'nope', quantity: 1 }), '/lines/1/sku', 'UNKNOWN_SKU'],
    [
      'another currency than the product’s',
      at({ sku: 'u1', quantity: 1 }),
      '/lines/1/sku',
      'CURRENCY_MISMATCH',
    ],
    ['no lines', cart({ lines: [] }), '/lines', 'REQUIRED'],
    [
      'too many lines',
      cart({ lines: Array.from({ length: 101 }, () => ({ sku: 'a1', quantity: 1 })) }),
      '/lines',
      'VALUE_INVALID',
    ],
    [
      'an address that isn’t there',
      at({ sku: 'a2', quantity: 1, address: 1 }),
      '/lines/1/address',
      'UNKNOWN_ADDRESS',
    ],
    ['a currency of no form', cart({ currency: 'yuan' }), '/currency', 'CURRENCY_INVALID'],
    ['a bad phone', to({ phone: 'call me' }), '/addresses/0/phone', 'PHONE_INVALID'],
    ['a bad country', to({ country: 'China' }), '/addresses/0/country', 'COUNTRY_INVALID'],
    [
      'a bad mail address',
      cart({ ...ONE, contact: { email: 'x@' } }),
      '/contact/email',
      'EMAIL_INVALID',
    ],
    [
      'a street with a line break',
      to({ street: 'a\r\nb' }),
      '/addresses/0/street',
      'VALUE_INVALID',
    ],
    ['an unknown field', { ...cart(ONE), total: 1 }, '/total', 'UNKNOWN_FIELD'],
    [
      'a price of one’s own',
      at({ sku: 'a2', quantity: 1, price: 1 }),
      '/lines/1/price',
      'UNKNOWN_FIELD',
    ],
    ['a prototype', JSON.parse('{"__proto__":{"admin":true}}'), '/__proto__', 'UNKNOWN_FIELD'],
  ])('%s', async (...[, body, path, code]) => {
    const before = await traces(world)
    const { status, json } = await post(body)

    expect(status).toBe(422)
    expect(json.errors).toContainEqual(expect.objectContaining({ path, code }))
    expect(await traces(world)).toEqual(before)
  })

  it('lists all that is wrong at once', async () => {
    const lines = [
      { sku: 'nope', quantity: 1 },
      { sku: 'u1', quantity: 1 },
    ]
    const { status, json } = await post(cart({ lines }))

    expect([status, json.code]).toEqual([422, 'INPUT_INVALID'])
    expect(json.errors.map(({ code }: Json) => code)).toEqual(['UNKNOWN_SKU', 'CURRENCY_MISMATCH'])
  })

  it('says how many are left of what is short', async () => {
    const before = await traces(world)
    const { status, json } = await post(cart({ lines: [{ sku: 'b1', quantity: 999 }] }))

    expect([status, json.code]).toEqual([409, 'OUT_OF_STOCK'])
    expect(json.errors).toMatchObject([{ path: '/lines/0/sku', available: expect.any(Number) }])
    expect(await traces(world)).toEqual(before)
  })

  it.each([
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh', '手机号无效'],
    ['de, en;q=0.5', 'en', 'The phone number is not valid'],
    ['fr', 'en', 'The phone number is not valid'],
  ])('S0-2.1 speaks the caller’s language: %s', async (language, locale, message) => {
    const headers = { 'accept-language': language }
    const answer = await post(to({ phone: '1' }), { headers })

    expect(answer.status).toBe(422)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(answer.headers.get('content-language')).toBe(locale)
    const [error] = answer.json.errors
    expect(error).toMatchObject({ path: '/addresses/0/phone', code: 'PHONE_INVALID' })
    expect(error.message).toContain(message)
  })

  it('never repeats a value, in answers or in the log', async () => {
    const body = to({ phone: 'secret-phone', name: 'Secret\u0007Name' })
    const { text } = await post(body)

    expect(text).not.toMatch(/secret/i)
    expect(JSON.stringify(api.lines)).not.toMatch(/secret/i)
  })
})

describe('the catalogue', () => {
  it('shows what can be had, page by page, to everyone', async () => {
    const first = await api.ask('GET', '/v1/products?limit=2')
    const rest = await api.ask('GET', `/v1/products?limit=2&cursor=${first.json.next}`)

    expect(first.json.items).toHaveLength(2)
    expect(first.json.items[0]).toMatchObject({ sku: 'a1', soldOut: false })
    expect(rest.json.items[0].sku > first.json.items[1].sku).toBe(true)
    const found = await api.ask('GET', '/v1/products?q=tray')
    expect(found.json.items.map(({ sku }: Json) => sku)).toEqual(['b1'])
  })

  it.each(['limit=0', 'limit=101', 'limit=x', 'cursor=%00', 'cursor=e30', 'q='])(
    'refuses the query %s',
    async (query) => {
      const { status, json } = await api.ask('GET', `/v1/products?${query}`)

      expect([status, json.code]).toEqual([400, 'QUERY_INVALID'])
      expect(json.errors[0].path).toBe(`?${query.split('=')[0]}`)
    },
  )
})

it('S2-1.1a a placed order is a snapshot that the workflow holds as well', async () => {
  const { id, read } = await place({ world, api, key: keys.customer }, {})
  const order = await read()

  expect(order.lines.map(({ sku, quantity, unitPrice }) => [sku, quantity, unitPrice])).toEqual([
    ['a1', 2, 5990],
    ['a2', 1, 3500],
    ['b1', 3, 1999],
  ])
  expect(await until(() => world.client.state(id))).toEqual(order)
})
