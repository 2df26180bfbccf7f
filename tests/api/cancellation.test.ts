import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { driveOrder } from '../support/order.ts'
import { startWorld } from '../support/world.ts'
import { order, promote } from './shopping.ts'
import type { Mall } from './shopping.ts'
import { makeKeys, openApi } from './support.ts'
import type { Json } from './support.ts'

let mall: Mall
beforeAll(async () => {
  const world = await startWorld()
  mall = { world, api: openApi(world), keys: await makeKeys(world) }
})
afterAll(() => mall.world.stop())

const units = (lineId: string, quantity = 1) => [{ lineId, quantity }]
const twice = <T>(answer: T) => [answer, answer]

/** Three units at ¥100, paid, where ¥60 are off from ¥300 on; freight is ¥8. */
async function threeUnits({ onReturn = 'frozen_share', method = 'card' } = {}) {
  const { sku } = await mall.world.product({ price: 10_000 })
  const terms = { kind: 'full_reduction', threshold: 30_000, off: 6000 }
  const facts = { terms, scope: { skus: [sku] }, onReturn }
  await promote(mall, `sixty-${randomUUID().slice(0, 8)}`, facts)
  const { json } = await order(mall, { lines: [{ sku, quantity: 3 }], payment: { method } })
  const driven = driveOrder(mall.world, json.id)
  if (method === 'card') await driven.pay()
  const post = (path: string, items: Json, headers: Record<string, string> = {}) =>
    mall.api.ask('POST', `/v1/orders/${json.id}/${path}`, {
      ...{ key: mall.keys.customer, body: { items }, headers },
    })
  return { ...driven, preview: (items?: Json) => post('cancel/preview', items), post }
}

describe('the preview of a cancellation', () => {
  it.each([
    ['frozen_share', 8000, []],
    ['clawback', 4000, [{ lineId: 'l1', amount: -4000 }]],
  ])('D9 tells by %s what one of three units gives: %d', async (onReturn, total, repriced) => {
    const { id, preview, post, refunded } = await threeUnits({ onReturn })
    const { status, json } = await preview(units('l1'))
    expect([status, json]).toEqual([
      200,
      {
        ...{ whole: false, currency: 'CNY', freight: 0, adjustments: [] },
        lines: [{ lineId: 'l1', quantity: 1, amount: 8000 }],
        ...{ repriced, total, payable: 24_800 - total },
        refunds: [{ tenderId: 't1', method: 'card', amount: total }],
      },
    ])
    await post('cancel', units('l1'))
    await refunded()
    const read = await mall.api.ask('GET', `/v1/orders/${id}`, { key: mall.keys.customer })
    expect(read.json.totals).toMatchObject({ reversed: total, refunded: total })
    expect(read.json.lines).toMatchObject([{ quantity: 3, cancelled: 1 }])
  })

  it('changes nothing, and tells what the last units take along', async () => {
    const { id, preview, read, types } = await threeUnits()
    const before = [await read(), await types()]
    const whole = await preview(units('l1', 3))
    expect(whole.json).toMatchObject({ whole: true, freight: 800, total: 24_800, payable: 0 })
    const { json } = await mall.api.ask('POST', `/v1/orders/${id}/cancel/preview`, {
      ...{ key: mall.keys.support, body: {} },
    })
    expect(json).toEqual(whole.json)
    expect([await read(), await types()]).toEqual(before)
  })

  it('needs no worker', async () => {
    const world = await startWorld({ worker: false })
    const idle: Mall = { world, api: openApi(world), keys: await makeKeys(world) }
    const { json } = await order(idle, { payment: { method: 'cod' } })
    const answer = await idle.api.ask('POST', `/v1/orders/${json.id}/cancel/preview`, {
      ...{ key: idle.keys.customer, body: { items: units('l3', 3) } },
    })
    expect(answer.json).toMatchObject({ freight: 600, total: 3 * 1999 + 600, refunds: [] })
    await world.stop()
  })

  it('is refused as the cancellation would be', async () => {
    const { id, preview, post, is } = await threeUnits()
    const both = async (items: Json) => {
      const answers = [await preview(items), await post('cancel', items)]
      return answers.map(({ status, json }) => [status, json.code])
    }
    expect(await both(units('l9'))).toEqual(twice([422, 'UNKNOWN_LINE']))
    expect(await both(units('l1', 0))).toEqual(twice([422, 'INPUT_INVALID']))
    expect(await both([])).toEqual(twice([422, 'INPUT_INVALID']))
    for (const step of ['claim', 'pick']) {
      const path = `/v1/orders/${id}/fulfillments/f1/${step}`
      await mall.api.ask('POST', path, { key: mall.keys.warehouse, body: {} })
    }
    await is('checking')
    expect(await both(units('l1'))).toEqual(twice([409, 'ALREADY_PICKED']))
    const { json } = await preview(units('l1'))
    expect(json.orderStatus).toBe('checking')
  })

  it('of an order that isn’t paid is of all of it only, in the language asked for', async () => {
    const { json } = await order(mall)
    const ask = (items: Json) =>
      mall.api.ask('POST', `/v1/orders/${json.id}/cancel/preview`, {
        ...{ key: mall.keys.customer, body: { items }, headers: { 'accept-language': 'zh' } },
      })
    const part = await ask(units('l1'))
    expect([part.status, part.json.code, part.json.title]).toEqual([
      ...[409, 'NOT_ACCEPTED', '订单尚未付款'],
    ])
    const all = await ask([...units('l1', 2), ...units('l2'), ...units('l3', 3)])
    expect(all.json).toMatchObject({ whole: true, lines: [], total: 0, payable: 0, refunds: [] })
  })

  it('is for who may cancel', async () => {
    const { id } = await threeUnits()
    const as = async (key: string) => {
      const path = `/v1/orders/${id}/cancel/preview`
      return (await mall.api.ask('POST', path, { key, body: {} })).status
    }
    expect(await as(mall.keys.stranger)).toBe(404)
    expect(await as(mall.keys.merchant)).toBe(403)
  })
})

describe('cancelling units', () => {
  it('is done once, however often it is asked under one key', async () => {
    const { id, read } = await threeUnits()
    const idempotencyKey = randomUUID()
    const ask = (quantity: number) =>
      mall.api.ask('POST', `/v1/orders/${id}/cancel`, {
        ...{ key: mall.keys.customer, body: { items: units('l1', quantity) }, idempotencyKey },
      })
    const first = await ask(1)
    const again = await ask(1)
    expect([first.status, again.status]).toEqual([200, 200])
    expect(first.json).toEqual({ status: 'pending_processing', nextActions: [] })
    expect(again.json).toEqual(first.json)
    expect((await ask(2)).json.code).toBe('IDEMPOTENCY_KEY_REUSED')
    expect((await read()).fulfillments).toMatchObject([{ items: units('l1', 2) }])
  })

  it('lowers what is due at the door, on the customer’s page too', async () => {
    const { post, preview, read, row, id } = await threeUnits({
      method: 'cod',
      onReturn: 'clawback',
    })
    expect((await preview(units('l1'))).json).toMatchObject({ total: 8000, refunds: [] })
    await post('cancel', units('l1'))

    expect(await row()).toMatchObject({ payment: 'cod_due', refunds: [] })
    expect((await read()).tenders).toMatchObject([{ status: 'due' }])
    const timeline = await mall.api.ask('GET', `/v1/orders/${id}/timeline`, {
      key: mall.keys.merchant,
    })
    expect(timeline.json.items.at(-1)).toMatchObject({
      type: 'fulfillment.reduced',
      data: { fulfillmentId: 'f1', items: units('l1'), by: 'customer' },
    })
    const { json } = await mall.api.ask('GET', `/v1/orders/${id}`, { key: mall.keys.customer })
    const page = await mall.api.ask(
      'GET',
      new URL(json.links.page).pathname + new URL(json.links.page).search,
    )
    for (const words of ['1 cancelled', 'You cancelled', '168.00'])
      expect(page.text).toContain(words)
  })

  it('leaves a merchant the lines that it no longer sends, as cancelled', async () => {
    const { json } = await order(mall, { payment: { method: 'cod' } })
    await mall.api.ask('POST', `/v1/orders/${json.id}/cancel`, {
      ...{ key: mall.keys.customer, body: { items: units('l2') } },
    })
    const seen = await mall.api.ask('GET', `/v1/orders/${json.id}`, { key: mall.keys.merchant })
    expect(seen.json.lines).toMatchObject([{ id: 'l1' }, { id: 'l2', quantity: 1, cancelled: 1 }])
    expect(seen.json.lines[0]).not.toHaveProperty('cancelled')
    expect(seen.json.fulfillments).toMatchObject([{ items: units('l1', 2) }])
  })
})
