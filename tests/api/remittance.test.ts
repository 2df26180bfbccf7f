import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Parcel } from '../../domain/order.ts'
import { until } from '../../testing/waiting.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'
import { makeKeys, ONE, openApi, place } from './support.ts'
import type { Json, Keys, TestApi } from './support.ts'

let world: World
let api: TestApi
let keys: Keys
beforeAll(async () => {
  world = await startWorld()
  api = openApi(world)
  keys = await makeKeys(world)
})
afterAll(() => world.stop())

type Door = Awaited<ReturnType<typeof sentOut>>

/** An order to be paid at the door, on its way there. */
async function sentOut() {
  const order = await place(
    { world, api, key: keys.customer },
    { ...ONE, payment: { method: 'cod' } },
  )
  await order.is('pending_processing')
  await order.pack()
  await order.handOver()
  const { parcels, payable, currency } = await order.read()
  const [{ id: parcelId, waybill = '' }] = parcels as [Parcel]
  const collect = () =>
    order.report('delivery', { parcelId, cashCollected: { amount: payable, currency } })
  return { order, waybill, amount: payable, collect }
}

async function delivered(): Promise<Door> {
  const door = await sentOut()
  await door.collect()
  await door.order.is('delivered')
  return door
}

let count = 0
const remittance = (lines: object[], more: object = {}) => ({
  ...{ carrier: 'express', reference: `REM-${++count}`, currency: 'CNY' },
  ...{ at: new Date().toISOString(), lines, ...more },
})
const payOver = (body: object, key = keys.finance) =>
  api.ask('POST', '/v1/finance/remittances', { key, body })
const ask = async (path: string) => (await api.ask('GET', path, { key: keys.finance })).json
const owed = async ({ waybill }: Pick<Door, 'waybill'>) =>
  (await ask('/v1/finance/cash?limit=100')).items.filter((one: Json) => one.waybill === waybill)
const itemsAbout = async ({ waybill }: Pick<Door, 'waybill'>): Promise<Json[]> =>
  (await ask('/v1/finance/items?limit=100')).items.filter((one: Json) => one.reference === waybill)

/** The order has heard of it, from the inbox. */
async function heard({ order }: Door): Promise<void> {
  await world.relay.now(order.id)
  await order.reaches(({ tenders }) => tenders.some(({ remitted }) => remitted > 0), 'remittance')
}

describe('cash taken at the door', () => {
  it('is owed by its carrier until that pays it over', async () => {
    const door = await delivered()
    expect(await owed(door)).toMatchObject([
      { carrier: 'express', orderId: door.order.id, owed: door.amount, ageDays: 0 },
    ])
    const { json } = await payOver(remittance([{ waybill: door.waybill, amount: door.amount }]))
    expect(json).toMatchObject({ amount: door.amount, lines: 1, questions: [] })
    await heard(door)
    expect(await owed(door)).toEqual([])
    const balances = await door.order.balances()
    expect(balances).toMatchObject({ bank: door.amount })
    expect(balances).not.toHaveProperty('cod:express')
  })

  it('is paid over once, however often that is told', async () => {
    const door = await delivered()
    const body = remittance([{ waybill: door.waybill, amount: door.amount }])
    const first = await payOver(body)
    const again = await payOver(body)
    expect(again.json).toEqual(first.json)
    expect(again.headers.get('idempotent-replayed')).toBe('true')
    const [row] = await world.db`
      select count(*)::int as count from inbox where source = 'remittance:express' and order_id = ${door.order.id}`
    expect(row).toEqual({ count: 1 })
    const other = await payOver({ ...body, lines: [{ waybill: door.waybill, amount: 1 }] })
    expect(other.json.code).toBe('REMITTANCE_DIFFERS')
  })
})

describe('what a remittance can’t place', () => {
  it('is an item each, and nothing is silent: unknown, too little, twice', async () => {
    const little = await delivered()
    const twice = await delivered()
    const body = remittance([
      { waybill: 'EX-UNKNOWN', amount: 500 },
      { waybill: little.waybill, amount: little.amount - 10 },
      { waybill: twice.waybill, amount: twice.amount },
      { waybill: twice.waybill, amount: twice.amount },
    ])
    const { json } = await payOver(body)
    expect(json.questions).toMatchObject([
      { line: 1, kind: 'MISSING_HERE' },
      { line: 2, kind: 'AMOUNT_DIFFERS' },
      { line: 4, kind: 'REPEATED' },
    ])
    expect(await itemsAbout({ waybill: 'EX-UNKNOWN' })).toMatchObject([
      { kind: 'MISSING_HERE', party: 'express', orderId: null, actual: { amount: 500 } },
    ])
    expect(await itemsAbout(little)).toMatchObject([
      { kind: 'AMOUNT_DIFFERS', orderId: little.order.id, expected: { amount: little.amount } },
    ])
    const { classes } = await ask('/v1/finance/balances')
    const suspense = classes.find((one: Json) => one.class === 'suspense')
    expect(suspense.balance).toBe(-500 - twice.amount)
    await heard(little)
    expect(await owed(little)).toMatchObject([{ owed: 10 }])
  })

  it('is placed by itself where the cash is told of later', async () => {
    const door = await sentOut()
    await payOver(remittance([{ waybill: door.waybill, amount: door.amount }]))
    expect(await itemsAbout(door)).toMatchObject([{ kind: 'MISSING_HERE', state: 'open' }])
    await door.collect()
    await door.order.is('delivered')
    await heard(door)
    expect(await itemsAbout(door)).toMatchObject([{ state: 'resolved', resolution: 'matched' }])
    await until(async () => (await owed(door)).length === 0)
  })
})

describe('a carrier’s key', () => {
  it('tells of its own remittances alone', async () => {
    const lines = [{ waybill: 'EX-ANY', amount: 5 }]
    expect((await payOver(remittance(lines), keys.carrier)).status).toBe(200)
    const other = await payOver(remittance(lines, { carrier: 'other' }), keys.carrier)
    expect(other.json.code).toBe('FORBIDDEN')
  })
})

describe('an item', () => {
  async function opened() {
    const waybill = `EX-${++count}`
    await payOver(remittance([{ waybill, amount: 700 }]))
    const [item] = await itemsAbout({ waybill })
    return item
  }
  const act = (id: string, action: string, body: object) =>
    api.ask('POST', `/v1/finance/items/${id}/${action}`, { key: keys.finance, body })

  it('has an owner of finance, and keeps who did what with it', async () => {
    const { id } = await opened()
    const stranger = await act(id, 'assign', { owner: 'support-1' })
    expect(stranger.json.errors).toMatchObject([{ path: '/owner', code: 'UNKNOWN_OWNER' }])
    expect((await act(id, 'assign', { owner: 'admin-1' })).json.owner).toBe('admin-1')
    await act(id, 'resolve', { resolution: 'their_error' })
    const { history } = await ask(`/v1/finance/items/${id}`)
    expect(history).toMatchObject([
      { what: 'resolved', actor: 'finance-1', detail: { resolution: 'their_error' } },
      { what: 'assigned', actor: 'finance-1', detail: { owner: 'admin-1' } },
      { what: 'opened', actor: 'reconciliation' },
    ])
    expect((await act(id, 'resolve', { resolution: 'corrected' })).json.code).toBe('ITEM_RESOLVED')
  })

  it('leaves suspense when it is written off', async () => {
    const balance = async (name: string) => {
      const { classes } = await ask('/v1/finance/balances')
      return classes.find((one: Json) => one.class === name)?.balance ?? 0
    }
    const { id } = await opened()
    const before = await balance('suspense')
    await act(id, 'resolve', { resolution: 'written_off' })
    expect((await balance('suspense')) - before).toBe(700)
    expect(await balance('platform:differences')).toBe(-700)
  })
})
