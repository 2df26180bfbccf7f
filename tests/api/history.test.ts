import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../../testing/waiting.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'
import { cart, makeKeys, openApi } from './support.ts'
import { traces } from './support.ts'
import type { Json, Keys, TestApi } from './support.ts'

let world: World
let api: TestApi
let keys: Keys
beforeAll(async () => {
  world = await startWorld()
  const settings = { mode: 'development' as const, publicUrl: 'http://shop.example' }
  api = openApi(world, { settings: { ...settings, sandboxUrl: world.sandbox.url } })
  keys = await makeKeys(world)
})
afterAll(() => world.stop())

const LINES = [
  {
    ...{ sku: 'kettle', name: 'Kettle', merchantId: 'north', quantity: 2 },
    ...{ unitPrice: 5890, freight: 1329, weightGrams: 1200 },
  },
  {
    ...{ sku: 'blanket', name: 'Blanket', merchantId: 'south', quantity: 1 },
    ...{ unitPrice: 11900, freight: 1787, weightGrams: 850 },
  },
]
const CHARGED = 2 * 5890 + 1329 + 11900 + 1787
const GIFT = { method: 'gift_card', amount: 3000 }
const CARD = { method: 'card', funding: 'credit', installments: 8, amount: CHARGED - 3000 }

const record = (overrides: Record<string, unknown> = {}) => ({
  ...{ shop: 'old-shop', reference: randomUUID(), customerId: 'c-old', currency: 'BRL' },
  ...{ placedAt: '2018-03-01T09:12:00-03:00', deliverBy: '2018-03-20T00:00:00-03:00' },
  addresses: [{ country: 'BR', region: 'SP', city: 'campinas' }],
  lines: LINES,
  tenders: [GIFT, CARD],
  ...overrides,
})

const bringIn = (body: object) => api.ask('POST', '/v1/imports/history', { key: keys.admin, body })
const read = async (id: string): Promise<Json> =>
  (await api.ask('GET', `/v1/orders/${id}`, { key: keys.admin })).json
const timeline = async (id: string): Promise<Json[]> =>
  (await api.ask('GET', `/v1/orders/${id}/timeline`, { key: keys.admin })).json.items
const balances = async (id: string) => {
  const { json } = await api.ask('GET', `/v1/orders/${id}/ledger`, { key: keys.finance })
  const sums: Record<string, number> = {}
  for (const { account, side, amount } of json.items) {
    sums[account] = (sums[account] ?? 0) + (side === 'D' ? amount : -amount)
  }
  return Object.fromEntries(Object.entries(sums).filter(([, sum]) => sum !== 0))
}

const paid = (tenderId: string, amount: number, day = 1) => ({
  ...{ kind: 'payment', eventId: `paid-${tenderId}`, occurredAt: `2018-03-0${day}T12:00:00Z` },
  ...{ type: 'captured', tenderId, externalId: `old-1:${tenderId}`, amount, currency: 'BRL' },
})
const packed = (fulfillmentId: string, booking: object) => ({
  ...{ kind: 'picking', eventId: `packed-${fulfillmentId}`, occurredAt: '2018-03-02T12:00:00Z' },
  ...{ fulfillmentId, type: 'packed' },
  parcels: [{ items: itemsOf(fulfillmentId), booking }],
})
const itemsOf = (fulfillmentId: string) =>
  fulfillmentId === 'f1' ? [{ lineId: 'l1', quantity: 2 }] : [{ lineId: 'l2', quantity: 1 }]
const booked = (waybill: string) => ({ carrier: 'old-carrier', waybill })
const scan = (parcelId: string, type: string, day: number) => ({
  ...{ kind: 'shipmentTracking', eventId: `${type}-${parcelId}`, parcelId, type },
  occurredAt: `2018-03-0${day}T15:30:00Z`,
})
const report = (id: string, reports: object[]) =>
  api.ask('POST', `/v1/orders/${id}/reports`, { key: keys.admin, body: { reports } })
const stands = (id: string, status: string) =>
  until(async () => ((await read(id)).status === status ? read(id) : undefined))

const PAID = [paid('t1', GIFT.amount), paid('t2', CARD.amount)]

describe.concurrent('an order that another shop has taken', () => {
  it('travels by that shop’s own reports, in one request, each with its own clock', async () => {
    const { status, json } = await bringIn(record({ reference: 'old-1' }))
    expect([status, json.payable, json.payment.status]).toEqual([201, CHARGED, 'unpaid'])
    expect(json.tenders).toMatchObject([GIFT, { method: 'card', amount: CARD.amount }])
    expect(json.fulfillments.map((one: Json) => one.merchantId)).toEqual(['north', 'south'])

    const reports = [
      ...PAID,
      ...[packed('f1', booked('W1')), packed('f2', booked('W2'))],
      ...[scan('p1', 'picked_up', 3), scan('p2', 'picked_up', 4)],
      ...[scan('W1', 'delivered', 6), scan('W2', 'delivered', 8)],
    ]
    expect((await report(json.id, reports)).json).toEqual({ received: 8, repeated: 0 })

    const order = await stands(json.id, 'delivered')
    expect(order.origin).toEqual({
      shop: 'old-shop',
      reference: 'old-1',
      placedAt: '2018-03-01T09:12:00-03:00',
      deliverBy: '2018-03-20T00:00:00-03:00',
    })
    expect(order.totals).toMatchObject({ paid: CHARGED, payable: CHARGED })
    const parcels = order.fulfillments.flatMap((one: Json) => one.parcels)
    expect(parcels).toMatchObject([
      { waybill: 'W1', handedOverAt: '2018-03-03T15:30:00Z', deliveredAt: '2018-03-06T15:30:00Z' },
      { waybill: 'W2', handedOverAt: '2018-03-04T15:30:00Z', deliveredAt: '2018-03-08T15:30:00Z' },
    ])
    expect(order.tasks).toEqual([])
  })

  it('holds no stock, books no carrier and writes to nobody', async () => {
    const { json } = await bringIn(record())
    await report(json.id, [...PAID, packed('f1', booked('W3')), packed('f2', booked('W4'))])
    await stands(json.id, 'awaiting_delivery')

    const [found] = await world.db`
      select (select count(*)::int from notices where order_id = ${json.id}) as notices,
        (select count(*)::int from reservations where order_id = ${json.id}) as reservations,
        (select count(*)::int from products where sku = 'kettle') as products`
    expect(found).toEqual({ notices: 0, reservations: 0, products: 0 })
  })

  it('is paid once all of its payments are in', async () => {
    const { json } = await bringIn(record())
    await report(json.id, [paid('t1', GIFT.amount)])
    const half = await until(async () => {
      const order = await read(json.id)
      return order.totals.paid > 0 ? order : undefined
    })
    expect([half.status, half.payment.status]).toEqual(['pending_payment', 'partially_paid'])
    await report(json.id, [paid('t2', CARD.amount)])
    expect((await stands(json.id, 'pending_processing')).payment.status).toBe('paid')
  })

  it('charges what it charged, differences by name, and its books balance', async () => {
    const adjustments = [
      { kind: 'financing_interest', amount: 241 },
      { kind: 'rounding', amount: -2 },
    ]
    const tenders = [{ ...CARD, amount: CHARGED + 239 }]
    const { json } = await bringIn(record({ adjustments, tenders }))
    await report(json.id, [paid('t1', CHARGED + 239)])
    const { totals } = await stands(json.id, 'pending_processing')

    expect(totals).toMatchObject({ adjustments, payable: CHARGED + 239, paid: CHARGED + 239 })
    expect(await balances(json.id)).toEqual({
      'recorded:card': CHARGED + 239,
      'merchant:north:pending': -2 * 5890,
      'merchant:south:pending': -11900,
      'freight:income': -1329 - 1787,
      'adjustment:financing_interest': -241,
      'adjustment:rounding': 2,
    })
  })

  it('is cancelled in full, and whoever took the money pays it back', async () => {
    const adjustments = [{ kind: 'discount', amount: -900 }]
    const tenders = [{ ...CARD, amount: CHARGED - 900 }]
    const { json } = await bringIn(record({ adjustments, tenders }))
    await report(json.id, [paid('t1', CHARGED - 900)])
    await stands(json.id, 'pending_processing')
    const body = { occurredAt: '2018-03-05T10:00:00Z' }
    await api.ask('POST', `/v1/orders/${json.id}/cancel`, { key: keys.support, body })

    const task = await until(async () => (await read(json.id)).tasks[0])
    expect(task).toMatchObject({ kind: 'REFUND_FAILED', code: 'TAKEN_ELSEWHERE' })
    await api.ask('POST', `/v1/tasks/${task.id}/resolve`, {
      key: keys.finance,
      body: { action: 'skip' },
    })
    const order = await until(async () => {
      const now = await read(json.id)
      return now.tasks.length === 0 ? now : undefined
    })
    expect([order.status, order.totals.refunded]).toEqual(['cancelled', CHARGED - 900])
    expect(await balances(json.id)).toEqual({})
    const cancelled = (await timeline(json.id)).find(({ type }) => type === 'order.cancelled')
    expect(cancelled.data).toEqual({ by: 'support', ...body })
  })

  it('expires with its longest window, and a later payment takes it up again', async () => {
    const boleto = { method: 'boleto', amount: CHARGED, window: '3 days' }
    const { json } = await bringIn(record({ tenders: [boleto] }))
    expect(Date.parse(json.payBy) - Date.now()).toBeGreaterThan(2.9 * 86_400_000)
    const jump = { key: keys.admin, body: { by: '73 hours' } }
    await api.ask('POST', `/v1/dev/orders/${json.id}/fast-forward`, jump)
    expect((await read(json.id)).status).toBe('expired')

    await report(json.id, [paid('t1', CHARGED, 7)])
    expect((await stands(json.id, 'pending_processing')).totals.paid).toBe(CHARGED)
  })

  it('tells a person when a label of another’s carrier should be voided', async () => {
    const { json } = await bringIn(record())
    await report(json.id, [...PAID, packed('f1', booked('W5'))])
    await until(async () => ((await read(json.id)).fulfillments[0].parcels[0] ? true : undefined))
    await api.ask('POST', `/v1/orders/${json.id}/cancel`, { key: keys.support, body: {} })
    const tasks = await until(async () => {
      const now = await read(json.id)
      return now.tasks.length === 3 ? now.tasks : undefined
    })
    expect(tasks.map(({ code }: Json) => code).toSorted()).toEqual([
      ...['LABEL_NOT_OURS', 'TAKEN_ELSEWHERE', 'TAKEN_ELSEWHERE'],
    ])
  })
})

describe('the doors for it', () => {
  it('refuse payments that don’t sum to the charges, and leave nothing behind', async () => {
    const before = await traces(world)
    const { status, json } = await bringIn(record({ tenders: [GIFT] }))
    expect([status, json.code]).toEqual([422, 'TENDERS_DIFFER'])
    expect(await traces(world)).toEqual(before)
  })

  it('answer a repeat with the same order, and count repeated reports', async () => {
    const question = { key: keys.admin, body: record(), idempotencyKey: 'old-2' }
    const [one, two] = await Promise.all([
      api.ask('POST', '/v1/imports/history', question),
      api.ask('POST', '/v1/imports/history', question),
    ])
    expect(one.json.id).toBe(two.json.id)
    await report(one.json.id, PAID)
    expect((await report(one.json.id, PAID)).json).toEqual({ received: 0, repeated: 2 })
    expect((await stands(one.json.id, 'pending_processing')).totals.paid).toBe(CHARGED)
  })

  it('take no word of an order of our own, nor of a payment that did not come with it', async () => {
    const own = await api.ask('POST', '/v1/orders', { key: keys.customer, body: cart() })
    const refused = await report(own.json.id, [paid('t1', own.json.payable)])
    expect([refused.status, refused.json.code]).toEqual([409, 'NOT_BROUGHT_IN'])

    const { json } = await bringIn(record())
    const card = { key: keys.admin, body: { method: 'card' } }
    const here = await api.ask('POST', `/v1/orders/${json.id}/payments`, card)
    expect([json.payment.nextAction, here.json.code]).toEqual([null, 'PAID_ELSEWHERE'])
    const answer = await report(json.id, [paid('t3', CHARGED)])
    expect([answer.status, answer.json.code]).toEqual([422, 'TENDER_NOT_RECORDED'])
    expect(answer.json.errors[0].path).toBe('/reports/0/tenderId')
  })

  it('take a shop’s order once, whatever the key', async () => {
    const body = record()
    expect((await bringIn(body)).status).toBe(201)
    const again = await bringIn(body)
    expect([again.status, again.json.code]).toEqual([409, 'ALREADY_BROUGHT_IN'])
    expect((await bringIn({ ...body, shop: 'another-shop' })).status).toBe(201)
  })

  it('refuse what an order could only ignore for good, and use no id up', async () => {
    const { json } = await bringIn(record())
    const wrong = [
      [{ ...PAID[0], amount: GIFT.amount + 1 }, 'AMOUNT_DIFFERS'],
      [{ ...PAID[0], currency: 'USD' }, 'AMOUNT_DIFFERS'],
      [{ ...packed('f1', booked('W6')), parcels: undefined }, 'BOOKING_MISSING'],
      [packed('f1', { carrier: 'express', waybill: 'W6' }), 'CARRIER_OURS'],
      [
        packed('f1', { ...booked('W6'), trackingUrl: `https://x/${'y'.repeat(600)}` }),
        'INPUT_INVALID',
      ],
    ] as const
    for (const [one, code] of wrong) {
      const answer = await report(json.id, [one])
      expect([answer.status, answer.json.code]).toEqual([422, code])
    }
    expect((await report(json.id, [...PAID, packed('f1', booked('W6'))])).json.received).toBe(3)
    const parcels = await until(async () => {
      const { fulfillments } = await read(json.id)
      return fulfillments[0].parcels.length > 0 ? fulfillments[0].parcels : undefined
    })
    expect(parcels).toMatchObject([{ waybill: 'W6' }])
  })

  it('tell events of different kinds and senders apart, though they count alike', async () => {
    const { json } = await bringIn(record({ tenders: [{ ...CARD, amount: CHARGED }] }))
    const one = { ...paid('t1', CHARGED), eventId: '1' }
    const other = { ...packed('f1', booked('W7')), eventId: '1' }
    expect((await report(json.id, [one, other])).json.received).toBe(2)
    await until(async () => ((await read(json.id)).fulfillments[0].parcels[0] ? true : undefined))
  })

  it('let our own people alone say when an order was cancelled elsewhere', async () => {
    const { json } = await api.ask('POST', '/v1/orders', { key: keys.customer, body: cart() })
    const body = { occurredAt: '2018-03-05T10:00:00Z' }
    const answer = await api.ask('POST', `/v1/orders/${json.id}/cancel`, {
      key: keys.customer,
      body,
    })
    expect([answer.status, answer.json.errors[0].path]).toEqual([422, '/occurredAt'])
  })

  it.each([
    [
      'no window longer than a year',
      { tenders: [{ ...CARD, window: '20 years' }] },
      '/tenders/0/window',
    ],
    [
      'no cash of another’s courier',
      { tenders: [{ ...CARD, method: 'cod' }] },
      '/tenders/0/method',
    ],
    [
      'no adjustment of nothing',
      { adjustments: [{ kind: 'discount', amount: 0 }] },
      '/adjustments/0/amount',
    ],
    [
      'no adjustment twice',
      { adjustments: [1, 2].map((amount) => ({ kind: 'rounding', amount })) },
      '/adjustments',
    ],
    ['no debit boleto', { tenders: [{ ...CARD, method: 'boleto' }] }, '/tenders/0/funding'],
    ['no reference like a mail address', { reference: 'a@b.example' }, '/reference'],
    ['no order of tomorrow', { placedAt: '2999-01-01T00:00:00Z' }, '/placedAt'],
    ['no clock without a zone', { placedAt: '2018-03-01T09:12:00' }, '/placedAt'],
  ])('take %s', async (_what, wrong, path) => {
    const { status, json } = await bringIn(record(wrong))
    expect([status, json.code, json.errors[0].path]).toEqual([422, 'INPUT_INVALID', path])
  })
})
