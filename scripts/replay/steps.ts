import { isBefore, latest } from './clocks.ts'
import { judge } from './judgement.ts'
import type { Note } from './judgement.ts'
import type { LoggedOrder, LoggedShipment, Step } from './log.ts'

type Timed = Exclude<Step, { do: 'pass_window' }>

/** What happens to an order, whose clocks are within its status, in the order in which it is taken. */
export function stepsOf(order: LoggedOrder, note: Note): Step[] {
  switch (order.ends) {
    case 'unpaid':
      return []
    case 'expired':
      return [{ do: 'pass_window' }]
    case 'paid':
      return paymentOf(order, note).steps
    case 'shipped':
    case 'delivered':
    case 'returned': {
      const { paidAt, steps } = paymentOf(order, note)
      const gone = goneOf(order)
      return [...steps, ...inTime(gone.flatMap((one) => wayOf(one, { order, paidAt, note })))]
    }
    case 'cancelled':
      return cancellationOf(order, note)
  }
}

function paymentOf(order: LoggedOrder, note: Note): { paidAt: string; steps: Step[] } {
  const { placedAt, tenders } = order
  const rule = { from: placedAt, early: 'paid_before_placed', missing: 'no_payment_clock' } as const
  const paidAt = judge(order.paidAt, rule, note)
  const pay: Step = { do: 'pay', at: paidAt }
  const window = Math.max(...tenders.map((tender) => tender.window))
  const payBy = new Date(Date.parse(placedAt) + window).toISOString()
  if (!isBefore(payBy, paidAt)) return { paidAt, steps: [pay] }
  note('paid_after_window', { logged: paidAt, taken: payBy })
  return { paidAt, steps: [{ do: 'pass_window' }, pay] }
}

const hasLeft = (one: LoggedShipment) =>
  one.handedOverAt !== undefined || one.deliveredAt !== undefined || one.returnedAt !== undefined

/** The shipments that left; where a status alone tells of any, all. */
function goneOf({ ends, shipments }: LoggedOrder): readonly LoggedShipment[] {
  const gone = shipments.filter(hasLeft)
  return ends === 'shipped' && gone.length > 0 ? gone : shipments
}

type Judging = { order: LoggedOrder; paidAt: string; note: Note }

/** A shipment's hand-over, and where it arrived its delivery or return. */
function wayOf(one: LoggedShipment, { order, paidAt, note }: Judging): Timed[] {
  const { merchantId } = one
  const from = judge(
    one.handedOverAt,
    { from: paidAt, early: 'handed_over_before_payment', missing: 'no_hand_over_clock' },
    note,
  )
  return [{ do: 'hand_over', merchantId, at: from }, ...arrivalOf(one, { order, from, note })]
}

type Arriving = { order: LoggedOrder; from: string; note: Note }

function arrivalOf(one: LoggedShipment, { order, from, note }: Arriving): Timed[] {
  const { merchantId, deliveredAt, returnedAt } = one
  const back = deliveredAt === undefined && (returnedAt !== undefined || order.ends === 'returned')
  if (back) {
    const rule = { early: 'returned_before_hand_over', missing: 'no_return_clock' } as const
    return [{ do: 'return', merchantId, at: judge(returnedAt, { from, ...rule }, note) }]
  }
  if (deliveredAt === undefined && order.ends !== 'delivered') return []
  const rule = { early: 'delivered_before_hand_over', missing: 'no_delivery_clock' } as const
  const at = judge(deliveredAt, { from, ...rule, otherwise: order.deliverBy }, note)
  return [{ do: 'deliver', merchantId, at }, ...regretOf(returnedAt, at, note)]
}

/** What comes back after its delivery is a matter of after-sales. */
function regretOf(returnedAt: string | undefined, from: string, note: Note): Timed[] {
  if (returnedAt === undefined) return []
  note('returned_after_delivery', { logged: returnedAt })
  const rule = { early: 'returned_before_delivery', missing: 'no_return_clock' } as const
  return [{ do: 'ask_refund', at: judge(returnedAt, { from, ...rule }, note) }]
}

function cancellationOf(order: LoggedOrder, note: Note): Step[] {
  const anyLeft = order.shipments.some(hasLeft)
  if (order.paidAt === undefined && !anyLeft) {
    note('cancelled_before_payment')
    return [{ do: 'cancel', at: cancelledAt(order, order.placedAt, note) }]
  }
  const { paidAt, steps } = paymentOf(order, note)
  if (!anyLeft) return [...steps, { do: 'cancel', at: cancelledAt(order, paidAt, note) }]
  const ways = order.shipments.filter(hasLeft).flatMap((one) => wayOf(one, { order, paidAt, note }))
  const at = cancelledAt(order, latest(paidAt, ...ways.map((step) => step.at)), note)
  return [...steps, ...inTime([...ways, ...takenBack(order, { ways, at, note })])]
}

function cancelledAt(order: LoggedOrder, from: string, note: Note): string {
  const rule = { from, early: 'cancelled_too_early', missing: 'cancelled_without_clock' } as const
  return judge(order.cancelledAt, rule, note)
}

type Recall = { ways: readonly Timed[]; at: string; note: Note }

/** A shipped order can't be cancelled: what is under way comes back, and what was delivered is asked for. */
function takenBack(order: LoggedOrder, { ways, at, note }: Recall): Timed[] {
  const having = (...steps: Timed['do'][]) =>
    new Set(ways.flatMap((w) => ('merchantId' in w && steps.includes(w.do) ? [w.merchantId] : [])))
  const [left, arrived] = [having('hand_over'), having('deliver', 'return')]
  const under = order.shipments.filter(({ merchantId }) => !arrived.has(merchantId))
  const unsent = under.filter(({ merchantId }) => !left.has(merchantId))
  const delivered = ways.some((way) => way.do === 'deliver')
  const { cancelledAt: logged } = order
  const sides = { ...(logged !== undefined && { logged }), taken: at }
  if (under.length > unsent.length) note('cancelled_after_hand_over', sides)
  if (unsent.length > 0) note('cancelled_partly_handed_over', sides)
  if (delivered) note('cancelled_after_delivery', sides)
  if (under.length === 0 && !delivered) note('cancelled_after_return', sides)
  return [
    ...unsent.map(({ merchantId }): Timed => ({ do: 'hand_over', merchantId, at })),
    ...under.map(({ merchantId }): Timed => ({ do: 'return', merchantId, at })),
    ...(delivered ? [{ do: 'ask_refund', at } as const] : []),
  ]
}

/** By their times, equal ones as they stand; a refund is asked for once. */
function inTime(steps: readonly Timed[]): Timed[] {
  const sorted = steps.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))
  const asked = sorted.findLast((step) => step.do === 'ask_refund')
  return sorted.filter((step) => step.do !== 'ask_refund' || step === asked)
}
