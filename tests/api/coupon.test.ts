import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lockCoupons, moveCoupons, readCoupons, sweepCoupons } from '../../db/coupon.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'
import { makeKeys, openApi, place } from './support.ts'
import type { Json, Keys, Question, TestApi } from './support.ts'

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
const problemsOf = ({ errors }: Json): string[] =>
  errors.map(({ path, code }: Json) => `${path} ${code}`)
const newId = () => randomUUID()

/** A promotion of coupons of ¥20 that merchant A bears, in force for a week. */
async function promotion(overrides: Record<string, unknown> = {}, key = keys.merchant) {
  const body = {
    name: { en: '¥20 off from ¥100', zh: '满 100 减 20' },
    currency: 'CNY',
    terms: { kind: 'coupon', threshold: 10_000, benefit: { off: 2_000 } },
    ...{ startsAt: inDays(-1), endsAt: inDays(6) },
    ...overrides,
  }
  const { json, status, text } = await api.ask('PUT', `/v1/promotions/${newId()}`, { key, body })
  if (status !== 201) throw new Error(text)
  return json as { id: string; startsAt: string; endsAt: string }
}

const issue = (id: string, body: object = {}, question: Question = {}) =>
  api.ask('POST', `/v1/promotions/${id}/coupons`, { key: keys.merchant, body, ...question })

async function issued(body: object = {}): Promise<Json> {
  const { id } = await promotion()
  const { json, status, text } = await issue(id, body)
  if (status !== 201) throw new Error(text)
  return json.items[0]
}

const withdraw = (id: string, key = keys.merchant) =>
  api.ask('POST', `/v1/coupons/${id}/withdraw`, { key, body: {} })
const listed = async (query = '', key = keys.customer) =>
  api.ask('GET', `/v1/coupons${query}`, { key })
const lock = (orderId: string, ...couponIds: string[]) =>
  world.db.begin((tx) => lockCoupons(tx, { orderId, couponIds }))
const read = (codes: string[], { customerId = 'c-1', at = inDays(0) } = {}) =>
  readCoupons(world.db, { codes, customerId, at })
const stateOf = async (id: string) => {
  const [row] = await world.db`select state, order_id as "orderId" from coupons where id = ${id}`
  return [row?.['state'], row?.['orderId']]
}

describe('issuing coupons', () => {
  it('makes as many codes as wished, which nobody guesses and everyone can read', async () => {
    const { id } = await promotion()
    const { status, json } = await issue(id, { count: 50 })
    const codes = json.items.map(({ code }: Json) => code)

    expect(status).toBe(201)
    expect(new Set(codes).size).toBe(50)
    for (const code of codes) {
      expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$/)
    }
    expect(json.items[0]).toMatchObject({ state: 'available', hindrance: null })
  })

  it('answers a repeat with the same codes, and makes no more', async () => {
    const { id } = await promotion()
    const question = { idempotencyKey: newId() }
    const first = await issue(id, { count: 3 }, question)
    const second = await issue(id, { count: 3 }, question)
    const [row] = await world.db`
      select count(*)::int as count from coupons where promotion_id = ${id}`

    expect(second.json).toEqual(first.json)
    expect(second.headers.get('idempotent-replayed')).toBe('true')
    expect(row?.['count']).toBe(3)
    expect((await issue(id, { count: 4 }, question)).json.code).toBe('IDEMPOTENCY_KEY_REUSED')
  })

  it('takes a code of someone’s choice once, whatever its case', async () => {
    const { id } = await promotion()
    const code = `Spring-${newId().slice(0, 8)}`
    const { json } = await issue(id, { code })
    const again = await issue(id, { code: code.toUpperCase() })

    expect(json.items[0].code).toBe(code.toUpperCase())
    expect([again.status, again.json.code]).toEqual([422, 'INPUT_INVALID'])
    expect(again.json.errors).toMatchObject([{ path: '/code', code: 'CODE_TAKEN' }])
    expect(again.text.toUpperCase()).not.toContain(code.toUpperCase())
    expect(JSON.stringify(api.lines).toUpperCase()).not.toContain(code.toUpperCase())
  })

  it.each<[string, object, string]>([
    ['a code with blanks', { code: 'two words' }, '/code CODE_INVALID'],
    ['one code for many', { code: 'MANY-OF-IT', count: 2 }, '/count VALUE_INVALID'],
    ['an earlier start', { validFrom: inDays(-3) }, '/validFrom OUTSIDE_PROMOTION'],
    ['a later end', { validUntil: inDays(7) }, '/validUntil OUTSIDE_PROMOTION'],
    ['no time at all', { validUntil: inDays(-2) }, '/validUntil WINDOW_EMPTY'],
  ])('is refused with %s', async (_what, body, problem) => {
    const { id } = await promotion()
    const { status, json } = await issue(id, body)

    expect(status).toBe(422)
    expect(problemsOf(json)).toEqual([problem])
  })

  it('is refused for promotions that have none, were ended, or are someone else’s', async () => {
    const free = await promotion({ terms: { kind: 'free_freight', threshold: 0 } })
    const ended = await promotion()
    await api.ask('POST', `/v1/promotions/${ended.id}/end`, { key: keys.merchant, body: {} })
    const platforms = await promotion({}, keys.admin)
    const shared = await promotion({ merchantId: 'm-a', platformBps: 5000 }, keys.admin)

    expect((await issue(free.id)).json.code).toBe('NO_COUPONS')
    expect((await issue(ended.id)).json.code).toBe('PROMOTION_ENDED')
    expect((await issue(platforms.id)).json.code).toBe('UNKNOWN_PROMOTION')
    expect((await issue(shared.id)).json.code).toBe('FORBIDDEN')
    expect((await issue(shared.id, {}, { key: keys.admin })).status).toBe(201)
  })
})

describe('a customer’s coupons', () => {
  it('are shown with their codes, where they stand, and why one can’t be used', async () => {
    const customerId = 'c-1'
    const free = await issued({ customerId })
    const early = await issued({ customerId, validFrom: inDays(1) })
    const taken = await issued({ customerId })
    await lock('order-of-c1', taken.id)
    const back = await issued({ customerId })
    await withdraw(back.id)
    await issued({ customerId: 'c-2' })
    await issued()
    const { json } = await listed('?limit=100')
    const seen = Object.fromEntries(json.items.map((one: Json) => [one.id, one]))

    expect(Object.keys(seen).toSorted()).toEqual(
      [free, early, taken, back].map(({ id }): string => id).toSorted(),
    )
    expect(seen[free.id]).toMatchObject({ code: free.code, state: 'available', hindrance: null })
    expect(seen[free.id].promotion.terms.benefit).toEqual({ off: 2_000 })
    expect(seen[early.id].hindrance).toBe('early')
    expect(seen[taken.id]).toMatchObject({ hindrance: 'locked', orderId: 'order-of-c1' })
    expect(seen[back.id]).toMatchObject({ state: 'withdrawn', hindrance: 'withdrawn' })
  })

  it('are shown to support without their codes, by customer', async () => {
    const { id, code } = await issued({ customerId: 'c-3' })
    const { json, text } = await listed('?customer=c-3', keys.support)

    expect(json.items).toMatchObject([{ id, ending: code.slice(-4) }])
    expect(text).not.toContain(code)
    expect((await listed('', keys.support)).json.errors).toMatchObject([
      { path: '?customer', code: 'REQUIRED' },
    ])
    expect((await listed('?customer=c-3')).json.errors).toMatchObject([
      { path: '?customer', code: 'CUSTOMER_NOT_YOURS' },
    ])
  })

  it('come page by page, those that last longest first', async () => {
    const customerId = 'c-4'
    for (const days of [2, 4, 3]) await issued({ customerId, validUntil: inDays(days) })
    const ends: string[] = []
    for (let cursor: string | null = ''; cursor !== null;) {
      const page = `?customer=c-4&limit=2${cursor && `&cursor=${cursor}`}`
      const { json } = await listed(page, keys.admin)
      ends.push(...json.items.map(({ validUntil }: Json) => validUntil))
      cursor = json.next
    }
    expect(ends).toHaveLength(3)
    expect(ends).toEqual(ends.toSorted().toReversed())
  })
})

describe('withdrawing a coupon', () => {
  it('is done once and for all, unless an order holds it', async () => {
    const { id } = await issued()
    expect((await withdraw(id)).json).toMatchObject({ id, state: 'withdrawn' })
    expect((await withdraw(id)).status).toBe(200)
    expect(await lock('o-1', id)).toBe(false)

    const held = await issued()
    await lock('o-1', held.id)
    const { status, json } = await withdraw(held.id)
    expect([status, json.code]).toEqual([409, 'COUPON_TAKEN'])
    expect((await withdraw(held.id, keys.otherMerchant)).json.code).toBe('UNKNOWN_COUPON')
  })
})

describe('holding up codes', () => {
  it('finds what they stand for, however they are typed, each once', async () => {
    const bearer = await issued()
    const own = await issued({ customerId: 'c-1' })
    const typed = [` ${bearer.code.toLowerCase()} `, own.code, bearer.code]
    const { held, refused } = await read(typed)

    expect(held.map(({ id }) => id)).toEqual([bearer.id, own.id])
    expect(held[0]?.promotion).toMatchObject({ version: 1, terms: { kind: 'coupon' } })
    expect(refused).toEqual([])
  })

  it('says of each code why it doesn’t count', async () => {
    const theirs = await issued({ customerId: 'c-2' })
    const taken = await issued()
    await lock('o-1', taken.id)
    const back = await issued()
    await withdraw(back.id)
    const early = await issued({ validFrom: inDays(1) })
    const codes = ['NONE-OF-OURS', theirs.code, taken.code, back.code, early.code]
    const { held, refused } = await read(codes)

    expect(held).toEqual([])
    expect(refused).toEqual([
      { index: 0, code: 'COUPON_UNKNOWN' },
      { index: 1, code: 'COUPON_UNKNOWN' },
      { index: 2, code: 'COUPON_TAKEN' },
      { index: 3, code: 'COUPON_EXPIRED' },
      { index: 4, code: 'COUPON_EXPIRED' },
    ])
    expect((await read([early.code], { at: inDays(2) })).held).toHaveLength(1)
  })

  it('is over when their promotion was ended', async () => {
    const { code, promotion: of } = await issued()
    await api.ask('POST', `/v1/promotions/${of.id}/end`, { key: keys.merchant, body: {} })
    expect((await read([code])).refused).toEqual([{ index: 0, code: 'COUPON_EXPIRED' }])
  })
})

describe('a coupon', () => {
  it('S2-1.3b goes to one of many orders that want it at once', async () => {
    const [one, two] = [await issued(), await issued()]
    const wishes = Array.from({ length: 12 }, (_, i) => {
      const both = i % 2 === 0 ? [one.id, two.id] : [two.id, one.id]
      return lock(`rush-${i}`, ...both).then((won) => (won ? [`rush-${i}`] : []))
    })
    const winners = (await Promise.all(wishes)).flat()

    expect(winners).toHaveLength(1)
    expect(await stateOf(one.id)).toEqual(['locked', winners[0]])
    expect(await stateOf(two.id)).toEqual(['locked', winners[0]])
  })

  it('is locked together with the others or not at all, and again by the same order', async () => {
    const [free, taken] = [await issued(), await issued()]
    await lock('o-first', taken.id)

    expect(await lock('o-second', free.id, taken.id)).toBe(false)
    expect(await stateOf(free.id)).toEqual(['available', null])
    expect(await lock('o-first', taken.id)).toBe(true)
  })

  it('is used only by the order that locked it, and given back only by that one', async () => {
    const { id } = await issued()
    await lock('o-1', id)
    const move = (orderId: string, kind: 'use' | 'release') =>
      world.db.begin((tx) => moveCoupons(tx, orderId, { kind, couponIds: [id] }))

    await expect(move('o-2', 'use')).rejects.toThrow('not locked')
    await move('o-2', 'release')
    expect(await stateOf(id)).toEqual(['locked', 'o-1'])
    await move('o-1', 'use')
    expect(await stateOf(id)).toEqual(['used', 'o-1'])
    await move('o-1', 'release')
    expect(await stateOf(id)).toEqual(['available', null])
  })

  it('belongs to one order, whatever a statement says', async () => {
    const { id } = await issued()
    await lock('o-1', id)

    await expect(world.db`update coupons set order_id = 'o-2' where id = ${id}`).rejects.toThrow(
      'held by another order',
    )
    await expect(world.db`update coupons set state = 'available' where id = ${id}`).rejects.toThrow(
      'check constraint',
    )
  })

  it('comes back by the sweep when its order is over and forgot it', async () => {
    const open = await place({ world, api, key: keys.customer })
    const over = await place({ world, api, key: keys.customer })
    const [kept, lost] = [await issued(), await issued()]
    await lock(open.id, kept.id)
    await lock(over.id, lost.id)
    const close = { closure: 'expired' }
    await world.db`update orders set view = view || ${world.db.json(close)} where id = ${over.id}`
    await world.db`update orders set owes_effects = true where id = ${over.id}`
    expect(await sweepCoupons(world.db)).toBe(0)
    await world.db`update orders set owes_effects = false where id = ${over.id}`

    expect(await sweepCoupons(world.db)).toBe(1)
    expect(await stateOf(lost.id)).toEqual(['available', null])
    expect(await stateOf(kept.id)).toEqual(['locked', open.id])
  })
})
