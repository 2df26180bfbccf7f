import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { unbalanced } from '../support/stock.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'
import { openShelf } from './shelves.ts'
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
  openShelf({ world, api, key: keys.merchant }, facts)

describe('units that are missing', () => {
  /** Ten were there, eight are promised to two orders, five were counted. */
  async function short(facts: Parameters<typeof openShelf>[1] = {}) {
    const place = await shelf({ onHand: 10, ...facts })
    const orders = [await place.sell(4), await place.sell(4)] as const
    await place.count(5)
    expect(await place.stock()).toMatchObject({ onHand: 5, reserved: 8, missing: 3 })
    return { ...place, orders }
  }
  /** What the books say, once they are seen to be right. */
  async function settled({ sku, stock, tasks }: Awaited<ReturnType<typeof short>>) {
    const wrong = await unbalanced(world.db)
    expect(wrong.filter((one) => one.sku === sku)).toEqual([])
    const { onHand, reserved, missing, free } = await stock()
    expect(await tasks()).toEqual(missing > 0 ? ['STOCK_SHORT'] : [])
    return { onHand, reserved, missing, free }
  }

  it('are paid first by what an order gives up', async () => {
    const place = await short()
    await place.move(place.orders[0], 'release', 4)

    expect(await settled(place)).toEqual({ onHand: 5, reserved: 4, missing: 0, free: 1 })
    await expect(place.sell(2)).rejects.toThrow('sold out')
    await place.sell(1)
  })

  it('are paid first by what is found', async () => {
    const place = await short()
    await place.adjust(2)
    expect(await settled(place)).toEqual({ onHand: 7, reserved: 8, missing: 1, free: -1 })
    await place.adjust(1)

    expect(await settled(place)).toEqual({ onHand: 8, reserved: 8, missing: 0, free: 0 })
    await expect(place.sell(1)).rejects.toThrow('sold out')
  })

  it('are paid first by goods that come, and are asked for', async () => {
    const place = await short({ warningLevel: 1, targetLevel: 20 })
    const [request] = await place.purchases()
    expect(request).toMatchObject({ quantity: 23 })
    await api.ask('POST', `/v1/purchase-requests/${request?.['id']}/receipts`, {
      ...{ key: keys.merchant, body: { quantity: 10 } },
    })

    expect(await settled(place)).toEqual({ onHand: 15, reserved: 8, missing: 0, free: 7 })
  })

  it('are paid before those who wait, and before allotments are laid out', async () => {
    const place = await short({ allotments: 4 })
    await place.sell(2, 2)
    await place.adjust(4)
    expect(await settled(place)).toEqual({ onHand: 9, reserved: 9, missing: 0, free: 0 })
    await place.adjust(4)

    expect(await settled(place)).toEqual({ onHand: 13, reserved: 10, missing: 0, free: 3 })
  })

  it('are said anew by the next count', async () => {
    const place = await short()
    await place.count(2)
    expect(await settled(place)).toEqual({ onHand: 2, reserved: 8, missing: 6, free: -6 })
    await place.count(10)

    expect(await settled(place)).toEqual({ onHand: 10, reserved: 8, missing: 0, free: 2 })
  })

  it('have turned up where they leave the building', async () => {
    const place = await short()
    const [first, second] = place.orders
    await place.move(first, 'ship', 4)
    await place.move(second, 'ship', 3)
    expect(await settled(place)).toEqual({ onHand: 0, reserved: 1, missing: 1, free: -1 })
    await place.move(second, 'ship', 1)

    expect(await settled(place)).toEqual({ onHand: 0, reserved: 0, missing: 0, free: 0 })
  })
})

describe('a snapshot of an outside system', () => {
  const TAKEN_AT = '2026-11-22T08:00:00.000Z'
  const send = (key: string, body: object) =>
    api.ask('POST', '/v1/stock/snapshots', {
      ...{ key, body: { warehouseId: 'w-a', takenAt: TAKEN_AT, ...body } },
    })
  const take = (version: number, items: { sku: string; onHand: number }[], source: string) =>
    send(keys.merchant, { source, version, items })

  it('S0-4.1b is ignored and answered stale when a newer one is known', async () => {
    const { sku, stock, changes } = await shelf({ onHand: 10 })
    const source = randomUUID()
    await take(7, [{ sku, onHand: 8 }], source)
    const { status, json } = await take(6, [{ sku, onHand: 99 }], source)

    const newest = { version: 7, takenAt: TAKEN_AT }
    expect([status, json]).toEqual([200, { stale: true, version: 6, newest }])
    expect(await stock()).toMatchObject({ onHand: 8 })
    expect(await changes()).toMatchObject([
      { kind: 'snapshot', reference: `${source}:7`, before: 10, after: 8 },
    ])
  })

  it('S0-4.1b counts once per version, and gets the same answer again', async () => {
    const { sku, adjust, stock } = await shelf({ onHand: 10 })
    const source = randomUUID()
    const items = [{ sku, onHand: 8 }]
    const first = await take(1, items, source)
    await adjust(5)
    const again = await take(1, items, source)

    const found = { known: 1, applied: 1, unknown: [], short: [] }
    expect(first.json).toEqual({ stale: false, version: 1, ...found })
    expect(again.json).toEqual(first.json)
    expect(await stock()).toMatchObject({ onHand: 13 })
  })

  it('of two at once has the newer one stand', async () => {
    const { sku, stock } = await shelf({ onHand: 10 })
    const source = randomUUID()
    const versions = [3, 1, 4, 2, 5, 5]
    const answers = await Promise.all(
      versions.map((version) => take(version, [{ sku, onHand: 100 + version }], source)),
    )
    expect(answers.map(({ status }) => status)).toEqual(versions.map(() => 200))
    expect(await stock()).toMatchObject({ onHand: 105 })
  })

  it('is taken over but for SKUs that the warehouse doesn’t keep', async () => {
    const { sku, sell, stock } = await shelf({ onHand: 10 })
    await sell(6)
    const items = [
      { sku: 'b1', onHand: 1 },
      { sku, onHand: 4 },
      { sku: 'never-heard', onHand: 2 },
    ]
    const { json } = await take(1, items, randomUUID())

    expect(json).toMatchObject({ known: 1, applied: 1, unknown: ['b1', 'never-heard'] })
    expect(json.short).toEqual([{ sku, short: 2 }])
    expect(await stock()).toMatchObject({ onHand: 4, reserved: 6, missing: 2 })
  })

  it('adds nothing to the list of changes where it says what is known', async () => {
    const { sku, sell, changes } = await shelf({ onHand: 10 })
    await sell(6)
    const source = randomUUID()
    await take(1, [{ sku, onHand: 4 }], source)
    const { json } = await take(2, [{ sku, onHand: 4 }], source)

    expect(json).toMatchObject({ known: 1, applied: 0, short: [{ sku, short: 2 }] })
    expect(await changes()).toHaveLength(1)
  })

  it('counts under a name that nobody else used first, until the platform lets it begin anew', async () => {
    const { sku, stock } = await shelf({ onHand: 10 })
    const source = randomUUID()
    const items = [{ sku, onHand: 8 }]
    await send(keys.warehouse, { source, version: Number.MAX_SAFE_INTEGER, items })
    const others = [keys.merchant, keys.admin].map((key) =>
      send(key, { source, version: 1, items }),
    )
    for (const { status, json } of await Promise.all(others))
      expect([status, json.code]).toEqual([409, 'ID_TAKEN'])
    const body = { source, warehouseId: 'w-a' }
    const reset = (key: string) => api.ask('POST', '/v1/stock/snapshots/reset', { key, body })
    expect((await reset(keys.merchant)).status).toBe(403)
    expect([(await reset(keys.admin)).status, (await reset(keys.admin)).status]).toEqual([204, 204])
    await take(1, [{ sku, onHand: 7 }], source)

    expect(await stock()).toMatchObject({ onHand: 7 })
    const first = await send(keys.warehouse, { source, version: 2, items })
    expect(first.json.code).toBe('ID_TAKEN')
  })

  it.each(['0000-01-01T00:00:00Z', '9999-12-31T23:59:59-23:59'])(
    'is not of %s',
    async (takenAt) => {
      const { sku } = await shelf()
      const { status, json } = await send(keys.merchant, {
        ...{ source: randomUUID(), version: 1, takenAt, items: [{ sku, onHand: 1 }] },
      })

      expect([status, json.code]).toEqual([422, 'INPUT_INVALID'])
      expect(json.errors).toMatchObject([{ path: '/takenAt', code: 'VALUE_INVALID' }])
    },
  )

  it('is refused of a SKU twice, and of someone else’s warehouse', async () => {
    const item = { sku: 'a1', onHand: 100 }
    const { json } = await take(1, [item, item], randomUUID())
    expect(json.errors).toMatchObject([{ path: '/items/1/sku', code: 'DUPLICATE' }])
    const body = {
      ...{ source: 'erp', warehouseId: 'w-b', version: 1 },
      ...{ takenAt: new Date().toISOString(), items: [item] },
    }
    for (const key of [keys.merchant, keys.warehouse]) {
      const theirs = await api.ask('POST', '/v1/stock/snapshots', { key, body })
      expect([theirs.status, theirs.json.code]).toEqual([404, 'UNKNOWN_WAREHOUSE'])
    }
  })
})
