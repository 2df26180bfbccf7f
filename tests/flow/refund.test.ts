import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openOrder } from '../support/order.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.stop())

const PAID_BACK = [
  { kind: 'capture', amount: 6790 },
  { kind: 'refund', amount: 6790 },
]

async function ordered() {
  return openOrder(world, { lines: await world.ownLine() })
}

async function paid() {
  const order = await ordered()
  await order.pay()
  return order
}

describe.concurrent('a cancelled order', () => {
  it('frees its stock and closes its payment at the platform when it was not paid', async () => {
    const order = await ordered()
    const { externalId = '' } = await order.openPayment()
    await order.cancel()
    await order.reaches(({ tenders }) => tenders[0]?.status === 'voided', 'closing')

    expect(await order.row()).toMatchObject({ status: 'cancelled', payment: 'unpaid' })
    expect(await order.stock()).toMatchObject([{ onHand: 10, reserved: 0 }])
    expect((await world.lookAt(externalId)).status).toBe('closed')
    expect((await order.platformLedger()).entries).toEqual([])
    expect(await order.mailsOf('order_cancelled')).toHaveLength(1)
  })

  it('frees its stock and pays the money back, freight included, when it was paid', async () => {
    const order = await paid()
    await order.cancel()
    await order.refunded()

    expect(await order.row()).toMatchObject({ status: 'cancelled', payment: 'refunded' })
    expect(await order.stock()).toMatchObject([{ onHand: 10, reserved: 0 }])
    expect(await order.balances()).toEqual({})
    expect((await order.platformLedger()).entries).toMatchObject(PAID_BACK)
    expect(await order.mailsOf('refunded')).toHaveLength(1)
    await expect(order.cancel()).rejects.toThrow('ORDER_CLOSED')
  })

  it('pays back what arrives after the customer cancelled, and stays cancelled', async () => {
    const order = await ordered()
    const opened = await order.openUnheard()
    await order.cancel()
    await order.payLate(opened)
    await order.refunded()

    expect(await order.row()).toMatchObject({ status: 'cancelled', payment: 'refunded' })
    expect(await order.stock()).toMatchObject([{ onHand: 10, reserved: 0 }])
    expect(await order.balances()).toEqual({})
    expect((await order.platformLedger()).entries).toMatchObject(PAID_BACK)
  })
})

describe.concurrent('a second payment', () => {
  it('goes back, and the order goes on with the first', async () => {
    const order = await ordered()
    const unheard = await order.openUnheard()
    await order.notice({ type: 'closed', externalId: unheard.externalId })
    await order.reaches(({ tenders }) => tenders[0]?.status === 'voided', 'the closed payment')
    await order.pay()
    await order.payLate(unheard)
    await order.refunded()

    expect(await order.row()).toMatchObject({ status: 'pending_processing', payment: 'paid' })
    expect((await order.read()).refunds).toMatchObject([
      { tenderId: 't1', amount: 6790, reason: 'surplus' },
    ])
    expect((await order.balances())['psp:stripe']).toBe(6790)
    const moved = (await order.platformLedger()).entries
    expect(moved.filter(({ kind }) => kind === 'capture')).toHaveLength(2)
    expect(moved.filter(({ kind }) => kind === 'refund')).toMatchObject([{ amount: 6790 }])
  })

  it('by card goes back when cash on delivery was chosen meanwhile', async () => {
    const order = await ordered()
    await order.confirmAtPlatform()
    await order.openPayment('cod')
    await order.refunded()

    expect((await order.read()).tenders).toMatchObject([
      { method: 'card', status: 'captured' },
      { method: 'cod', status: 'due', amount: 6790 },
    ])
    expect(await order.row()).toMatchObject({ status: 'pending_processing', payment: 'cod_due' })
    expect((await order.platformLedger()).entries).toMatchObject(PAID_BACK)
  })
})

describe.concurrent('a refund', () => {
  it('whose answer got lost after the money went is paid once', async () => {
    const order = await paid()
    await order.spoil({ target: 'payment', fault: 'timeout_after_effect', operation: 'refund' })
    await order.cancel()
    await order.refunded()

    expect((await order.platformLedger()).entries).toMatchObject(PAID_BACK)
    expect(await order.balances()).toEqual({})
  })

  it('that the bank refuses is a task, and a retry pays it', async () => {
    const order = await refused()
    expect((await order.balances())['refund:payable']).toBe(-6790)
    await order.resolve('REFUND_FAILED', 'retry')
    await order.refunded()

    expect((await order.platformLedger()).entries).toMatchObject(PAID_BACK)
    expect(await order.balances()).toEqual({})
  })

  it('that the bank refuses may be settled by hand', async () => {
    const order = await refused()
    await order.resolve('REFUND_FAILED', 'skip')

    expect((await order.read()).refunds).toMatchObject([{ status: 'manual' }])
    expect(await order.row()).toMatchObject({ status: 'cancelled', payment: 'refunded' })
    // The platform still has it; by hand it was paid out of the bank account.
    expect(await order.balances()).toEqual({ 'psp:stripe': 6790, bank: -6790 })
  })

  async function refused() {
    const order = await paid()
    await order.spoil({ target: 'payment', fault: 'decline', operation: 'refund' })
    await order.cancel()
    await order.task('REFUND_FAILED')
    return order
  }
})
