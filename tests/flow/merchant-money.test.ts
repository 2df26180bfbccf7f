import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { startWorld } from '../../testing/index.ts'
import type { World } from '../../testing/index.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.stop())

const FINANCE = { as: { role: 'finance' } } as const
const PENDING = 'merchant:aurora:pending'
const AVAILABLE = 'merchant:aurora:available'

describe('D17 S1-1.3b the money of an order that is paid at the door', () => {
  it('is its merchant’s only once the carrier has paid it over', async () => {
    const order = await world.order({ method: 'cod' })
    await order.paid()
    expect(await order.status()).toBe('pending_processing')
    await order.delivered()
    expect((await order.view()).payment).toMatchObject({ status: 'cod_collected' })
    await order.after('60 days')
    await order.reach('the archive', ({ archivedAt }) => archivedAt !== undefined)
    const { accounts } = await order.money()
    expect([accounts[PENDING], accounts[AVAILABLE]]).toEqual([-5391, undefined])

    const [parcel] = (await order.state()).parcels
    const lines = [{ waybill: parcel?.waybill, amount: 6790 }]
    await world.door.ask('POST', '/v1/finance/remittances', {
      ...FINANCE,
      body: {
        carrier: 'express',
        reference: 'R-1',
        at: new Date().toISOString(),
        currency: 'CNY',
        lines,
      },
    })
    await vi.waitUntil(async () => (await order.money()).accounts[AVAILABLE] === -5391, {
      timeout: 20_000,
      interval: 100,
    })
    expect((await order.money()).accounts).toMatchObject({ bank: 6790 })
    await order.audit()
  })
})

describe('D16 a commission that rises from 10 % to 15 %', () => {
  it('is taken and given back at what was agreed on when each order was placed', async () => {
    const lines = [{ sku: 'tea', quantity: 2 }]
    const early = await world.order({ lines })
    await early.paid()
    await world.db`update merchants set commission_bps = 1500 where id = 'aurora'`
    const late = await world.order({ lines })
    await late.paid()
    await world.db`update merchants set commission_bps = 1000 where id = 'aurora'`
    for (const order of [early, late]) {
      await order.cancelled({ items: [{ lineId: 'l1', quantity: 1 }] })
      await order.refunded()
    }

    const kept = async (order: typeof early) =>
      (await order.money()).accounts['platform:commission']
    expect([await kept(early), await kept(late)]).toEqual([-599, -899])
    await early.audit()
    await late.audit()
  })
})

describe('a merchant’s week', () => {
  it('is told and paid out of real orders, and proven by its lines', async () => {
    const order = await world.order({ lines: [{ sku: 'tray' }] })
    await order.delivered()
    await order.confirmed()
    const end = await order.after('60 days')
    await order.reach('the archive', ({ archivedAt }) => archivedAt !== undefined)
    const asOf = new Date(end.getTime() + 7 * 86_400_000).toISOString()
    const path = '/v1/finance/settlements'
    const body = { merchantId: 'bamboo', asOf }
    await world.door.ask('POST', path, { ...FINANCE, body })
    const found = await vi.waitUntil(async () => readAs<Page>(`${path}?merchant=bamboo`), {
      timeout: 20_000,
    })

    const [statement] = found.items
    expect(statement?.figures).toMatchObject({
      sales: { goods: 1999, commission: -200, total: 1799 },
      ...{ released: 1799, payout: { amount: 1799 } },
    })
    const key = await world.key('merchant', 'bamboo')
    const csv = await fetch(`${world.url}${path}/${statement?.id}/lines.csv`, {
      headers: { authorization: `Bearer ${key}` },
    })
    expect(
      createHash('sha256')
        .update(await csv.text())
        .digest('hex'),
    ).toBe(statement?.sha256)
    await world.door.ask('POST', `/v1/finance/payouts/${statement?.id}/confirm`, {
      ...{ ...FINANCE, body: { reference: 'B-1' } },
    })
    expect(await world.invariants()).toEqual([])
  })

  type Page = { items: { id: string; sha256: string; figures: object }[] }
  async function readAs<T extends Page>(path: string): Promise<T | undefined> {
    const page = await world.door.ask<T>('GET', path, FINANCE)
    return page.items.length > 0 ? page : undefined
  }
})
