import type { ItemKind, Money } from './reconciliation.ts'

/*
 * What a line of a carrier's remittance is about, and what becomes of it. Pure: rows in, verdicts out.
 */

/** Cash of one parcel, as its carrier told of it. */
export type ParcelCash = Money & {
  /** Of it, what was paid over before, or given up. */
  settled: number
}

/** Undefined cash: nobody told of any, so there may be some. */
export type CashParcel = { bookedAt: Date; cash: ParcelCash | undefined }

/**
 * Waybills are recycled, and one customer's cash must not pay for another's parcel: of several that bear it, the one booked
 * before the carrier paid that owes just that sum, else the only one that may owe any. Newest first; undefined where more
 * than one could be meant.
 */
export function parcelMeant<P extends CashParcel>(
  parcels: readonly P[],
  paid: Money & { at: string },
): P | undefined {
  if (parcels.length < 2) return parcels[0]
  const booked = parcels.filter(({ bookedAt }) => bookedAt.getTime() <= Date.parse(paid.at))
  const owing = booked.filter(({ cash }) => cash !== undefined && isJust(cash, paid))
  if (owing.length > 0) return only(owing)
  const open = booked.filter(({ cash }) => cash === undefined || restOf(cash) > 0)
  return open.length > 0 ? only(open) : booked[0]
}

const only = <T>(found: readonly T[]): T | undefined => (found.length === 1 ? found[0] : undefined)

const restOf = ({ amount, settled }: ParcelCash) => amount - settled
const isJust = (cash: ParcelCash, paid: Money) =>
  restOf(cash) === paid.amount && cash.currency === paid.currency

export type PlacedCash = {
  /** What the parcel's order is told of. */
  told: number
  /** What finance is asked, and what was to be expected. */
  kind: ItemKind | undefined
  expected: Money | undefined
}

/** Parts add up to what was collected; no order hears of more, or of other money. */
export function placeCash(paid: Money, cash: ParcelCash): PlacedCash {
  const rest = restOf(cash)
  if (rest <= 0) return { told: 0, kind: 'REPEATED', expected: undefined }
  const expected = { amount: rest, currency: cash.currency }
  if (paid.currency !== cash.currency) return { told: 0, kind: 'AMOUNT_DIFFERS', expected }
  const kind = paid.amount === rest ? undefined : 'AMOUNT_DIFFERS'
  return { told: Math.min(paid.amount, rest), kind, expected }
}
