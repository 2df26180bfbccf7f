import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { workflowIdOf } from '../../client/order.ts'
import { DAYS } from '../support/time.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'
import { makeKeys, openApi, place } from './support.ts'
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

async function paid(quantity = 1) {
  const lines = [{ sku: 'a1', quantity }]
  const order = await place({ world, api, key: keys.customer }, { lines })
  await order.pay()
  return order
}

type Asked = { key?: string; idempotencyKey?: string; headers?: Record<string, string> }

const refund = (id: string, body: object, { key = keys.support, ...rest }: Asked = {}) =>
  api.ask('POST', `/v1/orders/${id}/refunds`, { key, body, ...rest })

async function answer(id: string, action: string, key: string) {
  const { json } = await api.ask('GET', `/v1/orders/${id}`, { key: keys.support })
  const task = json.tasks.find(({ kind }: Json) => kind === 'REFUND_APPROVAL')
  return api.ask('POST', `/v1/tasks/${task.id}/resolve`, { key, body: { action } })
}

describe('POST /v1/orders/{id}/refunds', () => {
  it('D20 gives ¥5 back without a return, once for each Idempotency-Key', async () => {
    const { id, refunded, reaches } = await paid()
    const wish = { amount: 500, reason: 'delay' }
    const again = { idempotencyKey: randomUUID() }
    expect((await refund(id, wish, again)).status).toBe(200)
    const repeat = await refund(id, wish, again)
    expect([repeat.status, repeat.headers.get('idempotent-replayed')]).toEqual([200, 'true'])
    await refunded()
    await reaches(({ refunds }) => refunds.length === 1, 'one refund')

    const { json } = await api.ask('GET', `/v1/orders/${id}`, { key: keys.customer })
    expect(json.totals).toMatchObject({ reversed: 500, refunded: 500 })
    expect(json.refunds).toMatchObject([{ amount: 500, reason: 'goodwill', status: 'succeeded' }])
  })

  it('says how much it could have been, in both languages', async () => {
    const { id, read } = await paid()
    const { payable } = await read()
    const { status, json } = await refund(id, { amount: payable + 1, reason: 'other' })
    expect([status, json.code]).toEqual([409, 'AMOUNT_TOO_HIGH'])
    expect(json.errors).toMatchObject([{ path: '/amount', available: payable }])
    const zh = { headers: { 'accept-language': 'zh' } }
    const chinese = await refund(id, { amount: payable + 1, reason: 'other' }, zh)
    expect(chinese.json.title).toBe('金额超出可退上限')
  })

  it('takes amounts above zero and known reasons', async () => {
    const { id } = await paid()
    const { json } = await refund(id, { amount: 0, reason: 'because' })
    expect(json.errors).toMatchObject([
      { path: '/amount', code: 'AMOUNT_INVALID' },
      { path: '/reason', code: 'VALUE_INVALID' },
    ])
  })

  it('is of an order that was accepted', async () => {
    const { id } = await place({ world, api, key: keys.customer })
    const { status, json } = await refund(id, { amount: 1, reason: 'apology' })
    expect([status, json.code]).toEqual([409, 'NOT_ACCEPTED'])
  })
})

describe('goodwill above the limit', () => {
  const much = { amount: 20_001, reason: 'damage' }

  it('is approved by someone else of finance', async () => {
    const { id, refunded, read } = await paid(4)
    const key = { idempotencyKey: randomUUID() }
    const { status, json } = await refund(id, much, key)
    expect([status, json.awaitsApproval]).toEqual([200, true])
    const tasks = await api.ask('GET', '/v1/tasks?limit=100', { key: keys.finance })
    const money = { amount: 20_001, currency: 'CNY', methods: ['card'] }
    const { no } = await read()
    expect(tasks.json.items.find((task: Json) => task.id === json.taskId)).toMatchObject({
      ...{ kind: 'REFUND_APPROVAL', orderId: id, orderNo: no, money },
    })
    expect((await read()).refunds).toEqual([])
    expect((await answer(id, 'approve', keys.support)).json.code).toBe('FORBIDDEN')
    expect((await answer(id, 'approve', keys.finance)).status).toBe(200)
    await refunded()
    expect((await read()).refunds).toMatchObject([{ amount: 20_001, reason: 'goodwill' }])
    expect((await refund(id, much, key)).json).not.toHaveProperty('awaitsApproval')
  })

  it('is approved by nobody who proposed it', async () => {
    const { id, read } = await paid(4)
    await refund(id, much, { key: keys.finance })
    const { status, json } = await answer(id, 'approve', keys.finance)
    expect([status, json.code]).toEqual([403, 'SELF_APPROVAL'])
    expect((await answer(id, 'reject', keys.admin)).status).toBe(200)
    expect((await read()).refunds).toEqual([])
  })
})

describe('an order that was put away', () => {
  it('takes a refund, and still refuses what can’t be done any more', async () => {
    const { id, pack, deliver, confirm, after, refunded } = await paid()
    await pack()
    await deliver()
    await confirm()
    await after(15 * DAYS)
    await world.temporal.workflow.getHandle(workflowIdOf(id)).result()
    const cancelled = await api.ask('POST', `/v1/orders/${id}/cancel`, { key: keys.support })
    expect([cancelled.status, cancelled.json.code]).toEqual([409, 'ORDER_ARCHIVED'])

    const again = { idempotencyKey: randomUUID() }
    const wish = { amount: 500, reason: 'apology' }
    expect((await refund(id, wish, again)).status).toBe(200)
    await refunded()
    await world.temporal.workflow.getHandle(workflowIdOf(id)).result()
    expect((await refund(id, wish, again)).status).toBe(200)
    const { json } = await api.ask('GET', `/v1/orders/${id}`, { key: keys.support })
    expect(json.refunds).toHaveLength(1)
  })
})
