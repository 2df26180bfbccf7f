import type { EventData, PlacedLine } from './events.ts'
import { sum } from './money.ts'
import type { Span } from './money.ts'
import type { Order, Parcel } from './order.ts'

/** Units of a line that nothing sets apart: one after the other, in one parcel or in none. */
export type Run = Span & { isBack: boolean; parcelId?: string; isDelivered?: boolean }

type ReversedLine = EventData['charge.reversed']['lines'][number]

/** What went back of each line, by its id; gathered at once, as there may be thousands of entries. */
export function returnedOf({ lines, reversals }: Order): ReadonlyMap<string, ReversedLine[]> {
  const returned = new Map(lines.map(({ id }): [string, ReversedLine[]] => [id, []]))
  for (const reversal of reversals) {
    for (const one of reversal.lines) returned.get(one.lineId)?.push(one)
  }
  return returned
}

/**
 * A line's units by number. Parcels take the lowest ones in the order of packing, but for those that
 * went back before they were packed; these have kept their numbers. `back`: what went back of it.
 */
export function runsOf({ parcels }: Order, line: PlacedLine, back: readonly ReversedLine[]): Run[] {
  const unpacked = back.flatMap(({ before, quantity }) =>
    before === undefined ? [] : [{ before, units: quantity }],
  )
  const packed = parcels.flatMap((parcel) => packedUnits(parcel, { line, back }))
  return [
    ...unpacked.map((span) => ({ ...span, isBack: true })),
    ...inTurn(between(unpacked, line.quantity), packed),
  ]
}

type Packed = Omit<Run, 'before'>

function packedUnits(
  { id: parcelId, items, status }: Parcel,
  { line, back }: { line: PlacedLine; back: readonly ReversedLine[] },
): Packed[] {
  const own = items.filter(({ lineId }) => lineId === line.id)
  const all = sum(own.map(({ quantity }) => quantity))
  const gone = sum(back.filter((one) => one.parcelId === parcelId).map(({ quantity }) => quantity))
  const isDelivered = status === 'delivered'
  return [
    { units: Math.min(gone, all), parcelId, isDelivered, isBack: true },
    { units: Math.max(0, all - gone), parcelId, isDelivered, isBack: false },
  ]
}

/** Numbers up to `quantity` that `taken` leaves free. */
function between(taken: readonly Span[], quantity: number): Span[] {
  let next = 0
  const free: Span[] = []
  for (const { before, units } of [...taken.toSorted(byNumber), { before: quantity, units: 0 }]) {
    if (before > next) free.push({ before: next, units: before - next })
    next = before + units
  }
  return free
}

const byNumber = (a: Span, b: Span) => a.before - b.before

/** Free numbers to what is packed, lowest first; the rest is in no parcel. */
function inTurn(free: readonly Span[], packed: readonly Packed[]): Run[] {
  const runs: Run[] = []
  const unnumbered = packed.filter(({ units }) => units > 0)
  for (let { before, units: left } of free) {
    while (left > 0) {
      const next = unnumbered.shift() ?? { units: left, isBack: false }
      const units = Math.min(left, next.units)
      if (units < next.units) unnumbered.unshift({ ...next, units: next.units - units })
      runs.push({ ...next, before, units })
      before += units
      left -= units
    }
  }
  return runs
}

/**
 * Which units go back now, and which are kept. `parcelId`: they were in that parcel; otherwise
 * those in no parcel go first, then delivered ones.
 */
export function pick(
  runs: readonly Run[],
  quantity: number,
  parcelId: string | undefined,
): { now: Run[]; kept: Run[] } {
  const [now, kept]: [Run[], Run[]] = [[], []]
  let left = quantity
  const free = runs.filter(({ isBack }) => !isBack)
  for (const run of free.toSorted((a, b) => reach(a) - reach(b) || byNumber(a, b))) {
    const isMeant = parcelId === undefined || run.parcelId === parcelId
    const units = isMeant ? Math.min(left, run.units) : 0
    left -= units
    if (units > 0) now.push({ ...run, units })
    const rest = { ...run, before: run.before + units, units: run.units - units }
    if (rest.units > 0) kept.push(rest)
  }
  return { now, kept }
}

/** Units on the road come last: their parcel may yet come back as a whole. */
const reach = ({ parcelId, isDelivered }: Run) => (parcelId === undefined ? 0 : isDelivered ? 1 : 2)

/** The same units in as few spans as there can be: shares of them are reckoned span by span. */
export function joined(spans: readonly Span[]): Span[] {
  const whole: Span[] = []
  for (const { before, units } of spans.toSorted(byNumber)) {
    const last = whole.at(-1)
    if (last !== undefined && last.before + last.units === before) last.units += units
    else whole.push({ before, units })
  }
  return whole
}
