import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { orderActivities } from '../../activities/order.ts'
import { workflowIdOf } from '../../client/order.ts'
import { DEFAULT_POLICY } from '../../domain/policy.ts'
import { openOrder } from '../support/order.ts'
import { DAYS, MINUTES } from '../support/time.ts'
import { startWorker } from '../../testing/worker.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.stop())

describe.concurrent('the payment window', () => {
  it('S2-1.4b reminds three times and ends with the stock back, the platform order closed first', async () => {
    const order = await openOrder(world, { lines: await world.ownLine({ quantity: 3 }) })
    const { externalId = '' } = await order.openPayment()
    await order.after(16 * MINUTES)
    await order.reaches(({ reminded }) => reminded === 2, 'two reminders')
    await order.after(15 * MINUTES)
    await order.is('expired')

    const types = await order.types()
    expect(types.slice(-4)).toEqual([
      'payment.reminded',
      'tender.closing',
      'tender.voided',
      'order.expired',
    ])
    expect((await world.lookAt(externalId)).status).toBe('closed')
    expect(await order.stock()).toMatchObject([{ onHand: 10, reserved: 0 }])
    expect(await order.balances()).toEqual({})
    expect(await order.mailsOf('payment_reminder')).toHaveLength(3)
    expect(await order.mailsOf('order_expired')).toHaveLength(1)
  })

  it('sees a payment made at its very end when it closes the platform order', async () => {
    const order = await openOrder(world, { lines: await world.ownLine() })
    const opened = await order.openPayment()
    await order.after(25 * MINUTES)
    await order.confirmAtPlatform({ opened })
    await order.after(6 * MINUTES)
    await order.is('pending_processing')

    const types = await order.types()
    expect(types).not.toContain('order.expired')
    expect(types.slice(-4)).toEqual([
      'tender.closing',
      'tender.captured',
      'order.paid',
      'order.accepted',
    ])
  })

  it('refuses a wish to pay after its end', async () => {
    const order = await openOrder(world, { lines: await world.ownLine() })
    await order.after(31 * MINUTES)
    await order.is('expired')

    await expect(order.openPayment()).rejects.toThrow('ORDER_CLOSED')
    await expect(order.cancel()).rejects.toThrow('ORDER_CLOSED')
  })
})

describe('a payment that arrives while the order is put away', () => {
  it.for(['expired', 'cancelled'])('goes back, where the order is %s', async (end) => {
    const own = await startWorld({ worker: false })
    onTestFinished(own.stop)
    const { record } = orderActivities(own.db, () => {})
    let whileArchiving = async () => {}
    const worker = await startWorker(
      own.settings,
      { db: own.db, onNotices: () => {} },
      {
        async record(proposal) {
          const recorded = await record(proposal)
          const archived = proposal.proposed.some(({ type }) => type === 'order.archived')
          if (archived) await whileArchiving()
          return recorded
        },
      },
    )
    onTestFinished(worker.stop)
    const order = await openOrder(own, { lines: await own.ownLine() })
    const opened = await order.openUnheard()
    whileArchiving = () => order.payLate(opened)
    if (end === 'cancelled') await order.cancel()
    await order.after(4 * DAYS)
    await order.refunded()
    const closing = own.temporal.workflow.getHandle(workflowIdOf(order.id)).result()

    expect(await closing).toEqual({ status: end })
    expect((await order.types()).slice(-4)).toEqual([
      'order.archived',
      'tender.captured',
      'refund.requested',
      'refund.succeeded',
    ])
    expect(await order.balances()).toEqual({})
  })
})

describe.concurrent('a payment some seconds after expiry', () => {
  async function expired({ readmitLate = true } = {}) {
    const lines = await world.ownLine({ onHand: 1 })
    const policy = { ...DEFAULT_POLICY, readmitLate }
    const order = await openOrder(world, { lines, policy })
    const opened = await order.openUnheard()
    await order.after(30 * MINUTES + 10_000)
    await order.is('expired')
    return { order, opened, lines }
  }

  it('D4 takes the order up again where its stock can still be had', async () => {
    const { order, opened } = await expired()
    await order.payLate(opened)
    await order.is('pending_processing')

    expect((await order.types()).slice(-5)).toEqual([
      'order.expired',
      'tender.captured',
      'order.readmitted',
      'order.paid',
      'order.accepted',
    ])
    expect(await order.stock()).toMatchObject([{ onHand: 1, reserved: 1 }])
    expect(await order.mailsOf('order_confirmed')).toHaveLength(1)
    await order.pack()
    await order.deliver()
    expect(await order.row()).toMatchObject({ status: 'delivered', payment: 'paid' })
    expect((await order.platformLedger()).entries).toMatchObject([{ kind: 'capture' }])
  })

  it('D4 goes back where the stock is gone', async () => {
    const { order, opened, lines } = await expired()
    const other = await openOrder(world, { lines })
    await order.payLate(opened)
    await order.refunded()

    expect(await order.row()).toMatchObject({ status: 'expired', payment: 'refunded' })
    expect(await order.balances()).toEqual({})
    expect(await order.mailsOf('refunded')).toHaveLength(1)
    expect((await order.platformLedger()).entries).toMatchObject([
      { kind: 'capture', amount: 6790 },
      { kind: 'refund', amount: 6790 },
    ])
    expect(await other.stock()).toMatchObject([{ onHand: 1, reserved: 1 }])
  })

  it('D4 goes back where the policy does not take orders up again', async () => {
    const { order, opened } = await expired({ readmitLate: false })
    await order.payLate(opened)
    await order.refunded()

    expect(await order.row()).toMatchObject({ status: 'expired', payment: 'refunded' })
    expect(await order.stock()).toMatchObject([{ onHand: 1, reserved: 0 }])
  })
})
