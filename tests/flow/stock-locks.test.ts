import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Db } from '../../db/connection.ts'
import { reholdStock } from '../../db/inventory.ts'
import { moveStock, releaseHeld } from '../../db/movement.ts'
import { lockShelves } from '../../db/shelf.ts'
import { changeStock } from '../../db/stock.ts'
import { beside } from '../support/locks.ts'
import { openShelves, rush, shelf, tryHold, unbalanced } from '../support/stock.ts'
import type { Shelves, Wish } from '../support/stock.ts'

let shelves: Shelves
let db: Db
beforeAll(async () => {
  shelves = await openShelves()
  db = shelves.db
})
afterAll(() => shelves.close())

const at = (sku: string) => ({ sku, warehouseId: 'w-a' })

/** Two products, in the order in which everyone locks them. */
async function pair(first: number, second: number): Promise<[string, string]> {
  const [x, y] = [await shelves.product(1), await shelves.product(1)].toSorted()
  if (x === undefined || y === undefined) throw new Error('two were made')
  await db`update stock set on_hand = case when sku = ${x} then ${first}::int else ${second}::int end
    where sku in (${x}, ${y})`
  return [x, y]
}

async function held(...wishes: Wish[]): Promise<string> {
  const id = await tryHold(db, wishes)
  if (id === undefined) throw new Error('refused')
  return id
}

const release = (id: string) => db.begin((tx) => releaseHeld(tx, id))
const rehold = (id: string) => db.begin((tx) => reholdStock(tx, id))

describe('orders of two SKUs', () => {
  it('never wait for each other in a circle while one sells out and others expire', async () => {
    const [x, y] = await pair(10, 1000)
    const wishes = () => [{ sku: x }, { sku: y }]
    const orders = await rush(db, { buyers: 10, wishes })
    const expiring = async () => {
      for (let left = 100; left > 0; left--) {
        const id = orders.shift()
        if (id !== undefined) await release(id)
        else await db`select 1`
      }
    }
    const buying = async () => {
      for (let left = 25; left > 0; left--) {
        const id = await tryHold(db, wishes())
        if (id !== undefined) orders.push(id)
      }
    }
    await Promise.all([expiring(), ...Array.from({ length: 10 }, buying)])

    const reserved = orders.length
    expect(await shelf(db, x)).toEqual({ onHand: 10, reserved, allotted: 0 })
    expect(await shelf(db, y)).toEqual({ onHand: 1000, reserved, allotted: 0 })
    expect(await unbalanced(db)).toEqual([])
  })

  it('that are hot hold no allotment while they wait for a snapshot that changes both', async () => {
    const [x, y] = await pair(4, 4)
    for (const sku of [x, y]) await shelves.allot(sku, 4)
    const change = { kind: 'snapshot', reason: 'snapshot', reference: 'erp:1', actor: 'k' } as const
    const bought = await beside(db, {
      hold: (tx) => lockShelves(tx, [at(x), at(y)]),
      begin: () => tryHold(db, [{ sku: x }, { sku: y, quantity: 2 }]),
      async rest(tx) {
        for (const sku of [x, y]) await changeStock(tx, { ...at(sku), ...change }, () => 9)
      },
    })

    expect(bought).toBeDefined()
    expect(await shelf(db, x)).toMatchObject({ onHand: 9, allotted: 8 })
    expect(await shelf(db, y)).toMatchObject({ onHand: 9, allotted: 7 })
    expect(await unbalanced(db)).toEqual([])
  })

  it('get the last units of hot ones, lie they scattered as they may', async () => {
    const [x, y] = await pair(8, 8)
    for (const sku of [x, y]) await shelves.allot(sku, 8)
    const wishes = (buyer: number) => {
      const both = [{ sku: x, quantity: 2 }, { sku: y }]
      return buyer % 2 === 0 ? both : both.toReversed()
    }
    expect(await rush(db, { buyers: 12, wishes })).toHaveLength(4)
    expect(await shelf(db, y)).toEqual({ onHand: 8, reserved: 8, allotted: 4 })
    expect(await unbalanced(db)).toEqual([])
  })
})

describe('rows of stock are locked', () => {
  it('in the order of their SKUs, hot or not', async () => {
    const [x, y] = await pair(4, 4)
    await shelves.allot(x, 4)
    const left = await leftBy([x, y], () => db.begin((tx) => lockShelves(tx, [at(y), at(x)])))
    expect(left).toEqual([])
  })

  it.each(['commit', 'release'] as const)(
    'all of an order before any of its reservations, by a %s as well',
    async (kind) => {
      const [x, y] = await pair(1, 1)
      const wishes = [x, y].map((sku) => ({ sku, quantity: 2, waiting: 1 }))
      const id = await held(...wishes)
      const moves = wishes.map(({ sku, quantity }, i) => {
        return { ...at(sku), fulfillmentId: 'f1', lineId: `l${i + 1}`, kind, quantity }
      })
      const left = await leftBy([x, y], () => db.begin((tx) => moveStock(tx, id, moves)))
      expect(left).toEqual(['l1', 'l2'])
    },
  )

  /** What nobody has locked of the stock and reservations of two SKUs while `begin` waits for the row of the second. */
  async function leftBy([x, y]: [string, string], begin: () => Promise<unknown>) {
    let left: string[] = []
    await beside(db, {
      begin,
      hold: (tx) => lockShelves(tx, [at(y)]),
      async rest() {
        const stock = await db<{ sku: string }[]>`
          select sku from stock where sku in (${x}, ${y}) for no key update skip locked`
        const reservations = await db<{ lineId: string }[]>`
          select line_id as "lineId" from reservations where sku in (${x}, ${y})
          order by 1 for update skip locked`
        left = [...stock.map(({ sku }) => sku), ...reservations.map(({ lineId }) => lineId)]
      },
    })
    return left
  }
})

describe('an order that is given up and taken up again at the same time', () => {
  it('holds its units when the last of both has done its work', async () => {
    const sku = await shelves.product(5)
    const id = await held({ sku, quantity: 3 })
    const isHeld = await beside(db, { hold: (tx) => releaseHeld(tx, id), begin: () => rehold(id) })

    expect(isHeld).toBe(true)
    expect((await shelf(db, sku))?.reserved).toBe(3)
    expect(await unbalanced(db)).toEqual([])
  })

  it('never holds them twice', async () => {
    const [x, y] = await pair(20, 20)
    const orders = [await held({ sku: x, quantity: 3, waiting: 1 }, { sku: y, quantity: 2 })]
    orders.push(...(await rush(db, { buyers: 5, wishes: () => [{ sku: y }, { sku: x }] })))
    const tries = Array.from({ length: 10 }, () =>
      orders.flatMap((id) => [release(id), rehold(id)]),
    )
    await Promise.all(tries.flat())
    expect(await unbalanced(db)).toEqual([])

    for (const id of orders) await release(id)
    expect((await shelf(db, x))?.reserved).toBe(0)
    expect((await shelf(db, y))?.reserved).toBe(0)
  })
})
