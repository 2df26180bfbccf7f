import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { recordRemittance } from '../../db/remittance.ts'
import { until } from '../../testing/waiting.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'
import { remitting } from './remitting.ts'
import { makeKeys, openApi } from './support.ts'
import type { Json, Keys } from './support.ts'

let world: World
let keys: Keys
let doors: ReturnType<typeof remitting>
beforeAll(async () => {
  world = await startWorld()
  const api = openApi(world)
  keys = await makeKeys(world)
  doors = remitting({ world, api, keys })
})
afterAll(() => world.stop())

const PENDING = 'merchant:m-a:pending'
const AVAILABLE = 'merchant:m-a:available'
const openOf = (items: Json[]) => items.filter(({ state }) => state === 'open')

describe('cash of a parcel that is paid over in parts', () => {
  it('adds up to what was collected, and no order hears of more', async () => {
    const { order, waybill, amount } = await doors.delivered()
    await doors.payOver(doors.remittance([{ waybill, amount: amount - 10 }]))
    await doors.heard({ order }, amount - 10)
    expect(openOf(await doors.itemsAbout({ waybill }))).toMatchObject([
      { kind: 'AMOUNT_DIFFERS', expected: { amount }, actual: { amount: amount - 10 } },
    ])

    const before = await doors.balanceOf('suspense')
    await doors.payOver(doors.remittance([{ waybill, amount: 15 }]))
    await doors.heard({ order }, amount)
    expect(openOf(await doors.itemsAbout({ waybill }))).toMatchObject([
      { kind: 'AMOUNT_DIFFERS', expected: { amount: 10 }, actual: { amount: 15 } },
    ])
    expect((await doors.balanceOf('suspense')) - before).toBe(-5)
    expect(await doors.owed({ waybill })).toEqual([])
    const balances = await order.balances()
    expect(balances).toMatchObject({ bank: amount })
    expect(balances).not.toHaveProperty('cod:express')
  })

  it('is owed no more once the rest is written off, and the merchant is paid', async () => {
    const { order, waybill, amount } = await doors.delivered()
    await doors.payOver(doors.remittance([{ waybill, amount: amount - 10 }]))
    await doors.heard({ order })
    await order.confirm()
    await order.after(15 * 86_400_000)
    await order.reaches(({ archivedAt }) => archivedAt !== undefined, 'the archive')
    const waiting = await order.balances()
    expect(waiting).not.toHaveProperty(AVAILABLE)

    const [item] = await doors.itemsAbout({ waybill })
    expect((await doors.resolve(item.id, 'written_off')).status).toBe(200)
    expect(await doors.owed({ waybill })).toEqual([])
    const balances = await order.balances()
    expect(balances).toMatchObject({
      ...{ bank: amount - 10, 'platform:differences': 10, [AVAILABLE]: waiting[PENDING] },
    })
    expect(balances).not.toHaveProperty('cod:express')
    // Its customer has paid, and the carrier has not.
    expect(await order.row()).toMatchObject({ payment: 'cod_collected' })

    const { json } = await doors.payOver(doors.remittance([{ waybill, amount: 10 }]))
    expect(json.questions).toMatchObject([{ kind: 'REPEATED' }])
  })
})

describe('cash that is paid over in other money', () => {
  it('waits in suspense, and leaves what was collected owed', async () => {
    const { order, waybill, amount } = await doors.delivered()
    await doors.payOver(doors.remittance([{ waybill, amount }], { currency: 'USD' }))
    const [item] = await doors.itemsAbout({ waybill })
    expect(item).toMatchObject({ kind: 'AMOUNT_DIFFERS', actual: { amount, currency: 'USD' } })
    const { json } = await doors.payOver(doors.remittance([{ waybill, amount }]))
    expect(json.questions).toEqual([])
    await doors.heard({ order }, amount)
  })
})

describe('cash whose scan crosses its remittance', () => {
  it('is placed whichever is recorded first', async () => {
    const { order, waybill, amount, collect } = await doors.sentOut()
    const { carrier, currency, at, lines } = doors.remittance([]) as never
    const row = { carrier, currency, at, reference: `crossing-${order.id}`, id: order.id }
    await world.db.begin(async (tx) => {
      await recordRemittance(tx, {
        ...{ ...row, day: '2026-03-01', fingerprint: 'f', recordedBy: 'finance-1' },
        ...{ recordedAt: at, isClaim: false, lines: [...lines, { waybill, amount }] },
      })
      await collect()
      await until(async () => (await world.db`select from pg_locks where not granted`).count > 0)
    })
    await order.is('delivered')
    await doors.heard({ order }, amount)
    expect(await doors.itemsAbout({ waybill })).toMatchObject([{ resolution: 'matched' }])
  })
})

describe('a waybill that two parcels bear', () => {
  it('is a question where either could be meant', async () => {
    const [one, other] = [await doors.delivered(), await doors.delivered()]
    await world.db`update parcels set waybill = ${one.waybill} where order_id = ${other.order.id}`
    const { waybill, amount } = one
    const { json } = await doors.payOver(doors.remittance([{ waybill, amount }]))
    expect(json.questions).toMatchObject([{ kind: 'MISSING_HERE' }])
    expect(await doors.itemsAbout(one)).toMatchObject([{ orderId: null }])
    expect(await doors.owed(one)).toHaveLength(2)
  })
})

describe('money that a carrier paid over twice', () => {
  it('leaves suspense and the bank as it goes back', async () => {
    const { order, waybill, amount } = await doors.delivered()
    await doors.payOver(doors.remittance([{ waybill, amount }]))
    await doors.heard({ order })
    const standing = () => Promise.all(['bank', 'suspense'].map((name) => doors.balanceOf(name)))
    const before = await standing()
    await doors.payOver(doors.remittance([{ waybill, amount }]))
    expect(await standing()).toEqual([(before[0] ?? 0) + amount, (before[1] ?? 0) - amount])
    const [item] = await doors.itemsAbout({ waybill })
    await doors.resolve(item.id, 'paid_back')
    expect(await standing()).toEqual(before)
  })
})
