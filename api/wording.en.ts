import type { Wording } from './problem.ts'
import { FINANCE_EN } from './wording.finance.en.ts'
import { SETTLEMENT_EN } from './wording.settlement.en.ts'
import { MALL_EN } from './wording.mall.en.ts'

export const EN: Wording = {
  ...MALL_EN,
  ...FINANCE_EN,
  ...SETTLEMENT_EN,
  JSON_MALFORMED: ['The body is not JSON', 'Send one well-formed JSON document.'],
  BODY_TOO_DEEP: ['The body is nested too deeply', 'Send at most 16 levels.'],
  LIST_TOO_LONG: ['A list is too long', 'Send at most 200 items per list.'],
  TEXT_INVALID: ['A text holds impossible characters', 'Send Unicode text without NUL characters.'],
  QUERY_INVALID: ['The query is not valid', 'Correct the parameters listed in errors.'],
  IDEMPOTENCY_KEY_MISSING: [
    'The Idempotency-Key is missing',
    'Send a header Idempotency-Key with a value that is new for each new intent, such as a UUID.',
  ],
  IDEMPOTENCY_KEY_INVALID: [
    'The Idempotency-Key is not valid',
    'Send 1 to 255 visible ASCII characters.',
  ],
  LAST_EVENT_ID_INVALID: [
    'The timeline can’t go on from there',
    'Send the id of the last event you have had, or leave Last-Event-ID and after out.',
  ],
  SIGNATURE_INVALID: ['The signature does not fit', 'Sign the raw body with the shared secret.'],
  TIMESTAMP_STALE: ['The signature is too old', 'Sign again with the current time.'],
  BODY_INVALID: ['The report can’t be read', 'Send the body as the provider documents it.'],
  BODY_TOO_LARGE: [
    'The body is too large',
    'Send at most 64 kB; webhooks may have 256 kB, tables 1 MB.',
  ],
  CONTENT_TYPE_UNSUPPORTED: [
    'The content type is not supported',
    'Send application/json, or text/csv for a table.',
  ],
  CREDENTIALS_MISSING: [
    'Credentials are missing',
    'Send Authorization: Bearer with an API key, or use the link to the order.',
  ],
  CREDENTIALS_INVALID: [
    'The credentials are not valid',
    'Use a current API key, or the newest link to the order.',
  ],
  FORBIDDEN: ['This key may not do that', 'Use a key whose role allows it.'],
  SELF_APPROVAL: ['Nobody approves what they proposed', 'Ask someone else of finance to decide.'],
  NOT_FOUND: ['There is nothing here', 'Look the address up in /openapi.json.'],
  METHOD_NOT_ALLOWED: ['The method does not fit', 'Use a method named in the Allow header.'],
  UNKNOWN_ORDER: ['There is no such order', 'Check the order’s id.'],
  UNKNOWN_FULFILLMENT: ['There is no such fulfillment', 'Read the order for its fulfillments.'],
  UNKNOWN_PARCEL: ['There is no such parcel', 'Read the order for its parcels.'],
  UNKNOWN_INVOICE: ['There is no such invoice', 'List the order’s invoices.'],
  NOTHING_TO_INVOICE: [
    'There is nothing to invoice',
    'Only what is charged here is invoiced; the shop that sold it invoices what was brought in.',
  ],
  ALREADY_INVOICED: [
    'Its invoices are being issued, or are issued',
    'List the order’s invoices; finance can have others issued.',
  ],
  INVOICE_NOT_ISSUED: ['The invoice is not issued yet', 'Look again in a while.'],
  TAX_NUMBER_INVALID: [
    'The tax number can’t exist',
    'Copy it from the business licence: 18 characters of which the last one proves the others.',
  ],
  UNKNOWN_TASK: ['There is no such open task', 'List the open tasks.'],
  UNKNOWN_TENDER: ['There is no such payment', 'Read the order for its payments.'],
  UNKNOWN_COMMAND: [
    'The command never arrived',
    'Send it again with the same Idempotency-Key and body.',
  ],
  UNKNOWN_PLATFORM: ['The shop has no contract with that platform', 'Check the address.'],
  UNKNOWN_CARRIER: ['There is no such carrier', 'Check the carrier’s code.'],
  INPUT_INVALID: ['The request is not valid', 'Correct the fields listed in errors.'],
  REQUIRED: ['The field is missing', 'Fill it in.'],
  UNKNOWN_FIELD: ['The field is unknown', 'Leave it out, or call it by a known name.'],
  VALUE_INVALID: ['The value is not valid', 'Give a value of the documented form.'],
  QUANTITY_INVALID: ['The quantity is not valid', 'Give a whole number from 1 to 999.'],
  AMOUNT_INVALID: ['The amount is not valid', 'Give a whole number of minor units.'],
  PHONE_INVALID: [
    'The phone number is not valid',
    'Give a mobile or landline number of the address’s country, any other with + and its country code.',
  ],
  EMAIL_INVALID: ['The mail address is not valid', 'Give an address like name@example.com.'],
  COUNTRY_INVALID: ['The country is not valid', 'Give its two letters by ISO 3166, such as CN.'],
  CURRENCY_INVALID: ['The currency is not valid', 'Give its three letters by ISO 4217.'],
  UNKNOWN_ADDRESS: ['There is no such address', 'Give the index of an item of addresses.'],
  CUSTOMER_NOT_YOURS: ['The customer is someone else', 'Leave the field out.'],
  UNKNOWN_SKU: ['The product is unknown', 'Choose one from /v1/products.'],
  CURRENCY_MISMATCH: [
    'The product is sold in another currency',
    'Order it separately in its own currency.',
  ],
  AMOUNT_TOO_LARGE: ['The order’s amount is too large', 'Split it into several orders.'],
  TOO_MANY_FULFILLMENTS: [
    'The order takes too many shipments',
    'Split it into several orders of fewer merchants or addresses.',
  ],
  TENDERS_DIFFER: [
    'The payments don’t sum to the charges',
    'Make the parts sum to the price, or leave out the amount of one; an adjustment names what is charged beside goods and freight.',
  ],
  PAYMENT_CHANGED: [
    'Another choice has taken this one’s place',
    'Look at the order’s payment, and choose again.',
  ],
  METHOD_NOT_OFFERED: ['That means of payment isn’t offered', 'Choose another one.'],
  GIFT_CARD_UNKNOWN: ['There is no such gift card, or it is over', 'Check its code and currency.'],
  INSUFFICIENT_BALANCE: [
    'There isn’t enough on that account',
    'Take a smaller part from it and pay the rest by another means.',
  ],
  COD_TOO_MUCH: ['That is too much to be paid at the door', 'Pay it, or a part, in advance.'],
  COD_NOT_THERE: ['Nobody collects money there', 'Pay in advance.'],
  COD_REFUSED_BEFORE: [
    'Orders to be paid at the door were refused before',
    'Pay this one in advance.',
  ],
  TENDER_NOT_RECORDED: [
    'That payment isn’t the sender’s to report',
    'Report only payments that came with the order; our own platform tells of the others.',
  ],
  AMOUNT_DIFFERS: [
    'The amount is not the payment’s',
    'Report the amount and currency that the payment was brought in with.',
  ],
  BOOKING_MISSING: [
    'The parcel’s booking is missing',
    'Name the carrier and waybill: an order that was brought in travels with its own shop’s carriers.',
  ],
  CARRIER_OURS: [
    'That carrier is booked by us',
    'Name the other shop’s own contract, such as the carrier’s code with the shop’s name.',
  ],
  ALREADY_BROUGHT_IN: [
    'The order has been brought in before',
    'Give its own reference; a repeat needs the first one’s Idempotency-Key.',
  ],
  NOT_BROUGHT_IN: [
    'The order is not another shop’s',
    'Report only on orders that were brought in; platforms and carriers tell of the others.',
  ],
  IDEMPOTENCY_KEY_REUSED: [
    'The Idempotency-Key was used for something else',
    'Send the first request again unchanged, or use a new key.',
  ],
  UNKNOWN_LINE: [
    'The order has no such line, or fewer units of it',
    'Read the order for its lines.',
  ],
  PACKED_UNITS_DIFFER: [
    'The parcels hold other units than the fulfillment',
    'Pack exactly the units of the fulfillment.',
  ],
  ACTION_NOT_OFFERED: ['The task doesn’t offer that action', 'Choose one of the task’s actions.'],
  MALFORMED: ['The order can’t read the command', 'Send it as documented.'],
  PAYLOAD_UNREADABLE: ['A payload can’t be decoded', 'Check which key it was sealed with.'],
  OUT_OF_STOCK: ['Not enough in stock', 'Order at most the available units, or something else.'],
  PAID_ELSEWHERE: [
    'This order isn’t paid here',
    'It was brought in from another shop, which takes its money.',
  ],
  ALREADY_PAID: ['The order is paid or accepted already', 'There is nothing more to pay.'],
  ORDER_CLOSED: ['The order is closed', 'Place a new order.'],
  ORDER_ARCHIVED: ['The order is put away', 'Ask support about it.'],
  ORDER_ON_HOLD: [
    'The order is on hold: its payment is disputed',
    'Wait for the bank’s decision, or answer the order’s task.',
  ],
  AMOUNT_TOO_HIGH: [
    'That is more than can still be paid back',
    'Choose an amount up to the one that is available.',
  ],
  ALREADY_SHIPPED: [
    'A parcel has left the warehouse',
    'Refuse it at the door, or ask for a return after delivery.',
  ],
  WRONG_STATE: [
    'That doesn’t follow from the present state',
    'Read the order and go on from there.',
  ],
  NOT_DELIVERED: ['The order has not arrived in full', 'Wait until every parcel was delivered.'],
  TOO_MANY: ['There have been too many of these', 'Ask support about the order.'],
  REPEATED: ['That was done already', 'Read the order.'],
  NO_CHANGE: ['That would change nothing', 'Read the order.'],
  REFUSED: ['The order refuses', 'Read the order and go on from there.'],
  CLOCK_AHEAD: ['It is later than that for the order', 'Read `now` in the order.'],
  TOO_FAR_AHEAD: ['That is more than a year ahead', 'Choose a nearer time.'],
  ACTIVITY_RETRYING: [
    'Something of the order is being tried again; a jump would use up its attempts',
    'Wait until it succeeds or becomes a task, or mend what makes it fail.',
  ],
  ORDER_BUSY: ['The order is busy, or no worker serves it', 'Try again in a moment.'],
  CLOCK_FIXED: [
    'This Temporal server can’t move clocks',
    'Use the development server that npm start brings.',
  ],
  WINDOW_CLOSED: ['The time for that has run out', 'Place a new order, or ask support.'],
  INTERNAL: ['Something went wrong on our side', 'Tell support the traceId.'],
  PLATFORM_AWAY: [
    'The payment platform is away',
    'Try again in a minute with a new Idempotency-Key, or choose another method.',
  ],
  ORDER_STARTING: ['The order is still being set up', 'Try again in a moment.'],
  UNKNOWN_WAYBILL: [
    'No parcel of ours has that waybill yet',
    'Send the notice again; the booking may not have come through.',
  ],
  ENGINE_AWAY: [
    'The order can’t be reached right now',
    'Send it again with the same Idempotency-Key.',
  ],
  WORKER_AWAY: ['Nobody answers for the order right now', 'Read the order itself, or try again.'],
  DATABASE_AWAY: ['The database is away', 'Try again in a moment with the same Idempotency-Key.'],
  TOO_MANY_LISTENERS: [
    'No further stream can be opened here',
    'Read the timeline instead, and open the stream again later.',
  ],
}
