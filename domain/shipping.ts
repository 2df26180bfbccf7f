import { carriesFreight, cashDue, doorTender, withCashSettled, withRefunds } from './account.ts'
import { accept, refuse } from './decision.ts'
import type { Decision } from './decision.ts'
import type { OrderEvent, RejectionReason, Reported } from './events.ts'
import { evolve } from './evolve.ts'
import { fulfillmentOf, isOnHold, isPaidAtTheDoor, parcelOf } from './order.ts'
import type { Order, Parcel, Tender } from './order.ts'
import { openTasks, raise } from './payment.ts'
import type { DeliveryReport, RejectionReport, ShipmentTrackingReport } from './reports.ts'
import { concession, freightOf, reversalOf, shortfallOf } from './reversal.ts'
import { PARCEL_TABLE } from './state-tables.ts'
import type { ParcelEventType } from './state-tables.ts'
import { SCAN_RANK } from './tracking.ts'
import type { ScanCode } from './tracking.ts'
import { next } from './transition.ts'

const can = (parcel: Parcel, on: ParcelEventType) =>
  next(PARCEL_TABLE, parcel.status, on) !== undefined

type Found = { parcel: Parcel; reported: Reported }

function find(
  order: Order,
  { eventId, occurredAt, parcelId }: { eventId: string; occurredAt: string; parcelId: string },
): Found | { refusal: 'REPEATED' | 'UNKNOWN_PARCEL' } {
  if (order.seen.includes(eventId)) return { refusal: 'REPEATED' }
  const parcel = parcelOf(order, parcelId) ?? byWaybill(order, parcelId)
  return parcel === undefined
    ? { refusal: 'UNKNOWN_PARCEL' }
    : { parcel, reported: { eventId, occurredAt } }
}

/** Who tells of a parcel may know no more of it than its waybill. */
const byWaybill = (order: Order, waybill: string) =>
  order.parcels.find((parcel) => parcel.waybill === waybill)

/** A carrier's scan. Only those that can change the order mean anything here; positions are the door's. */
export function reportTracking(order: Order, report: ShipmentTrackingReport, at: string): Decision {
  const found = find(order, report)
  if ('refusal' in found) return found
  if (isVoid(order, found.parcel) && proves(report.type)) return escaped(order, found.parcel, at)
  switch (report.type) {
    case 'delivered':
      return deliver(order, found, { at, report })
    case 'refused':
      return reject(order, found, { at, reason: 'other' })
    case 'returned':
      return bringBack(order, found, at)
    case 'lost':
      return lose(order, found, at)
    default:
      return move(order, found, { at, code: report.type })
  }
}

/** A signature at the door. */
export function reportDelivery(order: Order, report: DeliveryReport, at: string): Decision {
  const found = find(order, report)
  if ('refusal' in found) return found
  if (isVoid(order, found.parcel)) return escaped(order, found.parcel, at)
  return deliver(order, found, { at, report })
}

/** A refusal at the door. */
export function reportRejection(order: Order, report: RejectionReport, at: string): Decision {
  const found = find(order, report)
  if ('refusal' in found) return found
  if (isVoid(order, found.parcel)) return escaped(order, found.parcel, at)
  return reject(order, found, { at, reason: report.reason })
}

/** Scans that prove the parcel is in the carrier's hands. */
const proves = (code: ScanCode) => code !== 'cancelled' && SCAN_RANK[code] >= SCAN_RANK.picked_up

/** Its label is voided, or about to be: it was cancelled and its units are for sale again. */
const isVoid = (order: Order, parcel: Parcel) =>
  parcel.status === 'voided' || (parcel.status === 'booked' && isCalledOff(order, parcel))

const isCalledOff = (order: Order, { fulfillmentId }: Parcel) =>
  fulfillmentOf(order, fulfillmentId)?.stage === 'cancelled'

function move(
  order: Order,
  { parcel, reported }: Found,
  { at, code }: { at: string; code: ScanCode },
): Decision {
  if (!proves(code) || !can(parcel, 'parcel.handed_over')) return refuse('NO_CHANGE')
  return accept(handOver({ parcel, reported }, at))
}

function handOver({ parcel, reported }: Found, at: string): OrderEvent {
  return { type: 'parcel.handed_over', at, data: { ...reported, parcelId: parcel.id } }
}

/** A parcel moves although its label is void: someone has to bring it back. */
function escaped(order: Order, { id }: Parcel, at: string): Decision {
  const raised = escapeTask(order, id, at)
  return raised.length === 0 ? refuse('NO_CHANGE') : accept(...raised)
}

function escapeTask(order: Order, subject: string, at: string): OrderEvent[] {
  const kind = 'PARCEL_ESCAPED'
  const known = order.tasks.some((task) => task.kind === kind && task.subject === subject)
  return known ? [] : [raise(order, { kind, subject, at })]
}

/** The last scan implies the ones that were missed: what is signed for was handed over before. */
function withHandOver(order: Order, { parcel, reported }: Found, at: string) {
  const implied = parcel.status === 'booked' ? [handOver({ parcel, reported }, at)] : []
  const after = implied.reduce(evolve, order)
  return { implied, parcel: parcelOf(after, parcel.id) ?? parcel }
}

function deliver(
  order: Order,
  found: Found,
  { at, report }: { at: string; report: Partial<DeliveryReport> },
): Decision {
  const { implied, parcel } = withHandOver(order, found, at)
  const cash = cashEvents(order, parcel, { at, report })
  if (!can(parcel, 'parcel.delivered')) {
    return cash.some(({ type }) => type === 'tender.cash_received')
      ? accept(...withDoorPaid(order, cash, at))
      : refuse('NO_CHANGE')
  }
  const { signedBy } = report
  const data = {
    ...found.reported,
    parcelId: parcel.id,
    ...(signedBy !== undefined && { signedBy }),
  }
  const events: OrderEvent[] = [...implied, { type: 'parcel.delivered', at, data }, ...cash]
  return accept(...withDoorPaid(order, events, at))
}

/** With the cash in, what was paid before may turn out to be more than is owed. */
export const withDoorPaid = (order: Order, events: OrderEvent[], at: string) =>
  withRefunds(order, withCashSettled(order, events, at), { at, reason: 'surplus' })

/**
 * Cash counts only with the carrier's word for it, once per parcel; any other sum than is expected is a person's task,
 * and so is cash for an order that was not to be paid at the door.
 */
function cashEvents(
  order: Order,
  parcel: Parcel,
  { at, report }: { at: string; report: Partial<DeliveryReport> },
): OrderEvent[] {
  const tender = doorTender(order)
  const { amount = 0, currency } = report.cashCollected ?? {}
  const taken = currency === order.currency ? amount : 0
  if (tender !== undefined && parcel.id in tender.cashParcels) return []
  const isTaken = tender !== undefined && parcel.carrier !== undefined && taken > 0
  const events = isTaken ? cashTaken(order, { tender, parcel, amount: taken, at }) : []
  const isRight = amount === expectedAt(order, parcel) && (amount === 0 || isTaken)
  const task = { kind: 'CASH_MISMATCH', subject: parcel.id, at } as const
  const isAsked = openTasks(order, task).length > 0
  return isRight || isAsked ? events : [...events, raise(order, task)]
}

/** What one parcel's door was to bring: what is due, or what was given up for lost. */
const expectedAt = (order: Order, parcel: Parcel) =>
  cashDue(order, parcel) ?? shortfallOf(order, parcel.id)

/** Cash of one parcel; what was given up for lost is charged again. */
export function cashTaken(
  order: Order,
  {
    tender,
    parcel,
    amount,
    at,
  }: { tender: Tender; parcel: Pick<Parcel, 'id' | 'carrier'>; amount: number; at: string },
): OrderEvent[] {
  const { id: parcelId, carrier = '' } = parcel
  const data = { tenderId: tender.id, amount, carrier, parcelId }
  const found = Math.min(amount, shortfallOf(order, parcelId))
  const again = { at, kind: 'shortfall', amount: -found, parcelId } as const
  return [
    { type: 'tender.cash_received', at, data },
    ...(found > 0 ? [concession(order, again)] : []),
  ]
}

function reject(
  order: Order,
  found: Found,
  { at, reason }: { at: string; reason: RejectionReason },
): Decision {
  const { implied, parcel } = withHandOver(order, found, at)
  if (!can(parcel, 'parcel.refused')) return refuse('NO_CHANGE')
  const data = { ...found.reported, parcelId: parcel.id, reason }
  return accept(...implied, { type: 'parcel.refused', at, data })
}

/** Back on the shelf: the customer owes nothing for it any more. */
function bringBack(order: Order, found: Found, at: string): Decision {
  const { implied, parcel } = withHandOver(order, found, at)
  if (!can(parcel, 'parcel.returned')) return refuse('NO_CHANGE')
  const data = { ...found.reported, parcelId: parcel.id }
  const returned: OrderEvent[] = [...implied, { type: 'parcel.returned', at, data }]
  return accept(...withParcelReversed(order, returned, { parcel, at, reason: 'returned' }))
}

function lose(order: Order, found: Found, at: string): Decision {
  const { implied, parcel } = withHandOver(order, found, at)
  if (!can(parcel, 'parcel.lost')) return refuse('NO_CHANGE')
  return accept(
    ...implied,
    { type: 'parcel.lost', at, data: { ...found.reported, parcelId: parcel.id } },
    raise(order, { kind: 'PARCEL_LOST', subject: parcel.id, at }),
  )
}

/** `events`, then the parcel's price off the customer's account and whatever that frees paid back. */
export function withParcelReversed(
  order: Order,
  events: OrderEvent[],
  { parcel, at, reason }: { parcel: Parcel; at: string; reason: string },
): OrderEvent[] {
  const after = events.reduce(evolve, order)
  const own = after.fulfillments.filter(({ id }) => id === parcel.fulfillmentId)
  const freight = freightOf(takesFreightAlong(after, parcel) ? own : [])
  const note = { at, reason, ...freight, parcelId: parcel.id, isFrozen: true }
  const credit = reversalOf(after, parcel.items, note)
  const settled = withCashSettled(order, [...events, credit], at)
  return withRefunds(order, settled, { at, reason })
}

/** Ends of a parcel that leave its customer with nothing. */
const NOT_KEPT: ReadonlySet<Parcel['status']> = new Set(['returned', 'written_off', 'voided'])

/**
 * At the door, freight goes uncollected with the parcel that carries it. Paid freight comes back when nothing of
 * the fulfillment was delivered, unless the customer simply changed their mind.
 */
function takesFreightAlong(order: Order, parcel: Parcel): boolean {
  if (isPaidAtTheDoor(order)) return carriesFreight(order, parcel)
  const siblings = order.parcels.filter((p) => p.fulfillmentId === parcel.fulfillmentId)
  const nothingKept = siblings.every((p) => NOT_KEPT.has(p.status))
  return nothingKept && siblings.every((p) => p.rejection !== 'changed_mind')
}

export function parcelBooked(
  order: Order,
  {
    at,
    ...booking
  }: { parcelId: string; carrier: string; waybill: string; trackingUrl?: string; at: string },
): Decision {
  const parcel = parcelOf(order, booking.parcelId)
  if (parcel === undefined || !can(parcel, 'parcel.booked')) return refuse('NO_CHANGE')
  return accept({ type: 'parcel.booked', at, data: booking })
}

/** The warehouse's own word that parcels left with the carrier. */
export function handOverParcel(order: Order, parcelId: string, at: string): Decision {
  const parcel = parcelOf(order, parcelId)
  if (parcel === undefined) return refuse('UNKNOWN_PARCEL')
  if (order.closure !== 'none') return refuse('ORDER_CLOSED')
  if (isOnHold(order)) return refuse('ORDER_ON_HOLD')
  if (isVoid(order, parcel) || !can(parcel, 'parcel.handed_over')) return refuse('WRONG_STATE')
  return accept(handOver({ parcel, reported: {} }, at))
}

/** Booked labels of what was cancelled, to be voided at the carrier. */
export function labelsToVoid(order: Order): Parcel[] {
  return order.parcels.filter((parcel) => parcel.status === 'booked' && isCalledOff(order, parcel))
}

export function labelVoided(
  order: Order,
  { parcelId, outcome, at }: { parcelId: string; outcome: 'cancelled' | 'moving'; at: string },
): Decision {
  const parcel = parcelOf(order, parcelId)
  if (parcel === undefined || !can(parcel, 'parcel.voided')) return refuse('NO_CHANGE')
  const voided: OrderEvent = { type: 'parcel.voided', at, data: { parcelId } }
  return outcome === 'cancelled'
    ? accept(voided)
    : accept(voided, ...escapeTask(order, parcelId, at))
}
