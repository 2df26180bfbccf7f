import { randomUUID } from 'node:crypto'
import type { QuoteView } from '../api/price.ts'
import type { EntryView, OrderView, PlacedView } from '../api/shapes.ts'
import { readProducts } from '../db/catalog.ts'
import type { CatalogueSeed } from '../db/catalog.ts'
import type { Address } from '../domain/customer.ts'
import type { PaymentMethod, Resolution, TaskKind } from '../domain/events.ts'
import type { Locale } from '../domain/locale.ts'
import type { MailTemplate } from '../domain/notification.ts'
import type { Order } from '../domain/order.ts'
import type { OrderStatus } from '../domain/status.ts'
import { handsOn } from './hands.ts'
import { addFault, narrowTo } from './outside.ts'
import type { OrderFault } from './outside.ts'
import { payments } from './payment.ts'
import type { PaidBy } from './payment.ts'
import { records } from './record.ts'
import type { Money, SentMail } from './record.ts'
import type { Scene } from './scene.ts'
import { shipping } from './shipping.ts'
import type { AtTheDoor } from './shipping.ts'
import { support } from './support.ts'
import type { AfterSales, Cancel } from './support.ts'
import { moveTo, passTime, timeOf } from './time.ts'
import type { Duration, JumpOptions } from './time.ts'
import { warehouse } from './warehouse.ts'

/** What an order is to be; everything has a default. */
export type OrderOptions = {
  /** One of the catalogue's first product unless given. `address` is an index in `addresses`. */
  lines?: readonly {
    sku: string
    quantity?: number
    address?: number
    deliveries?: readonly { address: number; quantity: number }[]
  }[]
  /** `cod` is cash at the door. */
  method?: PaymentMethod
  /** The customer's id; one of their own unless given. */
  customer?: string
  /** Language of its mails. */
  locale?: Locale
  addresses?: readonly Address[]
  /** Codes as the customer types them in. */
  coupons?: readonly string[]
  /** `wait` orders what isn't there yet; otherwise that is refused. */
  whenShort?: 'refuse' | 'wait'
}

/**
 * An order and everything that can happen to it. Words in the past tense are steps of its life: each first does what
 * is missing before it (`delivered` pays, picks, packs and ships), goes through the door that is used for it in real
 * life, and ends when the order has taken it. A step that can't be done throws with what the order waits for instead;
 * one that was refused throws `RequestRefused` with the API's `code`.
 */
export type TestOrder = {
  readonly id: string
  readonly no: string
  /** The customer's mail address, of this order alone. */
  readonly email: string

  /** Paid at the platforms, by card unless told, or to be paid at the door; accepted for picking. */
  paid(by?: PaidBy): Promise<void>
  /** A payment was tried and declined. */
  declined(by?: PaidBy): Promise<void>
  /** The payment window ended, and the customer's money came all the same: taken up again or on its way back. */
  paidLate(): Promise<void>
  /** All money owed back was paid back. Waits; does nothing itself. */
  refunded(): Promise<void>
  /** A picker took each fulfillment. */
  claimed(): Promise<void>
  /** All units are off the shelf. */
  picked(): Promise<void>
  /** A second look found what the list says. */
  checked(): Promise<void>
  /** Everything is in parcels, and carriers are booked. */
  packed(): Promise<void>
  /** The carrier has picked up every parcel. */
  shipped(): Promise<void>
  /** Every parcel was signed for, and paid for where that is due. */
  delivered(door?: AtTheDoor): Promise<void>
  /** Every parcel was refused at the door. */
  rejected(): Promise<void>
  /** What was refused is back in the warehouse; by itself, refused first. */
  returned(): Promise<void>
  /** The carrier reported every parcel as lost. */
  lost(): Promise<void>
  /** The customer, or support, cancelled it, or units of it. */
  cancelled(how?: Cancel): Promise<void>
  /** The customer confirmed the receipt. */
  confirmed(): Promise<void>
  /** The customer asked for something after delivery. */
  requested(request: AfterSales): Promise<void>
  /** Wait for the open task of a kind, and answer it as support does. */
  resolve(kind: TaskKind, action: Resolution): Promise<void>

  /** Let time pass on the order's own clock: `'7 days'`, or milliseconds. Timers on the way fire. Returns the time it is then. */
  after(duration: Duration, options?: JumpOptions): Promise<Date>
  /** Let time pass until an instant. */
  until(instant: Date | string, options?: JumpOptions): Promise<Date>
  /** What time it is for the order. */
  now(): Promise<Date>
  /** A fault of a provider, for this order alone (`docs/sandbox.md`). */
  fault(fault: OrderFault): Promise<void>

  /** The header status at this moment. */
  status(): Promise<OrderStatus>
  /** Wait until the header status is this one. */
  is(status: OrderStatus): Promise<void>
  /** Wait until the order passes `test`; `what` names it in the error. */
  reach(what: string, test: (order: Order) => boolean): Promise<Order>
  /** The order as its events make it (`domain/order.ts`). */
  state(): Promise<Order>
  /** The order as the API shows it to support. */
  view(): Promise<OrderView>
  /** All that happened, in order. */
  timeline(): Promise<EntryView[]>
  /** Open tasks, with the actions they offer. */
  tasks(): Promise<NonNullable<OrderView['tasks']>>
  /** What was paid and paid back, and where the money is by the ledger. Minor units. */
  money(): Promise<Money>
  /** Units on hand and reserved of each product in it. */
  stock(): Promise<{ sku: string; onHand: number; reserved: number }[]>
  /** Names of the mails that its customer got, once all owed ones are sent. */
  mails(): Promise<MailTemplate[]>
  /** The last mail of a kind; waits until it is sent. */
  mail(template: MailTemplate): Promise<SentMail>
  /** Throws unless ledger, payment platform and what the API shows agree to the last minor unit. */
  audit(): Promise<void>
}

const ADDRESS: Address = {
  ...{ name: '李雷', phone: '+8613800138000', country: 'CN' },
  ...{ region: '广东省', city: '深圳市', district: '南山区', street: '科技园路 1 号' },
}

type Shop = Scene & { catalogue: CatalogueSeed }

export async function placeOrder(shop: Shop, wishes: OrderOptions): Promise<TestOrder> {
  const { lines = [{ sku: shop.catalogue.products[0]?.sku ?? '' }], addresses = [ADDRESS] } = wishes
  const [product] = await readProducts(
    shop.db,
    lines.map(({ sku }) => sku),
  )
  const email = `${randomUUID()}@customer.example`
  const cart = {
    currency: product?.currency ?? 'CNY',
    lines: lines.map(({ quantity = 1, ...line }) => ({ quantity, ...line })),
    addresses,
    ...(wishes.coupons !== undefined && { coupons: wishes.coupons }),
    ...(wishes.whenShort !== undefined && { whenShort: wishes.whenShort }),
  }
  const as = { role: 'customer', subject: wishes.customer ?? `c-${randomUUID()}` } as const
  const { quote } = await shop.door.ask<QuoteView>('POST', '/v1/quotes', { as, body: cart })
  const body = {
    ...{ ...cart, quote, contact: { email } },
    payment: { method: wishes.method ?? 'card' },
    ...(wishes.locale !== undefined && { locale: wishes.locale }),
  }
  const { id, no } = await shop.door.ask<PlacedView>('POST', '/v1/orders', { as, body })
  return testOrder(shop, { id, no, email })
}

function testOrder(scene: Scene, { id, no, email }: { id: string; no: string; email: string }) {
  const hands = handsOn(scene, id)
  const payment = payments(hands)
  const picking = warehouse(hands, payment.paid)
  const { sent, balances: _, ...seen } = records(scene, id)
  const order: TestOrder = {
    ...{ id, no, email },
    ...payment,
    ...picking,
    ...shipping(hands, picking.packed),
    ...support(hands),
    ...seen,
    after: (duration, options) => passTime(scene, id, { duration, ...options }),
    until: (instant, options) => moveTo(scene, id, { to: new Date(instant), ...options }),
    now: () => timeOf(scene, id),
    fault: (fault) => addFault(scene.sandbox.url, narrowTo({ id, no, email }, fault)),
    tasks: async () => (await seen.view()).tasks ?? [],
    mails: async () => (await sent(email)).map(({ template }) => template),
    mail: async (template) => lastOf(await sent(email, template), template),
  }
  return order
}

function lastOf(mails: readonly SentMail[], template: MailTemplate): SentMail {
  const last = mails.at(-1)
  if (last === undefined) throw new Error(`The mail "${template}" could not be delivered`)
  return last
}
