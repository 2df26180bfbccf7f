import { creditBeyondShares, fundedOf } from './discount-return.ts'
import type { Tally } from './discount-return.ts'
import { CONCESSIONS } from './events.ts'
import type {
  Adjustment,
  Concession,
  EventOf,
  LineUnits,
  PlacedFulfillment,
  PlacedLine,
  Reported,
} from './events.ts'
import { sharesOf, sum, unitShare } from './money.ts'
import { joined, pick, returnedOf, runsOf } from './numbering.ts'
import type { Run } from './numbering.ts'
import { isPaidAtTheDoor } from './order.ts'
import type { Order, Parcel, Reversal } from './order.ts'

/**
 * Credit notes: what a customer no longer owes. Each unit of a line has a number, and with it a
 * frozen share of what the line cost, its commission and its funding; shares of all numbers sum to
 * the line. A reversal takes numbers back.
 */

export type ReversedLine = Reversal['lines'][number]

export function reversalAmount(reversal: Reversal): number {
  const { lines, freight, adjustments = [], concessions = [] } = reversal
  return freight + sum([...lines, ...adjustments, ...concessions].map(({ amount }) => amount))
}

/** Freight that goes back, with what merchants bore of it. */
export type FreightBack = Pick<Reversal, 'freight' | 'freightBorne'>

type Note = FreightBack & { at: string; reason: string }

/**
 * The credit note for units that go back, the one way in which every reversal is reckoned. Any
 * sequence of them sums to what was paid once everything went back.
 *
 * `parcelId`: they were in that parcel; otherwise those in no parcel go first, then delivered ones.
 * `isFrozen`: nobody asked for it, so what is kept stays as it was priced; else promotions with
 * `clawback` price it again. Units that went back before are passed over. Tells what a return would
 * give before it is asked for, too.
 */
export function reversalOf(
  order: Order,
  items: readonly LineUnits[],
  { parcelId, isFrozen = false, ...note }: Note & { parcelId?: string; isFrozen?: boolean },
): EventOf<'charge.reversed'> {
  const returned = returnedOf(order)
  const picked = order.lines.map((line) => {
    const wanted = items.filter(({ lineId }) => lineId === line.id)
    const quantity = sum(wanted.map((one) => one.quantity))
    const back = returned.get(line.id) ?? []
    const runs = runsOf(order, line, back)
    return { line, runs, back, ...pick(runs, quantity, parcelId) }
  })
  // What carriers collect at the door was fixed parcel by parcel, at frozen shares.
  const stays = isFrozen || isPaidAtTheDoor(order)
  const tallies = picked.map(tallyOf)
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
  const returned = returnedOf(order)
  return order.lines.map(({ id: lineId, quantity }) => {
    const back = returned.get(lineId) ?? []
    return { lineId, quantity: quantity - sum(back.map((line) => line.quantity)) }
  })
}

/** Of whole fulfillments. */
export const freightOf = (fulfillments: readonly PlacedFulfillment[]): FreightBack =>
  freightBack(sum(fulfillments.map(({ freight }) => freight)), fulfillments.map(borneOf))

/** All that wasn't taken back yet. */
export function freightLeft({ freight, fulfillments, reversals }: Order): FreightBack {
  const back = reversals.flatMap(({ freightBorne = [] }) => freightBorne)
  return freightBack(freight - sum(reversals.map((one) => one.freight)), [
    ...fulfillments.map(borneOf),
    ...back.map(({ merchantId, amount }) => ({ merchantId, amount: -amount })),
  ])
}

type Borne = NonNullable<Reversal['freightBorne']>[number]

const borneOf = ({ merchantId, freightBorne: amount = 0 }: PlacedFulfillment): Borne => ({
  ...{ merchantId, amount },
})

/** One entry for each merchant that bore something. */
function freightBack(freight: number, all: readonly Borne[]): FreightBack {
  const freightBorne = [...new Set(all.map(({ merchantId }) => merchantId))]
    .map((merchantId) => {
      const own = all.filter((one) => one.merchantId === merchantId)
      return { merchantId, amount: sum(own.map(({ amount }) => amount)) }
    })
    .filter(({ amount }) => amount !== 0)
  return freightBorne.length > 0 ? { freight, freightBorne } : { freight }
}

/** What the goods in a parcel cost, whatever became of it. */
export function parcelGoods(order: Order, parcel: Parcel): number {
  const returned = returnedOf(order)
  return sum(
    order.lines.map((line) => {
      const runs = runsOf(order, line, returned.get(line.id) ?? [])
      const own = runs.filter(({ parcelId }) => parcelId === parcel.id)
      return sharesOf(line.net, line.quantity, own)
    }),
  )
}

/** The credit note for `lines` and freight, with their share of what the order was adjusted by. */
export function reversal(
  order: Order,
  lines: ReversedLine[],
  { at, reason, freight, freightBorne }: Note,
): EventOf<'charge.reversed'> {
  const shares = adjustmentShares(order, freight + sum(lines.map(({ amount }) => amount)))
  const data = {
    ...{ id: nextId(order), reason, lines, freight },
    ...(freightBorne !== undefined && { freightBorne }),
    ...(shares.length > 0 && { adjustments: shares }),
  }
  const concessions = takenAlong(order, reversalAmount(data))
  const all = { ...data, ...(concessions.length > 0 && { concessions }) }
  return { type: 'charge.reversed', at, data: all }
}

const nextId = ({ reversals }: Order) => `v${reversals.length + 1}`

/** The credit note for something that is no longer charged although nothing goes back. */
export function concession(
  order: Order,
  { at, kind, amount, parcelId, ...reported }: Conceded,
): EventOf<'charge.reversed'> {
  const data = { ...{ id: nextId(order), reason: kind, lines: [], freight: 0 }, ...reported }
  const conceded = { kind, amount, ...(parcelId !== undefined && { parcelId }) }
  return { type: 'charge.reversed', at, data: { ...data, concessions: [conceded] } }
}

type Conceded = Reported & { at: string; kind: Concession; amount: number; parcelId?: string }

/** What was given up for lost at one parcel's door. */
export function shortfallOf({ reversals }: Order, parcelId: string): number {
  const all = reversals.flatMap(({ concessions = [] }) => concessions)
  return sum(all.filter((one) => one.parcelId === parcelId).map(({ amount }) => amount))
}

/** What was conceded so far, and not taken along since. */
export function concededOf({ reversals }: Order, kind: Concession): number {
  const all = reversals.flatMap(({ concessions = [] }) => concessions)
  return sum(all.filter((one) => one.kind === kind).map(({ amount }) => amount))
}

/**
 * Goods that go back take along what was conceded before, as far as they cost more than is still
 * charged: nobody gets back more than they paid.
 */
function takenAlong(order: Order, amount: number): { kind: Concession; amount: number }[] {
  const charged = order.payable - sum(order.reversals.map(reversalAmount))
  let excess = amount - Math.max(0, charged)
  return CONCESSIONS.flatMap((kind) => {
    const share = Math.min(concededOf(order, kind), Math.max(0, excess))
    excess -= share
    return share > 0 ? [{ kind, amount: -share }] : []
  })
}

/**
 * Shares of the adjustments that go with `amount` of goods and freight. The price is built up from
 * goods and freight adjustment by adjustment, discounts last; at each stage the part that is taken
 * back is counted through all reversals. So the shares of all of them sum to the adjustments, and
 * no credit note is ever below zero.
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

type Picked = {
  line: PlacedLine
  runs: readonly Run[]
  /** What went back of it before. */
  back: readonly ReversedLine[]
  now: readonly Run[]
  kept: readonly Run[]
}

function tallyOf({ line, runs, back, now, kept }: Picked): Tally {
  return {
    line,
    before: joined(runs.filter(({ isBack }) => isBack)),
    now: joined(now),
    kept: joined(kept),
    credited: {
      amount: sum(back.map(({ amount }) => amount)),
      platformFunded: sum(back.map(({ platformFunded = 0 }) => platformFunded)),
    },
  }
}

/** One entry for each parcel that units were in, and one for those in none. */
function sharesByPlace(line: PlacedLine, runs: readonly Run[]): ReversedLine[] {
  const places = [...new Set(runs.map(({ parcelId }) => parcelId))]
  return places.map((parcelId) => {
    const own = runs.filter((run) => run.parcelId === parcelId)
    const share = (whole: number) => sharesOf(whole, line.quantity, own)
    const shares = {
      ...{ lineId: line.id, quantity: sum(own.map(({ units }) => units)) },
      ...{ amount: share(line.net), commission: share(line.commission) },
      ...(parcelId === undefined
        ? { before: Math.min(...own.map(({ before }) => before)) }
        : { parcelId }),
    }
    return withFunding(shares, share(fundedOf(line)))
  })
}

const withFunding = (line: ReversedLine, platformFunded: number): ReversedLine =>
  platformFunded === 0 ? line : { ...line, platformFunded }
