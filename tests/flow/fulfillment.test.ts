import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as messages from '../../workflows/messages.ts'
import { openOrder } from '../support/order.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.stop())

const STEP = { fulfillmentId: 'f1', by: 'picker-1' }

async function paid({ quantity = 1 } = {}) {
  const order = await openOrder(world, { lines: await world.ownLine({ quantity }) })
  await order.pay()
  return order
}

async function picked(options: { quantity?: number } = {}) {
  const order = await paid(options)
  await order.command(messages.claimUpdate, STEP)
  await order.command(messages.pickUpdate, STEP)
  return order
}

async function checked(options: { quantity?: number } = {}) {
  const order = await picked(options)
  await order.command(messages.checkUpdate, STEP)
  return order
}

async function packed() {
  const order = await paid()
  await order.pack()
  return order
}

describe.concurrent('the warehouse', () => {
  it('S0-3.4a packs only what was checked; then the order awaits shipment', async () => {
    const order = await picked()
    await expect(order.command(messages.packUpdate, STEP)).rejects.toThrow('WRONG_STATE')
    expect(await order.row()).toMatchObject({ status: 'checking' })

    await order.command(messages.checkUpdate, STEP)
    const answer = await order.command(messages.packUpdate, STEP)
    expect(answer).toEqual({ status: 'awaiting_shipment' })
    await order.is('awaiting_delivery')
    expect((await order.read()).parcels).toMatchObject([
      { weightGrams: 250, carrier: 'express', status: 'booked' },
    ])
  })

  it('sends back to picking what a check found wrong, with the reason', async () => {
    const order = await picked()
    await order.command(messages.failCheckUpdate, { ...STEP, reason: 'damaged' })

    expect(await order.row()).toMatchObject({ status: 'picking' })
    await expect(order.command(messages.checkUpdate, STEP)).rejects.toThrow('WRONG_STATE')
    await order.command(messages.pickUpdate, STEP)
    await order.command(messages.checkUpdate, STEP)
    expect(
      (await order.timeline()).find(({ type }) => type.includes('failed'))?.data,
    ).toMatchObject({
      reason: 'damaged',
    })
  })

  it.for([1, 4])('refuses parcels that hold %i of 3 units', async (quantity) => {
    const order = await checked({ quantity: 3 })
    const parcels = [{ items: [{ lineId: 'l1', quantity }] }]
    const pack: messages.PackCommand = { ...STEP, parcels }
    const before = await order.types()

    await expect(order.command(messages.packUpdate, pack)).rejects.toThrow('PACKED_UNITS_DIFFER')
    expect(await order.types()).toEqual(before)
  })

  it('does the same by reports of an outside system as by its own commands', async () => {
    const order = await paid()
    for (const type of ['claimed', 'picked', 'check_failed', 'picked', 'checked', 'packed']) {
      await order.report('picking', { fulfillmentId: 'f1', type, reason: 'wrong_quantity' })
    }
    await order.is('awaiting_delivery')

    const types = await order.types()
    expect(types.filter((type) => type.startsWith('fulfillment.'))).toEqual([
      'fulfillment.claimed',
      'fulfillment.picked',
      'fulfillment.check_failed',
      'fulfillment.picked',
      'fulfillment.checked',
      'fulfillment.packed',
    ])
    expect(await order.carrierParcels()).toHaveLength(1)
  })

  it('has nothing to do for an order that is not paid', async () => {
    const order = await openOrder(world, { lines: await world.ownLine() })
    await expect(order.command(messages.claimUpdate, STEP)).rejects.toThrow('WRONG_STATE')
  })
})

describe.concurrent('an order in two parcels', () => {
  it('D10 is partially shipped when two of three units have left', async () => {
    const order = await paid({ quantity: 3 })
    const units = (quantity: number) => ({ items: [{ lineId: 'l1', quantity }], weightGrams: 700 })
    await order.pack([units(2), units(1)])
    await order.command(messages.handOverUpdate, { parcelId: 'p1', by: 'packer-1' })

    expect(await order.row()).toMatchObject({ status: 'partially_shipped' })
    expect(await order.stock()).toMatchObject([{ onHand: 8, reserved: 1 }])
    await expect(order.cancel()).rejects.toThrow('ALREADY_SHIPPED')
    await order.command(messages.handOverUpdate, { parcelId: 'p2', by: 'packer-1' })
    expect(await order.row()).toMatchObject({ status: 'in_delivery' })
    expect(await order.stock()).toMatchObject([{ onHand: 7, reserved: 0 }])
    expect(await order.mailsOf('shipped')).toHaveLength(2)
  })
})

describe.concurrent('a carrier', () => {
  it('that answers with an error after booking gives one label', async () => {
    const order = await paid()
    await order.spoil({ target: 'carrier', fault: 'server_error_after_effect', operation: 'book' })
    await order.pack()

    const parcels = await order.carrierParcels()
    expect(parcels).toHaveLength(1)
    expect((await order.read()).parcels[0]?.waybill).toBe(parcels[0]?.waybill)
  })

  it('that does not serve the address is a task; a retry books once it does', async () => {
    const order = await refused()
    expect(await order.row()).toMatchObject({ status: 'awaiting_shipment' })
    expect((await order.task('BOOKING_FAILED')).code).toBe('ADDRESS_UNSERVICEABLE')
    await order.resolve('BOOKING_FAILED', 'retry')
    await order.is('awaiting_delivery')

    expect(await order.carrierParcels()).toHaveLength(1)
  })

  it('that does not serve the address may cost the order: money and stock go back', async () => {
    const order = await refused()
    await order.resolve('BOOKING_FAILED', 'cancel')
    await order.refunded()

    expect(await order.row()).toMatchObject({ status: 'cancelled', payment: 'refunded' })
    expect(await order.stock()).toMatchObject([{ onHand: 10, reserved: 0 }])
    expect(await order.balances()).toEqual({})
    expect(await order.carrierParcels()).toEqual([])
  })

  async function refused() {
    const order = await checked()
    await order.spoil({ target: 'carrier', fault: 'decline' })
    await order.command(messages.packUpdate, STEP)
    await order.task('BOOKING_FAILED')
    return order
  }
})

describe.concurrent('a cancellation', () => {
  it('after booking voids the label at the carrier', async () => {
    const order = await packed()
    await order.cancel()
    await order.reaches(({ parcels }) => parcels[0]?.status === 'voided', 'the voided label')
    await order.refunded()

    expect((await order.carrierParcels())[0]?.scans).toMatchObject([{ code: 'cancelled' }])
    expect(await order.stock()).toMatchObject([{ onHand: 10, reserved: 0 }])
    expect(await order.balances()).toEqual({})
  })

  it('of a parcel that already moves at the carrier raises a task to bring it back', async () => {
    const order = await packed()
    await order.scanAtCarrier({ code: 'picked_up' })
    await order.cancel('support')

    expect(await order.task('PARCEL_ESCAPED')).toMatchObject({ subject: 'p1' })
    await order.refunded()
    await order.resolve('PARCEL_ESCAPED', 'skip')
    expect(await order.row()).toMatchObject({ status: 'cancelled', payment: 'refunded' })
  })

  it('after the hand-over is refused and changes nothing', async () => {
    const order = await packed()
    await order.handOver()
    const before = await order.types()

    await expect(order.cancel()).rejects.toThrow('ALREADY_SHIPPED')
    expect(await order.types()).toEqual(before)
    expect(await order.row()).toMatchObject({ status: 'in_delivery', payment: 'paid' })
  })
})
