import type { LineUnits } from '../domain/events.ts'
import { wayBack } from '../domain/means.ts'
import { sum } from '../domain/money.ts'
import type { Reversal } from '../domain/order.ts'
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
    tender(id) {
      const tender = order.tenders.find((one) => one.id === id)
      const { amount = 0, method = 'card', account } = tender ?? {}
      return { amount: format.money(amount), method, isOurs: account !== undefined }
    },
    refund(id) {
      const refund = order.refunds.find((one) => one.id === id)
      if (refund === undefined) return { amount: format.money(0), way: 'bank' }
      return { amount: format.money(refund.amount), way: wayBack(order, refund) }
    },
    reversed(reversal) {
      const amount = takenOff(reversal)
      return amount > 0 ? format.money(amount) : undefined
    },
    dispute(id) {
      return format.money(order.disputes.find((dispute) => dispute.id === id)?.amount ?? 0)
    },
  }
}

/** What a bank took back is told where it did so. */
function takenOff({ lines, freight, adjustments = [], concessions = [] }: Reversal): number {
  if (concessions.some(({ kind, amount }) => kind === 'chargeback' && amount > 0)) return 0
  return freight + sum([...lines, ...adjustments, ...concessions].map(({ amount }) => amount))
}

const namedIn =
  ({ lines }: Tracked['order']) =>
  ({ lineId, quantity }: LineUnits) =>
    `${lines.find(({ id }) => id === lineId)?.name ?? lineId} × ${quantity}`

/** What an event means to the customer; undefined where it means nothing. */
export function sentenceOf({ type, data }: Entry, { happened }: Wording, about: About) {
  const tell = happened[type] as ((data: Entry['data'], about: About) => string | undefined) | null
  return tell?.(data, about)
}
