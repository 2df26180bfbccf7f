import type { AfterSalesType, RejectionReason, TenderMethod } from '../domain/events.ts'
import type { Sentences } from './tracked.ts'

const CHOSEN: Record<TenderMethod, string> = {
  card: '您选择了银行卡付款',
  alipay: '您选择了支付宝付款',
  wechatpay: '您选择了微信支付',
  wallet: '您选择了钱包余额付款',
  points: '您选择了积分付款',
  cod: '您选择了货到付款',
  boleto: '您选择了 Boleto 付款',
  gift_card: '您选择了礼品卡付款',
}
const REFUSED: Record<RejectionReason, string> = {
  changed_mind: '不想要了',
  damaged: '商品破损',
  wrong_item: '商品不符',
  late: '送达太晚',
  unreachable: '未能联系到收件人',
  other: '其他原因',
}
const ASKED: Record<AfterSalesType, string> = {
  refund_only: '您申请了仅退款',
  return_refund: '您申请了退货退款',
  exchange: '您申请了换货',
  repair: '您申请了维修',
}

export const happenedZh: Sentences = {
  'order.placed': () => '您提交了订单',
  'order.paid': () => '订单已付清',
  'order.accepted': ({ promisedShipAt }, { stamp }) =>
    promisedShipAt === undefined
      ? '订单已确认，到货后发货'
      : `订单已确认，最晚于 ${stamp(promisedShipAt)} 发货`,
  'order.expired': () => '订单未在规定时间内付款，已关闭',
  'order.cancelled': ({ by }) => (by === 'customer' ? '您取消了订单' : '我们取消了订单'),
  'order.readmitted': () => '收到您的付款，订单已恢复',
  'order.completed': ({ by }) => (by === 'customer' ? '您已确认收货' : '订单自动完成'),
  'order.archived': () => '订单已归档',
  'payment.reminded': () => '已提醒您付款',
  'tender.added': ({ method }) => CHOSEN[method],
  'tender.opened': null,
  'tender.authorized': null,
  'tender.failed': () => '付款被拒绝，未产生扣款',
  'tender.captured': ({ amount }, { money }) => `已收到付款 ${money(amount)}`,
  'tender.mismatched': () => '收到金额不符的付款，正在核实',
  'tender.closing': null,
  'tender.voided': () => '未完成的付款已关闭，未产生扣款',
  'tender.cash_received': ({ amount }, { money }) => `您已在收货时支付 ${money(amount)}`,
  'tender.collected': () => '货到付款已付清',
  'tender.waived': () => '收货时无需再付款',
  'tender.remitted': null,
  'goodwill.proposed': null,
  'dispute.opened': () => '您的银行正在核实这笔付款，订单暂停处理',
  'dispute.won': () => '银行已核实付款，订单继续处理',
  'dispute.lost': ({ disputeId }, { dispute }) => `您的银行已退回 ${dispute(disputeId)}`,
  'charge.reversed': (reversal, { reversed }) => `应付金额减少 ${reversed(reversal)}`,
  'refund.requested': ({ amount }, { money }) => `正在退款 ${money(amount)}`,
  'refund.succeeded': ({ refundId }, { refund }) => `已退款 ${refund(refundId)}`,
  'refund.failed': ({ refundId }, { refund }) => `退款 ${refund(refundId)} 未成功，我们正在处理`,
  'refund.retried': ({ refundId }, { refund }) => `正在重新退款 ${refund(refundId)}`,
  'refund.rerouted': ({ refundId }, { refund }) => `退款 ${refund(refundId)} 将退至您的钱包`,
  'refund.withdrawn': ({ refundId }, { refund }) => `退款 ${refund(refundId)} 已由您的银行支付`,
  'refund.settled_by_hand': ({ refundId }, { refund }) => `已人工退款 ${refund(refundId)}`,
  'fulfillment.claimed': ({ fulfillmentId }, { merchant }) =>
    `${merchant(fulfillmentId)} 开始处理您的商品`,
  'fulfillment.picked': ({ fulfillmentId }, { merchant }) =>
    `${merchant(fulfillmentId)} 已完成拣货`,
  'fulfillment.check_failed': ({ fulfillmentId }, { merchant }) =>
    `${merchant(fulfillmentId)} 复核发现问题，正在重新拣货`,
  'fulfillment.checked': ({ fulfillmentId }, { merchant }) =>
    `${merchant(fulfillmentId)} 已完成复核`,
  'fulfillment.packed': ({ fulfillmentId, parcels }, { merchant }) =>
    `${merchant(fulfillmentId)} 已打包，共 ${parcels.length} 个包裹`,
  'fulfillment.reduced': ({ items, by }, { units }) =>
    `${by === 'customer' ? '您' : '我们'}取消了 ${units(items)}`,
  'fulfillment.cancelled': ({ fulfillmentId }, { merchant }) =>
    `${merchant(fulfillmentId)} 的配送已取消`,
  'fulfillment.stocked': ({ fulfillmentId }, { merchant }) =>
    `${merchant(fulfillmentId)} 的商品已到货`,
  'parcel.booked': ({ parcelId, waybill }, { parcel }) =>
    `${parcel(parcelId)}已生成运单 ${waybill}`,
  'parcel.handed_over': ({ parcelId }, { parcel }) => `${parcel(parcelId)}已交给承运商`,
  'parcel.delivered': ({ parcelId }, { parcel }) => `${parcel(parcelId)}已签收`,
  'parcel.refused': ({ parcelId, reason }, { parcel }) =>
    `${parcel(parcelId)}被拒收：${REFUSED[reason]}`,
  'parcel.returned': ({ parcelId }, { parcel }) => `${parcel(parcelId)}已退回仓库`,
  'parcel.lost': ({ parcelId }, { parcel }) => `${parcel(parcelId)}下落不明，正在核实`,
  'parcel.written_off': ({ parcelId }, { parcel }) => `${parcel(parcelId)}已丢失`,
  'parcel.voided': ({ parcelId }, { parcel }) => `${parcel(parcelId)}已取消`,
  'aftersales.requested': ({ kind }) => ASKED[kind],
  'report.ignored': null,
  'task.raised': null,
  'task.resolved': null,
}
