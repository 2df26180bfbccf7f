import { describe, expect, it } from 'vitest'
import { accept } from '../../domain/decision.ts'
import { archiveOrder, cancelOrder, completeOrder } from '../../domain/lifecycle.ts'
import type { Order } from '../../domain/order.ts'
import { outlookOf } from '../../domain/outlook.ts'
import type { Outlook } from '../../domain/outlook.ts'
import { expire, raise, remind } from '../../domain/payment.ts'
import { DEFAULT_POLICY } from '../../domain/policy.ts'
import * as made from './support.ts'
import { after, AT, booked, handOver, later, opened, packed, step } from './support.ts'

const { confirmAfter, afterSalesWindow, lateWindow, remindAfter, payWindow, handling } =
  DEFAULT_POLICY
const shipBy = later(handling)
const small = () => made.paid(made.placedSmall())

/** Where an order stands, and what it says of itself there. */
const SITUATIONS: Record<string, [Order, Outlook]> = {
  'unpaid, and not reminded yet': [
    made.unpaid(),
    {
      waits: [{ for: 'payment', by: later(payWindow) }],
      deadline: { at: later(remindAfter[0] ?? 0), does: 'remind' },
    },
  ],
  'unpaid and reminded': [
    after(
      made.unpaid(),
      ...remindAfter.map((_, i) => (order: Order) => remind(order, { n: i + 1, at: AT })),
    ),
    {
      waits: [{ for: 'payment', by: later(payWindow) }],
      deadline: { at: later(payWindow), does: 'expire' },
    },
  ],
  'expired, with a payment that the platform still holds open': [
    after(made.unpaid(), opened(), (order) => expire(order, AT)),
    { waits: [{ for: 'platform_close', subject: 't1' }] },
  ],
  expired: [
    after(made.unpaid(), (order) => expire(order, AT)),
    {
      waits: [{ for: 'late_reports', by: later(lateWindow) }],
      deadline: { at: later(lateWindow), does: 'archive' },
    },
  ],
  'paid, at two warehouses': [
    after(made.paid(), step('claimed')),
    {
      waits: [
        { for: 'claim', subject: 'f2', by: shipBy },
        { for: 'pick', subject: 'f1', by: shipBy },
      ],
    },
  ],
  packed: [
    after(small(), ...packed('f1')),
    { waits: [{ for: 'booking', subject: 'p1', by: shipBy }] },
  ],
  'packed and booked': [
    after(small(), ...packed('f1'), booked('p1')),
    { waits: [{ for: 'carrier_pickup', subject: 'p1', by: shipBy }] },
  ],
  'on its way': [
    after(small(), ...packed('f1'), booked('p1'), handOver('p1')),
    { waits: [{ for: 'delivery', subject: 'p1' }] },
  ],
  'refused at the door': [
    after(made.shipped(made.placedSmall()), made.turnAway('p1')),
    { waits: [{ for: 'return', subject: 'p1' }] },
  ],
  'come back, and paid back': [
    after(
      made.shipped(made.placedSmall()),
      made.turnAway('p1'),
      made.scan('p1', 'returned'),
      made.refunded,
    ),
    {
      waits: [{ for: 'late_reports', by: later(lateWindow) }],
      deadline: { at: later(lateWindow), does: 'archive' },
    },
  ],
  delivered: [
    made.delivered(),
    {
      waits: [{ for: 'receipt', by: later(confirmAfter) }],
      deadline: { at: later(confirmAfter), does: 'complete' },
    },
  ],
  completed: [
    after(made.delivered(), (order) => completeOrder(order, 'customer', AT)),
    {
      waits: [{ for: 'after_sales', by: later(afterSalesWindow) }],
      deadline: { at: later(afterSalesWindow), does: 'archive' },
    },
  ],
  'cancelled, with money to pay back': [
    after(small(), (order) => cancelOrder(order, { by: 'customer', at: AT })),
    { waits: [{ for: 'refund', subject: 'r1' }] },
  ],
  'in need of a person': [
    after(small(), ...packed('f1'), (order) =>
      accept(raise(order, { kind: 'BOOKING_FAILED', subject: 'p1', at: AT })),
    ),
    {
      waits: [
        { for: 'person', subject: 'k1' },
        { for: 'booking', subject: 'p1', by: shipBy },
      ],
    },
  ],
  'completed, with good will that waits for a second person': [
    after(
      made.delivered(),
      (order) => completeOrder(order, 'customer', AT),
      (order) => accept(raise(order, { kind: 'REFUND_APPROVAL', subject: 'g1', at: AT })),
    ),
    {
      waits: [
        { for: 'person', subject: 'k1' },
        { for: 'after_sales', by: later(afterSalesWindow) },
      ],
      deadline: { at: later(afterSalesWindow), does: 'archive' },
    },
  ],
  'put away': [
    after(
      made.delivered(),
      (order) => completeOrder(order, 'customer', AT),
      (order) => archiveOrder(order, AT),
    ),
    { waits: [] },
  ],
}

describe('what an order waits for, and what its clock does next', () => {
  it.each(Object.entries(SITUATIONS))('is said of one that is %s', (_name, [order, outlook]) => {
    expect(outlookOf(order)).toEqual(outlook)
  })
})
