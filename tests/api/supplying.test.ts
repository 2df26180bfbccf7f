import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { askForMore } from '../../db/replenishment.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'
import { LEVELS, openShelf } from './shelves.ts'
import { makeKeys, openApi } from './support.ts'
import type { Keys, TestApi } from './support.ts'

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
  openShelf({ world, api, key: keys.merchant }, { onHand: 10, ...LEVELS, ...facts })

const receive = (id: string, quantity: number) =>
  api.ask('POST', `/v1/purchase-requests/${id}/receipts`, {
    ...{ key: keys.merchant, body: { quantity } },
  })

describe('purchase requests', () => {
  it('come in pages, newest first, by status', async () => {
    const { sku, warehouseId, sell } = await shelf()
    await sell(6)
    const page = async (query: string) =>
      (await api.ask('GET', `/v1/purchase-requests?sku=${sku}&${query}`, { key: keys.finance }))
        .json
    await receive((await page('')).items[0].id, 16)
    await world.db.begin(async (tx) => {
      await tx`update stock set warning_level = 20, target_level = 30 where sku = ${sku}`
      await askForMore(tx, [{ sku, warehouseId }])
    })
    const first = await page('limit=1')
    const second = await page(`limit=1&cursor=${first.next}`)

    expect(first.items).toMatchObject([{ status: 'open', quantity: 10 }])
    expect(second).toMatchObject({ items: [{ status: 'received' }], next: null })
    expect((await page('status=received')).items).toEqual(second.items)
  })

  it.each(['0000-01-01T00:00:00Z', '9999-12-31T23:59:59Z'])(
    'are not asked for from %s on',
    async (requestedAt) => {
      const next = Buffer.from(JSON.stringify({ requestedAt, id: 'a' })).toString('base64url')
      const path = `/v1/purchase-requests?cursor=${next}`
      const { status, json } = await api.ask('GET', path, { key: keys.merchant })

      expect([status, json.code]).toEqual([400, 'QUERY_INVALID'])
      expect(json.errors).toMatchObject([{ path: '?cursor', code: 'VALUE_INVALID' }])
    },
  )
})

describe('a request that is cancelled', () => {
  const tasksOf = (id: string) =>
    world.db`select kind, code from tasks where subject = ${id} and resolved_at is null`
  async function cancelled(waiting: number): Promise<string> {
    const { sell, purchases } = await shelf({ onHand: 6 })
    await sell(6 + waiting, waiting)
    const [{ id }] = (await purchases()) as [{ id: string }]
    const path = `/v1/purchase-requests/${id}/cancel`
    for (const expected of [200, 200]) {
      expect((await api.ask('POST', path, { key: keys.merchant })).status).toBe(expected)
    }
    return id
  }

  it('has a person asked while orders wait for its goods', async () => {
    const id = await cancelled(3)
    expect(await tasksOf(id)).toEqual([{ kind: 'PURCHASE_STUCK', code: 'ORDERS_WAIT' }])
  })

  it('has nobody asked where none does', async () => {
    expect(await tasksOf(await cancelled(0))).toEqual([])
  })
})

describe('a warehouse that is not at work', () => {
  it('asks for nothing up to a target, but for what accepted orders wait for', async () => {
    const warehouseId = `w-${randomUUID()}`
    await world.db`insert into warehouses (id, merchant_id, name, active) values (${warehouseId}, 'm-a', 'Old', false)`
    const { sku, purchases } = await shelf({ onHand: 10 })
    const asked = async () =>
      (
        await api.ask('GET', `/v1/purchase-requests?warehouseId=${warehouseId}`, {
          key: keys.admin,
        })
      ).json.items
    const put = () =>
      api.ask('PUT', `/v1/stock/${sku}/${warehouseId}`, { key: keys.merchant, body: LEVELS })
    await put()
    expect([await asked(), await purchases()]).toEqual([[], []])
    await world.db`insert into reservations (order_id, fulfillment_id, line_id, sku, warehouse_id, quantity, secured, waiting_since, state)
      values (${randomUUID()}, 'f1', 'l1', ${sku}, ${warehouseId}, 3, 0, now(), 'committed')`
    await put()

    expect(await asked()).toMatchObject([{ sku, quantity: 3 }])
  })
})

describe('a supplier', () => {
  const put = (id: string, body: object, key = keys.merchant) =>
    api.ask('PUT', `/v1/suppliers/${id}`, { key, body })
  const read = (id: string, key = keys.merchant) => api.ask('GET', `/v1/suppliers/${id}`, { key })
  const contact = { name: 'Wang Wei', email: 'wang@estate.example', phone: '+86 571 8888 0000' }

  it('is its merchant’s own, and how it is reached is sealed', async () => {
    const id = `s-${randomUUID()}`
    await put(id, { leadDays: 7, contact })
    const { json } = await put(id, { leadDays: 9, contact })

    expect(json).toMatchObject({ id, merchantId: 'm-a', leadDays: 9, contact })
    expect((await read(id)).json).toEqual(json)
    expect((await read(id, keys.support)).json.contact.email).toBe('w***@estate.example')
    expect((await read(id, keys.otherMerchant)).json.code).toBe('UNKNOWN_SUPPLIER')
    expect((await put(id, { leadDays: 1, contact }, keys.otherMerchant)).json.code).toBe('ID_TAKEN')
    const [row] = await world.db<{ sealed: Buffer }[]>`
      select sealed from contacts where subject = ${`supplier:${id}`}`
    expect(row?.sealed.toString()).not.toContain('wang')
    expect(JSON.stringify(api.lines)).not.toContain('wang')
  })

  it('delivers shelves of its merchant only', async () => {
    const id = `s-${randomUUID()}`
    const body = { merchantId: 'm-b', leadDays: 7, contact }
    expect((await put(id, body)).json.errors).toMatchObject([{ path: '/merchantId' }])
    await put(id, body, keys.admin)
    const foreign = await shelf()
    const { json } = await foreign.put({ supplierId: id })
    expect(json.errors).toMatchObject([{ path: '/supplierId', code: 'UNKNOWN_SUPPLIER' }])
  })

  it('needs a lead time and a way to be told', async () => {
    const { json } = await put('s-1', { leadDays: 0 })
    expect(json.errors).toMatchObject([
      { path: '/leadDays', code: 'VALUE_INVALID' },
      { path: '/contact', code: 'REQUIRED' },
    ])
  })
})
