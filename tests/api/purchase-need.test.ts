import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { markSent, settleMissing } from '../../db/replenishment.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'
import { LEVELS, openShelf } from './shelves.ts'
import { order } from './shopping.ts'
import { makeKeys, openApi } from './support.ts'
import type { Keys, TestApi } from './support.ts'

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

const receive = (id: string, quantity: number) =>
  api.ask('POST', `/v1/purchase-requests/${id}/receipts`, {
    ...{ key: keys.merchant, body: { quantity } },
  })

describe('an order that waits', () => {
  it('S2-1.2a asks for nothing that only unpaid orders wait for', async () => {
    const { sku, purchases, stock } = await shelf({
      onHand: 0,
      warningLevel: null,
      targetLevel: null,
    })
    const wished = (count: number, quantity: number, method: string) => ({
      ...{ whenShort: 'wait', payment: { method } },
      lines: Array.from({ length: count }, () => ({ sku, quantity })),
    })
    const unpaid = await order({ world, api, keys }, wished(100, 999, 'card'))
    expect([unpaid.status, await purchases()]).toEqual([201, []])
    expect(await stock()).toMatchObject({ waiting: 99_900 })
    await order({ world, api, keys }, wished(1, 3, 'cod'))

    expect(await purchases()).toMatchObject([{ quantity: 3 }])
  })
})

describe('a request that nobody was told of', () => {
  /** Twenty to the target, three that an order waits for. */
  async function asked() {
    const place = await shelf({ onHand: 6 })
    const order = await place.sell(9, 3)
    const [{ id }] = (await place.purchases()) as [{ id: string }]
    return { ...place, order, id }
  }

  it('asks for more once an order that waits is accepted', async () => {
    const { hold, move, purchases } = await shelf()
    const waiting = await hold(12, 2)
    expect(await purchases()).toMatchObject([{ quantity: 20 }])
    await move(waiting, 'commit', 12)
    expect(await purchases()).toMatchObject([{ quantity: 22, status: 'open' }])
  })

  it('asks for less when an order goes on with fewer units', async () => {
    const { order, move, purchases } = await asked()
    await move(order, 'free', 2)
    expect(await purchases()).toMatchObject([{ quantity: 21, status: 'open' }])
    await move(order, 'free', 4)
    expect(await purchases()).toMatchObject([{ quantity: 17, status: 'open' }])
  })

  it('is cancelled when nothing is needed any more, with what people were asked', async () => {
    const { order, id, move, purchases } = await asked()
    await world.db`insert into tasks (id, kind, subject, raised_at) values
      (${`purchase-${id}-SUPPLIER_MISSING`}, 'PURCHASE_STUCK', ${id}, now())`
    await move(order, 'release', 9)

    expect(await purchases()).toMatchObject([{ id, status: 'cancelled', quantity: 23 }])
    const [task] = await world.db`select resolution from tasks where subject = ${id}`
    expect(task).toEqual({ resolution: 'settled' })
  })

  it.each<[string, (id: string) => Promise<unknown>, object]>([
    ['once its letter is begun', (id) => settleMissing(world.db, id), { status: 'open' }],
    ['once goods came', (id) => receive(id, 1), { status: 'open', received: 1 }],
    [
      'once its supplier knows',
      (id) => markSent(world.db, { id, at: SENT, expectedAt: SENT }),
      { status: 'sent' },
    ],
  ])('stays as it is %s', async (_when, happens, stands) => {
    const { order, id, move, purchases } = await asked()
    await happens(id)
    await move(order, 'release', 9)
    expect(await purchases()).toMatchObject([{ id, quantity: 23, ...stands }])
  })

  it('is there for whoever waits, although goods came as the order was accepted', async () => {
    const places = await Promise.all(Array.from({ length: 8 }, () => shelf({ onHand: 0 })))
    for (const { hold, move, purchases, stock, adjust } of places) {
      await adjust(1)
      const waiting = await hold(30, 29)
      const [{ id }] = (await purchases()) as [{ id: string }]
      await Promise.all([receive(id, 20), move(waiting, 'commit', 30)])
      const [newest] = await purchases()
      const { waiting: units } = await stock()
      expect(newest).toMatchObject({ status: 'open' })
      expect(newest.quantity - newest.received).toBeGreaterThanOrEqual(units)
    }
  })
})
