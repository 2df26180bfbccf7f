import { creditBeyondShares, fundedOf } from './discount-return.ts'
import type { Tally } from './discount-return.ts'
import type { Adjustment, EventOf, LineUnits, PlacedLine } from './events.ts'
import { sharesOf, sum, unitShare } from './money.ts'
import { isPaidAtTheDoor } from './order.ts'
import type { Order, Parcel, Reversal } from './order.ts'

/**
 * Credit notes: what a customer no longer owes. Each unit of a line has a number, and with it a frozen share of what the
 * line cost, its commission and its funding; shares of all numbers sum to the line. A reversal takes numbers back.
 */

export type ReversedLine = Reversal['lines'][number]

export function reversalAmount({ lines, freight, adjustments = [] }: Reversal): number {
  return freight + sum([...lines, ...adjustments].map(({ amount }) => amount))
}

type Note = { at: string; reason: string; freight: number }

/**
 * The credit note for units that go back, the one way in which every reversal is reckoned. Any sequence of them sums to
 * what was paid once everything went back.
 *
 * `parcelId`: they were in that parcel; otherwise those in no parcel go first, then delivered ones. `isFrozen`: nobody
 * asked for it, so what is kept stays as it was priced; else promotions with `clawback` price it again. Units that went back
 * before are passed over. Tells what a return would give before it is asked for, too.
 */
export function reversalOf(
  order: Order,
  items: readonly LineUnits[],
  { parcelId, isFrozen = false, ...note }: Note & { parcelId?: string; isFrozen?: boolean },
): EventOf<'charge.reversed'> {
  const picked = order.lines.map((line) => {
    const wanted = items.filter(({ lineId }) => lineId === line.id)
    const units = unitsOf(order, line)
    return { line, units, now: pick(units, sum(wanted.map(({ quantity }) => quantity)), parcelId) }
  })
  // What carriers collect at the door was fixed parcel by parcel, at frozen shares.
  const stays = isFrozen || isPaidAtTheDoor(order)
  const tallies = picked.map((one) => tallyOf(order, one))
  const beyond = creditBeyondShares(order.promotions ?? [], tallies, stays)
  const lines = picked.flatMap(({ line, now }, i) => {
    const { amount = 0, platformFunded = 0 } = beyond[i] ?? {}
    const rest = { lineId: line.id, quantity: 0, amount, commission: 0 }
    const isNeeded = amount !== 0 || platformFunded !== 0
    return [...sharesByPlace(line, now), ...(isNeeded ? [withFunding(rest, platformFunded)] : [])]
  })
  return reversal(order, lines, note)
}

/** All that wasn't taken back yet. */
export function wholeOrder(order: Order): LineUnits[] {
  const lines = order.reversals.flatMap(({ lines }) => lines)
  return order.lines.map(({ id: lineId, quantity }) => {
    const back = lines.filter((line) => line.lineId === lineId)
    return { lineId, quantity: quantity - sum(back.map((line) => line.quantity)) }
  })
}

export function freightLeft(order: Order): number {
  return order.freight - sum(order.reversals.map(({ freight }) => freight))
}

/** What the goods in a parcel cost, whatever became of it. */
export function parcelGoods(order: Order, parcel: Parcel): number {
  return sum(
    order.lines.map((line) => {
      const own = unitsOf(order, line).filter((unit) => unit.parcelId === parcel.id)
      return sharesOf(
        line.net,
        line.quantity,
        own.map(({ number }) => number),
      )
    }),
  )
}

/** The credit note for `lines` and `freight`, each with its share of what the order was adjusted by. */
export function reversal(
  order: Order,
  lines: ReversedLine[],
  { at, reason, freight }: Note,
): EventOf<'charge.reversed'> {
  const shares = adjustmentShares(order, freight + sum(lines.map(({ amount }) => amount)))
  const adjustments = shares.length > 0 ? { adjustments: shares } : {}
  const data = { id: `v${order.reversals.length + 1}`, reason, lines, freight, ...adjustments }
  return { type: 'charge.reversed', at, data }
}

/**
 * Shares of the adjustments that go with `amount` of goods and freight. The price is built up from goods and freight
 * adjustment by adjustment, discounts last; at each stage the part that is taken back is counted through all reversals.
 * So the shares of all of them sum to the adjustments, and no credit note is ever below zero.
 */
function adjustmentShares(order: Order, amount: number): Adjustment[] {
  const base = order.goods + order.freight
  const taken = order.reversals.flatMap(({ lines }) => lines.map((line) => line.amount))
  const before = sum(taken) + sum(order.reversals.map(({ freight }) => freight))
  const back = (price: number) =>
    base === 0 ? 0 : unitShare(price, base, { before, units: amount })
  let price = base
  return order.adjustments
    .toSorted((a, b) => b.amount - a.amount)
    .map(({ kind, amount: whole }) => {
      const share = back(price + whole) - back(price)
      price += whole
      return { kind, amount: share }
    })
    .filter((share) => share.amount !== 0)
}

type Unit = { number: number; isBack: boolean; parcelId?: string; isDelivered?: boolean }

/**
 * A line's units by number. Parcels take the lowest ones in the order of packing, but for those that went back before
 * they were packed; these have kept their numbers.
 */
function unitsOf(order: Order, line: PlacedLine): Unit[] {
  const back = order.reversals
    .flatMap(({ lines }) => lines)
    .filter(({ lineId }) => lineId === line.id)
  const unpacked = new Set(back.flatMap(numbersOf))
  const numbers = Array.from({ length: line.quantity }, (_, number) => number)
  const left = numbers.filter((number) => !unpacked.has(number))
  const packed = order.parcels.flatMap((parcel) => packedUnits(parcel, { line, back }))
  const inParcels = new Map(left.map((number, i) => [number, packed[i]]))
  return numbers.map((number) => ({
    isBack: unpacked.has(number),
    ...inParcels.get(number),
    number,
  }))
}

const numbersOf = ({ before, quantity }: ReversedLine) =>
  before === undefined ? [] : Array.from({ length: quantity }, (_, i) => before + i)

function packedUnits(
  { id: parcelId, items, status }: Parcel,
  { line, back }: { line: PlacedLine; back: readonly ReversedLine[] },
): Omit<Unit, 'number'>[] {
  const own = items.filter(({ lineId }) => lineId === line.id)
  const gone = sum(back.filter((one) => one.parcelId === parcelId).map(({ quantity }) => quantity))
  const length = sum(own.map(({ quantity }) => quantity))
  const isDelivered = status === 'delivered'
  return Array.from({ length }, (_, i) => ({ parcelId, isDelivered, isBack: i < gone }))
}

function pick(units: readonly Unit[], quantity: number, parcelId: string | undefined): Unit[] {
  const free = units.filter(({ isBack }) => !isBack)
  const own = parcelId === undefined ? free : free.filter((unit) => unit.parcelId === parcelId)
  const chosen = own.toSorted((a, b) => reach(a) - reach(b) || a.number - b.number)
  return chosen.slice(0, quantity)
}

/** Units on the road come last: their parcel may yet come back as a whole. */
const reach = ({ parcelId, isDelivered }: Unit) =>
  parcelId === undefined ? 0 : isDelivered ? 1 : 2

type Picked = { line: PlacedLine; units: readonly Unit[]; now: readonly Unit[] }

function tallyOf(order: Order, { line, units, now }: Picked): Tally {
  const own = order.reversals
    .flatMap(({ lines }) => lines)
    .filter(({ lineId }) => lineId === line.id)
  const number = (unit: Unit) => unit.number
  return {
    line,
    before: units.filter(({ isBack }) => isBack).map(number),
    now: now.map(number),
    kept: units.filter((unit) => !unit.isBack && !now.includes(unit)).map(number),
    credited: {
      amount: sum(own.map(({ amount }) => amount)),
      platformFunded: sum(own.map(({ platformFunded = 0 }) => platformFunded)),
    },
  }
}

/** One entry for each parcel that units were in, and one for those in none. */
function sharesByPlace(line: PlacedLine, units: readonly Unit[]): ReversedLine[] {
  const places = [...new Set(units.map(({ parcelId }) => parcelId))]
  return places.map((parcelId) => {
    const numbers = units.filter((unit) => unit.parcelId === parcelId).map(({ number }) => number)
    const share = (whole: number) => sharesOf(whole, line.quantity, numbers)
    const shares = {
      ...{ lineId: line.id, quantity: numbers.length },
      ...{ amount: share(line.net), commission: share(line.commission) },
      ...(parcelId === undefined ? { before: Math.min(...numbers) } : { parcelId }),
    }
    return withFunding(shares, share(fundedOf(line)))
  })
}

const withFunding = (line: ReversedLine, platformFunded: number): ReversedLine =>
  platformFunded === 0 ? line : { ...line, platformFunded }
