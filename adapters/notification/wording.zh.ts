import { amountZh as money, day, deadline } from './format.ts'
import { BACK_TO, isAtOnce, PAID_BY } from '../../domain/means.ts'
import type { MailValues, Part, PartBack, Wording } from './template.ts'

const TAG = 'zh-CN'

export const wordingZh: Wording = {
  lang: 'zh-CN',
  footer: '您收到此邮件，是因为它与您的订单有关。',

  mails: {
    order_confirmed: ({ orderNo, lines, freight, total, currency, ...order }) => ({
      subject: `订单 ${orderNo} 已确认`,
      paragraphs: [
        `感谢您的订购，订单 ${orderNo} 已确认。`,
        ...(order.paid.length > 0 ? ['我们已收到您的付款。'] : []),
        ...(order.cash === undefined ? [] : [`货到付款，请准备 ${money(order.cash, currency)}。`]),
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
        ...order.paid.map(({ method, amount }) => ({
          label: `已付（${PAID_BY[method].zh}）`,
          value: money(amount, currency),
        })),
      ],
      button: { label: '查看订单', url: order.orderUrl },
    }),

    payment_failed: ({ orderNo, failed, isShort, isReleased, ...asked }) => ({
      subject: `订单 ${orderNo} 支付未成功`,
      paragraphs: [
        isShort
          ? `订单 ${orderNo} 的${partOf(failed, asked.currency)} 未能扣取：余额不足，未产生扣款。`
          : `订单 ${orderNo} 的${partOf(failed, asked.currency)} 付款被拒绝，该笔未产生扣款。`,
        ...receivedOf(asked),
        ...(isReleased ? ['为其余部分预留的金额已解除占用，您可继续使用。'] : []),
        `尚需支付 ${money(asked.open, asked.currency)}，请于 ${deadline(asked.payBy, TAG, asked.timeZone)} 前用原方式或其他方式支付，商品为您保留至该时间。`,
      ],
      button: { label: '去支付', url: asked.payUrl },
    }),

    payment_reminder: ({ orderNo, ...asked }) => ({
      subject: `订单 ${orderNo} 等待您付款`,
      paragraphs: [
        `订单 ${orderNo} 尚需支付 ${money(asked.open, asked.currency)}。`,
        ...receivedOf(asked),
        `商品为您保留至 ${deadline(asked.payBy, TAG, asked.timeZone)}。`,
      ],
      button: { label: '立即支付', url: asked.payUrl },
    }),

    order_expired: ({ orderNo, shopUrl }) => ({
      subject: `订单 ${orderNo} 已超时关闭`,
      paragraphs: [
        `订单 ${orderNo} 未在规定时间内付款，现已关闭。`,
        '您无需支付任何费用。若付款稍后到账，我们会自动退款或恢复订单。',
      ],
      ...(shopUrl ? { button: { label: '重新下单', url: shopUrl } } : {}),
    }),

    order_cancelled: ({ orderNo, orderUrl, ...order }) => ({
      subject: `订单 ${orderNo} 已取消`,
      paragraphs: [`订单 ${orderNo} 已取消。`, ...moneyOf(order)],
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

    refunded: ({ orderNo, refunds, underWay, currency, orderUrl }) => ({
      subject: `订单 ${orderNo} 已退款`,
      paragraphs: [
        `订单 ${orderNo} 的退款：${backOf(refunds, currency)}。`,
        ...(refunds.some(isAtOnce) ? [`退至${namesOf(refunds)}的金额可立即使用。`] : []),
        ...(refunds.every(isAtOnce) ? [] : ['经银行退回的款项可能需要几天到账。']),
        ...(underWay > 0 ? [`另有 ${money(underWay, currency)} 正在退回。`] : []),
      ],
      button: { label: '查看订单', url: orderUrl },
    }),

    payment_disputed: ({ orderNo, payment, currency, orderUrl }) => ({
      subject: `您的银行要求退回订单 ${orderNo} 的付款`,
      paragraphs: [
        `您的银行要求退回订单 ${orderNo} 的付款（${partOf(payment, currency)}），该款项由银行保留，直至其作出决定。`,
        '在此之前，订单暂停发货，我们也不对该笔付款退款。',
        '如非您本意，请联系您的银行。',
      ],
      button: { label: '查看订单', url: orderUrl },
    }),

    dispute_ended: ({ orderNo, payment, isWon, currency, orderUrl }) => ({
      subject: isWon ? `订单 ${orderNo} 的付款有效` : `您的银行已退回订单 ${orderNo} 的付款`,
      paragraphs: [
        isWon
          ? `您的银行已确认：订单 ${orderNo} 的${partOf(payment, currency)} 付款有效。`
          : `您的银行决定将订单 ${orderNo} 的 ${money(payment.amount, currency)} 退还给您，由银行支付，我们不再重复退款。`,
      ],
      button: { label: '查看订单', url: orderUrl },
    }),

    invoice_issued: ({ orderNo, kind, number, issuer, amount, currency, orderUrl }) => ({
      subject: `订单 ${orderNo} 的${kind === 'blue' ? '发票' : '红字发票'}已开具`,
      paragraphs: [
        kind === 'blue'
          ? `${issuer ?? '平台'} 已为订单 ${orderNo} 开具发票。`
          : `${issuer ?? '平台'} 已为订单 ${orderNo} 开具红字发票，冲减此前的部分开票金额。`,
        '您可在订单页面查看。',
      ],
      rows: [
        { label: '发票号码', value: number },
        { label: '价税合计', value: money(amount, currency), strong: true },
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

const partOf = ({ method, amount }: Part, currency: string) =>
  `${PAID_BY[method].zh} ${money(amount, currency)}`

const listed = (parts: readonly string[]) => parts.join('、')

const backOf = (refunds: readonly PartBack[], currency: string) =>
  listed(refunds.map(({ way, amount }) => `${money(amount, currency)} 退至${BACK_TO[way].zh}`))

const namesOf = (refunds: readonly PartBack[]) =>
  listed(refunds.filter(isAtOnce).map(({ way }) => BACK_TO[way].zh))

function receivedOf({ received, currency }: { received: readonly Part[]; currency: string }) {
  if (received.length === 0) return []
  return [`已收到${listed(received.map((part) => partOf(part, currency)))}，为本订单保留。`]
}

/** What becomes of the money of an order that is cancelled. */
function moneyOf({ paid, refunds, bank, currency }: Omit<Cancelled, 'orderNo' | 'orderUrl'>) {
  if (paid === 0) return ['本订单未产生扣款。']
  const told = [
    ...(refunds.length > 0 ? [`正在退款：${backOf(refunds, currency)}。`] : []),
    ...(bank === undefined ? [] : [takenBack(bank, currency)]),
  ]
  return told.length > 0 ? told : ['您支付的款项此前已退还。']
}

const takenBack = ({ amount, isDecided }: NonNullable<Cancelled['bank']>, currency: string) =>
  isDecided
    ? `您的银行已将您支付的 ${money(amount, currency)} 退还给您。`
    : `您的银行正在核实您支付的 ${money(amount, currency)}，在作出决定前由银行保留。`

type Cancelled = MailValues['order_cancelled']

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
