import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as messages from '../../workflows/messages.ts'
import { openOrder } from '../support/order.ts'
import type { DrivenOrder } from '../support/order.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.stop())

async function paid() {
  const order = await openOrder(world, { lines: await world.ownLine() })
  await order.pay()
  return order
}

const tell = (order: DrivenOrder, type: 'disputed' | 'dispute_won' | 'dispute_lost') =>
  order.report('payment', {
    ...{ type, tenderId: 't1', disputeId: 'dp_1', amount: 6790, currency: 'CNY' },
    reason: 'fraudulent',
  })

async function disputed(order: DrivenOrder) {
  await tell(order, 'disputed')
  await order.task('PAYMENT_DISPUTED')
}

const step = { fulfillmentId: 'f1', by: 'picker-1' }

describe.concurrent('a disputed order', () => {
  it('is left where it is, and goes on when the dispute is won', async () => {
    const order = await paid()
    await disputed(order)
    expect(await order.row()).toMatchObject({ payment: 'disputed' })
    expect(await order.balances()).toMatchObject({ chargeback: 6790 })
    await expect(order.command(messages.claimUpdate, step)).rejects.toThrow('ORDER_ON_HOLD')
    await tell(order, 'dispute_won')
    await order.reaches(({ tasks }) => tasks.every(({ open }) => !open), 'the end of the dispute')
    await order.pack()

    expect(await order.row()).toMatchObject({ status: 'awaiting_delivery', payment: 'paid' })
    expect(await order.balances()).toMatchObject({ 'psp:stripe': 6790 })
  })

  it('that an outside warehouse packs all the same gets no carrier before it may leave', async () => {
    const order = await paid()
    await disputed(order)
    await order.report('picking', { fulfillmentId: 'f1', type: 'packed' })
    await order.is('awaiting_shipment')
    expect(await order.carrierParcels()).toEqual([])
    await tell(order, 'dispute_won')

    await order.is('awaiting_delivery')
    expect(await order.carrierParcels()).toHaveLength(1)
  })

  it('that is lost costs the platform what was sent', async () => {
    const order = await paid()
    await order.pack()
    await order.deliver()
    await disputed(order)
    await tell(order, 'dispute_lost')
    await order.reaches(({ disputes }) => disputes[0]?.status === 'lost', 'the loss')
    await order.resolve('PAYMENT_DISPUTED', 'skip')

    expect((await order.read()).refunds).toEqual([])
    expect(await order.balances()).toMatchObject({ 'platform:chargeback': 6790 })
    expect(Object.keys(await order.balances())).not.toContain('psp:stripe')
  })

  it('that is lost and cancelled costs nobody anything', async () => {
    const order = await paid()
    await disputed(order)
    await tell(order, 'dispute_lost')
    await order.reaches(({ disputes }) => disputes[0]?.status === 'lost', 'the loss')
    await order.resolve('PAYMENT_DISPUTED', 'cancel')
    await order.is('cancelled')

    expect((await order.read()).refunds).toEqual([])
    expect(await order.balances()).toEqual({})
    expect(await order.stock()).toMatchObject([{ onHand: 10, reserved: 0 }])
    const [cancelled] = await order.mailsOf('order_cancelled')
    expect(cancelled?.text).toContain('Your bank has given you CNY 67.90 of your payment back.')
    expect(await order.mailsOf('payment_disputed')).toHaveLength(1)
    expect((await order.mailsOf('dispute_ended'))[0]?.text).toContain('back')
  })
})

describe.concurrent('a partly shipped order that is disputed', () => {
  it('keeps what is on its way, and calls off what is still here with its label', async () => {
    const order = await openOrder(world)
    await order.pay()
    await order.pack()
    await order.report('shipmentTracking', { parcelId: 'p1', type: 'picked_up' })
    await order.reaches(({ parcels }) => parcels[0]?.status === 'handed_over', 'the hand-over')
    await order.report('payment', {
      ...{ type: 'disputed', tenderId: 't1', disputeId: 'dp_1', reason: 'fraudulent' },
      ...{ amount: (await order.read()).payable, currency: 'CNY' },
    })
    await order.resolve('PAYMENT_DISPUTED', 'cancel')
    await order.reaches(({ parcels }) => parcels[1]?.status === 'voided', 'the void label')

    expect((await order.read()).fulfillments.map(({ stage }) => stage)).toEqual([
      ...['packed', 'cancelled'],
    ])
    expect((await order.stock()).map(({ reserved }) => reserved)).toEqual([0, 0, 0])
    expect((await order.read()).refunds).toEqual([])
  })
})
