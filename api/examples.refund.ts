import type { GoodwillReason } from '../domain/events.ts'

export const REFUND_REQUEST: { amount: number; reason: GoodwillReason } = {
  ...{ amount: 500, reason: 'delay' },
}
