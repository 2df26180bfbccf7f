import type { AfterSalesReason, AfterSalesType, CheckFailure } from '../domain/events.ts'
import type { EntryView, OrderRowView, OrderView, PlacedView } from './shapes.ts'

/*
 * One order, as the description of each operation shows it. Requests work as they stand in the shop of `npm start`.
 */

const ID = 'k5x2qv7mzj4r3n6w8t9ybgh5ca'
const NO = 'LH-7Q2M9XKD4B'
const URL = `https://shop.example/v1/orders/${ID}`
export const TOKEN = 'mb2k4s1.3Zk0Jr5cV8yQ2wXn7tLpA9'
const PLACED_AT = '2026-03-01T08:00:00.000Z'
const PAID_AT = '2026-03-01T08:01:12.000Z'
const SHIPPED_AT = '2026-03-02T09:30:00.000Z'

export const IDEMPOTENCY_KEY = '5f0c6a52-8d3e-4c0b-9a53-0f6e8a1d7c11'
export const CURSOR = 'eyJza3UiOiJURUEtR1JFRU4tMjUwIn0'
export const IDS = {
  order: ID,
  fulfillment: 'f1',
  parcel: 'p1',
  task: `${ID}-k1`,
  command: 'b3a8e0e1b9d27f6a4c1d0f5e8a7b6c9d2e3f4a5b6c7d8e9f0a1b2c3d4e5f6a7b',
}

const ADDRESS = {
  name: '李雷',
  phone: '+86 138 0013 8000',
  country: 'CN',
  region: '广东省',
  city: '深圳市',
  district: '南山区',
  street: '科技园路 1 号',
}
const CONTACT = { email: 'li.lei@customer.example', locale: 'zh' } as const

/** The cart of the quote, and who buys it. */
export const CART = {
  currency: 'CNY',
  lines: [{ sku: 'TEA-GREEN-250', quantity: 2 }],
  addresses: [ADDRESS],
}
const BUYER = { contact: CONTACT, payment: { method: 'card' as const } }

export const QUOTE_TOKEN = 'tczm9c.q1bN3x8YbK2mW7rT0vZ5uJ4hL6gP9dFsCeAaXoQiEyU'
export const ORDER_REQUEST = { ...CART, ...BUYER, quote: QUOTE_TOKEN }

export const IMPORT_REQUEST = {
  ...{ ...CART, ...BUYER },
  customerId: 'customer-42',
  reference: 'marketplace 2026-000117',
  lines: [
    {
      ...{ sku: 'imported-tea', name: 'Oolong tea 250 g', merchantId: 'aurora', quantity: 1 },
      ...{ unitPrice: 4500, freight: 600, weightGrams: 280 },
    },
  ],
}

export const HISTORY_REQUEST = {
  shop: 'old-shop',
  reference: 'old-shop-2018-000117',
  customerId: 'customer-42',
  currency: 'BRL',
  placedAt: '2018-03-01T09:12:00-03:00',
  deliverBy: '2018-03-20T00:00:00-03:00',
  addresses: [{ country: 'BR', region: 'SP', city: 'campinas', postcode: '13010' }],
  lines: [
    {
      ...{ sku: 'kettle', name: 'Kettle', merchantId: 'seller-north', quantity: 1 },
      ...{ unitPrice: 5890, freight: 1329, weightGrams: 1200 },
    },
  ],
  adjustments: [{ kind: 'financing_interest' as const, amount: 241 }],
  tenders: [
    { method: 'gift_card' as const, amount: 2000 },
    { method: 'card' as const, funding: 'credit' as const, installments: 3, amount: 5460 },
  ],
}

export const REPORTS_REQUEST = {
  reports: [
    {
      ...{ kind: 'payment' as const, eventId: 'paid-1', occurredAt: '2018-03-01T09:31:00-03:00' },
      ...{ type: 'captured' as const, tenderId: 't1', externalId: 'old-shop-2018-000117:1' },
      ...{ amount: 2000, currency: 'BRL' },
    },
  ],
}

export const CHECK_FAILED_REQUEST: { reason: CheckFailure } = { reason: 'damaged' }
export const PACK_REQUEST = {
  parcels: [{ items: [{ lineId: 'l1', quantity: 2 }], weightGrams: 600 }],
}
export const AFTER_SALES_REQUEST: {
  type: AfterSalesType
  reason: AfterSalesReason
  items: { lineId: string; quantity: number }[]
} = { type: 'exchange', reason: 'damaged', items: [{ lineId: 'l1', quantity: 1 }] }

export const PLACED: PlacedView = {
  id: ID,
  no: NO,
  status: 'pending_payment',
  payable: 12780,
  currency: 'CNY',
  payBy: '2026-03-01T08:30:00.000Z',
  payment: {
    status: 'unpaid',
    nextAction: { type: 'pay', method: 'POST', url: `${URL}/payments?token=${TOKEN}` },
  },
  links: {
    self: `${URL}?token=${TOKEN}`,
    timeline: `${URL}/timeline?token=${TOKEN}`,
    page: `https://shop.example/orders/${ID}?token=${TOKEN}`,
  },
}

export const HISTORY_PLACED = {
  ...PLACED,
  payable: 7460,
  currency: 'BRL',
  reference: HISTORY_REQUEST.reference,
  tenders: [
    { id: 't1', method: 'gift_card', amount: 2000 },
    { id: 't2', method: 'card', amount: 5460 },
  ],
  fulfillments: [{ id: 'f1', merchantId: 'seller-north', items: [{ lineId: 'l1', quantity: 1 }] }],
}

export const ORDER: OrderView = {
  id: ID,
  no: NO,
  status: 'in_delivery',
  fulfillmentStatus: 'in_delivery',
  afterSalesStatus: 'none',
  currency: 'CNY',
  locale: 'zh',
  placedAt: PLACED_AT,
  promisedShipAt: '2026-03-03T08:01:12.000Z',
  lines: [
    {
      ...{ id: 'l1', sku: 'TEA-GREEN-250', name: 'Green tea, 250 g 绿茶', merchantId: 'aurora' },
      ...{ quantity: 2, unitPrice: 5990, net: 11980 },
    },
  ],
  fulfillments: [
    {
      ...{ id: 'f1', status: 'in_delivery', merchantId: 'aurora', warehouseId: 'aurora-shenzhen' },
      items: [{ lineId: 'l1', quantity: 2 }],
      freight: 800,
      parcels: [
        {
          ...{ id: 'p1', status: 'handed_over', carrier: 'express', waybill: 'EX100000017' },
          trackingUrl: 'https://carrier.example/track/EX100000017',
          items: [{ lineId: 'l1', quantity: 2 }],
          weightGrams: 600,
          position: 'picked_up',
          scans: [{ code: 'picked_up', occurredAt: SHIPPED_AT, location: '深圳' }],
        },
      ],
    },
  ],
  customerId: 'demo-customer',
  payable: 12780,
  payBy: PLACED.payBy,
  payment: { status: 'paid', nextAction: null, nextActions: [], retryUntil: null },
  promotions: [],
  totals: {
    ...{ goods: 11980, freight: 800, cashOnDeliveryFee: 0, adjustments: [], payable: 12780 },
    ...{ reversed: 0, paid: 12780, refunded: 0, takenBack: 0 },
  },
  tenders: [{ id: 't1', method: 'card', amount: 12780, status: 'captured' }],
  refunds: [],
  requests: [],
  links: PLACED.links,
  outlook: { waits: [{ for: 'delivery', subject: 'p1' }], deadline: null },
  ...{ now: SHIPPED_AT, asOf: SHIPPED_AT },
}

export const ORDER_ROWS: { items: OrderRowView[]; next: string | null } = {
  items: [
    {
      ...{ id: ID, no: NO, status: 'in_delivery', fulfillmentStatus: 'in_delivery' },
      ...{ afterSalesStatus: 'none', currency: 'CNY', payable: 12780, paymentStatus: 'paid' },
      ...{ placedAt: PLACED_AT, asOf: SHIPPED_AT },
    },
  ],
  next: null,
}

export const TIMELINE: { items: EntryView[] } = {
  items: [
    {
      ...{ seq: 5, type: 'order.paid', at: PAID_AT, status: 'paid', paymentStatus: 'paid' },
      data: {},
    },
    {
      ...{ seq: 6, type: 'order.accepted', at: PAID_AT, status: 'pending_processing' },
      paymentStatus: 'paid',
      data: { promisedShipAt: '2026-03-03T08:01:12.000Z' },
    },
  ],
}

const paid = JSON.stringify(TIMELINE.items[0])
export const STREAM = `retry: 1700\n\nid: 5\nevent: order.paid\ndata: ${paid}\n\n`

const entry = { kind: 'capture', at: PAID_AT, amount: 12780, currency: 'CNY' }
export const LEDGER = {
  items: [
    { ...entry, account: 'psp:stripe', side: 'D' as const },
    { ...entry, account: `receivable:${ID}`, side: 'C' as const },
  ],
}

export const COMMAND_DONE = { status: 'pending_processing' as const, nextActions: [] }

export const TASKS = {
  items: [
    {
      ...{ id: IDS.task, orderId: ID, orderNo: NO, kind: 'REFUND_FAILED', subject: 'r1' },
      ...{ code: 'REFUND_REFUSED', raisedAt: SHIPPED_AT },
      money: { amount: 5190, currency: 'CNY', methods: ['card' as const] },
      actions: ['retry' as const, 'skip' as const],
    },
  ],
  next: null,
}

export const CARRIER_NOTICE = {
  type: 'parcel.scanned',
  data: {
    waybill: 'EX100000017',
    scans: [{ code: 'picked_up', occurredAt: SHIPPED_AT, location: '深圳' }],
  },
}

/** `{"sku":"a1"}`, as a history of an unencrypted engine holds it. */
export const PAYLOADS = {
  payloads: [{ metadata: { encoding: 'anNvbi9wbGFpbg==' }, data: 'eyJza3UiOiJhMSJ9' }],
}
