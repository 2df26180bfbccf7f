import type { Wording } from './problem.ts'

/** Of what comes before an order: merchants, catalogue, prices, stock, addresses. */
export const MALL_EN = {
  TABLE_MALFORMED: [
    'The table can’t be read',
    'Send CSV: cells separated by commas, as many in each row as in the header, quotes doubled within quotes.',
  ],
  TABLE_HEADER_INVALID: [
    'The table’s header is not valid',
    'Name each column once, sku among them; correct those listed in errors.',
  ],
  TABLE_TOO_LONG: ['The table has too many rows', 'Send at most 1,000 rows at once.'],
  UNKNOWN_PRODUCT: ['There is no such product', 'Check the SKU.'],
  CATEGORY_CIRCLE: ['The category would be below itself', 'Choose another parent.'],
  ATTRIBUTE_MISSING: ['The category asks for this attribute', 'Fill it in.'],
  ATTRIBUTE_UNKNOWN: [
    'The category has no such attribute',
    'Leave it out, or choose a category that has it.',
  ],
  ATTRIBUTE_INVALID: [
    'The attribute’s value is not valid',
    'Give a value of the type, or one of the choices, that the category names.',
  ],
  CURRENCY_DIFFERS: [
    'The merchant sells in another currency',
    'Give the merchant’s currency, or leave it out.',
  ],
  BUNDLE_NESTED: [
    'Bundles can’t hold bundles',
    'Name products that are no bundles, and make no bundle of a product that is part of one.',
  ],
  BUNDLE_STOCKED: [
    'The product has stock of its own',
    'A bundle has none. Count its stock down to zero, with nothing on order and no order waiting, or give the bundle a new SKU.',
  ],
  SKU_IS_BUNDLE: [
    'The SKU is a bundle’s',
    'A bundle lies on no shelf: name what it is made of, or give these goods a SKU of their own.',
  ],
  BUNDLE_UNSTOCKED: [
    'A bundle has no stock of its own',
    'Change the stock of what it is made of; the product says what that is.',
  ],
  UNKNOWN_MERCHANT: ['There is no such merchant', 'Check the merchant’s id.'],
  UNKNOWN_MEMBER: ['There is no such member', 'List the merchant’s members.'],
  UNKNOWN_STOCK: [
    'The warehouse doesn’t keep that SKU',
    'List the stock; PUT makes what is missing, of a merchant’s own SKU in its own warehouse, but not of a bundle.',
  ],
  UNKNOWN_PURCHASE: ['There is no such purchase request', 'List the purchase requests.'],
  UNKNOWN_SUPPLIER: ['There is no such supplier', 'Make it first, or check its id.'],
  UNKNOWN_WAREHOUSE: ['There is no such warehouse', 'List the warehouses.'],
  UNKNOWN_KEY: ['There is no such key', 'Read the warehouse for its keys.'],
  UNKNOWN_PROMOTION: ['There is no such promotion', 'List the promotions.'],
  UNKNOWN_COUPON: ['There is no such coupon', 'Check the coupon’s id.'],
  UNKNOWN_GIFT_CARD: ['There is no such gift card', 'Check its code.'],
  VALUE_HELD: [
    'An order holds some of it',
    'Try again once that order is paid, cancelled or expired.',
  ],
  MERCHANT_NOT_YOURS: ['The merchant is someone else', 'Leave the field out, or name your own.'],
  FUNDING_NOT_YOURS: [
    'That money is not yours to give',
    'Bear the whole cost, or ask the platform to share it.',
  ],
  UNKNOWN_CATEGORY: ['There is no such category', 'Choose one from /v1/categories.'],
  SHARE_INVALID: ['The share is not valid', 'Give whole basis points: 500 for 5 %, 10000 for all.'],
  THRESHOLD_TOO_LOW: [
    'The threshold doesn’t exceed what is taken off',
    'Raise the threshold, or take less off.',
  ],
  STEPS_NOT_ASCENDING: [
    'The steps don’t ascend',
    'Let each step ask for more and give more than the one before.',
  ],
  PAY_NOT_BELOW_BUY: ['Nothing would be free', 'Let fewer units be paid than are bought.'],
  FREIGHT_NOT_CLAWED: [
    'Free shipping is not clawed back',
    'Leave `onReturn` out, or give `frozen_share`.',
  ],
  WINDOW_EMPTY: ['The time ends before it begins', 'Give an end that is later than the start.'],
  KIND_FIXED: ['A promotion keeps its kind', 'End it, and make another one under a new id.'],
  CODE_INVALID: [
    'The code is not valid',
    'Give 4 to 40 letters, digits and dashes, letters or digits at both ends.',
  ],
  OUTSIDE_PROMOTION: [
    'The promotion doesn’t run at that time',
    'Give a time within the promotion’s own.',
  ],
  COUPON_UNKNOWN: ['The coupon is unknown', 'Check the code, or leave it out.'],
  COUPON_EXPIRED: [
    'The coupon is not valid at this time',
    'Leave it out; your coupons say when each can be used.',
  ],
  VERSION_STALE: [
    'Someone else was faster',
    'Read it again, and send your change with the version that is there now.',
  ],
  PROMOTION_ENDED: ['The promotion was ended', 'Make another one under a new id.'],
  NO_COUPONS: [
    'The promotion is not one of coupons',
    'Issue coupons of a promotion of the kind coupon.',
  ],
  CODE_TAKEN: ['The code is taken', 'Give another one, or leave it out for a new one.'],
  COUPON_TAKEN: [
    'An order holds the coupon, or has used it',
    'It is free again when that order is cancelled or expires.',
  ],
  ADDRESS_INCOMPLETE: ['The address is not complete', 'Fill in what `missing` lists.'],
  DIVISION_UNKNOWN: [
    'No place of that name is there, or several are',
    'Choose one of the suggestions.',
  ],
  DIVISION_MISMATCH: [
    'The place lies somewhere else',
    'Correct it, or what stands above it; the suggestions say where it is.',
  ],
  POSTCODE_INVALID: [
    'The postcode is not valid',
    'Give it in the country’s form, or leave it out.',
  ],
  PERMISSION_NOT_YOURS: [
    'Nobody grants more than they have',
    'Name permissions of your own only, or ask an owner.',
  ],
  TIME_ZONE_INVALID: ['The time zone is not known', 'Give its IANA name, such as Asia/Shanghai.'],
  DUPLICATE: ['That was said before', 'Say it once.'],
  NOT_FOR_SALE: ['The product isn’t for sale at the moment', 'Take it out of the cart.'],
  FEE_TOO_HIGH: [
    'The heaviest order would cost more than the largest amount',
    'Lower the step fee, or charge it for more grams.',
  ],
  NOT_DELIVERABLE: [
    'The merchant doesn’t deliver there',
    'Choose another address for it, or take it out of the cart.',
  ],
  DELIVERIES_DIFFER: [
    'The deliveries don’t sum to the line’s quantity',
    'Say for each unit where it goes, or leave `deliveries` out.',
  ],
  ID_TAKEN: ['The id is taken', 'Choose another one.'],
  LIMIT_REACHED: ['There are too many of these already', 'Remove one first, or ask support.'],
  WRONG_MERCHANT_STATUS: [
    'The merchant’s status doesn’t allow that',
    'Read the merchant and go on from there.',
  ],
  BELOW_ZERO: ['There are fewer units than that', 'Count the shelf and send what is there.'],
  PURCHASE_CLOSED: [
    'The purchase request is closed',
    'Adjust the stock instead, or wait for the next request.',
  ],
  LAST_OWNER: ['A merchant keeps one owner at least', 'Add another owner first.'],
  QUOTE_STALE: ['What was shown has changed or expired', 'Show the new `quote`, and order by it.'],
  ALREADY_PICKED: [
    'Some of these units are picked already',
    'Cancel those that aren’t, or the whole order; or send them back after delivery.',
  ],
  NOT_ACCEPTED: [
    'The order isn’t paid yet',
    'Cancel the whole order, and place one of what is wanted.',
  ],
  AWAITS_STOCK: [
    'Goods for this shipment are still to come',
    'Wait until its `fulfillment.stocked` stands in the timeline.',
  ],
  FACETS_BUSY: ['Too many lists are being counted', 'Ask again in a moment, or without facets.'],
  STOCK_BUSY: [
    'Too many are buying this at once',
    'Try again in a moment under the same Idempotency-Key.',
  ],
} as const satisfies Partial<Wording>
