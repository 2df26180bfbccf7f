import type { Locale } from '../domain/locale.ts'
import type { WaitingKind } from '../domain/finance-waiting.ts'
import type { ItemKind, ItemMovement } from '../domain/reconciliation.ts'
import type { PlatformName, ValueKind } from '../domain/method.ts'

import { EN } from './finance-words.en.ts'
import { ZH } from './finance-words.zh.ts'

type Label =
  | 'title'
  | 'eyebrow'
  | 'skip'
  | 'coverage'
  | 'platform'
  | 'calendar'
  | 'comparedTo'
  | 'lastOver'
  | 'awaited'
  | 'missing'
  | 'never'
  | 'day'
  | 'before'
  | 'after'
  | 'latest'
  | 'through'
  | 'side'
  | 'captured'
  | 'refunded'
  | 'disputed'
  | 'returned'
  | 'fees'
  | 'net'
  | 'books'
  | 'theirs'
  | 'difference'
  | 'notCompared'
  | 'total'
  | 'sum'
  | 'storedValue'
  | 'used'
  | 'toWallet'
  | 'byHand'
  | 'cash'
  | 'carrier'
  | 'collected'
  | 'remitted'
  | 'waiting'
  | 'nothingWaits'
  | 'moreWaiting'
  | 'answered'
  | 'items'
  | 'kind'
  | 'reference'
  | 'order'
  | 'expected'
  | 'actual'
  | 'owner'
  | 'nobody'
  | 'age'
  | 'more'
  | 'owed'
  | 'parcels'
  | 'oldest'
  | 'balances'
  | 'account'
  | 'debit'
  | 'credit'
  | 'balance'
  | 'sign'
  | 'statements'
  | 'status'
  | 'lines'
  | 'open'
  | 'exports'
  | 'nothing'
  | 'quietDay'
  | 'sideways'

/** What the comparisons come to, and how many speak for it. */
export type Verdict = 'differs' | 'missing' | 'awaited' | 'nothing' | 'agrees'

/** Words of one language. */
export type FinanceWording = {
  tag: string
  other: { locale: Locale; name: string }
  labels: Record<Label, string>
  headline: Record<Verdict, (count: number) => string>
  balanced: Record<'yes' | 'no', string>
  until: (when: string) => string
  days: (count: number) => string
  decisions: (count: number) => string
  waiting: Record<WaitingKind, string>
  /** Whose second has to be another one. */
  notBy: (key: string) => string
  kind: Record<ItemKind, string>
  movement: Record<ItemMovement, string>
  status: Record<'waiting' | 'missing' | 'done', string>
  platform: Record<PlatformName, string>
  /** How far a platform's own day has come. */
  phase: Record<'ahead' | 'running' | 'over', string>
  daysIn: (zone: string) => string
  method: Record<ValueKind, string>
  ledgerOfDay: (day: string) => string
  ledgerOfMonth: (month: string) => string
  zone: (zone: string) => string
  closed: { title: string; text: string }
  away: { title: string; text: string }
}

export const FINANCE_WORDING: Record<Locale, FinanceWording> = { en: EN, zh: ZH }
