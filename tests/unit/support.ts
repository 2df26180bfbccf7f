import { dueRefunds } from '../../domain/account.ts'
import { accept } from '../../domain/decision.ts'
import type { Decision, RefusalCode } from '../../domain/decision.ts'
import type {
  EventData,
  EventOf,
  EventType,
  OrderEvent,
  PaymentMethod,
} from '../../domain/events.ts'
import { evolve, foldOrder } from '../../domain/evolve.ts'
import type { Order } from '../../domain/order.ts'
import { paymentOpened, reportPayment } from '../../domain/payment.ts'
import { DEFAULT_POLICY } from '../../domain/policy.ts'
import type { PaymentReport } from '../../domain/reports.ts'
import {
  handOverParcel,
  parcelBooked,
  reportDelivery,
  reportRejection,
  reportTracking,
} from '../../domain/shipping.ts'
import { choosePayment } from '../../domain/tender.ts'
import type { ScanCode } from '../../domain/tracking.ts'
import { warehouseStep } from '../../domain/warehouse.ts'
import type { WarehouseStep } from '../../domain/warehouse.ts'

/** When everything happens, unless a test says otherwise. */
export const AT = '2026-03-01T08:00:00.000Z'
export const MINUTE = 60_000
export const DAY = 24 * 60 * MINUTE

/** `AT` and some milliseconds. */
export const later = (milliseconds: number) => new Date(Date.parse(AT) + milliseconds).toISOString()

/** The worked example of the money rules: two merchants, nets 7874 + 2300 + 4229, freight 800 + 600. */
export function placed(
  overrides: Partial<EventData['order.placed']> = {},
): EventOf<'order.placed'> {
  return {
    type: 'order.placed',
    at: AT,
    data: {
      orderId: 'o1',
      no: 'LH-1',
      customerId: 'c-1',
      locale: 'en',
      currency: 'CNY',
      lines: [
        line({ id: 'l1', sku: 'a1', quantity: 2, unitPrice: 5990, net: 7874, commission: 787 }),
        line({ id: 'l2', sku: 'a2', quantity: 1, unitPrice: 3500, net: 2300, commission: 230 }),
        line({
          ...{ id: 'l3', sku: 'b1', merchantId: 'm-b', freight: 600 },
          ...{ quantity: 3, unitPrice: 1999, net: 4229, commission: 423 },
        }),
      ],
      fulfillments: [
        {
          ...{ id: 'f1', merchantId: 'm-a', warehouseId: 'w-a', addressId: 'a1', freight: 800 },
          items: [
            { lineId: 'l1', quantity: 2 },
            { lineId: 'l2', quantity: 1 },
          ],
        },
        {
          ...{ id: 'f2', merchantId: 'm-b', warehouseId: 'w-b', addressId: 'a1', freight: 600 },
          items: [{ lineId: 'l3', quantity: 3 }],
        },
      ],
      goods: 14403,
      freight: 1400,
      payable: 15803,
      policy: DEFAULT_POLICY,
      payBy: later(DEFAULT_POLICY.payWindow),
      ...overrides,
    },
  }
}

type Line = EventData['order.placed']['lines'][number]

function line(overrides: Partial<Line> = {}): Line {
  return {
    ...{ id: 'l1', sku: 'a1', name: 'Green tea', merchantId: 'm-a', quantity: 1 },
    ...{ unitPrice: 1000, net: 1000, freight: 400, commission: 100, weightGrams: 250 },
    ...overrides,
  }
}

/** One line of `quantity` units for `net`, one fulfillment. */
export function placedSmall({ quantity = 1, net = 1000, freight = 400, commission = 100 } = {}) {
  return placed({
    lines: [line({ quantity, net, freight, commission })],
    fulfillments: [
      {
        ...{ id: 'f1', merchantId: 'm-a', warehouseId: 'w-a', addressId: 'a1', freight },
        items: [{ lineId: 'l1', quantity }],
      },
    ],
    goods: net,
    freight,
    payable: net + freight,
  })
}

export function event<T extends EventType>(type: T, data: EventData[T], at = AT): OrderEvent {
  return { type, at, data } as OrderEvent
}

/** The events that a decision records; throws where it refuses. */
export function eventsOf(decision: Decision): OrderEvent[] {
  if ('refusal' in decision) throw new Error(`refused: ${decision.refusal}`)
  return decision.events
}

export function refusalOf(decision: Decision): RefusalCode | undefined {
  return 'refusal' in decision ? decision.refusal : undefined
}

export const typesOf = (decision: Decision) => eventsOf(decision).map(({ type }) => type)

/** The data of a decision's only event of a type. */
export function dataOf<T extends EventType>(decision: Decision, type: T): EventData[T] {
  const found = eventsOf(decision).filter((candidate) => candidate.type === type)
  if (found.length !== 1) throw new Error(`${found.length} events ${type}`)
  return (found[0] as EventOf<T>).data as EventData[T]
}

/** The order after each of some decisions, one seeing what those before it did. */
export function after(order: Order, ...decisions: ((order: Order) => Decision)[]): Order {
  return decisions.reduce((now, decide) => eventsOf(decide(now)).reduce(evolve, now), order)
}

let reports = 0
/** What every report carries, with an id of its own. */
export function report(overrides: { eventId?: string; occurredAt?: string } = {}) {
  reports += 1
  return { eventId: `e${reports}`, occurredAt: AT, ...overrides }
}

export function paymentReport(order: Order, overrides: Partial<PaymentReport> = {}): PaymentReport {
  const tender = order.tenders.find(({ id }) => id === (overrides.tenderId ?? 't1'))
  return {
    ...report(),
    tenderId: 't1',
    externalId: 'pi_1',
    type: 'captured',
    amount: tender?.amount ?? order.payable,
    currency: order.currency,
    ...overrides,
  }
}

export const hear =
  (overrides: Partial<PaymentReport> = {}) =>
  (order: Order) =>
    reportPayment(order, paymentReport(order, overrides), AT)

export const choose = (method: PaymentMethod) => (order: Order) =>
  choosePayment(order, { wishes: [{ method }], at: AT })

export const opened =
  (tenderId = 't1') =>
  (order: Order) =>
    paymentOpened(order, { tenderId, externalId: `pi_${tenderId}`, at: AT })

export const step =
  (type: WarehouseStep['type'], overrides: Partial<WarehouseStep> = {}) =>
  (order: Order) =>
    warehouseStep(order, { fulfillmentId: 'f1', type, by: 'picker-1', ...overrides }, AT)

/** One fulfillment from the shelf into parcels. */
export const packed = (
  fulfillmentId: string,
  parcels?: NonNullable<WarehouseStep['parcels']>,
): ((order: Order) => Decision)[] => [
  step('claimed', { fulfillmentId }),
  step('picked', { fulfillmentId }),
  step('checked', { fulfillmentId }),
  step('packed', { fulfillmentId, ...(parcels !== undefined && { parcels }) }),
]

export const booked = (parcelId: string) => (order: Order) =>
  parcelBooked(order, {
    ...{ parcelId, carrier: 'express', waybill: `W-${parcelId}` },
    ...{ trackingUrl: `https://carrier.example/W-${parcelId}`, at: AT },
  })

export const scan = (parcelId: string, type: ScanCode) => (order: Order) =>
  reportTracking(order, { ...report(), parcelId, type }, AT)

export const handOver = (parcelId: string) => (order: Order) => handOverParcel(order, parcelId, AT)

export const sign =
  (parcelId: string, cash?: number, currency = 'CNY') =>
  (order: Order) =>
    reportDelivery(
      order,
      {
        ...{ ...report(), parcelId },
        ...(cash !== undefined && { cashCollected: { amount: cash, currency } }),
      },
      AT,
    )

export const turnAway =
  (parcelId: string, reason: 'changed_mind' | 'damaged' = 'damaged') =>
  (order: Order) =>
    reportRejection(order, { ...report(), parcelId, reason }, AT)

/** The platform has paid the next refund back. */
export const refunded = (order: Order): Decision => {
  const refundId = dueRefunds(order)[0]?.id ?? 'none'
  return accept(event('refund.succeeded', { refundId, externalRefundId: `re_${refundId}` }))
}

export const unpaid = (first = placed()) => after(foldOrder([first]), choose('card'))
export const paid = (first = placed()) => after(unpaid(first), opened(), hear())
export const onDelivery = (first = placed()) => after(foldOrder([first]), choose('cod'))

/** Paid, in one parcel per fulfillment, with the carrier. */
export function shipped(first = placed(), order = paid(first)): Order {
  const packing = order.fulfillments.flatMap(({ id }) => packed(id))
  const ids = order.fulfillments.map((_, i) => `p${i + 1}`)
  return after(order, ...packing, ...ids.map(booked), ...ids.map(handOver))
}

export const delivered = (first = placed()) =>
  after(shipped(first), ...first.data.fulfillments.map((_, i) => sign(`p${i + 1}`)))

/** A fulfillment's units of `l1`, each in a parcel of its own. */
export const eachAlone = (units: number) =>
  Array.from({ length: units }, () => ({ items: [{ lineId: 'l1', quantity: 1 }] }))
