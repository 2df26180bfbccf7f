import type { DeliveryEstimate } from './events.ts'
import { allocate, sum } from './money.ts'

/** Units of a line that one warehouse sends to one address; `waiting` of them aren't there yet. */
export type SourcedUnits = {
  warehouseId: string
  addressId: string
  quantity: number
  waiting?: number
}

/** What goes together: all that one warehouse sends to one address for one merchant. */
export type Consignment = {
  merchantId: string
  warehouseId: string
  addressId: string
  grams: number
}

/** What it costs to get it there, and when it arrives. */
export type Shipping = { amount: number; carrier?: string; estimate?: DeliveryEstimate }

/** What of a line can be sent. */
export type Sendable = {
  merchantId: string
  sources: readonly SourcedUnits[]
  weightGrams: number
  /** Given where it was settled elsewhere. */
  freight?: number
}

/** A consignment with its units by index of the line. `share`: their part of its freight. */
export type Consigned = Omit<Consignment, 'grams'> & { items: Item[]; shipping: Shipping }
type Item = { line: number; quantity: number; waiting: number; share: number }

type Loaded = Item & { grams: number; given: boolean }
type Group = Omit<Consigned, 'shipping' | 'items'> & { items: Loaded[] }

/**
 * One consignment per merchant × warehouse × address, in the order of the lines. Its freight is
 * shared by weight, to the unit; freight that comes with a line is shared over the units that it is
 * split into.
 */
export function consign(
  lines: readonly Sendable[],
  freightOf: (consignment: Consignment) => Shipping,
): Consigned[] {
  const groups = new Map<string, Group>()
  for (const [line, sendable] of lines.entries()) {
    for (const { place, item } of loads(sendable, line)) {
      const key = JSON.stringify([place.merchantId, place.warehouseId, place.addressId])
      const group = groups.get(key) ?? { ...place, items: [] }
      groups.set(key, { ...group, items: withItem(group.items, item) })
    }
  }
  return [...groups.values()].map((group) => withFreight(group, freightOf))
}

function loads({ merchantId, sources, weightGrams, freight }: Sendable, line: number) {
  const units = sources.map(({ quantity }) => quantity)
  const shares = allocate(freight ?? 0, units)
  return sources.map(({ warehouseId, addressId, quantity, waiting = 0 }, i) => ({
    place: { merchantId, warehouseId, addressId },
    item: {
      ...{ line, quantity, waiting, share: shares[i] ?? 0 },
      ...{ grams: weightGrams * quantity, given: freight !== undefined },
    },
  }))
}

/** Units of a line that several sources send the same way are one item. */
function withItem(items: Loaded[], more: Loaded): Loaded[] {
  const same = items.find(({ line }) => line === more.line)
  if (same === undefined) return [...items, more]
  const both = {
    ...same,
    quantity: same.quantity + more.quantity,
    waiting: same.waiting + more.waiting,
    share: same.share + more.share,
    grams: same.grams + more.grams,
  }
  return items.map((item) => (item === same ? both : item))
}

function withFreight(
  { items: loaded, ...place }: Group,
  freightOf: (consignment: Consignment) => Shipping,
): Consigned {
  const items = loaded.map(({ line, quantity, waiting, share }) => ({
    ...{ line, quantity, waiting, share },
  }))
  if (loaded.every(({ given }) => given)) {
    return { ...place, items, shipping: { amount: sum(items.map(({ share }) => share)) } }
  }
  const weights = loaded.map(({ grams }) => grams)
  const shipping = freightOf({ ...place, grams: sum(weights) })
  const shares = allocate(shipping.amount, weights)
  return { ...place, shipping, items: items.map((item, i) => ({ ...item, share: shares[i] ?? 0 })) }
}

/** By line: its shares of the freight of all that it is sent in. */
export const freightOfLine = (consigned: readonly Consigned[], line: number): number =>
  sum(sharesOfLine(consigned, line))

const sharesOfLine = (consigned: readonly Consigned[], line: number) =>
  consigned.map(({ items }) => items.find((item) => item.line === line)?.share ?? 0)

/** By consignment: an amount of each line, split over what the line is sent in as its freight is. */
export function splitByFreight(
  consigned: readonly Consigned[],
  amounts: readonly number[],
): number[] {
  const parts = amounts.map((amount, line) => allocate(amount, sharesOfLine(consigned, line)))
  return consigned.map((_, i) => sum(parts.map((part) => part[i] ?? 0)))
}
