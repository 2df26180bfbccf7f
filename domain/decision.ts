import type { OrderEvent } from './events.ts'

/** Why an order refuses what is asked; stable codes, mapped to HTTP statuses in one table of the api. */
export const REFUSALS = [
  'ALREADY_PAID',
  'ORDER_CLOSED',
  'WINDOW_CLOSED',
  'TENDERS_DIFFER',
  'PAYMENT_CHANGED',
  'INSUFFICIENT_BALANCE',
  'PAID_ELSEWHERE',
  'AMOUNT_TOO_HIGH',
  'SELF_APPROVAL',
  'ORDER_ON_HOLD',
  'ORDER_ARCHIVED',
  'ALREADY_SHIPPED',
  'ALREADY_PICKED',
  'NOT_ACCEPTED',
  'WRONG_STATE',
  'AWAITS_STOCK',
  'UNKNOWN_TENDER',
  'UNKNOWN_FULFILLMENT',
  'UNKNOWN_PARCEL',
  'UNKNOWN_LINE',
  'UNKNOWN_TASK',
  'ACTION_NOT_OFFERED',
  'PACKED_UNITS_DIFFER',
  'BOOKING_MISSING',
  'TOO_MANY',
  'NOT_DELIVERED',
  'MALFORMED',
  'REPEATED',
  'NO_CHANGE',
] as const
export type RefusalCode = (typeof REFUSALS)[number]

/** What an order makes of a command or report: the facts to record, or why not. */
export type Decision = { events: OrderEvent[] } | { refusal: RefusalCode }

export const refuse = (refusal: RefusalCode): Decision => ({ refusal })
export const accept = (...events: OrderEvent[]): Decision => ({ events })
