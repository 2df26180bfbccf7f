import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWorld } from '../../testing/index.ts'
import type { World } from '../../testing/index.ts'

/** The kit that `longhaul/testing` is: what it promises to those who write order tests. */

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.stop())

describe.concurrent('a test order', () => {
  it('travels its whole life in ten lines', async () => {
    const order = await world.order()
    await order.paid()
    await order.picked()
    await order.delivered()
    await order.after('30 days')

    expect(await order.status()).toBe('completed')
    expect(await order.money()).toEqual({
      ...{ currency: 'CNY', payable: 6790, paid: 6790, refunded: 0 },
      accounts: {
        'psp:stripe': 6790,
        'merchant:aurora:available': -5391,
        'platform:commission': -599,
        'freight:income': -800,
      },
    })
    expect(await order.mails()).toEqual(['order_confirmed', 'shipped', 'delivered'])
    await order.audit()
  })

  it('S0-1.1 shows every transition once, in one timeline without a gap', async () => {
    const order = await world.order()
    await order.delivered()
    await order.confirmed()
    const timeline = await order.timeline()

    expect(timeline.map(({ seq }) => seq)).toEqual(timeline.map((_, i) => i + 1))
    const statuses = timeline.map(({ status }) => status)
    expect(statuses.filter((status, i) => status !== statuses[i - 1])).toEqual([
      ...['pending_payment', 'paid', 'pending_processing', 'picking', 'checking'],
      ...['awaiting_shipment', 'awaiting_delivery', 'in_delivery', 'delivered', 'completed'],
    ])
  })

  it('comes to a step through all steps before it, for every merchant in it', async () => {
    const lines = [{ sku: 'tea', quantity: 2 }, { sku: 'tray' }]
    const order = await world.order({ lines, locale: 'zh' })
    await order.delivered()
    await order.confirmed()

    const { fulfillments, customerId } = await order.view()
    expect(fulfillments.map(({ status }) => status)).toEqual(['delivered', 'delivered'])
    const shop = await world.api('customer', customerId)
    const answer = await shop.v1.orders[':id'].$get({ param: { id: order.id } })
    expect(await answer.json()).toMatchObject({ status: 'completed' })
    expect((await order.mail('delivered')).subject).toMatch(/[一-鿿]/)
    await order.audit()
  })

  it('is paid at the door, unless the courier comes back without the money', async () => {
    const [honest, short] = [
      await world.order({ method: 'cod' }),
      await world.order({ method: 'cod' }),
    ]
    await honest.delivered()
    await short.delivered({ cashCollected: null })

    expect((await honest.money()).accounts).toMatchObject({ 'cod:express': 6790 })
    expect(await short.tasks()).toMatchObject([{ kind: 'CASH_MISMATCH' }])
    await honest.audit()
    await short.audit()
  })

  it('keeps its own time: others, and the wall clock, stay where they are', async () => {
    const [early, late] = [await world.order(), await world.order()]
    const now = await late.after('29 minutes')
    const order = await late.state()
    await late.until(order.payBy)

    expect(await late.status()).toBe('expired')
    expect(await early.status()).toBe('pending_payment')
    expect(now.getTime() - (await early.now()).getTime()).toBeGreaterThan(28 * 60_000)
    expect(await late.mails()).toEqual([
      ...['payment_reminder', 'payment_reminder', 'payment_reminder', 'order_expired'],
    ])
  })

  it('is taken up again when its money comes too late, and pays back what support cancels', async () => {
    const { sku } = await world.product({ onHand: 1 })
    const order = await world.order({ lines: [{ sku }] })
    await order.paidLate()
    expect(await order.status()).toBe('pending_processing')
    await order.cancelled({ by: 'support' })
    await order.refunded()

    expect(await order.money()).toMatchObject({ paid: 6790, refunded: 6790, accounts: {} })
    expect(await order.stock()).toEqual([{ sku, onHand: 1, reserved: 0 }])
    await order.audit()
  })

  it('goes back where its customer refuses it', async () => {
    const order = await world.order()
    await order.rejected()
    expect(await order.status()).toBe('refused')
    await order.returned()
    await order.refunded()

    expect((await order.timeline()).map(({ type }) => type)).toContain('parcel.returned')
    await order.audit()
  })

  it('asks a person where a provider fails for good', async () => {
    const order = await world.order()
    await order.fault({ target: 'carrier', fault: 'decline' })
    await expect(order.packed()).rejects.toThrow('waits for person (BOOKING_FAILED of p1')
    await order.resolve('BOOKING_FAILED', 'retry')
    await order.lost()
    await order.resolve('PARCEL_LOST', 'refund')
    await order.refunded()

    expect(await order.mails()).toEqual(['order_confirmed', 'shipped', 'refunded'])
    await order.audit()
  })

  it('hears what its customer asks for after delivery', async () => {
    const order = await world.order()
    await order.delivered()
    await order.requested({ type: 'return_refund', reason: 'damaged' })

    expect((await order.view()).requests).toMatchObject([{ kind: 'return_refund' }])
  })
})

describe.concurrent('an error of the kit', () => {
  it('says what the order waits for instead', async () => {
    const order = await world.order()
    await order.cancelled()
    await expect(order.delivered()).rejects.toThrow(/It is cancelled .* waits for late reports/)
  })

  it('carries the code of the API that refused a step', async () => {
    const order = await world.order()
    await order.delivered()
    await expect(order.cancelled()).rejects.toMatchObject({ status: 409, code: 'ALREADY_SHIPPED' })
  })

  it('says why time does not pass', async () => {
    const order = await world.order()
    await order.fault({ target: 'payment', fault: 'server_error', operation: 'refund', times: 9 })
    await order.paid()
    await order.cancelled()
    await expect(order.after('1 day')).rejects.toThrow(/being retried.*waits for refund/)
  })

  it('shows which records of the money differ', async () => {
    const order = await world.order()
    await order.paid()
    await world.db`
      update orders set view = jsonb_set(view, '{tenders,0,amount}', '6791') where id = ${order.id}`
    await expect(order.audit()).rejects.toThrow('against what was paid: 6790 instead of 6791')
  })
})

describe('a world', () => {
  it('sells what it is told, by the clocks it is told', async () => {
    const policy = { payWindow: 60_000, remindAfter: [30_000] }
    const quick = await startWorld({ policy })
    const order = await quick.order()
    await order.after('61 seconds')
    expect(await order.status()).toBe('expired')
    await quick.stop()
  })
})
