import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { REFUSALS } from '../../domain/decision.ts'
import { until } from '../../testing/waiting.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'
import { makeKeys, openApi, place, traces } from './support.ts'
import type { Keys, Question, TestApi } from './support.ts'

let world: World
let api: TestApi
let keys: Keys
beforeAll(async () => {
  world = await startWorld()
  api = openApi(world)
  keys = await makeKeys(world)
})
afterAll(() => world.stop())

const order = (overrides?: Record<string, unknown>) =>
  place({ world, api, key: keys.customer }, overrides)
const post = (path: string, question: Question) => api.ask('POST', path, question)

describe('paying', () => {
  it('opens the platform’s payment by the link that the order gave', async () => {
    const { id, placed, confirmAtPlatform } = await order()
    const path = placed.payment.nextAction.url.replace('http://shop.example', '')
    const { status, json } = await post(path, { body: { method: 'card' } })

    expect(status).toBe(200)
    expect(json).toMatchObject({ status: 'pending_payment', nextActions: [{ tenderId: 't1' }] })
    expect(json.nextActions).toMatchObject([{ type: 'confirm', method: 'card' }])
    expect(await confirmAtPlatform({ opened: json.nextActions[0] })).toBe(200)
    expect(id).toBe(placed.id)
  })

  it('gives a repeat of the key the first answer, and refuses the key for another body', async () => {
    const { id } = await order()
    const question = { key: keys.customer, idempotencyKey: randomUUID(), body: { method: 'card' } }
    const first = await post(`/v1/orders/${id}/payments`, question)
    const again = await post(`/v1/orders/${id}/payments`, question)
    const other = await post(`/v1/orders/${id}/payments`, { ...question, body: { method: 'cod' } })

    expect(again.json).toEqual(first.json)
    expect(again.headers.get('idempotent-replayed')).toBe('true')
    expect([other.status, other.json.code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED'])
  })

  it('S0-3.3c goes on by another method after a decline', async () => {
    const { id, confirmAtPlatform, notice, reaches } = await order()
    await confirmAtPlatform({ paymentMethod: 'pm_card_chargeDeclined' })
    await notice({ type: 'failed', code: 'card_declined' })
    await reaches(({ tenders }) => tenders[0]?.status === 'failed', 'decline')
    const { json: declined } = await api.ask('GET', `/v1/orders/${id}`, { key: keys.customer })
    const question = { key: keys.customer, body: { method: 'cod' } }
    const { status, json } = await post(`/v1/orders/${id}/payments`, question)

    expect(declined).toMatchObject({ status: 'pending_payment' })
    expect(declined.payment.retryUntil).toBe(declined.payBy)
    expect([status, json]).toEqual([200, { status: 'pending_processing', nextActions: [] }])
  })

  async function spoil(fault: object) {
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify({ target: 'payment', ...fault })
    const url = `${world.sandbox.url}/sandbox/faults`
    const { status } = await fetch(url, { method: 'POST', headers, body })
    expect(status).toBe(201)
  }

  it('is accepted while the platform is away, and its outcome stands where the answer says', async () => {
    const { id } = await order()
    await spoil({ fault: 'server_error', orderId: id, times: 4 })
    const question = { key: keys.customer, body: { method: 'card' } }
    const { status, headers } = await post(`/v1/orders/${id}/payments`, question)
    const outcome = await until(async () => {
      const answer = await api.ask('GET', headers.get('location') ?? '', { key: keys.customer })
      return answer.status === 200 && answer
    })

    expect(status).toBe(202)
    expect(outcome.json.nextActions).toMatchObject([{ type: 'confirm', method: 'card' }])
  })

  it.each([...REFUSALS, 'PLATFORM_AWAY'])('answers %s with a code of its own', async (code) => {
    const { id } = await order()
    const command = async () => ({ outcome: 'refused', code }) as const
    const refusing = openApi(world, { client: { ...world.client, command } })
    const question = { key: keys.customer, body: { method: 'card' } }
    const { status, json } = await refusing.ask('POST', `/v1/orders/${id}/payments`, question)

    expect(json.code).toBe(code)
    expect(status).toBeGreaterThanOrEqual(400)
    expect(json.detail).not.toBe('')
  })
})

describe('a command in the wrong state changes nothing', () => {
  it.each<[string, string, object, string, number, string]>([
    ['confirming receipt', 'confirm-receipt', {}, 'customer', 409, 'NOT_DELIVERED'],
    ['claiming', 'fulfillments/f1/claim', {}, 'warehouse', 409, 'WRONG_STATE'],
    ['packing', 'fulfillments/f1/pack', {}, 'admin', 409, 'WRONG_STATE'],
    [
      'failing a check',
      'fulfillments/f1/fail-check',
      { reason: 'other' },
      'admin',
      409,
      'WRONG_STATE',
    ],
    ['claiming nothing', 'fulfillments/f9/claim', {}, 'admin', 404, 'UNKNOWN_FULFILLMENT'],
    ['handing nothing over', 'parcels/p9/hand-over', {}, 'warehouse', 404, 'UNKNOWN_PARCEL'],
    [
      'after-sales before delivery',
      'after-sales',
      { type: 'repair', reason: 'damaged', items: [{ lineId: 'l1', quantity: 1 }] },
      ...(['customer', 409, 'NOT_DELIVERED'] as const),
    ],
  ])('%s', async (...[, path, body, role, status, code]) => {
    const { id, placed } = await order()
    await until(async () => (await world.client.fate(placed.id)) === 'running')
    const before = await traces(world)
    const key = keys[role as keyof Keys]
    const answer = await post(`/v1/orders/${id}/${path}`, { key, body })

    expect([answer.status, answer.json.code]).toEqual([status, code])
    expect(await traces(world)).toEqual(before)
  })

  it('cancelling what has shipped', async () => {
    const { id, pay, pack, handOver } = await order()
    await pay()
    await pack()
    await handOver()
    const before = await traces(world)
    const { status, json } = await post(`/v1/orders/${id}/cancel`, { key: keys.customer })

    expect([status, json.code]).toEqual([409, 'ALREADY_SHIPPED'])
    expect(await traces(world)).toEqual(before)
  })

  it('paying what is paid', async () => {
    const { id, pay } = await order()
    await pay()
    const question = { key: keys.customer, body: { method: 'card' } }
    const { status, json } = await post(`/v1/orders/${id}/payments`, question)

    expect([status, json.code]).toEqual([409, 'ALREADY_PAID'])
  })

  it.each([
    [{ type: 'gift', reason: 'size', items: [{ lineId: 'l1', quantity: 1 }] }, '/type'],
    [{ type: 'repair', items: [{ lineId: 'l1', quantity: 1 }] }, '/reason'],
    [{ type: 'repair', reason: 'size', items: [] }, '/items'],
    [
      { type: 'repair', reason: 'x'.repeat(501), items: [{ lineId: 'l1', quantity: 1 }] },
      '/reason',
    ],
  ])('asking in a way nobody understands', async (body, path) => {
    const { id } = await order()
    const before = await traces(world)
    const answer = await post(`/v1/orders/${id}/after-sales`, { key: keys.customer, body })

    expect(answer.status).toBe(422)
    expect(answer.json.errors).toMatchObject([{ path }])
    expect(await traces(world)).toEqual(before)
  })

  it('failing a check in words of one’s own', async () => {
    const { id, pay } = await order()
    await pay()
    const path = `/v1/orders/${id}/fulfillments/f1/fail-check`
    const body = { reason: 'Li Lei’s cup is broken' }
    const { status, json } = await post(path, { key: keys.warehouse, body })

    expect([status, json.errors[0].path]).toEqual([422, '/reason'])
  })

  it.each(['cancel', 'confirm-receipt', 'payments', 'after-sales'])(
    '%s without an Idempotency-Key',
    async (path) => {
      const { id } = await order()
      const question = { key: keys.customer, body: {}, idempotencyKey: null }
      const { status, json } = await post(`/v1/orders/${id}/${path}`, question)

      expect([status, json.code]).toEqual([400, 'IDEMPOTENCY_KEY_MISSING'])
    },
  )
})

describe('a whole order through the door', () => {
  it('is picked, checked, packed, handed over, and confirmed', async () => {
    const { id, pay, read, reaches, deliver } = await order()
    await pay()
    const step = async (name: string, body: object = {}) => {
      const path = `/v1/orders/${id}/fulfillments/f1/${name}`
      return (await post(path, { key: keys.warehouse, body })).json.status
    }
    expect(await step('claim')).toBe('picking')
    expect(await step('pick')).toBe('checking')
    expect(await step('fail-check', { reason: 'damaged' })).toBe('picking')
    expect(await step('pick')).toBe('checking')
    expect(await step('check')).toBe('checking')
    const [line] = (await read()).lines
    const parcels = [{ items: [{ lineId: line?.id, quantity: 1 }], weightGrams: 300 }]
    expect(await step('pack', { parcels })).toMatch(/awaiting_(shipment|delivery)/)
    await reaches((state) => state.parcels.every(({ status }) => status === 'booked'), 'booking')
    const [parcel] = (await read()).parcels
    const path = `/v1/orders/${id}/parcels/${parcel?.id}/hand-over`
    expect((await post(path, { key: keys.warehouse })).json.status).toBe('in_delivery')
    await deliver()

    const ask = {
      key: keys.customer,
      idempotencyKey: randomUUID(),
      body: { type: 'exchange', reason: 'size', items: [{ lineId: line?.id, quantity: 1 }] },
    }
    const asked = await post(`/v1/orders/${id}/after-sales`, ask)
    const again = await post(`/v1/orders/${id}/after-sales`, ask)
    expect([asked.status, asked.json]).toEqual([202, { request: ask.body }])
    expect(again.json).toEqual(asked.json)
    expect((await reaches(({ requests }) => requests.length > 0, 'request')).requests).toHaveLength(
      1,
    )
    const confirmed = await post(`/v1/orders/${id}/confirm-receipt`, { key: keys.customer })
    expect(confirmed.json).toEqual({ status: 'completed', nextActions: [] })
    expect((await read()).fulfillments[0]?.claimedBy).toBe('warehouse-a')
  })

  it('packs exactly what was ordered', async () => {
    const { id, pay, read } = await order()
    await pay()
    for (const name of ['claim', 'pick', 'check']) {
      await post(`/v1/orders/${id}/fulfillments/f1/${name}`, { key: keys.warehouse })
    }
    const [line] = (await read()).lines
    const body = { parcels: [{ items: [{ lineId: line?.id, quantity: 2 }] }] }
    const path = `/v1/orders/${id}/fulfillments/f1/pack`
    const { status, json } = await post(path, { key: keys.warehouse, body })

    expect([status, json.code]).toEqual([422, 'PACKED_UNITS_DIFFER'])
  })

  it('is cancelled by its customer, or by support in their name', async () => {
    const mine = await order()
    const theirs = await order()
    const body = { reason: 'changed_mind' }
    const one = await post(`/v1/orders/${mine.id}/cancel`, { key: keys.customer, body })
    const two = await post(`/v1/orders/${theirs.id}/cancel`, { key: keys.support })

    expect([one.json.status, two.json.status]).toEqual(['cancelled', 'cancelled'])
    expect((await mine.read()).cancelledBy).toBe('customer')
    expect((await theirs.read()).cancelledBy).toBe('support')
  })
})

describe('a refused command', () => {
  it('is judged anew under the same key once what forbade it is gone', async () => {
    const { id, pay } = await order()
    const question = { key: keys.warehouse, idempotencyKey: randomUUID() }
    const claim = () => post(`/v1/orders/${id}/fulfillments/f1/claim`, question)
    const early = await claim()
    await pay()
    const later = await claim()

    expect([early.status, early.json.code]).toEqual([409, 'WRONG_STATE'])
    expect([later.status, later.json.status]).toEqual([200, 'picking'])
  })
})
