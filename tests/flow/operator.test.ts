import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { workflowIdOf } from '../../client/order.ts'
import type { PaymentMethod, Resolution } from '../../domain/events.ts'
import * as messages from '../../workflows/messages.ts'
import { openOrder } from '../support/order.ts'
import type { DrivenOrder } from '../support/order.ts'
import { DAYS } from '../support/time.ts'
import { until } from '../../testing/waiting.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'

/*
 * What operations people can do in Temporal's Web UI, past every door: typed signals, cancellation, termination. And
 * questions whose answer must not be a dead end.
 */

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.stop())

const open = async () => openOrder(world, { lines: await world.ownLine({ onHand: 10 }) })
const handleOf = ({ id }: DrivenOrder) => world.temporal.workflow.getHandle(workflowIdOf(id))

describe.concurrent('a signal typed by hand', () => {
  it.each([
    ['a currency in small letters', { currency: 'cny' }],
    ['a character that the database cannot hold', { externalId: 'pi_\u0000' }],
    ['half a character', { eventId: 'evt_\ud800' }],
  ])('with %s is ignored, and the order lives on', async (_what, wrong) => {
    const order = await open()
    await order.notice(wrong)
    await order.reaches(({ ignored }) => ignored === 1, 'the ignored report')
    await order.pay()

    expect((await order.row()).status).toBe('pending_processing')
  })

  it('with a method or an action that does not exist is refused', async () => {
    const order = await open()
    const pay = order.command(messages.retryPaymentUpdate, {
      tenders: [{ method: 'gold' as PaymentMethod }],
    })
    await expect(pay).rejects.toThrow('MALFORMED')
    const answer = { taskId: 'k1', action: 'dance' as Resolution, by: 'ops' }
    await expect(order.command(messages.resolveTaskUpdate, answer)).rejects.toThrow('MALFORMED')
  })
})

describe.concurrent('a cancellation requested in Temporal', () => {
  it('cancels the order as support would: money and stock go back, and it ends in order', async () => {
    const order = await open()
    await order.pay()
    await handleOf(order).cancel()
    await order.refunded()
    expect(await order.row()).toMatchObject({ status: 'cancelled', cancelledBy: 'support' })
    expect(await order.stock()).toMatchObject([{ onHand: 10, reserved: 0 }])
    await order.after(4 * DAYS)
    await order.reaches(({ archivedAt }) => archivedAt !== undefined, 'the archive')

    expect(await handleOf(order).result()).toEqual({ status: 'cancelled' })
    expect(await order.balances()).toEqual({})
  })

  it('leaves an order alone that has been delivered, and hears the customer afterwards', async () => {
    const order = await open()
    await order.pay()
    await order.pack()
    await order.deliver()
    await handleOf(order).cancel()
    await order.confirm()

    expect((await order.row()).status).toBe('completed')
  })
})

describe('a termination', () => {
  it('is found by the relay and becomes a task', async () => {
    const order = await open()
    await handleOf(order).terminate('by mistake')
    const stop = new AbortController()
    const sweeping = world.relay.run(stop.signal)
    await until(async () => {
      const tasks = await world.db`
        select from tasks where order_id = ${order.id} and kind = 'WORKFLOW_ENDED' and resolved_at is null`
      return tasks.length === 1
    }, 'the task')
    stop.abort()
    await sweeping
  })
})

describe.concurrent('a payment that the platform opens too late', () => {
  it('is closed there again, and its customer told that the order is closed', async () => {
    const order = await open()
    await order.spoil({ target: 'payment', fault: 'server_error', operation: 'create', times: 2 })
    const paying = order.openPayment().catch((error: Error) => error.message)
    await until(async () => (await handleOf(order).describe()).raw.pendingActivities?.length === 1)
    await order.cancel()

    expect(await paying).toBe('ORDER_CLOSED')
    const { tenders } = await order.reaches(
      ({ tenders: [tender] }) => tender?.externalId !== undefined && tender.status === 'voided',
      'the closed tender',
    )
    const fact = await world.lookAt(tenders[0]?.externalId ?? '')
    expect(fact.status).toBe('closed')
  })
})

describe.concurrent('a parcel that no carrier takes, while another is on its way', () => {
  it('is unpacked and paid back, and the rest is delivered', async () => {
    const lines = [
      ...(await world.ownLine({ onHand: 10 })),
      ...(await world.ownLine({ onHand: 10 })),
    ]
    const order = await openOrder(world, { lines })
    await order.pay()
    const step = { fulfillmentId: 'f1', by: 'picker-1' }
    await order.command(messages.claimUpdate, step)
    await order.command(messages.pickUpdate, step)
    await order.command(messages.checkUpdate, step)
    await order.spoil({ target: 'carrier', fault: 'decline', times: 1 })
    const parcels = (await order.read()).fulfillments[0]?.items.map((item) => ({ items: [item] }))
    await order.command(messages.packUpdate, { ...step, ...(parcels && { parcels }) })
    await order.task('BOOKING_FAILED')
    const stays = await order.reaches(
      (o) => o.parcels.some(({ status }) => status === 'booked'),
      'the other booking',
    )
    const [gone] = stays.parcels.filter(({ status }) => status === 'booked')
    await order.report('shipmentTracking', { parcelId: gone?.id, type: 'picked_up' })
    await order.reaches((o) => o.parcels.some((p) => p.status === 'handed_over'), 'hand-over')
    await expect(order.cancel()).rejects.toThrow('ALREADY_SHIPPED')
    await order.resolve('BOOKING_FAILED', 'refund')
    await order.refunded()
    await order.report('delivery', { parcelId: gone?.id, signedBy: 'self' })
    await order.is('delivered')

    expect(await order.row()).toMatchObject({ payment: 'partially_refunded' })
    const shelves = (await order.stock()).map(({ onHand, reserved }) => `${onHand} ${reserved}`)
    expect(shelves.toSorted()).toEqual(['10 0', '9 0'])
  })
})
