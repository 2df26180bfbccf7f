/** When an order may be paid at the door. */
export type CashRules = {
  /** Most that one order may have collected, in minor units. */
  limit: number
  /** Orders that the customer refused at the door lately, from which on nobody brings another one unpaid. */
  refusals: number
  /** Where nobody collects, as `CN` or `CN/西藏自治区`. */
  excluded: readonly string[]
  /** What it costs more for each consignment, in minor units. */
  fee: number
}

export const CASH_RULES: CashRules = { limit: 500_000, refusals: 2, excluded: [], fee: 0 }

/** How long a refusal counts. Days. */
export const REFUSAL_DAYS = 180

export type CashHindrance = 'COD_TOO_MUCH' | 'COD_NOT_THERE' | 'COD_REFUSED_BEFORE'

/** What stands in the way of cash at the door; undefined where nothing does. */
export function cashHindrance(
  { limit, refusals, excluded }: CashRules,
  wish: {
    amount: number
    places: readonly { country: string; region: string }[]
    refusedBefore: number
  },
): CashHindrance | undefined {
  if (wish.amount > limit) return 'COD_TOO_MUCH'
  const isOut = ({ country, region }: { country: string; region: string }) =>
    excluded.includes(country) || excluded.includes(`${country}/${region}`)
  if (wish.places.some(isOut)) return 'COD_NOT_THERE'
  return wish.refusedBefore >= refusals ? 'COD_REFUSED_BEFORE' : undefined
}
