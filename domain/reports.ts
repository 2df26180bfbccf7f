import {
  AFTER_SALES_REASONS,
  AFTER_SALES_TYPES,
  CANCEL_REASONS,
  CHECK_FAILURES,
  GOODWILL_REASONS,
  PAYMENT_METHODS,
  PAYMENT_SOURCES,
  REJECTION_REASONS,
  RESOLUTIONS,
  SIGNERS,
} from './events.ts'
import type {
  AfterSalesReason,
  AfterSalesType,
  CheckFailure,
  LineUnits,
  PaymentSource,
  RejectionReason,
  Signer,
} from './events.ts'
import type { Goodwill } from './goodwill.ts'
import { LIMITS } from './limits.ts'
import { isStoredValue } from './method.ts'
import { isAmount } from './money.ts'
import type { TenderWish } from './tender.ts'
import { SCAN_RANK } from './tracking.ts'
import type { ScanCode } from './tracking.ts'

/**
 * What other systems report, as signals. An operator may type one into Temporal's Web UI, and typed JSON passes
 * no door: so each kind has a small guard here, free of libraries because workflows run it.
 */
export type Report = { eventId: string; occurredAt: string }

/** What is told of an order's money. */
export type MoneyReport = PaymentReport | DisputeReport | RemittanceReport

/** A customer's bank takes a payment back, or gives it back in the end. */
export type DisputeReport = Report & {
  type: 'disputed' | 'dispute_won' | 'dispute_lost'
  tenderId: string
  disputeId: string
  amount: number
  currency: string
  reason: string
}

/** A carrier pays over what it collected for a parcel. */
export type RemittanceReport = Report & {
  type: 'remitted'
  parcelId: string
  carrier: string
  amount: number
  currency: string
}

/** What became of a tender at its platform. */
export type PaymentReport = Report & {
  tenderId: string
  externalId: string
  type: 'captured' | 'failed' | 'closed'
  amount: number
  currency: string
  code?: string
  source?: PaymentSource
}

export type PickingReport = Report & {
  fulfillmentId: string
  type: 'claimed' | 'picked' | 'check_failed' | 'checked' | 'packed'
  reason?: CheckFailure
  parcels?: GivenParcel[]
}

/** A parcel as its warehouse tells of it; `booking` where that has its own contract with a carrier. */
export type GivenParcel = {
  items: LineUnits[]
  weightGrams?: number
  booking?: { carrier: string; waybill: string; trackingUrl?: string }
}

export type ShipmentTrackingReport = Report & { parcelId: string; type: ScanCode }

export type DeliveryReport = Report & {
  parcelId: string
  signedBy?: Signer
  cashCollected?: { amount: number; currency: string }
}

export type RejectionReport = Report & { parcelId: string; reason: RejectionReason }

export type AfterSalesReport = Report & {
  type: AfterSalesType
  reason: AfterSalesReason
  items: LineUnits[]
}

/** Our own stock: all that a fulfillment waited for is there. */
export type StockedReport = Report & { fulfillmentId: string }

type Fields = Record<string, unknown>

const text = (value: unknown): value is string =>
  typeof value === 'string' &&
  value.length > 0 &&
  value.length <= LIMITS.text &&
  // What PostgreSQL can't store must not get into a decision: it could never be recorded.
  !/[\0\p{Surrogate}]/u.test(value)
const isInstant = (value: unknown): value is string =>
  text(value) && !Number.isNaN(Date.parse(value))
const currencyCode = (value: unknown) => typeof value === 'string' && /^[A-Z]{3}$/.test(value)
const optional = (value: unknown, check: (value: unknown) => boolean) =>
  value === undefined || check(value)
const oneOf = <T extends string>(values: readonly T[], value: unknown): value is T =>
  values.includes(value as T)

function isReport(value: unknown): value is Fields & Report {
  if (typeof value !== 'object' || value === null) return false
  const { eventId, occurredAt } = value as Fields
  return text(eventId) && isInstant(occurredAt)
}

export function isPaymentReport(value: unknown): value is PaymentReport {
  return (
    isReport(value) &&
    text(value['tenderId']) &&
    text(value['externalId']) &&
    oneOf(['captured', 'failed', 'closed'], value['type']) &&
    isAmount(value['amount']) &&
    currencyCode(value['currency']) &&
    optional(value['code'], text) &&
    optional(value['source'], (source) => oneOf(PAYMENT_SOURCES, source))
  )
}

const PICKING_TYPES = ['claimed', 'picked', 'check_failed', 'checked', 'packed'] as const

export function isPickingReport(value: unknown): value is PickingReport {
  return (
    isReport(value) &&
    text(value['fulfillmentId']) &&
    oneOf(PICKING_TYPES, value['type']) &&
    optional(value['reason'], (reason) => oneOf(CHECK_FAILURES, reason)) &&
    optional(value['parcels'], isParcelList)
  )
}

function isParcelList(value: unknown): boolean {
  return Array.isArray(value) && value.length <= LIMITS.parcels && value.every(isParcel)
}

function isParcel(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { items, weightGrams, booking } = value as Fields
  return isItemList(items) && optional(weightGrams, isCount) && optional(booking, isBooking)
}

function isBooking(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { carrier, waybill, trackingUrl } = value as Fields
  return text(carrier) && text(waybill) && optional(trackingUrl, isLink)
}

/** Pages link there. */
const isLink = (value: unknown) => text(value) && /^https?:\/\//.test(value)

export function isShipmentTrackingReport(value: unknown): value is ShipmentTrackingReport {
  return (
    isReport(value) &&
    text(value['parcelId']) &&
    oneOf(Object.keys(SCAN_RANK) as ScanCode[], value['type'])
  )
}

export function isDeliveryReport(value: unknown): value is DeliveryReport {
  return (
    isReport(value) &&
    text(value['parcelId']) &&
    optional(value['signedBy'], (signer) => oneOf(SIGNERS, signer)) &&
    optional(value['cashCollected'], isMoney)
  )
}

export function isRejectionReport(value: unknown): value is RejectionReport {
  return isReport(value) && text(value['parcelId']) && oneOf(REJECTION_REASONS, value['reason'])
}

/** What a platform, a carrier or a customer's bank tells of an order's money. */
export function isMoneyReport(value: unknown): value is MoneyReport {
  return isPaymentReport(value) || isDisputeReport(value) || isRemittanceReport(value)
}

function isDisputeReport(value: unknown): value is DisputeReport {
  return (
    isReport(value) &&
    oneOf(['disputed', 'dispute_won', 'dispute_lost'], value['type']) &&
    [value['tenderId'], value['disputeId'], value['reason']].every(text) &&
    isAmount(value['amount']) &&
    currencyCode(value['currency'])
  )
}

function isRemittanceReport(value: unknown): value is RemittanceReport {
  return (
    isReport(value) &&
    value['type'] === 'remitted' &&
    text(value['parcelId']) &&
    text(value['carrier']) &&
    isAmount(value['amount']) &&
    currencyCode(value['currency'])
  )
}

/** How an order is to be paid: one means for each part. */
export function isTenderWishes(value: unknown): value is TenderWish[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.length <= LIMITS.parts &&
    value.every(isTenderWish)
  )
}

function isTenderWish(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { method, amount, account } = value as Fields
  return (
    oneOf(PAYMENT_METHODS, method) &&
    optional(amount, (sum) => isAmount(sum) && sum > 0) &&
    optional(account, text) &&
    isStoredValue(method) === (account !== undefined)
  )
}

export function isTaskAnswer(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { taskId, action, by } = value as Fields
  return text(taskId) && oneOf(RESOLUTIONS, action) && text(by)
}

export function isGoodwill(value: unknown): value is Goodwill {
  if (typeof value !== 'object' || value === null) return false
  const { eventId, amount, reason, by, limit } = value as Fields
  return (
    text(eventId) &&
    isCount(amount) &&
    isAmount(amount) &&
    oneOf(GOODWILL_REASONS, reason) &&
    text(by) &&
    isAmount(limit)
  )
}

export function isHandOver(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return text((value as Fields)['parcelId'])
}

export function isWarehouseCommand(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { fulfillmentId, by, parcels, reason } = value as Fields
  return (
    text(fulfillmentId) &&
    text(by) &&
    optional(parcels, isParcelList) &&
    optional(reason, (code) => oneOf(CHECK_FAILURES, code))
  )
}

export function isCancellation(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { by, reason, occurredAt, items } = value as Fields
  return (
    oneOf(['customer', 'support'], by) &&
    optional(reason, (code) => oneOf(CANCEL_REASONS, code)) &&
    optional(occurredAt, isInstant) &&
    optional(items, isItemList)
  )
}

export function isAfterSalesReport(value: unknown): value is AfterSalesReport {
  return (
    isReport(value) &&
    oneOf(AFTER_SALES_TYPES, value['type']) &&
    oneOf(AFTER_SALES_REASONS, value['reason']) &&
    isItemList(value['items'])
  )
}

export function isStockedReport(value: unknown): value is StockedReport {
  return isReport(value) && text(value['fulfillmentId'])
}

function isItemList(value: unknown): value is LineUnits[] {
  return (
    Array.isArray(value) && value.length > 0 && value.length <= LIMITS.lines && value.every(isItem)
  )
}

function isItem(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { lineId, quantity } = value as Fields
  return text(lineId) && isCount(quantity)
}

const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) > 0

function isMoney(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { amount, currency } = value as Fields
  return isAmount(amount) && currencyCode(currency)
}
