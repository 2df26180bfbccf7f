import type { OrderStatus } from '../domain/status.ts'
import type { ScanCode } from '../domain/tracking.ts'
import { happenedEn } from './happened.en.ts'
import { payingEn } from './paying-words.ts'
import { refusedEn } from './refusal.ts'
import type { Next, NextFacts, Wording } from './wording.ts'

function ships({ by, late }: NextFacts): string {
  if (late) return 'It is later than promised. We are on it.'
  return by === undefined ? 'It leaves the warehouse soon.' : `It leaves the warehouse by ${by}.`
}

function untilThen({ by, readmits }: NextFacts): string {
  if (by === undefined) return ''
  return readmits
    ? ` A payment that still arrives by ${by} revives it if your items can still be had; otherwise the money goes back to you.`
    : ` A payment that still arrives by ${by} goes back to you by itself.`
}

const money = ({ refunded }: NextFacts) =>
  refunded === undefined ? 'You owe nothing.' : `${refunded} was paid back to you.`

/** How the story of an order ended, or stands. */
function ending(facts: NextFacts): Next {
  const { status, asked, by } = facts
  const closed: Partial<Record<OrderStatus, string>> = {
    cancelled: 'This order was cancelled',
    expired: 'This order expired unpaid',
    refused: 'This order was refused at the door',
    closed: 'This order ended without a delivery',
  }
  const title = closed[status]
  if (title !== undefined) {
    return { title, text: money(facts) + (status === 'expired' ? untilThen(facts) : '') }
  }
  if (asked) {
    const text = 'Our customer service looks into it and gets back to you.'
    return { title: 'We have received your request', text }
  }
  const text = by === undefined ? 'Thank you.' : `Returns and complaints are taken until ${by}.`
  return { title: 'All done. Enjoy!', text }
}

export const wordingEn: Wording = {
  tag: 'en-GB',
  other: { locale: 'zh', name: '中文' },
  labels: {
    order: 'Order',
    skip: 'Skip to the order',
    progress: 'Progress',
    also: 'At the same time:',
    items: 'Items',
    goods: 'Goods',
    shipping: 'Shipping',
    cashFee: 'Paying at the door',
    reversed: 'Taken off',
    total: 'Total',
    paid: 'Paid',
    refunded: 'Refunded',
    takenBack: 'Taken back by your bank',
    payments: 'Payments',
    invoices: 'Invoices',
    deliveries: 'Deliveries',
    waybill: 'Waybill',
    newTab: '(opens in a new tab)',
    timeline: 'What happened',
    cancelQuestion: 'Cancel this order?',
    testPayment: 'Development: pays at the stand-in platform. No money moves.',
    orderTime: 'Order time (development)',
    toDeadline: 'To the next deadline',
    plusDay: '+1 day',
    plusWeek: '+7 days',
    live: 'Live',
    reconnecting: 'Reconnecting…',
    unanswered:
      'We could not answer just now. Look whether it shows below; if not, please try again in a moment.',
  },
  stages: {
    placed: 'Ordered',
    paid: 'Paid',
    agreed: 'Confirmed',
    packed: 'Packed',
    shipped: 'On its way',
    delivered: 'Delivered',
    completed: 'Completed',
  },
  ended: 'Ended',
  next: {
    person: ({ payBy }) => ({
      title: 'We are looking into your order',
      text:
        payBy === undefined
          ? 'It needs a decision by one of our people. You don’t have to do anything.'
          : `It needs a decision by one of our people. Meanwhile it can be paid until ${payBy}.`,
    }),
    payment: ({ by, due }) =>
      by === undefined
        ? { title: 'The time to pay is over', text: 'The order is about to expire.' }
        : {
            title: `Please pay by ${by}`,
            text: `${due} is open. We keep your items until then; after that the order expires by itself.`,
          },
    platform_close: () => ({
      title: 'We are closing the open payment',
      text: 'So that nothing can be charged any more. This takes a moment.',
    }),
    dispute: () => ({
      title: 'Your bank is looking into the payment',
      text: 'Until it has decided, nothing more is sent.',
    }),
    stock: () => ({
      title: 'Your payment arrived late',
      text: 'We are checking whether your items can still be had. If not, the money goes back to you.',
    }),
    refund: ({ refunding }) => ({
      title: `${refunding} is on its way back to you`,
      text: 'It goes to the means of payment you used, and can take some days to appear there.',
    }),
    label_void: ({ hasLeft }) => ({
      title: 'We are calling off the carrier',
      text: hasLeft
        ? 'For a parcel that has not left the warehouse.'
        : 'Nothing has left the warehouse.',
    }),
    restock: () => ({
      title: 'Some of your items are being restocked',
      text: 'They are reserved for you as they come in. What is complete is packed meanwhile.',
    }),
    claim: (facts) => ({ title: 'The warehouse has your order', text: ships(facts) }),
    pick: (facts) => ({ title: 'Your items are being picked', text: ships(facts) }),
    check: (facts) => ({ title: 'Your items are being checked', text: ships(facts) }),
    pack: (facts) => ({ title: 'Your items are being packed', text: ships(facts) }),
    booking: (facts) => ({ title: 'Packed. A carrier is being booked', text: ships(facts) }),
    carrier_pickup: (facts) => ({
      title: 'Packed and waiting for the carrier',
      text: ships(facts),
    }),
    delivery: ({ position, parcels, cash }) => ({
      title: `${PARCELS[parcels]} ${DELIVERY[position ?? 'in_transit'] ?? 'on the way'}`,
      text:
        cash === undefined
          ? 'The carrier’s scans below show where it is.'
          : `Please have ${cash} ready for the courier.`,
    }),
    return: ({ atTheDoor }) => ({
      title: 'A parcel is on its way back to us',
      text: atTheDoor
        ? 'You owe nothing for it.'
        : 'What you paid for it is refunded when it has arrived.',
    }),
    receipt: ({ by }) => ({
      title: 'Delivered. Has everything arrived well?',
      text:
        by === undefined
          ? 'Please confirm the receipt.'
          : `Please confirm the receipt. If we hear nothing, the order completes by itself at ${by}.`,
    }),
    after_sales: ending,
    late_reports: ending,
    nothing: ending,
  },
  happened: happenedEn,
  consequence: {
    remind: 'we remind you of the payment',
    expire: 'the order expires',
    complete: 'the order completes',
    archive: 'the order is put away',
  },
  fulfillment: {
    pending_processing: 'To be processed',
    picking: 'Being picked',
    checking: 'Being checked',
    awaiting_shipment: 'Packed',
    awaiting_delivery: 'Awaiting the carrier',
    in_delivery: 'On its way',
    delivered: 'Delivered',
    refused: 'Refused',
    cancelled: 'Cancelled',
    closed: 'Not delivered',
  },
  parcel: {
    packed: 'Packed',
    booked: 'Awaiting the carrier',
    handed_over: 'On its way',
    delivered: 'Delivered',
    refused: 'Refused, on its way back',
    returned: 'Came back to us',
    lost: 'Missing: we are looking into it',
    written_off: 'Lost',
    voided: 'Called off',
  },
  scan: {
    label_created: 'Announced to the carrier',
    awaiting_pickup: 'Awaiting pick-up',
    picked_up: 'Picked up by the carrier',
    in_transit: 'In transit',
    customs: 'At customs',
    arrived_city: 'Arrived in your city',
    out_for_delivery: 'Out for delivery',
    attempt_failed: 'Nobody was reached; another try follows',
    available_for_pickup: 'Ready for you to pick up',
    exception: 'Held up on its way',
    refused: 'Refused at the door',
    returning: 'On its way back',
    lost: 'Missing',
    returned: 'Back at the warehouse',
    delivered: 'Delivered',
    cancelled: 'Called off',
  },
  tender: {
    created: 'Not paid yet',
    action_required: 'Not paid yet',
    authorized: 'Set aside',
    failed: 'Declined',
    closing: 'Being closed',
    voided: 'Closed, not charged',
    captured: 'Paid',
    mismatched: 'Being looked into',
    due: 'Due at the door',
    collected: 'Paid at the door',
    waived: 'Nothing due any more',
  },
  method: {
    ...{ card: 'Card', alipay: 'Alipay', wechatpay: 'WeChat Pay', cod: 'Cash on delivery' },
    ...{ wallet: 'Wallet', gift_card: 'Gift card', points: 'Points', boleto: 'Boleto' },
  },
  adjustment: {
    financing_interest: 'Instalment interest',
    rounding: 'Rounding',
    surcharge: 'Surcharge',
    discount: 'Discount',
  },
  invoice: { blue: 'Issued', red: 'Credit', underWay: 'On its way' },
  refund: {
    requested: 'On its way',
    succeeded: 'Paid out',
    failed: 'Being looked into',
    manual: 'Paid out by hand',
    withdrawn: 'Called off: your bank has paid you itself',
  },
  refundTo: (way) => `Refund ${way}`,
  action: {
    ...{ pay: 'Continue to payment', 'pay-test': 'Pay (test)', 'pay-otherwise': 'Pay otherwise' },
    ...{ 'confirm-receipt': 'Confirm receipt', cancel: 'Cancel order' },
  },
  pay: payingEn,
  parcelNo: (index, of) => (of === 1 ? 'Parcel' : `Parcel ${index} of ${of}`),
  placedOn: (when) => `placed at ${when}`,
  arrives: (earliest, latest) =>
    earliest === latest ? `Expected on ${latest}` : `Expected from ${earliest} to ${latest}`,
  cancelled: (count) => `${count} cancelled`,
  earlier: (count) => `${count} earlier`,
  zone: (zone) => `All times: ${zone}`,
  wrongLink: {
    title: 'This link doesn’t open an order',
    text: 'It may have expired, or a part of it got lost. Please open the link in your latest mail about the order.',
  },
  away: {
    title: 'This page can’t be shown right now',
    text: 'Your order is safe. Please try again in a moment.',
  },
  unreadable: {
    title: 'We could not read that',
    text: 'Please open your order again and use the buttons there.',
  },
  broken: {
    title: 'Something went wrong here',
    text: 'Your order is safe. If this stays so, please tell our customer service.',
  },
  taken: 'We have your request; it shows here in a moment.',
  refused: refusedEn,
}

const PARCELS = { one: 'Your parcel is', all: 'Your parcels are', some: 'A parcel is' }

const DELIVERY: Partial<Record<ScanCode, string>> = {
  arrived_city: 'in your city',
  out_for_delivery: 'out for delivery',
  attempt_failed: 'to be brought again: nobody was reached',
  available_for_pickup: 'ready for you to pick up',
  customs: 'at customs',
  exception: 'held up on the way',
}
