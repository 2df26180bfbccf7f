import { allocate, basisPoints, byUnitPrice, sum, times, unitShare, wholeTimes } from './money.ts'
import type { Goods } from './money.ts'
import type { Terms } from './promotion.ts'

type TermsOf<K extends Terms['kind']> = Extract<Terms, { kind: K }>

/**
 * What terms take off each of the goods that count, in their order; zeros where these don't come to
 * enough. Never more than there is. Shares of freight are no goods: `free_freight` takes nothing
 * here.
 */
export function takenOff(terms: Terms, goods: readonly Goods[]): number[] {
  const amounts = goods.map(({ amount }) => amount)
  const spread = (off: number) => allocate(off, amounts, amounts)
  switch (terms.kind) {
    case 'member_percent':
      return shareOfEach(amounts, terms.bps)
    case 'full_reduction':
      return spread(fullReduction(terms, sum(amounts)))
    case 'tiered':
      return spread(highestStep(terms, sum(amounts)))
    case 'n_for_m':
      return spread(freeUnits(terms, goods))
    case 'coupon':
      return couponOff(terms, amounts)
    case 'free_freight':
      return amounts.map(() => 0)
  }
}

/** Half up on each line, so that a line's discount doesn't depend on what else is bought. */
const shareOfEach = (amounts: readonly number[], bps: number) =>
  amounts.map((amount) => basisPoints(amount, bps))

function fullReduction(
  { threshold, off, repeats }: TermsOf<'full_reduction'>,
  base: number,
): number {
  if (base < threshold) return 0
  return repeats ? times(off, wholeTimes(base, threshold)) : off
}

function highestStep({ steps }: TermsOf<'tiered'>, base: number): number {
  const reached = steps.filter(({ threshold }) => base >= threshold)
  return reached.toSorted((a, b) => b.threshold - a.threshold)[0]?.off ?? 0
}

/** All units are lined up by what they cost just before; the cheapest ones are free. */
function freeUnits({ buy, pay }: TermsOf<'n_for_m'>, goods: readonly Goods[]): number {
  let left = wholeTimes(sum(goods.map(({ quantity }) => quantity)), buy) * (buy - pay)
  let off = 0
  for (const { quantity, amount } of goods.toSorted(byUnitPrice)) {
    const units = Math.min(left, quantity)
    off += unitShare(amount, quantity, { before: 0, units })
    left -= units
  }
  return off
}

function couponOff(
  { threshold, benefit }: TermsOf<'coupon'>,
  amounts: readonly number[],
): number[] {
  if (sum(amounts) < threshold) return amounts.map(() => 0)
  if ('off' in benefit) return allocate(benefit.off, amounts, amounts)
  const shares = shareOfEach(amounts, benefit.bps)
  const { most } = benefit
  return most === undefined || sum(shares) <= most ? shares : allocate(most, amounts, amounts)
}
