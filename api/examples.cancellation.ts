import type { CancelReason } from '../domain/events.ts'
import type { PreviewView } from './cancellation.ts'

/*
 * An order of two units of which one is cancelled, as the descriptions of the operations show it.
 */

export const CANCEL_REQUEST: { reason: CancelReason } = { reason: 'changed_mind' }

export const PREVIEW_REQUEST = { items: [{ lineId: 'l1', quantity: 1 }] }

export const PREVIEW: PreviewView = {
  whole: false,
  currency: 'CNY',
  lines: [{ lineId: 'l1', quantity: 1, amount: 5990 }],
  repriced: [],
  freight: 0,
  adjustments: [],
  total: 5990,
  payable: 6790,
  refunds: [{ tenderId: 't1', method: 'card', amount: 5990 }],
}
