import { addDays, dateIn, instantIn } from './zone.ts'

/*
 * What a merchant is told that it earned in a period, and what it is paid of that. Amounts are minor units, above zero in
 * the merchant's favour.
 */

export const SETTLEMENT_PERIODS = ['day', 'week', 'month'] as const
export type SettlementPeriod = (typeof SETTLEMENT_PERIODS)[number]

/** When periods end, and by whose calendar; weeks begin on Mondays. */
export type SettlementTerms = { period: SettlementPeriod; timeZone: string }

/** The end of the last whole period at an instant: the begin of the one that runs. */
export function periodEnd({ period, timeZone }: SettlementTerms, asOf: Date): Date {
  const today = dateIn(timeZone, asOf)
  return instantIn(timeZone, { date: firstDay(period, today), time: '00:00' })
}

function firstDay(period: SettlementPeriod, date: string): string {
  switch (period) {
    case 'day':
      return date
    case 'week':
      return addDays(date, -((new Date(date).getUTCDay() + 6) % 7))
    case 'month':
      return `${date.slice(0, 8)}01`
  }
}

/** Usual where nobody says otherwise. */
export const DEFAULT_PERIOD: SettlementPeriod = 'week'

/**
 * How far statements look: at postings dated `before` an instant whose transactions (`writer`) are below a horizon, where
 * all have ended, so that the set never changes again.
 */
export type Cut = { writer: string; before: string }

/** A run of statements; what is left out is found by the run itself, or taken over from the one that it goes on from. */
export type SettlementStart = {
  /** When it is taken to happen, ISO 8601; when it was due unless given. */
  asOf?: string
  /** For this merchant only. */
  merchantId?: string
  /** Id of the key that asked; the schedule unless given. */
  by?: string
  cut?: Cut
  /** Merchants up to this id are done. */
  after?: string
  made?: number
}

/** A merchant's accounts: not its own yet, its own, on its way to its bank. */
export type Balances = { pending: number; available: number; onItsWay: number }

/** What sales come to, and what is taken of it. */
export type Shares = {
  /** What customers pay for the goods. */
  goods: number
  /** What the platform adds for discounts that it bears. */
  platformFunded: number
  /** As frozen when the order was placed. */
  commission: number
  /** Freight that the merchant gives away. */
  freightBorne: number
  total: number
}

export type SettlementFigures = {
  opening: Balances
  sales: Shares
  /** Credit notes: the frozen shares of what was cancelled, refused or came back. */
  credited: Shares
  /** From pending to available. */
  released: number
  /** From available to the bank, less what came back from there. */
  paidOut: number
  /** Of `paidOut`, what the bank has confirmed. */
  confirmed: number
  /** What stands in no other figure. */
  other: Balances
  closing: Balances
  /** Part of what is pending at the end that carriers or customers still have. */
  awaited: number
  payout: Payout
}

export const HOLD_REASONS = ['suspended', 'disputed'] as const
/** The merchant is suspended; customers' banks question payments of its orders. */
export type HoldReason = (typeof HOLD_REASONS)[number]

/** What is paid out of what is available at the end, and what is held back of it. */
export type Payout = { amount: number; heldBack: number; reason: HoldReason | null }

/** Account of a merchant's entry: its own three, or that of the platform which the other side is of. */
export type Part = 'pending' | 'available' | 'payout' | 'funded' | 'commission' | 'freight'

/** Credits less debits of one kind of posting on one account. */
export type Movement = { kind: string; part: Part; amount: number }

/** All but what is paid out, which depends on more than the period. */
export function figuresOf(
  opening: Balances,
  movements: readonly Movement[],
): Omit<SettlementFigures, 'awaited' | 'payout'> {
  const on = (part: Part, ...kinds: string[]) =>
    movements
      .filter((one) => one.part === part && (kinds.length === 0 || kinds.includes(one.kind)))
      .reduce((sum, { amount }) => sum + amount, 0)
  const [sales, credited] = [sharesOf(on, 'order.accepted'), sharesOf(on, 'charge.reversed')]
  const released = on('available', RELEASED)
  const paidOut = on('payout', PAYOUT.due, PAYOUT.failed)
  const confirmed = 0 - on('payout', PAYOUT.paid)
  const moved = { pending: on('pending'), available: on('available'), onItsWay: on('payout') }
  return {
    ...{ opening, sales, credited, released, paidOut, confirmed },
    other: {
      pending: moved.pending - sales.total - credited.total + released,
      available: moved.available - released + paidOut,
      onItsWay: moved.onItsWay - paidOut + confirmed,
    },
    closing: {
      pending: opening.pending + moved.pending,
      available: opening.available + moved.available,
      onItsWay: opening.onItsWay + moved.onItsWay,
    },
  }
}

/** Kinds of postings that move merchants' money on. */
export const RELEASED = 'merchants.released'
export const PAYOUT = { due: 'payout.due', paid: 'payout.paid', failed: 'payout.failed' } as const

export const NOTHING: Balances = { pending: 0, available: 0, onItsWay: 0 }

/** A posting balances, so what the customer pays for the goods is what all others got of it. */
function sharesOf(on: (part: Part, kind: string) => number, kind: string): Shares {
  const total = on('pending', kind)
  const [funded, commission, freight] = [
    on('funded', kind),
    on('commission', kind),
    on('freight', kind),
  ]
  return {
    goods: total + funded + commission + freight,
    platformFunded: 0 - funded,
    commission: 0 - commission,
    freightBorne: 0 - freight,
    total,
  }
}

type Payable = {
  /** At the end of the period, and by now: what was taken back since isn't paid out any more. */
  available: number
  availableNow: number
  /** Of orders whose payment a customer's bank questions. */
  disputed: number
  isSuspended: boolean
}

/** Below zero nothing is paid; it is made up for by later sales. */
export function payoutOf({ available, availableNow, disputed, isSuspended }: Payable): Payout {
  const payable = Math.max(0, Math.min(available, availableNow))
  if (isSuspended && payable > 0) return { amount: 0, heldBack: payable, reason: 'suspended' }
  const heldBack = Math.min(payable, disputed)
  return { amount: payable - heldBack, heldBack, reason: heldBack > 0 ? 'disputed' : null }
}

export const PAYOUT_STATUSES = ['due', 'paid', 'failed'] as const
export type PayoutStatus = (typeof PAYOUT_STATUSES)[number]

/** Why a bank didn't pay. */
export const PAYOUT_FAILURES = ['account_unknown', 'account_closed', 'refused', 'other'] as const
export type PayoutFailure = (typeof PAYOUT_FAILURES)[number]

/** What one person may pay out at once where nobody says otherwise. Minor units. */
export const PAYOUT_LIMIT = 1_000_000

type Deciding = { amount: number; approvedBy: string | null; by: string; limit: number }

/** Above the limit it takes two: whoever stands for a payout doesn't confirm it as well. */
export function hindranceOf({ amount, approvedBy, by, limit }: Deciding) {
  if (amount <= limit) return undefined
  if (approvedBy === null) return 'APPROVAL_MISSING'
  return approvedBy === by ? 'SELF_APPROVAL' : undefined
}
