import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { outside } from '../../testing/outside.ts'
import { openOrder } from '../support/order.ts'
import { balanceOf, credited } from '../support/value.ts'
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

describe('D15 a refund of which the card takes nothing', () => {
  async function halfBack() {
    const { id: account, customerId } = await credited(world.db, 3000)
    const order = await openOrder(world, { lines: await world.ownLine(), customerId })
    const wallet = { method: 'wallet', account, amount: 3000 } as const
    const { next } = await order.payBy([wallet, { method: 'card' }])
    for (const action of next) await outside(world.sandbox.url).confirm(action)
    const { tenders } = await order.read()
    const byCard = tenders.find(({ method, status }) => method === 'card' && status !== 'voided')
    await order.notice({ tenderId: byCard?.id, externalId: byCard?.externalId })
    await order.reaches(({ accepted }) => accepted, 'acceptance')
    await order.spoil({ target: 'payment', fault: 'decline', operation: 'refund' })
    await order.cancel()
    await order.task('REFUND_FAILED')
    await order.reaches(({ refunds }) => refunds.some(isThrough), 'the wallet’s part')
    return { order, account }
  }
  const isThrough = ({ status }: { status: string }) => status === 'succeeded'

  it('goes back to the wallet as far as that bore it, and the rest keeps its order open', async () => {
    const { order, account } = await halfBack()
    await order.after('30 days')
    expect((await order.read()).archivedAt).toBeUndefined()
    expect(await balanceOf(world.db, account)).toEqual([3000, 0])
    expect(await order.balances()).toMatchObject({ 'psp:stripe': 3790, 'refund:payable': -3790 })
  })

  it('is tried again, and then there is nothing left to do', async () => {
    const { order } = await halfBack()
    await order.resolve('REFUND_FAILED', 'retry')
    await order.refunded()
    expect((await order.platformLedger()).entries).toMatchObject([
      { kind: 'capture', amount: 3790 },
      { kind: 'refund', amount: 3790 },
    ])
    await order.after('4 days')
    await order.reaches(({ archivedAt }) => archivedAt !== undefined, 'its archive')
  })

  it('goes to the wallet, too, once its customer agrees', async () => {
    const { order, account } = await halfBack()
    await order.resolve('REFUND_FAILED', 'wallet')
    await order.refunded()
    expect(await balanceOf(world.db, account)).toEqual([6790, 0])
    expect(await order.balances()).toMatchObject({ 'psp:stripe': 3790 })
  })
})

describe('a refund that its platform leaves undecided', () => {
  const THROUGH = { throughRetries: true }
  /** More tries than a day has. */
  const ALWAYS = 500

  it('is a task after a day, and closes it by itself when it is through', async () => {
    const order = await paid()
    const away = { target: 'payment', fault: 'server_error', times: ALWAYS } as const
    for (const operation of ['refund', 'list_refunds']) await order.spoil({ ...away, operation })
    await order.cancel()
    await order.after('23 hours', THROUGH)
    expect((await order.read()).tasks).toEqual([])
    await order.after('2 hours', THROUGH)
    expect(await order.task('REFUND_UNDECIDED')).toMatchObject({ subject: 'r1' })
    expect((await order.read()).refunds).toMatchObject([{ status: 'requested' }])

    await fetch(`${world.sandbox.url}/sandbox/faults`, { method: 'DELETE' })
    await order.after('10 minutes', THROUGH)
    await order.refunded()
    expect((await order.read()).tasks).toMatchObject([{ open: false }])
    expect((await order.platformLedger()).entries).toMatchObject(PAID_BACK)
  })
})
