import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'
import { remitting } from './remitting.ts'
import { makeKeys, openApi } from './support.ts'
import type { Json, Keys, Question, TestApi } from './support.ts'

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
afterAll(async () => {
  const { json } = await api.ask('GET', '/v1/admin/invariants', { key: keys.finance })
  expect(json.items.filter(({ ok }: Json) => !ok)).toEqual([])
  await world.stop()
})

const claim = (lines: object[]) => doors.payOver(doors.remittance(lines), keys.carrier)
const decide = (id: string, how: 'confirm' | 'reject', question: Question = {}) =>
  api.ask('POST', `/v1/finance/remittances/${id}/${how}`, { key: keys.finance, ...question })
const remittedOf = async ({ order }: { order: { read: () => Promise<Json> } }) =>
  (await order.read()).tenders[0].remitted
const standing = () => Promise.all(['bank', 'suspense'].map((name) => doors.balanceOf(name)))

describe('what a carrier’s key tells of its cash', () => {
  it('is booked once finance has confirmed it, and no order hears of it before', async () => {
    const door = await doors.delivered()
    const before = await standing()
    const { json } = await claim([{ waybill: door.waybill, amount: door.amount }])
    expect(json).toMatchObject({ status: 'claimed', recordedBy: 'carrier-x', questions: [] })
    expect(await standing()).toEqual(before)
    expect(await doors.owed(door)).toMatchObject([{ owed: door.amount, claimed: door.amount }])

    expect((await decide(json.id, 'confirm', { key: keys.carrier })).json.code).toBe('FORBIDDEN')
    const again = { idempotencyKey: randomUUID() }
    const confirmed = await decide(json.id, 'confirm', again)
    expect(confirmed.json).toMatchObject({ status: 'recorded', decidedBy: 'finance-1' })
    await doors.heard(door)
    expect(await standing()).toEqual([(before[0] ?? 0) + door.amount, before[1]])
    expect(await doors.owed(door)).toEqual([])
    const repeat = await decide(json.id, 'confirm', again)
    expect(repeat.headers.get('idempotent-replayed')).toBe('true')
    expect((await decide(json.id, 'confirm')).json.code).toBe('REMITTANCE_DECIDED')
    expect(await remittedOf(door)).toBe(door.amount)
  })

  it('raises its questions with the confirmation, and tells them before', async () => {
    const before = await standing()
    const { json } = await claim([{ waybill: 'EX-2099', amount: 700 }])
    expect(json.questions).toMatchObject([{ line: 1, kind: 'MISSING_HERE' }])
    expect(await doors.itemsAbout({ waybill: 'EX-2099' })).toEqual([])
    await decide(json.id, 'confirm')
    expect(await doors.itemsAbout({ waybill: 'EX-2099' })).toMatchObject([{ state: 'open' }])
    expect(await standing()).toEqual([(before[0] ?? 0) + 700, (before[1] ?? 0) - 700])
  })

  it('is placed by what is known when it is confirmed', async () => {
    const door = await doors.sentOut()
    const line = { waybill: door.waybill, amount: door.amount }
    const { json } = await claim([line])
    expect(json.questions).toMatchObject([{ kind: 'MISSING_HERE' }])
    await door.collect()
    await door.order.is('delivered')
    expect((await decide(json.id, 'confirm')).json.questions).toEqual([])
    await doors.heard(door)
    const twice = await claim([line])
    expect(twice.json.questions).toMatchObject([{ kind: 'REPEATED' }])
  })

  it('is booked nowhere once it is rejected', async () => {
    const door = await doors.delivered()
    const before = await standing()
    const { json } = await claim([{ waybill: door.waybill, amount: door.amount }])
    expect((await decide(json.id, 'reject')).json.status).toBe('rejected')
    expect((await decide(json.id, 'confirm')).json.code).toBe('REMITTANCE_DECIDED')
    expect(await standing()).toEqual(before)
    expect(await remittedOf(door)).toBe(0)
    await doors.payOver(doors.remittance([{ waybill: door.waybill, amount: door.amount }]))
    await doors.heard(door)
  })

  it('takes its reference along when it is rejected: finance is told to record under another one', async () => {
    const door = await doors.delivered()
    const body = doors.remittance([{ waybill: door.waybill, amount: door.amount }])
    const rejected = await decide((await doors.payOver(body, keys.carrier)).json.id, 'reject')
    const before = await standing()
    for (const lines of [body.lines, [{ waybill: door.waybill, amount: 1 }]]) {
      const { status, json } = await doors.payOver({ ...body, lines })
      expect([status, json.code]).toEqual([409, 'REMITTANCE_DECIDED'])
    }
    expect(await standing()).toEqual(before)
    expect((await doors.payOver(body, keys.carrier)).json).toEqual(rejected.json)
  })

  it('is told of cash in its own money alone', async () => {
    const door = await doors.delivered()
    const line = { waybill: door.waybill, amount: 700 }
    await doors.payOver(doors.remittance([line], { currency: 'USD' }), keys.carrier)
    expect(await doors.owed(door)).toMatchObject([{ owed: door.amount, claimed: 0 }])
    await claim([line])
    expect(await doors.owed(door)).toMatchObject([{ owed: door.amount, claimed: 700 }])
  })

  it('is confirmed by finance that says the very same, under the same reference', async () => {
    const door = await doors.delivered()
    const body = doors.remittance([{ waybill: door.waybill, amount: door.amount }])
    const { json } = await doors.payOver(body, keys.carrier)
    const other = { ...body, lines: [{ waybill: door.waybill, amount: 1 }] }
    expect((await doors.payOver(other)).json.code).toBe('REMITTANCE_DIFFERS')
    const same = await doors.payOver(body)
    expect(same.json).toMatchObject({ id: json.id, status: 'recorded', decidedBy: 'finance-1' })
    await doors.heard(door)
    expect(await remittedOf(door)).toBe(door.amount)
    expect((await doors.payOver(body, keys.carrier)).json).toEqual(same.json)
  })
})

describe('the list of remittances', () => {
  it('tells claims apart, newest first and page by page', async () => {
    const ids: string[] = []
    for (const waybill of ['EX-1', 'EX-2', 'EX-3']) {
      ids.unshift((await claim([{ waybill, amount: 5 }])).json.id)
    }
    const ask = (more = '') =>
      doors.ask(`/v1/finance/remittances?status=claimed&carrier=express&limit=2${more}`)
    const { items, next } = await ask()
    const rest = await ask(`&cursor=${next}`)
    const found = [...items, ...rest.items].map(({ id }: Json) => id)
    expect(found.slice(0, 3)).toEqual(ids)
    expect(new Set(found).size).toBe(found.length)
  })
})

describe('a remittance', () => {
  it('is of a carrier that we know, in money that we take, and not of tomorrow', async () => {
    const refused = async (more: object, key = keys.finance) => {
      const { status, json } = await doors.payOver(
        doors.remittance([{ waybill: 'EX-1', amount: 5 }], more),
        key,
      )
      return [status, ...json.errors.map(({ path, code }: Json) => `${path} ${code}`)]
    }
    expect(await refused({ carrier: 'pigeon' })).toEqual([422, '/carrier UNKNOWN_CARRIER'])
    expect(await refused({ currency: 'XTS' })).toEqual([422, '/currency CURRENCY_UNUSED'])
    const at = '2099-01-01T00:00:00Z'
    expect(await refused({ at }, keys.carrier)).toEqual([422, '/at VALUE_INVALID'])
  })
})
