import type { Locale } from '../domain/locale.ts'
import type { ItemKind, ItemMovement, Money } from '../domain/reconciliation.ts'
import type { ValueKind } from '../domain/method.ts'

/** What the page shows; amounts in minor units. */
export type FinanceView = {
  now: string
  timeZone: string
  /** Until when the link works. */
  until: string
  openItems: number
  classes: { class: string; currency: string; debit: number; credit: number; balance: number }[]
  day: string
  platforms: {
    platform: string
    currency: string
    captured: number
    refunded: number
    statement?: { captured: number; refunded: number; fees: number } | undefined
    difference?: number | undefined
  }[]
  storedValue: { method: ValueKind; currency: string; captured: number }[]
  cash: { carrier: string; currency: string; collected: number; remitted: number }[]
  owed: { carrier: string; currency: string; parcels: number; owed: number; ageDays: number }[]
  items: {
    id: string
    kind: ItemKind
    party: string
    movement: ItemMovement
    reference: string
    orderId: string | null
    expected: Money | null
    actual: Money | null
    owner: string | null
    ageDays: number
  }[]
  statements: {
    platform: string
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
    ledgerOfDay: string
    ledgerOfMonth: string
    /** Where there are more items than one page shows. */
    moreItems?: string
  }
}

export type FinanceShown = { view: FinanceView; locale: Locale }
