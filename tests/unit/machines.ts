import { accept } from '../../domain/decision.ts'
import type { EventData, EventType } from '../../domain/events.ts'
import { evolve } from '../../domain/evolve.ts'
import type { Order } from '../../domain/order.ts'
import type { StateMachineName } from '../../domain/state-machines.ts'
import { after, event, packed, paid, placedSmall } from './support.ts'

export const base = after(paid(placedSmall()), ...packed('f1'), () =>
  accept(
    event('refund.requested', { refundId: 'r1', tenderId: 't1', amount: 1, reason: 'surplus' }),
  ),
)

/** How to put an order into a state of a machine, and how to read it back. */
type Hands = { put: (state: never) => Order; read: (order: Order) => string | undefined }

export const HANDS: Record<StateMachineName, Hands> = {
  tender: {
    put: (status) => ({ ...base, tenders: base.tenders.map((t) => ({ ...t, status })) }),
    read: (order) => order.tenders[0]?.status,
  },
  stage: {
    put: (stage) => ({ ...base, fulfillments: base.fulfillments.map((f) => ({ ...f, stage })) }),
    read: (order) => order.fulfillments[0]?.stage,
  },
  parcel: {
    put: (status) => ({ ...base, parcels: base.parcels.map((p) => ({ ...p, status })) }),
    read: (order) => order.parcels[0]?.status,
  },
  refund: {
    put: (status) => ({ ...base, refunds: base.refunds.map((r) => ({ ...r, status })) }),
    read: (order) => order.refunds[0]?.status,
  },
  closure: { put: (closure) => ({ ...base, closure }), read: (order) => order.closure },
}

/** Where `on` leads an order whose machine stands in `from`; throws where it leads nowhere. */
export function moved(name: StateMachineName, from: string, on: EventType): string | undefined {
  const { put, read } = HANDS[name]
  return read(evolve(put(from as never), event(on, DATA[on] as never)))
}

const tenderId = 't1'
const parcelId = 'p1'
const refundId = 'r1'
const step = { fulfillmentId: 'f1', by: 'picker-1' }

/** Something for every event to carry. */
export const DATA: { [T in EventType]?: EventData[T] } = {
  'tender.opened': { tenderId, externalId: 'pi_1' },
  'tender.authorized': { tenderId },
  'tender.failed': { tenderId, code: 'DECLINED' },
  'tender.captured': { tenderId, externalId: 'pi_1', amount: 1400, source: 'webhook' },
  'tender.mismatched': { tenderId, externalId: 'pi', received: { amount: 1, currency: 'CNY' } },
  'tender.closing': { tenderId },
  'tender.voided': { tenderId },
  'tender.cash_received': { tenderId, amount: 1, carrier: 'express', parcelId },
  'tender.collected': { tenderId },
  'tender.waived': { tenderId },
  'tender.remitted': { tenderId, parcelId, amount: 1, carrier: 'express' },
  'fulfillment.claimed': step,
  'fulfillment.picked': step,
  'fulfillment.check_failed': { ...step, reason: 'damaged' },
  'fulfillment.checked': step,
  'fulfillment.packed': { ...step, parcels: [] },
  'fulfillment.reduced': {
    ...{ fulfillmentId: 'f1', items: [{ lineId: 'l1', quantity: 1 }], by: 'customer' },
  },
  'fulfillment.cancelled': { fulfillmentId: 'f1' },
  'parcel.booked': { parcelId, carrier: 'express', waybill: 'W', trackingUrl: 'https://c.example' },
  'parcel.handed_over': { parcelId },
  'parcel.delivered': { parcelId },
  'parcel.refused': { parcelId, reason: 'damaged' },
  'parcel.returned': { parcelId },
  'parcel.lost': { parcelId },
  'parcel.written_off': { parcelId },
  'parcel.voided': { parcelId },
  'refund.succeeded': { refundId, externalRefundId: 're_1' },
  'refund.failed': { refundId, code: 'REFUSED' },
  'refund.retried': { refundId },
  'refund.rerouted': { refundId, account: 'wallet-1' },
  'refund.withdrawn': { refundId },
  'refund.settled_by_hand': { refundId },
  'order.expired': {},
  'order.cancelled': { by: 'customer' },
  'order.readmitted': {},
  'order.completed': { by: 'policy' },
}
