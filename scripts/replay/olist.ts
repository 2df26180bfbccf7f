import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { localTime } from './clocks.ts'
import {
  byOrder,
  COUNT,
  fail,
  indexBy,
  linked,
  need,
  oneOf,
  POSITION,
  read,
  readTable,
  TEXT,
} from './csv.ts'
import type { Groups, Index, Row } from './csv.ts'
import type { LogEnd, LoggedOrder, LoggedShipment, LoggedTender, LoggedUnit } from './log.ts'
import type { LogSource, WholeLog } from './log.ts'
import { amountIn, MEANS } from './money.ts'

/*
 * The layout of the public "Brazilian E-Commerce Public Dataset by Olist": a folder with a CSV per table, joined by ids.
 * Tables and columns beyond those named here are left alone.
 */

const CURRENCY = 'BRL'
/** The shop sits in São Paulo and writes its times by the clocks there, without saying so. */
const ZONE = 'America/Sao_Paulo'

const TABLES = {
  orders: [
    ...['order_id', 'customer_id', 'order_status', 'order_purchase_timestamp'],
    ...['order_approved_at', 'order_delivered_carrier_date'],
    ...['order_delivered_customer_date', 'order_estimated_delivery_date'],
  ],
  order_items: [
    ...['order_id', 'order_item_id', 'product_id', 'seller_id', 'price', 'freight_value'],
  ],
  order_payments: [
    ...['order_id', 'payment_sequential', 'payment_type', 'payment_installments'],
    ...['payment_value'],
  ],
  customers: [
    ...['customer_id', 'customer_unique_id', 'customer_zip_code_prefix'],
    ...['customer_city', 'customer_state'],
  ],
  products: ['product_id', 'product_category_name', 'product_weight_g'],
  order_reviews: ['review_id', 'order_id', 'review_score'],
} as const
type Table = keyof typeof TABLES
type TableRow<T extends Table> = Row<(typeof TABLES)[T][number]>

const fileOf = (table: Table) => `olist_${table}_dataset.csv`

export const olist: LogSource = {
  name: 'olist',
  needs: `a folder with ${(Object.keys(TABLES) as Table[]).map(fileOf).join(', ')}; the last may be missing`,
  fits: async (path) => existsSync(join(path, fileOf('orders'))),
  read: readLog,
}

const AMOUNT = amountIn(CURRENCY)
const TIME = localTime(ZONE)

/** `if_confirmed` are orders that stopped, or never went on; whether they were paid for is told by a clock. */
const STATUS = oneOf<LogEnd | 'if_confirmed'>({
  created: 'if_confirmed',
  approved: 'paid',
  invoiced: 'paid',
  processing: 'paid',
  unavailable: 'if_confirmed',
  shipped: 'shipped',
  delivered: 'delivered',
  canceled: 'cancelled',
})

const MEANS_OF_PAYMENT = oneOf({
  credit_card: MEANS.creditCard,
  debit_card: MEANS.debitCard,
  boleto: MEANS.boleto,
  voucher: MEANS.giftCard,
  not_defined: MEANS.none,
})

type Tables = {
  items: Groups<TableRow<'order_items'>>
  payments: Groups<TableRow<'order_payments'>>
  reviews: Groups<TableRow<'order_reviews'>>
  customers: Index<TableRow<'customers'>>
  products: Index<TableRow<'products'>>
}

async function readLog(folder: string): Promise<WholeLog> {
  const table = <T extends Table>(name: T) => readTable(join(folder, fileOf(name)), TABLES[name])
  const orders = indexBy(await table('orders'), 'order_id')
  const reviewed = existsSync(join(folder, fileOf('order_reviews')))
  const tables: Tables = {
    items: partsOf(await table('order_items'), orders),
    payments: partsOf(await table('order_payments'), orders),
    reviews: partsOf(reviewed ? await table('order_reviews') : [], orders),
    customers: indexBy(await table('customers'), 'customer_id'),
    products: indexBy(await table('products'), 'product_id'),
  }
  const logged = [...orders.values()].map((row) => orderOf(row, tables))
  return { currency: CURRENCY, zone: ZONE, orders: logged }
}

/** A row of an order that isn't in the log is refused: its money would be missed in silence. */
function partsOf<R extends Row<'order_id'>>(rows: R[], orders: Index<unknown>): Groups<R> {
  for (const row of rows) linked(row, 'order_id', orders)
  return byOrder(rows)
}

function orderOf(row: TableRow<'orders'>, tables: Tables): LoggedOrder {
  const reference = need(row, 'order_id', TEXT)
  const paidAt = read(row, 'order_approved_at', TIME)
  const deliverBy = read(row, 'order_estimated_delivery_date', TIME)
  const units = unitsOf(tables.items.get(reference) ?? [], tables.products)
  return {
    reference,
    ...customerOf(row, tables.customers),
    status: need(row, 'order_status', TEXT),
    ends: endOf(row),
    placedAt: need(row, 'order_purchase_timestamp', TIME),
    ...(paidAt !== undefined && { paidAt }),
    ...(deliverBy !== undefined && { deliverBy }),
    units,
    ...paymentsOf(tables.payments.get(reference) ?? []),
    shipments: shipmentsOf(row, units),
    reviews: (tables.reviews.get(reference) ?? []).map((review) => ({
      id: need(review, 'review_id', TEXT),
      score: need(review, 'review_score', COUNT),
    })),
  }
}

function endOf(row: TableRow<'orders'>): LogEnd {
  const end = need(row, 'order_status', STATUS)
  if (end !== 'if_confirmed') return end
  return row.cells.order_approved_at === '' ? 'unpaid' : 'paid'
}

/** A person has one `customer_unique_id` and a `customer_id` per order. */
function customerOf(row: TableRow<'orders'>, customers: Index<TableRow<'customers'>>) {
  const customer = linked(row, 'customer_id', customers)
  return {
    customerId: need(customer, 'customer_unique_id', TEXT),
    destination: {
      country: 'BR',
      region: need(customer, 'customer_state', TEXT),
      city: need(customer, 'customer_city', TEXT),
      postcode: need(customer, 'customer_zip_code_prefix', TEXT),
    },
  }
}

/** Numbered from 1 on; where a number is missing or there twice, rows were lost or doubled on their way. */
function unitsOf(rows: readonly TableRow<'order_items'>[], products: Tables['products']) {
  const numbers = numbersOf(rows, 'order_item_id')
  for (const row of rows)
    if (need(row, 'order_item_id', POSITION) > numbers.size)
      fail(row, `order_item_id is ${row.cells.order_item_id} of ${rows.length}`, 'no row missing')
  return rows.map((row) => unitOf(row, products))
}

/** Payments of the public log are known to lack numbers, so these are noted only. */
function paymentsOf(rows: readonly TableRow<'order_payments'>[]) {
  const numbers = numbersOf(rows, 'payment_sequential')
  const missing = rows.map((_, i) => i + 1).find((number) => !numbers.has(number))
  const tenders = rows.map(tenderOf)
  return { tenders, ...(missing !== undefined && { missingPayment: missing }) }
}

/** The numbers that an order's rows have. Throws SetupError where two have the same. */
function numbersOf<C extends string>(rows: readonly Row<C>[], column: C): Set<number> {
  const numbers = new Set<number>()
  for (const row of rows) {
    const number = need(row, column, POSITION)
    if (numbers.has(number))
      fail(row, `${column} ${number} stands there again`, 'it once per order')
    numbers.add(number)
  }
  return numbers
}

/** Some products have no category, and some were never weighed, which a few tell by a weight of nothing. */
function unitOf(row: TableRow<'order_items'>, products: Index<TableRow<'products'>>): LoggedUnit {
  const product = linked(row, 'product_id', products)
  const sku = need(row, 'product_id', TEXT)
  const weightGrams = read(product, 'product_weight_g', COUNT) ?? 0
  return {
    sku,
    name: read(product, 'product_category_name', TEXT) ?? sku,
    merchantId: need(row, 'seller_id', TEXT),
    price: need(row, 'price', AMOUNT),
    freight: need(row, 'freight_value', AMOUNT),
    ...(weightGrams > 0 && { weightGrams }),
  }
}

function tenderOf(row: TableRow<'order_payments'>): LoggedTender {
  const amount = need(row, 'payment_value', AMOUNT)
  const means = need(row, 'payment_type', MEANS_OF_PAYMENT)
  if (means.method === 'none' && amount > 0)
    fail(row, `${row.cells.payment_value} is paid by not_defined`, 'an amount of nothing')
  // Some single payments are written as none at all.
  const installments = Math.max(1, need(row, 'payment_installments', COUNT))
  return { ...means, installments, amount }
}

/** The log has one hand-over and one delivery per order, whoever took part in it. */
function shipmentsOf(row: TableRow<'orders'>, units: readonly LoggedUnit[]): LoggedShipment[] {
  const handedOverAt = read(row, 'order_delivered_carrier_date', TIME)
  const deliveredAt = read(row, 'order_delivered_customer_date', TIME)
  return [...new Set(units.map((unit) => unit.merchantId))].map((merchantId) => ({
    merchantId,
    ...(handedOverAt !== undefined && { handedOverAt }),
    ...(deliveredAt !== undefined && { deliveredAt }),
  }))
}
