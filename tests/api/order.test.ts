import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../../testing/waiting.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'
import { makeKeys, ONE, openApi, place } from './support.ts'
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

const order = (overrides?: Record<string, unknown>) =>
  place({ world, api, key: keys.customer }, overrides)
const get = (path: string, key = keys.customer) => api.ask('GET', path, { key })

describe('reading an order', () => {
  it('S0-2.2 reads survive stopped workers, with the moment they were true; then it goes on', async () => {
    const worker = await world.runWorker()
    const { id, openPayment, pay } = await order()
    await openPayment()
    await worker.stop()

    const { status, json } = await get(`/v1/orders/${id}`)
    expect(status).toBe(200)
    expect(json).toMatchObject({ id, status: 'pending_payment' })
    expect(json.payment.retryUntil).toBe(json.payBy)
    expect(Date.parse(json.asOf)).toBeLessThanOrEqual(Date.now())
    const live = await get(`/v1/orders/${id}/live`, keys.support)
    expect([live.status, live.json.code]).toEqual([503, 'WORKER_AWAY'])
    expect(live.headers.get('retry-after')).not.toBeNull()

    const next = await world.runWorker()
    await pay()
    expect((await get(`/v1/orders/${id}`)).json.status).toBe('pending_processing')
    const asked = await get(`/v1/orders/${id}/live`, keys.support)
    expect(asked.json).toMatchObject({
      status: 'pending_processing',
      promisedShipAt: expect.any(String),
    })
    await next.stop()
  })

  it('shows money only as long as some is asked for', async () => {
    const worker = await world.runWorker()
    const { id, pay } = await order()
    await pay()
    const { json } = await get(`/v1/orders/${id}`)

    expect(json.payment).toEqual({
      ...{ status: 'paid', nextAction: null, nextActions: [], retryUntil: null },
    })
    expect(json.totals).toMatchObject({ payable: 6790, paid: 6790, refunded: 0 })
    expect(json.tenders).toMatchObject([{ id: 't1', method: 'card', status: 'captured' }])
    await worker.stop()
  })

  it('of an order that is nowhere started yet says to try again, live', async () => {
    const idle = openApi(world, { relay: { now: async () => {}, restock: async () => {} } })
    const { id } = await place({ world, api: idle, key: keys.customer })
    const answer = await idle.ask('GET', `/v1/orders/${id}/live`, { key: keys.admin })

    expect([answer.status, answer.json.code]).toEqual([503, 'ORDER_STARTING'])
  })

  it('shows finance what was posted, in balance', async () => {
    const worker = await world.runWorker()
    const { id, pay } = await order()
    await pay()
    const { json } = await get(`/v1/orders/${id}/ledger`, keys.finance)

    const sides = (side: string) =>
      json.items
        .filter((row: Json) => row.side === side)
        .reduce((sum: number, row: Json) => sum + row.amount, 0)
    expect(sides('D')).toBeGreaterThan(0)
    expect(sides('D')).toBe(sides('C'))
    await worker.stop()
  })
})

describe('the timeline', () => {
  it('is gapless, and says where the order stood after each event', async () => {
    const worker = await world.runWorker()
    const { id, pay } = await order()
    await pay()
    await worker.stop()
    const { json } = await get(`/v1/orders/${id}/timeline`)

    const rows = json.items.map((entry: Json) => [entry.type, entry.status, entry.paymentStatus])
    expect(rows).toEqual([
      ['order.placed', 'pending_payment', 'unpaid'],
      ['tender.added', 'pending_payment', 'unpaid'],
      ['tender.opened', 'pending_payment', 'unpaid'],
      ['tender.captured', 'pending_payment', 'paid'],
      ['order.paid', 'paid', 'paid'],
      ['order.accepted', 'pending_processing', 'paid'],
    ])
    expect(json.items.map(({ seq }: { seq: number }) => seq)).toEqual([1, 2, 3, 4, 5, 6])
    expect(json.items[3].data).toEqual({ tenderId: 't1', amount: 6790, source: 'webhook' })
  })

  it('goes on after any entry, page by page', async () => {
    const { id } = await order()
    const { json } = await get(`/v1/orders/${id}/timeline?after=1&limit=1`)
    const end = await get(`/v1/orders/${id}/timeline?after=2`)

    expect(json.items.map(({ type }: Json) => type)).toEqual(['tender.added'])
    expect(end.json.items).toEqual([])
  })

  it('shows operators what customers are not shown', async () => {
    const { id } = await order()
    const first = async (key: string) =>
      (await get(`/v1/orders/${id}/timeline`, key)).json.items[0].data

    expect(Object.keys(await first(keys.customer))).toEqual(['payBy'])
    expect(await first(keys.admin)).toHaveProperty('policy')
  })
})

describe('the list', () => {
  it('turns pages to the end, newest first, each order once', async () => {
    for (let n = 0; n < 3; n++) await order()
    const ids: string[] = []
    for (let cursor: string | null = ''; cursor !== null;) {
      const { json } = await get(`/v1/orders?limit=2${cursor && `&cursor=${cursor}`}`)
      ids.push(...json.items.map(({ id }: Json) => id))
      cursor = json.next
    }
    const [row] = await world.db`select count(*)::int as count from orders`
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.length).toBe(row?.['count'])
  })

  it('is narrowed by status, and for operators by need', async () => {
    const { id } = await order({ ...ONE, payment: { method: 'cod' } })
    const { json } = await get('/v1/orders?status=pending_processing&limit=100')
    expect(json.items.map((row: Json) => row.id)).toContain(id)
    expect(json.items.every((row: Json) => row.status === 'pending_processing')).toBe(true)

    const needy = await get('/v1/orders?needsAttention=true', keys.support)
    expect(needy.json).toEqual({ items: [], next: null })
    expect((await get('/v1/orders?needsAttention=true')).status).toBe(403)
  })

  it.each(['status=unknown', 'limit=0', 'limit=1000', 'cursor=abc', 'needsAttention=maybe'])(
    'refuses %s',
    async (query) => {
      const { status, json } = await get(`/v1/orders?${query}`)
      expect([status, json.code]).toEqual([400, 'QUERY_INVALID'])
    },
  )
})

it('stands in the answers’ own description', async () => {
  const { json } = await api.ask('GET', '/openapi.json')
  const { id } = await order()
  const seen = (await get(`/v1/orders/${id}`)).json
  const known = Object.keys(json.components.schemas.Order.properties)

  expect(Object.keys(seen).filter((field) => !known.includes(field))).toEqual([])
  await until(async () => (await world.client.fate(id)) === 'running')
})
