import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createApiKey } from '../../db/access.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'
import { openShelf } from './shelves.ts'
import { makeKeys, openApi } from './support.ts'
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

const shelf = (facts: Parameters<typeof openShelf>[1] = {}) =>
  openShelf({ world, api, key: keys.merchant }, facts)

describe('stock', () => {
  it('tells what is on hand, promised, kept back and free', async () => {
    const { sku, sell, stock } = await shelf({ onHand: 10, safety: 2 })
    await sell(3)

    expect(await stock()).toEqual({
      ...{ sku, warehouseId: 'w-a', merchantId: 'm-a' },
      ...{ onHand: 10, reserved: 3, missing: 0, free: 5, waiting: 0, safety: 2 },
      ...{ warningLevel: null, targetLevel: null, supplierId: null, allotments: 0 },
    })
  })

  it('counts what is allotted as free', async () => {
    const { put, sell, stock } = await shelf({ onHand: 10, allotments: 4 })
    await sell(2)

    expect(await stock()).toMatchObject({ onHand: 10, reserved: 2, free: 8, allotments: 4 })
    await put({ safety: 5 })
    expect(await stock()).toMatchObject({ reserved: 2, free: 3, allotments: 0 })
  })

  it('is seen by its own merchant, its own warehouse and the platform', async () => {
    const { sku } = await shelf()
    const seen = async (key: string) =>
      (await api.ask('GET', `/v1/stock?sku=${sku}`, { key })).json.items.length
    const { merchant, otherMerchant, warehouse, otherWarehouse, support } = keys

    expect(await Promise.all([merchant, warehouse, support].map(seen))).toEqual([1, 1, 1])
    expect(await Promise.all([otherMerchant, otherWarehouse].map(seen))).toEqual([0, 0])
  })

  it('comes in pages', async () => {
    const skus: string[] = []
    let next: string | null = ''
    while (next !== null) {
      const path: string = `/v1/stock?warehouseId=w-b&limit=1${next && `&cursor=${next}`}`
      const { json }: { json: Json } = await api.ask('GET', path, { key: keys.admin })
      skus.push(...json.items.map(({ sku }: Json) => sku))
      next = json.next
    }
    expect(skus).toEqual(['b1'])
    const { json } = await api.ask('GET', '/v1/stock?cursor=x', { key: keys.admin })
    expect(json.errors).toMatchObject([{ path: '?cursor', code: 'VALUE_INVALID' }])
  })
})

describe('a shelf', () => {
  it('is made for a merchant’s own SKU in its own warehouse', async () => {
    const warehouseId = `w-${randomUUID()}`
    await world.db`insert into warehouses (id, merchant_id, name) values (${warehouseId}, 'm-a', 'New')`
    const put = (sku: string, key: string) =>
      api.ask('PUT', `/v1/stock/${sku}/${warehouseId}`, { key, body: {} })

    expect((await put('a1', keys.merchant)).json).toMatchObject({ onHand: 0, free: 0 })
    expect((await put('a1', keys.merchant)).status).toBe(200)
    const refused = [
      await put('b1', keys.merchant),
      await put('b1', keys.admin),
      await put('a2', keys.otherMerchant),
      await put('a1', keys.otherMerchant),
      await put('%00', keys.merchant),
    ]
    for (const { status, json } of refused) {
      expect([status, json.code]).toEqual([404, 'UNKNOWN_STOCK'])
    }
  })

  it('is none for a bundle, which has no stock of its own', async () => {
    const sku = `set-${randomUUID()}`
    await world.db`insert into products (sku, merchant_id, name, price, currency, weight_grams)
      values (${sku}, 'm-a', 'Set', 100, 'CNY', 10)`
    await world.db`insert into product_components (sku, component_sku, quantity) values (${sku}, 'a1', 2)`
    const path = `/v1/stock/${sku}/w-a`
    const { json } = await api.ask('PUT', path, { key: keys.merchant, body: {} })
    expect(json.code).toBe('UNKNOWN_STOCK')
  })

  it.each([
    { what: 'target at its warning level', settings: { warningLevel: 5, targetLevel: 5 } },
    { what: 'target without a warning level', settings: { targetLevel: 5 } },
    { what: 'warning level without a target', settings: { warningLevel: 5 }, code: 'REQUIRED' },
    { what: 'units below zero', settings: { safety: -1 }, field: 'safety' },
    {
      ...{ what: 'supplier of nobody', settings: { supplierId: 'x' } },
      ...{ field: 'supplierId', code: 'UNKNOWN_SUPPLIER' },
    },
  ])('has no $what', async ({ settings, field = 'targetLevel', code = 'VALUE_INVALID' }) => {
    const { put, stock } = await shelf({ safety: 1 })
    const { status, json } = await put(settings)

    expect([status, json.code]).toEqual([422, 'INPUT_INVALID'])
    expect(json.errors).toMatchObject([{ path: `/${field}`, code }])
    expect(await stock()).toMatchObject({ safety: 1 })
  })

  it('is changed by members who are trusted with inventory only', async () => {
    const { sku } = await shelf()
    const member = (permissions: ('inventory' | 'team')[]) =>
      createApiKey(world.db, { id: randomUUID(), role: 'merchant', subject: 'm-a', permissions })
    const put = async (key: string) =>
      (await api.ask('PUT', `/v1/stock/${sku}/w-a`, { key, body: {} })).status

    expect(await put(await member(['inventory']))).toBe(200)
    expect(await put(await member(['team']))).toBe(403)
  })
})

describe('a change of what is on hand', () => {
  it('stands with who, why, before and after', async () => {
    const { adjust, count, changes, stock } = await shelf({ onHand: 10 })
    const adjusted = await adjust(-4, 'damaged')
    await count(7)

    expect(adjusted.json).toMatchObject({ before: 10, after: 6, short: 0 })
    expect(await stock()).toMatchObject({ onHand: 7 })
    const common = { actor: 'merchant-a', short: 0 }
    expect(await changes()).toMatchObject([
      { kind: 'count', reason: 'cycle', before: 6, after: 7, ...common },
      { kind: 'adjustment', reason: 'damaged', before: 10, after: 6, ...common },
    ])
  })

  it('is made once per Idempotency-Key', async () => {
    const { sku, stock } = await shelf({ onHand: 10 })
    const body = { sku, warehouseId: 'w-a', by: 5, reason: 'found' }
    const question = { key: keys.warehouse, body, idempotencyKey: randomUUID() }
    const first = await api.ask('POST', '/v1/stock/adjustments', question)
    const again = await api.ask('POST', '/v1/stock/adjustments', question)

    expect(again.json).toEqual(first.json)
    expect(again.headers.get('idempotent-replayed')).toBe('true')
    expect(await stock()).toMatchObject({ onHand: 15 })
  })

  it.each([0, 4])(
    'below what is promised is told, and nothing is sold, allotted over %i rows',
    async (allotments) => {
      const { sell, count, stock, tasks } = await shelf({ onHand: 10, allotments })
      await sell(6)
      const first = await count(4)
      const second = await count(5)

      expect(first.json).toMatchObject({ before: 10, after: 4, short: 2 })
      expect(second.json).toMatchObject({ before: 4, after: 5, short: 1 })
      expect(await stock()).toMatchObject({ onHand: 5, reserved: 6, missing: 1, free: -1 })
      await expect(sell(1)).rejects.toThrow('sold out')
      expect(await tasks()).toEqual(['STOCK_SHORT'])
    },
  )

  it('is refused by the database where it would promise what nobody counted', async () => {
    const { sku, sell, count } = await shelf({ onHand: 10 })
    await sell(8)
    await count(5)
    const promised = world.db`update stock set reserved = reserved + 1 where sku = ${sku}`
    await expect(promised).rejects.toThrow('stock_never_oversold')
  })

  it('has a task that people look into and close', async () => {
    const { sku, sell, count, tasks } = await shelf({ onHand: 3 })
    await sell(3)
    await count(1)
    const { json } = await api.ask('GET', '/v1/tasks?limit=100', { key: keys.support })
    const task = json.items.find(({ subject }: Json) => subject.startsWith(sku))
    const question = { key: keys.support, body: { action: 'skip' } }

    expect(task).toMatchObject({ kind: 'STOCK_SHORT', orderId: null, actions: ['skip'] })
    expect((await api.ask('POST', `/v1/tasks/${task.id}/resolve`, question)).status).toBe(204)
    expect(await tasks()).toEqual([])
    await count(1)
    expect(await tasks()).toEqual(['STOCK_SHORT'])
  })

  it('serves orders that wait first', async () => {
    const { sell, adjust, stock } = await shelf({ onHand: 1 })
    await sell(3, 2)
    expect(await stock()).toMatchObject({ onHand: 1, reserved: 1, free: 0, waiting: 2 })
    await adjust(5)

    expect(await stock()).toMatchObject({ onHand: 6, reserved: 3, free: 3, waiting: 0 })
  })

  it('is refused of a bundle, whatever shelf it was left with', async () => {
    const { sku, put, adjust, count, changes } = await shelf({ onHand: 0 })
    await world.db`insert into product_components (sku, component_sku, quantity) values (${sku}, 'a1', 2)`
    const source = randomUUID()
    const body = { source, warehouseId: 'w-a', version: 1, takenAt: new Date().toISOString() }
    const { json } = await api.ask('POST', '/v1/stock/snapshots', {
      ...{ key: keys.merchant, body: { ...body, items: [{ sku, onHand: 3 }] } },
    })

    for (const refused of [await adjust(1), await count(1)])
      expect([refused.status, refused.json.code]).toEqual([409, 'BUNDLE_UNSTOCKED'])
    expect(json).toMatchObject({ known: 0, applied: 0, unknown: [sku] })
    expect((await put({})).json.code).toBe('UNKNOWN_STOCK')
    expect(await changes()).toEqual([])
  })

  it('is refused where it makes no sense', async () => {
    const { sku, adjust, count, changes } = await shelf({ onHand: 2 })
    const ask = (body: object, key = keys.merchant) =>
      api.ask('POST', '/v1/stock/adjustments', { key, body: { sku, warehouseId: 'w-a', ...body } })
    const valid = { by: 1, reason: 'found' }

    expect((await adjust(-3, 'lost')).json.code).toBe('BELOW_ZERO')
    const free = await ask({ by: 1, reason: 'Li Lei took it' })
    expect(free.json.errors).toMatchObject([{ path: '/reason', code: 'VALUE_INVALID' }])
    const none = await ask({ by: 0, reason: 'found' })
    expect(none.json.errors).toMatchObject([{ path: '/by', code: 'VALUE_INVALID' }])
    for (const key of [keys.otherMerchant, keys.otherWarehouse]) {
      expect((await ask(valid, key)).json.code).toBe('UNKNOWN_STOCK')
    }
    expect((await ask({ ...valid, warehouseId: 'w-b' })).json.code).toBe('UNKNOWN_STOCK')
    await ask({ by: 10_000_000 - 2, reason: 'found' })
    for (const by of [1, 10_000_001]) {
      const full = await ask({ ...valid, by })
      expect(full.json.errors).toMatchObject([{ path: '/by', code: 'VALUE_INVALID' }])
    }
    const counted = await count(10_000_001)
    expect(counted.json.errors).toMatchObject([{ path: '/counted', code: 'VALUE_INVALID' }])
    expect(await changes()).toHaveLength(1)
  })
})
