import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Db } from '../../db/connection.ts'
import { openShelves, rush, shelf, tryHold, unbalanced } from '../support/stock.ts'
import type { Shelves } from '../support/stock.ts'

let shelves: Shelves
let db: Db
beforeAll(async () => {
  shelves = await openShelves()
  db = shelves.db
})
afterAll(() => shelves.close())

describe.each([
  ['one row', 0],
  ['sixteen allotments', 16],
])('a rush for units of %s', (_name, allotments) => {
  it('S1-3.1 gives exactly as many as there are', async () => {
    const sku = await shelves.product(50)
    await shelves.allot(sku, allotments)
    const served = await rush(db, { buyers: 200, wishes: () => [{ sku }] })

    expect(served).toHaveLength(50)
    expect(await shelf(db, sku)).toEqual({ onHand: 50, reserved: 50, allotted: 0 })
    expect(await unbalanced(db)).toEqual([])
  })

  it('gives whole orders or nothing, to the last units that suffice for one', async () => {
    const sku = await shelves.product(50)
    await shelves.allot(sku, allotments)
    const served = await rush(db, { buyers: 60, wishes: () => [{ sku, quantity: 3 }] })

    expect(served).toHaveLength(16)
    const rest = await tryHold(db, [{ sku, quantity: 2 }])
    expect(rest).toBeDefined()
    expect(await unbalanced(db)).toEqual([])
  })

  it('D5 sums the component that two goods share, in one order and over all', async () => {
    const [shared, lid] = [await shelves.product(40), await shelves.product(1000)]
    await shelves.allot(shared, allotments)
    // One is made of two shared units; the other of one with a lid, and bought with a loose one.
    const wishes = (buyer: number) =>
      buyer % 2 === 0
        ? [{ sku: shared, quantity: 2 }]
        : [{ sku: shared }, { sku: lid }, { sku: shared }]
    const served = await rush(db, { buyers: 100, wishes })

    expect(served).toHaveLength(20)
    expect(await shelf(db, shared)).toMatchObject({ onHand: 40, reserved: 40 })
    expect(await unbalanced(db)).toEqual([])
  })

  it('loses no unit while others give theirs back', async () => {
    const sku = await shelves.product(20)
    await shelves.allot(sku, allotments)
    const first = await rush(db, { buyers: 20, wishes: () => [{ sku }] })
    const [second] = await Promise.all([
      rush(db, { buyers: 60, wishes: () => [{ sku }] }),
      ...first.map((id) => shelves.move(id, 'release', { sku })),
    ])
    const third = await rush(db, { buyers: 20, wishes: () => [{ sku }] })

    expect(second.length + third.length).toBe(20)
    expect(await unbalanced(db)).toEqual([])
  })
})

describe('allotments', () => {
  it('are switched on and off amid a rush, and still exactly as many are sold', async () => {
    const sku = await shelves.product(60)
    const switching = async () => {
      for (const n of [8, 0, 16, 4, 0, 64]) await shelves.allot(sku, n)
    }
    const [served] = await Promise.all([
      rush(db, { buyers: 150, wishes: () => [{ sku }] }),
      switching(),
    ])

    expect(served).toHaveLength(60)
    expect(await unbalanced(db)).toEqual([])
  })

  it('hold no units that are never sold', async () => {
    const sku = await shelves.product(10)
    await db`update stock set safety = 4 where sku = ${sku}`
    await shelves.allot(sku, 4)
    expect(await rush(db, { buyers: 10, wishes: () => [{ sku }] })).toHaveLength(6)
  })
})
