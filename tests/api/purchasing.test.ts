import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { markSent } from '../../db/replenishment.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'
import { LEVELS, openShelf } from './shelves.ts'
import { makeKeys, openApi } from './support.ts'
import type { Keys, Question, TestApi } from './support.ts'

let world: World
let api: TestApi
let keys: Keys
beforeAll(async () => {
  world = await startWorld({ worker: false })
  api = openApi(world)
  keys = await makeKeys(world)
})
afterAll(() => world.stop())

const SENT = '2026-11-22T08:00:00.000Z'

const shelf = (facts: Parameters<typeof openShelf>[1] = {}) =>
  openShelf({ world, api, key: keys.merchant }, { onHand: 10, ...LEVELS, ...facts })

const receive = (id: string, quantity: number, question: Question = {}) =>
  api.ask('POST', `/v1/purchase-requests/${id}/receipts`, {
    ...{ key: keys.merchant, body: { quantity }, ...question },
  })
const cancel = (id: string, key = keys.merchant) =>
  api.ask('POST', `/v1/purchase-requests/${id}/cancel`, { key })

describe('what falls to the warning level', () => {
  it('S2-1.2b opens one purchase request up to the target, and a second sale none', async () => {
    const { sell, purchases } = await shelf()
    await sell(6)
    const [first] = await purchases()
    await sell(1)

    expect(first).toMatchObject({ quantity: 16, received: 0, status: 'open', closedAt: null })
    expect(await purchases()).toEqual([first])
  })

  it('S2-1.2b opens one, however many sell at once', async () => {
    const { sell, purchases } = await shelf()
    await Promise.all(Array.from({ length: 10 }, () => sell(1)))
    expect(await purchases()).toHaveLength(1)
  })

  it('opens none above it, and none where nobody set one', async () => {
    const above = await shelf()
    await above.sell(4)
    const unset = await shelf({ warningLevel: null, targetLevel: null })
    await unset.sell(10)

    expect([await above.purchases(), await unset.purchases()]).toEqual([[], []])
  })

  it('counts allotted units as free, and kept ones not', async () => {
    const hot = await shelf({ allotments: 4 })
    await hot.sell(4)
    const kept = await shelf({ safety: 2 })
    await kept.sell(3)

    expect(await hot.purchases()).toEqual([])
    expect(await kept.purchases()).toMatchObject([{ quantity: 15 }])
  })

  it('does so by adjustments, counts and new levels, too', async () => {
    const adjusted = await shelf()
    await adjusted.adjust(-6, 'damaged')
    const counted = await shelf()
    await counted.count(3)
    const raised = await shelf()
    await raised.put({ warningLevel: 10, targetLevel: 12 })

    expect(await adjusted.purchases()).toMatchObject([{ quantity: 16 }])
    expect(await counted.purchases()).toMatchObject([{ quantity: 17 }])
    expect(await raised.purchases()).toMatchObject([{ quantity: 2 }])
  })

  it('S2-1.2a asks for what orders wait for, with or without levels', async () => {
    const plain = await shelf({ onHand: 1, warningLevel: null, targetLevel: null })
    await plain.sell(3, 2)
    const low = await shelf({ onHand: 6 })
    await low.sell(9, 3)

    expect(await plain.purchases()).toMatchObject([{ quantity: 2 }])
    expect(await low.purchases()).toMatchObject([{ quantity: 23 }])
  })
})

describe('goods that come', () => {
  /** Four units left, sixteen asked for. */
  async function requested(facts: Parameters<typeof openShelf>[1] = {}) {
    const place = await shelf(facts)
    await place.sell(6)
    const [{ id }] = (await place.purchases()) as [{ id: string }]
    const read = async (key = keys.merchant) =>
      api.ask('GET', `/v1/purchase-requests/${id}`, { key })
    return { ...place, id, read }
  }

  it('are on hand at once, and close the request with the last unit', async () => {
    const { id, stock, changes, read } = await requested()
    const part = await receive(id, 10)
    expect(part.json).toMatchObject({ received: 10, status: 'open', closedAt: null })
    expect(await stock()).toMatchObject({ onHand: 20, free: 14 })
    await receive(id, 6, { key: keys.warehouse })

    expect((await read()).json).toMatchObject({ received: 16, status: 'received' })
    expect(await stock()).toMatchObject({ onHand: 26, free: 20 })
    const common = { kind: 'receipt', reason: 'purchase', reference: id }
    expect(await changes()).toMatchObject([
      { ...common, before: 20, after: 26, actor: 'warehouse-a' },
      { ...common, before: 10, after: 20, actor: 'merchant-a' },
    ])
    expect((await receive(id, 1)).json.code).toBe('PURCHASE_CLOSED')
    expect((await cancel(id)).json.code).toBe('PURCHASE_CLOSED')
    expect(await stock()).toMatchObject({ onHand: 26 })
  })

  it('count once per Idempotency-Key, however often they are told', async () => {
    const { id, stock } = await requested()
    const idempotencyKey = randomUUID()
    const told = () => receive(id, 10, { idempotencyKey })
    const answers = await Promise.all([told(), told(), told()])

    expect(answers.map(({ json }) => json.received)).toEqual([10, 10, 10])
    expect(await stock()).toMatchObject({ onHand: 20 })
  })

  it('may be more than was asked for', async () => {
    const { id, stock } = await requested()
    const { json } = await receive(id, 30)

    expect(json).toMatchObject({ quantity: 16, received: 30, status: 'received' })
    expect(await stock()).toMatchObject({ onHand: 40 })
  })

  it('go to orders that wait before anyone can buy them', async () => {
    const { id, sell, stock } = await requested()
    const order = await sell(8, 4)
    expect(await stock()).toMatchObject({ reserved: 10, free: 0, waiting: 4 })
    await receive(id, 3)
    expect(await stock()).toMatchObject({ reserved: 13, free: 0, waiting: 1 })
    await receive(id, 13)

    expect(await stock()).toMatchObject({ reserved: 14, free: 12, waiting: 0 })
    const [row] = await world.db`select secured from reservations where order_id = ${order}`
    expect(row).toEqual({ secured: 8 })
  })

  it.each([0, 4])(
    'are counted right while others sell and count, over %i rows',
    async (allotments) => {
      const { id, sell, adjust, stock } = await requested({ allotments })
      const times = <T>(count: number, deed: () => Promise<T>) =>
        Array.from({ length: count }, deed)
      await Promise.all([
        ...times(8, () => sell(1, 1)),
        ...times(4, () => receive(id, 2)),
        ...times(4, () => adjust(1)),
      ])
      expect(await stock()).toMatchObject({ onHand: 22, reserved: 14, free: 8, waiting: 0 })
    },
  )

  it('leave another request open where that was not enough', async () => {
    const { id, sell, purchases } = await requested()
    await sell(4)
    await markSent(world.db, { id, at: SENT, expectedAt: SENT })
    await sell(16, 16)
    await receive(id, 16)
    const [next] = await purchases()

    expect(next).toMatchObject({ status: 'open', quantity: 20 })
    expect(await purchases()).toMatchObject([{}, { id, status: 'received' }])
  })

  it('are nobody’s whose shelf it isn’t', async () => {
    const { id, read } = await requested()
    for (const key of [keys.otherMerchant, keys.otherWarehouse]) {
      const answers = [await read(key), await receive(id, 1, { key })]
      for (const { status, json } of answers) {
        expect([status, json.code]).toEqual([404, 'UNKNOWN_PURCHASE'])
      }
    }
    expect((await cancel(id, keys.otherMerchant)).json.code).toBe('UNKNOWN_PURCHASE')
    const list = await api.ask('GET', '/v1/purchase-requests', { key: keys.otherMerchant })
    expect(list.json.items).toEqual([])
    const none = await api.ask('GET', '/v1/purchase-requests/%00', { key: keys.admin })
    expect(none.json.code).toBe('UNKNOWN_PURCHASE')
  })

  it('are no longer waited for once the request is cancelled', async () => {
    const { id, sell, adjust, purchases, stock } = await requested()
    const { json } = await cancel(id)
    expect(json).toMatchObject({ status: 'cancelled', closedAt: expect.any(String) })
    expect((await cancel(id)).json).toEqual(json)
    expect((await receive(id, 1)).json.code).toBe('PURCHASE_CLOSED')
    expect(await stock()).toMatchObject({ onHand: 10 })
    expect(await purchases()).toHaveLength(1)

    await sell(1)
    expect(await purchases()).toMatchObject([{ status: 'open', quantity: 17 }, { id }])
    await adjust(1)
    expect(await purchases()).toHaveLength(2)
  })

  it('end what people were asked about the request', async () => {
    const { id } = await requested()
    await world.db`insert into tasks (id, kind, subject, raised_at) values
      (${`purchase-${id}-OVERDUE`}, 'PURCHASE_STUCK', ${id}, now())`
    await receive(id, 16)
    const [task] = await world.db`select resolution from tasks where subject = ${id}`
    expect(task).toEqual({ resolution: 'settled' })
  })
})
