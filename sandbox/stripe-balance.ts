import type { Collection, Journal } from './journal.ts'
import type { Movement } from './money.ts'
import { seconds } from './payment-objects.ts'
import type { Reply } from './reply.ts'
import type { Statements } from './statement.ts'
import { missing, wholeNumber, type Form } from './stripe-wire.ts'

/** What the platform keeps of each capture, in basis points and minor units, and for each dispute. */
export type Fees = { basisPoints: number; fixed: number; dispute: number }
const NO_FEES: Fees = { basisPoints: 0, fixed: 0, dispute: 0 }

type Entry = Omit<Movement, 'platform'> & { source: string; fee: number }
type SourceOf = (entry: Entry) => object | null

const TYPES = {
  capture: 'charge',
  refund: 'refund',
  dispute: 'adjustment',
  dispute_returned: 'adjustment',
} as const
const isIncome = ({ kind }: Entry) => kind === 'capture' || kind === 'dispute_returned'

/** Objects per page unless asked for more, and at most; the platform's own. */
const PAGE = { usual: 10, most: 100 }

/** The balance of the shop's account: every movement with the fee kept of it. */
export function openBalance(journal: Journal, statements: Statements) {
  const entries: Collection<Entry> = journal.collection('stripe_balance')
  const settings: Collection<Fees> = journal.collection('stripe_fees')
  return {
    charge: (fees: Fees) => settings.put('now', fees),
    add(movement: Movement, source: string): void {
      const fee = feeOf(movement, settings.get('now') ?? NO_FEES)
      entries.put(movement.id, { ...movement, source, fee })
    },
    list: (form: Form, sourceOf: SourceOf) =>
      pageOf(toldOf(entries, statements, form), form, sourceOf),
  }
}

function feeOf({ kind, amount }: Movement, { basisPoints, fixed, dispute }: Fees): number {
  if (kind === 'capture') return Math.round((amount * basisPoints) / 10_000) + fixed
  return kind === 'dispute' ? dispute : 0
}

const createdAt = ({ at }: Entry) => seconds(new Date(at))

/** Newest first, by instants of creation. */
function toldOf(entries: Collection<Entry>, statements: Statements, form: Form): Entry[] {
  const from = Number(form.get('created[gte]') ?? 0)
  const before = Number(form.get('created[lt]') ?? Number.MAX_SAFE_INTEGER)
  const moved = entries
    .all()
    .filter((entry) => createdAt(entry) >= from && createdAt(entry) < before)
  const strangerOf = ({ id, amount }: { id: string; amount: number }): Entry => ({
    ...{
      id: `txn_${id}`,
      kind: 'capture',
      orderId: '',
      externalId: `pi_${id}`,
      source: '',
      fee: 0,
    },
    ...{ amount, currency: 'CNY', at: new Date(from * 1000).toISOString() },
  })
  return statements
    .tell('stripe', { day: String(from), moved, strangerOf })
    .toReversed()
    .toSorted((a, b) => createdAt(b) - createdAt(a))
}

/** Page by page. */
function pageOf(wanted: readonly Entry[], form: Form, sourceOf: SourceOf): Reply {
  const after = form.get('starting_after')
  const index = after === undefined ? 0 : wanted.findIndex(({ id }) => id === after) + 1
  if (after !== undefined && index === 0) return missing(after)
  const limit = Math.min(wholeNumber(form.get('limit')) ?? PAGE.usual, PAGE.most)
  const expands = form.get('expand[0]') === 'data.source'
  const data = wanted
    .slice(index, index + limit)
    .map((entry) => transactionOf(entry, expands ? sourceOf(entry) : entry.source))
  const has_more = index + limit < wanted.length
  return { status: 200, body: { object: 'list', url: '/v1/balance_transactions', has_more, data } }
}

function transactionOf(entry: Entry, source: object | string | null) {
  const { id, kind, fee, at } = entry
  const amount = isIncome(entry) ? entry.amount : -entry.amount
  const created = seconds(new Date(at))
  const currency = entry.currency.toLowerCase()
  const kept = { amount: fee, application: null, currency, description: null, type: 'stripe_fee' }
  return {
    id,
    object: 'balance_transaction',
    amount,
    available_on: created,
    balance_type: 'payments',
    created,
    currency,
    description: null,
    exchange_rate: null,
    fee,
    fee_details: fee === 0 ? [] : [kept],
    net: amount - fee,
    reporting_category: kind === 'capture' ? 'charge' : kind.replace('_returned', '_reversal'),
    source,
    status: 'available',
    type: TYPES[kind],
  }
}
