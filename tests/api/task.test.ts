import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { raiseTask } from '../../db/task.ts'
import type { TaskRow } from '../../db/task.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'
import { makeKeys, openApi, place } from './support.ts'
import type { Json, Keys, Question, TestApi } from './support.ts'

let world: World
let api: TestApi
let keys: Keys
beforeAll(async () => {
  world = await startWorld()
  api = openApi(world)
  keys = await makeKeys(world)
})
afterAll(() => world.stop())

const order = () => place({ world, api, key: keys.customer })
const post = (path: string, question: Question) => api.ask('POST', path, question)

describe('a task of an order', () => {
  it('is listed with its actions, and answered by one of them', async () => {
    const { id, openPayment, notice, reaches } = await order()
    await openPayment()
    await notice({ amount: 1, eventId: randomUUID() })
    await reaches(({ tasks }) => tasks.length > 0, 'task')
    const { json } = await api.ask('GET', '/v1/tasks', { key: keys.finance })
    const task = json.items.find(({ orderId }: Json) => orderId === id)
    const resolve = (action: string) =>
      post(`/v1/tasks/${task.id}/resolve`, { key: keys.finance, body: { action } })

    expect(task).toMatchObject({ kind: 'PAYMENT_MISMATCH', actions: ['refund', 'skip'] })
    const noted = { key: keys.finance, body: { action: 'skip', note: 'called Li Lei' } }
    const { json: refused } = await post(`/v1/tasks/${task.id}/resolve`, noted)
    expect(refused.errors).toMatchObject([{ path: '/note', code: 'UNKNOWN_FIELD' }])
    expect((await resolve('cancel')).json.code).toBe('ACTION_NOT_OFFERED')
    expect((await resolve('skip')).status).toBe(200)
    expect((await resolve('skip')).json.code).toBe('UNKNOWN_TASK')
  })
})

describe('a task about money of another currency', () => {
  it('offers no refund from here, wherever it is listed', async () => {
    const { id, openPayment, notice, reaches } = await order()
    await openPayment()
    await notice({ currency: 'USD', eventId: randomUUID() })
    await reaches(({ tasks }) => tasks.length > 0, 'task')
    const get = async (path: string) => (await api.ask('GET', path, { key: keys.finance })).json
    const isIt = ({ orderId }: Json) => orderId === id
    const [task] = (await get('/v1/tasks?limit=100')).items.filter(isIt)
    const [waiting] = (await get('/v1/finance/waiting?limit=100')).items.filter(isIt)
    const { tasks } = await get(`/v1/orders/${id}`)

    expect([task.actions, tasks[0].actions]).toEqual([['skip'], ['skip']])
    expect(waiting.answers.map(({ body }: Json) => body)).toEqual([{ action: 'skip' }])
  })
})

describe('a task that its order can’t hear of', () => {
  it.each<[TaskRow['kind'], (orderId: string) => string]>([
    ['UNMATCHED_REPORT', (orderId) => `stripe-${orderId}-late`],
    ['UNMATCHED_REPORT', (orderId) => `${orderId}-t1`],
    ['WORKFLOW_ENDED', (orderId) => `ended-${orderId}`],
  ])('%s is looked into and closed, whatever its id', async (kind, idOf) => {
    const { id: orderId } = await order()
    const id = idOf(orderId)
    const at = new Date().toISOString()
    await world.db.begin((tx) => raiseTask(tx, { id, orderId, kind, subject: 'x', at }))
    const tasks = async () =>
      (await api.ask('GET', '/v1/tasks?limit=100', { key: keys.support })).json.items.filter(
        (task: Json) => task.id === id,
      )

    expect(await tasks()).toMatchObject([{ kind, orderId, actions: ['skip'] }])
    const question = { key: keys.support, body: { action: 'skip' } }
    expect((await post(`/v1/tasks/${id}/resolve`, question)).status).toBe(204)
    expect(await tasks()).toEqual([])
  })
})
