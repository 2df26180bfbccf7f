import { creditedOf, takenBackOf } from '../domain/account.ts'
import { cashFeeIn } from '../domain/cash-fee.ts'
import type { Locale } from '../domain/locale.ts'
import { wayBack } from '../domain/means.ts'
import { cancelledUnits, placedItems } from '../domain/order.ts'
import type { Fulfillment, Order, Parcel, Refund } from '../domain/order.ts'
import { orderToken, orderUrl } from '../domain/link.ts'
import { outlookOf } from '../domain/outlook.ts'
import { isPayableHere } from '../domain/tender.ts'
import { capturedOf, fulfillmentStatus, refundedOf, statusesOf } from '../domain/status.ts'
import { offeredOn } from '../domain/task.ts'
import { trackParcel } from '../domain/tracking.ts'
import type { OrderRow, Scope } from '../db/order.ts'
import type { AskedTender } from '../db/payment-step.ts'
import type { ScanRow } from '../db/shipping.ts'
import type { Actor } from './context.ts'
import { nextActionsOf } from './next-action.ts'
import { discountsOf, estimateView, stepView } from './price.ts'
import type { OrderRowView, OrderView, PlacedView, WholeView } from './shapes.ts'

/*
 * Orders as callers see them, field by field, so that nothing is shown because it happens to be there. Personal data
 * is not among it: that stays in the vault.
 */

/** Without a key, links open the order only to who has credentials of their own. */
export type Links = { publicUrl: string; linkKey?: Buffer }

/** `whole`: every part of the order, and its money. `staff`: what keeps operators busy, too. */
export type Sight = {
  scope: Scope
  whole: boolean
  prices: boolean
  staff: boolean
  /** Whose order it is, or who holds its link already: nobody else is given a token. */
  buyer: boolean
}

export function sightOf({ role, scope }: Actor): Sight {
  const staff = role === 'support' || role === 'finance' || role === 'admin'
  const buyer = role === 'customer' || role === 'link'
  const whole = staff || buyer
  return { scope, whole, prices: whole || role === 'merchant', staff, buyer }
}

/** The part of an order that someone may know of: their own lines, fulfillments and parcels. */
export function partOf(
  order: Order,
  scope: Scope,
): Pick<Order, 'lines' | 'fulfillments' | 'parcels'> {
  const fulfillments = order.fulfillments.filter((fulfillment) => isWithin(fulfillment, scope))
  const lineIds = new Set(fulfillments.flatMap(placedItems).map(({ lineId }) => lineId))
  const ids = new Set(fulfillments.map(({ id }) => id))
  return {
    fulfillments,
    lines: order.lines.filter((line) => lineIds.has(line.id)),
    parcels: order.parcels.filter((parcel) => ids.has(parcel.fulfillmentId)),
  }
}

function isWithin({ merchantId, warehouseId }: Fulfillment, scope: Scope): boolean {
  if ('merchantId' in scope) return merchantId === scope.merchantId
  return 'warehouseId' in scope ? warehouseId === scope.warehouseId : true
}

export function placedView(order: Order, links: Links): PlacedView {
  const { id, no, payable, currency, payBy } = order
  const { status, payment } = statusesOf(order)
  const nextAction = nextActionOf(order, links)
  const shown = { id, no, status, payable, currency, payBy }
  return { ...shown, payment: { status: payment, nextAction }, links: linksTo(order, links) }
}

/** Money is still asked for, and no cash at the door. */
function nextActionOf(order: Order, links: Links): PlacedView['payment']['nextAction'] {
  if (!isPayableHere(order) || order.payable === 0) return null
  return { type: 'pay', method: 'POST', url: linkTo(order, '/payments', links) }
}

function linksTo(order: Order, links: Links) {
  const { publicUrl, linkKey } = links
  const { id, placedAt } = order
  return {
    self: linkTo(order, '', links),
    timeline: linkTo(order, '/timeline', links),
    ...(linkKey !== undefined && {
      page: orderUrl({ publicUrl, linkKey }, id, Date.parse(placedAt)),
    }),
  }
}

/** Made as of placing, so that the same order always shows the same links. */
function linkTo({ id, placedAt }: Order, path: string, { publicUrl, linkKey }: Links): string {
  const url = `${publicUrl}/v1/orders/${id}${path}`
  if (linkKey === undefined) return url
  return `${url}?token=${orderToken(linkKey, id, Date.parse(placedAt))}`
}

export type Shown = {
  sight: Sight
  links: Links
  scans: readonly ScanRow[]
  /** What platforms were asked to open. */
  asked: readonly AskedTender[]
  asOf: string
  /** The order's own time. */
  now: string
  /** In which promotions are told. */
  locale: Locale
}

export function orderView(
  order: Order,
  { sight, links, scans, asked, asOf, now, locale: spoken }: Shown,
): OrderView {
  const { id, no, currency, locale, placedAt } = order
  const { status, fulfillment, afterSales } = statusesOf(order)
  const { lines, fulfillments } = partOf(order, sight.scope)
  const shownLinks = sight.buyer ? links : { publicUrl: links.publicUrl }
  return {
    ...{ id, no, status, fulfillmentStatus: fulfillment, afterSalesStatus: afterSales },
    ...{ currency, locale, placedAt },
    ...momentsOf(order),
    lines: lines.map((line) => lineView(order, line, sight)),
    fulfillments: fulfillments.map((one) => fulfillmentView(order, one, { sight, scans })),
    ...(sight.whole && {
      ...wholeView(order, shownLinks, spoken),
      payment: paymentView(order, { links: shownLinks, asked, buyer: sight.buyer }),
    }),
    ...(sight.staff && { tasks: tasksOf(order) }),
    outlook: outlookView(order, sight),
    ...{ now, asOf },
  }
}

/** Merchants and warehouses are told of their own part's waits; clocks run for the whole order. */
function outlookView(order: Order, { scope, whole }: Sight): OrderView['outlook'] {
  const { waits, deadline } = outlookOf(order)
  if (whole) return { waits, deadline: deadline ?? null }
  const { fulfillments, parcels } = partOf(order, scope)
  const own = new Set([...fulfillments, ...parcels].map(({ id }) => id))
  const ofPart = waits.filter(({ subject }) => subject !== undefined && own.has(subject))
  return { waits: ofPart, deadline: null }
}

function momentsOf(order: Order) {
  const { promisedShipAt, deliveredAt, cancelledAt, closedAt, archivedAt } = order
  return {
    ...(promisedShipAt !== undefined && { promisedShipAt }),
    ...(deliveredAt !== undefined && { deliveredAt }),
    ...(cancelledAt !== undefined && { cancelledAt }),
    ...(closedAt !== undefined && { closedAt }),
    ...(archivedAt !== undefined && { archivedAt }),
  }
}

function lineView(
  order: Order,
  line: Order['lines'][number],
  { prices }: Sight,
): OrderView['lines'][number] {
  const cancelled = cancelledUnits(order, line.id)
  const { id, sku, name, merchantId, quantity, unitPrice, net, image, attributes } = line
  return {
    ...{ id, sku, name, merchantId, quantity },
    ...(cancelled > 0 && { cancelled }),
    ...(prices && { unitPrice, discounts: discountsOf(line), net }),
    ...(image !== undefined && { image }),
    ...(attributes !== undefined && { attributes }),
  }
}

function fulfillmentView(
  order: Order,
  fulfillment: Fulfillment,
  { sight, scans }: Pick<Shown, 'sight' | 'scans'>,
): OrderView['fulfillments'][number] {
  const { id, merchantId, warehouseId, items, freight, carrier, estimate, awaitsStock } =
    fulfillment
  const parcels = order.parcels.filter((parcel) => parcel.fulfillmentId === id)
  return {
    ...{ id, status: fulfillmentStatus(order, fulfillment), merchantId, warehouseId, items },
    ...(sight.whole && { freight }),
    ...(carrier !== undefined && { carrier }),
    ...(estimate !== undefined && { estimate: estimateView(estimate) }),
    ...(awaitsStock !== undefined && { awaitsStock }),
    parcels: parcels.map((parcel) => parcelView(parcel, scans)),
  }
}

export function parcelView(
  parcel: Parcel,
  all: readonly ScanRow[],
): OrderView['fulfillments'][number]['parcels'][number] {
  const { id, status, carrier, waybill, trackingUrl, items, weightGrams } = parcel
  const { handedOverAt, deliveredAt, returnedAt } = parcel
  const own = all.filter(({ parcelId }) => parcelId === id)
  const { position = null, scans } = trackParcel(
    own.map(({ code, occurredAt, location }) => ({
      ...{ carrier: carrier ?? '', waybill: waybill ?? '', code, occurredAt },
      ...(location !== null && { location }),
    })),
  )
  return {
    ...{ id, status, items, weightGrams, position },
    ...(carrier !== undefined && { carrier, waybill }),
    ...(trackingUrl !== undefined && { trackingUrl }),
    ...(handedOverAt !== undefined && { handedOverAt }),
    ...(deliveredAt !== undefined && { deliveredAt }),
    ...(returnedAt !== undefined && { returnedAt }),
    scans: scans.map(({ code, occurredAt, location }) => ({
      ...{ code, occurredAt },
      ...(location !== undefined && { location }),
    })),
  }
}

function paymentView(
  order: Order,
  { links, ...shown }: { links: Links; asked: readonly AskedTender[]; buyer: boolean },
): WholeView['payment'] {
  const nextAction = nextActionOf(order, links)
  return {
    status: statusesOf(order).payment,
    nextAction,
    nextActions: nextActionsOf(order, shown),
    retryUntil: nextAction === null ? null : order.payBy,
  }
}

function wholeView(order: Order, links: Links, locale: Locale): Omit<WholeView, 'payment'> {
  const { customerId, origin, goods, freight, adjustments, payable, payBy, currency } = order
  const { promotions = [] } = order
  return {
    ...{ customerId, payable, payBy },
    ...(origin !== undefined && { origin }),
    promotions: promotions.map((step) => stepView(step, { locale, currency })),
    totals: {
      ...{ goods, freight, cashOnDeliveryFee: cashFeeIn(order), adjustments, payable },
      reversed: creditedOf(order),
      ...{ paid: capturedOf(order), refunded: refundedOf(order), takenBack: takenBackOf(order) },
    },
    tenders: order.tenders.map((tender) => tenderView(tender, order)),
    refunds: order.refunds.map((refund) => refundView(order, refund)),
    requests: order.requests.map(({ id, kind, reason, items }) => ({ id, kind, reason, items })),
    links: linksTo(order, links),
  }
}

function tenderView(
  tender: Order['tenders'][number],
  { origin }: Order,
): WholeView['tenders'][number] {
  const { id, method, amount, status, failureCode } = tender
  const { funding, installments, capturedAt } = tender
  return {
    ...{ id, method, amount, status },
    ...(failureCode !== undefined && { failureCode }),
    ...(origin !== undefined && { recorded: true as const }),
    ...(funding !== undefined && { funding }),
    ...(installments !== undefined && { installments }),
    ...(capturedAt !== undefined && { capturedAt }),
  }
}

function refundView(order: Order, refund: Refund): WholeView['refunds'][number] {
  const { id, tenderId, amount, reason, status } = refund
  return { id, tenderId, method: wayBack(order, refund), amount, reason, status }
}

function tasksOf(order: Order): NonNullable<OrderView['tasks']> {
  return order.tasks
    .filter((task) => task.open)
    .map((task) => {
      const { id, kind, subject, code } = task
      return {
        ...{ id: `${order.id}-${id}`, kind, subject, actions: [...offeredOn(order, task)] },
        ...(code !== undefined && { code }),
      }
    })
}

/** An order in a list. */
export function orderRowView({ order, updatedAt }: OrderRow, { whole }: Sight): OrderRowView {
  const { id, no, currency, payable, placedAt } = order
  const { status, payment, fulfillment, afterSales } = statusesOf(order)
  return {
    ...{ id, no, status, fulfillmentStatus: fulfillment, afterSalesStatus: afterSales },
    ...{ currency, placedAt, asOf: updatedAt },
    ...(whole && { payable, paymentStatus: payment }),
  }
}
