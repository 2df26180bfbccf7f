import { describe, expect, it } from 'vitest'
import { calendarOf, isLateByDate, isLateByTimestamp } from '../../scripts/replay/lateness.ts'
import type { Compared, Difference, Reconciliation } from '../../web/reconciliation-view.ts'
import * as made from './reconcile-builders.ts'
import { arrived, logged, planned, reconciled, reconciledOne, unit } from './reconcile-builders.ts'

const figure = (found: Reconciliation, name: string): Compared | undefined =>
  found.figures.find((one) => one.name === name)

const same = (value: number) => ({ log: value, here: value, difference: 0, explained: 0 })

/** What differs, and whether it is explained. */
const rows = (found: Reconciliation) =>
  found.differences.map(({ what, of, log, here, explanation }: Difference) => [
    of === undefined ? what : `${what} ${of}`,
    log,
    here,
    explanation === null ? 'unexplained' : 'explained',
  ])

const two = logged({
  reference: 'o-2',
  units: [
    unit({ price: 1000, freight: 100 }),
    unit({ price: 1000, freight: 100 }),
    unit({ sku: 'p-2', merchantId: 'm-2', price: 3000, freight: 300 }),
  ],
  tenders: [made.card(5000), made.boleto(502)],
  reviews: [
    { id: 'r-1', score: 5 },
    { id: 'r-2', score: 2 },
  ],
})

describe('orders that stand here as the log has them', () => {
  const plans = [planned(logged()), planned(two)]
  const found = reconciled(
    plans,
    plans.map(({ order }) => arrived(order)),
  )

  it('are reconciled without a difference', () => {
    expect(found.reconciled).toBe(true)
    expect(found.differences).toEqual([])
  })

  it.each([
    ['orders', 2],
    ['goods', 10_000],
    ['freight', 1390],
    ['adjustments', 2],
    ['paid', 11_392],
    ['paid_exactly', 1],
    ['several_merchants', 1],
    ['several_units', 1],
    ['several_payments', 1],
    ['mixed_methods', 1],
  ])('have equal %s', (name, value) => expect(figure(found, name)).toMatchObject(same(value)))

  it('add up by method and by merchant, the largest first', () => {
    expect(found.methods).toEqual([
      { method: 'card credit', payments: same(2), amount: same(10_890) },
      { method: 'boleto', payments: same(1), amount: same(502) },
    ])
    expect(found.merchants).toEqual([
      { merchantId: 'm-1', orders: same(2), goods: same(7000), freight: same(1090) },
      { merchantId: 'm-2', orders: same(1), goods: same(3000), freight: same(300) },
    ])
  })

  it('are counted under the log’s own word and where they stand here', () => {
    expect(found.statuses).toEqual([
      {
        status: 'delivered',
        here: [{ status: 'delivered', expected: 2, orders: 2 }],
        ...{ orders: same(2), goods: same(10_000), freight: same(1390), paid: same(11_392) },
      },
    ])
  })

  it('list adjustments by row and by kind', () => {
    const row = { reference: 'o-2', no: 'LH-o-2', kind: 'rounding', amount: 2 }
    expect(found.adjustments).toEqual({
      sums: [{ kind: 'rounding', count: 1, amount: 2 }],
      rows: [row],
    })
  })

  it('have the log’s reviews, several of one order included', () =>
    expect(found.reviews).toEqual({ count: 3, orders: 2, meanScore: 11 / 3 }))
})

describe('the scope', () => {
  it('lists what can’t be brought in and what failed; a failure is never reconciled', () => {
    const unusable = [
      { reference: 'o-9', status: 'canceled', reason: 'no_items' as const, paid: 700 },
    ]
    const failures = [{ reference: 'o-2', reason: 'refused' }]
    const plan = planned(logged())
    const log = { currency: 'BRL', zone: made.ZONE, orders: [plan.order, two], unusable }
    const found = reconciled([plan], [arrived(plan.order)], { log, failures })

    expect(found.scope).toEqual({
      ...{ inLog: 3, usable: 2, unusable, chosen: 1, replayed: 1, failed: failures },
    })
    expect(found.reconciled).toBe(false)
  })

  it('of nothing is not reconciled', () => expect(reconciled([], []).reconciled).toBe(false))
})

describe('every chosen order', () => {
  const plan = planned(logged())
  const outcome = arrived(plan.order)

  it.each([
    ['that is missing', [], ['orders', 1, 0, 'unexplained']],
    ['that is here twice', [outcome, outcome], ['orders', 1, 2, 'unexplained']],
    [
      'beside one that the log doesn’t have',
      [outcome, arrived(logged({ reference: 'o-7' }))],
      ['orders', 0, 1, 'unexplained'],
    ],
  ])('%s is unexplained', (_, outcomes, row) => {
    const found = reconciled([plan], outcomes)
    expect(rows(found)).toEqual([row])
    expect(found.reconciled).toBe(false)
    expect(figure(found, 'goods')?.difference).not.toBe(figure(found, 'goods')?.explained)
  })
})

it('a log that has an order twice differs by more than its rows add up to', () => {
  const plan = planned(logged())
  const found = reconciled([plan, plan], [arrived(plan.order)])
  expect(found.differences).toEqual([])
  expect(figure(found, 'paid')).toMatchObject({ difference: -5890, explained: 0 })
  expect(found.reconciled).toBe(false)
})

describe('a difference that nothing explains', () => {
  it.each([
    ['status', { status: 'in_delivery' }, [['status', 'delivered', 'in_delivery', 'unexplained']]],
    ['goods', { goods: 4999, payable: 5889 }, [['goods', 5000, 4999, 'unexplained']]],
    [
      'a merchant’s freight',
      { merchants: [{ merchantId: 'm-1', goods: 5000, freight: 0 }] },
      [['merchant_freight m-1', 890, 0, 'unexplained']],
    ],
    [
      'a method',
      { tenders: [{ method: 'boleto', captured: 5890 }] },
      [
        ['method_payments card credit', 1, 0, 'unexplained'],
        ['method_amount card credit', 5890, 0, 'unexplained'],
        ['method_payments boleto', 0, 1, 'unexplained'],
        ['method_amount boleto', 0, 5890, 'unexplained'],
      ],
    ],
    [
      'lateness',
      { deliveredAt: '2018-03-20T02:59:59.000Z', deliverBy: '2018-03-20T02:00:00.000Z' },
      [['late_by_timestamp', 0, 1, 'unexplained']],
    ],
    [
      'an audit',
      { auditFailures: ['postings don’t balance'] },
      [['audit', '', 'postings don’t balance', 'unexplained']],
    ],
  ])('%s', (_, outcome, expected) => {
    const found = reconciledOne(planned(logged()), outcome)
    expect(rows(found)).toEqual(expected)
    expect(found.reconciled).toBe(false)
  })

  it('stands before those that are explained', () => {
    const open = planned(logged({ reference: 'o-2' }))
    const plans = [neverPaid(), open]
    const outcomes = [arrived(neverPaid().order, UNPAID), arrived(open.order, { status: 'closed' })]
    const explained = rows(reconciled(plans, outcomes)).map((row) => row.at(-1))
    expect(explained).toEqual(['unexplained', 'explained', 'explained'])
  })
})

const neverPaid = () =>
  planned(logged({ ends: 'cancelled', status: 'canceled' }), {
    steps: [{ do: 'cancel', at: '2018-03-02T12:00:00.000Z' }],
    oddities: [{ kind: 'cancelled_before_payment' }],
  })
const UNPAID = { paid: 0, tenders: [{ method: 'card', funding: 'credit', captured: 0 }] }

describe('payments that were never confirmed', () => {
  it('explain that nothing was paid here, in every figure and to the cent', () => {
    const found = reconciledOne(neverPaid(), UNPAID)
    expect(rows(found)).toEqual([
      ['paid', 5890, 0, 'explained'],
      ['method_amount card credit', 5890, 0, 'explained'],
    ])
    expect(figure(found, 'paid')).toMatchObject({ difference: -5890, explained: -5890 })
    expect(found.reconciled).toBe(true)
  })

  it('explain it also where no payment was opened', () => {
    const found = reconciledOne(neverPaid(), { paid: 0, tenders: [] })
    expect(found.reconciled).toBe(true)
  })

  it('don’t explain a part of it', () => {
    const part = { paid: 100, tenders: [{ method: 'card', funding: 'credit', captured: 100 }] }
    expect(rows(reconciledOne(neverPaid(), part))).toEqual([
      ['paid', 5890, 100, 'unexplained'],
      ['method_amount card credit', 5890, 100, 'unexplained'],
    ])
  })

  it('of an order left unpaid have no time in the log', () => {
    const { paidAt: _, ...unpaid } = logged({ ends: 'unpaid', status: 'created' })
    const confirmed = logged({ ends: 'unpaid', status: 'created' })
    expect(reconciledOne(planned(unpaid, { steps: [] }), UNPAID).reconciled).toBe(true)
    expect(reconciledOne(planned(confirmed, { steps: [] }), UNPAID).reconciled).toBe(false)
  })

  it('don’t explain an order whose plan pays', () => {
    const plan = planned(logged(), { oddities: [{ kind: 'cancelled_before_payment' }] })
    expect(reconciledOne(plan, UNPAID).reconciled).toBe(false)
  })
})

describe('a payment of nothing', () => {
  const order = logged({ tenders: [made.card(5890), made.boleto(0)] })
  const here = { tenders: [{ method: 'card', funding: 'credit', captured: 5890 }] }

  it('explains the payment that isn’t here', () => {
    const found = reconciledOne(planned(order, { oddities: [{ kind: 'no_money' }] }), here)
    expect(rows(found)).toEqual([
      ['several_payments', 1, 0, 'explained'],
      ['mixed_methods', 1, 0, 'explained'],
      ['method_payments boleto', 1, 0, 'explained'],
    ])
    expect(found.reconciled).toBe(true)
  })

  it('explains nothing that the plan didn’t find odd', () =>
    expect(reconciledOne(planned(order), here).reconciled).toBe(false))
})

describe('a clock that can’t have been', () => {
  const order = logged({
    deliverBy: '2018-03-10T03:00:00.000Z',
    shipments: [
      {
        ...{ merchantId: 'm-1', handedOverAt: '2018-03-12T12:00:00.000Z' },
        deliveredAt: '2018-03-09T12:00:00.000Z',
      },
    ],
  })
  const judged = (at: string) =>
    planned(order, {
      steps: [
        { do: 'pay', at: '2018-03-01T12:10:00.000Z' },
        { do: 'deliver', merchantId: 'm-1', at },
      ],
      oddities: [{ kind: 'delivered_before_hand_over' }],
    })
  const late = { deliveredAt: '2018-03-12T12:00:00.000Z' }

  it('explains lateness by the clock that was taken', () => {
    const found = reconciledOne(judged('2018-03-12T12:00:00.000Z'), late)
    expect(rows(found)).toEqual([
      ['late_by_timestamp', 0, 1, 'explained'],
      ['late_by_date', 0, 1, 'explained'],
    ])
    expect(found.reconciled).toBe(true)
  })

  it('doesn’t explain lateness that the clock taken hasn’t', () =>
    expect(reconciledOne(judged('2018-03-09T12:00:00.000Z'), late).reconciled).toBe(false))
})

describe('late', () => {
  const deliverBy = '2018-03-20T03:00:00.000Z'
  const dayOf = calendarOf(made.ZONE)
  const [NEITHER, BY_TIMESTAMP, BOTH] = [
    [false, false],
    [true, false],
    [true, true],
  ]

  it.each([
    ['on the very instant', '2018-03-20T03:00:00.000Z', NEITHER],
    ['a second later, on the day promised', '2018-03-20T03:00:01.000Z', BY_TIMESTAMP],
    ['in that day’s last second, the next day in UTC', '2018-03-21T02:59:59.000Z', BY_TIMESTAMP],
    ['the next day', '2018-03-21T03:00:00.000Z', BOTH],
  ])('%s', (_, deliveredAt, late) => {
    const arrival = { deliveredAt, deliverBy }
    expect([isLateByTimestamp(arrival), isLateByDate(arrival, dayOf)]).toEqual(late)
  })

  it('is never what hasn’t arrived, or wasn’t promised', () => {
    expect(isLateByTimestamp({ deliverBy })).toBe(false)
    expect(isLateByDate({ deliveredAt: deliverBy }, dayOf)).toBe(false)
  })
})
