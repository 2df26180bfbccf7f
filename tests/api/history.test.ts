import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../../testing/waiting.ts'
import {
  booked,
  CARD,
  CHARGED,
  GIFT,
  openOldShop,
  packed,
  PAID,
  paid,
  record,
  scan,
} from './old-shop.ts'
import type { OldShop } from './old-shop.ts'
import type { Json } from './support.ts'

let shop: OldShop
beforeAll(async () => {
  shop = await openOldShop()
})
afterAll(() => shop.world.stop())

const timeline = async (id: string): Promise<Json[]> =>
  (await shop.api.ask('GET', `/v1/orders/${id}/timeline`, { key: shop.keys.admin })).json.items
const balances = async (id: string) => {
  const { json } = await shop.api.ask('GET', `/v1/orders/${id}/ledger`, { key: shop.keys.finance })
  const sums: Record<string, number> = {}
  for (const { account, side, amount } of json.items) {
    sums[account] = (sums[account] ?? 0) + (side === 'D' ? amount : -amount)
  }
  return Object.fromEntries(Object.entries(sums).filter(([, sum]) => sum !== 0))
}

describe.concurrent('an order that another shop has taken', () => {
  it('travels by that shop’s own reports, in one request, each with its own clock', async () => {
    const { status, json } = await shop.bringIn(record({ reference: 'old-1' }))
    expect([status, json.payable, json.payment.status]).toEqual([201, CHARGED, 'unpaid'])
    expect(json.tenders).toMatchObject([GIFT, { method: 'card', amount: CARD.amount }])
    expect(json.fulfillments.map((one: Json) => one.merchantId)).toEqual(['north', 'south'])

    const reports = [
      ...PAID,
      ...[packed('f1', booked('W1')), packed('f2', booked('W2'))],
      ...[scan('p1', 'picked_up', 3), scan('p2', 'picked_up', 4)],
      ...[scan('W1', 'delivered', 6), scan('W2', 'delivered', 8)],
    ]
    expect((await shop.report(json.id, reports)).json).toEqual({ received: 8, repeated: 0 })

    const order = await shop.stands(json.id, 'delivered')
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
    const { json } = await shop.bringIn(record())
    await shop.report(json.id, [...PAID, packed('f1', booked('W3')), packed('f2', booked('W4'))])
    await shop.stands(json.id, 'awaiting_delivery')

    const [found] = await shop.world.db`
      select (select count(*)::int from notices where order_id = ${json.id}) as notices,
        (select count(*)::int from reservations where order_id = ${json.id}) as reservations,
        (select count(*)::int from products where sku = 'kettle') as products`
    expect(found).toEqual({ notices: 0, reservations: 0, products: 0 })
  })

  it('is paid once all of its payments are in', async () => {
    const { json } = await shop.bringIn(record())
    await shop.report(json.id, [paid('t1', GIFT.amount)])
    const half = await until(async () => {
      const order = await shop.read(json.id)
      return order.totals.paid > 0 ? order : undefined
    })
    expect([half.status, half.payment.status]).toEqual(['pending_payment', 'partially_paid'])
    await shop.report(json.id, [paid('t2', CARD.amount)])
    expect((await shop.stands(json.id, 'pending_processing')).payment.status).toBe('paid')
  })

  it('charges what it charged, differences by name, and its books balance', async () => {
    const adjustments = [
      { kind: 'financing_interest', amount: 241 },
      { kind: 'rounding', amount: -2 },
    ]
    const tenders = [{ ...CARD, amount: CHARGED + 239 }]
    const { json } = await shop.bringIn(record({ adjustments, tenders }))
    await shop.report(json.id, [paid('t1', CHARGED + 239)])
    const { totals } = await shop.stands(json.id, 'pending_processing')

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
    const { json } = await shop.bringIn(record({ adjustments, tenders }))
    await shop.report(json.id, [paid('t1', CHARGED - 900)])
    await shop.stands(json.id, 'pending_processing')
    const body = { occurredAt: '2018-03-05T10:00:00Z' }
    await shop.api.ask('POST', `/v1/orders/${json.id}/cancel`, { key: shop.keys.support, body })

    const task = await until(async () => (await shop.read(json.id)).tasks[0])
    expect(task).toMatchObject({ kind: 'REFUND_FAILED', code: 'TAKEN_ELSEWHERE' })
    await shop.api.ask('POST', `/v1/tasks/${task.id}/resolve`, {
      key: shop.keys.finance,
      body: { action: 'skip' },
    })
    const order = await until(async () => {
      const now = await shop.read(json.id)
      return now.tasks.length === 0 ? now : undefined
    })
    expect([order.status, order.totals.refunded]).toEqual(['cancelled', CHARGED - 900])
    expect(await balances(json.id)).toEqual({})
    const cancelled = (await timeline(json.id)).find(({ type }) => type === 'order.cancelled')
    expect(cancelled.data).toEqual({ by: 'support', ...body })
  })

  it('expires with its longest window, and a later payment takes it up again', async () => {
    const boleto = { method: 'boleto', amount: CHARGED, window: '3 days' }
    const { json } = await shop.bringIn(record({ tenders: [boleto] }))
    expect(Date.parse(json.payBy) - Date.now()).toBeGreaterThan(2.9 * 86_400_000)
    const jump = { key: shop.keys.admin, body: { by: '73 hours' } }
    await shop.api.ask('POST', `/v1/dev/orders/${json.id}/fast-forward`, jump)
    expect((await shop.read(json.id)).status).toBe('expired')

    await shop.report(json.id, [paid('t1', CHARGED, 7)])
    expect((await shop.stands(json.id, 'pending_processing')).totals.paid).toBe(CHARGED)
  })

  it('tells a person when a label of another’s carrier should be voided', async () => {
    const { json } = await shop.bringIn(record())
    await shop.report(json.id, [...PAID, packed('f1', booked('W5'))])
    await until(async () =>
      (await shop.read(json.id)).fulfillments[0].parcels[0] ? true : undefined,
    )
    await shop.api.ask('POST', `/v1/orders/${json.id}/cancel`, { key: shop.keys.support, body: {} })
    const tasks = await until(async () => {
      const now = await shop.read(json.id)
      return now.tasks.length === 3 ? now.tasks : undefined
    })
    expect(tasks.map(({ code }: Json) => code).toSorted()).toEqual([
      ...['LABEL_NOT_OURS', 'TAKEN_ELSEWHERE', 'TAKEN_ELSEWHERE'],
    ])
  })
})
