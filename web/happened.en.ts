import type { AfterSalesType, RejectionReason } from '../domain/events.ts'
import { BACK_TO, PAID_BY } from '../domain/means.ts'
import type { Back, Part, Sentences } from './tracked.ts'

const REFUSED: Record<RejectionReason, string> = {
  changed_mind: 'no longer wanted',
  damaged: 'damaged',
  wrong_item: 'not what was ordered',
  late: 'too late',
  unreachable: 'nobody was reached',
  other: 'other reasons',
}
const ASKED: Record<AfterSalesType, string> = {
  refund_only: 'You asked for a refund',
  return_refund: 'You asked to return something',
  exchange: 'You asked for an exchange',
  repair: 'You asked for a repair',
}

const by = ({ amount, method }: Part) => `${amount} ${PAID_BY[method].en}`
const to = ({ amount, way }: Back) => `${amount} ${BACK_TO[way].en}`

export const happenedEn: Sentences = {
  'order.placed': () => 'You placed the order',
  'order.paid': () => 'The order is paid',
  'order.accepted': ({ promisedShipAt }, { stamp }) =>
    promisedShipAt === undefined
      ? 'Order confirmed; it ships once the goods are in'
      : `Order confirmed; it ships by ${stamp(promisedShipAt)}`,
  'order.expired': () => 'The order expired, as it was not paid in time',
  'order.cancelled': ({ by }) =>
    by === 'customer' ? 'You cancelled the order' : 'We cancelled the order',
  'order.readmitted': () => 'Your late payment revived the order',
  'order.completed': ({ by }) =>
    by === 'customer' ? 'You confirmed the receipt' : 'The order completed by itself',
  'order.archived': () => 'The order was put away',
  'payment.reminded': () => 'We reminded you of the payment',
  'freight.surcharged': ({ fee }, { money }) =>
    fee > 0
      ? `Paying at the door costs ${money(fee)} for each consignment`
      : 'The fee for paying at the door is off again',
  'tender.added': ({ tenderId }, { tender }) => `You chose to pay ${by(tender(tenderId))}`,
  'tender.opened': null,
  'tender.authorized': null,
  'tender.failed': ({ tenderId, code }, { tender }) =>
    code === 'INSUFFICIENT_BALANCE'
      ? `There was not enough for ${by(tender(tenderId))}; nothing was taken`
      : `The payment of ${by(tender(tenderId))} was declined; nothing was charged for it`,
  'tender.captured': ({ tenderId }, { tender }) => `We received ${by(tender(tenderId))}`,
  'tender.mismatched': () => 'A payment of another amount arrived; we are looking into it',
  'tender.closing': null,
  'tender.voided': ({ tenderId }, { tender }) =>
    tender(tenderId).isOurs
      ? `${by(tender(tenderId))} is no longer set aside`
      : `Nothing is to be paid ${PAID_BY[tender(tenderId).method].en} any more; nothing was charged`,
  'tender.cash_received': ({ amount }, { money }) => `You paid ${money(amount)} at the door`,
  'tender.collected': () => 'Everything due at the door is paid',
  'tender.waived': () => 'Nothing is due at the door any more',
  'tender.remitted': null,
  'goodwill.proposed': null,
  'dispute.opened': ({ disputeId }, { dispute }) =>
    `Your bank is looking into ${dispute(disputeId)} and holds it; the order waits until it has decided`,
  'dispute.won': ({ disputeId }, { dispute }) =>
    `Your bank has decided that your payment of ${dispute(disputeId)} stands`,
  'dispute.lost': ({ disputeId }, { dispute }) =>
    `Your bank has taken ${dispute(disputeId)} back for you`,
  'charge.reversed': (reversal, { reversed }) => {
    const amount = reversed(reversal)
    return amount && `${amount} was taken off your bill`
  },
  'refund.requested': ({ refundId }, { refund }) =>
    `A refund of ${to(refund(refundId))} is on its way`,
  'refund.succeeded': ({ refundId }, { refund }) =>
    `The refund of ${to(refund(refundId))} was paid out`,
  'refund.failed': ({ refundId }, { refund }) =>
    `The refund of ${refund(refundId).amount} didn’t go through; we see to it`,
  'refund.retried': ({ refundId }, { refund }) =>
    `The refund of ${refund(refundId).amount} is tried again`,
  'refund.rerouted': ({ refundId }, { refund }) =>
    `The refund of ${refund(refundId).amount} goes to your wallet`,
  'refund.withdrawn': ({ refundId }, { refund }) =>
    `The refund of ${refund(refundId).amount} was called off, as your bank has paid you itself`,
  'refund.settled_by_hand': ({ refundId }, { refund }) =>
    `The refund of ${to(refund(refundId))} was paid out by hand`,
  'fulfillment.claimed': ({ fulfillmentId }, { merchant }) =>
    `${merchant(fulfillmentId)} started on your items`,
  'fulfillment.picked': ({ fulfillmentId }, { merchant }) =>
    `${merchant(fulfillmentId)} picked your items`,
  'fulfillment.check_failed': ({ fulfillmentId }, { merchant }) =>
    `${merchant(fulfillmentId)} found something to put right and picks again`,
  'fulfillment.checked': ({ fulfillmentId }, { merchant }) =>
    `${merchant(fulfillmentId)} checked your items`,
  'fulfillment.packed': ({ fulfillmentId, parcels }, { merchant }) =>
    `${merchant(fulfillmentId)} packed ${parcels.length === 1 ? 'a parcel' : `${parcels.length} parcels`}`,
  'fulfillment.reduced': ({ items, by }, { units }) =>
    `${by === 'customer' ? 'You' : 'We'} cancelled ${units(items)}`,
  'fulfillment.cancelled': ({ fulfillmentId }, { merchant }) =>
    `The delivery by ${merchant(fulfillmentId)} was cancelled`,
  'fulfillment.stocked': ({ fulfillmentId }, { merchant }) =>
    `${merchant(fulfillmentId)} has everything in stock now`,
  'parcel.booked': ({ parcelId, waybill }, { parcel }) =>
    `${parcel(parcelId)} got its waybill ${waybill}`,
  'parcel.handed_over': ({ parcelId }, { parcel }) => `${parcel(parcelId)} is with the carrier`,
  'parcel.delivered': ({ parcelId }, { parcel }) => `${parcel(parcelId)} was delivered`,
  'parcel.refused': ({ parcelId, reason }, { parcel }) =>
    `${parcel(parcelId)} was refused at the door: ${REFUSED[reason]}`,
  'parcel.returned': ({ parcelId }, { parcel }) => `${parcel(parcelId)} came back to us`,
  'parcel.lost': ({ parcelId }, { parcel }) =>
    `${parcel(parcelId)} went missing; we are looking into it`,
  'parcel.written_off': ({ parcelId }, { parcel }) => `${parcel(parcelId)} is lost`,
  'parcel.voided': ({ parcelId }, { parcel }) => `${parcel(parcelId)} was called off`,
  'aftersales.requested': ({ kind }) => ASKED[kind],
  'report.ignored': null,
  'task.raised': null,
  'task.resolved': null,
}
