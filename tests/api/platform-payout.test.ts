import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'
import { remitting } from './remitting.ts'
import { makeKeys, ONE, openApi, place } from './support.ts'
import type { Json, Keys, TestApi } from './support.ts'

let world: World
let api: TestApi
let keys: Keys
let doors: ReturnType<typeof remitting>
let paid: number
beforeAll(async () => {
  world = await startWorld()
  api = openApi(world)
  keys = await makeKeys(world)
  doors = remitting({ world, api, keys })
  const body = { ...ONE, payment: { method: 'alipay' } }
  const order = await place({ world, api, key: keys.customer }, body)
  const { json } = await api.ask('POST', `/v1/orders/${order.id}/payments`, {
    ...{ key: keys.customer, body: { method: 'alipay' } },
  })
  const [{ tenderId, externalId }] = json.nextActions
  await order.notice({ tenderId, externalId })
  await order.reaches(({ accepted }) => accepted, 'acceptance')
  paid = (await order.read()).payable
})
afterAll(async () => {
  const { json } = await api.ask('GET', '/v1/admin/invariants', { key: keys.finance })
  expect(json.items.filter(({ ok }: Json) => !ok)).toEqual([])
  await world.stop()
})

const PAYOUTS = '/v1/finance/platform-payouts'
const today = () => new Date().toISOString().slice(0, 10)
const came = (amount: number, more: object = {}) => ({
  ...{ platform: 'alipay', reference: `B-${randomUUID()}`, day: today(), amount, currency: 'CNY' },
  ...more,
})
const record = (body: object, key = keys.finance) => api.ask('POST', PAYOUTS, { key, body })
const takeBack = (id: string) => api.ask('POST', `${PAYOUTS}/${id}/return`, { key: keys.finance })
const standing = () => Promise.all(['bank', 'psp:alipay'].map((name) => doors.balanceOf(name)))

describe('what a platform settles to the bank', () => {
  it('is in the bank and no longer with the platform, once per reference', async () => {
    const [bank = 0, held = 0] = await standing()
    const body = came(1000)
    const { json } = await record(body)
    expect(json).toMatchObject({ ...body, recordedBy: 'finance-1', returnedAt: null })
    const again = await record(body)
    expect(again.json).toEqual(json)
    expect(again.headers.get('idempotent-replayed')).toBe('true')
    expect(await standing()).toEqual([bank + 1000, held - 1000])
    const other = await record({ ...body, amount: 1 })
    expect([other.status, other.json.code]).toEqual([409, 'REFERENCE_TAKEN'])
  })

  it('is the platform’s again where it went back, and once', async () => {
    const before = await standing()
    const body = came(500)
    const { json } = await record(body)
    expect((await takeBack(json.id)).json).toMatchObject({ returnedBy: 'finance-1' })
    expect((await takeBack(json.id)).status).toBe(200)
    expect(await standing()).toEqual(before)
    const again = await record(body)
    expect([again.status, again.json.code]).toEqual([409, 'REFERENCE_TAKEN'])
    expect(await standing()).toEqual(before)
    const unknown = await takeBack('aaaaaaaaaaaaaaaaaaaaaaaaaa')
    expect([unknown.status, unknown.json.code]).toEqual([404, 'UNKNOWN_PAYOUT'])
  })

  it('is no more than the platform holds for us, however many tell at once', async () => {
    const [, held = 0] = await standing()
    const much = await record(came(held + 1))
    expect([much.status, much.json.code]).toEqual([409, 'PLATFORM_HOLDS_LESS'])
    expect(much.json.errors).toMatchObject([{ path: '/amount', available: held }])
    const answers = await Promise.all([came(held), came(held)].map((body) => record(body)))
    expect(answers.map(({ status }) => status)).toEqual(expect.arrayContaining([200, 409]))
    const spent = answers.find(({ status }) => status === 200)?.json.id
    await takeBack(spent)
    expect(paid).toBeGreaterThanOrEqual(held)
  })

  it('is told by finance, of platforms that don’t tell of it themselves, and not of tomorrow', async () => {
    const errors = async (more: object) => (await record(came(1, more))).json.errors
    expect(await errors({ platform: 'stripe' })).toMatchObject([{ path: '/platform' }])
    expect(await errors({ day: '2199-01-01' })).toMatchObject([
      { path: '/day', code: 'DAY_NOT_OVER' },
    ])
    expect(await errors({ amount: 0 })).toMatchObject([{ path: '/amount', code: 'AMOUNT_INVALID' }])
    expect((await record(came(1), keys.support)).json.code).toBe('FORBIDDEN')
  })

  it('is listed by platform, newest first and page by page', async () => {
    const one = await record(came(1))
    const other = await record(came(2))
    const ask = (more: string) => doors.ask(`${PAYOUTS}?platform=alipay&limit=1${more}`)
    const first = await ask('')
    const second = await ask(`&cursor=${first.next}`)
    expect([first, second].map(({ items }) => items[0])).toEqual([other.json, one.json])
    expect((await doors.ask(`${PAYOUTS}?platform=wechatpay`)).items).toEqual([])
  })
})
