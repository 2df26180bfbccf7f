import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWorld } from '../support/world.ts'
import { coupon, HANGZHOU, order, promote, quoted, wish } from './shopping.ts'
import type { Mall } from './shopping.ts'
import { ADDRESS, cart, makeKeys, openApi, priced, traces } from './support.ts'
import type { Json, TestApi } from './support.ts'

/*
 * The worked example: two merchants, a member, a merchant's and a mall's full reduction, a coupon.
 */

let mall: Mall
beforeAll(async () => {
  const world = await startWorld()
  mall = { world, api: openApi(world), keys: await makeKeys(world) }
  const { api, keys } = mall
  const tier = { key: keys.admin, body: { memberTier: 'gold' } }
  await api.ask('PUT', '/v1/customers/c-1', tier)
  await promote(mall, 'gold-5', {
    terms: { kind: 'member_percent', tiers: ['gold'], bps: 500 },
    platformBps: 0,
  })
  await promote(mall, 'aurora-100-10', {
    merchantId: 'm-a',
    terms: { kind: 'full_reduction', threshold: 10_000, off: 1000 },
  })
  await promote(mall, 'mall-180-30', {
    terms: { kind: 'full_reduction', threshold: 18_000, off: 3000 },
  })
  await promote(mall, 'welcome-20', {
    terms: { kind: 'coupon', threshold: 10_000, benefit: { off: 2000 } },
  })
})
afterAll(() => mall.world.stop())

/** Merchant A's goods to Shenzhen, merchant B's to Hangzhou. */
const W1 = {
  lines: [
    { sku: 'a1', quantity: 2 },
    { sku: 'a2', quantity: 1 },
    { sku: 'b1', quantity: 3, address: 1 },
  ],
  addresses: [ADDRESS, HANGZHOU],
}
const ONE = { lines: [{ sku: 'a1', quantity: 1 }] }

const ask = (body: unknown, options: object = {}) =>
  mall.api.ask('POST', '/v1/quotes', { key: mall.keys.customer, body, ...options })

describe('a quote', () => {
  it('S2-1.3a is priced to the cent, each benefit a step with its reason', async () => {
    const code = await coupon(mall, 'welcome-20')
    const quote = await quoted(mall, { ...W1, coupons: [code] })

    expect(quote.lines.map(({ net }: Json) => net)).toEqual([7874, 2300, 4229])
    expect(quote.totals).toEqual({
      ...{ list: 21_477, discounts: 7074, goods: 14_403, freight: 1400, payable: 15_803 },
    })
    expect(quote.promotions).toMatchObject([
      { promotionId: 'gold-5', amount: 1074 },
      { promotionId: 'aurora-100-10', merchantId: 'm-a', base: 14_706, amount: 1000 },
      { promotionId: 'mall-180-30', base: 19_403, amount: 3000 },
      { promotionId: 'welcome-20', base: 16_403, amount: 2000 },
    ])
    expect(quote.promotions[1].reason).toContain('10.00 off from 100.00')
    expect(quote.fulfillments).toMatchObject([
      { merchantId: 'm-a', address: 0, freight: 800 },
      { merchantId: 'm-b', address: 1, freight: 600 },
    ])
  })

  it('S2-1.3a speaks Chinese where it is asked in Chinese', async () => {
    const { json } = await ask(wish(W1), { headers: { 'accept-language': 'zh-CN' } })

    expect(json.promotions[1].reason).toBe('满 100.00 减 10.00，参与商品小计 147.06')
  })

  it('holds and stores nothing', async () => {
    const before = await traces(mall.world)
    await quoted(mall, W1)

    expect(await traces(mall.world)).toEqual(before)
  })

  it('S0-3.1c shows name, quantity, price, freight and when it arrives', async () => {
    const late = openApi(mall.world, { now: () => new Date('2026-09-30T18:00:00+08:00') })
    const { json } = await late.ask('POST', '/v1/quotes', {
      ...{ key: mall.keys.customer, body: wish(ONE) },
    })

    expect(json.lines).toMatchObject([{ name: 'Green tea 250 g', quantity: 1, unitPrice: 5990 }])
    const [{ freight, estimate }] = json.fulfillments
    expect(freight).toBe(800)
    // After the cutoff: the holiday of seven days is passed over, then a day of handling; its Saturday works.
    expect(estimate).toMatchObject({ shipBy: '2026-10-09T08:00:00.000Z', confidence: 'published' })
    expect([estimate.earliest, estimate.latest]).toEqual(['2026-10-10', '2026-10-15'])
  })

  it('S1-3.2a sends one line’s units to three addresses: three fulfillments, freight each', async () => {
    const addresses = [ADDRESS, HANGZHOU, { ...HANGZHOU, district: '余杭区' }]
    const deliveries = [0, 1, 2].map((address) => ({ address, quantity: 1 }))
    const lines = [{ sku: 'a1', quantity: 3, deliveries }]
    const quote = await quoted(mall, { lines, addresses })

    expect(quote.fulfillments.map(({ address }: Json) => address)).toEqual([0, 1, 2])
    expect(quote.totals.freight).toBe(3 * 800)
  })

  it('tells what a coupon lacks that has no effect, and doesn’t use it up', async () => {
    const code = await coupon(mall, 'welcome-20')
    const quote = await quoted(mall, { ...ONE, coupons: [code] })

    expect(quote.unusedCoupons).toEqual([
      { coupon: 0, reason: 'threshold', missing: 10_000 - quote.totals.goods },
    ])
    const { json } = await order(mall, { ...ONE, coupons: [code] })
    expect(json.status).toBe('pending_payment')
    expect((await quoted(mall, { ...W1, coupons: [code] })).totals.payable).toBe(15_803)
  })

  it.each<[string, Record<string, unknown>, string, string]>([
    ['an unknown SKU', { lines: [{ sku: 'nope', quantity: 1 }] }, '/lines/0/sku', 'UNKNOWN_SKU'],
    ['a code that is none', { coupons: ['NOPE'] }, '/coupons/0', 'COUPON_UNKNOWN'],
    [
      'deliveries that don’t sum',
      { lines: [{ sku: 'a1', quantity: 3, deliveries: [{ address: 0, quantity: 2 }] }] },
      '/lines/0/deliveries',
      'DELIVERIES_DIFFER',
    ],
    [
      'a delivery to nowhere',
      { lines: [{ sku: 'a1', quantity: 1, deliveries: [{ address: 4, quantity: 1 }] }] },
      '/lines/0/deliveries/0/address',
      'UNKNOWN_ADDRESS',
    ],
  ])('refuses %s with its place', async (...[, overrides, path, code]) => {
    const { status, json } = await ask(wish(overrides))

    expect(status).toBe(422)
    expect(json.errors).toContainEqual(expect.objectContaining({ path, code }))
  })

  it('S2-1.1b asks for the district that is missing, with those there are', async () => {
    const { district: _, ...incomplete } = ADDRESS
    const { status, json } = await ask(wish({ ...ONE, addresses: [incomplete] }))

    expect(status).toBe(422)
    const [error] = json.errors
    expect(error).toMatchObject({ code: 'ADDRESS_INCOMPLETE', missing: ['district'] })
    expect(error.suggestions).toContain('南山区')
  })
})

describe('an order by its quote', () => {
  it('S2-1.3a costs what was shown, and says so ever after', async () => {
    const code = await coupon(mall, 'welcome-20')
    const placed = await order(mall, { ...W1, coupons: [code] })
    const { json } = await mall.api.ask('GET', `/v1/orders/${placed.json.id}`, {
      key: mall.keys.customer,
    })

    expect(placed.json.payable).toBe(15_803)
    expect(json.lines.map(({ net }: Json) => net)).toEqual([7874, 2300, 4229])
    expect(json.totals).toMatchObject({ goods: 14_403, freight: 1400, payable: 15_803 })
    expect(json.promotions.map(({ promotionId }: Json) => promotionId)).toEqual([
      ...['gold-5', 'aurora-100-10', 'mall-180-30', 'welcome-20'],
    ])
  })

  it('S0-3.1a is refused with the new quote once a price has changed, and holds nothing', async () => {
    const sku = await ownProduct(5000)
    const lines = [{ sku, quantity: 1 }]
    const { quote } = await quoted(mall, { lines })
    await mall.world.db`update products set price = 5100 where sku = ${sku}`
    const before = await traces(mall.world)
    const stale = await mall.api.ask('POST', '/v1/orders', {
      ...{ key: mall.keys.customer, body: { ...cart({ lines }), quote } },
    })

    expect([stale.status, stale.json.code]).toEqual([409, 'QUOTE_STALE'])
    expect(stale.json.quote.lines[0].unitPrice).toBe(5100)
    expect(await traces(mall.world)).toEqual(before)
    const again = await mall.api.ask('POST', '/v1/orders', {
      ...{ key: mall.keys.customer, body: { ...cart({ lines }), quote: stale.json.quote.quote } },
    })
    expect(again.status).toBe(201)
  })

  it('S0-3.1a is refused once the quote is too old, made up, or another customer’s', async () => {
    const { quote } = await quoted(mall, ONE)
    const later = openApi(mall.world, { now: () => new Date(Date.now() + 16 * 60_000) })
    const body = { ...cart(ONE), quote }
    const answers = await Promise.all([
      later.ask('POST', '/v1/orders', { key: mall.keys.customer, body }),
      mall.api.ask('POST', '/v1/orders', { key: mall.keys.stranger, body }),
      mall.api.ask('POST', '/v1/orders', {
        ...{ key: mall.keys.customer, body: { ...body, quote: `zzzzzz.${quote.split('.')[1]}` } },
      }),
    ])

    expect(answers.map(({ json }) => json.code)).toEqual(Array(3).fill('QUOTE_STALE'))
  })

  it('S0-3.1b is one for two requests at once under one key, though it took the last unit', async () => {
    const lines = [{ sku: await ownProduct(5000, 1), quantity: 1 }]
    const code = await coupon(mall, 'welcome-20')
    const body = { ...cart({ lines, coupons: [code] }), quote: '' }
    body.quote = (await quoted(mall, { lines, coupons: [code] })).quote
    const ask = (idempotencyKey: string) =>
      mall.api.ask('POST', '/v1/orders', { key: mall.keys.customer, body, idempotencyKey })
    const twice = await Promise.all([ask('last-unit'), ask('last-unit'), ask('last-unit')])
    await mall.world.db`update products set price = 9900 where sku = ${lines[0]?.sku ?? ''}`
    const later = await ask('last-unit')

    expect([...twice, later].every(({ status }) => status < 300)).toBe(true)
    expect(new Set([...twice, later].map(({ json }) => json.id)).size).toBe(1)
    expect((await ask('another')).json.code).toBe('OUT_OF_STOCK')
  })

  it('S0-3.1b is found again by its key where the repeat brings a newer quote', async () => {
    const idempotencyKey = randomUUID()
    const send = async (api: TestApi) => {
      const body = await priced(api, mall.keys.customer, cart(ONE))
      return api.ask('POST', '/v1/orders', { key: mall.keys.customer, body, idempotencyKey })
    }
    const first = await send(mall.api)
    const later = openApi(mall.world, { now: () => new Date(Date.now() + 60_000) })
    expect((await send(later)).json.id).toBe(first.json.id)
  })

  it('says why a product can’t be had that is off sale and sold out, too', async () => {
    const sku = await ownProduct(5000, 0)
    await mall.world.db`update products set active = false where sku = ${sku}`
    const body = { ...cart({ lines: [{ sku, quantity: 1 }] }), quote: 'none' }
    const { json } = await mall.api.ask('POST', '/v1/orders', { key: mall.keys.customer, body })
    expect(json.code).toBe('NOT_FOR_SALE')
  })

  it('S2-1.3b deducts one coupon once: of many at a time one order gets it', async () => {
    const code = await coupon(mall, 'welcome-20')
    const body = await pricedWith([code])
    const answers = await Promise.all(
      Array.from({ length: 8 }, () =>
        mall.api.ask('POST', '/v1/orders', { key: mall.keys.customer, body }),
      ),
    )

    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    const refused = answers.filter(({ status }) => status === 409)
    expect(refused.map(({ json }) => json.code)).toEqual(Array(7).fill('COUPON_TAKEN'))
  })

  it('S2-1.3b gives a coupon back when the order is cancelled (D12)', async () => {
    const code = await coupon(mall, 'welcome-20')
    const first = await order(mall, { ...W1, coupons: [code] })
    const taken = await ask(wish({ ...W1, coupons: [code] }))
    expect(taken.json.errors).toMatchObject([{ path: '/coupons/0', code: 'COUPON_TAKEN' }])
    await mall.api.ask('POST', `/v1/orders/${first.json.id}/cancel`, {
      ...{ key: mall.keys.customer, body: { reason: 'changed_mind' } },
    })

    expect((await order(mall, { ...W1, coupons: [code] })).status).toBe(201)
  })

  it('D6 S2-1.2a sends 10 from the nearest warehouse and 3 from the next, where neither has 13', async () => {
    const sku = await ownProduct(5000, 10)
    const { db } = mall.world
    await db`update warehouses set country = 'CN', region = '广东省', city = '深圳市' where id = 'w-a'`
    await db`insert into warehouses (id, merchant_id, name, country, region, city)
      values ('w-a-north', 'm-a', 'Beijing', 'CN', '北京市', '北京市')`
    await db`insert into stock (sku, warehouse_id, on_hand) values (${sku}, 'w-a-north', 15)`
    const { json } = await order(mall, { lines: [{ sku, quantity: 13 }] })
    const read = await mall.api.ask('GET', `/v1/orders/${json.id}`, { key: mall.keys.admin })

    expect(
      read.json.fulfillments.map(({ warehouseId, items }: Json) => [warehouseId, items]),
    ).toEqual([
      ['w-a', [{ lineId: 'l1', quantity: 10 }]],
      ['w-a-north', [{ lineId: 'l1', quantity: 3 }]],
    ])
    expect(
      await db`select warehouse_id, reserved from stock where sku = ${sku} order by 1`,
    ).toEqual([
      { warehouse_id: 'w-a', reserved: 10 },
      { warehouse_id: 'w-a-north', reserved: 3 },
    ])
  })

  it('D18 S1-3.2a one line to three addresses is one order and one payment', async () => {
    const addresses = [ADDRESS, HANGZHOU, { ...HANGZHOU, district: '余杭区' }]
    const deliveries = [0, 1, 2].map((address) => ({ address, quantity: 1 }))
    const { json } = await order(mall, {
      ...{ lines: [{ sku: 'a1', quantity: 3, deliveries }], addresses },
    })
    const read = await mall.api.ask('GET', `/v1/orders/${json.id}`, { key: mall.keys.customer })

    expect(read.json.fulfillments.map(({ items }: Json) => items)).toEqual(
      [0, 1, 2].map(() => [{ lineId: 'l1', quantity: 1 }]),
    )
    expect(read.json.tenders).toHaveLength(1)
    expect(read.json.tenders[0].amount).toBe(read.json.payable)
  })

  it('S2-1.2a offers what can be decided where units are short', async () => {
    const sku = await ownProduct(5000, 1)
    const { status, json } = await ask(wish({ lines: [{ sku, quantity: 3 }] }))
    expect([status, json.code]).toEqual([409, 'OUT_OF_STOCK'])
    expect(json.errors).toMatchObject([{ available: 1, options: ['reduce', 'wait'] }])
    const waiting = await order(mall, { lines: [{ sku, quantity: 3 }], whenShort: 'wait' })
    const read = await mall.api.ask('GET', `/v1/orders/${waiting.json.id}`, {
      key: mall.keys.customer,
    })

    expect(waiting.status).toBe(201)
    expect(read.json.fulfillments[0].awaitsStock).toBe(true)
  })
})

/** A product of merchant A that no other test touches. */
async function ownProduct(price: number, onHand = 10): Promise<string> {
  const sku = `own-${randomUUID()}`
  const { db } = mall.world
  await db`insert into products (sku, merchant_id, name, price, currency, weight_grams)
    values (${sku}, 'm-a', 'Oolong', ${price}, 'CNY', 250)`
  await db`insert into stock (sku, warehouse_id, on_hand) values (${sku}, 'w-a', ${onHand})`
  return sku
}

async function pricedWith(coupons: string[]) {
  const { quote } = await quoted(mall, { ...W1, coupons })
  return { ...cart({ ...W1, coupons }), quote }
}
