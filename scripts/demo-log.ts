import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { formatAmount, sum } from '../domain/money.ts'
import { auditOrder } from './account.ts'
import { SetupError } from './embedded/setup-error.ts'
import type { Shop } from './shop.ts'
import { storefront } from './storefront.ts'
import type { Storefront } from './storefront.ts'
import { travel } from './travel.ts'

/** Orders under way at once: enough to keep two cores busy. */
const AT_ONCE = 4
const CURRENCY = 'BRL'

type Row = Record<string, string>
type Item = {
  sku: string
  merchantId: string
  unitPrice: number
  freight: number
  weightGrams: number
}
/** A delivered order of the log whose goods and freight sum to its payments. Amounts in cents. */
type LoggedOrder = {
  id: string
  customerId: string
  city: string
  state: string
  items: Item[]
  paid: number
}

/**
 * Send real orders from a marketplace's log (Olist's CSV layout) through the shop: their own merchants, units, prices
 * and freight. True when all complete and goods, freight and paid equal the log's to the cent.
 */
export async function playLog(shop: Shop, { folder, orders }: { folder: string; orders: number }) {
  const logged = await chooseOrders(folder, orders)
  const front = storefront(shop)
  const waiting = [...logged]
  const problems: string[] = []
  const lane = async () => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
      problems.push(...(await play(front, one)))
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lane))
  report(logged, problems)
  return problems.length === 0
}

/** As many as asked, or all there are, which is said. */
async function chooseOrders(folder: string, orders: number): Promise<LoggedOrder[]> {
  const logged = sample(await readLog(folder), orders)
  if (logged.length === 0) {
    throw new SetupError(
      `${folder} holds no delivered order whose goods and freight sum to its payments.`,
      'Give the folder of a complete Olist download.',
    )
  }
  const few = logged.length < orders ? ` of the ${orders} asked for; it holds no more` : ''
  console.log(`  ${logged.length} delivered orders from ${folder}${few}\n`)
  return logged
}

async function play(front: Storefront, logged: LoggedOrder): Promise<string[]> {
  const { id, no } = await front.bringIn(importOf(logged), `log-${logged.id}`)
  const order = await travel(front, id)
  const goods = sum(logged.items.map((item) => item.unitPrice))
  const freight = sum(logged.items.map((item) => item.freight))
  const { totals } = order
  const wanted = { goods, freight, paid: logged.paid }
  const differences = (['goods', 'freight', 'paid'] as const)
    .filter((field) => totals?.[field] !== wanted[field])
    .map((field) => `${field} is ${totals?.[field]}, the log says ${wanted[field]}`)
  const problems = [...differences, ...(await auditOrder(front, order))]
  const merchants = new Set(logged.items.map((item) => item.merchantId)).size
  const facts = `${logged.items.length} unit(s), ${merchants} merchant(s), ${brl(logged.paid)}`
  console.log(`  ${problems.length === 0 ? '✓' : '✗'} ${no}  ${order.status}  ${facts}`)
  return problems.map((problem) => `${no} (${logged.id}): ${problem}`)
}

const brl = (amount: number) => `${CURRENCY} ${formatAmount(amount, CURRENCY)}`

/** The log holds no person: name, phone and street are stand-ins. */
function importOf({ id, customerId, city, state, items }: LoggedOrder): object {
  return {
    reference: id,
    customerId,
    currency: CURRENCY,
    lines: linesOf(items),
    addresses: [
      {
        name: 'Customer',
        phone: '+551100000000',
        country: 'BR',
        region: state,
        city,
        street: 'Rua',
      },
    ],
    contact: { email: `${customerId}@customer.example` },
    payment: { method: 'card' },
  }
}

/** The log has a row per unit; equal ones make a line. */
function linesOf(items: readonly Item[]) {
  const lines = new Map<string, Item & { name: string; quantity: number }>()
  for (const item of items) {
    const key = [item.sku, item.merchantId, item.unitPrice].join()
    const line = lines.get(key) ?? { ...item, name: item.sku, freight: 0, quantity: 0 }
    lines.set(key, { ...line, quantity: line.quantity + 1, freight: line.freight + item.freight })
  }
  return [...lines.values()]
}

function report(logged: readonly LoggedOrder[], problems: readonly string[]): void {
  const items = logged.flatMap((order) => order.items)
  const goods = brl(sum(items.map((item) => item.unitPrice)))
  const freight = brl(sum(items.map((item) => item.freight)))
  console.log(
    `\n  The log: goods ${goods} + freight ${freight} = paid ${brl(sum(logged.map((order) => order.paid)))}`,
  )
  for (const problem of problems) console.error(`  ✗ ${problem}`)
  if (problems.length === 0)
    console.log('  All completed; goods, freight and paid equal the log’s to the cent\n')
}

/**
 * Half of the sample are orders of several merchants or units, as far as there are any; the rest is single units, and
 * where these run out whatever is left.
 */
function sample(all: readonly LoggedOrder[], count: number): LoggedOrder[] {
  const chosen = new Set<LoggedOrder>()
  const choose = (upTo: number, fits: (order: LoggedOrder) => boolean) => {
    const others = all.filter((order) => !chosen.has(order) && fits(order))
    for (const order of spread(others, upTo)) chosen.add(order)
  }
  const quarter = Math.floor(count / 4)
  choose(quarter, ({ items }) => new Set(items.map((item) => item.merchantId)).size > 1)
  choose(quarter, ({ items }) => items.length > 1)
  choose(count - chosen.size, ({ items }) => items.length === 1)
  choose(count - chosen.size, () => true)
  return [...chosen]
}

/** Evenly over the whole list, so that it isn't one week of one shop. */
function spread<T>(all: readonly T[], count: number): T[] {
  const size = Math.min(count, all.length)
  return Array.from({ length: size }, (_, i) => all[Math.floor((i * all.length) / size)] as T)
}

async function readLog(folder: string): Promise<LoggedOrder[]> {
  const [orders, items, payments, products, customers] = (await Promise.all(
    ['orders', 'order_items', 'order_payments', 'products', 'customers'].map((table) =>
      readTable(folder, table),
    ),
  )) as [Row[], Row[], Row[], Row[], Row[]]
  const weights = new Map(
    products.map((row) => [row['product_id'], Number(row['product_weight_g'])]),
  )
  const people = new Map(customers.map((row) => [row['customer_id'], row]))
  const itemsOf = groupBy(items, 'order_id')
  const paymentsOf = groupBy(payments, 'order_id')
  return orders
    .filter((row) => row['order_status'] === 'delivered')
    .map((row): LoggedOrder => {
      const { order_id: id = '', customer_id: customerId = '' } = row
      const person = people.get(customerId)
      return {
        id,
        customerId,
        city: person?.['customer_city'] ?? 'unknown',
        state: person?.['customer_state'] ?? 'unknown',
        items: (itemsOf.get(id) ?? []).map((item) => itemOf(item, weights)),
        paid: sum((paymentsOf.get(id) ?? []).map((payment) => cents(payment['payment_value']))),
      }
    })
    .filter(({ items: units, paid }) => units.length > 0 && paid === totalOf(units))
}

const totalOf = (items: readonly Item[]) => sum(items.map((item) => item.unitPrice + item.freight))

function itemOf(row: Row, weights: Map<string | undefined, number>): Item {
  return {
    sku: row['product_id'] ?? '',
    merchantId: row['seller_id'] ?? '',
    unitPrice: cents(row['price']),
    freight: cents(row['freight_value']),
    // Some products were never weighed.
    weightGrams: weights.get(row['product_id']) || 1,
  }
}

/** "58.9" is 5890 cents, by its digits and never through a fraction. */
function cents(text = ''): number {
  const [whole = '', part = ''] = text.split('.')
  if (!/^\d+$/.test(whole) || !/^\d{0,2}$/.test(part))
    throw new SetupError(`"${text}" is no amount.`, 'Check the log.')
  return Number(whole) * 100 + Number(part.padEnd(2, '0'))
}

function groupBy(rows: readonly Row[], column: string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>()
  for (const row of rows) {
    const key = row[column] ?? ''
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [row])
    else group.push(row)
  }
  return groups
}

async function readTable(folder: string, table: string): Promise<Row[]> {
  const file = join(folder, `olist_${table}_dataset.csv`)
  try {
    return parse(await readFile(file), { columns: true, bom: true }) as Row[]
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new SetupError(
      `${file} can't be read: ${reason}`,
      'Give the folder of the Olist download: `npm run demo -- --log <folder> --orders 20`.',
    )
  }
}
