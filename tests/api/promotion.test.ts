import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createApiKey } from '../../db/access.ts'
import { readPromotions } from '../../db/promotion.ts'
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
})
afterAll(() => world.stop())

const DAY = 24 * 60 * 60_000
const inDays = (days: number) => new Date(Date.now() + days * DAY).toISOString()
const member = { kind: 'member_percent', tiers: ['gold'] }
const reduction = { kind: 'full_reduction', threshold: 10_000, off: 1_000, repeats: false }

/** A promotion of merchant A that is in force for a week. */
const wish = (overrides: Record<string, unknown> = {}) => ({
  name: { en: '¥10 off from ¥100', zh: '满 100 减 10' },
  currency: 'CNY',
  terms: reduction,
  startsAt: inDays(-1),
  endsAt: inDays(6),
  ...overrides,
})

const problemsOf = ({ errors }: Json): string[] =>
  errors.map(({ path, code }: Json) => `${path} ${code}`)
const newId = () => `p-${randomUUID()}`
const put = (id: string, body: unknown, key = keys.merchant) =>
  api.ask('PUT', `/v1/promotions/${id}`, { key, body })
const get = (path: string, key = keys.merchant) => api.ask('GET', path, { key })
const end = (id: string, key = keys.merchant) =>
  api.ask('POST', `/v1/promotions/${id}/end`, { key, body: {} })

async function made(overrides: Record<string, unknown> = {}, key = keys.merchant) {
  const { status, json, text } = await put(newId(), wish(overrides), key)
  if (status !== 201) throw new Error(text)
  return json
}

describe('making a promotion', () => {
  it('makes a merchant’s own, at its own cost, with what it left out filled in', async () => {
    const { status, json } = await put('tea-week', wish())

    expect(status).toBe(201)
    expect(json).toMatchObject({
      ...{ id: 'tea-week', version: 1, merchantId: 'm-a', platformBps: 0, phase: 'live' },
      ...{ scope: {}, stack: 'free', priority: 0, onReturn: 'frozen_share', terms: reduction },
    })
  })

  it('makes the platform’s own at the platform’s cost, and a merchant’s that it co-funds', async () => {
    const own = await made({}, keys.admin)
    const shared = await made({ merchantId: 'm-a', platformBps: 4000 }, keys.admin)

    expect([own.merchantId, own.platformBps]).toEqual([undefined, 10_000])
    expect([shared.merchantId, shared.platformBps]).toEqual(['m-a', 4000])
  })

  it.each<[string, Record<string, unknown>, string]>([
    ['someone else’s', { merchantId: 'm-b' }, '/merchantId MERCHANT_NOT_YOURS'],
    [
      'over others’ goods',
      { scope: { merchants: ['m-b'] } },
      '/scope/merchants/0 MERCHANT_NOT_YOURS',
    ],
    ['of others’ products', { scope: { skus: ['a1', 'b1'] } }, '/scope/skus/1 UNKNOWN_SKU'],
    ['at the platform’s cost', { platformBps: 1 }, '/platformBps FUNDING_NOT_YOURS'],
  ])('is refused to a merchant where it is %s', async (_what, overrides, problem) => {
    const { status, json } = await put(newId(), wish(overrides))

    expect([status, json.code]).toEqual([422, 'INPUT_INVALID'])
    expect(problemsOf(json)).toEqual([problem])
  })

  it.each<[string, Record<string, unknown>, string]>([
    ['no name in Chinese', { name: { en: 'Off' } }, '/name/zh REQUIRED'],
    ['an unknown currency', { currency: 'XQX' }, '/currency CURRENCY_INVALID'],
    ['no time', { endsAt: inDays(-2) }, '/endsAt WINDOW_EMPTY'],
    ['an impossible time', { startsAt: '0000-01-01T00:00:00Z' }, '/startsAt VALUE_INVALID'],
    [
      'all of it off',
      { terms: { ...reduction, off: 10_000 } },
      '/terms/threshold THRESHOLD_TOO_LOW',
    ],
    ['nothing off', { terms: { ...reduction, off: 0 } }, '/terms/off AMOUNT_INVALID'],
    ['no share', { terms: { ...member, bps: 0 } }, '/terms/bps SHARE_INVALID'],
    ['more than all', { terms: { ...member, bps: 10_001 } }, '/terms/bps SHARE_INVALID'],
    [
      'nothing free',
      { terms: { kind: 'n_for_m', buy: 2, pay: 2 } },
      '/terms/pay PAY_NOT_BELOW_BUY',
    ],
    [
      'free freight clawed back',
      { terms: { kind: 'free_freight', threshold: 0 }, onReturn: 'clawback' },
      '/onReturn FREIGHT_NOT_CLAWED',
    ],
    ['an unknown kind', { terms: { kind: 'lottery' } }, '/terms/kind VALUE_INVALID'],
    ['an unknown field', { colour: 'red' }, '/colour UNKNOWN_FIELD'],
    ['an unknown merchant', { merchantId: 'm-x' }, '/merchantId UNKNOWN_MERCHANT'],
    [
      'an unknown category',
      { scope: { categories: ['nowhere'] } },
      '/scope/categories/0 UNKNOWN_CATEGORY',
    ],
  ])('is refused with %s', async (_what, overrides, problem) => {
    const { status, json } = await put(newId(), wish(overrides), keys.admin)

    expect([status, json.code]).toEqual([422, 'INPUT_INVALID'])
    expect(problemsOf(json)).toEqual([problem])
  })

  it('tells what is wrong in Chinese to who reads that', async () => {
    const body = wish({ endsAt: inDays(-2) })
    const headers = { 'accept-language': 'zh' }
    const { json } = await api.ask('PUT', `/v1/promotions/${newId()}`, {
      ...{ key: keys.merchant, body, headers },
    })
    expect(json.errors[0].message).toContain('结束时间')
  })

  it('takes a member of the team that is trusted with prices', async () => {
    const member = (permissions: ('pricing' | 'catalog')[]) =>
      createApiKey(world.db, { id: newId(), role: 'merchant', subject: 'm-a', permissions })

    expect((await put(newId(), wish(), await member(['pricing']))).status).toBe(201)
    expect((await put(newId(), wish(), await member(['catalog']))).status).toBe(403)
  })
})

describe('changing a promotion', () => {
  it('makes a new version, and none where nothing changes', async () => {
    const { id, endsAt, startsAt } = await made()
    const same = wish({ startsAt, endsAt })
    const repeated = await put(id, same)
    const changed = await put(id, { ...same, version: 1, priority: 7 })
    const again = await put(id, { ...same, version: 1, priority: 7 })
    const { json } = await get(`/v1/promotions/${id}`)

    expect([repeated.status, repeated.json.version]).toEqual([200, 1])
    expect([changed.status, changed.json.version, changed.json.priority]).toEqual([200, 2, 7])
    expect([again.status, again.json.version]).toEqual([200, 2])
    expect(json.versions.map((one: Json) => [one.version, one.priority])).toEqual([
      [2, 7],
      [1, 0],
    ])
  })

  it('is refused to who read another version, or none', async () => {
    const { id } = await made()
    const stale = [{ priority: 1 }, { priority: 1, version: 2 }]
    for (const overrides of stale) {
      const { status, json } = await put(id, wish(overrides))
      expect([status, json.code]).toEqual([409, 'VERSION_STALE'])
    }
    expect((await put(newId(), wish({ version: 1 }))).json.code).toBe('VERSION_STALE')
  })

  it('lets one of several win that change the same version at once', async () => {
    const { id, startsAt, endsAt } = await made()
    const changes = [1, 2, 3, 4].map((priority) =>
      put(id, wish({ startsAt, endsAt, version: 1, priority })),
    )
    const answers = await Promise.all(changes)
    const winners = answers.filter(({ status }) => status === 200)

    expect(winners).toHaveLength(1)
    expect(new Set(answers.map(({ json }) => json.code))).toEqual(
      new Set([undefined, 'VERSION_STALE']),
    )
    expect((await get(`/v1/promotions/${id}`)).json.priority).toBe(winners[0]?.json.priority)
  })

  it('lets one of several win that make the same at once', async () => {
    const race = async () => {
      const id = newId()
      const answers = await Promise.all([1, 2, 3].map((priority) => put(id, wish({ priority }))))
      return answers.map(({ status }) => `${status}`).toSorted()
    }
    const races = Array.from({ length: 40 }, race)

    expect(await Promise.all(races)).toEqual(races.map(() => ['201', '409', '409']))
  })

  it('keeps its kind, for coupons mean what they meant', async () => {
    const { id } = await made()
    const terms = { kind: 'free_freight', threshold: 0 }
    const { json } = await put(id, wish({ version: 1, terms }))
    expect(json.errors).toMatchObject([{ path: '/terms/kind', code: 'KIND_FIXED' }])
  })

  it('is not for others: their ids are taken, their promotions absent', async () => {
    const { id } = await made({}, keys.admin)

    expect((await put(id, wish({ version: 1 }))).json.code).toBe('ID_TAKEN')
    expect((await get(`/v1/promotions/${id}`)).json.code).toBe('UNKNOWN_PROMOTION')
    expect((await end(id)).json.code).toBe('UNKNOWN_PROMOTION')
  })
})

describe('ending a promotion', () => {
  it('takes it out of prices at once and for good', async () => {
    const { id } = await made()
    const first = await end(id)
    const second = await end(id)

    expect([first.status, first.json.phase]).toEqual([200, 'over'])
    expect(second.json.endedAt).toBe(first.json.endedAt)
    expect((await put(id, wish({ version: 1, priority: 2 }))).json.code).toBe('PROMOTION_ENDED')
  })
})

describe('the list of promotions', () => {
  const idsOf = async (query: string, key = keys.merchant) => {
    const { json } = await get(`/v1/promotions?limit=100${query}`, key)
    return json.items.map(({ id }: Json) => id) as string[]
  }

  it('shows a merchant its own, the platform’s people all, narrowed to one merchant or to now', async () => {
    const own = await made()
    const platforms = await made({}, keys.admin)
    const others = await made({ merchantId: 'm-u' }, keys.admin)
    const coming = await made({ startsAt: inDays(1) })
    const over = await made()
    await end(over.id)

    const mine = await idsOf('')
    expect(mine).toEqual(expect.arrayContaining([own.id, coming.id, over.id]))
    expect(mine).not.toContain(platforms.id)
    expect(await idsOf('&merchant=m-u')).toEqual([])
    expect(await idsOf('&merchant=m-u', keys.support)).toEqual(expect.arrayContaining([others.id]))
    expect(await idsOf('', keys.support)).toEqual(expect.arrayContaining([own.id, platforms.id]))
    const live = await idsOf('&live=true')
    expect(live).toContain(own.id)
    expect(live).not.toContain(coming.id)
    expect(live).not.toContain(over.id)
    expect(await idsOf('&live=false')).toEqual(expect.arrayContaining([coming.id, over.id]))
  })

  it('turns pages to the end', async () => {
    await made()
    await made()
    const ids: string[] = []
    for (let cursor: string | null = ''; cursor !== null;) {
      const { json } = await get(`/v1/promotions?limit=2${cursor && `&cursor=${cursor}`}`)
      ids.push(...json.items.map(({ id }: Json) => id))
      cursor = json.next
    }
    expect(ids).toEqual(await idsOf(''))
  })
})

describe('the promotions of a cart', () => {
  it('are those in force: the platform’s and its merchants’, in its currency, without coupons', async () => {
    const reads = await Promise.all([
      made(),
      made({}, keys.admin),
      made({ merchantId: 'm-u' }, keys.admin),
      made({ currency: 'USD' }),
      made({ startsAt: inDays(1) }),
      made({ terms: { kind: 'coupon', threshold: 0, benefit: { off: 100 } } }),
      made(),
    ])
    const [own, platforms, ...rest] = reads.map(({ id }) => id as string)
    await end(rest.at(-1) ?? '')
    const found = await readPromotions(world.db, {
      ...{ merchantIds: ['m-a', 'm-b'], currency: 'CNY', at: new Date().toISOString() },
    })
    const ids = found.map(({ id }) => id)

    expect(ids).toEqual(expect.arrayContaining([own, platforms]))
    expect(ids.filter((id) => rest.includes(id))).toEqual([])
    expect(found.every(({ version, platformBps }) => version >= 1 && platformBps >= 0)).toBe(true)
  })
})

describe('a customer’s tier', () => {
  const path = '/v1/customers/c-1'
  const say = (memberTier: unknown, key = keys.support) =>
    api.ask('PUT', path, { key, body: { memberTier } })

  it('is given and taken by support, and read by the customer', async () => {
    expect((await get(path, keys.customer)).json).toEqual({ id: 'c-1', memberTier: null })
    expect((await say('gold')).json).toEqual({ id: 'c-1', memberTier: 'gold' })
    expect((await get(path, keys.customer)).json.memberTier).toBe('gold')
    await say(null)
    expect((await get(path, keys.admin)).json.memberTier).toBeNull()
  })

  it('is nobody else’s business, and nothing a customer grants itself', async () => {
    expect((await get(path, keys.stranger)).json.code).toBe('FORBIDDEN')
    expect((await say('gold', keys.customer)).json.code).toBe('FORBIDDEN')
    expect((await say('so golden!')).json.errors).toMatchObject([
      { path: '/memberTier', code: 'VALUE_INVALID' },
    ])
  })
})
