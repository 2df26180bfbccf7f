import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../../testing/waiting.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'
import { remitting } from './remitting.ts'
import { makeKeys, openApi } from './support.ts'
import type { Json, Keys, TestApi } from './support.ts'

let world: World
let api: TestApi
let keys: Keys
let doors: ReturnType<typeof remitting>
beforeAll(async () => {
  world = await startWorld()
  api = openApi(world)
  keys = await makeKeys(world)
  doors = remitting({ world, api, keys })
})
afterAll(() => world.stop())

describe('cash taken at the door', () => {
  it('is owed by its carrier until that pays it over', async () => {
    const door = await doors.delivered()
    expect(await doors.owed(door)).toMatchObject([
      { carrier: 'express', orderId: door.order.id, owed: door.amount, ageDays: 0 },
    ])
    const { json } = await doors.payOver(
      doors.remittance([{ waybill: door.waybill, amount: door.amount }]),
    )
    expect(json).toMatchObject({ amount: door.amount, lines: 1, questions: [] })
    await doors.heard(door)
    expect(await doors.owed(door)).toEqual([])
    const balances = await door.order.balances()
    expect(balances).toMatchObject({ bank: door.amount })
    expect(balances).not.toHaveProperty('cod:express')
  })

  it('is paid over once, however often that is told', async () => {
    const door = await doors.delivered()
    const body = doors.remittance([{ waybill: door.waybill, amount: door.amount }])
    const first = await doors.payOver(body)
    const again = await doors.payOver(body)
    expect(again.json).toEqual(first.json)
    expect(again.headers.get('idempotent-replayed')).toBe('true')
    const [row] = await world.db`
      select count(*)::int as count from inbox where source = 'remittance:express' and order_id = ${door.order.id}`
    expect(row).toEqual({ count: 1 })
    const other = await doors.payOver({ ...body, lines: [{ waybill: door.waybill, amount: 1 }] })
    expect(other.json.code).toBe('REMITTANCE_DIFFERS')
  })
})

describe('cash of which its carrier said nothing', () => {
  it.each([
    ['all of it', 0],
    ['less than was due', 10],
  ])('is told of by its remittance, %s', async (_what, missing) => {
    const door = await doors.sentOut()
    await door.order.report('delivery', { parcelId: 'p1', signedBy: 'self' })
    await door.order.task('CASH_MISMATCH')
    const amount = door.amount - missing
    await doors.payOver(doors.remittance([{ waybill: door.waybill, amount }]))
    await doors.heard(door)

    const { tenders, tasks } = await door.order.read()
    expect(tenders).toMatchObject([{ cash: amount, remitted: amount }])
    expect(tasks).toMatchObject([{ kind: 'CASH_MISMATCH', open: missing > 0 }])
    expect(await doors.itemsAbout(door)).toMatchObject([
      { state: 'resolved', resolution: 'matched' },
    ])
    expect(await doors.owed(door)).toEqual([])
    expect(await door.order.balances()).toMatchObject({ bank: amount })
  })
})

describe('what a remittance can’t place', () => {
  it('is an item each, and nothing is silent: unknown, too little, twice', async () => {
    const little = await doors.delivered()
    const twice = await doors.delivered()
    const body = doors.remittance([
      { waybill: 'EX-UNKNOWN', amount: 500 },
      { waybill: little.waybill, amount: little.amount - 10 },
      { waybill: twice.waybill, amount: twice.amount },
      { waybill: twice.waybill, amount: twice.amount },
    ])
    const { json } = await doors.payOver(body)
    expect(json.questions).toMatchObject([
      { line: 1, kind: 'MISSING_HERE' },
      { line: 2, kind: 'AMOUNT_DIFFERS' },
      { line: 4, kind: 'REPEATED' },
    ])
    expect(await doors.itemsAbout({ waybill: 'EX-UNKNOWN' })).toMatchObject([
      { kind: 'MISSING_HERE', party: 'express', orderId: null, actual: { amount: 500 } },
    ])
    expect(await doors.itemsAbout(little)).toMatchObject([
      { kind: 'AMOUNT_DIFFERS', orderId: little.order.id, expected: { amount: little.amount } },
    ])
    const { classes } = await doors.ask('/v1/finance/balances')
    const suspense = classes.find((one: Json) => one.class === 'suspense')
    expect(suspense.balance).toBe(-500 - twice.amount)
    await doors.heard(little)
    expect(await doors.owed(little)).toMatchObject([{ owed: 10 }])
  })

  it('is placed by itself where the cash is told of later', async () => {
    const door = await doors.sentOut()
    await doors.payOver(doors.remittance([{ waybill: door.waybill, amount: door.amount }]))
    expect(await doors.itemsAbout(door)).toMatchObject([{ kind: 'MISSING_HERE', state: 'open' }])
    await door.collect()
    await door.order.is('delivered')
    await doors.heard(door)
    expect(await doors.itemsAbout(door)).toMatchObject([
      { state: 'resolved', resolution: 'matched' },
    ])
    await until(async () => (await doors.owed(door)).length === 0)
  })
})

describe('a carrier’s key', () => {
  it('tells of its own remittances alone', async () => {
    const lines = [{ waybill: 'EX-ANY', amount: 5 }]
    expect((await doors.payOver(doors.remittance(lines), keys.carrier)).status).toBe(200)
    const other = await doors.payOver(doors.remittance(lines, { carrier: 'other' }), keys.carrier)
    expect(other.json.code).toBe('FORBIDDEN')
  })
})

describe('an item', () => {
  async function opened() {
    const waybill = `EX-${randomUUID()}`
    await doors.payOver(doors.remittance([{ waybill, amount: 700 }]))
    const [item] = await doors.itemsAbout({ waybill })
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
    const { history } = await doors.ask(`/v1/finance/items/${id}`)
    expect(history).toMatchObject([
      { what: 'resolved', actor: 'finance-1', detail: { resolution: 'their_error' } },
      { what: 'assigned', actor: 'finance-1', detail: { owner: 'admin-1' } },
      { what: 'opened', actor: 'reconciliation' },
    ])
    expect((await act(id, 'resolve', { resolution: 'corrected' })).json.code).toBe('ITEM_RESOLVED')
  })

  it('leaves suspense when it is written off', async () => {
    const { id } = await opened()
    const before = await doors.balanceOf('suspense')
    await act(id, 'resolve', { resolution: 'written_off' })
    expect((await doors.balanceOf('suspense')) - before).toBe(700)
    expect(await doors.balanceOf('platform:differences')).toBe(-700)
  })
})
