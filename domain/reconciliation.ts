import type { Entry, Posting } from './ledger.ts'
import type { PlatformName } from './method.ts'

/*
 * What others say moved, held against what our own books say. Pure: rows in, verdicts out.
 */

export type Money = { amount: number; currency: string }

export const MOVEMENT_KINDS = [
  ...(['capture', 'refund', 'refund_returned', 'dispute', 'dispute_returned'] as const),
] as const
export type MovementKind = (typeof MOVEMENT_KINDS)[number]

/** What platforms keep for their service, and give back, is no movement that we could know of: they are who tells of it. */
export type FeeKind = 'fee' | 'fee_returned'

export const isFee = (kind: MovementKind | FeeKind): kind is FeeKind =>
  kind === 'fee' || kind === 'fee_returned'

/** One comparison: a day of a platform, as `2026-10-09` by its own calendar. */
export type ReconciliationStart = {
  platform: PlatformName
  day: string
  /** When it is taken to happen, ISO 8601; the moment it runs unless given. */
  asOf?: string
}

/** One workflow per day of a platform; several shops, each with a queue of its own, may share a namespace. */
export const reconciliationIdOf = (taskQueue: string, { platform, day }: ReconciliationStart) =>
  `reconcile-${platform}-${day}@${taskQueue}`

/** How a difference is called: from our side of the table. */
export const ITEM_KINDS = [
  /** They say it moved; our books don't have it. */
  'MISSING_HERE',
  /** Our books have it; they don't say so. */
  'MISSING_THERE',
  'AMOUNT_DIFFERS',
  /** A carrier pays over the cash of a parcel once more. */
  'REPEATED',
] as const
export type ItemKind = (typeof ITEM_KINDS)[number]

/** How a person closes one; `matched` is what a later comparison does by itself. */
export const ITEM_RESOLUTIONS = [
  'matched',
  /** Booked right by other means. */
  'corrected',
  /** The money went back to where it came from. */
  'paid_back',
  /** Whoever told of it has put it right. */
  'their_error',
  /** Nobody will put it right: the platform bears it. */
  'written_off',
] as const
export type ItemResolution = (typeof ITEM_RESOLUTIONS)[number]

/** Both sides of one movement; undefined where a side has nothing of it. */
export type Sides = {
  /** By our books. */
  expected: Money | undefined
  /** By theirs. */
  actual: Money | undefined
}

export type Verdict = 'matched' | ItemKind

/** Of what both sides should have told of by now. */
export function verdictOf({ expected, actual }: Sides): Verdict {
  if (expected === undefined) return actual === undefined ? 'matched' : 'MISSING_HERE'
  if (actual === undefined) return 'MISSING_THERE'
  return isSame(expected, actual) ? 'matched' : 'AMOUNT_DIFFERS'
}

const isSame = (one: Money, other: Money) =>
  one.amount === other.amount && one.currency === other.currency

/** What they say beyond our books, below zero where they say less; in their currency where they have one. */
export function surplusOf({ expected, actual }: Sides): Money | undefined {
  const said = actual ?? (expected && { amount: 0, currency: expected.currency })
  if (said === undefined) return undefined
  const known = expected?.currency === said.currency ? expected.amount : 0
  return { amount: said.amount - known, currency: said.currency }
}

/** Where money stands that somebody moved and nobody can place yet. */
const SUSPENSE = 'suspense'
/** What was given up as never to be placed. */
const DIFFERENCES = 'platform:differences'

/** Whose movement it is: it says which account holds the money, and which way a movement of its kind goes. */
export type Place = { account: string; direction: 'in' | 'out' }

const OUT: ReadonlySet<MovementKind> = new Set(['refund', 'dispute'])

export const placeOf = (platform: PlatformName, kind: MovementKind): Place => ({
  account: `psp:${platform}`,
  direction: OUT.has(kind) ? 'out' : 'in',
})

/** So much more is in suspense for a difference, less when negative; undefined where nothing changes. */
export function suspended({ account, direction }: Place, more: Money): Posting | undefined {
  return posting('statement.suspended', [account, SUSPENSE], signed(direction, more))
}

/** What stands in suspense is given up. */
export function writtenOff({ direction }: Place, stands: Money): Posting | undefined {
  return posting('statement.written_off', [SUSPENSE, DIFFERENCES], signed(direction, stands))
}

/** What a platform keeps for its service, or gives back of it. */
export function feePosting(
  platform: PlatformName,
  { kind, amount, currency }: Money & { kind: FeeKind },
): Posting | undefined {
  const kept = { amount: kind === 'fee' ? amount : -amount, currency }
  return posting('statement.fee', ['psp:fees', `psp:${platform}`], kept)
}

const signed = (direction: Place['direction'], { amount, currency }: Money): Money => ({
  ...{ amount: direction === 'in' ? amount : -amount, currency },
})

/** From the second account to the first; the other way round when negative. */
function posting(
  kind: string,
  [first, second]: readonly [string, string],
  { amount, currency }: Money,
): Posting | undefined {
  if (amount === 0) return undefined
  const [debit, credit] = amount > 0 ? [first, second] : [second, first]
  const entry = (account: string, side: Entry['side']): Entry => ({
    ...{ account, side, amount: Math.abs(amount), currency },
  })
  return { kind, entries: [entry(debit, 'D'), entry(credit, 'C')] }
}
