import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../../testing/waiting.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'
import { intentOf, listen, makeKeys, openApi, place, signCarrier } from './support.ts'
import { signStripe, stripeEvent, traces } from './support.ts'
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

const order = () => place({ world, api, key: keys.customer })
const stripe = (raw: string, headers: Record<string, string> = signStripe(raw)) =>
  api.ask('POST', '/webhooks/stripe', { raw, headers })

type Waybill = { waybill?: string | undefined }
type Scan = {
  code: string
  occurredAt: string
  cashCollected?: object
  location?: string
  detail?: string
}

function carrier({ waybill }: Waybill, scans: Scan[]) {
  const raw = JSON.stringify({ type: 'parcel.scanned', data: { waybill, scans } })
  return api.ask('POST', '/webhooks/carriers/express', { raw, headers: signCarrier(raw) })
}

const inbox = (orderId: string) => world.db<{ kind: string; payload: Record<string, unknown> }[]>`
  select kind, payload from inbox where order_id = ${orderId} order by position`

describe('a notice of the payment platform', () => {
  it('is believed when signed, stored once, and handed to its order', async () => {
    const { id, placed, reaches, types } = await order()
    const raw = stripeEvent(intentOf({ orderId: id, amount: placed.payable }))
    const answers = await Promise.all(Array.from({ length: 5 }, () => stripe(raw)))

    expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(200))
    expect(await inbox(id)).toHaveLength(1)
    await reaches(({ paid }) => paid, 'payment')
    expect((await types()).filter((type) => type === 'tender.captured')).toHaveLength(1)
  })

  it('comes from the platform itself when a customer pays there', async () => {
    const url = await listen(api)
    await fetch(`${world.sandbox.url}/sandbox/webhooks`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ baseUrl: url }),
    })
    const { confirmAtPlatform, reaches } = await order()
    await confirmAtPlatform()

    await reaches(({ accepted }) => accepted, 'acceptance')
  })

  it('S0-3.3b of another amount is acknowledged and stored, and does not pay', async () => {
    const { id, placed, reaches } = await order()
    const { status } = await stripe(
      stripeEvent(intentOf({ orderId: id, amount: placed.payable - 1 })),
    )

    expect(status).toBe(200)
    const { paid } = await reaches(({ tasks }) => tasks.length > 0, 'task')
    expect(paid).toBe(false)
    const { json } = await api.ask('GET', `/v1/orders/${id}`, { key: keys.support })
    expect(json.tasks).toMatchObject([{ kind: 'PAYMENT_MISMATCH', actions: ['refund', 'skip'] }])
  })

  it.each<[string, (raw: string) => Record<string, string>, string]>([
    ['without a signature', () => ({}), 'SIGNATURE_INVALID'],
    ['signed by another secret', (raw) => signStripe(raw, { secret: 'x' }), 'SIGNATURE_INVALID'],
    ['signed over another body', (raw) => signStripe(`${raw} `), 'SIGNATURE_INVALID'],
    [
      'signed ten minutes ago',
      (raw) => signStripe(raw, { at: Date.now() / 1000 - 600 }),
      'TIMESTAMP_STALE',
    ],
    ['signed as the carrier’s are', (raw) => signCarrier(raw), 'SIGNATURE_INVALID'],
  ])('is refused %s, and leaves nothing', async (_what, sign, code) => {
    const { id, placed } = await order()
    const raw = stripeEvent(intentOf({ orderId: id, amount: placed.payable }))
    const before = await traces(world)
    const { status, json } = await stripe(raw, sign(raw))

    expect([status, json.code]).toEqual([400, code])
    expect(await traces(world)).toEqual(before)
  })

  it('is refused above 256 kB, and read below', async () => {
    const padded = (bytes: number) => stripeEvent({}, { padding: 'x'.repeat(bytes) })

    expect((await stripe(padded(256 * 1024))).status).toBe(413)
    expect((await stripe(padded(200 * 1024))).status).toBe(200)
  })

  it.each<[string, object, object]>([
    ['of a kind nobody follows', {}, { type: 'charge.updated' }],
    [
      'about a payment that is merely open',
      { status: 'requires_action' },
      { type: 'payment_intent.payment_failed' },
    ],
    ['about someone else’s intent', { metadata: {} }, {}],
  ])('%s is acknowledged and forgotten', async (_what, intent, event) => {
    const { id, placed } = await order()
    const before = await traces(world)
    const facts = { orderId: id, amount: placed.payable }
    const { status } = await stripe(stripeEvent(intentOf(facts, { ...intent }), { ...event }))

    expect(status).toBe(200)
    expect(await traces(world)).toEqual(before)
  })

  it('of a dispute holds its order up, and in another currency is a person’s task', async () => {
    const { id, pay, read, reaches } = await order()
    await pay()
    const externalId = (await read()).tenders[0]?.externalId
    const told = (currency: string) => {
      const eventId = `evt_${randomUUID()}`
      const facts = { id: `du_${eventId}`, payment_intent: externalId, amount: 60, currency }
      const object = { ...facts, status: 'needs_response', reason: 'fraudulent' }
      const data = { object }
      return {
        eventId,
        raw: stripeEvent({}, { id: eventId, type: 'charge.dispute.created', data }),
      }
    }
    const foreign = told('usd')
    expect((await stripe(foreign.raw)).status).toBe(200)
    const { items } = (await api.ask('GET', '/v1/tasks?limit=100', { key: keys.support })).json
    const subject = `stripe:${foreign.eventId}`
    expect(items.find((one: Json) => one.subject === subject)).toMatchObject({
      kind: 'UNMATCHED_REPORT',
    })
    expect((await inbox(id)).map(({ payload }) => payload['type'])).not.toContain('disputed')

    await stripe(told('cny').raw)
    await reaches(({ disputes }) => disputes.length === 1, 'the dispute')
  })

  it('about an order that isn’t ours becomes a task, which a person closes', async () => {
    const eventId = `evt_${randomUUID()}`
    const raw = stripeEvent(intentOf({ orderId: 'of-another-shop', amount: 1 }), { id: eventId })
    await stripe(raw)
    await stripe(raw)
    const tasks = async () =>
      (await api.ask('GET', '/v1/tasks?limit=100', { key: keys.support })).json.items.filter(
        ({ subject }: Json) => subject === `stripe:${eventId}`,
      )

    const [task, ...others] = await tasks()
    expect(others).toEqual([])
    expect(task).toMatchObject({ kind: 'UNMATCHED_REPORT', orderId: null, actions: ['skip'] })
    const resolve = (action: string) => {
      const question = { key: keys.finance, body: { action } }
      return api.ask('POST', `/v1/tasks/${task.id}/resolve`, question)
    }
    expect((await resolve('refund')).json.code).toBe('ACTION_NOT_OFFERED')
    expect((await resolve('skip')).status).toBe(204)
    expect((await resolve('skip')).json.code).toBe('UNKNOWN_TASK')
    expect(await tasks()).toEqual([])
  })
})

describe('a scan of a carrier', () => {
  async function onItsWay() {
    const driven = await order()
    await driven.pay()
    await driven.pack()
    const [parcel] = (await driven.read()).parcels
    if (parcel === undefined) throw new Error('an order is packed into parcels')
    const seen = async () => {
      const { json } = await api.ask('GET', `/v1/orders/${driven.id}`, { key: keys.customer })
      return json.fulfillments[0].parcels[0]
    }
    return { ...driven, parcel, seen }
  }
  const at = (hour: number) => `2026-03-01T0${hour}:00:00.000Z`

  it('S2-3.3a scans 3, 1, 2, 2 are three events by time, and the position is the one of highest rank', async () => {
    const { id, parcel, seen, is } = await onItsWay()
    const third = { code: 'out_for_delivery', occurredAt: at(3), location: 'Shenzhen' }
    const first = { code: 'picked_up', occurredAt: at(1) }
    const second = { code: 'in_transit', occurredAt: at(2) }
    for (const scan of [third, first, second, second]) await carrier(parcel, [scan])

    const { position, scans, waybill } = await seen()
    expect({ position, waybill }).toEqual({ position: 'out_for_delivery', waybill: parcel.waybill })
    expect(scans).toEqual([first, second, third])
    await is('in_delivery')
    expect((await inbox(id)).every(({ kind }) => kind === 'shipmentTracking')).toBe(true)
  })

  it('reaches the order only where it can change it', async () => {
    const { id, parcel, is, reaches } = await onItsWay()
    await carrier(parcel, [{ code: 'label_created', occurredAt: at(1) }])
    expect(await inbox(id)).toEqual([])
    await carrier(parcel, [{ code: 'picked_up', occurredAt: at(2) }])
    await is('in_delivery')
    await carrier(parcel, [{ code: 'in_transit', occurredAt: at(3) }])
    expect(await inbox(id)).toHaveLength(1)
    await carrier(parcel, [{ code: 'delivered', occurredAt: at(4) }])
    await reaches(({ deliveredAt }) => deliveredAt !== undefined, 'delivery')

    const kinds = (await inbox(id)).map(({ kind, payload }) => [kind, payload['parcelId']])
    expect(kinds).toEqual([
      ['shipmentTracking', parcel.id],
      ['delivery', parcel.id],
    ])
  })

  it('of a refusal at the door becomes a rejection, and of a return a return', async () => {
    const { id, parcel, reaches } = await onItsWay()
    await carrier(parcel, [
      { code: 'refused', occurredAt: at(2) },
      { code: 'returned', occurredAt: at(3) },
    ])
    await reaches(({ parcels }) => parcels[0]?.status === 'returned', 'return')

    expect((await inbox(id)).map(({ kind }) => kind)).toEqual(['rejection', 'shipmentTracking'])
  })

  const openTasks = async (waybill: string) => {
    const { json } = await api.ask('GET', '/v1/tasks?limit=100', { key: keys.admin })
    const rows = await world.db<{ source: string; eventId: string }[]>`
      select source, event_id as "eventId" from inbox where payload->>'waybill' = ${waybill}`
    const subjects = new Set(rows.map(({ source, eventId }) => `${source}:${eventId}`))
    return json.items.filter(({ subject }: Json) => subjects.has(subject))
  }

  it('for a waybill that nobody booked becomes one task, and is to be repeated', async () => {
    const waybill = `EX${Date.now()}`
    const scan = { code: 'in_transit', occurredAt: at(1), detail: 'handed to Li Lei' }
    const first = await carrier({ waybill }, [scan])
    const before = await traces(world)
    const { status, json, headers } = await carrier({ waybill }, [scan])

    expect(first.status).toBe(503)
    expect([status, json.code]).toEqual([503, 'UNKNOWN_WAYBILL'])
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await traces(world)).toEqual(before)
    expect(await openTasks(waybill)).toMatchObject([{ kind: 'UNMATCHED_REPORT', orderId: null }])
    const kept = await world.db`select payload from inbox where payload->>'waybill' = ${waybill}`
    expect(JSON.stringify(kept)).not.toContain('Li Lei')
  })

  it('that was faster than our booking is heard when it comes again, and its task is closed', async () => {
    const { id, parcel, is, seen } = await onItsWay()
    const waybill = parcel.waybill ?? ''
    const scan = { code: 'picked_up', occurredAt: at(1) }
    await world.db`update parcels set waybill = ${`${waybill}-not-yet`} where order_id = ${id}`
    const early = await carrier({ waybill }, [scan])
    expect([early.status, await openTasks(waybill)]).toMatchObject([503, [{ orderId: null }]])

    await world.db`update parcels set waybill = ${waybill} where order_id = ${id}`
    expect((await carrier({ waybill }, [scan])).status).toBe(200)
    await is('in_delivery')
    expect((await seen()).scans).toEqual([scan])
    expect(await inbox(id)).toMatchObject([{ kind: 'shipmentTracking' }])
    expect(await openTasks(waybill)).toEqual([])
  })

  it('is heard though another one of its notice has no parcel yet', async () => {
    const { parcel, is } = await onItsWay()
    const known = { carrier: 'express', waybill: parcel.waybill ?? '' }
    const unknown = { carrier: 'express', waybill: `EX${Date.now()}` }
    const scan = { code: 'picked_up', occurredAt: at(1) } as const
    const scans = [unknown, known].map((one) => ({ ...one, ...scan }))
    const verify = () => ({ eventId: randomUUID(), scans })
    const { ask } = openApi(world, { carriers: { express: { verify, acknowledgement: {} } } })
    const { status, json } = await ask('POST', '/webhooks/carriers/express', { raw: '{}' })

    expect([status, json.code]).toEqual([503, 'UNKNOWN_WAYBILL'])
    await is('in_delivery')
    expect(await openTasks(unknown.waybill)).toHaveLength(1)
    expect(await openTasks(known.waybill)).toEqual([])
  })

  it('is refused unsigned, unreadable, or from a carrier we don’t know', async () => {
    const before = await traces(world)
    const raw = JSON.stringify({ data: { waybill: 'EX1', scans: [{ code: 'teleported' }] } })
    const path = '/webhooks/carriers/express'
    const unsigned = await api.ask('POST', path, { raw })
    const unreadable = await api.ask('POST', path, { raw, headers: signCarrier(raw) })
    const nobody = await api.ask('POST', '/webhooks/carriers/__proto__', { raw })

    expect([unsigned.status, unsigned.json.code]).toEqual([400, 'SIGNATURE_INVALID'])
    expect([unreadable.status, unreadable.json.code]).toEqual([400, 'BODY_INVALID'])
    expect([nobody.status, nobody.json.code]).toEqual([404, 'UNKNOWN_CARRIER'])
    expect(await traces(world)).toEqual(before)
  })

  it('brings the cash that was taken at the door', async () => {
    const placed = await place(
      { world, api, key: keys.customer },
      { lines: [{ sku: 'a2', quantity: 1 }], payment: { method: 'cod' } },
    )
    await placed.pack()
    const [parcel] = (await placed.read()).parcels
    const cashCollected = { amount: placed.placed.payable, currency: 'CNY' }
    await carrier(parcel ?? {}, [{ code: 'delivered', occurredAt: at(4), cashCollected }])

    const { tenders } = await placed.reaches(
      ({ deliveredAt }) => deliveredAt !== undefined,
      'delivery',
    )
    expect(tenders).toMatchObject([{ status: 'collected', cash: placed.placed.payable }])
    await until(() => placed.is('delivered'))
  })
})
