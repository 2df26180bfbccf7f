import type { ParcelStatus } from '../domain/state-tables.ts'
import type { Hands } from './hands.ts'
import type { Scan } from './outside.ts'
import { notReached } from './waiting.ts'

/** What the courier brings back for a parcel to be paid at the door; exactly what is due unless given. */
export type AtTheDoor = Pick<Scan, 'cashCollected'>

/** The carrier, by its own scans. */
export function shipping({ state, reaches, world }: Hands, packed: () => Promise<void>) {
  const parcelsIn = async (status: ParcelStatus) =>
    (await state()).parcels.filter((parcel) => parcel.status === status)

  async function scan(from: ParcelStatus, made: Scan): Promise<void> {
    for (const { waybill = '' } of await parcelsIn(from)) await world.scan(waybill, made)
    await reaches(`the scan "${made.code}"`, ({ parcels }) =>
      parcels.every((parcel) => parcel.status !== from),
    )
  }

  async function shipped(): Promise<void> {
    await packed()
    await scan('booked', { code: 'picked_up' })
  }
  async function arrive(made: Scan): Promise<void> {
    await shipped()
    if ((await parcelsIn('handed_over')).length === 0) {
      throw notReached(await state(), `the scan "${made.code}"`)
    }
    await scan('handed_over', made)
  }

  async function delivered(door: AtTheDoor = {}): Promise<void> {
    if ((await state()).deliveredAt !== undefined) return
    await arrive({ code: 'delivered', ...door })
    await reaches('its delivery', ({ deliveredAt }) => deliveredAt !== undefined)
  }
  async function returned(): Promise<void> {
    if ((await parcelsIn('refused')).length === 0) await arrive({ code: 'refused' })
    await scan('refused', { code: 'returned' })
  }
  const rejected = () => arrive({ code: 'refused' })
  const lost = () => arrive({ code: 'lost' })
  return { shipped, delivered, rejected, returned, lost }
}
