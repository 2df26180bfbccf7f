import { amountEn as money, day, deadline } from './format.ts'
import type { MailValues, Wording } from './template.ts'

/** British order of day and month: unambiguous to readers anywhere, as the month is spelled out. */
const TAG = 'en-GB'

export const wordingEn: Wording = {
  lang: 'en',
  footer: 'You receive this mail because it concerns your order.',

  mails: {
    order_confirmed: ({ orderNo, lines, freight, total, currency, ...order }) => ({
      subject: `Order ${orderNo} is confirmed`,
      paragraphs: [
        `Thank you for your order ${orderNo}.`,
        order.cashOnDelivery
          ? `Please have ${money(total, currency)} ready for the courier.`
          : 'Your payment has been received.',
        ...(order.expectedShipAt
          ? [`We expect to ship it by ${day(order.expectedShipAt, TAG, order.timeZone)}.`]
          : []),
      ],
      rows: [
        ...lines.map(({ name, quantity, amount }) => ({
          label: `${name} × ${quantity}`,
          value: money(amount, currency),
        })),
        { label: 'Shipping', value: money(freight, currency) },
        { label: 'Total', value: money(total, currency), strong: true },
      ],
      button: { label: 'View order', url: order.orderUrl },
    }),

    payment_failed: ({ orderNo, amount, currency, payUrl, payBy, timeZone }) => ({
      subject: `Payment for order ${orderNo} did not go through`,
      paragraphs: [
        `Your payment of ${money(amount, currency)} for order ${orderNo} was declined. No money has been taken.`,
        `Your items are kept for you until ${deadline(payBy, TAG, timeZone)}. You can try again or use another card.`,
      ],
      button: { label: 'Try again', url: payUrl },
    }),

    payment_reminder: ({ orderNo, amount, currency, payUrl, payBy, timeZone }) => ({
      subject: `Order ${orderNo} is waiting for your payment`,
      paragraphs: [
        `Order ${orderNo} over ${money(amount, currency)} has not been paid yet.`,
        `Your items are kept for you until ${deadline(payBy, TAG, timeZone)}.`,
      ],
      button: { label: 'Pay now', url: payUrl },
    }),

    order_expired: ({ orderNo, shopUrl }) => ({
      subject: `Order ${orderNo} has expired`,
      paragraphs: [
        `Order ${orderNo} was not paid in time and has been closed.`,
        'You owe nothing. A payment that still arrives will be refunded or will revive the order.',
      ],
      ...(shopUrl ? { button: { label: 'Order again', url: shopUrl } } : {}),
    }),

    order_cancelled: ({ orderNo, refund, currency, orderUrl }) => ({
      subject: `Order ${orderNo} is cancelled`,
      paragraphs: [
        `Order ${orderNo} has been cancelled.`,
        refund
          ? `We are refunding ${money(refund, currency)} to your original means of payment.`
          : 'You have not been charged.',
      ],
      button: { label: 'View order', url: orderUrl },
    }),

    shipped: ({ orderNo, lines, carrier, waybill, trackingUrl }) => ({
      subject: `A parcel of order ${orderNo} is on its way`,
      paragraphs: [`A parcel of order ${orderNo} has been handed to the carrier.`],
      rows: [
        ...lines.map(({ name, quantity }) => ({ label: name, value: `× ${quantity}` })),
        { label: 'Carrier', value: carrier },
        { label: 'Waybill', value: waybill },
      ],
      ...(trackingUrl !== undefined && { button: { label: 'Track parcel', url: trackingUrl } }),
    }),

    parcel_delivered: ({ orderNo, lines, orderUrl }) => ({
      subject: `A parcel of order ${orderNo} has been delivered`,
      paragraphs: [`A parcel of order ${orderNo} has been delivered. There is more to come.`],
      rows: lines.map(({ name, quantity }) => ({ label: name, value: `× ${quantity}` })),
      button: { label: 'View order', url: orderUrl },
    }),

    delivered: ({ orderNo, confirmUrl }) => ({
      subject: `Order ${orderNo} has been delivered`,
      paragraphs: [
        `Order ${orderNo} has been delivered.`,
        'Please confirm the receipt if all is well. If something is wrong, tell our support.',
      ],
      button: { label: 'Confirm receipt', url: confirmUrl },
    }),

    refunded: ({ orderNo, amount, currency, orderUrl }) => ({
      subject: `Refund for order ${orderNo}`,
      paragraphs: [
        `We have refunded ${money(amount, currency)} for order ${orderNo} to your original means of payment.`,
        'Depending on your bank it can take some days to appear.',
      ],
      button: { label: 'View order', url: orderUrl },
    }),

    purchase_request: (purchase) => ({
      subject: `Purchase request: ${purchase.missing} × ${purchase.name}`,
      paragraphs: [
        `${purchase.merchantName} asks you to deliver the goods below.`,
        'If you can’t, please answer this mail soon.',
      ],
      ...deliveryOf(purchase),
    }),

    purchase_reminder: (purchase) => ({
      subject: `Reminder: ${purchase.missing} × ${purchase.name} are due`,
      paragraphs: [`${purchase.merchantName} still waits for the goods below.`],
      ...deliveryOf(purchase),
    }),
  },
}

function deliveryOf(purchase: MailValues['purchase_request']) {
  const { sku, name, missing, warehouseName, expectedAt, timeZone, reference } = purchase
  return {
    rows: [
      { label: 'Product', value: `${name} (${sku})` },
      { label: 'Quantity', value: `${missing}`, strong: true },
      { label: 'Deliver to', value: warehouseName },
      { label: 'Expected by', value: day(expectedAt, TAG, timeZone) },
      { label: 'Reference', value: reference },
    ],
    footer: `You receive this mail because you supply ${purchase.merchantName}.`,
  }
}
