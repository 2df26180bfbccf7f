import type { BookParcel, Carrier } from '../adapters/shipping/port.ts'
import type { Db } from '../db/connection.ts'
import { readAddress } from '../db/vault.ts'
import { isComplete } from '../domain/customer.ts'
import { final, sorted } from './failure.ts'

export type ShippingActivities = {
  /** Book one parcel with the carrier; the same waybill on every repeat. Reads the address from the vault. */
  bookParcel(
    request: Omit<BookParcel, 'to'> & { orderId: string; addressId: string },
  ): Promise<{ carrier: string; waybill: string; trackingUrl: string }>
  /** Final error LABEL_NOT_OURS for a waybill that a warehouse booked with a carrier of its own. */
  cancelBooking(request: { carrier: string; waybill: string }): Promise<'cancelled' | 'moving'>
}

export function shippingActivities(
  db: Db,
  { carrier, vaultKey }: { carrier: Carrier; vaultKey: Buffer },
): ShippingActivities {
  return {
    async bookParcel({ orderId, addressId, ...request }) {
      const to = await readAddress(db, vaultKey, { orderId, addressId })
      if (to === undefined) throw final('ADDRESS_ERASED')
      if (!isComplete(to)) throw final('ADDRESS_INCOMPLETE')
      const parcelId = `${orderId}:${request.parcelId}`
      const booked = await sorted(() => carrier.book({ ...request, parcelId, to }))
      return { carrier: carrier.code, ...booked }
    },
    async cancelBooking({ carrier: code, waybill }) {
      if (code !== carrier.code) throw final('LABEL_NOT_OURS')
      return sorted(() => carrier.cancel(waybill))
    },
  }
}
