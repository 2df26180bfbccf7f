import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addToCatalogue } from '../../db/catalog.ts'
import type { ProductSeed } from '../../db/catalog.ts'
import type { Category } from '../../domain/category.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'
import { openApi } from './support.ts'
import type { Json, TestApi } from './support.ts'

let world: World
let api: TestApi
beforeAll(async () => {
  world = await startWorld({ worker: false })
  api = openApi(world)
  await world.db`delete from stock`
  await world.db`delete from products`
  await addToCatalogue(world.db, {
    ...{ merchants: [], warehouses: [], categories: CATEGORIES },
    products: PRODUCTS,
  })
})
afterAll(() => world.stop())

const choice = (value: string, zh: string) => ({ value, name: { en: value, zh } })
const CATEGORIES: Category[] = [
  {
    ...{ id: 'tea', parentId: null, name: { en: 'Tea', zh: '茶叶' } },
    attributes: [
      {
        ...{ key: 'origin', name: { en: 'Origin', zh: '产地' }, type: 'choice' },
        choices: [choice('hangzhou', '杭州'), choice('fuding', '福鼎')],
        ...{ required: false, facet: true },
      },
    ],
  },
  { id: 'green', parentId: 'tea', name: { en: 'Green tea', zh: '绿茶' }, attributes: [] },
  { id: 'white', parentId: 'tea', name: { en: 'White tea', zh: '白茶' }, attributes: [] },
  { id: 'ware', parentId: null, name: { en: 'Tea ware', zh: '茶具' }, attributes: [] },
]

type Wishes = Partial<ProductSeed> & { onHand?: number }

function product(sku: string, { onHand = 5, ...facts }: Wishes = {}): ProductSeed {
  const seed = { sku, merchantId: 'm-a', name: sku, price: 1000, currency: 'CNY', image: null }
  const stock = [{ warehouseId: facts.merchantId === 'm-b' ? 'w-b' : 'w-a', onHand }]
  return { ...seed, weightGrams: 100, stock, ...facts }
}

const PRODUCTS: ProductSeed[] = [
  product('longjing', {
    ...{ name: 'Dragon Well', translations: { zh: { name: '西湖龙井', description: '明前' } } },
    ...{ category: 'green', attributes: { origin: 'hangzhou' }, price: 9900 },
  }),
  product('biluochun', { name: 'Bi Luo Chun 碧螺春', category: 'green', price: 5000 }),
  product('needles', {
    ...{ name: 'Silver needles 白毫银针', description: 'Better than any green leaves' },
    ...{ category: 'white', attributes: { origin: 'fuding' }, price: 20_000, onHand: 0 },
  }),
  product('cup', {
    ...{ name: 'Cups, white 白瓷杯', category: 'ware', fragile: true, price: 3500 },
    ...{ merchantId: 'm-b' },
  }),
  product('tray', { name: 'Bamboo tray 竹茶盘', category: 'ware', merchantId: 'm-b', price: 1999 }),
  product('odd', { name: 'Odds and ends', price: 100 }),
  product('set', {
    ...{ name: 'Tasting set', components: [{ sku: 'longjing', quantity: 2 }], stock: [] },
  }),
]

const list = async (query = '', headers: Record<string, string> = {}) => {
  const { status, json } = await api.ask('GET', `/v1/products?${query}`, { headers })
  expect(status, JSON.stringify(json)).toBe(200)
  return json
}
const skus = async (query: string) => (await list(query)).items.map(({ sku }: Json) => sku)
const q = (text: string) => `q=${encodeURIComponent(text)}`

describe('searching', () => {
  it.each([
    ['an English word in any number', 'cup', ['cup']],
    ['Chinese, two characters or more', '龙井', ['longjing']],
    ['a single Chinese character, wherever it stands', '杯', ['cup']],
    ['both languages at once', 'bamboo 茶盘', ['tray']],
    ['an attribute by its name in either language', '福鼎', ['needles']],
    ['a word of the description', 'leaves', ['needles']],
    ['nothing by a word that stands nowhere', 'coffee', []],
    ['nothing by a text without words, whatever it means to others', "!? ' | :* & (", []],
  ])('finds %s', async (_what, text, found) => expect(await skus(q(text))).toEqual(found))

  it('ranks names before kinds, and kinds before descriptions', async () => {
    expect(await skus(q('green'))).toEqual(['biluochun', 'longjing', 'needles'])
    expect(await skus(q('white'))).toEqual(['cup', 'needles'])
  })

  it('knows all that lies below a category', async () => {
    expect(await skus('category=tea')).toEqual(['biluochun', 'longjing', 'needles'])
    expect(await skus('category=green')).toEqual(['biluochun', 'longjing'])
    expect(await skus('category=none')).toEqual([])
  })

  it.each([
    ['merchant=m-b', ['cup', 'tray']],
    ['merchant=m-b&merchant=m-a&fragile=true', ['cup']],
    ['minPrice=1999&maxPrice=5000', ['biluochun', 'cup', 'tray']],
    ['attr=origin:hangzhou', ['longjing']],
    ['attr=origin:hangzhou&attr=origin:fuding', ['longjing', 'needles']],
    ['attr=origin:hangzhou&attr=grade:a', []],
    ['inStock=false', ['needles']],
    ['currency=USD', []],
    ['category=tea&inStock=true&maxPrice=5000', ['biluochun']],
  ])('narrows by %s', async (query, found) => expect(await skus(query)).toEqual(found))

  it('sorts by price, either way, and by age', async () => {
    const cheapest = ['odd', 'set', 'tray', 'cup', 'biluochun', 'longjing', 'needles']
    expect(await skus('sort=price')).toEqual(cheapest)
    expect(await skus('sort=-price')).toEqual(cheapest.toReversed())
    expect((await skus('sort=newest'))[0]).toBe('set')
  })

  it.each(['sort=price', 'sort=-price', 'sort=newest', q('茶'), ''])(
    'goes through the same by pages: %s',
    async (query) => {
      const whole = await skus(query)
      const found: string[] = []
      for (let next: string | null = ''; next !== null;) {
        const cursor: string = next === '' ? '' : `&cursor=${next}`
        const page = await list(`${query}&limit=2${cursor}`)
        found.push(...page.items.map(({ sku }: Json) => sku))
        next = page.next
      }
      expect(found).toEqual(whole)
    },
  )

  it.each([
    ['minPrice=-1', '?minPrice'],
    ['attr=origin', '?attr'],
    ['attr=origin:%00', '?attr'],
    ['attr=origin:a%0Ab', '?attr'],
    ['sort=best', '?sort'],
    ['inStock=maybe', '?inStock'],
    ['cursor=x', '?cursor'],
  ])('refuses %s', async (query, path) => {
    const { status, json } = await api.ask('GET', `/v1/products?${query}`)
    expect([status, json.code, json.errors[0].path]).toEqual([400, 'QUERY_INVALID', path])
  })
})

const facetsOf = async (query: string, headers = {}) => {
  const { facets, total, items } = await list(`${query}&facets=true`, headers)
  const facet = (name: string) => facets.find((one: Json) => one.name === name)
  return { facet, total, facets, items }
}
const countsOf = ({ values }: Json) =>
  Object.fromEntries(values.map(({ value, count }: Json) => [value, count]))

describe('facets', () => {
  it.each(['', 'category=tea', `category=tea&attr=origin:fuding&maxPrice=30000`, q('茶')])(
    'S1-1.1 have counts that add up to their total: %s',
    async (query) => {
      const { facets } = await facetsOf(query)
      expect(facets.length).toBeGreaterThanOrEqual(4)
      for (const { values, others, missing, total } of facets) {
        // Categories below others count in those.
        const topmost = values.filter(({ parent = null }: Json) => parent === null)
        const listed = topmost.reduce((sum: number, { count }: Json) => sum + count, 0)
        expect(listed + others + missing).toBe(total)
      }
    },
  )

  it('S1-1.1 count what their filter would find', async () => {
    const { facet, total, items } = await facetsOf('limit=100')
    expect(total).toBe(items.length)
    expect(countsOf(facet('category'))).toEqual({ tea: 3, green: 2, ware: 2, white: 1 })
    expect(facet('category')).toMatchObject({ missing: 2, total: 7 })
    for (const { value, count } of facet('category').values) {
      expect(await skus(`category=${value}`)).toHaveLength(count)
    }
    expect(countsOf(facet('stock'))).toEqual({ true: 6, false: 1 })
    for (const { value, count } of facet('merchant').values) {
      expect(await skus(`merchant=${value}`)).toHaveLength(count)
    }
    for (const { currency, from, to, count } of facet('price').values) {
      const band = `currency=${currency}&minPrice=${from}${to === null ? '' : `&maxPrice=${to}`}`
      expect(await skus(band)).toHaveLength(count)
    }
  })

  it('S1-1.1 ignore what is chosen in themselves, and nothing else', async () => {
    const { facet, total } = await facetsOf('category=tea&attr=origin:hangzhou&inStock=true')
    expect(total).toBe(1)
    expect(facet('attr.origin')).toMatchObject({ total: 2, missing: 1, others: 0 })
    expect(countsOf(facet('attr.origin'))).toEqual({ hangzhou: 1 })
    expect(countsOf(facet('stock'))).toEqual({ true: 1 })
    expect(countsOf(facet('merchant'))).toEqual({ 'm-a': 1 })
  })

  it('say of a category which one counts it as well', async () => {
    const { facet } = await facetsOf('category=green')
    const parents = facet('category').values.map(({ value, parent }: Json) => [value, parent])
    expect(Object.fromEntries(parents)).toEqual({
      ...{ tea: null, green: 'tea', white: 'tea', ware: null },
    })
    expect(facet('category').values[0].value).toBe('tea')
  })

  it('of attributes are those of the category', async () => {
    expect((await facetsOf('')).facet('attr.origin')).toBeUndefined()
    expect((await facetsOf('category=green')).facet('attr.origin')).toBeDefined()
    expect((await facetsOf('category=ware')).facet('attr.origin')).toBeUndefined()
  })

  it('are named in the reader’s language', async () => {
    const { facet } = await facetsOf('category=tea', { 'accept-language': 'zh' })
    expect(facet('category').label).toBe('类目')
    expect(facet('attr.origin')).toMatchObject({ label: '产地' })
    expect(
      facet('attr.origin')
        .values.map(({ name }: Json) => name)
        .toSorted(),
    ).toEqual([...['杭州', '福鼎'].toSorted()])
  })
})

describe('a listed product', () => {
  const read = async (sku: string, headers = {}) =>
    (await api.ask('GET', `/v1/products/${sku}`, { headers })).json

  it('S1-1.1 is flagged when it is sold out', async () => {
    expect(await read('needles')).toMatchObject({ available: 0, soldOut: true })
    expect(await read('cup')).toMatchObject({ available: 5, soldOut: false })
  })

  it('S1-1.1 is available as far as it can be sold: not what is promised or kept back', async () => {
    const own = product('counted', { onHand: 10 })
    await addToCatalogue(world.db, { merchants: [], warehouses: [], products: [own] })
    const available = async () => {
      const { available: units, soldOut } = await read('counted')
      for (const isIn of [true, false]) {
        expect((await skus(`limit=100&inStock=${isIn}`)).includes('counted')).toBe(soldOut !== isIn)
      }
      return units
    }
    const stock = world.db`sku = 'counted'`
    await world.db`update stock set reserved = 4 where ${stock}`
    expect(await available()).toBe(6)
    await world.db`update stock set safety = 2 where ${stock}`
    expect(await available()).toBe(4)
    await world.db`insert into stock_allotments (sku, warehouse_id, bucket, units)
      values ('counted', 'w-a', 0, 1), ('counted', 'w-a', 1, 2)`
    expect(await available()).toBe(7)
    await world.db`update stock set safety = 20 where ${stock}`
    expect(await available()).toBe(0)
    await world.db`delete from stock_allotments where ${stock}`
    await world.db`delete from stock where ${stock}`
    await world.db`delete from products where ${stock}`
  })

  it('is available as a bundle as often as its components suffice', async () => {
    expect(await read('set')).toMatchObject({
      ...{ available: 2, soldOut: false, components: [{ sku: 'longjing', quantity: 2 }] },
    })
  })

  it('is sold out as a bundle where a warehouse has too little of one component', async () => {
    const components = [
      { sku: 'longjing', quantity: 2 },
      { sku: 'odd', quantity: 6 },
    ]
    const own = product('scarce', { components, stock: [] })
    await addToCatalogue(world.db, { merchants: [], warehouses: [], products: [own] })
    expect(await read('scarce')).toMatchObject({ available: 0, soldOut: true })
    expect(await skus('inStock=false')).toEqual(['needles', 'scarce'])
    await world.db`delete from product_components where sku = 'scarce'`
    await world.db`delete from products where sku = 'scarce'`
  })

  it('may lie in more units than a number of 32 bits counts', async () => {
    const warehouses = ['w-x', 'w-y', 'w-z'].map((id) => ({ id, merchantId: 'm-a', name: id }))
    const stock = warehouses.map(({ id }) => ({ warehouseId: id, onHand: 1_000_000_000 }))
    const own = product('sand', { stock, name: 'Sand' })
    await addToCatalogue(world.db, { merchants: [], warehouses, products: [own] })
    expect(await read('sand')).toMatchObject({ available: 3_000_000_000, soldOut: false })
    expect((await list('q=sand&facets=true')).items).toMatchObject([{ available: 3_000_000_000 }])
    await world.db`delete from stock where sku = 'sand'`
    await world.db`delete from products where sku = 'sand'`
  })

  it('speaks the reader’s language where its merchant does', async () => {
    expect(await read('longjing', { 'accept-language': 'zh-CN' })).toMatchObject({
      ...{ name: '西湖龙井', description: '明前', category: { id: 'green', name: '绿茶' } },
    })
    expect(await read('longjing', { 'accept-language': 'en' })).toMatchObject({
      ...{ name: 'Dragon Well', description: '', category: { id: 'green', name: 'Green tea' } },
    })
  })

  it('is one for sale: active, of an approved merchant', async () => {
    const isListed = async () => (await skus('limit=100')).includes('odd')
    const odd = () => api.ask('GET', '/v1/products/odd')
    await world.db`update products set active = false where sku = 'odd'`
    expect([await isListed(), (await odd()).json.code]).toEqual([false, 'UNKNOWN_PRODUCT'])
    await world.db`update products set active = true where sku = 'odd'`
    await world.db`update merchants set status = 'suspended' where id = 'm-a'`
    expect([await isListed(), (await odd()).status]).toEqual([false, 404])
    await world.db`update merchants set status = 'approved' where id = 'm-a'`
    expect([await isListed(), (await odd()).status]).toEqual([true, 200])
  })

  it.each(['x', '%00', '..%2f..', 'a'.repeat(2000)])(
    'is none for a strange SKU: %s',
    async (sku) => {
      const { status, json } = await api.ask('GET', `/v1/products/${sku}`)
      expect([status, json.code]).toEqual([404, 'UNKNOWN_PRODUCT'])
    },
  )
})
