import { dueRefunds } from './account.ts'
import { isAtRest, isUnderWay, reachableUntil } from './lifecycle.ts'
import { isOnHold } from './order.ts'
import type { Dispute, Fulfillment, Order, Parcel } from './order.ts'
import { closingTenders, isLate, nextReminder } from './payment.ts'
import { labelsToVoid } from './shipping.ts'
import { isPayable } from './tender.ts'

/** What an order can wait for, in the order in which it matters. */
export const AWAITED = [
  'person',
  'payment',
  'platform_close',
  'dispute',
  'stock',
  'refund',
  'label_void',
  'restock',
  'claim',
  'pick',
  'check',
  'pack',
  'booking',
  'carrier_pickup',
  'delivery',
  'return',
  'receipt',
  'after_sales',
  'late_reports',
] as const
export type Awaited = (typeof AWAITED)[number]

/** One thing that an order waits for: what of (a task, tender, refund, fulfillment or parcel), and by when if that is promised. */
export type Wait = { for: Awaited; subject?: string; by?: string }

/** What the order does by itself when its clock gets there. */
export const CONSEQUENCES = ['remind', 'expire', 'complete', 'archive'] as const
export type Consequence = (typeof CONSEQUENCES)[number]
export type Deadline = { at: string; does: Consequence }

/** What an order waits for, and what happens when nothing comes. */
export type Outlook = { waits: Wait[]; deadline?: Deadline }

/** An order that was put away waits for nothing but what was taken up again since. */
export function outlookOf(order: Order): Outlook {
  const waits = [
    ...order.tasks.filter((task) => task.open).map(({ id }) => wait('person', id)),
    ...closingTenders(order).map(({ id }) => wait('platform_close', id)),
    ...order.disputes.filter(isOpen).map(({ id }) => wait('dispute', id)),
    ...dueRefunds(order).map(({ id }) => wait('refund', id)),
    ...labelsToVoid(order).map(({ id }) => wait('label_void', id)),
    ...(order.archivedAt === undefined ? usualWaits(order) : []),
  ].toSorted((a, b) => AWAITED.indexOf(a.for) - AWAITED.indexOf(b.for))
  const deadline = deadlineOf(order)
  return { waits, ...(deadline !== undefined && { deadline }) }
}

const wait = (what: Awaited, subject: string): Wait => ({ for: what, subject })

const usualWaits = (order: Order): Wait[] => [
  ...(isPayable(order) ? [{ for: 'payment', by: order.payBy } as const] : []),
  ...(isLate(order) ? [{ for: 'stock' } as const] : []),
  ...wayOf(order),
  ...lastWaits(order),
]

const isOpen = ({ status }: Dispute) => status === 'open'

/** Steps of ours that wait for whoever holds the order. */
const HELD: ReadonlySet<Awaited> = new Set([
  ...(['claim', 'pick', 'check', 'pack', 'booking', 'carrier_pickup'] as const),
])

function wayOf(order: Order): Wait[] {
  if (!isUnderWay(order)) return []
  const waits = order.fulfillments.flatMap((one) => waitsOf(order, one))
  return isOnHold(order) ? waits.filter((one) => !HELD.has(one.for)) : waits
}

const STAGE_WAITS = {
  queued: 'claim',
  picking: 'pick',
  checking: 'check',
  checked: 'pack',
} as const

function waitsOf(order: Order, { id, stage, awaitsStock }: Fulfillment): Wait[] {
  if (stage === 'cancelled') return []
  if (awaitsStock) return [wait('restock', id)]
  if (stage === 'packed')
    return order.parcels.filter(isOf(id)).flatMap((one) => onTheWay(order, one))
  return [{ ...wait(STAGE_WAITS[stage], id), ...promise(order) }]
}

const isOf = (fulfillmentId: string) => (parcel: Parcel) => parcel.fulfillmentId === fulfillmentId

function onTheWay(order: Order, { id, status }: Parcel): Wait[] {
  switch (status) {
    case 'packed':
      return [{ ...wait('booking', id), ...promise(order) }]
    case 'booked':
      return [{ ...wait('carrier_pickup', id), ...promise(order) }]
    case 'handed_over':
      return [wait('delivery', id)]
    case 'refused':
      return [wait('return', id)]
    default:
      return []
  }
}

const promise = ({ promisedShipAt }: Order) =>
  promisedShipAt === undefined ? {} : { by: promisedShipAt }

/** Nothing is to be done any more: what an order still listens for. */
function lastWaits(order: Order): Wait[] {
  if (isPayable(order) || isUnderWay(order) || !isAtRest(order)) return []
  const receiptBy = confirmedBy(order)
  if (receiptBy !== undefined) return [{ for: 'receipt', by: receiptBy }]
  const what = order.deliveredAt === undefined ? 'late_reports' : 'after_sales'
  return [{ for: what, by: instant(reachableUntil(order)) }]
}

/** When a delivered order counts as received, unless someone asked for something. */
function confirmedBy(order: Order): string | undefined {
  const { closure, deliveredAt, requests, policy } = order
  if (closure !== 'none' || deliveredAt === undefined || requests.length > 0) return undefined
  if (isOnHold(order)) return undefined
  return instant(Date.parse(deliveredAt) + policy.confirmAfter)
}

/** The next of the order's own clocks; none while it waits for others only. */
function deadlineOf(order: Order): Deadline | undefined {
  if (order.archivedAt !== undefined) return undefined
  if (isPayable(order)) return paymentDeadline(order)
  const completes = confirmedBy(order)
  if (completes !== undefined) return { at: completes, does: 'complete' }
  if (isUnderWay(order) || !isAtRest(order)) return undefined
  return { at: instant(reachableUntil(order)), does: 'archive' }
}

function paymentDeadline(order: Order): Deadline {
  const remindAt = nextReminder(order)
  return remindAt === undefined
    ? { at: order.payBy, does: 'expire' }
    : { at: instant(remindAt), does: 'remind' }
}

const instant = (moment: number) => new Date(moment).toISOString()
