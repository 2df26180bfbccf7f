import type { Operation } from './policy.ts'
import type { ProblemCode } from './problem.ts'

/*
 * Which problems each operation can answer with. The description is made of this table, the typed client knows it, and
 * the tests of the API refuse any other code.
 */

const SERVED = ['DATABASE_AWAY', 'INTERNAL'] as const
const GUARDED = ['CREDENTIALS_MISSING', 'CREDENTIALS_INVALID', 'FORBIDDEN', ...SERVED] as const
const PAGED = ['QUERY_INVALID'] as const
const JSON_BODY = [
  ...['JSON_MALFORMED', 'BODY_TOO_DEEP', 'LIST_TOO_LONG', 'TEXT_INVALID'],
  ...['BODY_TOO_LARGE', 'CONTENT_TYPE_UNSUPPORTED', 'INPUT_INVALID'],
] as const
const IDEMPOTENT = [
  'IDEMPOTENCY_KEY_MISSING',
  'IDEMPOTENCY_KEY_INVALID',
  'IDEMPOTENCY_KEY_REUSED',
] as const
const ASKED = [...GUARDED, ...JSON_BODY, ...IDEMPOTENT] as const
/** Of lines, and of the whole answer where nothing else is wrong. */
const CART = [
  ...['AMOUNT_TOO_LARGE', 'TOO_MANY_FULFILLMENTS'],
  ...['UNKNOWN_SKU', 'NOT_FOR_SALE', 'CURRENCY_MISMATCH', 'OUT_OF_STOCK', 'NOT_DELIVERABLE'],
  ...['COUPON_UNKNOWN', 'COUPON_EXPIRED', 'COUPON_TAKEN'],
] as const
const TABLE = [
  ...['TEXT_INVALID', 'BODY_TOO_LARGE', 'CONTENT_TYPE_UNSUPPORTED'],
  ...['TABLE_MALFORMED', 'TABLE_HEADER_INVALID', 'TABLE_TOO_LONG'],
] as const
/** Of a product's facts. */
const PRODUCT = [
  ...['ID_TAKEN', 'VERSION_STALE', 'MERCHANT_NOT_YOURS', 'UNKNOWN_MERCHANT', 'UNKNOWN_CATEGORY'],
  ...['CURRENCY_DIFFERS', 'UNKNOWN_SKU', 'BUNDLE_NESTED', 'BUNDLE_STOCKED'],
  ...['ATTRIBUTE_MISSING', 'ATTRIBUTE_UNKNOWN', 'ATTRIBUTE_INVALID'],
] as const
/** Of an order that was priced elsewhere. */
const TOLD = ['AMOUNT_TOO_LARGE', 'TOO_MANY_FULFILLMENTS', 'CURRENCY_DIFFERS'] as const
const BRINGING_IN = ['TENDERS_DIFFER', 'ALREADY_BROUGHT_IN'] as const
/** Of single reports. */
const REPORTING = [
  ...['TENDER_NOT_RECORDED', 'AMOUNT_DIFFERS', 'BOOKING_MISSING', 'CARRIER_OURS'],
] as const
const OF_ORDER = [...GUARDED, 'UNKNOWN_ORDER'] as const
const HEARD = ['ORDER_ARCHIVED', 'ORDER_STARTING'] as const
/** `MALFORMED` and `REFUSED` come only from a worker of another version. */
const COMMAND = [
  ...ASKED,
  ...HEARD,
  ...['UNKNOWN_ORDER', 'ENGINE_AWAY', 'MALFORMED', 'REFUSED'],
] as const
/** Of what a customer wants to pay with. */
const MEANS = [
  ...['TENDERS_DIFFER', 'METHOD_NOT_OFFERED', 'GIFT_CARD_UNKNOWN', 'INSUFFICIENT_BALANCE'],
  ...['COD_TOO_MUCH', 'COD_NOT_THERE', 'COD_REFUSED_BEFORE'],
] as const
const PAYING = [
  'ORDER_CLOSED',
  'ALREADY_PAID',
  'WINDOW_CLOSED',
  'PAID_ELSEWHERE',
  'TOO_MANY',
  'PLATFORM_AWAY',
  'PAYMENT_CHANGED',
  ...MEANS,
] as const
const CANCELLING = ['ORDER_CLOSED', 'ALREADY_SHIPPED'] as const
/** Of a part of an order. */
const CANCELLING_UNITS = ['NOT_ACCEPTED', 'UNKNOWN_LINE', 'ALREADY_PICKED', 'TOO_MANY'] as const
const RECEIVING = ['ORDER_CLOSED', 'NOT_DELIVERED'] as const
const STEPPING = [
  ...['UNKNOWN_FULFILLMENT', 'ORDER_CLOSED', 'ORDER_ON_HOLD', 'WRONG_STATE', 'AWAITS_STOCK'],
] as const
const PACKING = [...STEPPING, ...['PACKED_UNITS_DIFFER', 'BOOKING_MISSING', 'TOO_MANY']] as const
const LEAVING = ['UNKNOWN_PARCEL', 'ORDER_CLOSED', 'ORDER_ON_HOLD', 'WRONG_STATE'] as const
const GRANTING = ['NOT_ACCEPTED', 'AMOUNT_TOO_HIGH', 'TOO_MANY'] as const
const RESOLVING = [
  ...['UNKNOWN_TASK', 'ACTION_NOT_OFFERED', 'WRONG_STATE', ...CANCELLING],
  ...['SELF_APPROVAL', 'AMOUNT_TOO_HIGH', 'ORDER_ON_HOLD'],
] as const
const WEBHOOK = [
  ...SERVED,
  ...['SIGNATURE_INVALID', 'TIMESTAMP_STALE', 'BODY_INVALID'],
  ...['BODY_TOO_LARGE', 'TEXT_INVALID'],
] as const

const OF_PROMOTION = [...GUARDED, 'UNKNOWN_PROMOTION'] as const
const OF_MERCHANT = [...GUARDED, 'UNKNOWN_MERCHANT'] as const
const DECIDING = [...ASKED, 'UNKNOWN_MERCHANT', 'WRONG_MERCHANT_STATUS'] as const
const OF_MEMBER = [...ASKED, 'UNKNOWN_MERCHANT', 'UNKNOWN_MEMBER'] as const
const OF_PURCHASE = [...GUARDED, 'UNKNOWN_PURCHASE'] as const
const OF_SETTLEMENT = [...GUARDED, 'UNKNOWN_SETTLEMENT'] as const
const OF_PAYOUT = [...ASKED, 'UNKNOWN_PAYOUT', 'PAYOUT_DECIDED'] as const
const OF_WAREHOUSE = [...GUARDED, 'UNKNOWN_WAREHOUSE'] as const

/** Of an order's clock that can't be moved, or no further. */
const MOVING = [
  'ACTIVITY_RETRYING',
  'ORDER_BUSY',
  'CLOCK_FIXED',
  'CLOCK_AHEAD',
  'TOO_FAR_AHEAD',
] as const

export const CODES = {
  readHealth: [],
  readReadiness: SERVED,
  readStateMachines: [],
  listDivisions: PAGED,
  checkAddress: [...GUARDED, ...JSON_BODY],
  listProducts: [...PAGED, ...SERVED, 'FACETS_BUSY'],
  readProduct: ['UNKNOWN_PRODUCT', ...SERVED],
  listCategories: SERVED,
  putCategory: [...GUARDED, ...JSON_BODY, 'UNKNOWN_CATEGORY', 'CATEGORY_CIRCLE', 'DUPLICATE'],
  putProduct: [...GUARDED, ...JSON_BODY, ...PRODUCT],
  importProducts: [...GUARDED, ...PAGED, ...TABLE],
  listOwnProducts: [...GUARDED, ...PAGED],
  readOwnProduct: [...GUARDED, 'UNKNOWN_PRODUCT'],
  listQuality: [...GUARDED, ...PAGED],
  quote: [...GUARDED, ...JSON_BODY, ...CART],
  placeOrder: [...ASKED, ...CART, ...MEANS, 'TAX_NUMBER_INVALID', 'QUOTE_STALE', 'STOCK_BUSY'],
  importOrder: [...ASKED, ...TOLD, ...MEANS, 'ID_TAKEN', 'CURRENCY_MISMATCH', 'SKU_IS_BUNDLE'],
  importHistory: [...ASKED, ...TOLD, ...BRINGING_IN],
  report: [...GUARDED, ...JSON_BODY, 'UNKNOWN_ORDER', 'NOT_BROUGHT_IN', ...REPORTING],
  listOrders: [...GUARDED, ...PAGED],
  readOrder: OF_ORDER,
  readTimeline: [...OF_ORDER, ...PAGED],
  followOrder: [...OF_ORDER, ...PAGED, 'LAST_EVENT_ID_INVALID', 'TOO_MANY_LISTENERS'],
  readLive: [...OF_ORDER, ...HEARD, 'WORKER_AWAY'],
  readLedger: OF_ORDER,
  readCommand: [
    ...OF_ORDER,
    ...['UNKNOWN_COMMAND', 'ENGINE_AWAY', 'MALFORMED', 'REFUSED'],
    ...[
      ...PAYING,
      ...CANCELLING,
      ...CANCELLING_UNITS,
      ...RECEIVING,
      ...PACKING,
      ...LEAVING,
      ...RESOLVING,
      ...GRANTING,
    ],
  ],
  pay: [...COMMAND, ...PAYING],
  cancel: [...COMMAND, ...CANCELLING, ...CANCELLING_UNITS],
  previewCancel: [
    ...[...OF_ORDER, ...JSON_BODY],
    ...[...CANCELLING, ...CANCELLING_UNITS, 'ORDER_ARCHIVED'],
  ],
  confirmReceipt: [...COMMAND, ...RECEIVING],
  grantRefund: [...COMMAND, ...GRANTING],
  listInvoices: OF_ORDER,
  requestInvoices: [
    ...ASKED,
    ...['UNKNOWN_ORDER', 'NOTHING_TO_INVOICE', 'ALREADY_INVOICED', 'TAX_NUMBER_INVALID'],
  ],
  readInvoicePdf: [...OF_ORDER, 'UNKNOWN_INVOICE', 'INVOICE_NOT_ISSUED'],
  issueInvoice: [
    ...ASKED,
    ...['UNKNOWN_ORDER', 'UNKNOWN_INVOICE', 'WRONG_STATE', 'AMOUNT_DIFFERS', 'ID_TAKEN'],
  ],
  retryInvoice: [...GUARDED, ...IDEMPOTENT, 'UNKNOWN_ORDER', 'UNKNOWN_INVOICE', 'WRONG_STATE'],
  requestAfterSales: [
    ...ASKED,
    ...['UNKNOWN_ORDER', 'NOT_DELIVERED', 'WINDOW_CLOSED', 'TOO_MANY', 'UNKNOWN_LINE'],
  ],
  fastForward: [...OF_ORDER, ...HEARD, ...JSON_BODY, ...MOVING, 'NOT_FOUND'],
  claim: [...COMMAND, ...STEPPING],
  pick: [...COMMAND, ...STEPPING],
  check: [...COMMAND, ...STEPPING],
  failCheck: [...COMMAND, ...STEPPING, 'TOO_MANY'],
  pack: [...COMMAND, ...PACKING],
  handOver: [...COMMAND, ...LEAVING],
  listTasks: [...GUARDED, ...PAGED],
  resolveTask: [...COMMAND, ...RESOLVING],
  applyAsMerchant: [...ASKED, 'ID_TAKEN', 'LIMIT_REACHED'],
  listMerchants: [...GUARDED, ...PAGED],
  readMerchant: OF_MERCHANT,
  approveMerchant: DECIDING,
  rejectMerchant: DECIDING,
  suspendMerchant: DECIDING,
  reinstateMerchant: DECIDING,
  putMerchantProfile: [...OF_MERCHANT, ...JSON_BODY],
  listMembers: OF_MERCHANT,
  addMember: [...DECIDING, 'UNKNOWN_MEMBER', 'LIMIT_REACHED'],
  removeMember: [...OF_MEMBER, 'LAST_OWNER'],
  rotateMemberKey: OF_MEMBER,
  listWarehouses: [...GUARDED, ...PAGED],
  readWarehouse: OF_WAREHOUSE,
  putWarehouse: [...OF_WAREHOUSE, ...JSON_BODY, 'ID_TAKEN'],
  addWarehouseKey: [...ASKED, 'UNKNOWN_WAREHOUSE', 'LIMIT_REACHED'],
  revokeWarehouseKey: [...ASKED, 'UNKNOWN_WAREHOUSE', 'UNKNOWN_KEY'],
  readFreightRules: OF_MERCHANT,
  putFreightRules: [...OF_MERCHANT, ...JSON_BODY],
  tryFreightRules: [...OF_MERCHANT, ...JSON_BODY],
  listPromotions: [...GUARDED, ...PAGED],
  readPromotion: OF_PROMOTION,
  putPromotion: [
    ...[...GUARDED, ...JSON_BODY],
    ...['ID_TAKEN', 'VERSION_STALE', 'PROMOTION_ENDED'],
  ],
  endPromotion: [...ASKED, ...OF_PROMOTION],
  issueCoupons: [...ASKED, ...OF_PROMOTION, 'PROMOTION_ENDED', 'NO_COUPONS'],
  withdrawCoupon: [...ASKED, 'UNKNOWN_COUPON', 'COUPON_TAKEN'],
  listCoupons: [...GUARDED, ...PAGED],
  readCustomer: GUARDED,
  putCustomer: [...GUARDED, ...JSON_BODY],
  readOwnWallet: [...GUARDED, ...PAGED],
  readWallet: [...GUARDED, ...PAGED],
  creditWallet: [...ASKED, 'UNKNOWN_CUSTOMER', 'APPROVAL_MISSING'],
  debitWallet: [...ASKED, 'UNKNOWN_CUSTOMER', 'INSUFFICIENT_BALANCE'],
  issueGiftCards: [...ASKED, 'APPROVAL_MISSING'],
  readGiftCard: [...GUARDED, ...JSON_BODY, 'UNKNOWN_GIFT_CARD'],
  voidGiftCard: [...ASKED, 'UNKNOWN_GIFT_CARD', 'VALUE_HELD'],
  listStock: [...GUARDED, ...PAGED],
  putStock: [...GUARDED, ...JSON_BODY, 'UNKNOWN_STOCK'],
  listStockChanges: [...GUARDED, ...PAGED],
  adjustStock: [...ASKED, 'UNKNOWN_STOCK', 'BUNDLE_UNSTOCKED', 'BELOW_ZERO'],
  countStock: [...ASKED, 'UNKNOWN_STOCK', 'BUNDLE_UNSTOCKED'],
  takeStockSnapshot: [...OF_WAREHOUSE, ...JSON_BODY, 'ID_TAKEN'],
  resetStockSource: [...GUARDED, ...JSON_BODY],
  listPurchases: [...GUARDED, ...PAGED],
  readPurchase: OF_PURCHASE,
  receivePurchase: [...ASKED, ...OF_PURCHASE, 'PURCHASE_CLOSED', 'BUNDLE_UNSTOCKED'],
  cancelPurchase: [...ASKED, ...OF_PURCHASE, 'PURCHASE_CLOSED'],
  putSupplier: [...GUARDED, ...JSON_BODY, 'UNKNOWN_SUPPLIER', 'ID_TAKEN'],
  readSupplier: [...GUARDED, 'UNKNOWN_SUPPLIER'],
  startReconciliation: [...GUARDED, ...JSON_BODY, 'UNKNOWN_PLATFORM', 'ENGINE_AWAY'],
  listReconciliations: [...GUARDED, ...PAGED],
  readReconciliation: [...GUARDED, 'INPUT_INVALID', 'UNKNOWN_RECONCILIATION'],
  listFinanceItems: [...GUARDED, ...PAGED],
  readFinanceItem: [...GUARDED, 'UNKNOWN_ITEM'],
  assignFinanceItem: [...ASKED, 'UNKNOWN_ITEM', 'ITEM_RESOLVED'],
  resolveFinanceItem: [...ASKED, 'UNKNOWN_ITEM', 'ITEM_RESOLVED'],
  recordRemittance: [...ASKED, 'REMITTANCE_DIFFERS', 'REMITTANCE_DECIDED'],
  listRemittances: [...GUARDED, ...PAGED],
  confirmRemittance: [...ASKED, 'UNKNOWN_REMITTANCE', 'REMITTANCE_DECIDED'],
  rejectRemittance: [...ASKED, 'UNKNOWN_REMITTANCE', 'REMITTANCE_DECIDED'],
  listOwedCash: [...GUARDED, ...PAGED],
  listWaiting: [...GUARDED, ...PAGED],
  listPlatformPayouts: [...GUARDED, ...PAGED],
  recordPlatformPayout: [...ASKED, 'REFERENCE_TAKEN', 'PLATFORM_HOLDS_LESS'],
  returnPlatformPayout: [...ASKED, 'UNKNOWN_PAYOUT'],
  listEntries: [...GUARDED, ...PAGED],
  downloadEntries: [...GUARDED, ...PAGED],
  readBalances: [...GUARDED, ...PAGED],
  readFinanceDay: [...GUARDED, 'INPUT_INVALID'],
  makeFinanceLink: [...GUARDED, ...JSON_BODY],
  startSettlement: [...GUARDED, ...JSON_BODY, 'UNKNOWN_MERCHANT', 'ENGINE_AWAY'],
  listSettlements: [...GUARDED, ...PAGED],
  readSettlement: OF_SETTLEMENT,
  listSettlementLines: [...OF_SETTLEMENT, ...PAGED],
  downloadSettlement: OF_SETTLEMENT,
  checkSettlement: OF_SETTLEMENT,
  listPayouts: [...GUARDED, ...PAGED],
  readPayout: [...GUARDED, 'UNKNOWN_PAYOUT'],
  approvePayout: [...OF_PAYOUT, 'PAYOUT_APPROVED'],
  confirmPayout: [...OF_PAYOUT, 'APPROVAL_MISSING', 'SELF_APPROVAL', 'REFERENCE_TAKEN'],
  failPayout: [...OF_PAYOUT, 'APPROVAL_MISSING', 'SELF_APPROVAL'],
  checkInvariants: GUARDED,
  receiveStripe: [...WEBHOOK, 'UNKNOWN_PLATFORM'],
  receiveAlipay: [...WEBHOOK, 'UNKNOWN_PLATFORM'],
  receiveWechatpay: [...WEBHOOK, 'UNKNOWN_PLATFORM'],
  receiveCarrier: [...WEBHOOK, 'UNKNOWN_CARRIER', 'UNKNOWN_WAYBILL'],
  decodePayloads: [
    ...GUARDED,
    ...['JSON_MALFORMED', 'BODY_TOO_LARGE', 'CONTENT_TYPE_UNSUPPORTED', 'INPUT_INVALID'],
    'PAYLOAD_UNREADABLE',
  ],
  encodePayloads: [
    ...GUARDED,
    ...['JSON_MALFORMED', 'BODY_TOO_LARGE', 'CONTENT_TYPE_UNSUPPORTED', 'INPUT_INVALID'],
  ],
} as const satisfies Record<Operation, readonly ProblemCode[]>

export type CodeOf<O extends Operation> = (typeof CODES)[O][number]

/** What stands in `errors` only, beside the code of the whole answer. */
export const FIELD_CODES = [
  'PAYMENT_CHANGED',
  ...['REQUIRED', 'UNKNOWN_FIELD', 'VALUE_INVALID', 'QUANTITY_INVALID', 'AMOUNT_INVALID'],
  'AMOUNT_TOO_HIGH',
  ...['PHONE_INVALID', 'EMAIL_INVALID', 'COUNTRY_INVALID', 'CURRENCY_INVALID'],
  'TAX_NUMBER_INVALID',
  ...['ADDRESS_INCOMPLETE', 'DIVISION_UNKNOWN', 'DIVISION_MISMATCH', 'POSTCODE_INVALID'],
  ...['UNKNOWN_ADDRESS', 'CUSTOMER_NOT_YOURS', 'DELIVERIES_DIFFER', 'QUOTE_STALE'],
  ...['UNKNOWN_MERCHANT', 'UNKNOWN_WAREHOUSE', 'TIME_ZONE_INVALID', 'DUPLICATE'],
  ...['PERMISSION_NOT_YOURS', 'UNKNOWN_SUPPLIER'],
  ...['MERCHANT_NOT_YOURS', 'FUNDING_NOT_YOURS', 'UNKNOWN_CATEGORY', 'SHARE_INVALID'],
  'FEE_TOO_HIGH',
  ...['THRESHOLD_TOO_LOW', 'STEPS_NOT_ASCENDING', 'PAY_NOT_BELOW_BUY', 'WINDOW_EMPTY'],
  'FREIGHT_NOT_CLAWED',
  ...['KIND_FIXED', 'CODE_INVALID', 'CODE_TAKEN', 'OUTSIDE_PROMOTION'],
  ...['COUPON_UNKNOWN', 'COUPON_EXPIRED', 'COUPON_TAKEN'],
  ...BRINGING_IN,
  ...REPORTING,
  ...MEANS,
  ...PRODUCT,
  ...['CATEGORY_CIRCLE', 'DUPLICATE', 'TEXT_INVALID', 'SKU_IS_BUNDLE'],
  ...['DAY_NOT_OVER', 'UNKNOWN_OWNER', 'UNKNOWN_CARRIER', 'CURRENCY_UNUSED'],
  'PLATFORM_HOLDS_LESS',
] as const satisfies readonly ProblemCode[]

/** What can be wrong with one field. */
export const ERROR_CODES = [...FIELD_CODES, ...CART] as const
