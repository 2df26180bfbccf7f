import type { Parcel } from '../../domain/order.ts'
import type { World } from '../support/world.ts'
import { ONE, place } from './support.ts'
import type { Json, Keys, TestApi } from './support.ts'

/** An order to be paid at the door, its parcel, and the courier's word of the cash. */
export type Door = {
  order: Awaited<ReturnType<typeof place>>
  waybill: string
  amount: number
  collect: () => Promise<void>
}

/** Orders that are paid at the door, carriers that pay over, and finance's eyes on it. */
export function remitting({ world, api, keys }: { world: World; api: TestApi; keys: Keys }) {
  /** On its way there. */
  async function sentOut(): Promise<Door> {
    const body = { ...ONE, payment: { method: 'cod' } }
    const order = await place({ world, api, key: keys.customer }, body)
    await order.is('pending_processing')
    await order.pack()
    await order.handOver()
    const { parcels, payable, currency } = await order.read()
    const [{ id: parcelId, waybill = '' }] = parcels as [Parcel]
    const collect = () =>
      order.report('delivery', { parcelId, cashCollected: { amount: payable, currency } })
    return { order, waybill, amount: payable, collect }
  }

  async function delivered(): Promise<Door> {
    const door = await sentOut()
    await door.collect()
    await door.order.is('delivered')
    return door
  }

  let count = 0
  const remittance = (lines: object[], more: object = {}) => ({
    ...{ carrier: 'express', reference: `REM-${++count}`, currency: 'CNY' },
    ...{ at: new Date().toISOString(), lines, ...more },
  })
  const payOver = (body: object, key = keys.finance) =>
    api.ask('POST', '/v1/finance/remittances', { key, body })
  const ask = async (path: string) => (await api.ask('GET', path, { key: keys.finance })).json
  const resolve = (id: string, resolution: string) =>
    api.ask('POST', `/v1/finance/items/${id}/resolve`, { key: keys.finance, body: { resolution } })
  const owed = async ({ waybill }: Pick<Door, 'waybill'>) =>
    (await ask('/v1/finance/cash?limit=100')).items.filter((one: Json) => one.waybill === waybill)
  const itemsAbout = async ({ waybill }: Pick<Door, 'waybill'>): Promise<Json[]> =>
    (await ask('/v1/finance/items?limit=100')).items.filter(
      (one: Json) => one.reference === waybill,
    )
  const balanceOf = async (name: string): Promise<number> => {
    const { classes } = await ask('/v1/finance/balances')
    return classes.find((one: Json) => one.class === name)?.balance ?? 0
  }

  /** The order has heard of it, from the inbox: all of it, unless said otherwise. */
  async function heard({ order }: Pick<Door, 'order'>, remitted?: number): Promise<void> {
    await world.relay.now(order.id)
    await order.reaches(
      ({ tenders }) =>
        tenders.some((one) =>
          remitted === undefined ? one.remitted > 0 : one.remitted === remitted,
        ),
      'remittance',
    )
  }

  return {
    ...{
      sentOut,
      delivered,
      remittance,
      payOver,
      ask,
      resolve,
      owed,
      itemsAbout,
      balanceOf,
      heard,
    },
  }
}
