import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EventType } from '../../domain/events.ts'
import { InvariantError } from '../../domain/order.ts'
import type { StateMachineName } from '../../domain/state-machines.ts'
import { ORDER_STATUSES } from '../../domain/status.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'
import { moved } from '../unit/machines.ts'
import { makeKeys, openApi, place } from './support.ts'
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

const order = (quantity = 1) =>
  place({ world, api, key: keys.customer }, { lines: [{ sku: 'a1', quantity }] })
const post = (path: string, key: string, body?: unknown) => api.ask('POST', path, { key, body })
const rules = () => api.ask('GET', '/v1/meta/state-machines')

type Machine = {
  states: string[]
  events: EventType[]
  transitions: { from: string; on: string; to: string }[]
}

describe('S1-4.2 the published tables', () => {
  it('are what orders go by: every edge is walked, and what is no edge is refused', async () => {
    const { json } = await rules()
    const machines = Object.entries<Machine>(json.machines) as [StateMachineName, Machine][]
    let walked = 0
    for (const [name, { states, events, transitions }] of machines) {
      for (const from of states) {
        for (const on of events) {
          const edge = transitions.find((one) => one.from === from && one.on === on)
          if (edge === undefined) expect(() => moved(name, from, on)).toThrow(InvariantError)
          else expect(moved(name, from, on)).toBe(edge.to)
          walked += edge === undefined ? 0 : 1
        }
      }
    }
    expect(walked).toBe(machines.flatMap(([, { transitions }]) => transitions).length)
  })

  it('name every status in two languages, with its rule', async () => {
    const { json } = await rules()
    const statuses = json.header.map(({ status }: Json) => status)
    expect(statuses.toSorted()).toEqual(ORDER_STATUSES.toSorted())
    expect(json.header[0]).toMatchObject({ status: 'cancelled', name: { zh: '已取消' } })
    for (const { name, when } of json.header) {
      expect([name.en, name.zh, when]).toEqual(Array(3).fill(expect.stringMatching(/./)))
    }
  })

  it('are confirmed, not sent again, to whoever has them', async () => {
    const { headers } = await rules()
    const again = { headers: { 'if-none-match': headers.get('etag') ?? '' } }
    const { status, text } = await api.ask('GET', '/v1/meta/state-machines', again)

    expect(headers.get('cache-control')).toBe('no-cache')
    expect([status, text]).toEqual([304, ''])
  })
})

describe('S1-4.2 a command that no edge allows', () => {
  it('is answered with 409 and the status that the order has', async () => {
    const { id, pay, pack, handOver, deliver } = await order()
    const refused = async (path: string, code: string, key = keys.admin) => {
      const { status, json } = await post(`/v1/orders/${id}/${path}`, key, undefined)
      expect([path, status, json.code]).toEqual([path, 409, code])
      return json.orderStatus
    }
    expect(await refused('fulfillments/f1/claim', 'WRONG_STATE')).toBe('pending_payment')
    await pay()
    expect(await refused('fulfillments/f1/pack', 'WRONG_STATE')).toBe('pending_processing')
    expect(await refused('confirm-receipt', 'NOT_DELIVERED')).toBe('pending_processing')
    await pack()
    expect(await refused('fulfillments/f1/check', 'WRONG_STATE')).toBe('awaiting_delivery')
    await handOver()
    expect(await refused('cancel', 'ALREADY_SHIPPED')).toBe('in_delivery')
    expect(await refused('parcels/p1/hand-over', 'WRONG_STATE')).toBe('in_delivery')
    await deliver()
    await post(`/v1/orders/${id}/confirm-receipt`, keys.customer)
    expect(await refused('confirm-receipt', 'ORDER_CLOSED')).toBe('completed')
  })

  it('says so for after-sales requests, too', async () => {
    const { id } = await order()
    const body = { type: 'repair', reason: 'damaged', items: [{ lineId: 'l1', quantity: 1 }] }
    const { status, json } = await post(`/v1/orders/${id}/after-sales`, keys.customer, body)

    expect([status, json.orderStatus]).toEqual([409, 'pending_payment'])
  })
})

describe('S1-6.3 one writer', () => {
  it('lets one of two concurrent commands win; the other one gets 409 and the new status', async () => {
    const { id, pay, types } = await order()
    await pay()
    const path = `/v1/orders/${id}/fulfillments/f1/claim`
    const answers = await Promise.all([keys.warehouse, keys.admin].map((key) => post(path, key)))
    const [won, lost] = answers.toSorted((a, b) => a.status - b.status)

    expect([won?.status, won?.json.status]).toEqual([200, 'picking'])
    expect([lost?.status, lost?.json.code]).toEqual([409, 'WRONG_STATE'])
    expect(lost?.json.orderStatus).toBe('picking')
    expect((await types()).filter((type) => type === 'fulfillment.claimed')).toHaveLength(1)
  })

  it('takes a simple order through its life in nine changes of status', async () => {
    const { id, pay, pack, deliver } = await order()
    await pay()
    await pack()
    await deliver()
    await post(`/v1/orders/${id}/confirm-receipt`, keys.customer)
    const { json } = await api.ask('GET', `/v1/orders/${id}/timeline`, { key: keys.customer })
    const statuses = json.items.map(({ status }: Json) => status)
    const changes = statuses.filter(
      (status: string, i: number) => i > 0 && status !== statuses[i - 1],
    )

    expect(changes).toEqual([
      ...['paid', 'pending_processing', 'picking', 'checking', 'awaiting_shipment'],
      ...['awaiting_delivery', 'in_delivery', 'delivered', 'completed'],
    ])
  })
})

describe('S1-2.3 an order of five units', () => {
  it('is partially shipped when three have left, and nobody can say otherwise', async () => {
    const { id, pay, reaches } = await order(5)
    await pay()
    for (const step of ['claim', 'pick', 'check']) {
      await post(`/v1/orders/${id}/fulfillments/f1/${step}`, keys.warehouse)
    }
    const parcels = [3, 2].map((quantity) => ({ items: [{ lineId: 'l1', quantity }] }))
    await post(`/v1/orders/${id}/fulfillments/f1/pack`, keys.warehouse, { parcels })
    await reaches((state) => state.parcels.every(({ status }) => status === 'booked'), 'bookings')
    const { json: left } = await post(`/v1/orders/${id}/parcels/p1/hand-over`, keys.warehouse)
    const { json: read } = await api.ask('GET', `/v1/orders/${id}`, { key: keys.customer })

    expect([left.status, read.status]).toEqual(['partially_shipped', 'partially_shipped'])
    const set = await post(`/v1/orders/${id}/cancel`, keys.support, { status: 'delivered' })
    expect(set.json.errors).toMatchObject([{ path: '/status', code: 'UNKNOWN_FIELD' }])
    const { json: rest } = await post(`/v1/orders/${id}/parcels/p2/hand-over`, keys.warehouse)
    expect(rest.status).toBe('in_delivery')
  })
})
