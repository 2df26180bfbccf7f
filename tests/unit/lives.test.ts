import fc from 'fast-check'
import { describe, it } from 'vitest'
import { chargeOf, reversedOf, surplusOf } from '../../domain/account.ts'
import type { EventOf, OrderEvent } from '../../domain/events.ts'
import { isAtRest } from '../../domain/lifecycle.ts'
import { sum } from '../../domain/money.ts'
import type { Order, Tender } from '../../domain/order.ts'
import { outlookOf } from '../../domain/outlook.ts'
import { DEFAULT_POLICY } from '../../domain/policy.ts'
import { concededOf, reversalAmount } from '../../domain/reversal.ts'
import { capturedOf, holdsMoney, moneyOf, ORDER_STATUSES, statusesOf } from '../../domain/status.ts'
import { NAMES } from './happenings.ts'
import { BEGINNINGS, live } from './life.ts'
import type { Life, Step } from './life.ts'
import { placedAt, priceW1, W1 } from './pricing-builders.ts'
import { AT, event, placed, placedSmall } from './support.ts'

/** Fixed, so that a red run is red for everyone. */
const SEED = 20_260_301
const RUNS = 1000
const STEPS = 40
/** A thousand lives take half a second, on a busy machine many times that. */
const TIMEOUT_MS = 30_000

/** One number per step, because drawing many takes longer than living. */
const steps = fc.array(fc.nat(NAMES.length * 10_000).map(stepOf), {
  maxLength: STEPS,
  size: 'max',
})

/** Of ten steps eight are what usually comes next, so that lives get somewhere, and one is a repeat. */
function stepOf(n: number): Step {
  const digit = (place: number) => Math.floor(n / NAMES.length / place) % 10
  return {
    name: NAMES[n % NAMES.length] ?? 'choose',
    usual: digit(1) < 8,
    repeat: digit(10) === 9,
    target: digit(100),
    detail: digit(1000),
  }
}

const ORIGIN = { shop: 'old', reference: 'old-1', placedAt: AT }

/** All of them would be taken back, if a customer asked for it: ends of parcels never do. */
const CLAWED = W1.promotions.map((one) => ({ ...one, onReturn: 'clawback' as const }))

/** The third kind has a price that its units don't divide, the last two are paid elsewhere by several means. */
const KINDS: Record<string, [EventOf<'order.placed'>, ...OrderEvent[]]> = {
  'two merchants': [placed()],
  'dear at the door': [placed({ policy: { ...DEFAULT_POLICY, cashFee: 499 } })],
  'under promotions': [placedAt(priceW1({ promotions: CLAWED }))],
  'uneven units': [placedSmall({ quantity: 5, net: 7, freight: 3, commission: 2 })],
  'brought in': [
    placed({
      adjustments: [
        { kind: 'financing_interest', amount: 241 },
        { kind: 'discount', amount: -900 },
      ],
      payable: 15144,
      origin: ORIGIN,
    }),
    event('tender.added', { tenderId: 't1', method: 'gift_card', amount: 5000 }),
    event('tender.added', { tenderId: 't2', method: 'boleto', amount: 10144 }),
  ],
  'brought in, almost for nothing': [
    placed({
      adjustments: [{ kind: 'discount', amount: -15000 }],
      payable: 803,
      origin: ORIGIN,
    }),
    ...[400, 300, 103].map((amount, i) =>
      event('tender.added', { tenderId: `t${i + 1}`, method: 'card', amount }),
    ),
  ],
}

/** Let anything happen, in any order and repeatedly, and look after each step and at the end. */
function always(look: (life: Life) => void): void {
  const lives = fc.property(
    fc.constantFrom(...Object.keys(KINDS)),
    fc.constantFrom(...BEGINNINGS),
    steps,
    (kind, beginning, plan) => {
      live(KINDS[kind] ?? [placed()], { plan: [...beginning, ...plan], look })
    },
  )
  fc.assert(lives, { seed: SEED, numRuns: RUNS })
}

function hold(fact: boolean, what: string): void {
  if (!fact) throw new Error(`not so: ${what}`)
}

function equal(actual: number, expected: number, what: string): void {
  hold(actual === expected, `${what} is ${expected}, it is ${actual}`)
}

const refundsOf = (order: Order, tenders: readonly Tender[]) =>
  sum(
    order.refunds
      .filter(
        ({ tenderId, status }) =>
          status !== 'withdrawn' && tenders.some(({ id }) => id === tenderId),
      )
      .map(({ amount }) => amount),
  )

/** What customers' banks took back for good. */
const lostOf = ({ disputes, tenders }: Order) => {
  const counted = new Set(tenders.filter(holdsMoney).map(({ id }) => id))
  const lost = disputes.filter(({ tenderId, status }) => status === 'lost' && counted.has(tenderId))
  return sum(lost.map(({ amount }) => amount))
}

/** Money that came, by card or at the door, less what is on its way back or there. */
const kept = (order: Order) =>
  capturedOf(order) - refundsOf(order, order.tenders.filter(holdsMoney)) - lostOf(order)

/** Before acceptance nothing is charged; what a bank took beyond what there was is given up all the same. */
const chargedOf = (order: Order) => (order.accepted ? chargeOf(order) : -reversedOf(order))

const balance = ({ books }: Life, account: string) => books.accounts.get(account) ?? 0

describe('whatever happens to an order', { timeout: TIMEOUT_MS }, () => {
  it('no rule records what a table forbids, it has a status, and paid goes with accepted', () => {
    always(({ order, log }) => {
      const { status } = statusesOf(order)
      hold(ORDER_STATUSES.includes(status), `${status} is a status`)
      const paid = log.findIndex(({ type }) => type === 'order.paid')
      hold(paid < 0 || log[paid + 1]?.type === 'order.accepted', 'accepted follows paid')
    })
  })

  it('it waits for something until it is put away', () => {
    always(({ order }) => {
      const { waits, deadline } = outlookOf(order)
      const isOver = order.archivedAt !== undefined
      // Good will that nobody has decided on keeps no order from being put away.
      const mayWait = order.tasks.filter(({ kind, open }) => open && kind === 'REFUND_APPROVAL')
      const rest = isOver
        ? waits.filter(({ subject = '' }) => !mayWait.some(({ id }) => id === subject))
        : waits
      hold(isOver === (rest.length === 0), `put away: ${isOver}, waits: ${rest.length}`)
      hold(!isOver || deadline === undefined, 'what is over has no deadline')
    })
  })

  it('stock is committed once, shipped only when committed, and freed or restocked no more than that', () => {
    always(({ books }) => {
      for (const { state, quantity, shipped, freed, returned } of books.stock.values()) {
        hold(returned <= shipped && shipped + freed <= quantity, 'no unit moves twice')
        hold(shipped === 0 || state === 'committed', 'what shipped is never released')
      }
    })
  })

  it('its postings balance, the receivable is what is owed less what came, and no tender pays back more than it took', () => {
    always((life) => {
      const { order } = life
      const charge = chargedOf(order)
      hold(charge >= -lostOf(order), 'nobody is owed more than the price and what a bank took')
      // Cash that was given up for lost is charged again once it comes after all.
      for (const reversal of order.reversals)
        hold(reversal.reason === 'shortfall' || reversalAmount(reversal) >= 0, 'credit is credit')
      hold(concededOf(order, 'shortfall') >= 0, 'no more cash comes again than was given up')
      equal(balance(life, 'receivable:o1'), charge - kept(order), 'the receivable')
      for (const tender of order.tenders) {
        const took = holdsMoney(tender) ? moneyOf(tender) : (tender.received?.amount ?? 0)
        hold(refundsOf(order, [tender]) <= took, `refunds of ${tender.id} ≤ ${took}`)
      }
      const ids = order.refunds.map(({ id }) => id)
      equal(new Set(ids).size, ids.length, 'count of distinct refunds')
    })
  })

  it('a line whose units were all taken back is taken back to the last cent', () => {
    always(({ order }) => {
      const reversed = order.reversals.flatMap(({ lines }) => lines)
      for (const { id, quantity, net, commission } of order.lines) {
        const own = reversed.filter(({ lineId }) => lineId === id)
        const units = sum(own.map((line) => line.quantity))
        const amount = sum(own.map((line) => line.amount))
        hold(units <= quantity && amount <= net, 'no unit is taken back twice')
        if (units < quantity) continue
        equal(amount, net, `credit for ${id}`)
        equal(sum(own.map((line) => line.commission)), commission, `commission on ${id}`)
      }
    })
  })

  it('at rest, nothing is on its way, what is kept is what is charged, and only cash may be missing', () => {
    always((life) => {
      const { order } = life
      const isOver = order.accepted || order.closure !== 'none'
      if (!isOver || !isAtRest(order)) return
      equal(balance(life, 'refund:payable'), 0, 'refunds on their way')
      const cash = order.tenders.find(
        ({ method, status }) => method === 'cod' && status !== 'voided',
      )
      const missing = cash === undefined ? 0 : Math.max(0, chargedOf(order) - kept(order))
      const due = Math.max(0, (cash?.amount ?? 0) - (cash?.cash ?? 0))
      hold(missing <= due, 'no more is missing than was due')
      // Of a late payment a part may wait for the rest, until the order is put away.
      const isPart = order.origin !== undefined || order.disputes.length > 0
      const mayRevive = isPart && order.closure === 'expired' && order.archivedAt === undefined
      const waiting = mayRevive ? surplusOf(order) : 0
      equal(balance(life, 'receivable:o1'), missing - waiting, 'the receivable')
      equal(kept(order), chargedOf(order) - missing + waiting, 'money kept')
    })
  })
})
