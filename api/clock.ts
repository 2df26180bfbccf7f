import type { OrderRow } from '../db/order.ts'
import type { ApiParts } from './context.ts'

/** An order's own time: the wall clock, unless it was fast-forwarded. */
export const orderNow = (
  { now }: Pick<ApiParts, 'now'>,
  { clockOffset }: Pick<OrderRow, 'clockOffset'>,
): Date => new Date(now().getTime() + clockOffset)
