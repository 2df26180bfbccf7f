import { amountZh as money, day, deadline } from './format.ts'
import type { MailValues, Wording } from './template.ts'

const TAG = 'zh-CN'

export const wordingZh: Wording = {
  lang: 'zh-CN',
  footer: '您收到此邮件，是因为它与您的订单有关。',

  mails: {
    order_confirmed: ({ orderNo, lines, freight, total, currency, ...order }) => ({
      subject: `订单 ${orderNo} 已确认`,
      paragraphs: [
        `感谢您的订购，订单 ${orderNo} 已确认。`,
        order.cashOnDelivery
          ? `货到付款，请准备 ${money(total, currency)}。`
          : '我们已收到您的付款。',
        ...(order.expectedShipAt
          ? [`预计最晚于${day(order.expectedShipAt, TAG, order.timeZone)}发货。`]
          : []),
      ],
      rows: [
        ...lines.map(({ name, quantity, amount }) => ({
          label: `${name} × ${quantity}`,
          value: money(amount, currency),
        })),
        { label: '运费', value: money(freight, currency) },
        { label: '合计', value: money(total, currency), strong: true },
      ],
      button: { label: '查看订单', url: order.orderUrl },
    }),

    payment_failed: ({ orderNo, amount, currency, payUrl, payBy, timeZone }) => ({
      subject: `订单 ${orderNo} 支付未成功`,
      paragraphs: [
        `订单 ${orderNo} 的付款 ${money(amount, currency)} 被拒绝，未产生扣款。`,
        `商品为您保留至 ${deadline(payBy, TAG, timeZone)}，您可以重试或换一张卡支付。`,
      ],
      button: { label: '重新支付', url: payUrl },
    }),

    payment_reminder: ({ orderNo, amount, currency, payUrl, payBy, timeZone }) => ({
      subject: `订单 ${orderNo} 等待您付款`,
      paragraphs: [
        `订单 ${orderNo} 尚未付款，应付金额 ${money(amount, currency)}。`,
        `商品为您保留至 ${deadline(payBy, TAG, timeZone)}。`,
      ],
      button: { label: '立即支付', url: payUrl },
    }),

    order_expired: ({ orderNo, shopUrl }) => ({
      subject: `订单 ${orderNo} 已超时关闭`,
      paragraphs: [
        `订单 ${orderNo} 未在规定时间内付款，现已关闭。`,
        '您无需支付任何费用。若付款稍后到账，我们会自动退款或恢复订单。',
      ],
      ...(shopUrl ? { button: { label: '重新下单', url: shopUrl } } : {}),
    }),

    order_cancelled: ({ orderNo, refund, currency, orderUrl }) => ({
      subject: `订单 ${orderNo} 已取消`,
      paragraphs: [
        `订单 ${orderNo} 已取消。`,
        refund ? `退款 ${money(refund, currency)} 将原路退回。` : '本订单未产生扣款。',
      ],
      button: { label: '查看订单', url: orderUrl },
    }),

    shipped: ({ orderNo, lines, carrier, waybill, trackingUrl }) => ({
      subject: `订单 ${orderNo} 的包裹已发出`,
      paragraphs: [`订单 ${orderNo} 的一个包裹已交给承运商。`],
      rows: [
        ...lines.map(({ name, quantity }) => ({ label: name, value: `× ${quantity}` })),
        { label: '承运商', value: carrier },
        { label: '运单号', value: waybill },
      ],
      ...(trackingUrl !== undefined && { button: { label: '查询物流', url: trackingUrl } }),
    }),

    parcel_delivered: ({ orderNo, lines, orderUrl }) => ({
      subject: `订单 ${orderNo} 的一个包裹已签收`,
      paragraphs: [`订单 ${orderNo} 的一个包裹已签收，其余包裹仍在途中。`],
      rows: lines.map(({ name, quantity }) => ({ label: name, value: `× ${quantity}` })),
      button: { label: '查看订单', url: orderUrl },
    }),

    delivered: ({ orderNo, confirmUrl }) => ({
      subject: `订单 ${orderNo} 已签收`,
      paragraphs: [`订单 ${orderNo} 已签收。`, '如商品无误，请确认收货；如有问题，请联系客服。'],
      button: { label: '确认收货', url: confirmUrl },
    }),

    refunded: ({ orderNo, amount, currency, orderUrl }) => ({
      subject: `订单 ${orderNo} 已退款`,
      paragraphs: [
        `订单 ${orderNo} 的退款 ${money(amount, currency)} 已原路退回。`,
        '到账时间以您的银行为准，可能需要几天。',
      ],
      button: { label: '查看订单', url: orderUrl },
    }),

    purchase_request: (purchase) => ({
      subject: `采购申请：${purchase.name} × ${purchase.missing}`,
      paragraphs: [
        `${purchase.merchantName} 请您供应以下商品。`,
        '如无法按时供货，请尽快回复此邮件。',
      ],
      ...deliveryOf(purchase),
    }),

    purchase_reminder: (purchase) => ({
      subject: `到货提醒：${purchase.name} × ${purchase.missing}`,
      paragraphs: [`${purchase.merchantName} 仍在等待以下商品到货。`],
      ...deliveryOf(purchase),
    }),
  },
}

function deliveryOf(purchase: MailValues['purchase_request']) {
  const { sku, name, missing, warehouseName, expectedAt, timeZone, reference } = purchase
  return {
    rows: [
      { label: '商品', value: `${name}（${sku}）` },
      { label: '数量', value: `${missing}`, strong: true },
      { label: '送货至', value: warehouseName },
      { label: '期望到货', value: day(expectedAt, TAG, timeZone) },
      { label: '采购编号', value: reference },
    ],
    footer: `您收到此邮件，是因为您是 ${purchase.merchantName} 的供应商。`,
  }
}
