import type { InvariantsView } from './invariants.ts'
import type { PayoutView } from './payout.ts'
import type { SettlementView } from './settlement.ts'

/*
 * A merchant's week: goods for 244.03, of which the platform bears 50.00 of the discounts, and one unit that came back.
 */

export const MERCHANT_ID = 'aurora'
const nothing = { pending: 0, available: 0, onItsWay: 0 }

const computed = {
  opening: nothing,
  sales: { goods: 24403, platformFunded: 5000, commission: -2440, freightBorne: 0, total: 26963 },
  credited: { goods: -3937, platformFunded: -1366, commission: 394, freightBorne: 0, total: -4909 },
  ...{ released: 22054, paidOut: 0, confirmed: 0, other: nothing },
  closing: { pending: 0, available: 22054, onItsWay: 0 },
  awaited: 0,
}

export const SETTLEMENT: SettlementView = {
  ...{ id: 'aurora-CNY-1', merchantId: MERCHANT_ID, currency: 'CNY', number: 1 },
  ...{ startsAt: null, endsAt: '2026-03-08T16:00:00.000Z', entries: 9 },
  ...{ fromPosting: 1041, toPosting: 1187, closedAt: '2026-03-08T19:00:01.204Z' },
  sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  figures: { ...computed, payout: { amount: 22054, heldBack: 0, reason: null } },
}
export const SETTLEMENTS: { items: SettlementView[]; next: string | null } = {
  items: [SETTLEMENT],
  next: null,
}
export const SETTLEMENT_REQUEST = { merchantId: MERCHANT_ID }
export const SETTLEMENT_BEGUN = { endsAt: SETTLEMENT.endsAt }
export const SETTLEMENT_CHECK = {
  ...{ id: SETTLEMENT.id, agrees: true, sha256: SETTLEMENT.sha256 },
  figures: computed,
}

const line = {
  ...{ posting: 1187, line: 1, at: '2026-03-07T02:11:40.000Z', kind: 'merchants.released' },
  ...{ orderId: 'k5x2qv7mzj4r3n6w8t9ybgh5ca', account: 'merchant:aurora:available' },
  ...{ side: 'C' as const, amount: 22054, currency: 'CNY' },
}
export const SETTLEMENT_LINES: { items: (typeof line)[]; next: string | null } = {
  items: [line],
  next: null,
}
export const SETTLEMENT_CSV =
  'posting,line,at,kind,order,account,side,amount,currency\r\n' +
  '1187,1,2026-03-07T02:11:40.000Z,merchants.released,k5x2qv7mzj4r3n6w8t9ybgh5ca,' +
  'merchant:aurora:available,C,22054,CNY\r\n'

const due: PayoutView = {
  ...{ id: SETTLEMENT.id, merchantId: MERCHANT_ID, currency: 'CNY', amount: 22054, status: 'due' },
  ...{ approvedBy: null, decidedBy: null, decidedAt: null, reference: null, failure: null },
  createdAt: SETTLEMENT.closedAt,
}
const decided = { decidedBy: 'finance-1', decidedAt: '2026-03-09T01:30:00.000Z' }
export const CONFIRMATION = { reference: 'ICBC-20260309-000417' }
export const PAYOUT: PayoutView = { ...due, ...decided, ...CONFIRMATION, status: 'paid' }
export const FAILING = { failure: 'account_closed' as const }
export const PAYOUT_FAILED: PayoutView = { ...due, ...decided, ...FAILING, status: 'failed' }
export const PAYOUTS: { items: PayoutView[]; next: string | null } = { items: [due], next: null }

export const INVARIANTS_HOLD: InvariantsView = {
  ...{ ok: true, checkedAt: '2026-03-09T01:30:00.000Z' },
  items: [
    {
      ...{ id: 'M1', says: 'Every posting has entries, and they balance in each currency' },
      ...{ ok: true, violations: 0, sample: [] },
    },
  ],
}
