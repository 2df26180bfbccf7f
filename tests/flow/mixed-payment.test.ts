import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findViolations } from '../../db/invariants.ts'
import { capturedOf, refundedOf } from '../../domain/status.ts'
import type { TenderWish } from '../../domain/tender.ts'
import { BAD_CARD, outside } from '../../testing/outside.ts'
import * as messages from '../../workflows/messages.ts'
import { openOrder } from '../support/order.ts'
import type { DrivenOrder } from '../support/order.ts'
import { DAYS, MINUTES } from '../support/time.ts'
import { balanceOf, credited } from '../support/value.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'

/** Orders paid by several means together, against every platform's own wire format. */

let world: World
let customer: ReturnType<typeof outside>
beforeAll(async () => {
  world = await startWorld()
  customer = outside(world.sandbox.url)
})
afterAll(() => world.stop())

const oneUnit: messages.CancelCommand = {
  ...{ by: 'customer', items: [{ lineId: 'l1', quantity: 1 }] },
}

/** An order of two units and its customer's wallet of 50.00; a product of its own. */
async function withWallet(amount = 5000) {
  const { id: account, customerId } = await credited(world.db, amount)
  const lines = await world.ownLine({ quantity: 2 })
  const order = await openOrder(world, { lines, customerId })
  const wallet = (part: number): TenderWish => ({ method: 'wallet', account, amount: part })
  return { order, account, wallet }
}

const takesAll = async (order: DrivenOrder, wishes: TenderWish[], card?: string) => {
  const { next } = await order.payBy(wishes)
  for (const action of next) await customer.confirm(action, card)
  return next
}

/** The platform's notice, as its webhook would bring it. */
async function told(order: DrivenOrder, tenderId: string) {
  const { externalId = '', amount } = (await order.read()).tenders.find(
    ({ id }) => id === tenderId,
  ) ?? { amount: 0 }
  await order.notice({ tenderId, externalId, amount })
}

const platformSum = async (order: DrivenOrder) => {
  const { entries } = await order.platformLedger()
  return entries.reduce((sum, { kind, amount }) => sum + (kind === 'capture' ? amount : -amount), 0)
}

describe.concurrent('an order paid from the wallet and by Alipay', () => {
  it('S1-3.2b is accepted with both parts, part refunded twice and closed at zero difference', async () => {
    const { order, account, wallet } = await withWallet()
    const [first] = await takesAll(order, [wallet(3000), { method: 'alipay' }])
    expect(first).toMatchObject({ method: 'alipay', type: 'redirect', tenderId: 't3' })
    expect(await balanceOf(world.db, account)).toEqual([5000, 3000])
    await told(order, 't3')
    await order.reaches(({ accepted }) => accepted, 'acceptance')
    expect(await balanceOf(world.db, account)).toEqual([2000, 0])

    for (const count of [1, 2]) {
      await order.command(messages.cancelUpdate, oneUnit)
      await order.reaches(
        ({ refunds }) =>
          refunds.length === 2 * count && refunds.every(({ status }) => status === 'succeeded'),
        `refund ${count}`,
      )
    }
    const done = await order.read()
    expect([capturedOf(done), refundedOf(done)]).toEqual([done.payable, done.payable])
    expect(await order.balances()).toEqual({})
    expect(await platformSum(order)).toBe(0)
    expect(await balanceOf(world.db, account)).toEqual([5000, 0])
    const mails = await order.mailsOf('refunded')
    expect(mails).toHaveLength(2)
    const both = /refunded CNY \d+\.\d\d to your wallet and CNY \d+\.\d\d to your Alipay account/
    for (const { text } of mails) expect(text).toMatch(both)
    expect(await findViolations(world.db)).toEqual([])
  })

  it('S1-3.2b gets its wallet’s part back when the card is declined, and may pay otherwise', async () => {
    const { order, account, wallet } = await withWallet()
    const [action] = await takesAll(order, [wallet(3000), { method: 'card' }], BAD_CARD)
    const { tenderId = '', externalId = '' } = action ?? {}
    await order.notice({ tenderId, type: 'failed', externalId })
    await order.reaches(({ tenders }) => tenders[1]?.status === 'voided', 'the wallet’s release')

    expect(await order.row()).toMatchObject({ status: 'pending_payment', payment: 'unpaid' })
    expect(await balanceOf(world.db, account)).toEqual([5000, 0])
    const [mail, ...more] = await order.mailsOf('payment_failed')
    expect([mail?.text, more]).toEqual([expect.stringMatching(/of CNY \S+ by card for/), []])
    expect(mail?.text).toContain('yours to use again')
    await takesAll(order, [{ method: 'wechatpay' }])
    await told(order, 't4')
    await order.is('pending_processing')
    expect(await balanceOf(world.db, account)).toEqual([5000, 0])
  })

  it('is told of the wallet’s part at once where the card’s is refused, and of that one when it is back', async () => {
    const { order, wallet } = await withWallet()
    await takesAll(order, [wallet(3000), { method: 'card' }])
    await told(order, 't3')
    await order.is('pending_processing')
    await order.spoil({ target: 'payment', fault: 'decline', operation: 'refund' })
    await order.cancel()
    await order.task('REFUND_FAILED')
    await order.resolve('REFUND_FAILED', 'retry')
    await order.refunded()
    const texts = async () => (await order.mailsOf('refunded')).map(({ text }) => text)
    await expect.poll(texts, { timeout: 15_000 }).toHaveLength(2)
    const parts = ['CNY 30.00 to your wallet', 'to your card'].map((part) =>
      expect.stringContaining(part),
    )
    expect(await texts()).toEqual(expect.arrayContaining(parts))
  })

  it('S2-1.4b gives all of it back when the window ends without the rest', async () => {
    const { order, account, wallet } = await withWallet()
    await order.payBy([wallet(3000), { method: 'alipay' }])
    await order.after(31 * MINUTES)
    await order.is('expired')

    expect(await balanceOf(world.db, account)).toEqual([5000, 0])
    expect(await order.balances()).toEqual({})
    expect(await order.mailsOf('payment_reminder')).toHaveLength(3)
  })

  it('is refused more than the wallet holds, and nothing is held', async () => {
    const { order, account, wallet } = await withWallet(1000)
    await expect(order.payBy([wallet(3000), { method: 'alipay' }])).rejects.toThrow(
      'INSUFFICIENT_BALANCE',
    )
    expect(await balanceOf(world.db, account)).toEqual([1000, 0])
    expect((await order.read()).tenders.map(({ status }) => status)).toContain('failed')
  })
})

describe.concurrent('an order paid from the wallet and at the door', () => {
  it('S1-2.4 S1-1.3b takes the wallet’s part at once, and collects the rest', async () => {
    const { order, account, wallet } = await withWallet()
    await order.payBy([wallet(3000), { method: 'cod' }])
    expect(await order.row()).toMatchObject({ status: 'pending_processing', payment: 'cod_due' })
    const { payable, tenders } = await order.read()
    expect(tenders.slice(-2)).toMatchObject([
      { method: 'wallet', status: 'captured', amount: 3000 },
      { method: 'cod', status: 'due', amount: payable - 3000 },
    ])
    expect(await balanceOf(world.db, account)).toEqual([2000, 0])

    await order.pack()
    await order.handOver()
    const cashCollected = { amount: payable - 3000, currency: 'CNY' }
    await order.report('delivery', { parcelId: 'p1', cashCollected })
    await order.is('delivered')
    expect(await order.row()).toMatchObject({ payment: 'cod_collected' })
    expect(await findViolations(world.db)).toEqual([])
  })
})

describe.concurrent('an order paid twice', () => {
  it('D3 by WeChat Pay and by Alipay goes on with one, and the other is paid back by itself', async () => {
    const { order } = await withWallet()
    const wechat = await order.payBy([{ method: 'wechatpay' }])
    const alipay = await order.payBy([{ method: 'alipay' }])
    for (const action of [...wechat.next, ...alipay.next]) await customer.confirm(action)
    await told(order, 't2')
    await told(order, 't3')
    await order.refunded()

    expect(await order.row()).toMatchObject({ status: 'pending_processing', payment: 'paid' })
    expect(await platformSum(order)).toBe((await order.read()).payable)
    await order.after(1 * DAYS)
    expect(await findViolations(world.db)).toEqual([])
  })
})
