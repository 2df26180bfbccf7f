import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { reindex } from '../../db/reindex.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'
import { makeKeys, openApi } from './support.ts'
import type { Json, Keys, TestApi } from './support.ts'

let world: World
let api: TestApi
let keys: Keys
beforeAll(async () => {
  world = await startWorld({ worker: false })
  api = openApi(world)
  keys = await makeKeys(world)
  for (const [id, category] of Object.entries(CATEGORIES))
    expect((await define(id, category)).status).toBe(201)
})
afterAll(() => world.stop())

const names = (en: string, zh: string) => ({ en, zh })
const ORIGIN = {
  ...{ key: 'origin', name: names('Origin', '产地'), type: 'choice', required: true, facet: true },
  choices: [{ value: 'hangzhou', name: names('Hangzhou', '杭州') }],
}
const VOLUME = { key: 'volume', name: names('Volume', '容量'), type: 'number', unit: 'ml' }
const CATEGORIES = {
  tea: { name: names('Tea', '茶'), attributes: [ORIGIN] },
  'green-tea': { parentId: 'tea', name: names('Green tea', '绿茶'), attributes: [VOLUME] },
}

const define = (id: string, body: object, key = keys.admin) =>
  api.ask('PUT', `/v1/categories/${id}`, { key, body })

const codes = ({ json }: { json: Json }) =>
  json.errors.map(({ path, code }: Json) => `${path} ${code}`)

describe('a category', () => {
  it('stands in the tree with all that its products have', async () => {
    const { json } = await api.ask('GET', '/v1/categories')
    const keysOf = (attributes: Json) => attributes.map(({ key }: Json) => key)
    expect(
      json.items.map(({ id, path, attributes, schema }: Json) => [
        ...[id, path, keysOf(attributes), keysOf(schema)],
      ]),
    ).toEqual([
      ['tea', ['tea'], ['origin'], ['origin']],
      ['green-tea', ['tea', 'green-tea'], ['volume'], ['origin', 'volume']],
    ])
  })

  it.each<[string, string, object, string]>([
    [
      'below itself',
      'tea',
      { ...CATEGORIES.tea, parentId: 'green-tea' },
      '/parentId CATEGORY_CIRCLE',
    ],
    [
      'below nothing',
      'cups',
      { ...CATEGORIES.tea, parentId: 'none' },
      '/parentId UNKNOWN_CATEGORY',
    ],
    [
      'with its parent’s attribute',
      'oolong',
      { ...CATEGORIES.tea, parentId: 'tea' },
      '/attributes DUPLICATE',
    ],
    [
      'with a choice of nothing',
      'cups',
      { name: names('Cups', '杯'), attributes: [{ ...ORIGIN, choices: [] }] },
      '/attributes/0/choices REQUIRED',
    ],
    [
      'with choices for a number',
      'cups',
      { name: names('Cups', '杯'), attributes: [{ ...VOLUME, choices: ORIGIN.choices }] },
      '/attributes/0/choices UNKNOWN_FIELD',
    ],
    ['in one language', 'cups', { name: { en: 'Cups' } }, '/name/zh REQUIRED'],
  ])('is refused %s', async (...[, id, body, error]) => {
    const answer = await define(id, body)
    expect([answer.status, codes(answer)]).toEqual([422, [error]])
  })

  it('is as it was after a repeat', async () => {
    const { status, json } = await define('tea', CATEGORIES.tea)
    expect([status, json.id]).toEqual([200, 'tea'])
  })
})

describe('a category that changes', () => {
  /** A category of its own with so many products that know nothing of it yet. */
  async function fill(id: string, count: number) {
    await define(id, { name: names('Before', '以前') })
    await world.db`insert into products (sku, merchant_id, name, price, currency, weight_grams, category_id, active)
      select ${id} || '-' || n, 'm-a', 'Thing', 100, 'CNY', 100, ${id}, false from generate_series(1, ${count}::int) n`
  }
  const rename = (id: string) => define(id, { name: names(`${id} afterwards`, '以后') })
  const found = async (id: string) => {
    const [row] = await world.db<[{ count: number }]>`
      select count(*)::int from products where words @@ to_tsquery('shop_words', ${id} || ' & afterwards')`
    return row.count
  }

  it('is written at once, and those who write products wait neither for it nor for its products', async () => {
    await fill('slow', 3)
    const held = await world.db.reserve()
    await held`begin`
    await held`select from products where sku = 'slow-2' for update`
    const changing = rename('slow')
    const nameOf = async () => {
      const { json } = await api.ask('GET', '/v1/categories')
      return json.items.find((one: Json) => one.id === 'slow').name.en
    }
    await expect.poll(nameOf, { timeout: 10_000 }).toBe('slow afterwards')
    const made = await api.ask('PUT', '/v1/products/meanwhile', {
      ...{ key: keys.merchant },
      body: { name: 'Meanwhile', price: 100, weightGrams: 100, category: 'slow' },
    })
    await held`rollback`
    held.release()

    expect([made.status, (await changing).status]).toEqual([201, 200])
    expect(await found('slow')).toBe(4)
  })

  it('has hundreds of its products weighed with the answer, and the others by the relay', async () => {
    await fill('large', 1_200)
    expect((await rename('large')).status).toBe(200)
    expect(await found('large')).toBe(500)
    expect(await reindex(world.db, 150)).toBe(200)
    expect(await found('large')).toBe(700)

    const stop = new AbortController()
    const running = world.relay.run(stop.signal)
    await expect.poll(() => found('large'), { timeout: 20_000 }).toBe(1_200)
    stop.abort()
    await running
    expect(await reindex(world.db, 1)).toBe(0)
  })
})
