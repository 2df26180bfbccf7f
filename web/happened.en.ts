import type { AfterSalesType, RejectionReason, TenderMethod } from '../domain/events.ts'
import type { Sentences } from './tracked.ts'

const CHOSEN: Record<TenderMethod, string> = {
  card: 'You chose to pay by card',
  alipay: 'You chose to pay by Alipay',
  wechatpay: 'You chose to pay by WeChat Pay',
  wallet: 'You chose to pay from your wallet',
  points: 'You chose to pay with points',
  cod: 'You chose to pay at the door',
  boleto: 'You chose to pay by boleto',
  gift_card: 'You chose to pay with a gift card',
}
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
  'tender.added': ({ method }) => CHOSEN[method],
  'tender.opened': null,
  'tender.authorized': null,
  'tender.failed': () => 'The payment was declined; nothing was charged',
  'tender.captured': ({ amount }, { money }) => `We received ${money(amount)}`,
  'tender.mismatched': () => 'A payment of another amount arrived; we are looking into it',
  'tender.closing': null,
  'tender.voided': () => 'The open payment was closed; nothing was charged',
  'tender.cash_received': ({ amount }, { money }) => `You paid ${money(amount)} at the door`,
  'tender.collected': () => 'Everything due at the door is paid',
  'tender.waived': () => 'Nothing is due at the door any more',
  'tender.remitted': null,
  'goodwill.proposed': null,
  'dispute.opened': () => 'Your bank is looking into the payment; the order is held until then',
  'dispute.won': () => 'Your bank has settled the payment; the order goes on',
  'dispute.lost': ({ disputeId }, { dispute }) => `Your bank paid you back ${dispute(disputeId)}`,
  'charge.reversed': (reversal, { reversed }) => `${reversed(reversal)} was taken off your bill`,
  'refund.requested': ({ amount }, { money }) => `A refund of ${money(amount)} is on its way`,
  'refund.succeeded': ({ refundId }, { refund }) =>
    `The refund of ${refund(refundId)} was paid out`,
  'refund.failed': ({ refundId }, { refund }) =>
    `The refund of ${refund(refundId)} didn’t go through; we see to it`,
  'refund.retried': ({ refundId }, { refund }) =>
    `The refund of ${refund(refundId)} is tried again`,
  'refund.rerouted': ({ refundId }, { refund }) =>
    `The refund of ${refund(refundId)} goes to your wallet`,
  'refund.withdrawn': ({ refundId }, { refund }) =>
    `Your bank has paid you the refund of ${refund(refundId)}`,
  'refund.settled_by_hand': ({ refundId }, { refund }) =>
    `The refund of ${refund(refundId)} was paid out by hand`,
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
