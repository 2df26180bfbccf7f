import { amountEn as money, day, deadline } from './format.ts'
import { BACK_TO, isAtOnce, PAID_BY } from '../../domain/means.ts'
import type { MailValues, Part, PartBack, Wording } from './template.ts'

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
        ...(order.paid.length > 0 ? ['Your payment has been received.'] : []),
        ...(order.cash === undefined
          ? []
          : [`Please have ${money(order.cash, currency)} ready for the courier.`]),
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
        ...order.paid.map(({ method, amount }) => ({
          label: `Paid ${PAID_BY[method].en}`,
          value: money(amount, currency),
        })),
      ],
      button: { label: 'View order', url: order.orderUrl },
    }),

    payment_failed: ({ orderNo, failed, isShort, isReleased, ...asked }) => ({
      subject: `Payment for order ${orderNo} did not go through`,
      paragraphs: [
        isShort
          ? `${partOf(failed, asked.currency)} could not be taken for order ${orderNo}: there is not enough on it. Nothing was taken.`
          : `Your payment of ${partOf(failed, asked.currency)} for order ${orderNo} was declined. Nothing was taken for it.`,
        ...receivedOf(asked),
        ...(isReleased ? ['What was set aside for the other parts is yours to use again.'] : []),
        `${money(asked.open, asked.currency)} can be paid until ${deadline(asked.payBy, TAG, asked.timeZone)}, the same way or another one. Your items are kept for you until then.`,
      ],
      button: { label: 'Pay', url: asked.payUrl },
    }),

    payment_reminder: ({ orderNo, ...asked }) => ({
      subject: `Order ${orderNo} is waiting for your payment`,
      paragraphs: [
        `${money(asked.open, asked.currency)} of order ${orderNo} ${asked.received.length > 0 ? 'are still to be paid' : 'have not been paid yet'}.`,
        ...receivedOf(asked),
        `Your items are kept for you until ${deadline(asked.payBy, TAG, asked.timeZone)}.`,
      ],
      button: { label: 'Pay now', url: asked.payUrl },
    }),

    order_expired: ({ orderNo, shopUrl }) => ({
      subject: `Order ${orderNo} has expired`,
      paragraphs: [
        `Order ${orderNo} was not paid in time and has been closed.`,
        'You owe nothing. A payment that still arrives will be refunded or will revive the order.',
      ],
      ...(shopUrl ? { button: { label: 'Order again', url: shopUrl } } : {}),
    }),

    order_cancelled: ({ orderNo, orderUrl, ...order }) => ({
      subject: `Order ${orderNo} is cancelled`,
      paragraphs: [`Order ${orderNo} has been cancelled.`, ...moneyOf(order)],
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

    refunded: ({ orderNo, refunds, underWay, currency, orderUrl }) => ({
      subject: `Refund for order ${orderNo}`,
      paragraphs: [
        `We have refunded ${backOf(refunds, currency)} for order ${orderNo}.`,
        ...(refunds.some(isAtOnce) ? [`What went ${namesOf(refunds)} can be used at once.`] : []),
        ...(refunds.every(isAtOnce) ? [] : ['What a bank passes on can take some days to appear.']),
        ...(underWay > 0 ? [`${money(underWay, currency)} more are still on their way.`] : []),
      ],
      button: { label: 'View order', url: orderUrl },
    }),

    payment_disputed: ({ orderNo, payment, currency, orderUrl }) => ({
      subject: `Your bank asks for a payment of order ${orderNo} back`,
      paragraphs: [
        `Your bank has asked us to give back your payment of ${partOf(payment, currency)} for order ${orderNo}. It holds that money until it has decided.`,
        'Until then nothing of the order is shipped, and we refund nothing of that payment.',
        'If you did not want this, please tell your bank.',
      ],
      button: { label: 'View order', url: orderUrl },
    }),

    dispute_ended: ({ orderNo, payment, isWon, currency, orderUrl }) => ({
      subject: isWon
        ? `Your payment of order ${orderNo} stands`
        : `Your bank has paid you back for order ${orderNo}`,
      paragraphs: [
        isWon
          ? `Your bank has decided that your payment of ${partOf(payment, currency)} for order ${orderNo} stands.`
          : `Your bank has decided to give you ${money(payment.amount, currency)} of order ${orderNo} back. It pays you; we don’t refund that money once more.`,
      ],
      button: { label: 'View order', url: orderUrl },
    }),

    invoice_issued: ({ orderNo, kind, number, issuer, amount, currency, orderUrl }) => ({
      subject: `${kind === 'blue' ? 'Invoice' : 'Credit invoice'} for order ${orderNo}`,
      paragraphs: [
        kind === 'blue'
          ? `The invoice of ${issuer ?? 'the shop'} for order ${orderNo} has been issued.`
          : `A credit invoice (red invoice) of ${issuer ?? 'the shop'} takes back a part of what was invoiced for order ${orderNo}.`,
        'You find it on the page of your order.',
      ],
      rows: [
        { label: 'Number', value: number },
        { label: 'Amount with tax', value: money(amount, currency), strong: true },
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

const partOf = ({ method, amount }: Part, currency: string) =>
  `${money(amount, currency)} ${PAID_BY[method].en}`

const listed = (parts: readonly string[]) => new Intl.ListFormat(TAG).format(parts)

const backOf = (refunds: readonly PartBack[], currency: string) =>
  listed(refunds.map(({ way, amount }) => `${money(amount, currency)} ${BACK_TO[way].en}`))

const namesOf = (refunds: readonly PartBack[]) =>
  listed(refunds.filter(isAtOnce).map(({ way }) => BACK_TO[way].en))

function receivedOf({ received, currency }: { received: readonly Part[]; currency: string }) {
  if (received.length === 0) return []
  const parts = listed(received.map((part) => partOf(part, currency)))
  return [`${parts} has been received and stays for the order.`]
}

/** What becomes of the money of an order that is cancelled. */
function moneyOf({ paid, refunds, bank, currency }: Omit<Cancelled, 'orderNo' | 'orderUrl'>) {
  if (paid === 0) return ['You have not been charged.']
  const told = [
    ...(refunds.length > 0 ? [`We are refunding ${backOf(refunds, currency)}.`] : []),
    ...(bank === undefined ? [] : [takenBack(bank, currency)]),
  ]
  return told.length > 0 ? told : ['What you paid has been refunded before.']
}

const takenBack = ({ amount, isDecided }: NonNullable<Cancelled['bank']>, currency: string) =>
  isDecided
    ? `Your bank has given you ${money(amount, currency)} of your payment back.`
    : `Your bank is looking into ${money(amount, currency)} of your payment and holds that money until it has decided.`

type Cancelled = MailValues['order_cancelled']

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
