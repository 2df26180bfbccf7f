import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { driveOrder } from '../support/order.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'
import { application, approvedMerchant, warehouse } from './merchants.ts'
import { order, wish } from './shopping.ts'
import { makeKeys, openApi } from './support.ts'
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

const done = (answer: { status: number; json: Json; text: string }) => {
  if (answer.status >= 300) throw new Error(answer.text)
  return answer.json
}

/** Everything between being let in and the first sale, by the doors that `docs/merchants.md` names. */
async function openShop() {
  const { id, owner } = await approvedMerchant({ api, keys })
  const [sku, warehouseId] = [`sku-${randomUUID()}`, `w-${randomUUID()}`]
  const put = async (path: string, body: unknown) =>
    done(await api.ask('PUT', path, { key: owner.key, body }))
  const post = async (path: string, body: unknown) =>
    done(await api.ask('POST', path, { key: owner.key, body }))
  await put(`/v1/warehouses/${warehouseId}`, warehouse())
  const { key: picker } = await post(`/v1/warehouses/${warehouseId}/keys`, {})
  const weights = { firstGrams: 100, firstFee: 700, stepGrams: 100, stepFee: 50 }
  const transit = { min: 1, max: 2 }
  await put(`/v1/merchants/${id}/freight-rules`, {
    rules: [{ country: 'CN', region: '广东', carrier: 'express', ...weights, transit }],
  })
  await put(`/v1/products/${sku}`, { name: '龙井', price: 4200, weightGrams: 150 })
  await put(`/v1/stock/${sku}/${warehouseId}`, {})
  await post('/v1/stock/counts', { sku, warehouseId, counted: 5, reason: 'first_count' })
  const decide = async (decision: string) =>
    done(await api.ask('POST', `/v1/merchants/${id}/${decision}`, { key: keys.admin, body: {} }))
  const lines = [{ sku, quantity: 1 }]
  return { id, owner, picker, sku, warehouseId, lines, decide }
}

const quote = (lines: Json) =>
  api.ask('POST', '/v1/quotes', { key: keys.customer, body: wish({ lines }) })
const buy = async (lines: Json) => done(await order({ world, api, keys }, { lines }))

describe('a merchant that was let in', () => {
  it('sells, at its own price and freight, and ships from its own warehouse', async () => {
    const { id, owner, picker, warehouseId, lines } = await openShop()
    const placed = await buy(lines)
    const { openPayment, notice, is } = driveOrder(world, placed.id)
    await openPayment()
    await notice()
    await is('pending_processing')

    expect(placed.payable).toBe(4200 + 700 + 50)
    const { json } = await api.ask('GET', `/v1/orders/${placed.id}`, { key: owner.key })
    expect(json.fulfillments).toMatchObject([{ merchantId: id, warehouseId }])
    const claim = `/v1/orders/${placed.id}/fulfillments/f1/claim`
    expect((await api.ask('POST', claim, { key: keys.warehouse, body: {} })).status).toBe(404)
    expect((await api.ask('POST', claim, { key: picker, body: {} })).status).toBe(200)
  })

  it('sends nothing to where no rule of its own goes', async () => {
    const { sku } = await openShop()
    const body = wish({
      lines: [{ sku, quantity: 1 }],
      addresses: [{ country: 'CN', region: '浙江省', city: '杭州市', district: '西湖区' }],
    })
    const { json } = await api.ask('POST', '/v1/quotes', { key: keys.customer, body })
    expect(json.code).toBe('NOT_DELIVERABLE')
  })
})

describe('a suspended merchant', () => {
  it('sells nothing until it is let in again', async () => {
    const { decide, lines } = await openShop()
    await decide('suspend')
    expect((await quote(lines)).json.code).toBe('NOT_FOR_SALE')
    await decide('reinstate')
    expect((await quote(lines)).status).toBe(200)
  })

  it('sees its orders, and finishes them', async () => {
    const { decide, lines, owner, picker } = await openShop()
    const { id } = await buy(lines)
    await decide('suspend')
    const { openPayment, notice, is } = driveOrder(world, id)
    await openPayment()
    await notice()
    await is('pending_processing')

    const { json } = await api.ask('GET', '/v1/orders', { key: owner.key })
    expect(json.items.map((one: Json) => one.id)).toEqual([id])
    for (const step of ['claim', 'pick', 'check', 'pack']) {
      const path = `/v1/orders/${id}/fulfillments/f1/${step}`
      expect((await api.ask('POST', path, { key: picker, body: {} })).status).toBe(200)
    }
    await is('awaiting_delivery')
  })
})

describe('a merchant that only applied', () => {
  it('sells nothing that an admin prepared for it', async () => {
    const body = application()
    done(await api.ask('POST', '/v1/merchants', { key: keys.customer, body }))
    const sku = `sku-${randomUUID()}`
    const facts = { name: '龙井', price: 4200, weightGrams: 150, merchantId: body.id }
    done(await api.ask('PUT', `/v1/products/${sku}`, { key: keys.admin, body: facts }))
    const { json } = await quote([{ sku, quantity: 1 }])
    expect(json.code).toBe('NOT_FOR_SALE')
  })
})
