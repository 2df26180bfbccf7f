import { describe, expect, it } from 'vitest'
import { calendarOf, isLateByDate, isLateByTimestamp } from '../../scripts/replay/books.ts'
import * as made from './reconcile-builders.ts'
import {
  arrived,
  figure,
  logged,
  neverPaid,
  planned,
  reconciled,
  reconciledOne,
  rows,
  UNPAID,
  unit,
} from './reconcile-builders.ts'

const same = (value: number) => ({ log: value, here: value, difference: 0, explained: 0 })

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
    plans.map((plan) => arrived(plan)),
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
      {
        ...{ reference: 'o-9', status: 'canceled', reason: 'no_items' as const },
        ...{ goods: 0, freight: 0, paid: 700 },
      },
    ]
    const failures = [{ reference: 'o-2', reason: 'refused' }]
    const plan = planned(logged())
    const log = { ...made.LOG, orders: [plan.order, two], unusable }
    const found = reconciled([plan], [arrived(plan)], { log, failures })

    expect(found.scope).toEqual({
      ...{ inLog: 3, usable: 2, unusable, chosen: 1, replayed: 1, failed: failures },
    })
    expect(found.reconciled).toBe(false)
  })

  it('of nothing is not reconciled', () => expect(reconciled([], []).reconciled).toBe(false))
})

describe('every chosen order', () => {
  const plan = planned(logged())
  const outcome = arrived(plan)

  it.each([
    ['that is missing', [], ['orders', 1, 0, 'unexplained']],
    ['that is here twice', [outcome, outcome], ['orders', 1, 2, 'unexplained']],
    [
      'beside one that the log doesn’t have',
      [outcome, arrived(planned(logged({ reference: 'o-7' })))],
      ['orders', 0, 1, 'unexplained'],
    ],
  ])('%s is unexplained', (_, outcomes, row) => {
    const found = reconciled([plan], outcomes)
    expect(rows(found)).toEqual([row])
    expect(found.reconciled).toBe(false)
    expect(figure(found, 'goods')?.difference).not.toBe(figure(found, 'goods')?.explained)
  })
})

it('money that was lost between the log and its plans is seen in the sums', () => {
  const order = logged({ tenders: [made.card(5890), made.boleto(500)] })
  const plan = planned({ ...order, tenders: [made.card(5890)] })
  const found = reconciled([plan], [arrived(plan)], { log: { ...made.LOG, orders: [order] } })
  expect(found.differences).toEqual([])
  expect(figure(found, 'paid')).toMatchObject({ log: 6390, here: 5890, explained: 0 })
  expect(found.reconciled).toBe(false)
})

it('a log that has an order twice differs by more than its rows add up to', () => {
  const plan = planned(logged())
  const found = reconciled([plan, plan], [arrived(plan)])
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
    const outcomes = [arrived(neverPaid(), UNPAID), arrived(open, { status: 'closed' })]
    const explained = rows(reconciled(plans, outcomes)).map((row) => row.at(-1))
    expect(explained).toEqual(['unexplained', 'explained', 'explained'])
  })
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

describe('the log’s payments as a statement per method', () => {
  const plan = planned(two)
  const whole = arrived(plan)

  it('agree line by line with the tenders here, by order and number', () => {
    expect(reconciledOne(plan).statements).toEqual([
      { method: 'card credit', lines: 1, open: [] },
      { method: 'boleto', lines: 1, open: [] },
    ])
  })

  it('fail the replay where a line is missing or differs, though the sums were right', () => {
    const [card, boleto] = whole.tenders
    const swapped = [
      { method: 'card', funding: 'credit', captured: 4998 },
      { method: 'boleto', captured: 504 },
    ]
    const found = reconciledOne(plan, { tenders: swapped })
    expect(found.reconciled).toBe(false)
    expect(found.statements.flatMap(({ open }) => open)).toEqual([
      { reference: 'o-2', sequence: 1, verdict: 'AMOUNT_DIFFERS', log: 5000, here: 4998 },
      { reference: 'o-2', sequence: 2, verdict: 'AMOUNT_DIFFERS', log: 502, here: 504 },
    ])
    const lost = reconciledOne(plan, { tenders: [card, { ...boleto, captured: 0 }] as never })
    expect(lost.statements.flatMap(({ open }) => open)).toMatchObject([
      { sequence: 2, verdict: 'MISSING_HERE' },
    ])
  })

  it('have no line of a payment that was never confirmed', () => {
    const unpaid = neverPaid()
    expect(reconciled([unpaid], [arrived(unpaid, UNPAID)]).statements).toEqual([])
  })
})
