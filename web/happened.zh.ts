import type { AfterSalesType, RejectionReason } from '../domain/events.ts'
import { BACK_TO, PAID_BY } from '../domain/means.ts'
import type { Back, Part, Sentences } from './tracked.ts'

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

const by = ({ amount, method }: Part) => `${PAID_BY[method].zh} ${amount}`
const to = ({ amount, way }: Back) => `${amount} 至您的${BACK_TO[way].zh}`

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
  'freight.surcharged': ({ fee }, { money }) =>
    fee > 0 ? `货到付款每批货物加收 ${money(fee)}` : '货到付款手续费已取消',
  'tender.added': ({ tenderId }, { tender }) => `您选择了${by(tender(tenderId))}`,
  'tender.opened': null,
  'tender.authorized': null,
  'tender.failed': ({ tenderId, code }, { tender }) =>
    code === 'INSUFFICIENT_BALANCE'
      ? `余额不足以支付${by(tender(tenderId))}，未产生扣款`
      : `${by(tender(tenderId))} 付款被拒绝，该笔未产生扣款`,
  'tender.captured': ({ tenderId }, { tender }) => `已收到${by(tender(tenderId))}`,
  'tender.mismatched': () => '收到金额不符的付款，正在核实',
  'tender.closing': null,
  'tender.voided': ({ tenderId }, { tender }) =>
    tender(tenderId).isOurs
      ? `${by(tender(tenderId))} 已解除占用`
      : `${by(tender(tenderId))} 无需再付，未产生扣款`,
  'tender.cash_received': ({ amount }, { money }) => `您已在收货时支付 ${money(amount)}`,
  'tender.collected': () => '货到付款已付清',
  'tender.waived': () => '收货时无需再付款',
  'tender.remitted': null,
  'goodwill.proposed': null,
  'dispute.opened': ({ disputeId }, { dispute }) =>
    `您的银行正在核实并保留 ${dispute(disputeId)}，在其作出决定前订单暂停处理`,
  'dispute.won': ({ disputeId }, { dispute }) => `您的银行已确认 ${dispute(disputeId)} 的付款有效`,
  'dispute.lost': ({ disputeId }, { dispute }) => `您的银行已为您退回 ${dispute(disputeId)}`,
  'charge.reversed': (reversal, { reversed }) => {
    const amount = reversed(reversal)
    return amount && `应付金额减少 ${amount}`
  },
  'refund.requested': ({ refundId }, { refund }) => `正在退款 ${to(refund(refundId))}`,
  'refund.succeeded': ({ refundId }, { refund }) => `已退款 ${to(refund(refundId))}`,
  'refund.failed': ({ refundId }, { refund }) =>
    `退款 ${refund(refundId).amount} 未成功，我们正在处理`,
  'refund.retried': ({ refundId }, { refund }) => `正在重新退款 ${refund(refundId).amount}`,
  'refund.rerouted': ({ refundId }, { refund }) => `退款 ${refund(refundId).amount} 将退至您的钱包`,
  'refund.withdrawn': ({ refundId }, { refund }) =>
    `退款 ${refund(refundId).amount} 已取消，因银行已自行向您退款`,
  'refund.settled_by_hand': ({ refundId }, { refund }) => `已人工退款 ${to(refund(refundId))}`,
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
