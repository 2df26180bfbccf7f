import { describe, expect, it } from 'vitest'
import * as made from './reconcile-builders.ts'
import {
  figure,
  logged,
  neverPaid,
  planned,
  reconciledOne,
  rows,
  UNPAID,
} from './reconcile-builders.ts'

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

  it('don’t explain a payment that isn’t here at all', () => {
    expect(rows(reconciledOne(neverPaid(), { paid: 0, tenders: [] }))).toEqual([
      ['method_payments card credit', 1, 0, 'unexplained'],
      ['paid', 5890, 0, 'explained'],
      ['method_amount card credit', 5890, 0, 'explained'],
    ])
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

describe('a time', () => {
  const whole = planned(logged(), {
    steps: [
      { do: 'pass_window' },
      { do: 'pay', at: '2018-03-12T09:00:00.000Z' },
      { do: 'hand_over', merchantId: 'm-1', at: '2018-03-13T09:00:00.000Z' },
      { do: 'hand_over', merchantId: 'm-2', at: '2018-03-14T09:00:00.000Z' },
      { do: 'deliver', merchantId: 'm-1', at: '2018-03-15T09:00:00.000Z' },
      { do: 'return', merchantId: 'm-2', at: '2018-03-16T09:00:00.000Z' },
      { do: 'ask_refund', at: '2018-03-17T09:00:00.000Z' },
    ],
  })
  const clocks = {
    paid: '2018-03-12T09:00:00Z',
    'handed_over m-1': '2018-03-13T09:00:00Z',
    'handed_over m-2': '2018-03-14T06:00:00-03:00',
    'delivered m-1': '2018-03-15T09:00:00Z',
    'returned m-2': '2018-03-16T09:00:00Z',
  }
  const here = (changes: Record<string, string>) =>
    reconciledOne(whole, { clocks: { ...clocks, ...changes } })

  it('is the same however it is written', () => expect(here({}).reconciled).toBe(true))

  it.each([
    [
      'that is another by a second',
      here({ paid: '2018-03-12T09:00:01Z' }),
      ['clocks paid', '2018-03-12T09:00:00.000Z', '2018-03-12T09:00:01Z', 'unexplained'],
    ],
    [
      'that the plan doesn’t have',
      here({ cancelled: '2018-03-12T09:00:00Z' }),
      ['clocks cancelled', '', '2018-03-12T09:00:00Z', 'unexplained'],
    ],
    [
      'that is missing',
      reconciledOne(planned(logged()), { clocks: {} }),
      ['clocks paid', '2018-03-01T12:10:00.000Z', '', 'unexplained'],
    ],
  ])('%s is unexplained', (_, found, row) => {
    expect(rows(found)).toEqual([row])
    expect(found.reconciled).toBe(false)
  })

  it('of a cancellation is compared as well', () => {
    const cancelled = { cancelled: '2018-03-03T12:00:00Z' }
    expect(rows(reconciledOne(neverPaid(), { ...UNPAID, clocks: cancelled }))[0]).toEqual([
      ...['clocks cancelled', '2018-03-02T12:00:00.000Z', '2018-03-03T12:00:00Z', 'unexplained'],
    ])
  })
})
