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

/**
 * What platforms keep for their service or give back, what they pay out to our bank or take back of it: no movement that we
 * could know of, as they are who tells of it.
 */
export const TOLD_KINDS = ['fee', 'fee_returned', 'payout', 'payout_returned'] as const
export type ToldKind = (typeof TOLD_KINDS)[number]

export const isTold = (kind: MovementKind | ToldKind): kind is ToldKind =>
  TOLD_KINDS.some((one) => one === kind)

/** Platforms tell of movements by kind; all that a carrier tells of is what it pays over. */
export type ItemMovement = MovementKind | ToldKind | 'remittance'

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

/** What a carrier says that it paid over: its own word until finance has seen the money, or has not. */
export const REMITTANCE_STATUSES = ['claimed', 'recorded', 'rejected'] as const
export type RemittanceStatus = (typeof REMITTANCE_STATUSES)[number]

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

const OUT: ReadonlySet<ItemMovement> = new Set(['refund', 'dispute'])

export const placeOf = (platform: PlatformName, kind: MovementKind | ToldKind): Place => ({
  account: `psp:${platform}`,
  direction: OUT.has(kind) ? 'out' : 'in',
})

/** Where carriers pay to, and what leaves by hand comes from. */
const BANK = 'bank'

/** So much more is in suspense for a difference, less when negative; undefined where nothing changes. */
export function suspended({ account, direction }: Place, more: Money): Posting | undefined {
  return posting('statement.suspended', [account, SUSPENSE], signed(direction, more))
}

/**
 * Where what stands in suspense goes as a person closes an item; undefined: it stays, and a line of the platform's own makes up
 * for it. No such line comes of a carrier's money, nor of a refund that came back and is paid from the bank.
 */
function wayOut(movement: ItemMovement, resolution: ItemResolution): string | undefined {
  if (resolution === 'written_off') return DIFFERENCES
  if (resolution === 'paid_back')
    return movement === 'remittance' || movement === 'refund_returned' ? BANK : undefined
  return resolution === 'their_error' && movement === 'remittance' ? BANK : undefined
}

/** What stands in suspense leaves it, or comes back when negative. */
export function resolved(
  { direction }: Place,
  stands: Money,
  { movement, resolution }: { movement: ItemMovement; resolution: ItemResolution },
): Posting | undefined {
  const to = wayOut(movement, resolution)
  if (to === undefined) return undefined
  return posting(`statement.${resolution}`, [SUSPENSE, to], signed(direction, stands))
}

/** What a platform settled to our bank, where no statement of its tells of that; below zero where it went back. */
export const settledToBank = (platform: PlatformName, money: Money): Posting | undefined =>
  posting('platform.payout', [BANK, `psp:${platform}`], money)

/** What a carrier will never pay over of what it collected. */
export const cashGivenUp = (carrier: string, missing: Money): Posting | undefined =>
  posting('remittance.written_off', [DIFFERENCES, `cod:${carrier}`], missing)

/** What a platform keeps for its service or pays out to our bank, and what of it comes back. */
export function toldPosting(
  platform: PlatformName,
  { kind, amount, currency }: Money & { kind: ToldKind },
): Posting | undefined {
  const isFee = kind === 'fee' || kind === 'fee_returned'
  const left = { amount: kind === 'fee' || kind === 'payout' ? amount : -amount, currency }
  const name = isFee ? 'statement.fee' : 'statement.payout'
  return posting(name, [isFee ? 'psp:fees' : BANK, `psp:${platform}`], left)
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
