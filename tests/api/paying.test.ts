import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'
import { HANGZHOU, order } from './shopping.ts'
import { cart, makeKeys, ONE, openApi, place, priced } from './support.ts'
import type { Json, Keys, TestApi } from './support.ts'

/** What customers may want to pay with, as the doors take it. */

let world: World
let api: TestApi
let keys: Keys
const cash = { limit: 10_000, refusals: 1, excluded: ['CN/浙江省'], fee: 500 }
beforeAll(async () => {
  world = await startWorld()
  const settings = { mode: 'development', publicUrl: 'http://shop.example', cash } as const
  api = openApi(world, { settings, platforms: { stripe: world.platforms.stripe } })
  keys = await makeKeys(world)
})
afterAll(() => world.stop())

async function pay(id: string, body: unknown, key = keys.customer) {
  return api.ask('POST', `/v1/orders/${id}/payments`, { key, body })
}

const mall = () => ({ world, api, keys })
const COD = { ...ONE, payment: { method: 'cod' } }

async function funded(amount: number) {
  const body = {
    kind: 'wallet',
    amount,
    currency: 'CNY',
    reason: 'top_up',
    reference: randomUUID(),
  }
  await api.ask('POST', '/v1/customers/c-1/wallet/credits', { key: keys.finance, body })
}

describe('a wish to pay', () => {
  it.each([
    [{ code: 'X' }, '/method', 'REQUIRED'],
    [{ method: 'gold' }, '/method', 'VALUE_INVALID'],
    [{ method: 'card', tenders: [{ method: 'card' }] }, '/method', 'UNKNOWN_FIELD'],
    [{ tenders: [] }, '/tenders', 'REQUIRED'],
    [{ tenders: [{ method: 'card', amount: 0 }] }, '/tenders/0/amount', 'AMOUNT_INVALID'],
    [{ tenders: [{ method: 'card', amount: -1 }] }, '/tenders/0/amount', 'AMOUNT_INVALID'],
    [{ tenders: [{ method: 'card', amount: 1.5 }] }, '/tenders/0/amount', 'AMOUNT_INVALID'],
    [{ method: 'gift_card' }, '/code', 'REQUIRED'],
    [{ method: 'card', code: 'X' }, '/code', 'UNKNOWN_FIELD'],
  ])('as %j is told what is wrong, and where', async (body, path, code) => {
    const { placed } = await place({ world, api, key: keys.customer })
    const { status, json } = await pay(placed.id, body)
    expect([status, json.errors[0]]).toMatchObject([422, { path, code }])
  })

  it.each([
    [{ method: 'alipay' }, 422, 'METHOD_NOT_OFFERED'],
    [{ method: 'gift_card', code: '0000-0000-0000-0000' }, 422, 'GIFT_CARD_UNKNOWN'],
    [{ method: 'points' }, 409, 'INSUFFICIENT_BALANCE'],
    [{ tenders: [{ method: 'card', amount: 1 }] }, 422, 'TENDERS_DIFFER'],
    [{ tenders: [{ method: 'card' }, { method: 'card' }] }, 422, 'TENDERS_DIFFER'],
  ])('as %j is refused with %i %s, in Chinese too', async (body, status, code) => {
    const { placed } = await place({ world, api, key: keys.customer })
    const headers = { 'accept-language': 'zh-CN' }
    const path = `/v1/orders/${placed.id}/payments`
    const answer = await api.ask('POST', path, { key: keys.customer, body, headers })
    expect([answer.status, answer.json.code]).toEqual([status, code])
    expect(answer.json.title).toMatch(/[一-鿿]/)
  })

  it('by a link to the order opens no account of its customer’s, but a gift card', async () => {
    await funded(3000)
    const issued = { key: keys.finance, body: { amount: 3000, currency: 'CNY' } }
    const [{ code }] = (await api.ask('POST', '/v1/gift-cards', issued)).json.items
    const { placed } = await place({ world, api, key: keys.customer })
    const token = new URL(placed.links.self, 'http://shop.example').searchParams.get('token') ?? ''
    for (const method of ['wallet', 'points']) {
      const tenders = [{ method: 'card', amount: 1000 }, { method }]
      const { status, json } = await pay(placed.id, { tenders }, token)
      expect([status, json.errors]).toMatchObject([
        ...[422, [{ path: '/tenders/1/method', code: 'METHOD_NOT_OFFERED' }]],
      ])
    }
    const tenders = [{ method: 'gift_card', code, amount: 3000 }, { method: 'card' }]
    expect((await pay(placed.id, { tenders }, token)).status).toBe(200)
    const own = [{ method: 'wallet', amount: 1000 }, { method: 'card' }]
    expect((await pay(placed.id, { tenders: own }, keys.support)).status).toBe(200)
  })

  it('is answered again as it was, whatever became of its gift card since', async () => {
    const issued = { key: keys.finance, body: { amount: 20_000, currency: 'CNY' } }
    const issue = async (): Promise<string> =>
      (await api.ask('POST', '/v1/gift-cards', issued)).json.items[0].code
    const [code, second] = [await issue(), await issue()]
    const end = (one: string) =>
      api.ask('POST', '/v1/gift-cards/void', { key: keys.finance, body: { code: one } })
    const again = { key: keys.customer, idempotencyKey: randomUUID() }

    const { placed } = await place({ world, api, key: keys.customer })
    const paying = { ...again, body: { method: 'gift_card', code } }
    const path = `/v1/orders/${placed.id}/payments`
    const first = await api.ask('POST', path, paying)
    expect(first.status).toBe(200)
    await end(code)
    const repeat = await api.ask('POST', path, paying)
    expect([repeat.status, repeat.json]).toEqual([200, first.json])
    expect(repeat.headers.get('idempotent-replayed')).toBe('true')
    const other = await api.ask('POST', path, { ...paying, body: { method: 'card' } })
    expect(other.json.code).toBe('IDEMPOTENCY_KEY_REUSED')

    const payment = { method: 'gift_card', code: second }
    const body = await priced(api, keys.customer, cart({ ...ONE, payment }))
    const placing = { ...again, idempotencyKey: randomUUID(), body }
    const admitted = await api.ask('POST', '/v1/orders', placing)
    expect(admitted.status).toBe(201)
    await end(second)
    const same = await api.ask('POST', '/v1/orders', placing)
    expect([same.status, same.json.id]).toEqual([201, admitted.json.id])
    const fresh = await api.ask('POST', '/v1/orders', { ...placing, idempotencyKey: randomUUID() })
    expect(fresh.json.code).toBe('GIFT_CARD_UNKNOWN')
  })

  it('S1-3.2b sets a part aside, and shows each tender', async () => {
    await funded(3000)
    const { placed, read } = await place({ world, api, key: keys.customer })
    const tenders = [{ method: 'wallet', amount: 3000 }, { method: 'card' }]
    const { status, json } = await pay(placed.id, { tenders })
    expect([status, json.nextActions]).toMatchObject([200, [{ type: 'confirm', method: 'card' }]])
    const view: Json = (await api.ask('GET', `/v1/orders/${placed.id}`, { key: keys.customer }))
      .json
    expect(view.tenders.slice(-2)).toMatchObject([
      { method: 'wallet', status: 'authorized', amount: 3000 },
      { method: 'card', status: 'action_required', amount: (await read()).payable - 3000 },
    ])
  })
})

describe('an order placed with several means', () => {
  it.each([{}, { tenders: [{ tenderId: 't1' }] }])('can’t leave them at %j', async (payment) => {
    const { status, json } = await order(mall(), { ...ONE, payment })
    expect([status, json.errors[0].path]).toEqual([
      ...[422, 'tenders' in payment ? '/payment/tenders/0/method' : '/payment/method'],
    ])
  })

  it('S1-2.4 takes the wallet’s part at once, and leaves the rest due at the door', async () => {
    await funded(3000)
    const tenders = [{ method: 'wallet', amount: 3000 }, { method: 'cod' }]
    const { status, json } = await order(mall(), { ...ONE, payment: { tenders } })
    expect([status, json.status, json.payment.status]).toEqual([
      ...[201, 'pending_processing', 'cod_due'],
    ])
  })

  it('is refused as a whole when the wallet holds too little, and holds nothing', async () => {
    const tenders = [{ method: 'wallet', amount: 9000 }, { method: 'cod' }]
    const lines = [{ sku: 'a1', quantity: 2 }]
    const { status, json } = await order(mall(), { lines, payment: { tenders } })
    expect([status, json.code]).toEqual([409, 'INSUFFICIENT_BALANCE'])
    expect(json.errors).toMatchObject([{ path: '/payment/tenders/0/amount' }])
  })
})

describe('cash on delivery', () => {
  it('S1-1.3b costs what the quote said, as long as it is chosen', async () => {
    const { contact: _, payment: __, ...asked } = cart(COD)
    const { json: quoted } = await api.ask('POST', '/v1/quotes', {
      key: keys.customer,
      body: asked,
    })
    expect([quoted.cashOnDeliveryFee, quoted.totals.payable]).toEqual([500, 6790])
    const { placed } = await place({ world, api, key: keys.customer }, COD)
    const totalsOf = async (id: string) =>
      (await api.ask('GET', `/v1/orders/${id}`, { key: keys.customer })).json.totals
    expect(await totalsOf(placed.id)).toMatchObject({
      ...{ freight: 1300, cashOnDeliveryFee: 500, payable: 7290 },
    })
    const open = await place({ world, api, key: keys.customer })
    const tenders = [{ method: 'card', amount: 5000 }, { method: 'cod' }]
    await pay(open.placed.id, { tenders })
    expect(await totalsOf(open.placed.id)).toMatchObject({ payable: 7290 })
    await pay(open.placed.id, { method: 'card' })
    expect(await totalsOf(open.placed.id)).toMatchObject({ payable: 6790, cashOnDeliveryFee: 0 })
  })

  it('S1-1.3b is offered up to an amount', async () => {
    const lines = [{ sku: 'a1', quantity: 3 }]
    const { status, json } = await order(mall(), { ...COD, lines })
    expect([status, json.code]).toEqual([422, 'COD_TOO_MUCH'])
    const { placed } = await place({ world, api, key: keys.customer }, { lines })
    expect((await pay(placed.id, { method: 'cod' })).json.code).toBe('COD_TOO_MUCH')
  })

  it('S1-1.3b is offered up to an amount that its fee counts for', async () => {
    const lines = [{ sku: 'a1', quantity: 2 }]
    const { placed } = await place({ world, api, key: keys.customer }, { lines })
    const withCard = (amount: number) =>
      pay(placed.id, { tenders: [{ method: 'card', amount }, { method: 'cod' }] })
    expect((await withCard(placed.payable - 9501)).json.code).toBe('COD_TOO_MUCH')
    expect((await withCard(placed.payable - 9500)).status).toBe(200)
  })

  it('S1-1.3b is not offered where nobody collects', async () => {
    const { status, json } = await order(mall(), { ...COD, addresses: [HANGZHOU] })
    expect([status, json.code]).toEqual([422, 'COD_NOT_THERE'])
    const { placed } = await place(
      { world, api, key: keys.customer },
      {
        ...ONE,
        addresses: [HANGZHOU],
      },
    )
    expect((await pay(placed.id, { method: 'cod' })).json.code).toBe('COD_NOT_THERE')
  })

  it('S1-1.3b is not offered to who refused such an order before', async () => {
    const { placed, ...hands } = await place({ world, api, key: keys.stranger }, COD)
    await hands.pack()
    await hands.handOver()
    await hands.report('rejection', { parcelId: 'p1', reason: 'changed_mind' })
    await hands.report('shipmentTracking', { parcelId: 'p1', type: 'returned' })
    await hands.is('refused')
    const next = await place({ world, api, key: keys.stranger })
    const { status, json } = await pay(next.placed.id, { method: 'cod' }, keys.stranger)
    expect([status, json.code]).toEqual([422, 'COD_REFUSED_BEFORE'])
    expect(placed.status).toBe('pending_processing')
  })
})
