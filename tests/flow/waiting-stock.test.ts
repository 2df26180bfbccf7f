import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Db } from '../../db/connection.ts'
import { holdStock, reholdStock } from '../../db/inventory.ts'
import { moveStock, releaseHeld } from '../../db/movement.ts'
import { beside } from '../support/locks.ts'
import { openShelves, receive, rush, shelf, tryHold, unbalanced } from '../support/stock.ts'
import type { Shelves, Wish } from '../support/stock.ts'

let shelves: Shelves
let db: Db
beforeAll(async () => {
  shelves = await openShelves()
  db = shelves.db
})
afterAll(() => shelves.close())

/** Come in with what is there, and wait for the rest. */
async function wait(...wishes: Wish[]): Promise<string> {
  const id = await tryHold(db, wishes)
  if (id === undefined) throw new Error('refused')
  return id
}

const secured = async (orderId: string) =>
  (
    await db<{ secured: number }[]>`
      select secured from reservations where order_id = ${orderId} order by line_id, sku`
  ).map((row) => row.secured)

const told = async (orderId: string) =>
  (await db`select payload from inbox where order_id = ${orderId} and kind = 'stocked'`).length

describe('an order that waits for stock', () => {
  it('S2-1.2a holds what is there and gets the rest when goods come, and is told once', async () => {
    const sku = await shelves.product(1)
    const id = await wait({ sku, quantity: 3, waiting: 2 })
    expect([await secured(id), await told(id)]).toEqual([[1], 0])
    await shelves.receive(sku, 1)
    expect([await secured(id), await told(id)]).toEqual([[2], 0])
    await shelves.receive(sku, 5)
    expect([await secured(id), await told(id)]).toEqual([[3], 1])
    await shelves.receive(sku, 5)

    expect(await told(id)).toBe(1)
    expect(await shelf(db, sku)).toEqual({ onHand: 12, reserved: 3, allotted: 0 })
    expect(await unbalanced(db)).toEqual([])
  })

  it('S2-1.2a is served before all that come later, and before any buyer', async () => {
    const sku = await shelves.product(0)
    const first = await wait({ sku, quantity: 2, waiting: 2 })
    const second = await wait({ sku, quantity: 2, waiting: 2 })
    await shelves.receive(sku, 3)
    expect([await secured(first), await secured(second)]).toEqual([[2], [1]])
    expect([await told(first), await told(second)]).toEqual([1, 0])
    expect(await tryHold(db, [{ sku }])).toBeUndefined()
    await shelves.receive(sku, 2)

    expect(await secured(second)).toEqual([2])
    expect(await tryHold(db, [{ sku }])).toBeDefined()
    expect(await unbalanced(db)).toEqual([])
  })

  it('is complete when all that a warehouse sends for it is', async () => {
    const [cup, lid] = [await shelves.product(0), await shelves.product(0)]
    const id = await wait({ sku: cup, waiting: 1 }, { sku: lid, quantity: 2, waiting: 2 })
    await shelves.receive(cup, 1)
    expect(await told(id)).toBe(0)
    await shelves.receive(lid, 2)
    expect(await told(id)).toBe(1)
  })

  it.each([0, 4])('takes at once what came in since it was quoted, of %i rows', async (rows) => {
    const sku = await shelves.product(2)
    await shelves.allot(sku, rows)
    const id = await wait({ sku, quantity: 3, waiting: 3 })
    expect(await secured(id)).toEqual([2])
    expect(await unbalanced(db)).toEqual([])
  })

  it('is told when all that it waits for came in since it was quoted', async () => {
    const sku = await shelves.product(3)
    const id = await wait({ sku, quantity: 3, waiting: 2 })
    expect([await secured(id), await told(id)]).toEqual([[3], 1])
  })

  it('is told once when the last two goods that it waits for come at the same time', async () => {
    const [cup, lid] = [await shelves.product(0), await shelves.product(0)]
    const id = await wait({ sku: cup, waiting: 1 }, { sku: lid, waiting: 1 })
    await beside(db, {
      hold: (tx) => receive(tx, cup, 1),
      begin: () => shelves.receive(lid, 1),
    })
    expect([await secured(id), await told(id)]).toEqual([[1, 1], 1])
  })

  it('gets what another order gives up', async () => {
    const sku = await shelves.product(1)
    const holder = await wait({ sku })
    const id = await wait({ sku, waiting: 1 })
    await shelves.move(holder, 'release', { sku })
    expect([await secured(id), await told(id)]).toEqual([[1], 1])
    expect(await unbalanced(db)).toEqual([])
  })

  it('gets what comes back from a door', async () => {
    const sku = await shelves.product(1)
    const holder = await wait({ sku })
    await shelves.move(holder, 'commit', { sku })
    await shelves.move(holder, 'ship', { sku })
    const id = await wait({ sku, waiting: 1 })
    await shelves.move(holder, 'restock', { sku })
    expect(await secured(id)).toEqual([1])
    expect(await shelf(db, sku)).toMatchObject({ onHand: 1, reserved: 1 })
  })

  it('that is cancelled leaves nothing behind: its units go to the next, and nobody tells it anything', async () => {
    const sku = await shelves.product(1)
    const id = await wait({ sku, quantity: 3, waiting: 2 })
    const next = await wait({ sku, waiting: 1 })
    await shelves.move(id, 'release', { sku, quantity: 3 })
    expect(await secured(next)).toEqual([1])
    await shelves.receive(sku, 9)

    expect(await told(id)).toBe(0)
    expect(await shelf(db, sku)).toMatchObject({ onHand: 10, reserved: 1 })
    expect(await unbalanced(db)).toEqual([])
  })

  it('that is taken up again holds what it held, and waits for the rest behind the others', async () => {
    const sku = await shelves.product(1)
    const id = await wait({ sku, quantity: 2, waiting: 1 })
    await db.begin((tx) => releaseHeld(tx, id))
    expect(await db.begin((tx) => reholdStock(tx, id))).toBe(true)
    expect(await db.begin((tx) => reholdStock(tx, id))).toBe(true)
    expect([await secured(id), (await shelf(db, sku))?.reserved]).toEqual([[1], 1])
    await shelves.receive(sku, 1)
    expect([await secured(id), await told(id)]).toEqual([[2], 1])
    expect(await unbalanced(db)).toEqual([])
  })

  it('isn’t taken up again without the units that it held', async () => {
    const sku = await shelves.product(1)
    const id = await wait({ sku })
    await db.begin((tx) => releaseHeld(tx, id))
    await wait({ sku })
    const rehold = () => db.begin((tx) => reholdStock(tx, id))
    expect(await rehold()).toBe(false)
    expect(await unbalanced(db)).toEqual([])
  })

  it('that goes on without some units gives up those that it waits for first', async () => {
    const sku = await shelves.product(2)
    const id = await wait({ sku, quantity: 4, waiting: 2 })
    await shelves.move(id, 'commit', { sku, quantity: 4 })
    await shelves.move(id, 'free', { sku, quantity: 1 })
    expect([(await shelf(db, sku))?.reserved, await told(id)]).toEqual([2, 0])
    await shelves.move(id, 'free', { sku, quantity: 2 })
    expect([(await shelf(db, sku))?.reserved, await told(id)]).toEqual([1, 1])
    expect(await unbalanced(db)).toEqual([])
  })

  it('that gives up all of its units is told of none', async () => {
    const sku = await shelves.product(1)
    const id = await wait({ sku, quantity: 3, waiting: 2 })
    await shelves.move(id, 'commit', { sku, quantity: 3 })
    await shelves.move(id, 'free', { sku, quantity: 3 })
    expect([(await shelf(db, sku))?.reserved, await told(id)]).toEqual([0, 0])
    await shelves.move(id, 'release', { sku, quantity: 3 })
    expect(await unbalanced(db)).toEqual([])
  })

  it('of a hot SKU is served before anything is allotted', async () => {
    const sku = await shelves.product(3)
    await shelves.allot(sku, 4)
    await rush(db, { buyers: 3, wishes: () => [{ sku }] })
    const id = await wait({ sku, quantity: 2, waiting: 2 })
    await shelves.receive(sku, 6)
    expect(await secured(id)).toEqual([2])
    expect(await shelf(db, sku)).toEqual({ onHand: 9, reserved: 9, allotted: 4 })
    expect(await unbalanced(db)).toEqual([])
  })

  it('loses nothing while goods come, others buy and others give up', async () => {
    const sku = await shelves.product(10)
    const holders = await rush(db, { buyers: 10, wishes: () => [{ sku }] })
    await Promise.all([
      ...holders.map((id) => shelves.move(id, 'release', { sku })),
      ...Array.from({ length: 8 }, () => wait({ sku, quantity: 2, waiting: 2 })),
      ...Array.from({ length: 4 }, () => shelves.receive(sku, 2)),
      rush(db, { buyers: 20, wishes: () => [{ sku }] }),
    ])
    expect(await unbalanced(db)).toEqual([])
    await shelves.receive(sku, 30)
    const [open] = await db`select from reservations where sku = ${sku} and state <> 'released'
      and waiting_since is not null`
    expect(open).toBeUndefined()
    expect(await unbalanced(db)).toEqual([])
  })
})

describe('a bundle', () => {
  it('is moved as its components, each once', async () => {
    const [pot, cup] = [await shelves.product(5), await shelves.product(9)]
    const hold = (sku: string, quantity: number) => ({
      ...{ fulfillmentId: 'f1', lineId: 'l1', warehouseId: 'w-a' },
      ...{ sku, quantity, waiting: 0 },
    })
    const holds = [hold(pot, 2), hold(cup, 4)]
    const orderId = `bundle-${pot}`
    expect(await db.begin((tx) => holdStock(tx, { orderId, holds }))).toBe(true)
    for (const kind of ['commit', 'ship', 'restock'] as const) {
      const moves = holds.map((place) => ({ ...place, kind }))
      await db.begin((tx) => moveStock(tx, orderId, moves))
    }
    expect(await shelf(db, cup)).toEqual({ onHand: 9, reserved: 0, allotted: 0 })
    expect(await secured(orderId)).toHaveLength(2)
    expect(await unbalanced(db)).toEqual([])
  })

  it('of which a reservation is missing doesn’t move at all', async () => {
    const sku = await shelves.product(5)
    const id = await wait({ sku })
    const place = { fulfillmentId: 'f1', lineId: 'l9', warehouseId: 'w-a', sku }
    const moves = [{ ...place, kind: 'commit', quantity: 1 } as const]
    await expect(db.begin((tx) => moveStock(tx, id, moves))).rejects.toThrow('0 rows instead of 1')
  })
})
