import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ADDRESS_CHECKED, ADDRESS_REQUEST } from '../../api/examples.address.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'
import { ADDRESS, cart, makeKeys, openApi, traces } from './support.ts'
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

const check = (draft: Record<string, unknown>, headers: Record<string, string> = {}) =>
  api.ask('POST', '/v1/addresses/check', {
    ...{ key: keys.customer, body: { ...ADDRESS_REQUEST, ...draft }, headers },
    idempotencyKey: null,
  })

describe('POST /v1/addresses/check', () => {
  it('answers with the address as orders keep it, and its label', async () => {
    const { status, json } = await check({})
    expect([status, json]).toEqual([200, ADDRESS_CHECKED])
  })

  it('S2-1.1b asks for the district that is missing, and offers the city’s', async () => {
    const { status, json } = await check({ region: '广东', city: '深圳', district: null })
    expect([status, json.code]).toEqual([422, 'INPUT_INVALID'])
    expect(json.errors).toEqual([
      {
        ...{ path: '/district', code: 'ADDRESS_INCOMPLETE', missing: ['district'] },
        message: expect.stringContaining('not complete'),
        suggestions: expect.arrayContaining(['南山区', '福田区']),
      },
    ])
  })

  it('S2-1.1b tells of a city in another province where it lies', async () => {
    const { status, json } = await check({ region: '北京市', city: '深圳市' })
    expect(status).toBe(422)
    expect(json.errors).toMatchObject([
      { path: '/city', code: 'DIVISION_MISMATCH', suggestions: ['广东省/深圳市'] },
    ])
  })

  it('S2-1.1b asks which one is meant where a name is two', async () => {
    const { json } = await check({ region: '新疆', city: '伊犁', district: '伊宁', postcode: '' })
    expect(json.errors).toMatchObject([
      { path: '/district', code: 'DIVISION_UNKNOWN', suggestions: ['伊宁市', '伊宁县'] },
    ])
  })

  it('tells all that is wrong at once', async () => {
    const { json } = await check({ district: null, street: '', phone: '110', postcode: '51' })
    const found = json.errors.map(({ path, code }: Json) => `${path} ${code}`)
    expect(found).toEqual([
      ...['/district ADDRESS_INCOMPLETE', '/postcode POSTCODE_INVALID', '/phone PHONE_INVALID'],
    ])
    expect(json.errors[0].missing).toEqual(['district', 'street'])
  })

  it('S0-2.1 says in Chinese what to do next', async () => {
    const { json, headers } = await check({ phone: '1380013800' }, { 'accept-language': 'zh-CN' })
    expect(headers.get('content-language')).toBe('zh')
    expect(json.errors).toEqual([
      { path: '/phone', code: 'PHONE_INVALID', message: expect.stringMatching(/^手机号无效。请/) },
    ])
  })

  it('keeps nothing, and says nothing of it in the log', async () => {
    const before = await traces(world)
    await check({ street: '忘忧路 7 号' })
    await check({ street: '忘忧路 7 号', phone: '110' })
    expect(await traces(world)).toEqual(before)
    expect(JSON.stringify(api.lines)).not.toMatch(/忘忧|13800138000/)
  })
})

describe('POST /v1/orders', () => {
  const refused = async (
    address: Record<string, unknown>,
    headers: Record<string, string> = {},
  ) => {
    const before = await traces(world)
    const body = { ...cart({ addresses: [{ ...ADDRESS, ...address }] }), quote: 'none.none' }
    const answer = await api.ask('POST', '/v1/orders', { key: keys.customer, body, headers })
    expect(await traces(world)).toEqual(before)
    expect([answer.status, answer.json.code]).toEqual([422, 'INPUT_INVALID'])
    return answer.json.errors
  }

  it.each(['call me', '1380013800', '400-123-4567'])(
    'S0-2.1 says of the phone number %s in Chinese what to do next',
    async (phone) => {
      expect(await refused({ phone }, { 'accept-language': 'zh-CN' })).toMatchObject([
        {
          ...{ path: '/addresses/0/phone', code: 'PHONE_INVALID' },
          message: expect.stringMatching(/^手机号/),
        },
      ])
    },
  )

  it('S2-1.1b asks for a district, and refuses a city of another province', async () => {
    const { district: _, ...incomplete } = ADDRESS
    const path = '/addresses/0/district'
    expect(await refused({ ...incomplete, district: undefined })).toMatchObject([
      { path, code: 'ADDRESS_INCOMPLETE', missing: ['district'] },
    ])
    expect(await refused({ region: '北京市' })).toMatchObject([
      { path: '/addresses/0/city', code: 'DIVISION_MISMATCH', suggestions: ['广东省/深圳市'] },
    ])
  })
})

describe('GET /v1/divisions', () => {
  it('lists the provinces, and what is under a division, to everyone', async () => {
    const provinces = await api.ask('GET', '/v1/divisions')
    expect(provinces.json.items).toHaveLength(34)
    const guangdong = provinces.json.items.find(({ name }: Json) => name === '广东省')
    expect(guangdong).toEqual({ code: '44', name: '广东省', latin: 'Guangdong', divided: true })
    const cities = await api.ask('GET', `/v1/divisions?under=${guangdong.code}`)
    const { code } = cities.json.items.find(({ name }: Json) => name === '深圳市')
    const districts = await api.ask('GET', `/v1/divisions?under=${code}`)
    expect(districts.json.items.map(({ name }: Json) => name)).toContain('南山区')
  })

  it('may be kept for a day, and is confirmed to whoever has it', async () => {
    const { headers } = await api.ask('GET', '/v1/divisions')
    expect(headers.get('cache-control')).toBe('public, max-age=86400')
    const again = { headers: { 'if-none-match': headers.get('etag') ?? '' } }
    expect((await api.ask('GET', '/v1/divisions', again)).status).toBe(304)
  })

  it('knows no other code', async () => {
    const { status, json } = await api.ask('GET', '/v1/divisions?under=99')
    expect(status).toBe(400)
    expect(json.errors).toMatchObject([{ path: '?under', code: 'VALUE_INVALID' }])
  })
})
