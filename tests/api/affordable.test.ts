import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createApiKey } from '../../db/access.ts'
import { CASH_RULES } from '../../domain/cash.ts'
import type { CashRules } from '../../domain/cash.ts'
import { PAYMENT_METHODS } from '../../domain/events.ts'
import { card as giftCardOf, credited } from '../support/value.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'
import { order } from './shopping.ts'
import { makeKeys, ONE, openApi, place } from './support.ts'
import type { Keys } from './support.ts'

/** What a customer can't pay with is told at the door: the order never hears of it, and nobody is written to. */

let world: World
let keys: Keys
beforeAll(async () => {
  world = await startWorld()
  keys = await makeKeys(world)
})
afterAll(() => world.stop())

/** A customer with so much in their wallet. */
async function customer(amount: number, cash: CashRules = CASH_RULES) {
  const settings = { mode: 'development', publicUrl: 'http://shop.example', cash } as const
  const api = openApi(world, { settings })
  const { customerId: subject } = await credited(world.db, amount)
  const key = await createApiKey(world.db, { id: subject, role: 'customer', subject })
  return {
    mall: { world, api, keys: { ...keys, customer: key } },
    waiting: () => place({ world, api, key }, ONE),
    pay: (orderId: string, body: object, headers = {}) =>
      api.ask('POST', `/v1/orders/${orderId}/payments`, { key, body, headers }),
  }
}

describe('a part that its account can’t bear', () => {
  it('S1-3.2b is refused with what the account holds, and the order hears nothing of it', async () => {
    const { waiting, pay } = await customer(1000)
    const hands = await waiting()
    const before = await hands.types()
    const tenders = [{ method: 'alipay' }, { method: 'wallet', amount: 3000 }]
    const { status, json } = await pay(hands.placed.id, { tenders })
    expect([status, json.code, json.errors]).toMatchObject([
      ...[409, 'INSUFFICIENT_BALANCE'],
      [{ path: '/tenders/1/amount', code: 'INSUFFICIENT_BALANCE', available: 1000 }],
    ])
    const whole = await pay(hands.placed.id, { method: 'wallet' })
    expect(whole.json.errors).toMatchObject([{ path: '/method', available: 1000 }])
    expect(await hands.types()).toEqual(before)
    const notices = await world.db`select from notices where order_id = ${hands.placed.id}`
    expect(notices.count).toBe(0)
  })

  it('counts all parts by the same account, and what the order has set aside as free', async () => {
    const { waiting, pay } = await customer(3000)
    const { placed } = await waiting()
    const twice = [
      { method: 'wallet', amount: 2000 },
      { method: 'wallet', amount: 1001 },
    ]
    const refused = await pay(placed.id, { tenders: [...twice, { method: 'card' }] })
    expect(refused.json.errors).toMatchObject([{ path: '/tenders/1/amount', available: 1000 }])
    for (const amount of [3000, 2999]) {
      const tenders = [{ method: 'wallet', amount }, { method: 'card' }]
      expect((await pay(placed.id, { tenders })).status).toBe(200)
    }
  })

  it('is told to a link, which may have been passed on, without what the account holds', async () => {
    const { mall, waiting, pay } = await customer(3000)
    const { placed, notice, reaches, read } = await waiting()
    const mix = { tenders: [{ method: 'wallet', amount: 3000 }, { method: 'card' }] }
    const [{ tenderId, externalId }] = (await pay(placed.id, mix)).json.nextActions
    await notice({ tenderId, externalId, type: 'failed', code: 'card_declined' })
    await reaches(
      ({ tenders }) =>
        tenders.some(({ method, status }) => method === 'wallet' && status === 'voided'),
      'the wallet’s release',
    )
    const { customerId } = await read()
    await mall.api.ask('POST', `/v1/customers/${customerId}/wallet/debits`, {
      key: keys.finance,
      body: {
        ...{ kind: 'wallet', amount: 1766, currency: 'CNY', reason: 'top_up' },
        reference: randomUUID(),
      },
    })
    const own = await pay(placed.id, {})
    expect(own.json.errors).toMatchObject([{ code: 'INSUFFICIENT_BALANCE', available: 1234 }])
    const link = new URL(placed.links.self).searchParams.get('token') ?? ''
    const ask = async (body: object) => {
      const path = `/v1/orders/${placed.id}/payments`
      const { status, json } = await mall.api.ask('POST', path, { key: link, body })
      return [status, json.errors]
    }
    expect(await ask({})).toEqual([
      ...[409, [expect.not.objectContaining({ available: expect.anything() })]],
    ])
    const { code } = await giftCardOf(world.db, 500)
    expect(await ask({ method: 'gift_card', code })).toMatchObject([409, [{ available: 500 }]])
  })

  it('is refused when an order is placed, too, and nothing is placed', async () => {
    const { mall } = await customer(1000)
    const split = [{ method: 'wallet', amount: 3000 }, { method: 'card' }]
    const mixed = await order(mall, { ...ONE, payment: { tenders: split } })
    expect([mixed.status, mixed.json.errors]).toMatchObject([
      ...[409, [{ path: '/payment/tenders/0/amount', available: 1000 }]],
    ])
    const whole = await order(mall, { ...ONE, payment: { method: 'wallet' } })
    expect(whole.json.errors).toMatchObject([
      { path: '/payment/method', code: 'INSUFFICIENT_BALANCE', available: 1000 },
    ])
    const points = await order(mall, { ...ONE, payment: { method: 'points' } })
    expect(points.json.errors).toMatchObject([{ path: '/payment/method', available: 0 }])
  })
})

describe('cash at the door', () => {
  it('S1-1.3b is offered up to an amount of which what is paid before is no part', async () => {
    const { mall, waiting, pay } = await customer(5000, { ...CASH_RULES, limit: 5000 })
    const { placed, read } = await waiting()
    expect((await read()).payable).toBeGreaterThan(5000)
    const alone = await pay(placed.id, { method: 'cod' })
    const tooMuch = { code: 'COD_TOO_MUCH', available: 5000 }
    expect(alone.json.errors).toMatchObject([{ path: '/method', ...tooMuch }])
    const placing = await order(mall, { ...ONE, payment: { method: 'cod' } })
    expect(placing.json.errors).toMatchObject([{ path: '/payment/method', ...tooMuch }])
    const tenders = [{ method: 'wallet', amount: 5000 }, { method: 'cod' }]
    expect((await pay(placed.id, { tenders })).status).toBe(200)
  })
})

describe('a field that can’t be taken', () => {
  it('says in both languages what would do', async () => {
    const { waiting, pay } = await customer(1)
    const { placed } = await waiting()
    const messages = async (body: object, language: string) => {
      const { json } = await pay(placed.id, body, { 'accept-language': language })
      return json.errors[0]
    }
    const least = { tenders: [{ method: 'card', amount: 0 }] }
    expect(await messages(least, 'en')).toMatchObject({
      ...{ code: 'AMOUNT_INVALID', minimum: 1 },
      message: 'The amount is not valid. Give a whole number of minor units. The least is 1.',
    })
    expect((await messages(least, 'zh')).message).toContain('最小为 1')
    const most = { tenders: [{ method: 'card', amount: 10 ** 13 }] }
    expect(await messages(most, 'en')).toMatchObject({ maximum: 10 ** 12 })
    const gold = await messages({ method: 'gold' }, 'en')
    expect(gold.suggestions).toEqual([...PAYMENT_METHODS])
    expect(gold.message).toContain('One of: card, alipay')
    expect((await messages({ method: 'gold' }, 'zh')).message).toContain('可选值：card、alipay')
  })
})

describe('parts that don’t sum to the price', () => {
  it('are refused with the price and their sum', async () => {
    const { mall, waiting, pay } = await customer(1)
    const { placed, read } = await waiting()
    const { payable: price } = await read()
    const tenders = [
      { method: 'card', amount: 100 },
      { method: 'alipay', amount: 23 },
    ]
    const { status, json } = await pay(placed.id, { tenders })
    expect([status, json.errors]).toMatchObject([
      ...[422, [{ path: '/tenders', code: 'TENDERS_DIFFER', price, sum: 123 }]],
    ])
    const placing = await order(mall, { ...ONE, payment: { tenders } })
    expect(placing.json.errors).toMatchObject([{ path: '/payment/tenders', price, sum: 123 }])
  })
})
