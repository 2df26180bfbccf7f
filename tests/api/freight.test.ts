import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readFreightRules } from '../../db/freight.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'
import { approvedMerchant, warehouse } from './merchants.ts'
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

const weights = { firstGrams: 1000, stepGrams: 1000 }
const transit = { min: 1, max: 3 }
const everywhere = { carrier: 'express', ...weights, firstFee: 2000, stepFee: 900, transit }
const china = { ...everywhere, country: 'CN', firstFee: 1200, stepFee: 400 }
const guangdong = { ...china, region: '广东省', firstFee: 800, stepFee: 200 }
const TABLE = [guangdong, china, everywhere]

/** A merchant with a warehouse. */
async function newMerchant() {
  const { id, owner } = await approvedMerchant({ api, keys })
  const warehouseId = `w-${randomUUID().slice(0, 8)}`
  await api.ask('PUT', `/v1/warehouses/${warehouseId}`, { key: owner.key, body: warehouse() })
  const path = `/v1/merchants/${id}/freight-rules`
  const put = (rules: unknown[], key = owner.key) => api.ask('PUT', path, { key, body: { rules } })
  const read = (key = owner.key) => api.ask('GET', path, { key })
  const test = (wishes: Record<string, unknown> = {}, key = owner.key) => {
    const place = { country: 'CN', region: '广东省' }
    const body = { warehouseId, place, grams: 1500, ...wishes }
    return api.ask('POST', `${path}/try`, { key, body, idempotencyKey: null })
  }
  return { id, warehouseId, put, read, test }
}

describe('a table of freight rules', () => {
  it('stands in place of the one before, as a whole', async () => {
    const { id, warehouseId, put, read } = await newMerchant()
    const own = { ...everywhere, warehouseId }
    const first = await put([own, ...TABLE])
    expect([first.status, first.json.rules]).toEqual([200, [own, ...TABLE]])
    const before = await readFreightRules(world.db, [id])
    expect((await put([own, ...TABLE])).json).toEqual(first.json)
    expect(await readFreightRules(world.db, [id])).toEqual(before)

    await put([china])
    expect((await read()).json.rules).toEqual([china])
    expect((await put([])).json).toEqual({ rules: [] })
  })

  it.each<[string, Json, string]>([
    ['/rules/0/country', { ...guangdong, country: undefined }, 'REQUIRED'],
    ['/rules/0/country', { ...china, country: 'China' }, 'COUNTRY_INVALID'],
    ['/rules/0/warehouseId', { ...china, warehouseId: 'w-a' }, 'UNKNOWN_WAREHOUSE'],
    ['/rules/0/country', { ...china, country: 'XX' }, 'COUNTRY_INVALID'],
    ['/rules/0/country', { ...guangdong, country: 'XX' }, 'COUNTRY_INVALID'],
    ['/rules/0/region', { ...guangdong, region: '广冬' }, 'DIVISION_UNKNOWN'],
    ['/rules/0/firstFee', { ...china, firstFee: -1 }, 'AMOUNT_INVALID'],
    ['/rules/0/stepFee', { ...china, stepFee: 0.5 }, 'AMOUNT_INVALID'],
    ['/rules/0/stepFee', { ...china, stepFee: 1_000_000_000 }, 'FEE_TOO_HIGH'],
    ['/rules/0/firstGrams', { ...china, firstGrams: 0 }, 'VALUE_INVALID'],
    ['/rules/0/stepGrams', { ...china, stepGrams: 0 }, 'VALUE_INVALID'],
    ['/rules/0/transit/max', { ...china, transit: { min: 4, max: 3 } }, 'VALUE_INVALID'],
    ['/rules/0/carrier', { ...china, carrier: 'sf express' }, 'VALUE_INVALID'],
    ['/rules/0/weight', { ...china, weight: 1 }, 'UNKNOWN_FIELD'],
  ])('with a wrong %s changes nothing', async (path, wrong, code) => {
    const { put, read } = await newMerchant()
    await put(TABLE)
    const { status, json } = await put([wrong, everywhere])

    expect([status, json.errors]).toMatchObject([422, [{ path, code }]])
    expect((await read()).json.rules).toEqual(TABLE)
  })

  it('says the same thing once', async () => {
    const { warehouseId, put } = await newMerchant()
    const own = { ...china, warehouseId }
    const again = { ...guangdong, region: 'Guangdong' }
    const { json } = await put([china, own, { ...china, firstFee: 1 }, own, guangdong, again])
    expect(json.errors.map(({ path, code }: Json) => [path, code])).toEqual([
      ['/rules/2', 'DUPLICATE'],
      ['/rules/3', 'DUPLICATE'],
      ['/rules/5', 'DUPLICATE'],
    ])
    expect((await put([china, { ...china, carrier: 'sf' }])).status).toBe(200)
  })

  it('is one of two whole tables when both are put at the same moment', async () => {
    const { put, read } = await newMerchant()
    const tables = [TABLE, [{ ...china, carrier: 'sf' }]]
    const answers = await Promise.all([...tables, ...tables].map((rules) => put(rules)))

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect(tables).toContainEqual((await read()).json.rules)
  })

  it('is its own merchant’s alone, and the platform’s to read', async () => {
    const { put, read, test } = await newMerchant()
    for (const answer of [
      await put([], keys.merchant),
      await read(keys.merchant),
      await test({}, keys.merchant),
    ]) {
      expect([answer.status, answer.json.code]).toEqual([404, 'UNKNOWN_MERCHANT'])
    }
    expect((await read(keys.finance)).status).toBe(200)
    expect((await put([], keys.support)).status).toBe(403)
    expect((await put([china], keys.admin)).status).toBe(200)
  })
})

describe('regions', () => {
  it.each(['广东', 'Guangdong', '广东省'])(
    'are kept as addresses name them: %s',
    async (region) => {
      const { put, test } = await newMerchant()
      const { json } = await put([{ ...guangdong, region }])

      expect(json.rules).toEqual([guangdong])
      expect((await test({ place: { country: 'CN', region } })).json.rule).toEqual(guangdong)
    },
  )

  it('of other countries are taken as they are written', async () => {
    const { put, test } = await newMerchant()
    const california = { ...everywhere, country: 'US', region: 'California' }
    expect((await put([california])).json.rules).toEqual([california])
    const place = { country: 'US', region: 'California' }
    expect((await test({ place })).json.rule).toEqual(california)
  })

  it('that nobody knows are asked about with what was meant', async () => {
    const { put, test } = await newMerchant()
    for (const { json } of [
      await put([{ ...guangdong, region: '广冬省' }]),
      await test({ place: { country: 'CN', region: '广冬省' } }),
    ]) {
      expect(json.errors).toMatchObject([
        { code: 'DIVISION_UNKNOWN', suggestions: expect.arrayContaining(['广东省']) },
      ])
    }
  })
})

describe('a try', () => {
  it('tells the fee and the rule that counts', async () => {
    const { put, test } = await newMerchant()
    await put(TABLE)

    expect((await test()).json).toEqual({
      ...{ amount: 1000, currency: 'CNY', carrier: 'express', transit, rule: guangdong },
    })
    const beijing = { country: 'CN', region: '北京市' }
    expect((await test({ place: beijing })).json).toMatchObject({ amount: 1600, rule: china })
    const abroad = { country: 'SG', region: 'Singapore' }
    expect((await test({ place: abroad, grams: 1000 })).json).toMatchObject({
      ...{ amount: 2000, rule: everywhere },
    })
  })

  it('tells that nothing goes where no rule fits', async () => {
    const { put, test } = await newMerchant()
    await put([guangdong])
    const place = { country: 'CN', region: '北京市' }
    const nothing = { amount: null, currency: 'CNY', rule: null }
    expect((await test({ place })).json).toEqual(nothing)
  })

  it('tells the flat freight while there are no rules', async () => {
    const { test } = await newMerchant()
    expect((await test()).json).toEqual({ amount: 800, currency: 'CNY', rule: null })
  })

  it('knows no warehouse of others', async () => {
    const { json } = await (await newMerchant()).test({ warehouseId: 'w-a' })
    expect(json.errors).toMatchObject([{ path: '/warehouseId', code: 'UNKNOWN_WAREHOUSE' }])
  })

  it('of the heaviest order comes to an amount by every rule that was let in', async () => {
    const { put, test } = await newMerchant()
    // 49,999 steps and a first fee: the cap to the unit.
    const dearest = { ...everywhere, stepFee: 20_000_000, firstFee: 20_000_000 }
    expect((await put([dearest])).status).toBe(200)
    expect((await test({ grams: 50_000_000 })).json.amount).toBe(1_000_000_000_000)
  })
})
