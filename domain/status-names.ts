import type { Locale } from './locale.ts'
import type { OrderStatus } from './status.ts'

/** What people call the header's states. */
export const STATUS_NAMES: Record<OrderStatus, Record<Locale, string>> = {
  pending_payment: { en: 'Awaiting payment', zh: '待支付' },
  paid: { en: 'Paid', zh: '已支付' },
  pending_processing: { en: 'To be processed', zh: '待处理' },
  picking: { en: 'Being picked', zh: '拣货中' },
  checking: { en: 'Being checked', zh: '复核中' },
  awaiting_shipment: { en: 'Awaiting shipment', zh: '待发货' },
  awaiting_delivery: { en: 'Awaiting pick-up by the carrier', zh: '待配送' },
  partially_shipped: { en: 'Partially shipped', zh: '部分发货' },
  in_delivery: { en: 'In delivery', zh: '配送中' },
  delivered: { en: 'Delivered', zh: '已签收' },
  completed: { en: 'Completed', zh: '已完成' },
  cancelled: { en: 'Cancelled', zh: '已取消' },
  expired: { en: 'Expired unpaid', zh: '超时关闭' },
  refused: { en: 'Refused at the door', zh: '拒收' },
  closed: { en: 'Closed, nothing delivered', zh: '已关闭' },
}
