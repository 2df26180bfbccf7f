import { accept, refuse } from './decision.ts'
import type { Decision } from './decision.ts'
import type { CheckFailure, LineUnits, OrderEvent, PackedParcel } from './events.ts'
import { evolve } from './evolve.ts'
import { LIMITS } from './limits.ts'
import { sum } from './money.ts'
import { fulfillmentOf, isOnHold, lineOf } from './order.ts'
import type { Fulfillment, Order } from './order.ts'
import type { GivenParcel, PickingReport, StockedReport } from './reports.ts'
import { STAGE_TABLE } from './state-tables.ts'
import type { Stage, StageEventType } from './state-tables.ts'
import { next } from './transition.ts'
import { merged, unitsOf } from './units.ts'

/** A step in the warehouse, asked for by a person (an update) or reported by an outside WMS (a signal). */
export type WarehouseStep = {
  fulfillmentId: string
  type: PickingReport['type']
  /** Who did it: the principal's id, never a name. */
  by: string
  reason?: CheckFailure
  parcels?: GivenParcel[]
  eventId?: string
  occurredAt?: string
}

export function warehouseStep(order: Order, step: WarehouseStep, at: string): Decision {
  if (step.eventId !== undefined && order.seen.includes(step.eventId)) return refuse('REPEATED')
  const fulfillment = fulfillmentOf(order, step.fulfillmentId)
  if (fulfillment === undefined) return refuse('UNKNOWN_FULFILLMENT')
  if (order.closure !== 'none') return refuse('ORDER_CLOSED')
  if (!order.accepted) return refuse('WRONG_STATE')
  // What an outside warehouse has done is done.
  if (step.eventId === undefined && isOnHold(order)) return refuse('ORDER_ON_HOLD')
  if (fulfillment.awaitsStock) return refuse('AWAITS_STOCK')
  const implied = step.eventId === undefined ? [] : missingBefore(step.type, fulfillment)
  const before = implied.map((type) => stageEvent(step, { type, at }))
  const { stage } =
    before.reduce(evolve, order).fulfillments.find(({ id }) => id === fulfillment.id) ?? fulfillment
  const on: StageEventType = `fulfillment.${step.type}`
  if (next(STAGE_TABLE, stage, on) === undefined) return refuse('WRONG_STATE')
  if (step.type === 'check_failed' && order.size >= LIMITS.events) return refuse('TOO_MANY')
  const decision =
    step.type === 'packed'
      ? pack(order, fulfillment, { step, at })
      : accept(stageEvent(step, { type: step.type, at }))
  return 'refusal' in decision ? decision : accept(...before, ...decision.events)
}

/** All that a fulfillment waited for is there. An expired order, too, hears it: it may be taken up again. */
export function reportStocked(order: Order, report: StockedReport, at: string): Decision {
  const { eventId, occurredAt, fulfillmentId } = report
  if (order.seen.includes(eventId)) return refuse('REPEATED')
  const fulfillment = fulfillmentOf(order, fulfillmentId)
  if (fulfillment === undefined) return refuse('UNKNOWN_FULFILLMENT')
  if (order.closure === 'cancelled' || order.closure === 'completed') return refuse('ORDER_CLOSED')
  if (!fulfillment.awaitsStock || fulfillment.stage === 'cancelled') return refuse('WRONG_STATE')
  const data = { eventId, occurredAt, fulfillmentId }
  return accept({ type: 'fulfillment.stocked', at, data })
}

/** The way of a fulfillment that meets no trouble. */
const WAY = ['claimed', 'picked', 'checked', 'packed'] as const
const NEXT_ON_WAY: Partial<Record<Stage, number>> = {
  queued: 0,
  picking: 1,
  checking: 2,
  checked: 3,
}

/** The last report implies those that were missed, as with a carrier's scans; but none once a check has failed. */
function missingBefore(type: WarehouseStep['type'], { stage, checkFailed }: Fulfillment) {
  if (checkFailed) return []
  const to = WAY.findIndex((step) => step === type)
  return WAY.slice(NEXT_ON_WAY[stage] ?? to, Math.max(to, 0)).filter((step) => step !== 'packed')
}

function base({ fulfillmentId, by, eventId, occurredAt }: WarehouseStep) {
  return {
    fulfillmentId,
    by,
    ...(eventId !== undefined && { eventId }),
    ...(occurredAt !== undefined && { occurredAt }),
  }
}

function stageEvent(
  step: WarehouseStep,
  { type, at }: { type: Exclude<PickingReport['type'], 'packed'>; at: string },
): OrderEvent {
  const data = base(step)
  return type === 'check_failed'
    ? { type: 'fulfillment.check_failed', at, data: { ...data, reason: step.reason ?? 'other' } }
    : { type: `fulfillment.${type}`, at, data }
}

function pack(
  order: Order,
  fulfillment: Fulfillment,
  { step, at }: { step: WarehouseStep; at: string },
): Decision {
  const given: GivenParcel[] = step.parcels ?? [{ items: fulfillment.items }]
  if (given.length === 0 || given.length > LIMITS.parcels) return refuse('TOO_MANY')
  // Another shop's goods travel with that shop's carriers: ours is never asked to fetch them.
  if (order.origin !== undefined && !given.every(isBooked)) return refuse('BOOKING_MISSING')
  if (
    !holdsExactly(
      given.flatMap((parcel) => parcel.items),
      fulfillment.items,
    )
  ) {
    return refuse('PACKED_UNITS_DIFFER')
  }
  const parcels = given.map(({ items, weightGrams }, i): PackedParcel => ({
    id: `p${order.parcels.length + i + 1}`,
    // Each line once: the price of a parcel's units is counted on from the parcels before it.
    items: merged(items),
    weightGrams: weightGrams ?? productWeight(order, items),
  }))
  return accept(
    { type: 'fulfillment.packed', at, data: { ...base(step), parcels } },
    ...given.flatMap(({ booking }, i) => ownBooking(parcels[i]?.id ?? '', { booking, step, at })),
  )
}

/** A warehouse that books its own carriers says so with the parcel, and nobody else needs to. */
function ownBooking(
  parcelId: string,
  { booking, step, at }: { booking: GivenParcel['booking']; step: WarehouseStep; at: string },
): OrderEvent[] {
  if (booking === undefined) return []
  const { fulfillmentId: _, by: __, ...reported } = base(step)
  const { carrier, waybill, trackingUrl } = booking
  const data = { ...reported, parcelId, carrier, waybill }
  const link = trackingUrl === undefined ? {} : { trackingUrl }
  return [{ type: 'parcel.booked', at, data: { ...data, ...link } }]
}

const isBooked = ({ booking }: GivenParcel) => booking !== undefined

function holdsExactly(packed: readonly LineUnits[], wanted: readonly LineUnits[]): boolean {
  const ids = new Set([...packed, ...wanted].map((item) => item.lineId))
  return [...ids].every((id) => unitsOf(packed, id) === unitsOf(wanted, id))
}

function productWeight(order: Order, items: readonly LineUnits[]): number {
  return sum(items.map(({ lineId, quantity }) => lineOf(order, lineId).weightGrams * quantity))
}
