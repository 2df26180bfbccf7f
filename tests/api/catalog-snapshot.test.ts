import { afterAll, beforeAll, expect, it } from 'vitest'
import { startWorld } from '../../testing/world.ts'
import type { World } from '../../testing/world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld({ worker: false })
})
afterAll(() => world.stop())

it('S1-2.2 an old order shows a product as it was, whatever becomes of it', async () => {
  const { sku } = await world.product({ price: 4200 })
  const order = await world.order({ lines: [{ sku, quantity: 2 }] })
  const before = (await order.view()).lines
  expect(before).toMatchObject([{ sku, unitPrice: 4200, net: 8400 }])

  const merchant = await world.api('merchant', 'aurora')
  const changed = await merchant.v1.products[':sku'].$put({
    param: { sku },
    json: { version: 1, name: 'Another name', price: 9999, weightGrams: 1 },
  })
  expect(await changed.json()).toMatchObject({ name: 'Another name', price: 9999, version: 2 })
  const listed = await merchant.v1.products[':sku'].$get({ param: { sku } })
  expect(await listed.json()).toMatchObject({ name: 'Another name', price: 9999 })

  expect((await order.view()).lines).toEqual(before)
  const placed = (await order.timeline()).find(({ type }) => type === 'order.placed')
  expect(placed?.data).toMatchObject({ lines: [{ sku, unitPrice: 4200 }] })
  const later = await world.order({ lines: [{ sku }] })
  expect((await later.view()).lines).toMatchObject([{ name: 'Another name', unitPrice: 9999 }])
})
