import type { OrderRow } from '../db/order.ts'
import type { ApiParts } from './context.ts'

/** An order's own time: the wall clock, unless it was fast-forwarded, which happens in development only. */
export function orderNow(
  { now, settings }: Pick<ApiParts, 'now' | 'settings'>,
  { clockOffset }: Pick<OrderRow, 'clockOffset'>,
): Date {
  const ahead = settings.mode === 'development' ? clockOffset : 0
  return new Date(now().getTime() + ahead)
}
