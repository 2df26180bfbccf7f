import { accepted } from '../domain/payment.ts'
import { sourceLines } from '../domain/inventory.ts'
import type { FreeStock } from '../domain/inventory.ts'
import type {
  Adjustment,
  CardFunding,
  EventOf,
  OrderEvent,
  Origin,
  PaymentMethod,
  TenderMethod,
} from '../domain/events.ts'
import { LIMITS } from '../domain/limits.ts'
import type { Locale } from '../domain/locale.ts'
import { foldOrder } from '../domain/evolve.ts'
import type { Order } from '../domain/order.ts'
import { sum } from '../domain/money.ts'
import type { Policy } from '../domain/policy.ts'
import { priceOrder } from '../domain/pricing.ts'
import type { PricedInput, PricedOrder } from '../domain/pricing.ts'
import { readMerchants, readProducts } from './catalog.ts'
import type { Merchant, Product } from './catalog.ts'
import type { Db, Tx } from './connection.ts'
import { takeKey } from './idempotency.ts'
import { holdStock, lockFreeStock, readFreeStock } from './inventory.ts'
import { appendFirst } from './record.ts'
import { putStart } from './relay.ts'
import { storePersons } from './vault.ts'
import type { OrderPersons } from './vault.ts'

/** Chosen here, or made elsewhere and known part by part. */
export type Payment = { method: PaymentMethod } | { tenders: RecordedTender[] }

/** A payment that another shop takes; in minor units. */
export type RecordedTender = {
  method: TenderMethod
  amount: number
  funding?: CardFunding
  installments?: number
}

/** What makes an order, whoever prices it. */
export type AdmissionBase = {
  orderId: string
  orderNo: string
  customerId: string
  currency: string
  locale: Locale
  payment: Payment
  persons: OrderPersons
  policy: Policy
  at: string
  /** Given for an order that another shop has taken: its units are that shop's, so no stock is held for it. */
  origin?: Origin
  idempotency: { principal: string; key: string; fingerprint: string }
}

export type CartLine = { sku: string; quantity: number; addressId: string }
export type Admission = AdmissionBase & { lines: CartLine[] }

export type AdmissionProblem = {
  code:
    | 'UNKNOWN_SKU'
    | 'CURRENCY_MISMATCH'
    | 'OUT_OF_STOCK'
    | 'AMOUNT_TOO_LARGE'
    | 'TOO_MANY_FULFILLMENTS'
    | 'TENDERS_DIFFER'
    | 'ALREADY_BROUGHT_IN'
  /** Index of the line, where one is at fault. */
  line?: number
  /** Units that could be had instead. */
  available?: number
}

export type Admitted =
  | { outcome: 'admitted'; orderId: string }
  | { outcome: 'replayed'; orderId: string }
  | { outcome: 'key_reused' }
  | { outcome: 'refused'; problems: AdmissionProblem[] }

/** Carries a refusal out of the transaction, which must leave nothing behind. */
class Refused extends Error {
  readonly problems: AdmissionProblem[]
  constructor(problems: AdmissionProblem[]) {
    super('admission refused')
    this.problems = problems
  }
}

/**
 * Admit an order in one transaction: price, stock, idempotency key, personal data, order row, first events, and the
 * workflow's start in the outbox. Either all of it is there afterwards or nothing.
 */
export async function admitOrder(
  db: Db,
  vaultKey: Buffer,
  admission: Admission,
): Promise<Admitted> {
  const soldOut = await soldOutLines(db, admission.lines)
  return enter({ db, vaultKey }, admission, async (tx) => {
    if (soldOut.length > 0) throw new Refused(soldOut)
    return priceFromCatalogue(tx, admission)
  })
}

/** A sold-out rush is answered by one read, without taking a lock. */
async function soldOutLines(db: Db, lines: readonly CartLine[]): Promise<AdmissionProblem[]> {
  const stock = await readFreeStock(
    db,
    lines.map((line) => line.sku),
  )
  const known = new Set(stock.map((row) => row.sku))
  return outOfStock(lines, stock).filter(({ line }) => known.has(lines[line ?? 0]?.sku ?? ''))
}

function outOfStock(lines: readonly CartLine[], stock: readonly FreeStock[]): AdmissionProblem[] {
  return sourceLines(lines, stock).flatMap((warehouse, line): AdmissionProblem[] => {
    if (warehouse !== undefined) return []
    const own = stock.filter((row) => row.sku === lines[line]?.sku)
    return [{ code: 'OUT_OF_STOCK', line, available: Math.max(0, ...own.map((row) => row.free)) }]
  })
}

export async function enter(
  { db, vaultKey }: { db: Db; vaultKey: Buffer },
  base: AdmissionBase,
  price: (tx: Tx) => Promise<PricedInputs>,
): Promise<Admitted> {
  const { orderId, idempotency } = base
  try {
    return await db.begin(async (tx): Promise<Admitted> => {
      const earlier = await takeKey(tx, { ...idempotency, subject: orderId })
      if (earlier !== undefined) {
        return earlier.fingerprint === idempotency.fingerprint
          ? { outcome: 'replayed', orderId: earlier.subject }
          : { outcome: 'key_reused' }
      }
      const priced = totals(await price(tx))
      refuseOtherSum(base.payment, priced.payable)
      await takeOrigin(tx, base)
      await write(tx, vaultKey, { base, priced })
      return { outcome: 'admitted', orderId }
    })
  } catch (error) {
    if (error instanceof Refused) return { outcome: 'refused', problems: error.problems }
    throw error
  }
}

export type PricedInputs = {
  inputs: PricedInput[]
  flatFreight: (merchantId: string) => number
  adjustments?: Adjustment[]
}

async function priceFromCatalogue(tx: Tx, { lines, currency }: Admission): Promise<PricedInputs> {
  const skus = lines.map((line) => line.sku)
  const products = new Map((await readProducts(tx, skus)).map((product) => [product.sku, product]))
  const wrong = lines.flatMap(({ sku }, line): AdmissionProblem[] => {
    const product = products.get(sku)
    if (product === undefined) return [{ code: 'UNKNOWN_SKU', line }]
    return product.currency === currency ? [] : [{ code: 'CURRENCY_MISMATCH', line }]
  })
  if (wrong.length > 0) throw new Refused(wrong)
  const merchantIds = [...products.values()].map((product) => product.merchantId)
  const merchants = new Map((await readMerchants(tx, merchantIds)).map((row) => [row.id, row]))
  const stock = await lockFreeStock(tx, skus)
  const warehouses = sourceLines(lines, stock)
  if (warehouses.includes(undefined)) throw new Refused(outOfStock(lines, stock))
  const inputs = lines.map((line, i) => {
    const product = products.get(line.sku) as Product
    const merchant = merchants.get(product.merchantId) as Merchant
    return {
      ...line,
      name: product.name,
      merchantId: merchant.id,
      warehouseId: warehouses[i] as string,
      unitPrice: product.price,
      weightGrams: product.weightGrams,
      commissionBps: merchant.commissionBps,
    }
  })
  return { inputs, flatFreight: (id) => merchants.get(id)?.freight ?? 0 }
}

function totals({ inputs, flatFreight, adjustments }: PricedInputs): PricedOrder {
  const priced = tryPrice(inputs, flatFreight, adjustments)
  if (priced === undefined) throw new Refused([{ code: 'AMOUNT_TOO_LARGE' }])
  if (priced.fulfillments.length > LIMITS.fulfillments) {
    throw new Refused([{ code: 'TOO_MANY_FULFILLMENTS' }])
  }
  return priced
}

/** What was paid elsewhere must be what is charged here, to the minor unit. */
function refuseOtherSum(payment: Payment, payable: number): void {
  if (!('tenders' in payment)) return
  if (sum(payment.tenders.map(({ amount }) => amount)) !== payable) {
    throw new Refused([{ code: 'TENDERS_DIFFER' }])
  }
}

function tryPrice(...args: Parameters<typeof priceOrder>): PricedOrder | undefined {
  try {
    return priceOrder(...args)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

async function write(
  tx: Tx,
  vaultKey: Buffer,
  { base, priced }: { base: AdmissionBase; priced: PricedOrder },
): Promise<void> {
  const { orderId, customerId, persons } = base
  const [placed, ...events] = firstEvents(base, priced)
  const first = foldOrder([placed])
  if (base.origin === undefined) await holdStock(tx, { orderId, holds: holdsOf(first) })
  await storePersons(tx, vaultKey, { orderId, customerId, persons })
  await appendFirst(tx, { placed, first, events })
  await putStart(tx, { orderId, events: [placed, ...events] })
}

/** A concurrent admission of the same makes this wait until that one commits or rolls back. */
async function takeOrigin(tx: Tx, { orderId, origin }: AdmissionBase): Promise<void> {
  if (origin === undefined) return
  const taken = await tx`
    insert into brought_in (shop, reference, order_id)
    values (${origin.shop}, ${origin.reference}, ${orderId})
    on conflict do nothing returning 1`
  if (taken.length === 0) throw new Refused([{ code: 'ALREADY_BROUGHT_IN' }])
}

function holdsOf(order: Order) {
  return order.fulfillments.flatMap(({ id: fulfillmentId, items, warehouseId }) =>
    items.map(({ lineId, quantity }) => ({
      fulfillmentId,
      lineId,
      quantity,
      warehouseId,
      sku: order.lines.find((line) => line.id === lineId)?.sku ?? '',
    })),
  )
}

/** Placed, with its first tenders. Where nothing is to be paid now, the warehouse may begin at once. */
function firstEvents(
  base: AdmissionBase,
  priced: PricedOrder,
): [EventOf<'order.placed'>, ...OrderEvent[]] {
  const { orderId, orderNo: no, customerId, locale, currency, policy, at, payment, origin } = base
  const payBy = new Date(Date.parse(at) + policy.payWindow).toISOString()
  const known = { orderId, no, customerId, locale, currency, policy, payBy }
  const data = { ...known, ...priced, ...(origin !== undefined && { origin }) }
  const tenders = firstTenders(payment, priced.payable)
  const rest = tenders.map((tender, i): OrderEvent => ({
    type: 'tender.added',
    at,
    data: { tenderId: `t${i + 1}`, ...tender },
  }))
  const atTheDoor = tenders.some(({ method }) => method === 'cod')
  if (atTheDoor || priced.payable === 0) rest.push(accepted(base, at))
  return [{ type: 'order.placed', at, data }, ...rest]
}

function firstTenders(payment: Payment, payable: number) {
  if ('tenders' in payment) return payment.tenders
  return payable === 0 ? [] : [{ method: payment.method, amount: payable }]
}
