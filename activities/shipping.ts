import type { BookParcel, Carrier } from '../adapters/shipping/port.ts'
import type { Db } from '../db/connection.ts'
import { readAddress } from '../db/vault.ts'
import { final, sorted } from './failure.ts'

export type ShippingActivities = {
  /** Book one parcel with the carrier; the same waybill on every repeat. Reads the address from the vault. */
  bookParcel(
    request: Omit<BookParcel, 'to'> & { orderId: string; addressId: string },
  ): Promise<{ carrier: string; waybill: string; trackingUrl: string }>
  cancelBooking(request: { waybill: string }): Promise<'cancelled' | 'moving'>
}

export function shippingActivities(
  db: Db,
  { carrier, vaultKey }: { carrier: Carrier; vaultKey: Buffer },
): ShippingActivities {
  return {
    async bookParcel({ orderId, addressId, ...request }) {
      const to = await readAddress(db, vaultKey, { orderId, addressId })
      if (to === undefined) throw final('ADDRESS_ERASED')
      const parcelId = `${orderId}:${request.parcelId}`
      const booked = await sorted(() => carrier.book({ ...request, parcelId, to }))
      return { carrier: carrier.code, ...booked }
    },
    cancelBooking: ({ waybill }) => sorted(() => carrier.cancel(waybill)),
  }
}
