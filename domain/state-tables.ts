import type { Transition } from './transition.ts'

export const TENDER_STATUSES = [
  'created',
  'action_required',
  'authorized',
  'failed',
  'closing',
  'voided',
  'captured',
  'mismatched',
  'due',
  'collected',
  'waived',
] as const
export type TenderStatus = (typeof TENDER_STATUSES)[number]

export const TENDER_EVENTS = [
  'tender.opened',
  'tender.authorized',
  'tender.failed',
  'tender.captured',
  'tender.mismatched',
  'tender.closing',
  'tender.voided',
  'tender.cash_received',
  'tender.collected',
  'tender.waived',
  'tender.remitted',
] as const
export type TenderEventType = (typeof TENDER_EVENTS)[number]

/**
 * One means of payment. What a platform opens after we gave it up must be closed there. Money can arrive on a tender that failed, is being closed or was closed, because the
 * platform is a world of its own; it is booked wherever it arrives and paid back where nothing is due.
 */
export const TENDER_TABLE: readonly Transition<TenderStatus, TenderEventType>[] = [
  { from: 'created', on: 'tender.opened', to: 'action_required' },
  { from: 'created', on: 'tender.authorized', to: 'authorized' },
  { from: 'created', on: 'tender.failed', to: 'failed' },
  { from: 'created', on: 'tender.closing', to: 'closing' },
  { from: 'created', on: 'tender.voided', to: 'voided' },
  { from: 'created', on: 'tender.captured', to: 'captured' },
  { from: 'created', on: 'tender.mismatched', to: 'mismatched' },
  { from: 'action_required', on: 'tender.failed', to: 'failed' },
  { from: 'action_required', on: 'tender.captured', to: 'captured' },
  { from: 'action_required', on: 'tender.mismatched', to: 'mismatched' },
  { from: 'action_required', on: 'tender.closing', to: 'closing' },
  { from: 'action_required', on: 'tender.voided', to: 'voided' },
  { from: 'authorized', on: 'tender.captured', to: 'captured' },
  { from: 'authorized', on: 'tender.voided', to: 'voided' },
  { from: 'failed', on: 'tender.failed', to: 'failed' },
  { from: 'failed', on: 'tender.opened', to: 'action_required' },
  { from: 'failed', on: 'tender.captured', to: 'captured' },
  { from: 'failed', on: 'tender.mismatched', to: 'mismatched' },
  { from: 'failed', on: 'tender.closing', to: 'closing' },
  { from: 'failed', on: 'tender.voided', to: 'voided' },
  { from: 'closing', on: 'tender.voided', to: 'voided' },
  { from: 'closing', on: 'tender.captured', to: 'captured' },
  { from: 'closing', on: 'tender.mismatched', to: 'mismatched' },
  { from: 'voided', on: 'tender.opened', to: 'closing' },
  { from: 'voided', on: 'tender.captured', to: 'captured' },
  { from: 'voided', on: 'tender.mismatched', to: 'mismatched' },
  { from: 'due', on: 'tender.cash_received', to: 'due' },
  { from: 'due', on: 'tender.collected', to: 'collected' },
  { from: 'collected', on: 'tender.cash_received', to: 'collected' },
  { from: 'waived', on: 'tender.cash_received', to: 'collected' },
  { from: 'due', on: 'tender.waived', to: 'waived' },
  { from: 'due', on: 'tender.voided', to: 'voided' },
  { from: 'due', on: 'tender.remitted', to: 'due' },
  { from: 'collected', on: 'tender.remitted', to: 'collected' },
]

export const STAGES = ['queued', 'picking', 'checking', 'checked', 'packed', 'cancelled'] as const
export type Stage = (typeof STAGES)[number]

export const STAGE_EVENTS = [
  'fulfillment.claimed',
  'fulfillment.picked',
  'fulfillment.check_failed',
  'fulfillment.checked',
  'fulfillment.packed',
  'fulfillment.reduced',
  'fulfillment.cancelled',
] as const
export type StageEventType = (typeof STAGE_EVENTS)[number]

/** A fulfillment in the warehouse; from `packed` on its parcels tell the rest. */
export const STAGE_TABLE: readonly Transition<Stage, StageEventType>[] = [
  { from: 'queued', on: 'fulfillment.claimed', to: 'picking' },
  { from: 'picking', on: 'fulfillment.picked', to: 'checking' },
  { from: 'checking', on: 'fulfillment.check_failed', to: 'picking' },
  { from: 'checking', on: 'fulfillment.checked', to: 'checked' },
  { from: 'checked', on: 'fulfillment.check_failed', to: 'picking' },
  { from: 'checked', on: 'fulfillment.packed', to: 'packed' },
  { from: 'queued', on: 'fulfillment.reduced', to: 'queued' },
  { from: 'picking', on: 'fulfillment.reduced', to: 'picking' },
  { from: 'queued', on: 'fulfillment.cancelled', to: 'cancelled' },
  { from: 'picking', on: 'fulfillment.cancelled', to: 'cancelled' },
  { from: 'checking', on: 'fulfillment.cancelled', to: 'cancelled' },
  { from: 'checked', on: 'fulfillment.cancelled', to: 'cancelled' },
  { from: 'packed', on: 'fulfillment.cancelled', to: 'cancelled' },
]

export const PARCEL_STATUSES = [
  'packed',
  'booked',
  'handed_over',
  'delivered',
  'refused',
  'returned',
  'lost',
  'written_off',
  'voided',
] as const
export type ParcelStatus = (typeof PARCEL_STATUSES)[number]

export const PARCEL_EVENTS = [
  'parcel.booked',
  'parcel.handed_over',
  'parcel.delivered',
  'parcel.refused',
  'parcel.returned',
  'parcel.lost',
  'parcel.written_off',
  'parcel.voided',
] as const
export type ParcelEventType = (typeof PARCEL_EVENTS)[number]

/** A parcel as far as the order cares; finer positions are scans (`tracking.ts`). */
export const PARCEL_TABLE: readonly Transition<ParcelStatus, ParcelEventType>[] = [
  { from: 'packed', on: 'parcel.booked', to: 'booked' },
  { from: 'packed', on: 'parcel.voided', to: 'voided' },
  { from: 'booked', on: 'parcel.handed_over', to: 'handed_over' },
  { from: 'booked', on: 'parcel.voided', to: 'voided' },
  { from: 'handed_over', on: 'parcel.delivered', to: 'delivered' },
  { from: 'handed_over', on: 'parcel.refused', to: 'refused' },
  { from: 'handed_over', on: 'parcel.returned', to: 'returned' },
  { from: 'handed_over', on: 'parcel.lost', to: 'lost' },
  { from: 'refused', on: 'parcel.delivered', to: 'delivered' },
  { from: 'refused', on: 'parcel.returned', to: 'returned' },
  { from: 'refused', on: 'parcel.lost', to: 'lost' },
  { from: 'lost', on: 'parcel.delivered', to: 'delivered' },
  { from: 'lost', on: 'parcel.returned', to: 'returned' },
  { from: 'lost', on: 'parcel.written_off', to: 'written_off' },
]

export const REFUND_STATUSES = [
  ...(['requested', 'succeeded', 'failed', 'manual', 'withdrawn'] as const),
] as const
export type RefundStatus = (typeof REFUND_STATUSES)[number]

export const REFUND_EVENTS = [
  'refund.succeeded',
  'refund.failed',
  'refund.retried',
  'refund.rerouted',
  'refund.withdrawn',
  'refund.settled_by_hand',
] as const
export type RefundEventType = (typeof REFUND_EVENTS)[number]

/** Money on its way back. A refund that failed for good is paid by hand; it never disappears. */
export const REFUND_TABLE: readonly Transition<RefundStatus, RefundEventType>[] = [
  { from: 'requested', on: 'refund.succeeded', to: 'succeeded' },
  { from: 'requested', on: 'refund.failed', to: 'failed' },
  { from: 'failed', on: 'refund.retried', to: 'requested' },
  { from: 'failed', on: 'refund.rerouted', to: 'requested' },
  { from: 'failed', on: 'refund.settled_by_hand', to: 'manual' },
  { from: 'failed', on: 'refund.withdrawn', to: 'withdrawn' },
]

export const CLOSURES = ['none', 'expired', 'cancelled', 'completed'] as const
export type Closure = (typeof CLOSURES)[number]

export const CLOSURE_EVENTS = [
  'order.expired',
  'order.cancelled',
  'order.readmitted',
  'order.completed',
] as const
export type ClosureEventType = (typeof CLOSURE_EVENTS)[number]

/** The order's own ends. An expired order may be taken up again by a late payment, a cancelled one not. */
export const CLOSURE_TABLE: readonly Transition<Closure, ClosureEventType>[] = [
  { from: 'none', on: 'order.expired', to: 'expired' },
  { from: 'none', on: 'order.cancelled', to: 'cancelled' },
  { from: 'none', on: 'order.completed', to: 'completed' },
  { from: 'expired', on: 'order.readmitted', to: 'none' },
]
