import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'
import { openShelf } from './shelves.ts'
import { order } from './shopping.ts'
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

const of = (sku: string) => ({ sku, quantity: 1 })
/** Make a bundle of a product that is there. */
const bundle = (sku: string) =>
  api.ask('PUT', `/v1/products/${sku}`, {
    key: keys.merchant,
    body: { version: 1, name: 'Set', price: 9900, weightGrams: 90, components: [of('a2')] },
  })
const codes = ({ json }: { json: Json }) =>
  json.errors.map(({ path, code }: Json) => `${path} ${code}`)

describe('a bundle', () => {
  it('is sold although it was a product of its own, whose shelf is empty', async () => {
    const { sku } = await world.product({ onHand: 0 })
    expect((await bundle(sku)).status).toBe(200)
    expect(await world.db`select from stock where sku = ${sku}`).toEqual([])
    const placed = await order({ world, api, keys }, { lines: [of(sku)] })
    expect([placed.status, placed.json.code]).toEqual([201, undefined])
  })

  it('keeps an empty shelf that there is a record of, and asks nobody for goods', async () => {
    const {
      sku,
      adjust,
      put: furnish,
      purchases,
    } = await openShelf({ world, api, key: keys.merchant })
    await adjust(-10, 'lost')
    const [low] = await furnish({ warningLevel: 1, targetLevel: 5 }).then(purchases)
    expect(codes(await bundle(sku))).toEqual(['/components BUNDLE_STOCKED'])
    await api.ask('POST', `/v1/purchase-requests/${low.id}/cancel`, { key: keys.merchant })
    expect((await bundle(sku)).status).toBe(200)

    const [row] = await world.db`select warning_level, target_level from stock where sku = ${sku}`
    expect(row).toEqual({ warning_level: null, target_level: null })
    const placed = await order({ world, api, keys }, { lines: [of(sku)] })
    expect(placed.status).toBe(201)
  })

  it('isn’t made of a product that orders wait for', async () => {
    const { sku, hold } = await openShelf({ world, api, key: keys.merchant }, { onHand: 0 })
    await hold(1, 1)
    expect(codes(await bundle(sku))).toEqual(['/components BUNDLE_STOCKED'])
  })
})
