import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { setAllotments } from '../../db/allotment.ts'
import { shelf, unbalanced } from '../support/stock.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'
import { record } from './old-shop.ts'
import { cart, makeKeys, openApi } from './support.ts'
import type { Json, Keys, TestApi } from './support.ts'

let world: World
let api: TestApi
let keys: Keys
beforeAll(async () => {
  world = await startWorld({ worker: false })
  api = openApi(world)
  keys = await makeKeys(world)
})
afterAll(() => world.stop())

const MERCHANT = 'old-merchant'
const line = (facts: object = {}) => ({
  ...{ sku: `old-${randomUUID()}`, quantity: 1, name: 'Kettle', merchantId: MERCHANT },
  ...{ unitPrice: 5890, freight: 0, weightGrams: 650 },
  ...facts,
})
const bringIn = (lines: object[], facts: object = {}) =>
  api.ask('POST', '/v1/imports/orders', {
    key: keys.admin,
    body: cart({ customerId: 'c-old', lines, ...facts }),
  })
const codes = ({ json }: { json: Json }) =>
  json.errors.map(({ path, code }: Json) => `${path} ${code}`)

describe('units that come with an imported order', () => {
  it.each<[string, (sku: string) => Promise<unknown>]>([
    ['what is kept back', (sku) => world.db`update stock set safety = 5 where sku = ${sku}`],
    [
      'who waits',
      (sku) => world.db`
        insert into reservations (order_id, fulfillment_id, line_id, sku, warehouse_id, quantity, secured,
          waiting_since, state)
        values (${randomUUID()}, 'f1', 'l1', ${sku}, ${`${MERCHANT}-main`}, 3, 0, now(), 'committed')`,
    ],
    [
      'allotments',
      (sku) =>
        world.db.begin((tx) => setAllotments(tx, { sku, warehouseId: `${MERCHANT}-main` }, 4)),
    ],
  ])('are its own, past %s', async (_what, stands) => {
    const told = line({ quantity: 2 })
    expect((await bringIn([told])).status).toBe(201)
    await stands(told.sku)
    const { status, json } = await bringIn([told, told])

    expect([status, json.code]).toEqual([201, undefined])
    expect(await shelf(world.db, told.sku)).toEqual({ onHand: 6, reserved: 6, allotted: 0 })
    expect(await unbalanced(world.db)).toEqual([])
  })

  it('are all there, however many come at once', async () => {
    const told = line({ quantity: 2 })
    const answers = await Promise.all(Array.from({ length: 8 }, () => bringIn([told])))
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 201))
    expect(await shelf(world.db, told.sku)).toMatchObject({ onHand: 16, reserved: 16 })
  })
})

describe('an order in dollars', () => {
  it.each(['alipay', 'wechatpay'])('is not paid by %s, which takes yuan', async (method) => {
    const told = line({ merchantId: 'us-merchant' })
    const { status, json } = await bringIn([told], { currency: 'USD', payment: { method } })
    expect([status, codes({ json })]).toEqual([422, ['/payment/method METHOD_NOT_OFFERED']])
    const byCard = await bringIn([told], { currency: 'USD', payment: { method: 'card' } })
    expect(byCard.status).toBe(201)
  })
})

describe('an order from elsewhere', () => {
  it.each<[string, object, object, string]>([
    [
      'in another currency than its merchant’s',
      { merchantId: 'm-a' },
      { currency: 'USD' },
      '/lines/1/merchantId CURRENCY_DIFFERS',
    ],
    [
      'with another merchant’s product',
      { sku: 'a1', merchantId: 'm-b' },
      {},
      '/lines/1/sku ID_TAKEN',
    ],
  ])('is refused %s, and nothing comes of it', async (...[, wrong, facts, error]) => {
    const [fine, bad] = [line({ merchantId: `new-${randomUUID()}` }), line(wrong)]
    const answer = await bringIn([fine, bad], facts)

    expect(codes(answer)).toEqual([error])
    expect(await world.db`select from merchants where id = ${fine.merchantId}`).toEqual([])
    expect(await world.db`select from products where sku = ${fine.sku}`).toEqual([])
  })

  it('is refused with a product that is sold in another currency', async () => {
    const told = line({ merchantId: 'm-a' })
    await world.db`insert into products (sku, merchant_id, name, price, currency, weight_grams)
      values (${told.sku}, 'm-a', 'Kettle', 1, 'USD', 1)`
    expect(codes(await bringIn([told]))).toEqual(['/lines/0/sku CURRENCY_MISMATCH'])
  })

  it('is refused with a bundle, which lies on no shelf', async () => {
    const told = line({ merchantId: 'm-a' })
    const body = { name: 'Set', price: 1, weightGrams: 1, components: [{ sku: 'a1', quantity: 2 }] }
    await api.ask('PUT', `/v1/products/${told.sku}`, { key: keys.merchant, body })
    const answer = await bringIn([told])

    expect(codes(answer)).toEqual(['/lines/0/sku SKU_IS_BUNDLE'])
    expect(await world.db`select from stock where sku = ${told.sku}`).toEqual([])
  })

  it('is refused where the merchant’s place is another’s warehouse', async () => {
    const merchantId = `new-${randomUUID()}`
    await world.db`insert into warehouses (id, merchant_id, name)
      values (${`${merchantId}-main`}, 'm-b', 'Mine')`
    expect(codes(await bringIn([line({ merchantId })]))).toEqual(['/lines/0/merchantId ID_TAKEN'])
  })

  it('of the past is refused, too, where its merchant sells in another currency', async () => {
    const told = line({ merchantId: 'm-a' })
    const tenders = [{ method: 'card', amount: 5890 }]
    const body = record({ lines: [told], tenders })
    const answer = await api.ask('POST', '/v1/imports/history', { key: keys.admin, body })
    expect(codes(answer)).toEqual(['/lines/0/merchantId CURRENCY_DIFFERS'])
  })
})
