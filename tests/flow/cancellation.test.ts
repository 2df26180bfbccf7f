import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addToCatalogue } from '../../db/catalog.ts'
import { CATALOGUE, startWorld } from '../../testing/index.ts'
import type { TestOrder, World } from '../../testing/index.ts'
import { leftovers, unbalanced } from '../support/stock.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(async () => {
  expect([await unbalanced(world.db), await leftovers(world.db)]).toEqual([[], []])
  await world.stop()
})

const units = (lineId: string, quantity = 1) => [{ lineId, quantity }]

/** Of a product of its own from Aurora as `l1`, and trays from Bamboo as `l2`. */
async function twoParts(method: 'card' | 'cod' = 'card') {
  const { sku } = await world.product()
  const lines = [
    { sku, quantity: 3 },
    { sku: 'tray', quantity: 2 },
  ]
  const order = await world.order({ lines, method })
  await order.paid()
  return { order, sku }
}

const shelfOf = async (order: TestOrder, sku: string) =>
  (await order.stock()).find((row) => row.sku === sku)

describe.concurrent('D9 units that are cancelled', () => {
  it('are free at once and paid back, and the rest is delivered as it was', async () => {
    const { order, sku } = await twoParts()
    await order.claimed()
    await order.cancelled({ items: units('l1', 2) })
    expect(await shelfOf(order, sku)).toMatchObject({ onHand: 10, reserved: 1 })
    await order.refunded()
    await order.audit()
    await order.delivered()
    await order.audit()

    expect((await order.state()).refunds).toMatchObject([{ amount: 2 * 5990, reason: 'cancelled' }])
    expect(await shelfOf(order, sku)).toMatchObject({ onHand: 9, reserved: 0 })
    const { status, lines, totals } = await order.view()
    expect([status, totals?.reversed]).toEqual(['delivered', 2 * 5990])
    expect(lines).toMatchObject([{ quantity: 3, cancelled: 2 }, { quantity: 2 }])
    await order.after('30 days')
    expect((await order.money()).accounts['merchant:aurora:available']).toBe(-5391)
    await order.audit()
  })

  it('may be all that one merchant was to send: its freight comes back, the other goes on', async () => {
    const { order } = await twoParts()
    await order.cancelled({ by: 'support', items: units('l2', 2) })
    await order.delivered()
    await order.refunded()

    expect((await order.state()).refunds).toMatchObject([{ amount: 2 * 1999 + 600 }])
    const { fulfillments } = await order.view()
    expect(fulfillments.map(({ status }) => status)).toEqual(['delivered', 'cancelled'])
    expect((await order.timeline()).map(({ type }) => type)).toContain('fulfillment.reduced')
    await order.audit()
  })

  it('one after the other, and the last with all that is left, give back everything', async () => {
    const { order, sku } = await twoParts()
    await order.cancelled({ items: units('l1') })
    await order.cancelled({ items: units('l2', 2) })
    await order.cancelled({ items: units('l1', 2) })
    await order.is('cancelled')
    await order.refunded()

    const { refunds, payable } = await order.state()
    expect(refunds.map(({ amount }) => amount)).toEqual([5990, 4598, 2 * 5990 + 800])
    expect((await order.money()).refunded).toBe(payable)
    expect(await shelfOf(order, sku)).toMatchObject({ onHand: 10, reserved: 0 })
    await order.audit()
  })

  it('and a parcel that comes back sum to what was paid', async () => {
    const { order } = await twoParts()
    await order.cancelled({ items: [...units('l1'), ...units('l2')] })
    await order.returned()
    await order.refunded()

    expect(await order.money()).toMatchObject({ accounts: {} })
    await order.audit()
  })

  it('can’t be once they are picked', async () => {
    const { order } = await twoParts()
    await order.picked()
    await expect(order.cancelled({ items: units('l1') })).rejects.toMatchObject({
      code: 'ALREADY_PICKED',
    })
  })

  it('aren’t asked for at the door', async () => {
    const { order } = await twoParts('cod')
    await order.cancelled({ items: [...units('l1'), ...units('l2', 2)] })
    await order.delivered()

    expect(await order.money()).toMatchObject({ paid: 2 * 5990 + 800, refunded: 0 })
    expect((await order.state()).tenders).toMatchObject([{ status: 'collected' }])
    await order.audit()
  })
})

describe.concurrent('stock of what is cancelled', () => {
  it('of a bundle is what it is made of', async () => {
    const [pot, cup] = [(await world.product()).sku, (await world.product()).sku]
    const sku = `set-${randomUUID()}`
    const [like] = CATALOGUE.products
    if (like === undefined) throw new Error('there is something to sell')
    const set = { ...like, sku, stock: [] }
    await addToCatalogue(world.db, { merchants: [], warehouses: [], products: [set] })
    await world.db`insert into product_components (sku, component_sku, quantity)
      values (${sku}, ${pot}, 1), (${sku}, ${cup}, 2)`
    const order = await world.order({ lines: [{ sku, quantity: 3 }] })
    await order.paid()
    await order.cancelled({ items: units('l1', 2) })

    const rows = await world.db`select sku, reserved from stock where sku in (${pot}, ${cup})`
    expect(Object.fromEntries(rows.map((row) => [row['sku'], row['reserved']]))).toEqual({
      [pot]: 1,
      [cup]: 2,
    })
    await order.delivered()
    await order.audit()
  })

  it('that was waited for is given up first, and what is left goes on', async () => {
    const { sku } = await world.product({ onHand: 2 })
    const order = await world.order({ lines: [{ sku, quantity: 5 }], whenShort: 'wait' })
    await order.paid()
    await order.cancelled({ items: units('l1', 3) })
    await order.reach('its stock', ({ fulfillments: [one] }) => one?.awaitsStock === undefined)
    await order.delivered()

    expect(await order.stock()).toMatchObject([{ onHand: 0, reserved: 0 }])
    await order.audit()
  })
})
