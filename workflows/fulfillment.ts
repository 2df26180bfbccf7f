import { condition } from '@temporalio/workflow'
import { cashDue } from '../domain/account.ts'
import { fulfillmentOf, hasArrived, isOnHold, parcelOf } from '../domain/order.ts'
import type { Fulfillment, Order, Parcel } from '../domain/order.ts'
import { labelsToVoid, labelVoided, parcelBooked } from '../domain/shipping.ts'
import { insist, whenever } from './book.ts'
import { shipping } from './effects.ts'
import type { Recorder } from './recorder.ts'

/** Bring every fulfillment to its door, side by side. */
export async function fulfil(book: Recorder): Promise<void> {
  const ids = book.order().fulfillments.map((fulfillment) => fulfillment.id)
  await Promise.all(ids.map((id) => fulfilOne(book, id)))
}

async function fulfilOne(book: Recorder, id: string): Promise<void> {
  await condition(() => isPackedOrCancelled(fulfillmentOf(book.order(), id)))
  const parcels = book.order().parcels.filter((parcel) => parcel.fulfillmentId === id)
  await Promise.all(parcels.map((parcel) => bookParcel(book, parcel)))
  await condition(() => isDone(book.order(), id))
}

function isPackedOrCancelled(fulfillment: Fulfillment | undefined): boolean {
  return fulfillment?.stage === 'packed' || fulfillment?.stage === 'cancelled'
}

function isDone(order: Order, id: string): boolean {
  const fulfillment = fulfillmentOf(order, id)
  return fulfillment === undefined || hasArrived(order, fulfillment)
}

async function bookParcel(book: Recorder, { id: parcelId, fulfillmentId }: Parcel): Promise<void> {
  const { id: orderId, no: orderNo, currency } = book.order()
  const fulfillment = fulfillmentOf(book.order(), fulfillmentId)
  const parcel = parcelOf(book.order(), parcelId)
  // After a reset the log may say already that it was booked.
  if (fulfillment === undefined || parcel?.status !== 'packed') return
  const wanted = (order: Order) => fulfillmentOf(order, fulfillmentId)?.stage === 'packed'
  const question = { kind: 'BOOKING_FAILED', subject: parcelId, wanted } as const
  const summary = `book parcel ${parcelId} of ${fulfillmentId}`
  const request = {
    ...{ orderId, orderNo, parcelId, weightGrams: parcel.weightGrams },
    warehouseId: fulfillment.warehouseId,
    addressId: fulfillment.addressId,
  }
  const booked = await insist(book, question, async () => {
    await condition(() => !isOnHold(book.order()) || !wanted(book.order()))
    if (!wanted(book.order())) return undefined
    // As it is owed now: what was refused or paid meanwhile is not to be collected.
    const amount = cashDue(book.order(), parcel) ?? 0
    const cash = amount > 0 ? { cashOnDelivery: { amount, currency } } : {}
    return shipping.bookParcel.executeWithOptions({ summary }, [{ ...request, ...cash }])
  })
  if (booked === undefined) return
  await book.record((order, at) => parcelBooked(order, { parcelId, ...booked, at }))
}

/** Labels of a cancelled order are voided at the carrier. */
export function keepLabels(book: Recorder): void {
  void whenever(book, labelsToVoid, async ({ id: parcelId, carrier = '', waybill = '' }) => {
    const subject = { kind: 'VOID_FAILED', subject: parcelId } as const
    const summary = `void the label of ${parcelId}`
    const outcome = await insist(book, subject, () =>
      shipping.cancelBooking.executeWithOptions({ summary }, [{ carrier, waybill }]),
    )
    await book.record((order, at) =>
      labelVoided(order, { parcelId, outcome: outcome ?? 'cancelled', at }),
    )
  })
}
