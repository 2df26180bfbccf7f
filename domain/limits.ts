/** Bounds of one order: they keep its workflow's history small. Enforced at the door. */
export const LIMITS = {
  /** Lines per order. */
  lines: 100,
  /** Units per line. */
  quantity: 999,
  /** Delivery addresses per order. */
  addresses: 10,
  /** Promotions of one owner that take effect on one order: each leaves its share on every line that counted. */
  promotions: 10,
  /** Coupon codes per order. */
  coupons: 10,
  /** Fulfillments (merchant × warehouse × address) per order. */
  fulfillments: 20,
  /** Parcels per fulfillment. */
  parcels: 10,
  /** Means that one price is paid by. */
  parts: 10,
  /** Tenders of all attempts to pay. */
  tenders: 40,
  /** Payments of one order that was brought in; gift cards come by the dozen. */
  recordedTenders: 50,
  /** Reports of one order in one request, and at a time on their way to it. */
  reports: 50,
  /** Events in one order's stream; beyond it, steps that could go round for ever are refused. */
  events: 500,
  /** After-sales requests per order. */
  requests: 20,
  /** Bytes of a product's attributes as JSON, which orders keep line by line. */
  attributes: 2000,
  /** Characters in a free text, such as a reason. */
  text: 500,
  /** Reports that came to nothing and were still worth a line in the timeline. */
  ignored: 50,
  /** Report ids remembered by an order for recognising repeats. */
  seen: 500,
} as const
