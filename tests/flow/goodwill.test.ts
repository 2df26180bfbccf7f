import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Resolution } from '../../domain/events.ts'
import type { Goodwill } from '../../domain/goodwill.ts'
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

const grant = (order: DrivenOrder, wish: Partial<Goodwill> = {}) =>
  order.command(messages.goodwillUpdate, {
    ...{ eventId: crypto.randomUUID(), amount: 500, reason: 'delay', by: 'support-1' },
    ...{ limit: 2000, ...wish },
  })

async function answer(order: DrivenOrder, action: Resolution, by: string) {
  const { id: taskId } = await order.task('REFUND_APPROVAL')
  return order.command(messages.resolveTaskUpdate, { taskId, action, by })
}

const refunds = async (order: DrivenOrder) =>
  (await order.platformLedger()).entries
    .filter(({ kind }) => kind === 'refund')
    .map(({ amount }) => amount)

describe.concurrent('a goodwill refund', () => {
  it('D20 of ¥5 is paid back without a return, and the order goes on', async () => {
    const order = await paid()
    await grant(order)
    await order.refunded()

    expect(await refunds(order)).toEqual([500])
    expect(await order.row()).toMatchObject({
      ...{ status: 'pending_processing', payment: 'partially_refunded' },
    })
    expect(await order.balances()).toMatchObject({ 'psp:stripe': 6290, 'platform:goodwill': 500 })
    expect(await order.mailsOf('refunded')).toHaveLength(1)
  })

  it('is taken along when the order is cancelled, so that nobody gets back more than they paid', async () => {
    const order = await paid()
    await grant(order)
    await order.cancel()
    await order.refunded()

    expect(await refunds(order)).toEqual([500, 6290])
    expect(await order.balances()).toEqual({})
  })

  it('of more than is left is refused', async () => {
    const order = await paid()
    await expect(grant(order, { amount: 6791 })).rejects.toThrow('AMOUNT_TOO_HIGH')
    await expect(grant(order, { amount: 0 })).rejects.toThrow('MALFORMED')
  })
})

describe.concurrent('goodwill above the limit', () => {
  it('is paid once a second person has approved it', async () => {
    const order = await paid()
    await grant(order, { amount: 2001 })
    await expect(answer(order, 'approve', 'support-1')).rejects.toThrow('SELF_APPROVAL')
    expect(await refunds(order)).toEqual([])
    await answer(order, 'approve', 'finance-1')
    await order.refunded()

    expect(await refunds(order)).toEqual([2001])
    expect(await order.balances()).toMatchObject({ 'platform:goodwill': 2001 })
  })

  it('is not paid when it is rejected', async () => {
    const order = await paid()
    await grant(order, { amount: 2001 })
    await answer(order, 'reject', 'finance-1')

    expect((await order.read()).tasks).toMatchObject([{ open: false, resolution: 'reject' }])
    expect((await order.read()).refunds).toEqual([])
  })
})

describe.concurrent('a refund that its card refuses', () => {
  it('goes to the customer’s wallet once they agree', async () => {
    const customerId = `c-${crypto.randomUUID()}`
    const order = await openOrder(world, { lines: await world.ownLine(), customerId })
    await order.pay()
    await order.spoil({ target: 'payment', fault: 'decline', operation: 'refund' })
    await order.cancel()
    await order.resolve('REFUND_FAILED', 'wallet')
    await order.refunded()

    expect(await refunds(order)).toEqual([])
    expect(await order.balances()).toEqual({
      ...{ 'psp:stripe': 6790, [`wallet:${customerId}`]: -6790 },
    })
    expect(
      await world.db`select balance from value_accounts where customer_id = ${customerId}`,
    ).toEqual([{ balance: 6790 }])
  })
})
