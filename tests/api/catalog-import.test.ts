import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { putCategory } from '../../db/category.ts'
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
  const facts = { required: false, facet: false }
  const grade = { key: 'grade', name: { en: 'Grade', zh: '等级' } }
  await putCategory(world.db, {
    ...{ id: 'tea', parentId: null, name: { en: 'Tea', zh: '茶' } },
    attributes: [
      {
        ...facts,
        ...grade,
        type: 'choice',
        choices: [{ value: 'a', name: grade.name }],
        required: true,
      },
      { ...facts, key: 'volume', name: { en: 'Volume', zh: '容量' }, type: 'number', unit: 'ml' },
      { ...facts, key: 'organic', name: { en: 'Organic', zh: '有机' }, type: 'boolean' },
    ],
  })
})
afterAll(() => world.stop())

type Sent = { key?: string; query?: string; headers?: Record<string, string> }
const send = (raw: string, { key = keys.merchant, query = '', headers = {} }: Sent = {}) =>
  api.ask('POST', `/v1/products/import?${query}`, {
    ...{ key, raw, idempotencyKey: null },
    headers: { 'content-type': 'text/csv', ...headers },
  })
const read = async (sku: string) =>
  (await api.ask('GET', `/v1/catalog/products/${sku}`, { key: keys.admin })).json
const outcomes = ({ json }: { json: Json }) => json.rows.map(({ outcome }: Json) => outcome)
const errors = ({ json }: { json: Json }) =>
  json.rows.flatMap(({ line, errors = [] }: Json) =>
    errors.map(({ column, code }: Json) => `${line} ${column} ${code}`),
  )

const HEADER = 'sku,name,price,weightGrams,category,attr.grade'
const table = (...rows: string[]) => [HEADER, ...rows].join('\n')

describe('a table of products', () => {
  it('brings in all that a product can say', async () => {
    const answer = await send(
      [
        'sku,name,description,category,price,currency,weightGrams,lengthMm,widthMm,heightMm,fragile,shelfLifeDays,' +
          'images,components,active,name.zh,description.en,attr.grade,attr.volume,attr.organic,taxBps',
        'full,"Tea, ""best"" one","Two\nlines",tea,5990,CNY,280,100,80,60,true,365,' +
          'https://a.example/1.jpg https://a.example/2.jpg,,TRUE,好茶,Best,a,250.5,false,600',
        'pair,Two of them,,,9990,,600,,,,,,,full:2 a1,,,,,,,',
      ].join('\r\n'),
    )
    expect([answer.status, outcomes(answer)]).toEqual([200, ['created', 'created']])
    expect(answer.json.rows.map(({ line }: Json) => line)).toEqual([2, 4])
    expect(await read('full')).toMatchObject({
      ...{ name: 'Tea, "best" one', description: 'Two\nlines', category: 'tea', price: 5990 },
      ...{ size: { lengthMm: 100, widthMm: 80, heightMm: 60 }, fragile: true, shelfLifeDays: 365 },
      images: ['https://a.example/1.jpg', 'https://a.example/2.jpg'],
      translations: { zh: { name: '好茶' }, en: { description: 'Best' } },
      attributes: { grade: 'a', volume: 250.5, organic: false },
      ...{ merchantId: 'm-a', active: true, currency: 'CNY', taxBps: 600 },
    })
    expect((await read('pair')).taxBps).toBe(1300)
    expect((await read('pair')).components).toEqual([
      { sku: 'a1', quantity: 1 },
      { sku: 'full', quantity: 2 },
    ])
  })

  it('takes in the rows that are right, and tells of each other one where it is wrong', async () => {
    const answer = await send(
      table(
        'good,Good,100,100,tea,a',
        'bad-price,Bad,1.5,100,tea,a',
        'bad-grade,Bad,100,100,tea,z',
        'no-grade,Bad,100,heavy,tea,',
        'good,Once more,100,100,tea,a',
        ',Nameless,100,100,tea,a',
        'bad sku,Bad,100,100,tea,a',
        'b1,Another’s,100,100,tea,a',
      ),
    )
    expect(errors(answer)).toEqual([
      '3 price AMOUNT_INVALID',
      '4 attr.grade ATTRIBUTE_INVALID',
      '5 weightGrams VALUE_INVALID',
      '6 sku DUPLICATE',
      '7 sku REQUIRED',
      '8 sku VALUE_INVALID',
      '9 sku ID_TAKEN',
    ])
    expect(answer.json).toMatchObject({ created: 1, changed: 0, unchanged: 0, refused: 7 })
    expect((await read('good')).name).toBe('Good')
    expect((await read('bad-price')).code).toBe('UNKNOWN_PRODUCT')
    const zh = await send(table('x,X,-1,100,,'), { headers: { 'accept-language': 'zh' } })
    expect(zh.json.rows[0].errors[0].message).toContain('金额无效')
  })

  it('changes what its columns name, empties what is empty, and leaves the rest', async () => {
    await send(table('kept,Kept,100,100,tea,a'))
    const changed = await send('sku,price,category,attr.grade\nkept,200,,')
    expect([outcomes(changed), (await read('kept')).price]).toEqual([['changed'], 200])
    expect(await read('kept')).toMatchObject({ name: 'Kept', attributes: {}, version: 2 })
    expect(await read('kept')).not.toHaveProperty('category')
    expect(outcomes(await send('sku,price\nkept,200'))).toEqual(['unchanged'])
    expect((await read('kept')).version).toBe(2)
    expect(errors(await send('sku,name\nkept,'))).toEqual(['2 name REQUIRED'])
  })

  it('changes nothing in a trial run, and tells the same', async () => {
    const rows = table('tried,Tried,100,100,tea,a', 'wrong,Wrong,x,100,tea,a')
    const both = `${rows}\n`
    const tried = await send(both, { query: 'dryRun=true' })
    expect(tried.json.dryRun).toBe(true)
    expect((await read('tried')).code).toBe('UNKNOWN_PRODUCT')
    const done = await send(both)
    expect(done.json).toEqual({ ...tried.json, dryRun: false })
  })

  it('lets bundles stand before what they are made of', async () => {
    const rows = 'sku,name,price,weightGrams,components\na-set,Set,9,9,z-part:2\nz-part,Part,5,5,\n'
    expect(outcomes(await send(rows, { query: 'dryRun=true' }))).toEqual(['created', 'created'])
    expect(outcomes(await send(rows))).toEqual(['created', 'created'])
    expect(outcomes(await send(rows))).toEqual(['unchanged', 'unchanged'])
  })

  it.each(['a1:2:9', 'a1:', ':2', 'a1:2x'])('refuses the component %s', async (cell) => {
    const rows = `sku,name,price,weightGrams,components\nodd-set,Set,9,9,${cell}\n`
    expect(errors(await send(rows))).toMatchObject([expect.stringMatching(/^2 components /)])
  })

  it('may begin with a byte order mark', async () => {
    expect(outcomes(await send(`\uFEFF${table('marked,Marked,1,1,,')}`))).toEqual(['created'])
  })

  it('of a thousand rows comes in at once', async () => {
    const rows = Array.from({ length: 1000 }, (_, i) => `many-${i},Many ${i},100,100,tea,a`)
    const { json } = await send(table(...rows))
    expect(json).toMatchObject({ created: 1000, refused: 0 })
  })

  const bytes = (...values: number[]) => String.fromCodePoint(...values)
  it.each<[string, string, number, string, string[]]>([
    ['has an open quote', table('x,"open,1,1,,'), 400, 'TABLE_MALFORMED', ['/2']],
    ['has a quote amid a cell', table('x,a"b,1,1,,'), 400, 'TABLE_MALFORMED', ['/2']],
    [
      'has too many cells in a row',
      table('x,X,1,1,,', 'x,X,1,1,,,'),
      400,
      'TABLE_MALFORMED',
      ['/3'],
    ],
    ['has too few', table('x,X'), 400, 'TABLE_MALFORMED', ['/2']],
    ['has a column twice', 'sku,name,name\n', 422, 'TABLE_HEADER_INVALID', ['/name']],
    [
      'has strange columns',
      'sku,colour,attr.\n',
      422,
      'TABLE_HEADER_INVALID',
      ['/colour', '/attr.'],
    ],
    ['has no SKU', 'name,price\n', 422, 'TABLE_HEADER_INVALID', ['/sku']],
    ['is empty', '\n', 422, 'TABLE_HEADER_INVALID', ['/sku']],
    [
      'is separated by semicolons',
      'sku;name\n',
      422,
      'TABLE_HEADER_INVALID',
      ['/sku;name', '/sku'],
    ],
    ['holds a NUL', table(`x,a${bytes(0)}b,1,1,,`), 400, 'TEXT_INVALID', []],
    [
      'has too many rows',
      table(...Array.from({ length: 1001 }, () => 'x,X,1,1,,')),
      422,
      'TABLE_TOO_LONG',
      [],
    ],
    ['is too large', 'x'.repeat(1024 * 1024 + 1), 413, 'BODY_TOO_LARGE', []],
  ])('is refused when it %s', async (...[, raw, status, code, paths]) => {
    const { json, ...answer } = await send(raw)
    expect([answer.status, json.code]).toEqual([status, code])
    expect((json.errors ?? []).map(({ path }: Json) => path)).toEqual(paths)
  })

  it('is refused in another encoding than UTF-8', async () => {
    for (const encoding of ['latin1', 'utf16le'] as const) {
      const body = new Uint8Array(Buffer.from(`\uFEFF${table('x,Café,1,1,,')}`, encoding))
      const response = await api.app.request('/v1/products/import', {
        ...{ method: 'POST', body },
        headers: { authorization: `Bearer ${keys.merchant}`, 'content-type': 'text/csv' },
      })
      expect([response.status, ((await response.json()) as Json).code]).toEqual([
        400,
        'TEXT_INVALID',
      ])
    }
  })

  it.each(['application/json', 'text/plain', 'text/csvx'])('is refused as %s', async (type) => {
    const { status, json } = await send('[]', { headers: { 'content-type': type } })
    expect([status, json.code]).toEqual([415, 'CONTENT_TYPE_UNSUPPORTED'])
  })
})
