import { describe, expect, it } from 'vitest'
import type { LoggedOrder, Oddity, OddityKind } from '../../scripts/replay/log.ts'
import { MEANS } from '../../scripts/replay/money.ts'
import { expectedStatus, planOf } from '../../scripts/replay/plan.ts'
import {
  day,
  inTwoParts,
  kindsOf,
  order,
  SENT,
  shipment,
  tender,
  told,
  unconfirmed,
  WAITING,
} from './replay-builders.ts'

const CASES: { kind: OddityKind; of: LoggedOrder; is: string; sides: Partial<Oddity> }[] = [
  {
    kind: 'paid_before_placed',
    of: order({ placedAt: day(2), paidAt: day(1) }),
    is: 'pay 2 · hand_over 3 m-1 · deliver 6 m-1',
    sides: { logged: day(1), taken: day(2) },
  },
  {
    kind: 'handed_over_before_payment',
    of: order({ paidAt: day(4) }),
    is: 'pay 4 · hand_over 4 m-1 · deliver 6 m-1',
    sides: { logged: day(3), taken: day(4) },
  },
  {
    kind: 'delivered_before_hand_over',
    of: order({ shipments: [shipment({ handedOverAt: day(7) })] }),
    is: 'pay 2 · hand_over 7 m-1 · deliver 7 m-1',
    sides: { logged: day(6), taken: day(7) },
  },
  {
    kind: 'returned_before_hand_over',
    of: order({ ends: 'returned', shipments: [{ ...SENT, returnedAt: day(2) }] }),
    is: 'pay 2 · hand_over 3 m-1 · return 3 m-1',
    sides: { logged: day(2), taken: day(3) },
  },
  {
    kind: 'no_payment_clock',
    of: unconfirmed({ shipments: [shipment()] }),
    is: 'pay 1 · hand_over 3 m-1 · deliver 6 m-1',
    sides: { taken: day(1) },
  },
  {
    kind: 'no_hand_over_clock',
    of: order({ shipments: [{ merchantId: 'm-1', deliveredAt: day(6) }] }),
    is: 'pay 2 · hand_over 2 m-1 · deliver 6 m-1',
    sides: { taken: day(2) },
  },
  {
    kind: 'no_delivery_clock',
    of: order({ shipments: [SENT] }),
    is: 'pay 2 · hand_over 3 m-1 · deliver 20 m-1',
    sides: { taken: day(20) },
  },
  {
    kind: 'no_delivery_clock',
    of: order({ shipments: [SENT], deliverBy: day(2) }),
    is: 'pay 2 · hand_over 3 m-1 · deliver 3 m-1',
    sides: { taken: day(3) },
  },
  {
    kind: 'no_return_clock',
    of: order({ ends: 'returned', shipments: [SENT] }),
    is: 'pay 2 · hand_over 3 m-1 · return 3 m-1',
    sides: { taken: day(3) },
  },
  {
    kind: 'returned_after_delivery',
    of: order({ shipments: [shipment({ returnedAt: day(9) })] }),
    is: 'pay 2 · hand_over 3 m-1 · deliver 6 m-1 · ask_refund 9',
    sides: { logged: day(9) },
  },
  {
    kind: 'beyond_status',
    of: order({ ends: 'shipped' }),
    is: 'pay 2 · hand_over 3 m-1',
    sides: { logged: day(6) },
  },
  {
    kind: 'beyond_status',
    of: order({ ends: 'expired', shipments: [WAITING] }),
    is: 'pass_window',
    sides: { logged: day(2) },
  },
  {
    kind: 'cancelled_without_clock',
    of: order({ ends: 'cancelled', shipments: [WAITING] }),
    is: 'pay 2 · cancel 2',
    sides: { taken: day(2) },
  },
  {
    kind: 'cancelled_too_early',
    of: order({ ends: 'cancelled', shipments: [WAITING], cancelledAt: day(1) }),
    is: 'pay 2 · cancel 2',
    sides: { logged: day(1), taken: day(2) },
  },
  {
    kind: 'cancelled_before_payment',
    of: unconfirmed({ ends: 'cancelled', cancelledAt: day(4) }),
    is: 'cancel 4',
    sides: {},
  },
  {
    kind: 'cancelled_after_hand_over',
    of: order({ ends: 'cancelled', shipments: [SENT], cancelledAt: day(4) }),
    is: 'pay 2 · hand_over 3 m-1 · return 4 m-1',
    sides: { logged: day(4), taken: day(4) },
  },
  {
    kind: 'cancelled_after_delivery',
    of: order({ ends: 'cancelled', cancelledAt: day(9) }),
    is: 'pay 2 · hand_over 3 m-1 · deliver 6 m-1 · ask_refund 9',
    sides: { logged: day(9), taken: day(9) },
  },
  {
    kind: 'cancelled_after_return',
    of: order({
      ...{ ends: 'cancelled', cancelledAt: day(9) },
      shipments: [{ ...SENT, returnedAt: day(8) }],
    }),
    is: 'pay 2 · hand_over 3 m-1 · return 8 m-1',
    sides: { logged: day(9), taken: day(9) },
  },
  {
    kind: 'paid_after_window',
    of: order({
      tenders: [tender(5890, MEANS.boleto)],
      paidAt: day(5),
      ends: 'paid',
      shipments: [],
    }),
    is: 'pass_window · pay 5',
    sides: { logged: day(5), taken: day(4) },
  },
  {
    kind: 'no_money',
    of: order({ tenders: [tender(5890), tender(0, MEANS.none)] }),
    is: 'pay 2 · hand_over 3 m-1 · deliver 6 m-1',
    sides: { logged: 'none' },
  },
  {
    kind: 'no_weight',
    of: order({
      units: [{ sku: 'p-9', name: 'x', merchantId: 'm-1', price: 5000, freight: 890 }],
    }),
    is: 'pay 2 · hand_over 3 m-1 · deliver 6 m-1',
    sides: { taken: 'p-9: 1 g' },
  },
  {
    kind: 'payment_missing_in_sequence',
    of: order({ missingPayment: 1 }),
    is: 'pay 2 · hand_over 3 m-1 · deliver 6 m-1',
    sides: { logged: 'no payment 1' },
  },
]

describe('a plan puts right', () => {
  it.each(CASES)('$kind', ({ kind, of, is, sides }) => {
    const plan = planOf(of)
    expect(told(plan)).toBe(is)
    expect(plan.oddities).toEqual([{ reference: 'o-1', kind, ...sides }])
  })

  it('a return before its delivery', () => {
    const shipments = [shipment({ returnedAt: day(4) })]
    const { steps, oddities } = planOf(order({ shipments }))
    expect(steps.at(-1)).toEqual({ do: 'ask_refund', at: day(6) })
    expect(oddities.at(-1)).toEqual({
      ...{ reference: 'o-1', kind: 'returned_before_delivery' },
      ...{ logged: day(4), taken: day(6) },
    })
  })

  it('a delivery that comes before a hand-over that came before the payment', () => {
    const plan = planOf(order({ paidAt: day(8) }))
    expect(told(plan)).toBe('pay 8 · hand_over 8 m-1 · deliver 8 m-1')
    expect(kindsOf(plan)).toEqual(['handed_over_before_payment', 'delivered_before_hand_over'])
  })

  it('one clock of two sellers once', () => {
    const early = { handedOverAt: day(3), deliveredAt: day(6) }
    const plan = planOf(inTwoParts(early, early, { paidAt: day(4) }))
    expect(kindsOf(plan)).toEqual(['handed_over_before_payment'])
  })

  it('a cancellation between the parts: all comes back at once', () => {
    const plan = planOf(inTwoParts(SENT, {}, { ends: 'cancelled', cancelledAt: day(5) }))
    expect(told(plan)).toBe(
      'pay 2 · hand_over 3 m-1 · hand_over 5 m-2 · return 5 m-1 · return 5 m-2',
    )
    expect(kindsOf(plan)).toEqual(['cancelled_after_hand_over', 'cancelled_partly_handed_over'])
    expect(expectedStatus(plan)).toBe('refused')
  })

  it('a cancellation after one delivery of two: that one stays, and its refund is asked for', () => {
    const both = inTwoParts({ ...SENT, deliveredAt: day(4) }, { handedOverAt: day(3) })
    const plan = planOf({ ...both, ends: 'cancelled', cancelledAt: day(5) })
    expect(told(plan)).toBe(
      'pay 2 · hand_over 3 m-1 · hand_over 3 m-2 · deliver 4 m-1 · return 5 m-2 · ask_refund 5',
    )
    expect(expectedStatus(plan)).toBe('delivered')
  })
})
