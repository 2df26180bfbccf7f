import type { OrderStatus } from '../domain/status.ts'
import type { ScanCode } from '../domain/tracking.ts'
import { happenedZh } from './happened.zh.ts'
import { payingZh } from './paying-words.ts'
import { refusedZh } from './refusal.ts'
import type { Next, NextFacts, Wording } from './wording.ts'

function ships({ by, late }: NextFacts): string {
  if (late) return '发货晚于承诺时间，我们正在处理。'
  return by === undefined ? '很快就会发货。' : `最晚于${by}发货。`
}

function untilThen({ by, readmits }: NextFacts): string {
  if (by === undefined) return ''
  return readmits
    ? `若在${by}前仍有付款到账且商品有货，订单将恢复；否则款项将退还给您。`
    : `若在${by}前仍有付款到账，我们会自动退款。`
}

const money = ({ refunded }: NextFacts) =>
  refunded === undefined ? '您无需支付任何费用。' : `已退款 ${refunded}。`

/** How the story of an order ended, or stands. */
function ending(facts: NextFacts): Next {
  const { status, asked, by } = facts
  const closed: Partial<Record<OrderStatus, string>> = {
    cancelled: '订单已取消',
    expired: '订单超时未付款，已关闭',
    refused: '订单已被拒收',
    closed: '订单未能送达，已关闭',
  }
  const title = closed[status]
  if (title !== undefined) {
    return { title, text: money(facts) + (status === 'expired' ? untilThen(facts) : '') }
  }
  if (asked) return { title: '我们已收到您的申请', text: '客服正在处理，会尽快与您联系。' }
  const text = by === undefined ? '感谢您的惠顾。' : `${by}前可申请售后。`
  return { title: '订单已完成', text }
}

export const wordingZh: Wording = {
  tag: 'zh-CN',
  other: { locale: 'en', name: 'English' },
  labels: {
    order: '订单',
    skip: '跳到订单内容',
    progress: '进度',
    also: '同时：',
    items: '商品',
    goods: '商品金额',
    shipping: '运费',
    cashFee: '货到付款手续费',
    reversed: '已减免',
    total: '合计',
    paid: '已付',
    refunded: '已退',
    takenBack: '银行已退回',
    payments: '付款',
    invoices: '发票',
    deliveries: '配送',
    waybill: '运单号',
    newTab: '（在新标签页打开）',
    timeline: '订单动态',
    cancelQuestion: '确定要取消此订单吗？',
    testPayment: '开发环境：在模拟平台付款，不会产生真实扣款。',
    orderTime: '订单时间（开发用）',
    toDeadline: '到下一个期限',
    plusDay: '+1 天',
    plusWeek: '+7 天',
    live: '实时更新',
    reconnecting: '正在重新连接…',
    unanswered: '暂时没有得到答复。请查看下方是否已更新；如未更新，请稍后再试。',
  },
  stages: {
    placed: '已下单',
    paid: '已付款',
    agreed: '已确认',
    packed: '已打包',
    shipped: '配送中',
    delivered: '已签收',
    completed: '已完成',
  },
  ended: '已结束',
  next: {
    person: ({ payBy }) => ({
      title: '我们正在核实您的订单',
      text:
        payBy === undefined
          ? '需要工作人员处理，您无需进行任何操作。'
          : `需要工作人员处理。在此期间，您可在${payBy}前付款。`,
    }),
    payment: ({ by, due }) =>
      by === undefined
        ? { title: '付款时间已过', text: '订单即将自动关闭。' }
        : {
            title: `请在${by}前付款`,
            text: `待付金额 ${due}。商品为您保留到该时间，逾期订单将自动关闭。`,
          },
    platform_close: () => ({
      title: '正在关闭未完成的付款',
      text: '关闭后不会再产生扣款，请稍候。',
    }),
    dispute: () => ({
      title: '您的银行正在核查这笔付款',
      text: '核查结束之前，订单暂不发货。',
    }),
    stock: () => ({
      title: '您的付款到账较晚',
      text: '我们正在确认商品是否仍有库存。如已售完，款项将原路退回。',
    }),
    refund: ({ refunding }) => ({
      title: `${refunding} 正在退回`,
      text: '款项将原路退回，到账可能需要几天。',
    }),
    label_void: ({ hasLeft }) => ({
      title: '正在取消运单',
      text: hasLeft ? '仅涉及尚未离开仓库的包裹。' : '商品尚未离开仓库。',
    }),
    restock: () => ({
      title: '部分商品正在补货',
      text: '到货后优先为您保留；已备齐的包裹会先行打包。',
    }),
    claim: (facts) => ({ title: '仓库已收到您的订单', text: ships(facts) }),
    pick: (facts) => ({ title: '正在为您拣货', text: ships(facts) }),
    check: (facts) => ({ title: '正在复核商品', text: ships(facts) }),
    pack: (facts) => ({ title: '正在打包', text: ships(facts) }),
    booking: (facts) => ({ title: '已打包，正在预约承运商', text: ships(facts) }),
    carrier_pickup: (facts) => ({ title: '已打包，等待承运商揽收', text: ships(facts) }),
    delivery: ({ position, parcels, cash }) => ({
      title: `${parcels === 'some' ? '有包裹' : '包裹'}${DELIVERY[position ?? 'in_transit'] ?? '正在路上'}`,
      text: cash === undefined ? '物流轨迹见下方。' : `请为快递员准备 ${cash}。`,
    }),
    return: ({ atTheDoor }) => ({
      title: '包裹正在退回途中',
      text: atTheDoor ? '您无需为此包裹付款。' : '退回入库后，已付款项将原路退回。',
    }),
    receipt: ({ by }) => ({
      title: '已签收，商品都没问题吗？',
      text: by === undefined ? '请确认收货。' : `请确认收货。若未确认，订单将于${by}自动完成。`,
    }),
    after_sales: ending,
    late_reports: ending,
    nothing: ending,
  },
  happened: happenedZh,
  consequence: {
    remind: '提醒付款',
    expire: '订单超时关闭',
    complete: '订单自动完成',
    archive: '订单归档',
  },
  fulfillment: {
    pending_processing: '待处理',
    picking: '拣货中',
    checking: '复核中',
    awaiting_shipment: '已打包',
    awaiting_delivery: '待揽收',
    in_delivery: '配送中',
    delivered: '已签收',
    refused: '已拒收',
    cancelled: '已取消',
    closed: '未送达',
  },
  parcel: {
    packed: '已打包',
    booked: '待揽收',
    handed_over: '配送中',
    delivered: '已签收',
    refused: '已拒收，退回途中',
    returned: '已退回仓库',
    lost: '下落不明，正在核实',
    written_off: '已丢失',
    voided: '已取消',
  },
  scan: {
    label_created: '运单已创建',
    awaiting_pickup: '等待揽收',
    picked_up: '承运商已揽收',
    in_transit: '运输中',
    customs: '清关中',
    arrived_city: '已到达您所在的城市',
    out_for_delivery: '正在派送',
    attempt_failed: '未能联系到收件人，将再次派送',
    available_for_pickup: '可自提',
    exception: '运输受阻',
    refused: '收件人拒收',
    returning: '退回途中',
    lost: '下落不明',
    returned: '已退回仓库',
    delivered: '已签收',
    cancelled: '已取消',
  },
  tender: {
    created: '未付款',
    action_required: '未付款',
    authorized: '已预留',
    failed: '付款被拒绝',
    closing: '正在关闭',
    voided: '已关闭，未扣款',
    captured: '已付款',
    mismatched: '正在核实',
    due: '货到付款',
    collected: '货到已付',
    waived: '无需付款',
  },
  method: {
    ...{ card: '银行卡', alipay: '支付宝', wechatpay: '微信支付', cod: '货到付款' },
    ...{ wallet: '钱包余额', gift_card: '礼品卡', points: '积分', boleto: 'Boleto 付款单' },
  },
  adjustment: {
    financing_interest: '分期利息',
    rounding: '尾差',
    surcharge: '附加费',
    discount: '优惠',
  },
  invoice: { blue: '已开具', red: '红字发票', underWay: '开具中' },
  refund: {
    requested: '退款中',
    succeeded: '已退款',
    failed: '正在核实',
    manual: '已人工退款',
    withdrawn: '已取消：银行已自行向您退款',
  },
  refundTo: (way) => `退款至${way}`,
  action: {
    ...{ pay: '继续付款', 'pay-test': '付款（测试）', 'pay-otherwise': '换一种方式付款' },
    ...{ 'confirm-receipt': '确认收货', cancel: '取消订单' },
  },
  pay: payingZh,
  parcelNo: (index, of) => (of === 1 ? '包裹' : `包裹 ${index}/${of}`),
  placedOn: (when) => `${when}下单`,
  arrives: (earliest, latest) =>
    earliest === latest ? `预计 ${latest} 送达` : `预计 ${earliest} 至 ${latest} 送达`,
  cancelled: (count) => `已取消 ${count} 件`,
  earlier: (count) => `更早的 ${count} 条`,
  zone: (zone) => `时区：${zone}`,
  wrongLink: {
    title: '此链接无法打开订单',
    text: '链接可能已过期或不完整，请使用最近一封订单邮件中的链接。',
  },
  away: { title: '暂时无法显示此页面', text: '您的订单不受影响，请稍后再试。' },
  unreadable: { title: '无法读取该请求', text: '请重新打开您的订单，并使用页面上的按钮。' },
  broken: { title: '页面出错了', text: '您的订单不受影响。如问题持续，请联系客服。' },
  taken: '我们已收到您的请求，结果稍后会显示在此页面。',
  refused: refusedZh,
}

const DELIVERY: Partial<Record<ScanCode, string>> = {
  arrived_city: '已到达您所在的城市',
  out_for_delivery: '正在派送',
  attempt_failed: '未能送达，将再次派送',
  available_for_pickup: '可自提',
  customs: '正在清关',
  exception: '运输受阻',
}
