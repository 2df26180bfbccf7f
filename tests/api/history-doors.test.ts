import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../../testing/waiting.ts'
import { booked, CARD, CHARGED, GIFT, openOldShop, packed, PAID, paid, record } from './old-shop.ts'
import type { OldShop } from './old-shop.ts'
import { cart, priced, traces } from './support.ts'

let shop: OldShop
beforeAll(async () => {
  shop = await openOldShop()
})
afterAll(() => shop.world.stop())

describe('the doors for it', () => {
  it('refuse payments that don’t sum to the charges, and leave nothing behind', async () => {
    const before = await traces(shop.world)
    const { status, json } = await shop.bringIn(record({ tenders: [GIFT] }))
    expect([status, json.code]).toEqual([422, 'TENDERS_DIFFER'])
    expect(await traces(shop.world)).toEqual(before)
  })

  it('answer a repeat with the same order, and count repeated reports', async () => {
    const question = { key: shop.keys.admin, body: record(), idempotencyKey: 'old-2' }
    const [one, two] = await Promise.all([
      shop.api.ask('POST', '/v1/imports/history', question),
      shop.api.ask('POST', '/v1/imports/history', question),
    ])
    expect(one.json.id).toBe(two.json.id)
    await shop.report(one.json.id, PAID)
    expect((await shop.report(one.json.id, PAID)).json).toEqual({ received: 0, repeated: 2 })
    expect((await shop.stands(one.json.id, 'pending_processing')).totals.paid).toBe(CHARGED)
  })

  it('take the same reports from several at once, in whatever order each tells them', async () => {
    const brought = await Promise.all([1, 2].map(() => shop.bringIn(record())))
    const seen = Array.from({ length: 50 }, (_, i) => ({
      ...{ kind: 'shipmentTracking', type: 'in_transit', parcelId: 'nobody-knows-it' },
      ...{ eventId: `scan-${i}`, occurredAt: new Date().toISOString() },
    }))
    const tellers = [seen, seen.toReversed(), seen, seen.toReversed()]
    for (const { json } of brought) {
      const answers = await Promise.all(tellers.map((reports) => shop.report(json.id, reports)))
      expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202])
      expect(answers.reduce((total, one) => total + one.json.received, 0)).toBe(seen.length)
    }
  })

  it('take no word of an order of our own, nor of a payment that did not come with it', async () => {
    const wish = await priced(shop.api, shop.keys.customer, cart())
    const own = await shop.api.ask('POST', '/v1/orders', { key: shop.keys.customer, body: wish })
    const refused = await shop.report(own.json.id, [paid('t1', own.json.payable)])
    expect([refused.status, refused.json.code]).toEqual([409, 'NOT_BROUGHT_IN'])

    const { json } = await shop.bringIn(record())
    const card = { key: shop.keys.admin, body: { method: 'card' } }
    const here = await shop.api.ask('POST', `/v1/orders/${json.id}/payments`, card)
    expect([json.payment.nextAction, here.json.code]).toEqual([null, 'PAID_ELSEWHERE'])
    const answer = await shop.report(json.id, [paid('t3', CHARGED)])
    expect([answer.status, answer.json.code]).toEqual([422, 'TENDER_NOT_RECORDED'])
    expect(answer.json.errors[0].path).toBe('/reports/0/tenderId')
  })

  it('take a shop’s order once, whatever the key', async () => {
    const body = record()
    expect((await shop.bringIn(body)).status).toBe(201)
    const again = await shop.bringIn(body)
    expect([again.status, again.json.code]).toEqual([409, 'ALREADY_BROUGHT_IN'])
    expect((await shop.bringIn({ ...body, shop: 'another-shop' })).status).toBe(201)
  })

  it('refuse what an order could only ignore for good, and use no id up', async () => {
    const { json } = await shop.bringIn(record())
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
      const answer = await shop.report(json.id, [one])
      expect([answer.status, answer.json.code]).toEqual([422, code])
    }
    expect((await shop.report(json.id, [...PAID, packed('f1', booked('W6'))])).json.received).toBe(
      3,
    )
    const parcels = await until(async () => {
      const { fulfillments } = await shop.read(json.id)
      return fulfillments[0].parcels.length > 0 ? fulfillments[0].parcels : undefined
    })
    expect(parcels).toMatchObject([{ waybill: 'W6' }])
  })

  it('tell events of different kinds and senders apart, though they count alike', async () => {
    const { json } = await shop.bringIn(record({ tenders: [{ ...CARD, amount: CHARGED }] }))
    const one = { ...paid('t1', CHARGED), eventId: '1' }
    const other = { ...packed('f1', booked('W7')), eventId: '1' }
    expect((await shop.report(json.id, [one, other])).json.received).toBe(2)
    await until(async () =>
      (await shop.read(json.id)).fulfillments[0].parcels[0] ? true : undefined,
    )
  })

  it('let our own people alone say when an order was cancelled elsewhere', async () => {
    const { json } = await shop.api.ask('POST', '/v1/orders', {
      key: shop.keys.customer,
      body: await priced(shop.api, shop.keys.customer, cart()),
    })
    const body = { occurredAt: '2018-03-05T10:00:00Z' }
    const answer = await shop.api.ask('POST', `/v1/orders/${json.id}/cancel`, {
      key: shop.keys.customer,
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
    const { status, json } = await shop.bringIn(record(wrong))
    expect([status, json.code, json.errors[0].path]).toEqual([422, 'INPUT_INVALID', path])
  })
})
