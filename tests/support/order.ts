import type { UpdateDefinition } from '@temporalio/common'
import { openCalendars } from '../../adapters/calendar/calendars.ts'
import { checkOut } from '../../db/checkout.ts'
import type { Db } from '../../db/connection.ts'
import { readTimeline } from '../../db/order.ts'
import type { PaymentMethod, ReportKind, Resolution, TaskKind } from '../../domain/events.ts'
import type { PaymentAction } from '../../domain/method.ts'
import type { MailTemplate } from '../../domain/notification.ts'
import type { Order } from '../../domain/order.ts'
import { statusesOf } from '../../domain/status.ts'
import type { TenderWish } from '../../domain/tender.ts'
import { addFault, narrowTo, outside } from '../../testing/outside.ts'
import type { OrderFault, Scan } from '../../testing/outside.ts'
import { records } from '../../testing/record.ts'
import type { Scene } from '../../testing/scene.ts'
import { passTime } from '../../testing/time.ts'
import type { Duration, JumpOptions } from '../../testing/time.ts'
import * as messages from '../../workflows/messages.ts'
import { admission } from './builders.ts'
import type { Admission } from './builders.ts'
import { SECRETS } from '../../testing/secrets.ts'
import type { World } from './world.ts'

/** The parts of a world that driving an order takes. */
type Driven = Scene & Pick<World, 'relay'>

export type DrivenOrder = Awaited<ReturnType<typeof openOrder>>

/** Admit an order and return the hands that drive it through its life, and the eyes that check it. */
export async function openOrder(world: Driven, overrides: Partial<Admission> = {}) {
  const request = admission(overrides)
  const admitted = await admit(world.db, request)
  if (admitted.outcome !== 'admitted') throw new Error(JSON.stringify(admitted))
  await world.relay.now(request.orderId)
  return driveOrder(world, request.orderId)
}

/** Through the door of the database, at whatever it costs. */
export function admit(db: Db, { lines, coupons = [], wait = false, ...base }: Admission) {
  const { currency, customerId, locale, at, persons } = base
  const cart = {
    ...{ currency, places: persons.addresses, wait },
    lines: lines.map(({ sku, ...delivery }) => ({ sku, deliveries: [delivery] })),
  }
  const parts = { db, vaultKey: SECRETS.vaultKey, calendars: openCalendars() }
  const request = { cart, customerId, coupons, locale, at }
  return checkOut(parts, { base, request, isShown: () => true })
}

/** What a customer's browser needs to confirm a card payment. */
function openedBy([action]: readonly PaymentAction[]): Opened {
  if (action?.type !== 'confirm') return {}
  return { externalId: action.externalId, clientSecret: action.clientSecret }
}

export function driveOrder(world: Scene, id: string) {
  const { db, client } = world
  const email = `${id}@customer.example`
  let reports = 0

  const seen = records(world, id)
  const outer = outside(world.sandbox.url)
  const read = seen.state
  const row = async () => ({ ...(await read()), ...statusesOf(await read()) })

  async function command<A extends unknown[], R>(
    update: UpdateDefinition<R, [...A, messages.Seen?]>,
    ...args: A
  ): Promise<R> {
    const updateId = crypto.randomUUID()
    for (;;) {
      const outcome = await client.command({ orderId: id, updateId, update, args })
      if (outcome.outcome === 'done') return outcome.result
      // Asked again, it waits for the same answer.
      if (outcome.outcome !== 'pending') {
        throw new Error(outcome.outcome === 'refused' ? outcome.code : outcome.outcome)
      }
    }
  }

  async function report(kind: ReportKind, payload: Record<string, unknown>): Promise<void> {
    reports += 1
    const heard = await client.report(id, kind, {
      eventId: `report-${id}-${reports}`,
      occurredAt: new Date().toISOString(),
      ...payload,
    })
    if (!heard) throw new Error('the order is put away')
  }

  const reaches = (test: (order: Order) => boolean, what: string) => seen.reach(what, test)

  const self = {
    id,
    read,
    row,
    command,
    report,
    reaches,
    /** Until the header shows `status`. */
    is: (status: string) => reaches((order) => statusesOf(order).status === status, status),

    /** Open the platform's payment, as a storefront would. */
    async openPayment(method: PaymentMethod = 'card') {
      const { status, next } = await command(messages.retryPaymentUpdate, { tenders: [{ method }] })
      return { status, ...openedBy(next) }
    },

    /** Pay by several means at once. */
    payBy: (tenders: TenderWish[]) => command(messages.retryPaymentUpdate, { tenders }),

    /** The platform makes its order for a tender, but its answer never reaches ours. */
    async openUnheard(tenderId = 't1') {
      const { no: orderNo, payable: amount, currency, payBy } = await read()
      const key = `${id}:${tenderId}:open:1`
      const tender = { orderId: id, orderNo, tenderId, amount, currency, payBy }
      const returnUrl = 'http://shop.example'
      const { externalId, next } = await world.platforms.stripe.open({ key, ...tender, returnUrl })
      return openedBy([{ ...next, tenderId, method: 'card', externalId }])
    },

    /** The customer pays at the platform what our order doesn't wait for any more, and the notice comes. */
    async payLate(opened: Opened) {
      await self.confirmAtPlatform({ opened })
      await self.notice({ tenderId: 't1', externalId: opened.externalId ?? '' })
    },

    /** The platform's notice about a tender. */
    async notice(overrides: Record<string, unknown> = {}) {
      const { tenders, currency } = await read()
      const { tenderId } = overrides
      const tender = tenders.find(({ id: own }) => own === tenderId) ?? tenders.at(-1)
      await report('payment', {
        tenderId: tender?.id,
        externalId: tender?.externalId ?? 'pi_unknown',
        type: 'captured',
        amount: tender?.amount,
        currency,
        ...overrides,
      })
    },

    /** Confirm an open intent at the platform itself, like the customer's browser. */
    async confirmAtPlatform({
      paymentMethod = 'pm_card_visa',
      opened,
    }: { paymentMethod?: string; opened?: Opened } = {}) {
      const { externalId = '', clientSecret = '' } = opened ?? (await self.openPayment())
      return outer.confirm({ externalId, clientSecret }, paymentMethod)
    },

    /** Paid by card: at the platform, and told to the order. */
    async pay() {
      await self.confirmAtPlatform()
      await self.notice()
      await reaches((order) => order.accepted, 'acceptance')
    },

    /** All fulfillments from the shelf into parcels, until carriers are booked. */
    async pack(parcels?: messages.PackCommand['parcels']) {
      for (const { id: fulfillmentId } of (await read()).fulfillments) {
        const step = { fulfillmentId, by: 'picker-1' }
        await command(messages.claimUpdate, step)
        await command(messages.pickUpdate, step)
        await command(messages.checkUpdate, step)
        await command(messages.packUpdate, { ...step, ...(parcels !== undefined && { parcels }) })
      }
      await reaches(
        (order) => order.parcels.every((parcel) => parcel.status !== 'packed'),
        'bookings',
      )
    },

    /** Every parcel picked up by its carrier. */
    async handOver() {
      for (const { id: parcelId } of (await read()).parcels) {
        await report('shipmentTracking', { parcelId, type: 'picked_up' })
      }
      await reaches(
        (order) => order.parcels.every((parcel) => parcel.status !== 'booked'),
        'hand-over',
      )
    },

    /** Every parcel handed over and signed for. */
    async deliver() {
      await self.handOver()
      for (const { id: parcelId } of (await read()).parcels) {
        await report('delivery', { parcelId, signedBy: 'self' })
      }
      await reaches((order) => order.deliveredAt !== undefined, 'delivery')
    },

    confirm: () => command(messages.confirmReceiptUpdate),
    cancel: (by: 'customer' | 'support' = 'customer') => command(messages.cancelUpdate, { by }),

    /** The open task of a kind, once it is there. */
    async task(kind: TaskKind) {
      const find = (order: Order) => order.tasks.find((task) => task.open && task.kind === kind)
      const found = find(await reaches((order) => find(order) !== undefined, kind))
      if (found === undefined) throw new Error('the task was there a moment ago')
      return found
    },

    /** A person answers the open task of a kind. */
    async resolve(kind: TaskKind, action: Resolution) {
      const { id: taskId } = await self.task(kind)
      return command(messages.resolveTaskUpdate, { taskId, action, by: 'support-1' })
    },

    /** Until all money owed back was paid back. */
    refunded: () =>
      reaches(
        ({ refunds }) => refunds.length > 0 && refunds.every((r) => r.status === 'succeeded'),
        'refund',
      ),

    /** A fault of a provider, for this order alone (`docs/sandbox.md`). */
    async spoil(fault: OrderFault) {
      const { no } = await read()
      await addFault(world.sandbox.url, narrowTo({ id, no, email }, fault))
    },

    /** Move the order's own clock ahead. */
    after: (duration: Duration, options?: JumpOptions) =>
      passTime(world, id, { duration, ...options }),

    timeline: () => readTimeline(db, { orderId: id, after: 0, limit: 1000 }),
    async types() {
      return (await self.timeline()).map((event) => event.type)
    },

    /** Balance of each account by this order's postings: debits less credits. */
    balances: seen.balances,
    /** Stock of the order's SKUs: units on hand and reserved. */
    stock: seen.stock,
    /** Mails that reached the customer's mailbox. */
    mails: () => outer.mails(email),
    /** Those of one template, once all its notices were dealt with. */
    mailsOf: (template: MailTemplate) => seen.sent(email, template),
    /** The order's parcels as the carrier has them. */
    carrierParcels: async () => outer.parcels((await read()).no),
    /** A scan at the carrier's own, of which the order hears nothing yet. */
    async scanAtCarrier(scan: Scan, parcel = 0) {
      const { waybill = '' } = (await self.carrierParcels())[parcel] ?? {}
      await outer.scan(waybill, scan)
    },
    /** What the platform itself says it took and gave back. */
    platformLedger: async () => ({ entries: await outer.captures(id) }),
  }
  return self
}

type Opened = { externalId?: string; clientSecret?: string }
