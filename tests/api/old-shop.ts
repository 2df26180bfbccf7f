import { randomUUID } from 'node:crypto'
import { until } from '../../testing/waiting.ts'
import { startWorld } from '../support/world.ts'
import { makeKeys, openApi } from './support.ts'
import type { Json } from './support.ts'

/*
 * Another shop, what it tells of its orders, and the doors that it tells it at.
 */

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
export const CHARGED = 2 * 5890 + 1329 + 11900 + 1787
export const GIFT = { method: 'gift_card', amount: 3000 }
export const CARD = { method: 'card', funding: 'credit', installments: 8, amount: CHARGED - 3000 }

export const record = (overrides: Record<string, unknown> = {}) => ({
  ...{ shop: 'old-shop', reference: randomUUID(), customerId: 'c-old', currency: 'BRL' },
  ...{ placedAt: '2018-03-01T09:12:00-03:00', deliverBy: '2018-03-20T00:00:00-03:00' },
  addresses: [{ country: 'BR', region: 'SP', city: 'campinas' }],
  lines: LINES,
  tenders: [GIFT, CARD],
  ...overrides,
})

export const paid = (tenderId: string, amount: number, day = 1) => ({
  ...{ kind: 'payment', eventId: `paid-${tenderId}`, occurredAt: `2018-03-0${day}T12:00:00Z` },
  ...{ type: 'captured', tenderId, externalId: `old-1:${tenderId}`, amount, currency: 'BRL' },
})
export const packed = (fulfillmentId: string, booking: object) => ({
  ...{ kind: 'picking', eventId: `packed-${fulfillmentId}`, occurredAt: '2018-03-02T12:00:00Z' },
  ...{ fulfillmentId, type: 'packed' },
  parcels: [{ items: itemsOf(fulfillmentId), booking }],
})
const itemsOf = (fulfillmentId: string) =>
  fulfillmentId === 'f1' ? [{ lineId: 'l1', quantity: 2 }] : [{ lineId: 'l2', quantity: 1 }]
export const booked = (waybill: string) => ({ carrier: 'old-carrier', waybill })
export const scan = (parcelId: string, type: string, day: number) => ({
  ...{ kind: 'shipmentTracking', eventId: `${type}-${parcelId}`, parcelId, type },
  occurredAt: `2018-03-0${day}T15:30:00Z`,
})
export const PAID = [paid('t1', GIFT.amount), paid('t2', CARD.amount)]

export type OldShop = Awaited<ReturnType<typeof openOldShop>>

export async function openOldShop() {
  const world = await startWorld()
  const settings = { mode: 'development' as const, publicUrl: 'http://shop.example' }
  const api = openApi(world, { settings: { ...settings, sandboxUrl: world.sandbox.url } })
  const keys = await makeKeys(world)
  const read = async (id: string): Promise<Json> =>
    (await api.ask('GET', `/v1/orders/${id}`, { key: keys.admin })).json
  return {
    ...{ world, api, keys, read },
    bringIn: (body: object) => api.ask('POST', '/v1/imports/history', { key: keys.admin, body }),
    report: (id: string, reports: object[]) =>
      api.ask('POST', `/v1/orders/${id}/reports`, { key: keys.admin, body: { reports } }),
    /** The order, once it stands there. */
    stands: (id: string, status: string) =>
      until(async () => ((await read(id)).status === status ? read(id) : undefined)),
  }
}
