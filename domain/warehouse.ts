import { accept, refuse } from './decision.ts'
import type { Decision } from './decision.ts'
import type { CheckFailure, LineUnits, OrderEvent, PackedParcel } from './events.ts'
import { LIMITS } from './limits.ts'
import { sum } from './money.ts'
import { fulfillmentOf, lineOf } from './order.ts'
import type { Fulfillment, Order } from './order.ts'
import type { PickingReport } from './reports.ts'
import { STAGE_TABLE } from './state-tables.ts'
import type { StageEventType } from './state-tables.ts'
import { next } from './transition.ts'

/** A step in the warehouse, asked for by a person (an update) or reported by an outside WMS (a signal). */
export type WarehouseStep = {
  fulfillmentId: string
  type: PickingReport['type']
  /** Who did it: the principal's id, never a name. */
  by: string
  reason?: CheckFailure
  parcels?: { items: LineUnits[]; weightGrams?: number }[]
  eventId?: string
  occurredAt?: string
}

export function warehouseStep(order: Order, step: WarehouseStep, at: string): Decision {
  if (step.eventId !== undefined && order.seen.includes(step.eventId)) return refuse('REPEATED')
  const fulfillment = fulfillmentOf(order, step.fulfillmentId)
  if (fulfillment === undefined) return refuse('UNKNOWN_FULFILLMENT')
  if (order.closure !== 'none') return refuse('ORDER_CLOSED')
  const on: StageEventType = `fulfillment.${step.type}`
  const to = next(STAGE_TABLE, fulfillment.stage, on)
  if (!order.accepted || to === undefined) return refuse('WRONG_STATE')
  if (step.type === 'check_failed' && order.size >= LIMITS.events) return refuse('TOO_MANY')
  return step.type === 'packed'
    ? pack(order, fulfillment, { step, at })
    : accept(stageEvent(step, { type: step.type, at }))
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
  const given = step.parcels ?? [{ items: fulfillment.items }]
  if (given.length === 0 || given.length > LIMITS.parcels) return refuse('TOO_MANY')
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
    items: merged(items),
    weightGrams: weightGrams ?? productWeight(order, items),
  }))
  return accept({ type: 'fulfillment.packed', at, data: { ...base(step), parcels } })
}

function holdsExactly(packed: readonly LineUnits[], wanted: readonly LineUnits[]): boolean {
  const ids = new Set([...packed, ...wanted].map((item) => item.lineId))
  return [...ids].every((id) => unitsOf(packed, id) === unitsOf(wanted, id))
}

/** Each line once: the price of a parcel's units is counted on from the parcels before it. */
function merged(items: readonly LineUnits[]): LineUnits[] {
  const ids = [...new Set(items.map((item) => item.lineId))]
  return ids.map((lineId) => ({ lineId, quantity: unitsOf(items, lineId) }))
}

function unitsOf(items: readonly LineUnits[], id: string): number {
  return sum(items.filter((item) => item.lineId === id).map((item) => item.quantity))
}

function productWeight(order: Order, items: readonly LineUnits[]): number {
  return sum(items.map(({ lineId, quantity }) => lineOf(order, lineId).weightGrams * quantity))
}
