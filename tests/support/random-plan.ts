import fc from 'fast-check'
import type { PlatformMethod, ValueKind } from '../../domain/method.ts'

/** What is to happen to one order and its money, drawn before anything happens. */
export type Plan = {
  number: number
  /** Units of the one product in it. */
  quantity: number
  /** What bears a tenth of the price each, before the main means of payment bears the rest. */
  stored: readonly ValueKind[]
  main: PlatformMethod | 'wallet' | 'cod'
  /** The means that is taken instead, or beside it. */
  other: PlatformMethod
  paying: (typeof PAYING)[number]
  stockGone: boolean
  goods: (typeof GOODS)[number]
  door: (typeof DOORS)[number]
  /** When the carrier pays over what it has collected. */
  remits: 'soon' | 'archived'
  goodwill: (typeof GOODWILL)[number]
  dispute: (typeof DISPUTES)[number]
  /** What finance does with a refund that fails twice. */
  lastResort: 'wallet' | 'skip'
  /** `just`: stored value is as much as its parts bear, and once too little of it. */
  purse: (typeof PURSES)[number]
  faults: {
    create: (typeof REPLIES)[number]
    cancel: (typeof REPLIES)[number]
    refund: (typeof REPLIES)[number] | 'decline' | 'refund_pending'
    notice: (typeof NOTICES)[number]
  }
}

const PAYING = [
  ...(['once', 'once', 'once', 'declined_first', 'changed', 'twice', 'wrong_amount'] as const),
  ...(['never', 'late', 'after_archive', 'after_cancel'] as const),
] as const
const GOODS = [
  ...(['delivered', 'delivered', 'part_cancelled', 'cancelled'] as const),
  ...(['part_cancelled', 'refused', 'lost'] as const),
] as const
const DOORS = ['exact', 'short', 'short', 'too_much'] as const
const GOODWILL = ['none', 'small', 'approved', 'rejected', 'archived'] as const
const DISPUTES = [
  ...(['none', 'won', 'lost', 'won_after_goods', 'lost_after_goods'] as const),
  ...(['won_archived', 'lost_archived'] as const),
] as const
const REPLIES = [
  ...(['none', 'server_error', 'server_error_after_effect'] as const),
  ...(['timeout_after_effect', 'garbage', 'rate_limited'] as const),
] as const
const PURSES = ['just', 'full'] as const
const NOTICES = ['none', 'lost', 'late', 'twice', 'reordered', 'forged'] as const
const MAINS = ['card', 'alipay', 'wechatpay', 'card', 'cod', 'cod', 'wallet'] as const
const STORED: readonly (readonly ValueKind[])[] = [
  ...[[], ['wallet'], ['points'], ['gift_card']],
  ...[
    ['wallet', 'gift_card'],
    ['points', 'gift_card'],
    ['wallet', 'points', 'gift_card'],
  ],
] as ValueKind[][]

/** So many draws that every value comes as often as any other: what is to occur, occurs. */
function dealt<T>(values: readonly T[], count: number): fc.Arbitrary<T[]> {
  const deck = Array.from({ length: count }, (_, i) => values[i % values.length] as T)
  return fc.shuffledSubarray(deck, { minLength: count, maxLength: count })
}

/** The plans of a run, the same for the same seed. */
export function plansOf(seed: number, count: number): Plan[] {
  const deal = <T>(values: readonly T[]) => dealt(values, count)
  const faults = fc.record({
    create: deal(REPLIES),
    cancel: deal(REPLIES),
    refund: deal([...REPLIES, 'decline', 'decline', 'decline', 'refund_pending'] as const),
    notice: deal(NOTICES),
  })
  const decks = fc.record({
    ...{ stored: deal(STORED), main: deal(MAINS), paying: deal(PAYING), goods: deal(GOODS) },
    ...{ door: deal(DOORS), goodwill: deal(GOODWILL), dispute: deal(DISPUTES) },
    ...{ quantity: deal([1, 2, 3]), other: deal(['card', 'alipay', 'wechatpay'] as const) },
    ...{ stockGone: deal([true, false]), remits: deal(['soon', 'archived'] as const) },
    ...{ lastResort: deal(['wallet', 'skip'] as const), faults, purse: deal(PURSES) },
  })
  const [drawn] = fc.sample(decks, { seed, numRuns: 1 })
  if (drawn === undefined) throw new Error('nothing was drawn')
  return Array.from({ length: count }, (_, number) => planOf(drawn, number))
}

type Decks = { [K in Exclude<keyof Plan, 'number' | 'faults'>]: Plan[K][] } & {
  faults: { [K in keyof Plan['faults']]: Plan['faults'][K][] }
}

function planOf({ faults, ...decks }: Decks, number: number): Plan {
  const at = <T>(deck: readonly T[]) => deck[number] as T
  return {
    number,
    ...{ quantity: at(decks.quantity), stored: at(decks.stored), main: at(decks.main) },
    ...{ other: at(decks.other), paying: at(decks.paying), stockGone: at(decks.stockGone) },
    ...{ goods: at(decks.goods), door: at(decks.door), remits: at(decks.remits) },
    ...{ goodwill: at(decks.goodwill), dispute: at(decks.dispute) },
    ...{ lastResort: at(decks.lastResort), purse: at(decks.purse) },
    faults: {
      ...{ create: at(faults.create), cancel: at(faults.cancel) },
      ...{ refund: at(faults.refund), notice: at(faults.notice) },
    },
  }
}
