import { cashFeeOf, surcharge } from '../domain/cash-fee.ts'
import type { CardFunding, EventOf, OrderEvent, Origin, TenderMethod } from '../domain/events.ts'
import { evolve, foldOrder } from '../domain/evolve.ts'
import type { InvoiceTitle } from '../domain/invoice.ts'
import type { Locale } from '../domain/locale.ts'
import { isStoredValue } from '../domain/method.ts'
import { sum } from '../domain/money.ts'
import type { Order } from '../domain/order.ts'
import type { Policy } from '../domain/policy.ts'
import type { PricedOrder } from '../domain/pricing.ts'
import type { Need, QuoteProblem } from '../domain/quote.ts'
import { partsOf, tendersFor, withAcceptance } from '../domain/tender.ts'
import type { TenderWish } from '../domain/tender.ts'
import { together } from './connection.ts'
import type { Db, Tx } from './connection.ts'
import { lockCoupons } from './coupon.ts'
import { takeKey } from './idempotency.ts'
import type { KeyUse } from './idempotency.ts'
import { holdBrought, holdStock } from './inventory.ts'
import { noteRequest } from './invoice.ts'
import { appendFirst } from './record.ts'
import { putStart } from './relay.ts'
import { askForMore } from './replenishment.ts'
import { holdValue, lockAccounts, readAvailable } from './value.ts'
import { storePersons } from './vault.ts'
import type { OrderPersons } from './vault.ts'

/** Chosen here, or made elsewhere and known part by part. */
export type Payment =
  | {
      wishes: TenderWish[]
      /** Most that may be collected at the door; whatever is left out. */
      cashLimit?: number
    }
  | { recorded: RecordedTender[] }

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
  /** Given where its customer wants invoices from the start. */
  invoice?: InvoiceTitle
  policy: Policy
  at: string
  /** Given for an order that another shop has taken: its units are that shop's, so no stock is held for it. */
  origin?: Origin
  idempotency: Omit<KeyUse, 'subject'>
}

export type AdmissionProblem =
  | QuoteProblem
  | {
      code: 'COUPON_UNKNOWN' | 'COUPON_EXPIRED' | 'COUPON_TAKEN'
      /** Index of the code. */
      coupon: number
    }
  | {
      code: 'ID_TAKEN' | 'CURRENCY_DIFFERS' | 'SKU_IS_BUNDLE'
      /** Index of a line that was priced elsewhere, and what of it is at fault. */
      line: number
      field: 'sku' | 'merchantId'
    }
  | { code: 'ALREADY_BROUGHT_IN' }
  | {
      code: 'TENDERS_DIFFER'
      price: number
      /** What the means of payment say that they bear of it. */
      sum: number
    }
  | {
      code: 'INSUFFICIENT_BALANCE' | 'COD_TOO_MUCH'
      /** Index of the means of payment. */
      tender: number
      /** The most that it can bear. */
      available: number
    }

export type Admitted =
  | { outcome: 'admitted'; orderId: string }
  | { outcome: 'replayed'; orderId: string }
  | { outcome: 'key_reused' }
  | { outcome: 'refused'; problems: AdmissionProblem[] }

/** Carries a refusal out of the transaction, which must leave nothing behind. */
export class Refused extends Error {
  override readonly name = 'Refused'
  readonly problems: AdmissionProblem[]
  constructor(problems: AdmissionProblem[]) {
    super('admission refused')
    this.problems = problems
  }
}

/** Stock or a coupon that was there a moment ago isn't any more. Nothing was written: whoever asked may look again. */
export class Gone extends Error {
  override readonly name = 'Gone'
}

/**
 * An order's price, and what it takes from the shelves for it; `brought` are units that come with it, `isAgain` after a try that found
 * something gone.
 */
export type Entry = { priced: PricedOrder; needs: Need[]; brought?: Need[]; isAgain?: boolean }

/**
 * Admit an order in one transaction: idempotency key, personal data, coupons, stock, order row, first events, and the
 * workflow's start in the outbox. Either all of it is there afterwards or nothing.
 */
export async function enter(
  { db, vaultKey }: { db: Db; vaultKey: Buffer },
  base: AdmissionBase,
  reckon: (tx: Tx) => Promise<Entry>,
): Promise<Admitted> {
  const { orderId, idempotency } = base
  try {
    return await db.begin(async (tx): Promise<Admitted> => {
      const earlier = await takeKey(tx, { ...idempotency, subject: orderId })
      if (earlier !== undefined) return answerOf(earlier, base)
      const entry = await reckon(tx)
      refuseOtherSum(base, entry.priced)
      await takeOrigin(tx, base)
      await write(tx, vaultKey, { base, entry })
      return { outcome: 'admitted', orderId }
    })
  } catch (error) {
    if (error instanceof Refused) return { outcome: 'refused', problems: error.problems }
    throw error
  }
}

/** What a request is answered with whose key was used before. */
export function answerOf(
  earlier: KeyUse,
  { idempotency }: Pick<AdmissionBase, 'idempotency'>,
): Admitted {
  return earlier.fingerprint === idempotency.fingerprint
    ? { outcome: 'replayed', orderId: earlier.subject }
    : { outcome: 'key_reused' }
}

/**
 * What was paid elsewhere, or is to be paid by several means, must be what is charged, to the minor unit; and at the
 * door not too much of it.
 */
function refuseOtherSum({ payment, policy }: AdmissionBase, priced: PricedOrder): void {
  const { payable } = priced
  if ('recorded' in payment) {
    const isSame = sum(payment.recorded.map(({ amount }) => amount)) === payable
    if (!isSame) throw otherSum(payment.recorded, payable)
    return
  }
  const { wishes, cashLimit = Infinity } = payment
  const fee = cashFeeOf(policy, wishes) * priced.fulfillments.length
  const parts = payable === 0 ? [] : partsOf(wishes, payable + fee)
  if (parts === undefined) throw otherSum(wishes, payable + fee)
  const tender = parts.findIndex(({ method, amount }) => method === 'cod' && amount > cashLimit)
  if (tender >= 0) throw new Refused([{ code: 'COD_TOO_MUCH', tender, available: cashLimit }])
}

function otherSum(stated: readonly { amount?: number }[], price: number): Refused {
  const all = sum(stated.map(({ amount = 0 }) => amount))
  return new Refused([{ code: 'TENDERS_DIFFER', price, sum: all }])
}

async function write(
  tx: Tx,
  vaultKey: Buffer,
  {
    base,
    entry: { priced, needs, brought, isAgain = false },
  }: { base: AdmissionBase; entry: Entry },
): Promise<void> {
  const { orderId, customerId, persons, invoice } = base
  const { placed, events, held } = firstEvents(base, priced)
  const couponIds = priced.promotions.flatMap(({ couponId }) => couponId ?? [])
  const [, , isLocked, short, isHeld] = await together([
    storePersons(tx, vaultKey, { orderId, customerId, persons }),
    invoice && noteRequest(tx, vaultKey, { orderId, customerId, title: invoice }),
    lockCoupons(tx, { orderId, couponIds }),
    holdValues(tx, base, held),
    holdStock(tx, { orderId, holds: needs, isAgain }),
    brought && holdBrought(tx, { orderId, holds: brought }),
  ])
  if (short.length > 0) throw new Refused(short)
  if (!isLocked || !isHeld) throw new Gone()
  await together([
    appendFirst(tx, { placed, first: foldOrder([placed]), events }),
    putStart(tx, { orderId, events: [placed, ...events] }),
    askForMore(tx, needs),
  ])
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

/** Sets aside what customers have with us; tells which accounts hold too little. */
async function holdValues(
  tx: Tx,
  { orderId, customerId, currency }: AdmissionBase,
  added: readonly Added[],
): Promise<AdmissionProblem[]> {
  const problems: AdmissionProblem[] = []
  const wanted = added
    .map(({ data: { tenderId, account = '', amount } }, tender) => ({
      ...{ orderId, tenderId, accountId: account, customerId, amount, currency, tender },
    }))
    .filter(({ accountId }) => accountId !== '')
    .toSorted((a, b) => (a.accountId < b.accountId ? -1 : 1))
  // All at once and before stock, in the order of all locks.
  if (wanted.length > 1) {
    await lockAccounts(
      tx,
      wanted.map(({ accountId }) => accountId),
    )
  }
  for (const { tender, ...hold } of wanted) {
    const outcome = await holdValue(tx, hold)
    if (outcome === 'held') continue
    const { accountId } = hold
    const left = await readAvailable(tx, { orderId: null, accountIds: [accountId] })
    const available = outcome === 'unknown' ? 0 : (left.get(accountId) ?? 0)
    problems.push({ code: 'INSUFFICIENT_BALANCE', tender, available })
  }
  return problems
}

type Added = EventOf<'tender.added'>

/** Placed, with its first tenders. Where nothing is to be paid any more, the warehouse may begin at once. */
function firstEvents(
  base: AdmissionBase,
  order: PricedOrder,
): { placed: EventOf<'order.placed'>; events: OrderEvent[]; held: Added[] } {
  const { unused: _, promotions, ...priced } = order
  const { orderId, orderNo: no, customerId, locale, currency, policy, at, payment, origin } = base
  const payBy = new Date(Date.parse(at) + policy.payWindow).toISOString()
  const known = { orderId, no, customerId, locale, currency, policy, payBy }
  const data = {
    ...known,
    ...priced,
    ...(promotions.length > 0 && { promotions }),
    ...(origin !== undefined && { origin }),
  }
  const placed = { type: 'order.placed', at, data } as const
  const unpaid = foldOrder([placed])
  const fee = 'wishes' in payment ? surcharge(unpaid, payment.wishes, at) : []
  const added = firstTenders(payment, fee.reduce(evolve, unpaid))
  const held = origin === undefined ? added : []
  const authorized = held
    .filter(({ data: { method } }) => isStoredValue(method))
    .map(({ data: { tenderId } }): OrderEvent => ({
      ...{ type: 'tender.authorized', at, data: { tenderId } },
    }))
  const events = withAcceptance(unpaid, [...fee, ...added, ...authorized], at)
  return { placed, events, held }
}

function firstTenders(payment: Payment, { payable, placedAt: at }: Order): Added[] {
  if ('wishes' in payment) {
    const parts = payable === 0 ? [] : (partsOf(payment.wishes, payable) ?? [])
    return tendersFor(parts, { from: 0, at })
  }
  return payment.recorded.map((tender, i) => ({
    ...{ type: 'tender.added', at, data: { tenderId: `t${i + 1}`, ...tender } },
  }))
}
