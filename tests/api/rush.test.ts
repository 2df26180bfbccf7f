import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { setAllotments } from '../../db/allotment.ts'
import { addToCatalogue } from '../../db/catalog.ts'
import { RequestRefused } from '../../testing/door.ts'
import { ownProduct } from '../support/builders.ts'
import { leftovers, shelf, unbalanced } from '../support/stock.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'
import { wish } from './shopping.ts'
import { cart } from './support.ts'

type Lines = { sku: string; quantity: number }[]

let world: World
// What is told of the engine holds without anyone to work for it.
beforeAll(async () => void (world = await startWorld({ worker: false })))
afterAll(() => world.stop())

/** Customers who all know the price before the first of them orders; then all order at once, over HTTP. */
async function rush(buyers: number, linesOf: (buyer: number) => Lines) {
  const quoted = Array.from({ length: buyers }, async (_, buyer) => {
    const as = { role: 'customer', subject: `buyer-${buyer}` } as const
    const lines = linesOf(buyer)
    const asked = { as, body: wish({ lines }) }
    const { quote } = await world.door.ask<{ quote: string }>('POST', '/v1/quotes', asked)
    return { as, body: { ...cart({ lines }), quote } }
  })
  const ready = await Promise.all(quoted)
  const answers = ready.map((request) =>
    world.door.ask<{ id: string }>('POST', '/v1/orders', request).then(({ id }) => id, codeOf),
  )
  const all = await Promise.all(answers)
  return { accepted: all.filter((one) => one !== SOLD_OUT), all }
}

const SOLD_OUT = 'OUT_OF_STOCK'

function codeOf(error: unknown): string {
  if (error instanceof RequestRefused && error.code === SOLD_OUT) return error.code
  throw error
}

/** Orders that hold units of a SKU, and how many there are of anything else that an order leaves behind. */
async function books(sku: string) {
  const [counts] = await world.db`
    select (select count(*)::int from orders) as orders, (select count(*)::int from outbox) as starts,
      (select count(distinct order_id)::int from vault) as persons`
  const holders = await world.db<{ orderId: string }[]>`
    select order_id as "orderId" from reservations where sku = ${sku} and state = 'held' and secured = quantity`
  return { counts, holders: holders.map(({ orderId }) => orderId) }
}

describe.each([
  ['one row', 0],
  ['sixteen allotments', 16],
])('S1-3.1 a rush over HTTP for units of %s', (_name, allotments) => {
  async function goods(onHand: number): Promise<string> {
    const { sku } = await world.product({ onHand })
    await world.db.begin((tx) => setAllotments(tx, { sku, warehouseId: 'w-a' }, allotments))
    return sku
  }

  it('S1-3.1 sells exactly what is there, refuses all others and leaves nothing of them', async () => {
    const sku = await goods(50)
    const before = await books(sku)
    const { accepted, all } = await rush(200, () => [{ sku, quantity: 1 }])
    const after = await books(sku)

    expect(accepted).toHaveLength(50)
    expect(all).toHaveLength(200)
    expect(after.holders.toSorted()).toEqual(accepted.toSorted())
    for (const [what, count] of Object.entries(after.counts ?? {})) {
      expect([what, count]).toEqual([what, Number(before.counts?.[what]) + 50])
    }
    expect(await shelf(world.db, sku)).toEqual({ onHand: 50, reserved: 50, allotted: 0 })
    expect([await unbalanced(world.db), await leftovers(world.db)]).toEqual([[], []])
  })

  it('D5 S1-3.1 sums the component that two bundles share, in one order and over all', async () => {
    const [shared, lid] = [await goods(40), await goods(1000)]
    const pair = await bundle([{ sku: shared, quantity: 2 }])
    const lidded = await bundle([
      { sku: shared, quantity: 1 },
      { sku: lid, quantity: 1 },
    ])
    const linesOf = (buyer: number) =>
      buyer % 2 === 0
        ? [{ sku: pair, quantity: 1 }]
        : [
            { sku: lidded, quantity: 1 },
            { sku: shared, quantity: 1 },
          ]
    const { accepted } = await rush(80, linesOf)

    expect(accepted).toHaveLength(20)
    expect(await shelf(world.db, shared)).toEqual({ onHand: 40, reserved: 40, allotted: 0 })
    expect(await unbalanced(world.db)).toEqual([])
  })
})

async function bundle(components: Lines): Promise<string> {
  const product = { ...ownProduct({ onHand: 0 }), components, stock: [] }
  await addToCatalogue(world.db, { merchants: [], warehouses: [], products: [product] })
  return product.sku
}
