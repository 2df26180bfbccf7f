import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'
import { approvedMerchant, warehouse } from './merchants.ts'
import { makeKeys, openApi } from './support.ts'
import type { Json, Keys, TestApi } from './support.ts'

let world: World
let api: TestApi
let keys: Keys
let merchant: { id: string; owner: Json }
beforeAll(async () => {
  world = await startWorld({ worker: false })
  api = openApi(world)
  keys = await makeKeys(world)
  merchant = await approvedMerchant({ api, keys })
})
afterAll(() => world.stop())

const newName = () => `w-${randomUUID().slice(0, 8)}`
const put = (id: string, body: unknown = warehouse(), key = merchant.owner.key) =>
  api.ask('PUT', `/v1/warehouses/${id}`, { key, body })
const read = (id: string, key = merchant.owner.key) =>
  api.ask('GET', `/v1/warehouses/${id}`, { key })

describe('a warehouse', () => {
  it('is made by its merchant, and said anew', async () => {
    const id = newName()
    const made = await put(id)
    const again = await put(id)
    const changed = await put(id, warehouse({ cutoff: '09:30', handlingDays: 0, active: false }))

    const whole = { id, merchantId: merchant.id, ...warehouse(), active: true, keys: [] }
    expect([made.status, made.json]).toEqual([201, whole])
    expect([again.status, again.json]).toEqual([200, whole])
    expect(changed.json).toEqual({ ...whole, cutoff: '09:30', handlingDays: 0, active: false })
    expect((await read(id)).json).toEqual(changed.json)
  })

  it.each([
    ['/name', { name: '' }, 'REQUIRED'],
    ['/place/country', { place: { country: 'cn', region: 'x', city: 'y' } }, 'COUNTRY_INVALID'],
    ['/place/city', { place: { country: 'CN', region: '广东省' } }, 'REQUIRED'],
    ['/place/country', { place: { country: 'XX', region: 'x', city: 'y' } }, 'COUNTRY_INVALID'],
    [
      '/place/city',
      { place: { country: 'CN', region: '广东省', city: '杭州市' } },
      'DIVISION_MISMATCH',
    ],
    ['/cutoff', { cutoff: '24:00' }, 'VALUE_INVALID'],
    ['/cutoff', { cutoff: '9:30' }, 'VALUE_INVALID'],
    ['/timeZone', { timeZone: 'Asia/Shenzhen' }, 'TIME_ZONE_INVALID'],
    ['/timeZone', { timeZone: '+08:00' }, 'TIME_ZONE_INVALID'],
    ['/handlingDays', { handlingDays: 61 }, 'VALUE_INVALID'],
    ['/handlingDays', { handlingDays: 0.5 }, 'VALUE_INVALID'],
  ])('with a wrong %s is not made', async (path, wrong, code) => {
    const id = newName()
    const { status, json } = await put(id, warehouse(wrong))
    expect([status, json.errors]).toMatchObject([422, [{ path, code }]])
    expect((await read(id)).json.code).toBe('UNKNOWN_WAREHOUSE')
  })

  it.each([
    [{ country: 'CN', region: '广东', city: '深圳' }, '广东省', '深圳市'],
    [{ country: 'CN', region: 'Guangdong', city: 'Shenzhen' }, '广东省', '深圳市'],
    [{ country: 'CN', region: '北京', city: '北京市' }, '北京市', '北京市'],
    [{ country: 'US', region: 'California', city: 'Oakland' }, 'California', 'Oakland'],
  ])('stands where addresses would say so: %o', async (place, region, city) => {
    const { status, json } = await put(newName(), warehouse({ place }))
    expect([status, json.place]).toEqual([201, { country: place.country, region, city }])
  })

  it('can’t have the name of someone else’s, whose stays as it is', async () => {
    const before = await read('w-a', keys.admin)
    for (const id of ['w-a', 'm-b-main', 'm-b-history']) {
      const { status, json } = await put(id)
      expect([status, json.code]).toEqual([409, 'ID_TAKEN'])
    }
    expect((await read('w-a', keys.admin)).json).toEqual(before.json)
    expect((await put(`${merchant.id}-main`)).status).toBe(201)
    for (const id of ['%00', 'a b', 'x'.repeat(65)]) {
      expect((await put(encodeURIComponent(decodeURIComponent(id)))).status).toBe(404)
    }
  })

  it('is another merchant’s only by the platform’s people, who say whose', async () => {
    const made = await put(newName(), warehouse({ merchantId: merchant.id }), keys.admin)
    expect([made.status, made.json.merchantId]).toEqual([201, merchant.id])
    const whose = async (key: string, merchantId?: string) => {
      const body = warehouse(merchantId === undefined ? {} : { merchantId })
      const { json } = await put(newName(), body, key)
      return json.errors?.map(({ path, code }: Json) => [path, code])
    }
    expect(await whose(keys.admin)).toEqual([['/merchantId', 'REQUIRED']])
    expect(await whose(keys.admin, 'nobody')).toEqual([['/merchantId', 'UNKNOWN_MERCHANT']])
    expect(await whose(merchant.owner.key, 'm-a')).toEqual([['/merchantId', 'UNKNOWN_MERCHANT']])
  })

  it('exists for its merchant, its own people and the platform’s', async () => {
    const id = newName()
    await put(id)
    const seenBy = async (key: string) => {
      const pages = await api.ask('GET', '/v1/warehouses?limit=100', { key })
      const isListed = pages.json.items.some((one: Json) => one.id === id)
      return [(await read(id, key)).status, isListed]
    }
    for (const key of [merchant.owner.key, keys.support, keys.finance, keys.admin]) {
      expect(await seenBy(key)).toEqual([200, true])
    }
    for (const key of [keys.merchant, keys.otherMerchant, keys.warehouse]) {
      expect(await seenBy(key)).toEqual([404, false])
    }
    const people = (await api.ask('GET', '/v1/warehouses', { key: keys.warehouse })).json.items
    expect(people.map((one: Json) => one.id)).toEqual(['w-a'])
    const foreign = `/v1/warehouses?merchantId=m-a`
    expect((await api.ask('GET', foreign, { key: merchant.owner.key })).json.items).toEqual([])
    expect((await api.ask('GET', foreign, { key: keys.support })).json.items).toMatchObject([
      { id: 'w-a', place: null },
    ])
  })
})

describe('the keys of a warehouse', () => {
  it('are shown once, work there only, and stop when they are revoked', async () => {
    const id = newName()
    await put(id)
    const path = `/v1/warehouses/${id}/keys`
    const question = { key: merchant.owner.key, idempotencyKey: randomUUID() }
    const first = await api.ask('POST', path, question)
    const second = await api.ask('POST', path, question)

    expect([first.status, second.json]).toEqual([201, { id: first.json.id, key: null }])
    expect((await read(id)).json.keys).toEqual([{ id: first.json.id, madeBy: merchant.owner.id }])
    expect((await read(id, first.json.key)).status).toBe(200)
    expect((await read('w-a', first.json.key)).status).toBe(404)

    const revoke = (key: string) =>
      api.ask('POST', `${path}/${first.json.id}/revoke`, { key, body: {} })
    expect((await revoke(keys.merchant)).json.code).toBe('UNKNOWN_WAREHOUSE')
    expect((await revoke(merchant.owner.key)).status).toBe(204)
    expect((await read(id, first.json.key)).status).toBe(401)
    expect((await revoke(merchant.owner.key)).json.code).toBe('UNKNOWN_KEY')
    expect((await read(id)).json.keys).toEqual([])
  })

  it('of others can’t be revoked by their names', async () => {
    const id = newName()
    await put(id)
    const [, warehouseKey = ''] = keys.warehouse.split('_')
    const path = `/v1/warehouses/${id}/keys/${warehouseKey}/revoke`
    const { json } = await api.ask('POST', path, { key: merchant.owner.key })
    expect(json.code).toBe('UNKNOWN_KEY')
    expect((await read('w-a', keys.warehouse)).status).toBe(200)
  })

  it('are twenty at most', async () => {
    const id = newName()
    await put(id)
    await world.db`insert into api_keys (id, secret_hash, role, subject)
      select ${id} || '-' || n, '', 'warehouse', ${id} from generate_series(1, 20) n`
    const { json } = await api.ask('POST', `/v1/warehouses/${id}/keys`, { key: keys.admin })
    expect(json.code).toBe('LIMIT_REACHED')
  })
})
