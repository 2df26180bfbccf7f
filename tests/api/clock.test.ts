import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { orderToken } from '../../domain/link.ts'
import { openOrder } from '../support/order.ts'
import { ONE_LINE } from '../support/builders.ts'
import { DAYS, HOURS } from '../support/time.ts'
import { SECRETS } from '../../testing/secrets.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'
import { makeKeys, openApi } from './support.ts'
import type { Keys, TestApi } from './support.ts'

let world: World
let api: TestApi
let keys: Keys
beforeAll(async () => {
  world = await startWorld()
  const { publicUrl, mode } = { publicUrl: 'http://shop.example', mode: 'development' as const }
  api = openApi(world, { settings: { mode, publicUrl, sandboxUrl: world.sandbox.url } })
  keys = await makeKeys(world)
})
afterAll(() => world.stop())

const jump = (id: string, body: object, key = keys.customer) =>
  api.ask('POST', `/v1/dev/orders/${id}/fast-forward`, { key, body })
const read = async (id: string) =>
  (await api.ask('GET', `/v1/orders/${id}`, { key: keys.customer })).json
const ahead = (instant: string) => Date.parse(instant) - Date.now()

async function delivered() {
  const order = await openOrder(world, { lines: ONE_LINE })
  await order.pay()
  await order.pack()
  await order.deliver()
  return order
}

describe.concurrent('an order that is fast-forwarded', () => {
  it('lives through thirty days, each clock at its time', async () => {
    const { id, types, timeline } = await delivered()
    const { deliveredAt } = await read(id)
    const { status, json } = await jump(id, { by: '30 days' })

    expect([status, json.ended]).toEqual([200, true])
    expect((await types()).slice(-2)).toEqual(['order.completed', 'order.archived'])
    const days = (await timeline())
      .slice(-2)
      .map(({ at }) => Math.round((Date.parse(at) - Date.parse(deliveredAt)) / DAYS))
    expect(days).toEqual([7, 15])
    expect(await read(id)).toMatchObject({ status: 'completed', outlook: { waits: [] } })
  })

  it('stops where it was asked to, and says what time it is and what comes next', async () => {
    const { id } = await delivered()
    const { deadline } = (await read(id)).outlook
    expect(deadline.does).toBe('complete')
    const before = new Date(Date.parse(deadline.at) - HOURS).toISOString()
    const { json } = await jump(id, { to: before })

    expect(Date.parse(json.now)).toBeGreaterThanOrEqual(Date.parse(before))
    expect(await read(id)).toMatchObject({ status: 'delivered', outlook: { deadline } })
    expect(ahead((await read(id)).now)).toBeGreaterThan(7 * DAYS - 2 * HOURS)

    await jump(id, { to: deadline.at })
    const after = await read(id)
    expect(after).toMatchObject({ status: 'completed', outlook: { deadline: { does: 'archive' } } })
    expect(Date.parse(after.now)).toBeGreaterThanOrEqual(Date.parse(deadline.at))
  })

  it('has its doors judge by its own time: links and after-sales windows', async () => {
    const order = await openOrder(world, { lines: ONE_LINE })
    const { placedAt } = await order.read()
    const token = orderToken(SECRETS.linkKey, order.id, Date.parse(placedAt))
    const byLink = async () =>
      (await api.ask('GET', `/v1/orders/${order.id}?token=${token}`)).status
    await order.pay()
    await order.pack()
    await order.handOver()

    await jump(order.id, { by: '89 days' })
    expect(await byLink()).toBe(200)
    await jump(order.id, { by: '2 days' })
    expect(await byLink()).toBe(401)

    await order.deliver()
    const ask = (type: string) =>
      api.ask('POST', `/v1/orders/${order.id}/after-sales`, {
        key: keys.customer,
        body: { type, reason: 'damaged', items: [{ lineId: 'l1', quantity: 1 }] },
      })
    expect((await ask('return_refund')).status).toBe(202)
    const late = await delivered()
    await world.db`update orders set clock_offset = '16 days' where id = ${late.id}`
    const answer = await api.ask('POST', `/v1/orders/${late.id}/after-sales`, {
      key: keys.customer,
      body: { type: 'return_refund', reason: 'damaged', items: [{ lineId: 'l1', quantity: 1 }] },
    })
    expect([answer.status, answer.json.code]).toEqual([410, 'WINDOW_CLOSED'])
  })

  it('is told its time by platform and carrier, whose reports follow on what happened', async () => {
    const order = await openOrder(world, { lines: ONE_LINE })
    await order.pay()
    await order.pack()
    await jump(order.id, { by: '3 days' })
    await order.scanAtCarrier({ code: 'picked_up' })
    const [parcel] = await order.carrierParcels()
    const [scan] = parcel?.scans ?? []

    expect(ahead(scan?.occurredAt ?? '')).toBeGreaterThan(3 * DAYS - HOURS)

    const cancelled = await openOrder(world, { lines: ONE_LINE })
    await cancelled.pay()
    await jump(cancelled.id, { by: '3 days' })
    await cancelled.cancel()
    await cancelled.refunded()
    const { entries } = await cancelled.platformLedger()
    expect(entries.map(({ kind, at }) => [kind, ahead(at) > DAYS])).toEqual([
      ['capture', false],
      ['refund', true],
    ])
  })

  it('is refused while an activity is being retried, and goes on once that is over', async () => {
    const order = await openOrder(world, { lines: ONE_LINE })
    await order.pay()
    await order.spoil({ target: 'carrier', fault: 'server_error', times: 2 })
    const packing = order.pack()
    await order.reaches(({ parcels }) => parcels.length > 0, 'a parcel')
    const { status, json } = await untilRetried(() => jump(order.id, { by: '1 day' }))

    expect([status, json.code]).toEqual([409, 'ACTIVITY_RETRYING'])
    expect(json.detail).toMatch(/Wait until it succeeds/)
    await packing
    expect((await jump(order.id, { by: '1 day' })).status).toBe(200)
  })

  it('is refused what makes no sense, and by whom it is no business of', async () => {
    const { id } = await openOrder(world, { lines: ONE_LINE })
    const codeOf = async (body: object, key?: string) => (await jump(id, body, key)).json.code

    expect(await codeOf({})).toBe('INPUT_INVALID')
    expect(await codeOf({ by: 'a while' })).toBe('INPUT_INVALID')
    expect(await codeOf({ by: '-1 day' })).toBe('INPUT_INVALID')
    expect(await codeOf({ by: '1 day', to: new Date().toISOString() })).toBe('INPUT_INVALID')
    expect(await codeOf({ by: '2 years' })).toBe('TOO_FAR_AHEAD')
    expect(await codeOf({ by: '300000 years' })).toBe('TOO_FAR_AHEAD')
    expect(await codeOf({ to: '2020-01-01T00:00:00Z' })).toBe('CLOCK_AHEAD')
    expect(await codeOf({ by: '1 day' }, keys.stranger)).toBe('UNKNOWN_ORDER')
    expect(await codeOf({ by: '1 day' }, keys.merchant)).toBe('FORBIDDEN')
  })

  it('does not exist in production', async () => {
    const live = openApi(world, { settings: { mode: 'production', publicUrl: 'http://s.example' } })
    const { id } = await openOrder(world, { lines: ONE_LINE })
    const path = `/v1/dev/orders/${id}/fast-forward`
    const { status } = await live.ask('POST', path, { key: keys.admin, body: { by: '1 day' } })

    expect(status).toBe(404)
    expect((await read(id)).outlook.deadline.does).toBe('remind')
  })
})

/** The first attempt takes a moment to fail. */
async function untilRetried<T extends { json: { code?: string } }>(ask: () => Promise<T>) {
  for (;;) {
    const answer = await ask()
    if (answer.json.code !== 'ORDER_BUSY') return answer
  }
}
