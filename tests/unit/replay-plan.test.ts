import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sum } from '../../domain/money.ts'
import { LOG_ENDS } from '../../scripts/replay/log.ts'
import type { LoggedOrder, LoggedShipment } from '../../scripts/replay/log.ts'
import { MEANS } from '../../scripts/replay/money.ts'
import { expectedStatus, planOf } from '../../scripts/replay/plan.ts'
import {
  day,
  inTwoParts,
  kindsOf,
  order,
  SENT,
  tender,
  told,
  unconfirmed,
  unit,
  WAITING,
} from './replay-builders.ts'

describe('a plan follows the log', () => {
  it.each([
    { ends: 'unpaid', of: unconfirmed({ ends: 'unpaid' }), is: '', here: 'pending_payment' },
    { ends: 'expired', of: unconfirmed({ ends: 'expired' }), is: 'pass_window', here: 'expired' },
    {
      ends: 'paid',
      of: order({ ends: 'paid', shipments: [WAITING] }),
      is: 'pay 2',
      here: 'pending_processing',
    },
    {
      ends: 'shipped',
      of: order({ ends: 'shipped', shipments: [SENT] }),
      is: 'pay 2 · hand_over 3 m-1',
      here: 'in_delivery',
    },
    {
      ends: 'delivered',
      of: order(),
      is: 'pay 2 · hand_over 3 m-1 · deliver 6 m-1',
      here: 'delivered',
    },
    {
      ends: 'returned',
      of: order({ ends: 'returned', shipments: [{ ...SENT, returnedAt: day(8) }] }),
      is: 'pay 2 · hand_over 3 m-1 · return 8 m-1',
      here: 'refused',
    },
    {
      ends: 'cancelled',
      of: order({ ends: 'cancelled', shipments: [WAITING], cancelledAt: day(4) }),
      is: 'pay 2 · cancel 4',
      here: 'cancelled',
    },
  ])('that ends $ends', ({ of, is, here }) => {
    const plan = planOf(of)
    expect(told(plan)).toBe(is)
    expect(expectedStatus(plan)).toBe(here)
    expect(plan.oddities).toEqual([])
  })

  it.each([
    {
      what: 'one part of two sent',
      of: inTwoParts(SENT, {}, { ends: 'shipped' }),
      is: 'pay 2 · hand_over 3 m-1',
      here: 'partially_shipped',
    },
    {
      what: 'one part delivered before the other is sent',
      of: inTwoParts({ ...SENT, deliveredAt: day(5) }, {}, { ends: 'shipped' }),
      is: 'pay 2 · hand_over 3 m-1 · deliver 5 m-1',
      here: 'partially_shipped',
    },
    {
      what: 'parts that take turns',
      of: inTwoParts(
        { handedOverAt: day(7), deliveredAt: day(9) },
        { handedOverAt: day(3), deliveredAt: day(5) },
      ),
      is: 'pay 2 · hand_over 3 m-2 · deliver 5 m-2 · hand_over 7 m-1 · deliver 9 m-1',
      here: 'delivered',
    },
    {
      what: 'one part delivered and one returned',
      of: inTwoParts(
        { ...SENT, returnedAt: day(5) },
        { ...SENT, merchantId: 'm-2', deliveredAt: day(9) },
      ),
      is: 'pay 2 · hand_over 3 m-1 · hand_over 3 m-2 · return 5 m-1 · deliver 9 m-2',
      here: 'delivered',
    },
    {
      what: 'one part returned and one on its way',
      of: inTwoParts(
        { ...SENT, returnedAt: day(5) },
        { handedOverAt: day(4) },
        { ends: 'shipped' },
      ),
      is: 'pay 2 · hand_over 3 m-1 · hand_over 4 m-2 · return 5 m-1',
      here: 'in_delivery',
    },
  ])('of $what', ({ of, is, here }) => {
    const plan = planOf(of)
    expect(told(plan)).toBe(is)
    expect(expectedStatus(plan)).toBe(here)
    expect(plan.oddities).toEqual([])
  })
})

describe('the window to pay', () => {
  it('is the longest of the order’s payments, those of nothing aside', () => {
    const boleto = tender(2000, MEANS.boleto)
    const mixed = order({ tenders: [boleto, tender(3890)], paidAt: day(6) })
    const alone = order({ tenders: [tender(5890, MEANS.boleto), tender(0)], paidAt: day(6) })
    expect(kindsOf(planOf(mixed))).not.toContain('paid_after_window')
    expect(kindsOf(planOf(alone))).toContain('paid_after_window')
  })

  it('takes a payment in its last moment', () => {
    const plan = planOf(order({ ends: 'paid', shipments: [], paidAt: day(8) }))
    expect(told(plan)).toBe('pay 8')
  })
})

describe('an adjustment', () => {
  it.each([
    { what: 'nothing where sums agree', paid: 5890, installments: 1, is: [] },
    { what: 'rounding up to five cents', paid: 5895, installments: 8, is: ['rounding', 5] },
    { what: 'rounding down to five cents', paid: 5885, installments: 1, is: ['rounding', -5] },
    {
      what: 'interest of instalments',
      paid: 6400,
      installments: 8,
      is: ['financing_interest', 510],
    },
    { what: 'a surcharge without instalments', paid: 5896, installments: 1, is: ['surcharge', 6] },
    { what: 'a discount where less is paid', paid: 4990, installments: 8, is: ['discount', -900] },
  ])('is $what', ({ paid, installments, is }) => {
    const { adjustments } = planOf(order({ tenders: [tender(paid, { installments })] }))
    expect(adjustments.flatMap(({ kind, amount }) => [kind, amount])).toEqual(is)
  })
})

const instant = fc
  .integer({ min: 0, max: 400 })
  .map((h) => new Date(Date.UTC(2018, 0, 1, h)).toISOString())
const clocks = (...names: string[]) =>
  fc.record(Object.fromEntries(names.map((name) => [name, instant])), { requiredKeys: [] })
const shipments = fc
  .array(clocks('handedOverAt', 'deliveredAt', 'returnedAt'), { minLength: 1, maxLength: 3 })
  .map((all) => all.map((one, i): LoggedShipment => ({ merchantId: `m-${i}`, ...one })))
const tenders = fc.array(
  fc.record({ amount: fc.nat(9000), installments: fc.integer({ min: 1, max: 10 }) }),
  { maxLength: 3 },
)
/** Whatever a log may say, in any order. */
const anyOrder = fc
  .tuple(fc.constantFrom(...LOG_ENDS), instant, clocks('paidAt', 'cancelledAt'), shipments, tenders)
  .map(([ends, placedAt, told, shipments, payments]): LoggedOrder => {
    const { paidAt: _, ...bare } = order({ ends, placedAt, shipments })
    const units = shipments.map(({ merchantId }) => unit({ merchantId }))
    const tenders = [tender(1), ...payments.map(({ amount, ...facts }) => tender(amount, facts))]
    return { ...bare, ...told, units, tenders }
  })

describe('whatever the log says, a plan', () => {
  it('never goes back in time', () => {
    fc.assert(
      fc.property(anyOrder, (logged) => {
        const times = planOf(logged).steps.flatMap((step) => ('at' in step ? [step.at] : []))
        expect([logged.placedAt, ...times]).toEqual([logged.placedAt, ...times].toSorted())
      }),
    )
  })

  it('lets each part leave once and arrive at most once, after that', () => {
    fc.assert(
      fc.property(anyOrder, (logged) => {
        const { steps } = planOf(logged)
        for (const { merchantId } of logged.shipments) {
          const own = steps.filter((step) => 'merchantId' in step && step.merchantId === merchantId)
          expect(own.map((step) => step.do).join(' ')).toMatch(/^(hand_over( deliver| return)?)?$/)
        }
      }),
    )
  })

  it('takes every time of the log or notes it as an oddity', () => {
    fc.assert(
      fc.property(anyOrder, (logged) => {
        const { steps, oddities } = planOf(logged)
        const known = new Set([
          ...steps.flatMap((step) => ('at' in step ? [step.at] : [])),
          ...oddities.map((oddity) => oddity.logged),
        ])
        const { paidAt, cancelledAt } = logged
        const parts = logged.shipments.flatMap((s) => [s.handedOverAt, s.deliveredAt, s.returnedAt])
        const times = [paidAt, cancelledAt, ...parts].filter((at) => at !== undefined)
        expect(times.filter((at) => !known.has(at))).toEqual([])
      }),
    )
  })

  it('pays exactly goods, freight and adjustments, by payments that are some', () => {
    fc.assert(
      fc.property(anyOrder, (logged) => {
        const { tenders, adjustments, order: own } = planOf(logged)
        const bought = own.units.flatMap(({ price, freight }) => [price, freight])
        const paid = sum(tenders.map(({ amount }) => amount))
        expect(paid).toBe(sum([...bought, ...adjustments.map(({ amount }) => amount)]))
        expect(tenders.every(({ amount }) => amount > 0)).toBe(true)
        expect(own).toBe(logged)
      }),
    )
  })
})
