import type { Locale } from '../domain/locale.ts'
import type { WaitingAnswer, WaitingKind } from '../domain/finance-waiting.ts'
import type { ItemKind, ItemMovement, Money } from '../domain/reconciliation.ts'
import type { PlatformName, ValueKind } from '../domain/method.ts'

export type Moved = {
  captured: number
  refunded: number
  disputed: number
  returned: number
  fees: number
  net: number
}

/** What moved on one day. */
export type DayFigures = {
  day: string
  platforms: (Moved & {
    platform: PlatformName
    currency: string
    statement?: Moved | undefined
    difference?: number | undefined
  })[]
  statements: {
    platform: PlatformName
    timeZone: string
    phase: 'ahead' | 'running' | 'over'
    status?: 'waiting' | 'missing' | 'done' | undefined
  }[]
  storedValue: { method: ValueKind; currency: string; captured: number; refunded: number }[]
  byHand: { currency: string; refunded: number }[]
  cash: { carrier: string; currency: string; collected: number; remitted: number }[]
}

export type ClassBalance = {
  class: string
  currency: string
  debit: number
  credit: number
  balance: number
}

/** What the page shows; amounts in minor units. */
export type FinanceView = {
  now: string
  timeZone: string
  /** Until when the link works. */
  until: string
  openItems: number
  /** How much waits for a decision, and the first of it. */
  allWaiting: number
  waiting: {
    kind: WaitingKind
    orderNo: string | null
    party: string | null
    reference: string | null
    code: string | null
    money: Money | null
    notBy: string | null
    since: string
    ageDays: number
    answers: WaitingAnswer[]
  }[]
  /** How far each platform is compared, by its own calendar. */
  coverage: {
    platform: PlatformName
    timeZone: string
    /** The last day that is over. */
    lastOver: string
    compared: string | null
    waiting: string[]
    missing: string[]
  }[]
  classes: ClassBalance[]
  day: DayFigures
  owed: { carrier: string; currency: string; parcels: number; owed: number; ageDays: number }[]
  items: {
    id: string
    kind: ItemKind
    party: string
    movement: ItemMovement
    day: string
    reference: string
    orderId: string | null
    expected: Money | null
    actual: Money | null
    owner: string | null
    ageDays: number
  }[]
  statements: {
    platform: PlatformName
    day: string
    status: 'waiting' | 'missing' | 'done'
    lines: number
    openItems: number
  }[]
  /** Addresses of this page and what belongs to it. */
  paths: {
    other: string
    dayBefore: string
    dayAfter: string
    /** Where another day is shown. */
    latestDay?: string
    ledgerOfDay: string
    ledgerOfMonth: string
    /** Where there are more items than one page shows. */
    moreItems?: string
    moreWaiting?: string
  }
}

export type FinanceShown = { view: FinanceView; locale: Locale }
