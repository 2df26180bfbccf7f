import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'
import { cart, makeKeys, openApi, place } from './support.ts'
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

describe('what each role sees of an order of two merchants', () => {
  let whole: Awaited<ReturnType<typeof place>>
  beforeAll(async () => {
    whole = await place({ world, api, key: keys.customer }, cart())
  })
  const seenBy = async (key: string) =>
    (await api.ask('GET', `/v1/orders/${whole.id}`, { key })).json

  it('is all of it for its customer, without the tasks of operators', async () => {
    const seen = await seenBy(keys.customer)

    expect(seen.lines).toHaveLength(3)
    expect(seen.totals).toEqual({
      goods: 21477,
      freight: 1400,
      cashOnDeliveryFee: 0,
      adjustments: [],
      payable: 22877,
      reversed: 0,
      paid: 0,
      refunded: 0,
      takenBack: 0,
    })
    expect(seen).not.toHaveProperty('tasks')
    expect(JSON.stringify(seen)).not.toMatch(/李雷|13800138000|customer\.example|commission/)
  })

  it('is a merchant’s own lines with their prices, and no payment', async () => {
    const seen = await seenBy(keys.merchant)

    expect(seen.lines.map(({ sku, net }: Json) => [sku, net])).toEqual([
      ['a1', 11980],
      ['a2', 3500],
    ])
    expect(seen.fulfillments.map(({ merchantId }: Json) => merchantId)).toEqual(['m-a'])
    for (const field of ['payable', 'payment', 'totals', 'tenders', 'refunds', 'links', 'tasks']) {
      expect(seen).not.toHaveProperty(field)
    }
  })

  it('is a warehouse’s own fulfillments, without money', async () => {
    const seen = await seenBy(keys.warehouse)

    expect(seen.fulfillments.map(({ warehouseId }: Json) => warehouseId)).toEqual(['w-a'])
    expect(JSON.stringify(seen)).not.toMatch(/price|net|freight|payable|amount/i)
  })

  it('is everything for support, tasks included', async () => {
    expect(await seenBy(keys.support)).toMatchObject({ tasks: [], customerId: 'c-1' })
  })

  it('holds a token for its buyer alone', async () => {
    const { links, payment } = await seenBy(keys.customer)
    for (const url of [links.self, links.timeline, payment.nextAction.url]) {
      expect(url).toContain('?token=')
    }
    for (const key of [keys.support, keys.finance, keys.admin, keys.merchant, keys.warehouse]) {
      expect(JSON.stringify(await seenBy(key))).not.toContain('token')
    }
    const live = await api.ask('GET', `/v1/orders/${whole.id}/live`, { key: keys.support })
    expect([live.status, live.text.includes('token')]).toEqual([200, false])
    const { links: plain, payment: asked } = await seenBy(keys.finance)
    const url = `http://shop.example/v1/orders/${whole.id}`
    expect(plain).toEqual({ self: url, timeline: `${url}/timeline` })
    expect(asked.nextAction.url).toBe(`${url}/payments`)
  })

  it('is, in the timeline, what happened to their part', async () => {
    const types = async (key: string) => {
      const { json } = await api.ask('GET', `/v1/orders/${whole.id}/timeline`, { key })
      return json.items.map((entry: Json) => [entry.type, entry.paymentStatus])
    }
    expect(await types(keys.customer)).toEqual([
      ['order.placed', 'unpaid'],
      ['tender.added', 'unpaid'],
    ])
    expect(await types(keys.merchant)).toEqual([['order.placed', undefined]])
  })
})
