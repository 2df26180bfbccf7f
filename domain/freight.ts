import type { Place } from './customer.ts'
import { MAX_AMOUNT, times, wholeTimes } from './money.ts'

/**
 * What getting something from a warehouse to a place costs, and how long it takes. Amounts in minor
 * units, days are working days.
 */
export type FreightRule = {
  id: string
  merchantId: string
  /** Left out: from each of the merchant's warehouses. */
  warehouseId?: string
  /** Left out: to everywhere. */
  country?: string
  region?: string
  carrier: string
  /** Grams that the first fee covers; each begun step beyond costs the step fee. */
  firstGrams: number
  firstFee: number
  stepGrams: number
  stepFee: number
  transit: { min: number; max: number }
}

/** What goes together: all that one warehouse sends to one place. */
export type FreightRequest = {
  merchantId: string
  warehouseId: string
  place: Pick<Place, 'country' | 'region'>
  grams: number
}

export type Freight = Pick<FreightRule, 'carrier' | 'transit'> & { amount: number }

/**
 * Freight by the rule that counts; undefined: nothing goes there. Throws RangeError above the cap
 * of amounts.
 */
export function freightOf(
  rules: readonly FreightRule[],
  request: FreightRequest,
): Freight | undefined {
  const found = countingRule(rules, request)
  if (found === undefined) return undefined
  const { carrier, transit } = found.rule
  return { amount: found.amount, carrier, transit }
}

/**
 * The most particular rule counts: for the warehouse before any, then region before country before
 * everywhere. Among equals the cheapest for that weight, then the carrier that comes first by its
 * code.
 */
export function countingRule(
  rules: readonly FreightRule[],
  request: FreightRequest,
): { rule: FreightRule; amount: number } | undefined {
  const fitting = rules.filter((rule) => fits(rule, request))
  const rank = Math.max(...fitting.map(particularity))
  return fitting
    .filter((rule) => particularity(rule) === rank)
    .map((rule) => ({ rule, amount: feeOf(rule, request.grams) }))
    .toSorted((a, b) => a.amount - b.amount || (a.rule.carrier < b.rule.carrier ? -1 : 1))[0]
}

/** Whether a rule is about that, whatever it weighs. */
export function fits(
  rule: FreightRule,
  { merchantId, warehouseId, place }: Omit<FreightRequest, 'grams'>,
): boolean {
  return (
    rule.merchantId === merchantId &&
    (rule.warehouseId === undefined || rule.warehouseId === warehouseId) &&
    (rule.country === undefined || rule.country === place.country) &&
    (rule.region === undefined || isSameRegion(rule.region, place.region))
  )
}

/** Abroad, regions stand as their writers wrote them: case and blanks make no other region. */
const isSameRegion = (one: string, other: string): boolean =>
  one === other || folded(one) === folded(other)

const folded = (text: string) => text.normalize('NFC').trim().replaceAll(/\s+/gu, ' ').toLowerCase()

/** A warehouse weighs more than any place. */
function particularity({ warehouseId, country, region }: FreightRule): number {
  const known = (value: unknown) => Number(value !== undefined)
  return 3 * known(warehouseId) + known(country) + known(region)
}

type Fee = Pick<FreightRule, 'firstGrams' | 'firstFee' | 'stepGrams' | 'stepFee'>

/** Whether what a weight costs stays within the cap of amounts. */
export function isWithinCap({ firstFee, stepFee, ...fee }: Fee, grams: number): boolean {
  const isFree = stepFee === 0
  return isFree || stepsOf(fee, grams) <= wholeTimes(MAX_AMOUNT - firstFee, stepFee)
}

function feeOf(fee: Fee, grams: number): number {
  if (!isWithinCap(fee, grams)) throw new RangeError('amount above the cap')
  return fee.firstFee + times(fee.stepFee, stepsOf(fee, grams))
}

/** Begun steps beyond the first grams. */
const stepsOf = (
  { firstGrams, stepGrams }: Pick<Fee, 'firstGrams' | 'stepGrams'>,
  grams: number,
): number => Math.max(0, Math.ceil((grams - firstGrams) / stepGrams))
