import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keepStep } from '../../db/payment-step.ts'
import { SECRETS } from '../../testing/secrets.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'
import { HANGZHOU } from './shopping.ts'
import { makeKeys, ONE, openApi, place } from './support.ts'
import type { Json, Keys, TestApi } from './support.ts'

/** A customer goes on with what was chosen, also with a page that was loaded anew. */

let world: World
let api: TestApi
let keys: Keys
beforeAll(async () => {
  world = await startWorld()
  const cash = { limit: 10_000, refusals: 1, fee: 0, excluded: ['CN/浙江省'] }
  api = openApi(world, {
    settings: { mode: 'development', publicUrl: 'http://shop.example', cash },
  })
  keys = await makeKeys(world)
})
afterAll(() => world.stop())

const topUp = () =>
  api.ask('POST', '/v1/customers/c-1/wallet/credits', {
    key: keys.finance,
    body: {
      ...{ kind: 'wallet', amount: 3000, currency: 'CNY', reason: 'top_up' },
      reference: randomUUID(),
    },
  })

const MIX = { tenders: [{ method: 'wallet', amount: 3000 }, { method: 'alipay' }] }

/** An order to be paid from the wallet and by Alipay, and the token of its link. */
async function mixed(overrides: object = {}) {
  await topUp()
  const { placed } = await place(
    { world, api, key: keys.customer },
    { ...ONE, payment: MIX, ...overrides },
  )
  const token = new URL(placed.links.self).searchParams.get('token') ?? ''
  return { placed, token }
}

const pay = (id: string, body?: object, key = keys.customer) =>
  api.ask('POST', `/v1/orders/${id}/payments`, { key, ...(body !== undefined && { body }) })
const read = async (id: string, key = keys.customer): Promise<Json> =>
  (await api.ask('GET', `/v1/orders/${id}`, { key })).json
const standing = async (id: string) =>
  (await read(id)).tenders.map(({ method, status }: Json) => `${method} ${status}`)

describe('paying without a word of how', () => {
  it.each([undefined, {}])('as %j opens what was chosen at placing', async (body) => {
    const { placed } = await mixed()
    const path = placed.payment.nextAction.url.replace('http://shop.example', '')
    const { status, json } = await api.ask('POST', path, { ...(body !== undefined && { body }) })
    expect([status, json.nextActions]).toMatchObject([
      ...[200, [{ type: 'redirect', method: 'alipay', tenderId: 't2' }]],
    ])
    expect(await standing(placed.id)).toEqual(['wallet authorized', 'alipay action_required'])
  })

  it('goes on with what was chosen since', async () => {
    const { placed } = await mixed()
    await pay(placed.id)
    await pay(placed.id, { method: 'wechatpay' })
    const { json } = await pay(placed.id)
    expect(json.nextActions).toMatchObject([{ type: 'scan', method: 'wechatpay' }])
    await pay(placed.id, { tenders: [{ method: 'alipay' }] })
    expect((await pay(placed.id)).json.nextActions).toMatchObject([{ method: 'alipay' }])
  })

  it('is refused once nothing is to be paid any more', async () => {
    const { placed } = await place({ world, api, key: keys.customer })
    await api.ask('POST', `/v1/orders/${placed.id}/cancel`, { key: keys.customer, body: {} })
    expect((await pay(placed.id)).json.code).toBe('ORDER_CLOSED')
    const bought = await place(
      { world, api, key: keys.customer },
      { ...ONE, payment: { method: 'cod' } },
    )
    expect((await pay(bought.placed.id)).json.code).toBe('ALREADY_PAID')
  })

  it('is asked how, where no choice fits what is left', async () => {
    const { placed, notice, reaches } = await place({ world, api, key: keys.customer })
    const first = { tenders: [{ method: 'alipay', amount: 3000 }, { method: 'wechatpay' }] }
    const [alipay] = (await pay(placed.id, first)).json.nextActions
    await pay(placed.id, { tenders: [{ method: 'card', amount: 5000 }, { method: 'alipay' }] })
    const { tenderId, externalId } = alipay
    await notice({ tenderId, externalId, amount: 3000 })
    await reaches(
      ({ tenders }) => tenders.some((one) => one.id === tenderId && one.status === 'captured'),
      'the money of the first choice',
    )
    const { status, json } = await pay(placed.id)
    expect([status, json.errors]).toMatchObject([422, [{ path: '/method', code: 'REQUIRED' }]])
  })
})

describe('a part that is kept by its tender', () => {
  it('stays set aside while the rest is paid otherwise, by a link too', async () => {
    const { placed, token } = await mixed()
    const tenders = [{ tenderId: 't1' }, { method: 'wechatpay' }]
    const { status, json } = await pay(placed.id, { tenders }, token)
    expect([status, json.nextActions]).toMatchObject([200, [{ type: 'scan' }]])
    expect(await standing(placed.id)).toEqual([
      ...['wallet authorized', 'alipay created', 'wechatpay action_required'],
    ])
  })

  it.each([
    [{ tenderId: 't9' }, 'PAYMENT_CHANGED', '/tenders/0/tenderId'],
    [{ tenderId: 't1', amount: 1 }, 'UNKNOWN_FIELD', '/tenders/0/amount'],
    [{ amount: 1 }, 'REQUIRED', '/tenders/0/method'],
  ])('as %j is refused with %s', async (part, code, path) => {
    const { placed } = await place({ world, api, key: keys.customer })
    const { json } = await pay(placed.id, { tenders: [part, { method: 'card' }] })
    expect(json.errors).toMatchObject([{ path, code }])
  })

  it('counts for what may be paid at the door', async () => {
    const lines = [{ sku: 'a1', quantity: 2 }]
    const { placed } = await mixed({ lines })
    const tenders = [{ tenderId: 't1' }, { method: 'cod' }]
    const { status } = await pay(placed.id, { tenders })
    expect(status).toBe(200)
    const far = await mixed({ addresses: [HANGZHOU] })
    expect((await pay(far.placed.id, { tenders })).json.code).toBe('COD_NOT_THERE')
  })
})

describe('an order that waits for its payment', () => {
  it('shows its buyer how to go on, whenever it is read', async () => {
    const { placed, token } = await mixed()
    expect((await read(placed.id)).payment.nextActions).toEqual([])
    const opened = (await pay(placed.id)).json.nextActions
    expect((await read(placed.id)).payment.nextActions).toEqual(opened)
    expect((await read(placed.id, token)).payment.nextActions).toEqual(opened)
  })

  it('shows its buyer alone what is secret or leads to the order, and codes to support, too', async () => {
    const { placed } = await place({ world, api, key: keys.customer })
    await pay(placed.id)
    await pay(placed.id, { method: 'alipay' })
    await pay(placed.id, { method: 'wechatpay' })
    const typesFor = async (key: string) =>
      (await read(placed.id, key)).payment.nextActions.map(({ type }: Json) => type)
    expect(await typesFor(keys.customer)).toEqual(['scan', 'redirect', 'confirm'])
    expect(await typesFor(keys.support)).toEqual(['scan'])
    expect(await typesFor(keys.finance)).toEqual(['scan'])
    expect((await read(placed.id, keys.merchant)).payment).toBeUndefined()
  })

  it('keeps no step of a payment that is over', async () => {
    const { placed } = await place({ world, api, key: keys.customer })
    await pay(placed.id)
    await api.ask('POST', `/v1/orders/${placed.id}/cancel`, { key: keys.customer, body: {} })
    expect((await read(placed.id)).payment.nextActions).toEqual([])
    await expect
      .poll(async () => {
        const [row] = await world.db`select step, status from tenders where order_id = ${placed.id}`
        return row
      })
      .toEqual({ step: null, status: 'voided' })
  })

  it('keeps no step that its platform answered after the money came', async () => {
    const { id, pay: paid } = await place({ world, api, key: keys.customer })
    await paid()
    const step = { type: 'confirm', clientSecret: 'pi_1_secret_2' } as const
    await keepStep(world.db, SECRETS.vaultKey, { orderId: id, tenderId: 't1', step })
    const kept = await world.db`select step, status from tenders where order_id = ${id}`
    expect(kept).toEqual([{ step: null, status: 'captured' }])
  })

  it('says when to ask again while a platform doesn’t answer', async () => {
    const { placed } = await place({ world, api, key: keys.customer })
    await world.fault({
      ...{ target: 'payment', fault: 'server_error', operation: 'create', times: 1000 },
      orderId: placed.id,
    })
    const { status, headers } = await pay(placed.id)
    expect([status, headers.get('retry-after')]).toEqual([202, '2'])
    expect((await read(placed.id)).payment.nextActions).toEqual([
      { type: 'wait', method: 'card', tenderId: 't1', retryAfter: 5 },
    ])
    await fetch(`${world.sandbox.url}/sandbox/faults`, { method: 'DELETE' })
    expect((await pay(placed.id)).json.nextActions).toMatchObject([{ type: 'confirm' }])
  })
})
