import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OrderClient } from '../../client/order.ts'
import { holdAgain, releaseHoldings } from '../../db/holding.ts'
import { sweepReservations } from '../../db/movement.ts'
import { readOverdue } from '../../db/relay.ts'
import { createRelay } from '../../relay/relay.ts'
import { until } from '../../testing/waiting.ts'
import { beside } from '../support/locks.ts'
import { openOrder } from '../support/order.ts'
import type { DrivenOrder } from '../support/order.ts'
import { leftovers, rush, shelf, tryHold, unbalanced } from '../support/stock.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.stop())

/** Let a relay sweep until `done`; `woken` are the orders that it had look at their logs. */
async function sweeping(done: (woken: string[]) => Promise<unknown>): Promise<string[]> {
  const woken: string[] = []
  const client: OrderClient = {
    ...world.client,
    async catchUp(orderId, known) {
      woken.push(orderId)
      return world.client.catchUp(orderId, known)
    },
  }
  const stop = new AbortController()
  const run = createRelay(world.db, client, { warn: () => {} }).run(stop.signal)
  try {
    await done(woken)
  } finally {
    stop.abort()
    await run
  }
  return woken
}

/** As no event ever does: an order that is over holds its unit again. */
async function leak({ id }: DrivenOrder, sku: string): Promise<void> {
  await world.db`update reservations set state = 'held' where order_id = ${id}`
  await world.db`update stock set reserved = reserved + 1 where sku = ${sku}`
}

describe('the sweep', () => {
  it('frees what orders that are over or never were still hold, and nothing of others', async () => {
    const { sku } = await world.product({ onHand: 5 })
    const lines = [{ sku, quantity: 1, addressId: 'a1' }]
    const [over, open] = [await openOrder(world, { lines }), await openOrder(world, { lines })]
    await over.cancel()
    await leak(over, sku)
    const absent = await tryHold(world.db, [{ sku }])
    const left = await leftovers(world.db)
    expect(new Set(left.map(({ orderId }) => orderId))).toEqual(new Set([over.id, absent]))

    await sweeping(() =>
      until(async () => (await leftovers(world.db)).length === 0, 'an end of what is left over'),
    )
    expect(await shelf(world.db, sku)).toEqual({ onHand: 5, reserved: 1, allotted: 0 })
    expect(await unbalanced(world.db)).toEqual([])
    await open.pay()
  })

  it('looks at a page of orders at a time, and goes on where it was', async () => {
    const { sku } = await world.product({ onHand: 5 })
    const absent = await rush(world.db, { buyers: 3, wishes: () => [{ sku }] })
    const seen: string[] = []
    let after = ''
    do {
      const page = await sweepReservations(world.db, { after, limit: 1 })
      expect(page.found).toBeLessThanOrEqual(1)
      if (page.found === 1) seen.push(page.next)
      after = page.next
    } while (after !== '')
    expect(seen).toEqual(absent.toSorted())
    expect(await shelf(world.db, sku)).toMatchObject({ reserved: 0 })
  })

  it('leaves alone what is held once more for a late payment that is being settled', async () => {
    const { sku } = await world.product({ onHand: 1 })
    const order = await openOrder(world, { lines: [{ sku, quantity: 1, addressId: 'a1' }] })
    await order.cancel()
    await leak(order, sku)
    await world.db`update orders set owes_effects = true where id = ${order.id}`
    await sweepReservations(world.db, { after: '' })
    expect(await shelf(world.db, sku)).toMatchObject({ reserved: 1 })
    await world.db`update orders set owes_effects = false where id = ${order.id}`
    await sweepReservations(world.db, { after: '' })
    expect(await shelf(world.db, sku)).toMatchObject({ reserved: 0 })
  })

  it('has an order that should have expired look at its log, once', async () => {
    const { sku } = await world.product({ onHand: 2 })
    const lines = [{ sku, quantity: 1, addressId: 'a1' }]
    const [late, early] = [await openOrder(world, { lines }), await openOrder(world, { lines })]
    await world.db`update orders set pay_by = clock_timestamp() - interval '3 minutes'
      where id = ${late.id}`
    const woken = await sweeping(async (found) => {
      await until(async () => found.length > 0, 'a wake-up')
      await until(async () => (await readOverdue(world.db, 1)).length === 0, 'a note of that')
    })
    expect(woken).toEqual([late.id])
    expect(woken).not.toContain(early.id)
  })
})

describe('an order that is taken up again', () => {
  it('waits for what is just recorded of it before it holds anything', async () => {
    const { sku } = await world.product({ onHand: 1 })
    const order = await openOrder(world, { lines: [{ sku, quantity: 1, addressId: 'a1' }] })
    await order.cancel()
    const reserved = async () => (await shelf(world.db, sku))?.reserved
    for (const again of [holdAgain, releaseHoldings]) {
      const before = await reserved()
      await beside(world.db, {
        hold: (tx) => tx`select from orders where id = ${order.id} for update`,
        begin: async () => void (await again(world.db, order.id)),
        rest: async () => expect(await reserved()).toBe(before),
      })
    }
    expect(await reserved()).toBe(0)
  })
})
