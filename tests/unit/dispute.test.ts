import { describe, expect, it } from 'vitest'
import { chargeOf, heldOf } from '../../domain/account.ts'
import { accept } from '../../domain/decision.ts'
import { reportDispute, withdrawnRefund } from '../../domain/dispute.ts'
import { evolve, foldOrder } from '../../domain/evolve.ts'
import { stockMovesOf } from '../../domain/inventory.ts'
import { archiveOrder, cancelOrder, completeOrder, isAtRest } from '../../domain/lifecycle.ts'
import { sum } from '../../domain/money.ts'
import { isOnHold } from '../../domain/order.ts'
import type { Order } from '../../domain/order.ts'
import { outlookOf } from '../../domain/outlook.ts'
import { raise } from '../../domain/payment.ts'
import type { DisputeReport } from '../../domain/reports.ts'
import { handOverParcel, labelsToVoid, labelVoided } from '../../domain/shipping.ts'
import { statusesOf } from '../../domain/status.ts'
import { resolveTask } from '../../domain/task.ts'
import { createBooks } from './books.ts'
import {
  after,
  AT,
  booked,
  choose,
  dataOf,
  delivered,
  eventsOf,
  handOver,
  hear,
  opened,
  packed,
  paid,
  placed,
  refunded,
  refusalOf,
  report,
  scan,
  shipped,
  step,
  typesOf,
} from './support.ts'

const told =
  (type: DisputeReport['type'], overrides: Partial<DisputeReport> = {}) =>
  (order: Order) =>
    reportDispute(
      order,
      {
        ...{ ...report(), type, tenderId: 't1', disputeId: 'dp_1', amount: 15_803 },
        ...{ currency: 'CNY', reason: 'fraudulent', ...overrides },
      },
      AT,
    )

const disputed = (order = paid()) => after(order, told('disputed'))

const answer =
  (action: 'cancel' | 'skip', taskId = 'k1') =>
  (order: Order) =>
    resolveTask(order, { taskId, action, by: 'support-1' }, AT)

const placedTwice = () =>
  after(foldOrder([placed()]), choose('card'), opened('t1'), choose('alipay'), opened('t2'))

const cancelAll = (order: Order) => cancelOrder(order, { by: 'customer', at: AT })

/** One fulfillment is on the road, the other is still here, as far as `way` brings it. */
const halfShipped = (...way: ReturnType<typeof packed>) =>
  after(paid(), ...packed('f1'), booked('p1'), handOver('p1'), ...way)

/** Balances after a life from the beginning on; those that are zero are left out. */
function balances(order: Order, ...decisions: ((order: Order) => ReturnType<typeof cancelAll>)[]) {
  const books = createBooks(foldOrder([placed()]))
  let now = order
  for (const decide of decisions) {
    for (const one of eventsOf(decide(now))) {
      now = evolve(now, one)
      books.post(now, one)
    }
  }
  return Object.fromEntries([...books.accounts].filter(([, balance]) => balance !== 0))
}

describe('a lost dispute', () => {
  it('of a refund that failed takes its place: nothing goes twice, and the rest goes back', () => {
    const failed = after(paid(), cancelAll, (order) =>
      accept(
        { type: 'refund.failed', at: AT, data: { refundId: 'r1', code: 'REQUEST_REFUSED' } },
        raise(order, { kind: 'REFUND_FAILED', subject: 'r1', at: AT }),
      ),
    )
    const part = { amount: 10_000 }
    const order = after(failed, told('disputed', part), told('dispute_lost', part))
    expect(order.refunds).toMatchObject([
      { id: 'r1', status: 'withdrawn' },
      { id: 'r2', status: 'requested', amount: 5803 },
    ])
    expect(order.tasks.filter(({ open, kind }) => open && kind === 'REFUND_FAILED')).toEqual([])
  })

  it('of one half leaves the refund of the other owed, though its platform refuses it', () => {
    const half = { amount: 10_000 }
    const order = after(paid(), told('disputed', half), cancelAll, told('dispute_lost', half))
    const [refund] = order.refunds
    if (refund === undefined) throw new Error('nothing goes back')
    expect(refund.amount).toBe(5803)
    expect(withdrawnRefund(order, refund, AT)).toEqual([])
  })

  it('of a sum that never fitted leaves the good payment alone', () => {
    const wrong = after(
      placedTwice(),
      hear({ tenderId: 't1', amount: 16_000 }),
      hear({ tenderId: 't2', externalId: 'a-2' }),
    )
    const sum16 = { amount: 16_000 }
    const order = after(wrong, told('disputed', sum16), told('dispute_lost', sum16))
    expect([chargeOf(order), heldOf(order)]).toEqual([15_803, 15_803])
    expect(order.tasks.filter(({ open, kind }) => open && kind === 'PAYMENT_MISMATCH')).toEqual([])
  })
})

describe('a dispute', () => {
  it('puts the order on hold and asks a person', () => {
    const decision = told('disputed')(paid())
    expect(typesOf(decision)).toEqual(['dispute.opened', 'task.raised'])
    expect(dataOf(decision, 'task.raised')).toMatchObject({
      ...{ kind: 'PAYMENT_DISPUTED', subject: 'dp_1', code: 'fraudulent' },
    })
    expect(isOnHold(disputed())).toBe(true)
    expect(statusesOf(disputed()).payment).toBe('disputed')
    expect(outlookOf(disputed())).toEqual({
      waits: [
        { for: 'person', subject: 'k1' },
        { for: 'dispute', subject: 'dp_1' },
      ],
    })
  })

  it('holds the warehouse back, but not the word of one that has done its work', () => {
    expect(refusalOf(step('claimed')(disputed()))).toBe('ORDER_ON_HOLD')
    expect(typesOf(step('claimed', report())(disputed()))).toEqual(['fulfillment.claimed'])
  })

  it('holds parcels back, but not the carrier’s word', () => {
    const ready = disputed(after(paid(), ...packed('f1'), booked('p1')))
    expect(refusalOf(handOver('p1')(ready))).toBe('ORDER_ON_HOLD')
    expect(typesOf(scan('p1', 'picked_up')(ready))).toEqual(['parcel.handed_over'])
  })

  it('keeps the order from being completed by the clock and put away, not from its customer’s word', () => {
    const there = disputed(delivered())
    expect(refusalOf(completeOrder(there, 'policy', AT))).toBe('ORDER_ON_HOLD')
    expect(typesOf(completeOrder(there, 'customer', AT))).toEqual(['order.completed'])
    expect(refusalOf(archiveOrder(there, AT))).toBe('WRONG_STATE')
    const seen = after(there, answer('skip'))
    expect([isOnHold(seen), isAtRest(seen)]).toEqual([true, false])
  })

  it('is of money that is not paid back once more', () => {
    const cancelled = after(disputed(), cancelAll)
    expect(cancelled.refunds).toEqual([])
    expect([chargeOf(cancelled), heldOf(cancelled)]).toEqual([0, 0])
  })

  it('told twice, under another id too, changes nothing', () => {
    const again = { eventId: 'e-again' }
    const once = after(paid(), told('disputed', again))
    expect(refusalOf(told('disputed', again)(once))).toBe('REPEATED')
    expect(refusalOf(told('disputed')(once))).toBe('NO_CHANGE')
  })

  it('of a tender or a currency that is not the order’s is no dispute of it', () => {
    expect(refusalOf(told('disputed', { tenderId: 't9' })(paid()))).toBe('UNKNOWN_TENDER')
    expect(refusalOf(told('disputed', { currency: 'USD' })(paid()))).toBe('MALFORMED')
  })
})

describe('a dispute that is won', () => {
  it('lets the order go on and answers its task', () => {
    const decision = told('dispute_won')(disputed())
    expect(typesOf(decision)).toEqual(['dispute.won', 'task.resolved'])
    const won = after(disputed(), told('dispute_won'))
    expect(isOnHold(won)).toBe(false)
    expect(statusesOf(won)).toMatchObject({ status: 'pending_processing', payment: 'paid' })
    expect(refusalOf(told('dispute_lost')(won))).toBe('NO_CHANGE')
  })

  it('pays back what was cancelled meanwhile', () => {
    const won = told('dispute_won')(after(disputed(), cancelAll))
    expect(dataOf(won, 'refund.requested')).toMatchObject({ amount: 15_803, reason: 'dispute_won' })
  })

  it('before it was opened never holds the order', () => {
    const won = after(paid(), told('dispute_won'))
    expect(isOnHold(won)).toBe(false)
    expect(refusalOf(told('disputed')(won))).toBe('NO_CHANGE')
  })

  it('leaves the order on hold while another one is open', () => {
    const part = { amount: 5000 }
    const other = { disputeId: 'dp_2', amount: 800 }
    const both = after(paid(), told('disputed', part), told('disputed', other))
    const one = after(both, told('dispute_won', part))
    expect([isOnHold(one), heldOf(one)]).toEqual([true, 15_003])
    const none = after(one, told('dispute_won', other))
    expect([isOnHold(none), heldOf(none)]).toEqual([false, 15_803])
  })
})

describe('a dispute that is lost', () => {
  it('is no longer charged, at the platform’s expense', () => {
    const decision = told('dispute_lost')(disputed(delivered()))
    expect(typesOf(decision)).toEqual(['dispute.lost', 'charge.reversed'])
    expect(dataOf(decision, 'charge.reversed').concessions).toEqual([
      { kind: 'chargeback', amount: 15_803 },
    ])
    const lost = after(disputed(delivered()), told('dispute_lost'))
    expect([chargeOf(lost), heldOf(lost), lost.refunds]).toEqual([0, 0, []])
    expect(balances(delivered(), told('disputed'), told('dispute_lost'))).toEqual({
      ...{ 'psp:stripe': -15_803, 'platform:chargeback': 15_803 },
    })
  })

  it('after its order was cancelled has paid the customer back, and costs nobody anything', () => {
    const lost = after(disputed(), cancelAll, told('dispute_lost'))
    expect([chargeOf(lost), heldOf(lost), lost.refunds]).toEqual([0, 0, []])
    expect(lost.reversals.flatMap(({ concessions = [] }) => concessions)).toEqual([])
  })

  it('of more than was left costs the platform what the customer got twice', () => {
    const back = after(paid(), cancelAll, refunded)
    const lost = balances(back, told('disputed'), told('dispute_lost'))
    expect(lost).toEqual({ 'psp:stripe': -15_803, 'platform:chargeback': 15_803 })
  })

  it('is borne by merchants again as far as their goods come back', () => {
    const lost = after(disputed(shipped()), told('dispute_lost'), answer('skip'))
    const back = scan('p1', 'returned')(lost)
    const note = dataOf(back, 'charge.reversed')
    const goods = sum(note.lines.map(({ amount }) => amount)) + note.freight
    expect(note.concessions).toEqual([{ kind: 'chargeback', amount: -goods }])
    expect(typesOf(back)).not.toContain('refund.requested')
  })

  it('before it was opened is lost all the same', () => {
    const decision = told('dispute_lost')(delivered())
    expect(typesOf(decision)).toEqual([
      ...['dispute.opened', 'task.raised', 'dispute.lost', 'charge.reversed'],
    ])
    expect(refusalOf(told('disputed')(after(delivered(), told('dispute_lost'))))).toBe('NO_CHANGE')
  })

  it('holds what is still here until a person has said what becomes of it', () => {
    const asked = after(disputed(), told('dispute_lost'))
    expect(isOnHold(asked)).toBe(true)
    const again = after(disputed(), answer('skip'), told('dispute_lost'))
    expect(again.tasks.filter(({ open }) => open)).toMatchObject([{ code: 'LOST' }])
    expect(isOnHold(after(again, answer('skip', 'k2')))).toBe(false)
  })
})

describe('the answer to cancel', () => {
  it('cancels the whole order while nothing has left', () => {
    const cancelled = after(disputed(), answer('cancel'))
    expect(cancelled).toMatchObject({ closure: 'cancelled', cancelledBy: 'support' })
  })

  it('of a lost dispute takes the platform’s loss back', () => {
    const cancelled = after(disputed(), told('dispute_lost'), answer('cancel'))
    expect([chargeOf(cancelled), cancelled.refunds]).toEqual([0, []])
    expect(
      sum(
        cancelled.reversals
          .flatMap(({ concessions = [] }) => concessions)
          .map(({ amount }) => amount),
      ),
    ).toBe(0)
  })

  it.each([
    ['waits for its picker', halfShipped()],
    [
      'is checked',
      halfShipped(
        step('claimed', { fulfillmentId: 'f2' }),
        step('picked', { fulfillmentId: 'f2' }),
      ),
    ],
    ['is packed', halfShipped(...packed('f2'))],
    ['has its label', halfShipped(...packed('f2'), booked('p2'))],
  ])('calls off what %s, and leaves what is on its way', (_, order) => {
    const decision = answer('cancel')(disputed(order))
    const cancelled = after(disputed(order), answer('cancel'))
    expect(dataOf(decision, 'charge.reversed')).toMatchObject({ freight: 600 })
    expect(dataOf(decision, 'charge.reversed').lines).toMatchObject([
      { lineId: 'l3', quantity: 3, amount: 4229 },
    ])
    const f2 = cancelled.fulfillments.find(({ id }) => id === 'f2')
    expect([cancelled.closure, f2?.stage, cancelled.refunds]).toEqual(['none', 'cancelled', []])
    expect(freed(disputed(order), eventsOf(decision))).toEqual([['f2', 'l3', 3]])
    const voided = labelsToVoid(cancelled).map(({ id: parcelId }) =>
      labelVoided(cancelled, { parcelId, outcome: 'cancelled', at: AT }),
    )
    expect(voided.flatMap((one) => freed(cancelled, eventsOf(one)))).toEqual([])
    expect(voided).toHaveLength(
      order.parcels.some(({ id, status }) => id === 'p2' && status === 'booked') ? 1 : 0,
    )
  })

  it('leaves a parcel that was called off in the warehouse: its units are for sale again', () => {
    const lost = after(disputed(halfShipped(...packed('f2'), booked('p2'))), told('dispute_lost'))
    const called = after(lost, answer('cancel'))
    expect(isOnHold(called)).toBe(false)
    expect(refusalOf(handOverParcel(called, 'p2', AT))).toBe('WRONG_STATE')
  })

  it('changes nothing where everything has left', () => {
    expect(refusalOf(answer('cancel')(disputed(shipped())))).toBe('ALREADY_SHIPPED')
  })
})

function freed(order: Order, events: ReturnType<typeof eventsOf>) {
  let now = order
  return events.flatMap((one) => {
    now = evolve(now, one)
    const moves = stockMovesOf(now, one).filter(({ kind }) => kind === 'free')
    return moves.map(({ fulfillmentId, lineId, quantity }) => [fulfillmentId, lineId, quantity])
  })
}
