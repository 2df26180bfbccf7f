/** What a replay found, as `report.json` keeps it and its readers get it. Amounts in minor units of `currency`. */
export type Reconciliation = {
  /** Nothing failed, and every difference is explained to the unit. */
  reconciled: boolean
  currency: string
  /** IANA zone of the calendar that decides what is late by date. */
  zone: string
  scope: Scope
  /** Of the orders chosen for the replay, as all tables below. */
  figures: Figure[]
  /** What went back to customers here; a log tells only what was paid. */
  refunded: number
  /** As the log has them: Longhaul keeps no reviews. */
  reviews: Reviews
  statuses: StatusRow[]
  methods: MethodRow[]
  /** The log's payments as a statement per method, held against the tenders here; the longest first. */
  statements: StatementCheck[]
  /** The largest first. */
  merchants: MerchantRow[]
  adjustments: { sums: AdjustmentSum[]; rows: AdjustmentRow[] }
  oddities: { counts: OddityCount[]; rows: OddityRow[] }
  /** Unexplained ones first. */
  differences: Difference[]
  speed: Speed
}

export type Scope = {
  inLog: number
  usable: number
  /** With what was bought and paid in them. */
  unusable: {
    reference: string
    status: string
    reason: string
    goods: number
    freight: number
    paid: number
  }[]
  chosen: number
  replayed: number
  failed: { reference: string; reason: string }[]
}

/** `difference` is what is here beyond the log; `explained` is how much of it the explained rows add up to. */
export type Compared = { log: number; here: number; difference: number; explained: number }

/** What is told of an order as a whole; `late_` and what follows count orders. */
export const FIGURES = [
  'orders',
  'goods',
  'freight',
  'adjustments',
  'paid',
  'paid_exactly',
  'late_by_timestamp',
  'late_by_date',
  'several_merchants',
  'several_units',
  'several_payments',
  'mixed_methods',
] as const
export type FigureName = (typeof FIGURES)[number]

/** What is told of a part of an order: one method or one merchant. */
export type PartFigureName =
  | 'method_payments'
  | 'method_amount'
  | 'merchant_orders'
  | 'merchant_goods'
  | 'merchant_freight'

export type Figure = Compared & { name: FigureName }

export type Reviews = { count: number; orders: number; meanScore: number | null }

/** One word of the log for where an order stands. */
export type StatusRow = {
  status: string
  /** Where its orders should stand here by their plans, and where they do. */
  here: { status: string; expected: number; orders: number }[]
  orders: Compared
  goods: Compared
  freight: Compared
  paid: Compared
}

export type MethodRow = { method: string; payments: Compared; amount: Compared }

/** One method's statement, and the lines of it that don't agree. `sequence`: the payment's number in its order. */
export type StatementCheck = {
  method: string
  lines: number
  open: { reference: string; sequence: number; verdict: string; log: number; here: number }[]
}

export type MerchantRow = {
  merchantId: string
  orders: Compared
  goods: Compared
  freight: Compared
}

export type AdjustmentSum = { kind: string; count: number; amount: number }
export type AdjustmentRow = { reference: string; no: string; kind: string; amount: number }

export type OddityCount = { kind: string; rule: string; count: number }
export type OddityRow = { reference: string; kind: string; logged?: string; taken?: string }

/** One thing of one order that is not here as the log has it. */
export type Difference = {
  reference: string
  /** The order's number here; none where it didn't arrive. */
  no?: string
  what: FigureName | PartFigureName | 'status' | 'clocks' | 'audit'
  /** The method, merchant or clock that it is about. */
  of?: string
  log: number | string
  here: number | string
  /** What accounts for all of it; null where nothing does. */
  explanation: string | null
}

export type Speed = {
  orders: number
  seconds: number
  perSecond: number
  atOnce: number
  cores: number
  /** Cores that were busy, on average. */
  busy: number
  /** Processor seconds in all, per order, and as a share of all parts'. */
  parts: { part: string; seconds: number; perOrder: number; share: number }[]
  /** What holds it back, in a sentence. */
  bound: string
}
