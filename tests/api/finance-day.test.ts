import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addDays, dateIn } from '../../domain/zone.ts'
import { until } from '../../testing/waiting.ts'
import { startWorld } from '../../testing/world.ts'
import type { World } from '../../testing/world.ts'
import type { Json } from './support.ts'

/** The world's own calendar, which Alipay's is, too. */
const ZONE = 'Asia/Shanghai'
const DAY_MS = 86_400_000

let world: World
let key: string
beforeAll(async () => {
  world = await startWorld()
  key = await world.key('finance')
})
afterAll(() => world.stop())

async function ask(path: string, body?: object): Promise<Json> {
  const headers = {
    authorization: `Bearer ${key}`,
    'content-type': 'application/json',
    'idempotency-key': crypto.randomUUID(),
  }
  const wish = body && { method: 'POST', body: JSON.stringify(body) }
  return (await fetch(`${world.url}${path}`, { headers, ...wish })).json()
}
const totalsOf = (day: string) => ask(`/v1/finance/days/${day}`)
const inCny = (rows: Json[], about: object) =>
  rows.find((row) => Object.entries(about).every(([name, value]) => row[name] === value))

async function credit(customer: string, amount: number): Promise<void> {
  const why = { kind: 'wallet', currency: 'CNY', reason: 'top_up', reference: `T-${customer}` }
  await ask(`/v1/customers/${customer}/wallet/credits`, { ...why, amount })
}

describe('S0-3.3d: a day’s totals', () => {
  it('have what came and went through a platform, by both books, with fees and net', async () => {
    await fetch(`${world.sandbox.url}/sandbox/stripe/fees`, {
      method: 'PUT',
      body: JSON.stringify({ basisPoints: 100, fixed: 0, dispute: 1500 }),
    })
    const kept = await world.order()
    await kept.paid()
    const back = await world.order()
    await back.paid()
    await back.cancelled()
    await back.refunded()
    const { tenders, payable } = await kept.state()
    await fetch(`${world.sandbox.url}/sandbox/stripe/disputes`, {
      method: 'POST',
      body: JSON.stringify({ paymentIntent: tenders[0]?.externalId }),
    })
    await kept.reach('its dispute', ({ disputes }) => disputes.length === 1)
    const day = dateIn('UTC', new Date())
    const asOf = new Date(Date.now() + 2 * DAY_MS).toISOString()
    const ours = { captured: 2 * payable, refunded: payable, disputed: payable, returned: 0 }
    const before = inCny((await totalsOf(day)).platforms, { platform: 'stripe' })
    expect(before).toMatchObject({ ...ours, fees: 0, net: 0 })
    expect(before).not.toHaveProperty('statement')

    await ask('/v1/finance/reconciliations', { platform: 'stripe', day, asOf })
    const path = `/v1/finance/reconciliations/stripe/${day}`
    await until(async () => (await ask(path)).status === 'done')
    const { platforms, statements } = await totalsOf(day)
    const fees = 2 * Math.round(payable / 100) + 1500
    expect(inCny(platforms, { platform: 'stripe' })).toMatchObject({
      ...{ ...ours, fees, net: -fees, difference: 0 },
      statement: { ...ours, fees, net: -fees },
    })
    expect(inCny(statements, { platform: 'stripe' })).toEqual({
      ...{ platform: 'stripe', timeZone: 'UTC', phase: 'running', status: 'done' },
    })
    expect(inCny(statements, { platform: 'alipay' })).not.toHaveProperty('status')
  })

  it('have what was used of wallets, and what went back there', async () => {
    const day = dateIn(ZONE, new Date())
    const order = await world.order({ customer: 'c-wallet' })
    await credit('c-wallet', 10_000)
    await order.paid({ tenders: [{ method: 'wallet', amount: 1000 }, { method: 'alipay' }] })
    const used = inCny((await totalsOf(day)).storedValue, { method: 'wallet' })
    expect(used).toMatchObject({ captured: 1000, refunded: 0 })
    await order.cancelled()
    await order.refunded()
    const after = inCny((await totalsOf(day)).storedValue, { method: 'wallet' })
    expect(after).toMatchObject({ captured: 1000, refunded: 1000 })
  })

  it('have cash on the days on which its parts were paid over', async () => {
    const order = await world.order({ method: 'cod' })
    await order.delivered()
    const { parcels, payable } = await order.state()
    const waybill = parcels[0]?.waybill
    const payOver = async (amount: number, inAll: number) => {
      const at = new Date().toISOString()
      const lines = [{ waybill, amount }]
      const about = { carrier: 'express', reference: crypto.randomUUID(), currency: 'CNY' }
      await ask('/v1/finance/remittances', { ...about, at, lines })
      await order.reach('its cash', ({ tenders }) =>
        tenders.some(({ remitted }) => remitted === inAll),
      )
    }
    const today = dateIn(ZONE, await order.now())
    await payOver(payable - 100, payable - 100)
    await order.after('1 day')
    await payOver(100, payable)
    const cashOn = async (day: string) =>
      inCny((await totalsOf(day)).cash, { carrier: 'express', currency: 'CNY' })
    expect(await cashOn(today)).toMatchObject({ collected: payable, remitted: payable - 100 })
    expect(await cashOn(addDays(today, 1))).toMatchObject({ collected: 0, remitted: 100 })
  })
})
