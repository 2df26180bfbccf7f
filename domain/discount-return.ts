import { takenOff } from './discount.ts'
import type { PlacedLine } from './events.ts'
import { allocate, sharesOf, sum, unitShare } from './money.ts'
import type { Goods, Span } from './money.ts'
import type { AppliedPromotion } from './promotion.ts'

/** A line while units of it go back. */
export type Tally = {
  line: PlacedLine
  before: readonly Span[]
  now: readonly Span[]
  kept: readonly Span[]
  /** What it was credited before. */
  credited: Credit
}

type Credit = { amount: number; platformFunded: number }

/**
 * What each line is credited beyond the frozen shares of its units that go back. Promotions with
 * `clawback` price what is kept again, each by its own terms and on the frozen shares of all
 * others. Below zero: discounts of what is kept are charged again. Above zero: that is given back,
 * or more is taken off what is kept than its frozen shares.
 *
 * In all no more is charged than goes back, so that no credit note is below zero; the rest waits
 * for the next one. `isFrozen`: no discount is charged again. It all ends at zero with the last
 * unit.
 */
export function creditBeyondShares(
  promotions: readonly AppliedPromotion[],
  tallies: readonly Tally[],
  isFrozen: boolean,
): Credit[] {
  if (!promotions.some(({ onReturn }) => onReturn === 'clawback')) return tallies.map(() => NOTHING)
  const moves = againAfter(promotions, tallies).map((due, i) => {
    const held = heldBefore(tallies[i] as Tally)
    return { held, due, rise: riseOf(held.amount, due.amount, isFrozen) }
  })
  const falls = moves.map(({ held, due }) => Math.max(0, held.amount - due.amount))
  const shares = tallies.map(({ line, now }) => sharesOf(line.net, line.quantity, now))
  const rises = moves.map(({ rise }) => rise)
  const charged = allocate(Math.min(sum(rises), sum([...shares, ...falls])), rises, rises)
  return moves.map(({ held, due }, i) => {
    const amount = (falls[i] ?? 0) - (charged[i] ?? 0)
    const gap = held.amount - due.amount
    const funding = due.platformFunded - held.platformFunded
    return { amount, platformFunded: gap === 0 ? funding : partOf(funding, gap, amount) }
  })
}

const NOTHING: Credit = { amount: 0, platformFunded: 0 }

const riseOf = (held: number, due: number, isFrozen: boolean) =>
  Math.max(0, (isFrozen ? Math.min(due, Math.max(held, 0)) : due) - held)

/** As much of `whole` as `units` are of `all`. */
const partOf = (whole: number, all: number, units: number) =>
  all === 0 ? 0 : unitShare(whole, all, { before: 0, units })

/** What a line was charged again up to now: what its frozen shares have and its credit hasn't. */
function heldBefore({ line, before, credited }: Tally): Credit {
  const shares = (whole: number) => sharesOf(whole, line.quantity, before)
  return {
    amount: shares(line.net) - credited.amount,
    platformFunded: credited.platformFunded - shares(fundedOf(line)),
  }
}

/** The platform's part of all that was taken off a line. */
export const fundedOf = ({ discounts = [] }: PlacedLine) =>
  sum(discounts.map(({ platformFunded }) => platformFunded))

/** By line, what its kept units cost beyond their frozen shares, and the platform's part of it. */
function againAfter(promotions: readonly AppliedPromotion[], tallies: readonly Tally[]): Credit[] {
  const again = tallies.map(() => ({ ...NOTHING }))
  const earlier = new Set<string>()
  for (const promotion of promotions) {
    if (promotion.onReturn === 'clawback') {
      const counting = tallies.map(({ line, kept }, i) => ({
        goods: keptGoods({ line, kept }, earlier),
        frozen: keptDiscount({ line, kept }, promotion.promotionId),
        left: sharesOf(line.net, line.quantity, kept) + (again[i]?.amount ?? 0),
        total: again[i] as Credit,
        counts: promotion.lineIds.includes(line.id) && kept.length > 0,
      }))
      priceAgain(
        promotion,
        counting.filter(({ counts }) => counts),
      )
    }
    earlier.add(promotion.promotionId)
  }
  return again
}

/** A line that counted for a promotion, with units that are kept. `left`: their cost so far. */
type Kept = { goods: Goods; frozen: Credit; left: number; total: Credit }

/** Adds to each total what kept units lose of their frozen shares, or takes off what they gain. */
function priceAgain({ terms, amount, platformFunded }: AppliedPromotion, kept: readonly Kept[]) {
  const given = kept.map(({ frozen }) => frozen.amount)
  const goods = kept.map((one) => one.goods)
  const lost = sum(given) - sum(takenOff(terms, goods))
  const losses = allocate(Math.max(0, lost), given, given)
  const gains = allocate(
    Math.max(0, -lost),
    goods.map((one) => one.amount),
    kept.map(({ left }) => left),
  )
  for (const [i, { frozen, total }] of kept.entries()) {
    const [loss, gain] = [losses[i] ?? 0, gains[i] ?? 0]
    total.amount += loss - gain
    total.platformFunded += partOf(frozen.platformFunded, frozen.amount, loss)
    total.platformFunded -= partOf(platformFunded, amount, gain)
  }
}

/** Frozen shares of what is kept in what a promotion took off a line. */
function keptDiscount({ line, kept }: Pick<Tally, 'line' | 'kept'>, promotionId: string): Credit {
  const own = line.discounts?.find((discount) => discount.promotionId === promotionId) ?? NOTHING
  return {
    amount: sharesOf(own.amount, line.quantity, kept),
    platformFunded: sharesOf(own.platformFunded, line.quantity, kept),
  }
}

/** What is kept, as a promotion saw it: at list price less what `earlier` ones took off. */
function keptGoods({ line, kept }: Pick<Tally, 'line' | 'kept'>, earlier: ReadonlySet<string>) {
  const { discounts = [], quantity } = line
  const later = discounts.filter(({ promotionId }) => !earlier.has(promotionId))
  const base = line.net + sum(later.map(({ amount }) => amount))
  const units = sum(kept.map((span) => span.units))
  return { quantity: units, amount: sharesOf(base, quantity, kept) }
}
