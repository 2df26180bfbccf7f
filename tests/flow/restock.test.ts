import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { outlookOf } from '../../domain/outlook.ts'
import { cardOf } from '../../workflows/card.ts'
import * as messages from '../../workflows/messages.ts'
import { leftovers, shelf, unbalanced } from '../support/stock.ts'
import { openWaitingOrder, receiveGoods } from '../support/waiting-order.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.stop())

const STEP = { fulfillmentId: 'f1', by: 'picker-1' }
const cardNow = (order: Parameters<typeof cardOf>[0]) => cardOf(order, new Date().toISOString())

/** What is wrong with a product's stock: nothing. */
async function faultsOf(sku: string) {
  const found = [...(await unbalanced(world.db)), ...(await leftovers(world.db))]
  return found.filter((fault) => fault.sku === sku)
}

describe.concurrent('an order that waits for stock', () => {
  it('S2-1.2a says what it waits for, is not picked before, and goes on when all is there', async () => {
    const { sku } = await world.product({ onHand: 1 })
    const order = await openWaitingOrder(world, { sku, quantity: 3 })
    expect(outlookOf(await order.read()).waits).toEqual([{ for: 'restock', subject: 'f1' }])
    expect(cardNow(await order.read())).toContain('**Waits for** goods for f1.')
    await expect(order.command(messages.claimUpdate, STEP)).rejects.toThrow('AWAITS_STOCK')
    await order.report('picking', { fulfillmentId: 'f1', type: 'picked' })
    await order.reaches(({ ignored }) => ignored === 1, 'an ignored report')
    await receiveGoods(world, { sku, quantity: 1, orders: [order] })
    await expect(order.command(messages.claimUpdate, STEP)).rejects.toThrow('AWAITS_STOCK')
    await receiveGoods(world, { sku, quantity: 1, orders: [order] })
    await order.reaches(({ fulfillments }) => !fulfillments[0]?.awaitsStock, 'stock')

    await order.pack()
    await order.deliver()
    const types = await order.types()
    expect(types.filter((type) => type === 'fulfillment.stocked')).toHaveLength(1)
    expect(await shelf(world.db, sku)).toEqual({ onHand: 0, reserved: 0, allotted: 0 })
  })

  it('hears of its stock once, however often that is told', async () => {
    const { sku } = await world.product({ onHand: 0 })
    const order = await openWaitingOrder(world, { sku, quantity: 1 })
    await receiveGoods(world, { sku, quantity: 1, orders: [order] })
    await order.reaches(({ fulfillments }) => !fulfillments[0]?.awaitsStock, 'stock')
    const eventId = `${order.id}:f1`
    await order.report('stocked', { eventId, fulfillmentId: 'f1' })
    await order.report('stocked', { fulfillmentId: 'f9' })
    await order.reaches(({ ignored }) => ignored > 0, 'an ignored report')

    const told = (await order.timeline()).filter(({ type }) => type === 'report.ignored')
    expect(told).toMatchObject([{ data: { kind: 'stocked', reason: 'UNKNOWN_FULFILLMENT' } }])
  })

  it('leaves nothing behind when it is cancelled: the next one gets what it held', async () => {
    const { sku } = await world.product({ onHand: 1 })
    const order = await openWaitingOrder(world, { sku, quantity: 2 })
    const next = await openWaitingOrder(world, { sku, quantity: 1 })
    await order.cancel()
    await world.relay.now(next.id)
    await next.reaches(({ fulfillments }) => !fulfillments[0]?.awaitsStock, 'stock')

    await receiveGoods(world, { sku, quantity: 5, orders: [order] })
    expect((await order.read()).ignored).toBe(0)
    expect(await shelf(world.db, sku)).toMatchObject({ onHand: 6, reserved: 1 })
    expect(await faultsOf(sku)).toEqual([])
  })

  it('that expires unpaid gives up its place, and takes one again when it is paid late', async () => {
    const { sku } = await world.product({ onHand: 1 })
    const wish = { sku, quantity: 2, method: 'card' } as const
    const order = await openWaitingOrder(world, wish)
    const opened = await order.openPayment()
    await order.after('31 minutes')
    await order.is('expired')
    await receiveGoods(world, { sku, quantity: 1, orders: [order] })
    expect(await shelf(world.db, sku)).toMatchObject({ onHand: 2, reserved: 0 })
    await order.payLate(opened)
    await order.reaches(({ accepted }) => accepted, 'acceptance')
    await world.relay.now(order.id)
    await order.reaches(({ fulfillments }) => !fulfillments[0]?.awaitsStock, 'stock')

    expect(await shelf(world.db, sku)).toMatchObject({ onHand: 2, reserved: 2 })
    expect(await faultsOf(sku)).toEqual([])
  })
})
