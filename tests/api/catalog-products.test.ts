import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createApiKey } from '../../db/access.ts'
import { readProducts } from '../../db/catalog.ts'
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

const FACTS = {
  name: 'Long Jing 龙井',
  price: 9900,
  weightGrams: 90,
  category: 'green-tea',
  attributes: { origin: 'hangzhou' },
}
const put = (sku: string, body: object = {}, key = keys.merchant) =>
  api.ask('PUT', `/v1/products/${sku}`, { key, body: { ...FACTS, ...body } })
const codes = ({ json }: { json: Json }) =>
  json.errors.map(({ path, code }: Json) => `${path} ${code}`)

describe('a product', () => {
  it('S1-4.1 that lacks what its category requires is refused, at every level of the tree', async () => {
    const answer = await put('lacking', { attributes: { volume: 50 } })
    expect([answer.status, answer.json.code]).toEqual([422, 'ATTRIBUTE_MISSING'])
    expect(codes(answer)).toEqual(['/attributes/origin ATTRIBUTE_MISSING'])
    expect(answer.json.errors[0].message).toContain('Fill it in')
    expect(await readProducts(world.db, ['lacking'])).toEqual([])
  })

  it('S1-4.1 that says what its category doesn’t know, or knows otherwise, is refused', async () => {
    const answer = await put('wrong', {
      attributes: { origin: 'mars', volume: 'big', taste: 'good' },
    })
    expect([answer.status, answer.json.code]).toEqual([422, 'INPUT_INVALID'])
    expect(codes(answer)).toEqual([
      '/attributes/origin ATTRIBUTE_INVALID',
      '/attributes/volume ATTRIBUTE_INVALID',
      '/attributes/taste ATTRIBUTE_UNKNOWN',
    ])
    expect(codes(await put('wrong', { category: 'none' }))).toEqual(['/category UNKNOWN_CATEGORY'])
  })

  it('is made, found and read back as it was sent', async () => {
    const sent = {
      ...{ description: 'Spring\nharvest', translations: { zh: { name: '西湖龙井' } } },
      ...{ images: ['https://images.example/1.jpg', 'https://images.example/2.jpg'] },
      ...{ size: { lengthMm: 90, widthMm: 60, heightMm: 40 }, shelfLifeDays: 540, fragile: true },
    }
    const made = await put('made', sent)
    expect(made.status).toBe(201)
    expect(made.json).toMatchObject({ ...FACTS, ...sent, version: 1, merchantId: 'm-a' })
    const { json } = await api.ask('GET', '/v1/catalog/products/made', { key: keys.merchant })
    expect(json).toEqual(made.json)
    const found = await api.ask('GET', `/v1/products?q=${encodeURIComponent('西湖 spring')}`)
    expect(found.json.items).toMatchObject([{ sku: 'made', image: sent.images[0], soldOut: true }])
  })

  it('changes by the version that its change was made from; the slower one hears of it', async () => {
    await put('raced')
    const [a, b] = await Promise.all([
      put('raced', { version: 1, price: 100 }),
      put('raced', { version: 1, price: 200 }),
    ])
    expect(new Set([a.status, b.status])).toEqual(new Set([200, 409]))
    expect((a.status === 409 ? a : b).json.code).toBe('VERSION_STALE')
    expect((await put('raced', { price: 300 })).json.code).toBe('VERSION_STALE')
    expect((await put('raced', { version: 2, price: 300 })).json).toMatchObject({
      ...{ version: 3, price: 300 },
    })
  })

  it('that two make at once is made by one', async () => {
    const both = await Promise.all([put('twice', { price: 1 }), put('twice', { price: 2 })])
    expect(new Set(both.map(({ status }) => status))).toEqual(new Set([201, 409]))
  })

  it('is as it was after a repeat', async () => {
    await put('again')
    const changed = await put('again', { version: 1, price: 100 })
    const repeated = await put('again', { version: 1, price: 100 })
    expect([repeated.status, repeated.json]).toEqual([200, changed.json])
  })

  it('belongs to its merchant', async () => {
    await put('mine')
    const theirs = await put('mine', { currency: 'USD' }, keys.otherMerchant)
    expect([theirs.status, theirs.json.code]).toEqual([409, 'ID_TAKEN'])
    const named = await put('named', { merchantId: 'm-b' })
    expect([named.status, named.json.code]).toEqual([422, 'MERCHANT_NOT_YOURS'])
    const read = await api.ask('GET', '/v1/catalog/products/mine', { key: keys.otherMerchant })
    expect([read.status, read.json.code]).toEqual([404, 'UNKNOWN_PRODUCT'])
    const list = await api.ask('GET', '/v1/catalog/products?limit=100', { key: keys.otherMerchant })
    expect(list.json.items.map(({ merchantId }: Json) => merchantId)).toEqual(['m-u'])
  })

  it('is written by an admin in a merchant’s name', async () => {
    expect(codes(await put('for-b', {}, keys.admin))).toEqual(['/merchantId REQUIRED'])
    const nobody = await put('for-b', { merchantId: 'm-x' }, keys.admin)
    expect(codes(nobody)).toEqual(['/merchantId UNKNOWN_MERCHANT'])
    const { status, json } = await put('for-b', { merchantId: 'm-b' }, keys.admin)
    expect([status, json.merchantId]).toEqual([201, 'm-b'])
  })

  it('is written by those of a team who are trusted with the catalogue', async () => {
    const key = (id: string, permissions: ('catalog' | 'inventory')[]) =>
      createApiKey(world.db, { id, role: 'merchant', subject: 'm-a', permissions })
    expect((await put('team', {}, await key('stock-keeper', ['inventory']))).status).toBe(403)
    expect((await put('team', {}, await key('editor', ['catalog']))).status).toBe(201)
  })

  it('is sold no longer, and stays its merchant’s to see', async () => {
    await put('retired')
    expect((await put('retired', { version: 1, active: false })).json.active).toBe(false)
    expect((await api.ask('GET', '/v1/products/retired')).status).toBe(404)
    const off = await api.ask('GET', '/v1/catalog/products?active=false', { key: keys.merchant })
    expect(off.json.items.map(({ sku }: Json) => sku)).toEqual(['retired'])
    expect(await readProducts(world.db, ['retired'])).toMatchObject([{ forSale: false }])
  })

  /** Each attribute is short enough, all of them are more than `LIMITS.attributes`. */
  const LONG = Object.fromEntries(Array.from({ length: 4 }, (_, i) => [`a${i}`, '茶'.repeat(180)]))

  it.each<[string, object, string]>([
    ['a price with a fraction', { price: 1.5 }, '/price AMOUNT_INVALID'],
    [
      'an image that isn’t encrypted',
      { images: ['http://a.example/x'] },
      '/images/0 VALUE_INVALID',
    ],
    ['an image with a password', { images: ['https://a:b@c.example'] }, '/images/0 VALUE_INVALID'],
    ['an image that is no address', { images: ['x'] }, '/images/0 VALUE_INVALID'],
    ['half a size', { size: { lengthMm: 1, widthMm: 1 } }, '/size/heightMm REQUIRED'],
    ['a name of nothing', { name: ' ' }, '/name REQUIRED'],
    ['another language', { translations: { fr: {} } }, '/translations/fr UNKNOWN_FIELD'],
    ['a shelf life of no days', { shelfLifeDays: 0 }, '/shelfLifeDays VALUE_INVALID'],
    ['another currency than the merchant’s', { currency: 'USD' }, '/currency CURRENCY_DIFFERS'],
    ['more attributes than orders keep', { attributes: LONG }, '/attributes VALUE_INVALID'],
    ['an attribute without a key', { attributes: { '': 'x' } }, '/attributes/ VALUE_INVALID'],
  ])('is refused with %s', async (_what, body, error) => {
    const answer = await put('refused', body)
    expect([answer.status, codes(answer)]).toEqual([422, [error]])
  })
})

describe('a bundle', () => {
  const bundle = (sku: string, components: object[], body: object = {}) =>
    put(sku, { components, ...body })
  const of = (sku: string, quantity = 1) => ({ sku, quantity })

  it('is made of the merchant’s own products', async () => {
    const made = await bundle('set-1', [of('a2', 2), of('a1')])
    expect(made.json.components).toEqual([of('a1'), of('a2', 2)])
    expect((await api.ask('GET', '/v1/products/set-1')).json.available).toBe(50)
    expect(await readProducts(world.db, ['set-1'])).toMatchObject([
      { components: [of('a1'), of('a2', 2)], categories: ['tea', 'green-tea'], forSale: true },
    ])
  })

  it.each<[string, string, object[], string]>([
    ['another merchant’s product', 'set-2', [of('b1')], '/components/0/sku UNKNOWN_SKU'],
    ['itself', 'set-2', [of('set-2')], '/components/0/sku BUNDLE_NESTED'],
    ['a bundle', 'set-2', [of('a1'), of('set-1')], '/components/1/sku BUNDLE_NESTED'],
    ['one product twice', 'set-2', [of('a1'), of('a1', 2)], '/components DUPLICATE'],
  ])('can’t hold %s', async (...[, sku, components, error]) => {
    expect(codes(await bundle(sku, components))).toEqual([error])
  })

  it('can’t be made of a product with stock, or of one that is part of another', async () => {
    const body = { version: 1, category: undefined, attributes: {} }
    expect(codes(await bundle('a1', [of('a2')], body))).toEqual([
      ...['/components BUNDLE_NESTED', '/components BUNDLE_STOCKED'],
    ])
  })
})

const quality = async (query = '', key = keys.merchant) =>
  (await api.ask('GET', `/v1/catalog/quality?limit=100&${query}`, { key })).json.items

describe('quality', () => {
  const RICH = {
    ...{ description: 'Spring harvest', images: ['https://images.example/1.jpg'] },
    ...{ size: { lengthMm: 90, widthMm: 60, heightMm: 40 } },
    attributes: { origin: 'hangzhou', volume: 50 },
  }

  it('S1-6.2 lists what says less than four fifths of what it should, with what is missing', async () => {
    await put('rich', RICH)
    await put('poor', { name: 'Poor', category: undefined, attributes: {} })
    const listed = await quality()

    expect(listed.find(({ sku }: Json) => sku === 'rich')).toBeUndefined()
    expect(listed.find(({ sku }: Json) => sku === 'poor')).toEqual({
      ...{ sku: 'poor', merchantId: 'm-a', name: 'Poor', completeness: 0.275 },
      missing: ['/description', '/category', '/images', '/size', '/translations/zh'],
    })
    for (const { completeness } of listed) expect(completeness).toBeLessThan(0.8)
    const scores = listed.map(({ completeness }: Json) => completeness)
    expect(scores).toEqual(scores.toSorted((a: number, b: number) => a - b))
  })

  it('S1-6.2 lists by another limit, page by page', async () => {
    const all = await quality('below=1')
    const found = []
    for (let next: string | null = ''; next !== null;) {
      const cursor: string = next === '' ? '' : `&cursor=${next}`
      const path = `/v1/catalog/quality?below=1&limit=3${cursor}`
      const { json }: Json = await api.ask('GET', path, { key: keys.merchant })
      found.push(...json.items)
      next = json.next
    }
    expect(found).toEqual(all)
    expect(await quality('below=0')).toEqual([])
  })

  it('is each merchant’s own; staff see all, or one’s', async () => {
    const merchants = async (query: string, key: string) =>
      new Set((await quality(query, key)).map(({ merchantId }: Json) => merchantId))
    expect(await merchants('', keys.otherMerchant)).toEqual(new Set(['m-u']))
    expect(await merchants('merchant=m-a', keys.otherMerchant)).toEqual(new Set(['m-u']))
    expect(await merchants('', keys.support)).toEqual(new Set(['m-a', 'm-b', 'm-u']))
    expect(await merchants('merchant=m-b', keys.support)).toEqual(new Set(['m-b']))
  })

  it('lists what is below a share to the digit', async () => {
    await put('mid', { name: 'Mid', attributes: { origin: 'hangzhou' } })
    const listed = async (query: string) =>
      (await quality(query)).some(({ sku }: Json) => sku === 'mid')
    const scores = { '0.57': 5700, '0.07': 700, '0.55555': 5556 }
    for (const [share, score] of Object.entries(scores)) {
      await world.db`update products set completeness = ${score} where sku = 'mid'`
      expect([share, await listed(`below=${share}`)]).toEqual([share, false])
      await world.db`update products set completeness = ${score - 1} where sku = 'mid'`
      expect([share, await listed(`below=${share}`)]).toEqual([share, true])
    }
  })

  it.each([-1, 10_001, 9e15])('refuses a page after the score %d', async (completeness) => {
    const cursor = Buffer.from(JSON.stringify({ completeness, sku: 'a' })).toString('base64url')
    const { status, json } = await api.ask('GET', `/v1/catalog/quality?cursor=${cursor}`, {
      key: keys.merchant,
    })
    expect([status, json.code]).toEqual([400, 'QUERY_INVALID'])
  })

  it('S1-6.2 is weighed anew when a category asks for more', async () => {
    await define('black-tea', { parentId: 'tea', name: names('Black tea', '红茶') })
    const made = await put('keemun', {
      ...RICH,
      category: 'black-tea',
      attributes: { origin: 'hangzhou' },
    })
    expect(made.json.completeness).toBe(1)
    const grade = { key: 'grade', name: names('Grade', '等级'), type: 'text', required: true }
    await define('black-tea', {
      parentId: 'tea',
      name: names('Red tea', '红茶'),
      attributes: [grade],
    })

    const { json } = await api.ask('GET', '/v1/catalog/products/keemun', { key: keys.merchant })
    expect(json).toMatchObject({ completeness: 0.925, missing: ['/attributes/grade'], version: 1 })
    const found = await api.ask('GET', '/v1/products?q=red')
    expect(found.json.items).toMatchObject([{ sku: 'keemun' }])
    expect(
      codes(await put('keemun', { ...RICH, category: 'black-tea', version: 1, price: 1 })),
    ).toEqual([...['/attributes/grade ATTRIBUTE_MISSING', '/attributes/volume ATTRIBUTE_UNKNOWN']])
  })
})
