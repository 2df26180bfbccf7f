import { createHash, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { keepSettlementSchedule, settlementScheduleOf } from '../../client/settlement.ts'
import { createApiKey } from '../../db/access.ts'
import { ledgerOf, weekEnd } from '../support/ledger.ts'
import type { Ledger } from '../support/ledger.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'
import { makeKeys, openApi } from './support.ts'
import type { Json, Keys, TestApi } from './support.ts'

let world: World
let api: TestApi
let keys: Keys
let ledger: Omit<Ledger, 'close'>
beforeAll(async () => {
  world = await startWorld()
  ledger = ledgerOf(world.db)
  api = openApi(world)
  keys = await makeKeys(world)
})
afterAll(() => world.stop())

const SETTLEMENTS = '/v1/finance/settlements'
const PAYOUTS = '/v1/finance/payouts'

/** A merchant with so much to be paid, and a key of its own. */
async function earner(goods = 1000) {
  const merchantId = await ledger.merchant()
  const key = await createApiKey(world.db, {
    ...{ id: randomUUID(), role: 'merchant', subject: merchantId },
  })
  await ledger.release(await ledger.sell(merchantId, { goods, commission: 0 }))
  return { merchantId, key }
}

/** The same after the schedule has made its statement. */
async function settled(goods?: number) {
  const { merchantId, key } = await earner(goods)
  const [id = ''] = await ledger.settle(merchantId)
  return { merchantId, key, id }
}

const get = async (path: string, key: string): Promise<Json> =>
  (await api.ask('GET', path, { key })).json

describe('a merchant', () => {
  it('reads its own statements and payouts, and nobody else’s', async () => {
    const [one, other] = [await settled(), await settled()]
    const own = await get(SETTLEMENTS, one.key)
    expect(own.items).toMatchObject([{ id: one.id, figures: { payout: { amount: 1000 } } }])
    expect((await get(PAYOUTS, one.key)).items).toMatchObject([{ id: one.id, status: 'due' }])

    for (const path of [SETTLEMENTS, PAYOUTS]) {
      expect((await get(`${path}?merchant=${other.merchantId}`, one.key)).items).toEqual([])
      const { status } = await api.ask('GET', `${path}/${other.id}`, { key: one.key })
      expect(status).toBe(404)
    }
    expect((await get(`${SETTLEMENTS}?merchant=${other.merchantId}`, keys.finance)).items).toEqual([
      expect.objectContaining({ id: other.id }),
    ])
  })

  it('holds the lines against the statement by its SHA-256, whole or in pages', async () => {
    const { id, key } = await settled()
    const { sha256, entries } = await get(`${SETTLEMENTS}/${id}`, key)
    const file = await api.ask('GET', `${SETTLEMENTS}/${id}/lines.csv`, { key })
    expect(file.headers.get('content-disposition')).toBe(`attachment; filename="${id}.csv"`)
    expect(createHash('sha256').update(file.text).digest('hex')).toBe(sha256)

    const lines: Json[] = []
    for (let next = ''; ;) {
      const page = await get(`${SETTLEMENTS}/${id}/lines?limit=2${next}`, key)
      lines.push(...page.items)
      if (page.next === null) break
      next = `&cursor=${page.next}`
    }
    expect(lines).toHaveLength(entries)
    const { posting, line } = lines.at(-1)
    expect(file.text.trimEnd().split('\r\n').at(-1)).toContain(`${posting},${line},`)
  })

  it('is paid no attention to where it asks for a settlement', async () => {
    const { key } = await earner()
    const { status } = await api.ask('POST', SETTLEMENTS, { key, body: {} })
    expect(status).toBe(403)
  })
})

describe('a statement', () => {
  it('agrees with the ledger, or is told not to', async () => {
    const { id } = await settled()
    const check = () => get(`${SETTLEMENTS}/${id}/check`, keys.finance)
    expect(await check()).toMatchObject({ id, agrees: true })

    await world.db.begin(async (tx) => {
      await tx`set local session_replication_role = replica`
      await tx`update settlements set figures = jsonb_set(figures, '{closing,available}', '999') where id = ${id}`
    })
    expect(await check()).toMatchObject({
      agrees: false,
      figures: { closing: { available: 1000 } },
    })
    await world.db.begin(async (tx) => {
      await tx`set local session_replication_role = replica`
      await tx`update settlements set figures = jsonb_set(figures, '{closing,available}', '1000') where id = ${id}`
    })
  })

  it('is made by hand as of any moment, and once', async () => {
    const { merchantId } = await earner()
    const asOf = weekEnd(1)
    const ask = () =>
      api.ask('POST', SETTLEMENTS, { key: keys.finance, body: { merchantId, asOf } })
    const list = async () =>
      (await get(`${SETTLEMENTS}?merchant=${merchantId}`, keys.finance)).items
    expect((await ask()).json).toEqual({ endsAt: '2026-03-15T16:00:00.000Z' })
    await vi.waitUntil(async () => (await list()).length > 0, { timeout: 20_000 })
    await ask()

    expect(await list()).toMatchObject([{ number: 1, endsAt: '2026-03-15T16:00:00.000Z' }])
    expect(await get(`${PAYOUTS}/${merchantId}-CNY-1`, keys.finance)).toMatchObject({
      approvedBy: 'finance-1',
    })
  })

  it('is made for every merchant where none is named', async () => {
    const earners = [await earner(), await earner()]
    await api.ask('POST', SETTLEMENTS, { key: keys.finance, body: { asOf: weekEnd() } })
    for (const { merchantId } of earners) {
      const list = () => get(`${SETTLEMENTS}?merchant=${merchantId}`, keys.finance)
      await vi.waitUntil(async () => (await list()).items.length > 0, { timeout: 20_000 })
    }
  })

  it('is made for no merchant that there isn’t', async () => {
    const body = { merchantId: 'nobody' }
    const { status, json } = await api.ask('POST', SETTLEMENTS, { key: keys.finance, body })
    expect([status, json.code]).toEqual([404, 'UNKNOWN_MERCHANT'])
  })

  it('is made of no period that isn’t over, in production', async () => {
    const settings = { mode: 'production', publicUrl: 'http://shop.example' } as const
    const strict = openApi(world, { settings })
    const { json } = await strict.ask('POST', SETTLEMENTS, {
      ...{ key: keys.finance, body: { asOf: '2126-01-01T00:00:00Z' } },
    })
    expect(json.errors).toMatchObject([{ path: '/asOf', code: 'VALUE_INVALID' }])
  })
})

describe('the schedule', () => {
  const timeZone = 'Asia/Shanghai'
  it.each([
    ['day', { weekday: expect.any(String), hour: '03' }],
    ['week', { weekday: 'Monday', hour: '03' }],
  ] as const)('runs in the night after each %s', async (period, expected) => {
    const { temporal } = world
    const { taskQueue } = world.settings
    await keepSettlementSchedule(temporal, taskQueue, { period, timeZone })
    const { info } = await temporal.schedule.getHandle(settlementScheduleOf(taskQueue)).describe()
    const shown = new Intl.DateTimeFormat('en', {
      ...({ timeZone, weekday: 'long', hour: '2-digit', hourCycle: 'h23' } as const),
    }).formatToParts(info.nextActionTimes[0])
    expect(Object.fromEntries(shown.map(({ type, value }) => [type, value]))).toMatchObject(
      expected,
    )
  })

  it('is the shop’s own where several share a namespace', () => {
    expect(settlementScheduleOf('shop-a')).not.toBe(settlementScheduleOf('shop-b'))
  })

  it('settles with every merchant as of its time, and nobody stands for it', async () => {
    const { merchantId } = await earner()
    const { temporal, settings } = world
    await keepSettlementSchedule(temporal, settings.taskQueue, { period: 'week', timeZone })
    await temporal.schedule.getHandle(settlementScheduleOf(settings.taskQueue)).trigger()
    const payouts = () => get(`${PAYOUTS}?merchant=${merchantId}`, keys.finance)
    await vi.waitUntil(async () => (await payouts()).items.length > 0, { timeout: 20_000 })
    await temporal.schedule.getHandle(settlementScheduleOf(settings.taskQueue)).delete()

    expect((await payouts()).items).toMatchObject([{ amount: 1000, approvedBy: null }])
  })
})

describe('a payout', () => {
  const decide = (step: string, body: object, key = keys.finance) =>
    api.ask('POST', `${PAYOUTS}/${step}`, { key, body })
  const confirm = (id: string, key = keys.finance, reference: string = randomUUID()) =>
    decide(`${id}/confirm`, { reference }, key)

  it('up to the limit is confirmed by one person, once, under the bank’s reference', async () => {
    const [one, other] = [await settled(), await settled()]
    const { status, json } = await confirm(one.id, keys.finance, 'B-1')
    expect([status, json]).toMatchObject([
      200,
      { status: 'paid', reference: 'B-1', decidedBy: 'finance-1' },
    ])
    expect((await confirm(one.id)).json.code).toBe('PAYOUT_DECIDED')
    expect((await confirm(other.id, keys.finance, 'B-1')).json.code).toBe('REFERENCE_TAKEN')
  })

  it('above the limit takes two people', async () => {
    const { id } = await settled(1_000_001)
    expect((await confirm(id)).json.code).toBe('APPROVAL_MISSING')
    expect((await decide(`${id}/approve`, {})).json).toMatchObject({ approvedBy: 'finance-1' })
    expect((await decide(`${id}/approve`, {}, keys.admin)).json.code).toBe('PAYOUT_APPROVED')
    expect((await confirm(id)).json.code).toBe('SELF_APPROVAL')
    expect((await confirm(id, keys.admin)).json).toMatchObject({ status: 'paid' })
  })

  it('above the limit isn’t given up by one person either, as the bank may have paid', async () => {
    const { id } = await settled(1_000_001)
    const fail = (key = keys.finance) => decide(`${id}/fail`, { failure: 'account_closed' }, key)
    expect((await fail()).json.code).toBe('APPROVAL_MISSING')
    await decide(`${id}/approve`, {})
    expect((await fail()).json.code).toBe('SELF_APPROVAL')
    expect((await fail(keys.admin)).json).toMatchObject({ status: 'failed' })
  })

  it('that a bank refuses is available again', async () => {
    const { id, merchantId } = await settled()
    const { json } = await decide(`${id}/fail`, { failure: 'account_closed' })
    expect(json).toMatchObject({ status: 'failed', failure: 'account_closed', reference: null })
    expect(await ledger.balance(`merchant:${merchantId}:available`)).toBe(1000)
  })
})

describe('what must hold', () => {
  it('is told in words, with what breaks it', async () => {
    const ask = (language: string) =>
      api.ask('GET', '/v1/admin/invariants', {
        ...{ key: keys.admin, headers: { 'accept-language': language } },
      })
    const before = (await ask('en')).json
    expect(before.items.find(({ id }: Json) => id === 'F1')).toMatchObject({ ok: true, sample: [] })

    const { merchantId } = await settled()
    await world.db.begin(async (tx) => {
      await tx`set local session_replication_role = replica`
      await tx`delete from payouts where merchant_id = ${merchantId}`
    })
    const { status, json } = await ask('zh')
    expect([status, json.ok]).toEqual([200, false])
    expect(json.items.find(({ id }: Json) => id === 'F1')).toEqual({
      ...{ id: 'F1', says: '付往商家的在途资金等于待付款项之和', ok: false, violations: 1 },
      sample: [`merchant:${merchantId}:payout CNY`],
    })
  })
})
