import type { LineUnits } from '../domain/events.ts'
import { sum } from '../domain/money.ts'
import type { Format } from './format.ts'
import type { About, Entry, Tracked } from './tracked.ts'
import type { Wording } from './wording.ts'

/** What sentences call the parts of this order. */
export function aboutOf({ order, merchants }: Tracked, words: Wording, format: Format): About {
  return {
    money: format.money,
    stamp: format.stamp,
    parcel(id) {
      const index = order.parcels.findIndex((parcel) => parcel.id === id)
      return words.parcelNo(index + 1, order.parcels.length)
    },
    merchant(fulfillmentId) {
      const { merchantId = '' } = order.fulfillments.find(({ id }) => id === fulfillmentId) ?? {}
      return merchants[merchantId] ?? merchantId
    },
    units: (items) => new Intl.ListFormat(words.tag).format(items.map(namedIn(order))),
    refund(id) {
      return format.money(order.refunds.find((refund) => refund.id === id)?.amount ?? 0)
    },
    reversed: ({ lines, freight, adjustments = [], concessions = [] }) =>
      format.money(
        freight + sum([...lines, ...adjustments, ...concessions].map(({ amount }) => amount)),
      ),
    dispute(id) {
      return format.money(order.disputes.find((dispute) => dispute.id === id)?.amount ?? 0)
    },
  }
}

const namedIn =
  ({ lines }: Tracked['order']) =>
  ({ lineId, quantity }: LineUnits) =>
    `${lines.find(({ id }) => id === lineId)?.name ?? lineId} × ${quantity}`

/** What an event means to the customer; undefined where it means nothing. */
export function sentenceOf({ type, data }: Entry, { happened }: Wording, about: About) {
  const tell = happened[type] as ((data: Entry['data'], about: About) => string) | null
  return tell?.(data, about)
}
