import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow'
import type { PartCancellation } from '../domain/cancellation.ts'
import type { CheckFailure, OrderEvent, Resolution } from '../domain/events.ts'
import type { Goodwill } from '../domain/goodwill.ts'
import type { PaymentAction } from '../domain/method.ts'
import type { Order } from '../domain/order.ts'
import type {
  AfterSalesReport,
  DeliveryReport,
  GivenParcel,
  MoneyReport,
  PickingReport,
  RejectionReport,
  ShipmentTrackingReport,
  StockedReport,
} from '../domain/reports.ts'
import type { OrderStatus } from '../domain/status.ts'
import type { TenderWish } from '../domain/tender.ts'

/*
 * Every message an order understands. What another system reports is a signal: it must not depend on a worker, is
 * accepted always, and absorbed by event id and by state. What a person asks for, and needs an answer to, is an
 * update with a synchronous validator.
 */

/**
 * What is told of an order's money: by a payment platform of a tender or of a bank that takes it back, by a carrier that
 * pays over what it collected. Comes from webhooks, statements, or our own question.
 */
export const paymentSignal = defineSignal<[MoneyReport]>('payment')
/** An outside warehouse system did one of the steps that the updates below do for people. */
export const pickingSignal = defineSignal<[PickingReport]>('picking')
/** A carrier's scan that can change the order: handed over, returned, lost. */
export const shipmentTrackingSignal = defineSignal<[ShipmentTrackingReport]>('shipmentTracking')
/** Signed for at the door, with the cash if it was paid there. */
export const deliverySignal = defineSignal<[DeliveryReport]>('delivery')
/** Refused at the door. */
export const rejectionSignal = defineSignal<[RejectionReport]>('rejection')
/** A customer wants something after delivery; recorded with the order. */
export const afterSalesSignal = defineSignal<[AfterSalesReport]>('afterSales')

/** Units that a fulfillment waited for are there; our own stock says so. */
export const stockedSignal = defineSignal<[StockedReport]>('stocked')

/**
 * How far the asker has seen the order's log (`streamSeq`). A worker and a server that die together may lose a command
 * whose events were already recorded; whoever read those events makes the workflow catch up with them first.
 */
export type Seen = { known: number }
/** Read the log up to there; sent when something recorded isn't being acted on. */
export const catchUpSignal = defineSignal<[Seen]>('catchUp')

/** What every command answers with: where the order stands now. */
export type CommandResult = { status: OrderStatus }

export type WarehouseCommand = { fulfillmentId: string; by: string }
export type CheckFailedCommand = WarehouseCommand & { reason: CheckFailure }
export type PackCommand = WarehouseCommand & {
  /** Left out: everything in one parcel, weighed by the catalogue. */
  parcels?: GivenParcel[]
}

/** A picker takes the fulfillment. */
export const claimUpdate = defineUpdate<CommandResult, [WarehouseCommand, Seen?]>('claim')
/** All units are off the shelf. */
export const pickUpdate = defineUpdate<CommandResult, [WarehouseCommand, Seen?]>('pick')
/** A second look found what the list says. */
export const checkUpdate = defineUpdate<CommandResult, [WarehouseCommand, Seen?]>('check')
/** A second look found something else: back to picking. */
export const failCheckUpdate = defineUpdate<CommandResult, [CheckFailedCommand, Seen?]>('failCheck')
/** Packed into parcels; the carrier is booked at once. */
export const packUpdate = defineUpdate<CommandResult, [PackCommand, Seen?]>('pack')
/** The warehouse gave a parcel to the carrier; the carrier's own scan says the same. */
export const handOverUpdate = defineUpdate<
  CommandResult,
  [{ parcelId: string; by: string }, Seen?]
>('handOver')

export type CancelCommand = PartCancellation
/** Cancel the whole order while nothing has left the warehouse, or `items` that aren't picked. */
export const cancelUpdate = defineUpdate<CommandResult, [CancelCommand, Seen?]>('cancel')
/** The customer has the goods and is content. */
export const confirmReceiptUpdate = defineUpdate<CommandResult, [Seen?]>('confirmReceipt')

/** Money back that is owed to nobody; beyond `limit` a second person decides. */
export const goodwillUpdate = defineUpdate<CommandResult, [Goodwill, Seen?]>('goodwill')

/** How the customer goes on: one step for each platform that takes a part; none where nothing is left to do. */
export type PaymentStep = CommandResult & { next: PaymentAction[] }
/** One means for each part of the price; at most one leaves its amount out and takes the rest. */
export type PaymentCommand = { tenders: TenderWish[] }
/** Pay, pay again or pay otherwise, within the window. */
export const retryPaymentUpdate = defineUpdate<PaymentStep, [PaymentCommand, Seen?]>('retryPayment')

export type ResolveTaskCommand = { taskId: string; action: Resolution; by: string }
/** A person answers what the order could not decide. */
export const resolveTaskUpdate = defineUpdate<CommandResult, [ResolveTaskCommand, Seen?]>(
  'resolveTask',
)

/** The whole order as its workflow sees it; for support and tests. Storefronts read Postgres. */
export const stateQuery = defineQuery<Order>('state')

/** What the admission hands over. The events stand in the log already, numbered from 1. */
export type OrderStart = { orderId: string; events: OrderEvent[] }
export type OrderResult = { status: OrderStatus }
