import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWorld } from '../support/world.ts'
import { order, quoted, wish } from './shopping.ts'
import type { Mall } from './shopping.ts'
import { makeKeys, openApi } from './support.ts'

let mall: Mall
beforeAll(async () => {
  const world = await startWorld({ worker: false })
  mall = { world, api: openApi(world), keys: await makeKeys(world) }
})
afterAll(() => mall.world.stop())

const ask = (overrides: Record<string, unknown>) =>
  mall.api.ask('POST', '/v1/quotes', { key: mall.keys.customer, body: wish(overrides) })

const soldOut = async () => (await mall.world.product({ onHand: 0 })).sku

describe('a cart of what isn’t there', () => {
  it('S2-1.2a offers to wait only where someone stocks it, and not to who waits', async () => {
    const sku = await soldOut()
    const refused = async (overrides: Record<string, unknown> = {}) => {
      const { json } = await ask({ lines: [{ sku, quantity: 1 }], ...overrides })
      return json.errors
    }
    expect(await refused()).toMatchObject([{ available: 0, options: ['wait'] }])
    await mall.world.db`delete from stock where sku = ${sku}`
    for (const [error] of [await refused(), await refused({ whenShort: 'wait' })]) {
      expect(error).toMatchObject({ code: 'OUT_OF_STOCK', available: 0 })
      expect(error).not.toHaveProperty('options')
    }
  })

  it('S0-3.1c tells a day only of goods that are still to come, enough for all who wait', async () => {
    const sku = await soldOut()
    const [{ db }, lines] = [mall.world, [{ sku, quantity: 2 }]]
    await db`insert into purchase_requests (id, sku, warehouse_id, quantity, received, status, sent_at, expected_at)
      values (${randomUUID()}, ${sku}, 'w-a', 6, 1, 'sent', now(), now() + interval '3 days')`
    const told = async () => {
      const { fulfillments } = await quoted(mall, { lines, whenShort: 'wait' })
      expect(fulfillments[0].awaitsStock).toBe(true)
      return 'estimate' in fulfillments[0]
    }
    // Five are to come: two for each of two orders, and one is not enough for a third.
    const days = []
    for (let orders = 0; orders < 3; orders++) {
      days.push(await told())
      await order(mall, { lines, whenShort: 'wait' })
    }
    expect(days).toEqual([true, true, false])
    // Six wait, and the shelf keeps two back before anyone is served.
    await db`update stock set safety = 2 where sku = ${sku}`
    await db`update purchase_requests set quantity = 10 where sku = ${sku}`
    expect(await told()).toBe(false)
    await db`update purchase_requests set quantity = 11 where sku = ${sku}`
    expect(await told()).toBe(true)
    await db`update purchase_requests set expected_at = now() - interval '1 day' where sku = ${sku}`
    expect(await told()).toBe(false)
  })
})
