import { cashDue, dueRefunds } from '../../domain/account.ts'
import { requestAfterSales } from '../../domain/aftersales.ts'
import { cancel } from '../../domain/cancellation.ts'
import { accept, refuse } from '../../domain/decision.ts'
import type { Decision } from '../../domain/decision.ts'
import { RESOLUTIONS } from '../../domain/events.ts'
import { archiveOrder, cancelOrder, completeOrder, isAtRest } from '../../domain/lifecycle.ts'
import type { Order } from '../../domain/order.ts'
import {
  closePayments,
  closingTenders,
  expire,
  isLate,
  paymentOpened,
  raise,
  remind,
  reportPayment,
  settleLate,
} from '../../domain/payment.ts'
import {
  handOverParcel,
  labelsToVoid,
  labelVoided,
  parcelBooked,
  reportDelivery,
  reportRejection,
  reportTracking,
} from '../../domain/shipping.ts'
import { OFFERED, resolveTask } from '../../domain/task.ts'
import { SCAN_RANK } from '../../domain/tracking.ts'
import type { ScanCode } from '../../domain/tracking.ts'
import { choosePayment, tendersToHold, valueHeld } from '../../domain/tender.ts'
import type { TenderWish } from '../../domain/tender.ts'
import { warehouseStep } from '../../domain/warehouse.ts'
import { MONEY_HAPPENINGS } from './happenings-money.ts'

/**
 * Everything that can happen to an order, for tests that let anything happen: `target` chooses which tender,
 * fulfillment or parcel, `detail` which variant; both wrap around.
 */
export type Chance = { target: number; detail: number; eventId: string; at: string }
type Happening = (order: Order, chance: Chance) => Decision

/** By one means or by several, now and then more than there is to pay. */
function wishesOf({ payable }: Order, detail: number): TenderWish[] {
  const part = Math.min(payable, 1 + (detail % 50))
  const plans: TenderWish[][] = [
    [{ method: 'cod' }],
    [{ method: 'card' }],
    [{ method: 'alipay' }],
    [{ method: 'wallet', account: 'a-1', amount: part }, { method: 'card' }],
    [{ method: 'wallet', account: 'a-1', amount: part }, { method: 'cod' }],
    [
      { method: 'points', account: 'a-2', amount: part },
      { method: 'alipay' },
      { method: 'cod', amount: 1 },
    ],
    [{ method: 'gift_card', account: 'a-3' }],
  ]
  return pick(plans, detail) ?? []
}

export function pick<T>(items: readonly T[], n: number): T | undefined {
  return items[n % Math.max(1, items.length)]
}

function payment(type: 'captured' | 'failed' | 'closed', right = true): Happening {
  return (order, { target, detail, eventId, at }) => {
    const { id: tenderId = 'none', amount = 1 } = pick(order.tenders, target) ?? {}
    const wrong = detail % 2 === 0 ? { amount: amount + 1 } : { currency: 'USD' }
    return reportPayment(
      order,
      {
        ...{ eventId, occurredAt: at, tenderId, externalId: `pi_${tenderId}`, type, amount },
        ...{ currency: order.currency, ...(right ? {} : wrong) },
      },
      at,
    )
  }
}

const warehouse =
  (type: 'claimed' | 'picked' | 'check_failed' | 'checked' | 'packed'): Happening =>
  (order, { target, detail, eventId, at }) => {
    const fulfillment = pick(order.fulfillments, target)
    const items = fulfillment?.items ?? []
    const alone = items.flatMap(({ lineId, quantity }) =>
      Array.from({ length: quantity }, () => ({ lineId, quantity: 1 })),
    )
    const booking =
      order.origin !== undefined || target > 6 ? { booking: { carrier: 'own', waybill: 'W' } } : {}
    const parcels = [[items], alone.map((item) => [item]), [alone]][detail % 3] ?? []
    return warehouseStep(
      order,
      {
        ...{ fulfillmentId: fulfillment?.id ?? 'none', type, by: 'w', eventId, occurredAt: at },
        ...(type === 'packed' && { parcels: parcels.map((own) => ({ items: own, ...booking })) }),
      },
      at,
    )
  }

const parcelId = (order: Order, { target }: Chance) => pick(order.parcels, target)?.id ?? 'none'

const scan =
  (...codes: ScanCode[]): Happening =>
  (order, chance) =>
    reportTracking(
      order,
      {
        ...{ eventId: chance.eventId, occurredAt: chance.at, parcelId: parcelId(order, chance) },
        type: pick(codes, chance.detail) ?? 'in_transit',
      },
      chance.at,
    )

const sign =
  (cash: (due: number, detail: number) => number | undefined): Happening =>
  (order, chance) => {
    const parcel = pick(order.parcels, chance.target)
    const due = parcel === undefined ? 0 : (cashDue(order, parcel) ?? 0)
    const amount = cash(due, chance.detail)
    return reportDelivery(
      order,
      {
        ...{ eventId: chance.eventId, occurredAt: chance.at, parcelId: parcel?.id ?? 'none' },
        ...(amount !== undefined && { cashCollected: { amount, currency: order.currency } }),
      },
      chance.at,
    )
  }

const troubles = ['BOOKING_FAILED', 'VOID_FAILED', 'PAYMENT_CLOSE_FAILED'] as const

export const HAPPENINGS = {
  choose: (order, { detail, at }) => choosePayment(order, { wishes: wishesOf(order, detail), at }),
  opened: (order, { target, at }) => {
    const { id: tenderId = 'none' } = pick(order.tenders, target) ?? {}
    return paymentOpened(order, { tenderId, externalId: `pi_${tenderId}`, at })
  },
  valueHeld: (order, { detail, at }) => {
    const { id: tenderId = 'none' } = tendersToHold(order)[0] ?? {}
    return valueHeld(order, { tenderId, isHeld: detail % 5 !== 0, at })
  },
  captured: payment('captured'),
  mismatched: payment('captured', false),
  declined: payment('failed'),
  closed: payment('closed'),
  closingDone: (order, chance) => {
    const target = order.tenders.findIndex(({ id }) => id === closingTenders(order)[0]?.id)
    if (target < 0) return refuse('NO_CHANGE')
    return payment(chance.detail % 3 === 0 ? 'captured' : 'closed')(order, { ...chance, target })
  },
  remind: (order, { detail, at }) => remind(order, { n: 1 + (detail % 3), at }),
  closePayments: (order, { at }) => closePayments(order, at),
  expire: (order, { at }) => expire(order, at),
  settleLate: (order, { detail, at }) =>
    isLate(order) ? settleLate(order, { stockHeld: detail % 2 === 0, at }) : refuse('NO_CHANGE'),
  cancel: (order, { detail, at }) =>
    cancelOrder(order, { by: detail % 2 === 0 ? 'customer' : 'support', at }),
  cancelUnits: (order, { target, detail, at }) => {
    const { id: lineId = 'none' } = pick(order.lines, target) ?? {}
    const items = [{ lineId, quantity: 1 + (detail % 3) }]
    return cancel(order, { by: detail % 2 === 0 ? 'customer' : 'support', items, at })
  },
  claim: warehouse('claimed'),
  picked: warehouse('picked'),
  checkFailed: warehouse('check_failed'),
  checked: warehouse('checked'),
  pack: warehouse('packed'),
  book: (order, chance) =>
    parcelBooked(order, {
      ...{ parcelId: parcelId(order, chance), carrier: 'express', waybill: 'W' },
      ...{ trackingUrl: 'https://carrier.example', at: chance.at },
    }),
  handOver: (order, chance) => handOverParcel(order, parcelId(order, chance), chance.at),
  scanned: scan(...(Object.keys(SCAN_RANK) as ScanCode[])),
  moving: scan('picked_up', 'in_transit', 'out_for_delivery'),
  broughtBack: scan('returned'),
  lost: scan('lost'),
  signed: sign((due) => due),
  signedWrongCash: sign((due, detail) => [due + 1, Math.max(0, due - 1), undefined][detail % 3]),
  turnedAway: (order, chance) =>
    reportRejection(
      order,
      {
        ...{ eventId: chance.eventId, occurredAt: chance.at, parcelId: parcelId(order, chance) },
        reason: chance.detail % 2 === 0 ? 'damaged' : 'changed_mind',
      },
      chance.at,
    ),
  labelVoided: (order, { detail, at }) => {
    const label = labelsToVoid(order)[0]
    if (label === undefined) return refuse('NO_CHANGE')
    const outcome = detail % 2 === 0 ? 'cancelled' : 'moving'
    return labelVoided(order, { parcelId: label.id, outcome, at })
  },
  refundPaid: (order, { at }) => {
    const refundId = dueRefunds(order)[0]?.id
    if (refundId === undefined) return refuse('NO_CHANGE')
    return accept({ type: 'refund.succeeded', at, data: { refundId, externalRefundId: 're' } })
  },
  refundFailed: (order, { at }) => {
    const refundId = dueRefunds(order)[0]?.id
    if (refundId === undefined) return refuse('NO_CHANGE')
    return accept(
      { type: 'refund.failed', at, data: { refundId, code: 'REFUSED' } },
      raise(order, { kind: 'REFUND_FAILED', subject: refundId, at }),
    )
  },
  trouble: (order, chance) => {
    const kind = pick(troubles, chance.detail) ?? 'BOOKING_FAILED'
    return accept(raise(order, { kind, subject: parcelId(order, chance), at: chance.at }))
  },
  answer: (order, { target, detail, at }) => {
    const open = order.tasks.filter((task) => task.open)
    const { id: taskId = 'none', kind = 'BOOKING_FAILED' } = pick(open, target) ?? {}
    const action = pick(OFFERED[kind], detail) ?? 'skip'
    return resolveTask(order, { taskId, action, by: 's-1' }, at)
  },
  answerAnything: (order, { target, detail, at }) => {
    const { id: taskId = 'none' } = pick(order.tasks, target) ?? {}
    return resolveTask(
      order,
      { taskId, action: pick(RESOLUTIONS, detail) ?? 'skip', by: 's-1' },
      at,
    )
  },
  ...MONEY_HAPPENINGS,
  afterSales: (order, { eventId, at }) =>
    requestAfterSales(
      order,
      {
        ...{ eventId, occurredAt: at, type: 'refund_only', reason: 'quality' },
        items: [{ lineId: 'l1', quantity: 1 }],
      },
      at,
    ),
  complete: (order, { detail, at }) =>
    completeOrder(order, detail % 2 === 0 ? 'customer' : 'policy', at),
  archive: (order, { at }) => (isAtRest(order) ? archiveOrder(order, at) : refuse('WRONG_STATE')),
} satisfies Record<string, Happening>

export type HappeningName = keyof typeof HAPPENINGS
export const NAMES = Object.keys(HAPPENINGS) as HappeningName[]

/** What usually comes next, so that random lives get somewhere. */
export function usualNext(order: Order): HappeningName[] {
  const money: HappeningName[] = [
    ...(['refundPaid', 'closingDone', 'answer', 'settleLate', 'refundPaid'] as const),
    ...(['granted', 'disputed', 'disputeSettled'] as const),
  ]
  if (order.closure === 'expired') return ['captured', 'settleLate', 'closingDone']
  if (order.closure !== 'none') return [...money, 'labelVoided', 'captured', 'moving']
  if (!order.accepted) {
    return ['choose', 'opened', 'captured', 'captured', 'declined', 'closePayments', 'expire']
  }
  if (order.fulfillments.some(({ stage }) => stage !== 'packed')) {
    return [
      'claim',
      'picked',
      'checked',
      'pack',
      'book',
      'cancelUnits',
      'granted',
      'disputed',
      'disputeSettled',
    ]
  }
  return ['book', 'book', 'moving', 'signed', 'turnedAway', 'broughtBack', 'lost', ...money]
}
