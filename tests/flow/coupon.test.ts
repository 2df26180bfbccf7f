import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { issueCoupons } from '../../db/coupon.ts'
import { holdAgain, releaseHoldings } from '../../db/holding.ts'
import { savePromotion } from '../../db/promotion.ts'
import type { Admission } from '../support/builders.ts'
import { openOrder } from '../support/order.ts'
import { DAYS, MINUTES } from '../support/time.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'

/** What becomes of a coupon of ¥20 as its order lives its life. */

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.stop())

const inDays = (days: number) => new Date(Date.now() + days * DAYS).toISOString()

async function coupon() {
  const id = randomUUID()
  const window = { startsAt: inDays(-1), endsAt: inDays(6) }
  await world.db.begin(async (tx) => {
    const facts = {
      id,
      name: { en: '¥20 off', zh: '减 20' },
      currency: 'CNY',
      scope: {},
      ...window,
    }
    const rules = { stack: 'free', priority: 0, platformBps: 0, onReturn: 'frozen_share' } as const
    const terms = { kind: 'coupon', threshold: 0, benefit: { off: 2000 } } as const
    await savePromotion(tx, { ...facts, ...rules, terms }, undefined)
    const validity = { validFrom: window.startsAt, validUntil: window.endsAt }
    const coupons = [{ id, code: id }]
    await issueCoupons(tx, { issueId: id, promotionId: id, ...validity, coupons })
  })
  return id
}

async function stateOf(id: string) {
  const [row] = await world.db`select state, order_id as "orderId" from coupons where id = ${id}`
  return { state: row?.['state'], orderId: row?.['orderId'] }
}
const FREE = { state: 'available', orderId: null }

/** An order that its coupon makes 20.00 cheaper. */
async function place(code: string, overrides: Partial<Admission> = {}) {
  return openOrder(world, { lines: await world.ownLine(), coupons: [code], ...overrides })
}

describe.concurrent('the coupon of an order', () => {
  it('S2-1.3b is locked for it, and used with its acceptance', async () => {
    const code = await coupon()
    const order = await place(code)
    expect((await order.read()).payable).toBe(5990 - 2000 + 800)
    expect(await stateOf(code)).toEqual({ state: 'locked', orderId: order.id })
    await expect(place(code)).rejects.toThrow('COUPON_TAKEN')
    await order.pay()

    expect(await stateOf(code)).toEqual({ state: 'used', orderId: order.id })
    await expect(place(code)).rejects.toThrow('COUPON_TAKEN')
  })

  it('S2-1.3b is one’s of many that come in with it at once', async () => {
    const code = await coupon()
    const orders = await Promise.allSettled(Array.from({ length: 6 }, () => place(code)))
    const won = orders.flatMap((one) => (one.status === 'fulfilled' ? [one.value.id] : []))

    expect(won).toHaveLength(1)
    expect(await stateOf(code)).toEqual({ state: 'locked', orderId: won[0] })
  })

  it('is used at once where it is paid at the door', async () => {
    const code = await coupon()
    const order = await place(code, { payment: { wishes: [{ method: 'cod' }] } })

    expect(await stateOf(code)).toEqual({ state: 'used', orderId: order.id })
  })

  it('D12 S2-1.3b can be used again when the unpaid order is cancelled', async () => {
    const code = await coupon()
    const order = await place(code)
    await order.cancel()
    expect(await stateOf(code)).toEqual(FREE)

    const next = await place(code)
    await next.pay()
    expect(await stateOf(code)).toEqual({ state: 'used', orderId: next.id })
  })

  it('D12 can be used again when the order was not paid in time', async () => {
    const code = await coupon()
    const order = await place(code)
    await order.after(31 * MINUTES)
    await order.is('expired')

    expect(await stateOf(code)).toEqual(FREE)
  })

  it('D12 can be used again when the paid order is cancelled before it ships', async () => {
    const code = await coupon()
    const order = await place(code)
    await order.pay()
    await order.cancel()
    await order.refunded()

    expect(await stateOf(code)).toEqual(FREE)
    expect(await order.balances()).toEqual({})
  })
})

describe.concurrent('the coupon of an order that is paid some seconds after expiry', () => {
  async function expired() {
    const code = await coupon()
    const lines = await world.ownLine({ onHand: 1 })
    const order = await place(code, { lines })
    const opened = await order.openUnheard()
    await order.after(30 * MINUTES + 10_000)
    await order.is('expired')
    return { order, opened, code, lines }
  }

  it('D4 is used by it after all, where nobody else has it', async () => {
    const { order, opened, code } = await expired()
    await order.payLate(opened)
    await order.is('pending_processing')

    expect(await stateOf(code)).toEqual({ state: 'used', orderId: order.id })
  })

  it('D4 stays another’s that has it now: the money goes back, and no stock is held', async () => {
    const { order, opened, code } = await expired()
    const other = await place(code)
    await order.payLate(opened)
    await order.refunded()

    expect(await order.row()).toMatchObject({ status: 'expired', payment: 'refunded' })
    expect(await stateOf(code)).toEqual({ state: 'locked', orderId: other.id })
    expect(await order.stock()).toMatchObject([{ onHand: 1, reserved: 0 }])
    expect(await order.balances()).toEqual({})
  })

  it('D4 stays free where the units are gone', async () => {
    const { order, opened, code, lines } = await expired()
    await place(await coupon(), { lines })
    await order.payLate(opened)
    await order.refunded()

    expect(await order.row()).toMatchObject({ status: 'expired', payment: 'refunded' })
    expect(await stateOf(code)).toEqual(FREE)
  })

  it('is held once more together with the units, and given back with them', async () => {
    const { order, code } = await expired()
    const { db } = world
    for (const _try of [1, 2]) expect(await holdAgain(db, order.id)).toBe(true)
    expect(await stateOf(code)).toEqual({ state: 'locked', orderId: order.id })
    expect(await order.stock()).toMatchObject([{ reserved: 1 }])

    for (const _try of [1, 2]) await releaseHoldings(db, order.id)
    expect(await stateOf(code)).toEqual(FREE)
    expect(await order.stock()).toMatchObject([{ reserved: 0 }])
  })
})
