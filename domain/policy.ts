/**
 * The clocks and rules an order is judged by, frozen into it at admission: a later change of policy never
 * changes an order already placed. Durations in milliseconds.
 */
export type Policy = {
  /** How long a customer may take to pay; stock is held this long. */
  payWindow: number
  /** Reminders to pay, each this long after placing; none at the window's end or later. */
  remindAfter: readonly number[]
  /** When to ask the platform after opening a payment, because a notice may be lost. */
  queryAfter: readonly number[]
  /** How long closing the platform's order may delay an expiry. */
  closeGrace: number
  /** Promised time from acceptance to hand-over. */
  handling: number
  /** Receipt counts as confirmed this long after delivery. */
  confirmAfter: number
  /** After-sales requests are taken this long after delivery. */
  afterSalesWindow: number
  /** A closed order stays reachable this long: the longest retry of a payment provider. */
  lateWindow: number
  /** A late payment takes the order up again where its stock can still be had. */
  readmitLate: boolean
  /** Points for the goods that a customer kept, once the order is put away, in basis points; none where left out. */
  pointsBps?: number
  /** What each consignment costs more where something is paid at the door, minor units; nothing where left out. */
  cashFee?: number
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

export const DEFAULT_POLICY: Policy = {
  payWindow: 30 * MINUTE,
  remindAfter: [5 * MINUTE, 15 * MINUTE, 25 * MINUTE],
  queryAfter: [1 * MINUTE, 5 * MINUTE, 20 * MINUTE],
  closeGrace: 10 * MINUTE,
  handling: DAY,
  confirmAfter: 7 * DAY,
  afterSalesWindow: 15 * DAY,
  lateWindow: 3 * DAY,
  readmitLate: true,
  pointsBps: 0,
}
