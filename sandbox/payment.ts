import type { Clock } from './clock.ts'
import type { Fault } from './faults.ts'
import type { Collection, Journal } from './journal.ts'
import type { Money, Movement } from './money.ts'
import type { Reply } from './reply.ts'
import {
  alreadyRefunded,
  CHARGE_DISPUTED,
  chargeOf,
  canceled,
  entryOf,
  eventOf,
  INVALID_AMOUNT,
  newIntent,
  newRefund,
  NO_CARD,
  orderOf,
  problem,
  received,
  unexpectedState,
  type Intent,
  type Refund,
} from './payment-objects.ts'
import type { Statements } from './statement.ts'
import { openBalance, type Fees } from './stripe-balance.ts'
import { closeDispute, isTakenBack, openDispute, type Dispute } from './stripe-disputes.ts'
import { metadataOf, missing, refuse, wholeNumber, type Form } from './stripe-wire.ts'
import type { Webhooks } from './webhooks.ts'

/** Test cards that are refused, by the platform's own names; any other card pays. */
const DECLINES: Record<string, string> = {
  pm_card_chargeDeclined: 'generic_decline',
  pm_card_chargeDeclinedInsufficientFunds: 'insufficient_funds',
  pm_card_chargeDeclinedExpiredCard: 'expired_card',
}

type Parts = { clock: Clock; money: Money; statements: Statements }
type Moved = { amount: number; source: string; key?: string | undefined }
type Asked = { form: Form; key?: string | undefined; fault?: Fault | undefined }
export type Books = ReturnType<typeof openBooks>
export type Bank = ReturnType<typeof bank>

/** A card platform: intents, refunds, disputes, and the money that moved. Each call is one synchronous step. */
export function bank(journal: Journal, webhooks: Webhooks, parts: Parts) {
  const books = openBooks(journal, webhooks, parts)
  return {
    intent: books.intents.get,
    refund: books.refunds.get,
    settle: (id: string) => settle(books, id),
    refundsOf: books.refundsOf,
    create: (asked: Asked) => create(books, asked),
    confirm: (id: string, asked: Asked) => confirm(books, id, asked),
    cancel: (id: string) => cancel(books, id),
    payBack: (asked: Asked) => payBack(books, asked),
    balance: (form: Form) => books.balance.list(form, (entry) => sourceOf(books, entry)),
    charge: (fees: Fees) => books.balance.charge(fees),
    dispute: (id: string, wanted: { amount?: number; reason?: string }) =>
      journal.step(() => openDispute(books, id, wanted)),
    closeDispute: (id: string, status: 'won' | 'lost') =>
      journal.step(() => closeDispute(books, id, status)),
  }
}

function openBooks(journal: Journal, webhooks: Webhooks, { clock, money, statements }: Parts) {
  const intents: Collection<Intent> = journal.collection('intent')
  const refunds: Collection<Refund> = journal.collection('refund')
  const disputes: Collection<Dispute> = journal.collection('dispute')
  const balance = openBalance(journal, statements)
  /** When each pending refund is through, and the key it was made with. */
  const settling: Collection<{ at: number; key?: string | undefined }> =
    journal.collection('settling')
  /** The key that each intent was made with. */
  const keys: Collection<string> = journal.collection('intent_key')
  /** What time it is for the order that a payment is for. */
  const timeOf = (intent: Pick<Intent, 'metadata'>) => clock.now(orderOf(intent))
  const tell = (type: string, intent: Intent, object: object = intent) =>
    webhooks.publish(eventOf(type, { object, orderId: orderOf(intent), at: timeOf(intent) }))
  return {
    intents,
    refunds,
    disputes,
    balance,
    settling,
    keys,
    timeOf,
    tell,
    /** Money moves: for the record of all platforms, and in the account's own balance. */
    move(kind: Movement['kind'], intent: Intent, { amount, source, key }: Moved): void {
      const entry = entryOf(kind, intent, { amount, key, at: timeOf(intent) })
      money.record(entry)
      balance.add(entry, source)
    },
    refundsOf: (intentId: string) =>
      refunds.all().filter((refund) => refund.payment_intent === intentId),
    change(type: string, intent: Intent): Reply {
      intents.put(intent.id, intent)
      tell(type, intent)
      return { status: 200, body: intent }
    },
  }
}

function create({ intents, keys, timeOf }: Books, { form, key }: Asked): Reply {
  const amount = wholeNumber(form.get('amount'))
  const currency = form.get('currency')
  if (amount === undefined || currency === undefined) return INVALID_AMOUNT
  const at = timeOf({ metadata: metadataOf(form) })
  const intent = newIntent(form, { amount, currency, at })
  intents.put(intent.id, intent)
  if (key !== undefined) keys.put(intent.id, key)
  return { status: 200, body: intent }
}

function confirm(books: Books, id: string, { form, fault }: Asked): Reply {
  const intent = books.intents.get(id)
  const card = form.get('payment_method')
  if (intent === undefined) return missing(id)
  if (intent.status !== 'requires_payment_method') return unexpectedState(intent)
  if (card === undefined) return NO_CARD
  const decline = fault?.fault === 'decline' ? 'generic_decline' : DECLINES[card]
  if (decline !== undefined) {
    const declined = { ...intent, last_payment_error: problem(decline) }
    books.change('payment_intent.payment_failed', declined)
    return refuse(402, { ...problem(decline), payment_intent: declined })
  }
  const amount = intent.amount - (fault?.fault === 'wrong_amount' ? 1 : 0)
  const paid = received(intent, card, amount)
  const source = paid.latest_charge ?? ''
  books.move('capture', paid, { amount, source, key: books.keys.get(id) })
  return books.change('payment_intent.succeeded', paid)
}

function cancel(books: Books, id: string): Reply {
  const intent = books.intents.get(id)
  if (intent === undefined) return missing(id)
  if (intent.status !== 'requires_payment_method') return unexpectedState(intent)
  return books.change('payment_intent.canceled', canceled(intent, books.timeOf(intent)))
}

function payBack(books: Books, { form, key, fault }: Asked): Reply {
  const id = form.get('payment_intent') ?? ''
  const intent = books.intents.get(id)
  if (intent === undefined) return missing(id)
  const left = intent.amount_received - sumOf(books.refundsOf(id))
  if (books.disputes.all().some((one) => one.payment_intent === id && isTakenBack(one))) {
    return CHARGE_DISPUTED
  }
  if (left <= 0) return alreadyRefunded(intent)
  const amount = form.has('amount') ? wholeNumber(form.get('amount')) : left
  if (amount === undefined || amount > left) return INVALID_AMOUNT
  const at = books.timeOf(intent)
  const refund = newRefund(form, intent, { amount, status: refundStatus(fault), at })
  books.refunds.put(refund.id, refund)
  if (refund.status === 'succeeded') settled(books, refund, key)
  if (refund.status === 'pending') {
    books.settling.put(refund.id, { at: Date.now() + (fault?.delayMs ?? 0), key })
  }
  return { status: 200, body: refund }
}

function refundStatus(fault: Fault | undefined): Refund['status'] {
  if (fault?.fault === 'decline') return 'failed'
  return fault?.fault === 'refund_pending' ? 'pending' : 'succeeded'
}

/** What a refund has come to by now: a pending one is through when its time has come. */
function settle(books: Books, id: string): Refund | undefined {
  const refund = books.refunds.get(id)
  const due = books.settling.get(id)
  if (refund?.status !== 'pending' || due === undefined || Date.now() < due.at) return refund
  const done: Refund = { ...refund, status: 'succeeded' }
  books.refunds.put(id, done)
  settled(books, done, due.key)
  return done
}

function settled(books: Books, refund: Refund, key: string | undefined): void {
  const intent = books.intents.get(refund.payment_intent)
  if (intent === undefined) throw new Error('a refund without its payment')
  books.move('refund', intent, { amount: refund.amount, source: refund.id, key })
}

/** What a movement of the balance is about: the whole of it, as `expand` asks for. */
function sourceOf(books: Books, { source, externalId }: { source: string; externalId: string }) {
  const intent = books.intents.get(externalId)
  return (
    books.refunds.get(source) ?? books.disputes.get(source) ?? (intent && chargeOf(intent)) ?? null
  )
}

const sumOf = (refunds: readonly Refund[]) =>
  refunds.reduce((sum, { status, amount }) => sum + (status === 'failed' ? 0 : amount), 0)
