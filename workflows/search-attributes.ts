import { defineSearchAttributeKey } from '@temporalio/common/lib/search-attributes.js'
import type { Order } from '../domain/order.ts'
import { statusesOf } from '../domain/status.ts'

/*
 * What operations people filter orders by in Temporal's Web UI. Values stand there in clear, so they hold surrogate
 * ids and coarse states only.
 */

export const MERCHANT_IDS = defineSearchAttributeKey('MerchantIds', 'KEYWORD_LIST')
export const WAREHOUSE_IDS = defineSearchAttributeKey('WarehouseIds', 'KEYWORD_LIST')
export const PAYMENT_METHODS = defineSearchAttributeKey('PaymentMethods', 'KEYWORD_LIST')
export const ORDER_STATUS = defineSearchAttributeKey('OrderStatus', 'KEYWORD')
/** Kind of the oldest open task; absent while nobody is needed. */
export const NEEDS_ATTENTION = defineSearchAttributeKey('NeedsAttention', 'KEYWORD')
export const PLACED_AT = defineSearchAttributeKey('PlacedAt', 'DATETIME')
/** Payable, in minor units. */
export const TOTAL = defineSearchAttributeKey('Total', 'INT')

/** What a namespace must know before its first order. Temporal on SQL takes three keyword lists; ours name things, never people. */
export const SEARCH_ATTRIBUTES = [
  ...[MERCHANT_IDS, WAREHOUSE_IDS, PAYMENT_METHODS],
  ...[ORDER_STATUS, NEEDS_ATTENTION, PLACED_AT, TOTAL],
]

const unique = (values: string[]) => [...new Set(values)]

export const paymentMethods = (order: Order) => unique(order.tenders.map((tender) => tender.method))

/** All attributes of an order at its start. */
export function attributesAtStart(order: Order) {
  return [
    { key: MERCHANT_IDS, value: unique(order.fulfillments.map((f) => f.merchantId)) },
    { key: WAREHOUSE_IDS, value: unique(order.fulfillments.map((f) => f.warehouseId)) },
    { key: PAYMENT_METHODS, value: paymentMethods(order) },
    { key: ORDER_STATUS, value: statusesOf(order).status },
    { key: PLACED_AT, value: new Date(order.placedAt) },
    { key: TOTAL, value: order.payable },
  ]
}

/** Those that change on the way. */
export function attributesOnTheWay(order: Order) {
  return [
    { key: ORDER_STATUS, value: statusesOf(order).status },
    { key: NEEDS_ATTENTION, value: order.tasks.find((task) => task.open)?.kind ?? null },
    { key: PAYMENT_METHODS, value: paymentMethods(order) },
  ]
}

/** Of a shelf that is restocked. */
export function attributesOfShelf({
  merchantId,
  warehouseId,
}: Record<'merchantId' | 'warehouseId', string>) {
  return [
    { key: MERCHANT_IDS, value: [merchantId] },
    { key: WAREHOUSE_IDS, value: [warehouseId] },
  ]
}
