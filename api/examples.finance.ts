import { IDS } from './examples.ts'

/*
 * A payment that only the platform knows of, a carrier's remittance, and what the books say.
 */

const PLATFORM = 'alipay' as const
export const DAY = '2026-03-01'
export const ITEM_ID = '9c3f0a7b52d14e86a1f0c2b3d4e5f607'
export const OWNER = 'finance-1'

const AS_OF = '2026-03-02T02:30:00.000Z'
export const RECONCILIATION_REQUEST = { platform: PLATFORM, day: DAY }
export const RECONCILIATION = {
  ...RECONCILIATION_REQUEST,
  ...{ status: 'done' as const, asOf: AS_OF, lines: 148, openItems: 1 },
}
export const RECONCILIATIONS = { items: [RECONCILIATION], next: null }

export const ITEM = {
  ...{ id: ITEM_ID, kind: 'MISSING_HERE' as const, party: PLATFORM, movement: 'capture' as const },
  ...{ reference: '2026030122001412341000', refundReference: '', day: DAY, orderId: null },
  ...{ expected: null, actual: { amount: 5190, currency: 'CNY' }, state: 'open' as const },
  ...{ owner: OWNER, resolution: null, openedAt: AS_OF, resolvedAt: null, ageDays: 2 },
}
export const ITEMS = { items: [ITEM], next: null }
export const ITEM_WITH_HISTORY = {
  ...ITEM,
  history: [
    {
      ...{ at: '2026-03-03T01:12:00.000Z', actor: OWNER, what: 'assigned' as const },
      detail: { owner: OWNER },
    },
    {
      ...{ at: AS_OF, actor: 'reconciliation', what: 'opened' as const },
      detail: { kind: 'MISSING_HERE', actual: { amount: 5190, currency: 'CNY' } },
    },
  ],
}

export const REMITTANCE_REQUEST = {
  ...{ carrier: 'express', reference: 'REM-2026-03-07', currency: 'CNY' },
  at: '2026-03-07T08:00:00Z',
  lines: [
    { waybill: 'EX0000012345', amount: 5190 },
    { waybill: 'EX0000099999', amount: 2000 },
  ],
}
export const REMITTANCE = {
  ...{ id: 'r5x2qv7mzj4r3n6w8t9ybgh5ca', carrier: 'express', reference: 'REM-2026-03-07' },
  ...{ currency: 'CNY', at: '2026-03-07T08:00:00.000Z', amount: 7190, lines: 2 },
  ...{ status: 'recorded' as const, recordedBy: OWNER, recordedAt: '2026-03-07T09:30:00.000Z' },
  ...{ decidedBy: null, decidedAt: null },
  questions: [{ line: 2, waybill: 'EX0000099999', amount: 2000, kind: 'MISSING_HERE' as const }],
}
const CLAIM = {
  ...{ ...REMITTANCE, status: 'claimed' as const, recordedBy: 'carrier-express' },
}
export const REMITTANCES = { items: [CLAIM, REMITTANCE], next: null }
const DECIDED = { ...CLAIM, decidedBy: OWNER, decidedAt: '2026-03-08T02:00:00.000Z' }
export const CONFIRMED = { ...DECIDED, status: 'recorded' as const }
export const REJECTED = { ...DECIDED, status: 'rejected' as const }
export const OWED = {
  items: [
    {
      ...{ carrier: 'express', waybill: 'EX0000012345', orderId: IDS.order, parcelId: 'p1' },
      ...{ currency: 'CNY', owed: 5190, claimed: 0, collectedAt: '2026-03-04T10:00:00.000Z' },
      ageDays: 3,
    },
  ],
  next: null,
}

const CLAIMS = `/v1/finance/remittances/${CLAIM.id}`
export const WAITING = {
  items: [
    {
      ...{ id: CLAIM.id, kind: 'REMITTANCE_CLAIMED' as const, orderId: null, orderNo: null },
      ...{ party: CLAIM.carrier, reference: CLAIM.reference, code: null },
      ...{ money: { amount: CLAIM.amount, currency: 'CNY' }, notBy: null },
      ...{ since: CLAIM.recordedAt, ageDays: 2 },
      answers: [
        { operation: 'confirmRemittance', path: `${CLAIMS}/confirm` },
        { operation: 'rejectRemittance', path: `${CLAIMS}/reject` },
      ],
    },
  ],
  next: null,
}

const posted = {
  ...{ posting: 41, at: '2026-03-01T08:01:12.000Z', kind: 'tender.captured', orderId: IDS.order },
  ...{ amount: 5190, currency: 'CNY', merchantId: null },
}
export const ENTRIES = {
  items: [
    { ...posted, line: 0, account: 'psp:alipay', side: 'D' as const },
    { ...posted, line: 1, account: `receivable:${IDS.order}`, side: 'C' as const },
  ],
  next: null,
}
export const ENTRIES_CSV = [
  'posting,line,at,kind,order,account,side,amount,currency,merchant',
  `41,0,2026-03-01T08:01:12.000Z,tender.captured,${IDS.order},psp:alipay,D,5190,CNY,`,
  '',
].join('\r\n')

const balance = { currency: 'CNY', debit: 5190, credit: 0, balance: 5190 }
export const BALANCES = {
  asOf: AS_OF,
  classes: [
    { class: 'psp:alipay', ...balance },
    { class: 'suspense', currency: 'CNY', debit: 0, credit: 5190, balance: -5190 },
  ],
  accounts: { items: [{ account: 'psp:alipay', ...balance }], next: null },
}

const MOVED = { refunded: 5190, disputed: 0, returned: 0, fees: 4592 }
export const DAY_TOTALS = {
  day: DAY,
  platforms: [
    {
      ...{ platform: PLATFORM, method: 'alipay', currency: 'CNY' },
      ...{ captured: 765_400, ...MOVED, net: 755_618 },
      statement: { captured: 770_590, ...MOVED, net: 760_808 },
      difference: 5190,
    },
  ],
  cash: [{ carrier: 'express', currency: 'CNY', collected: 12_400, remitted: 9900 }],
  statements: [
    {
      ...{ platform: PLATFORM, timeZone: 'Asia/Shanghai' },
      ...{ phase: 'over' as const, status: 'done' as const },
    },
  ],
  storedValue: [{ method: 'wallet' as const, currency: 'CNY', captured: 2000, refunded: 500 }],
  byHand: [{ currency: 'CNY', refunded: 1200 }],
  items: { all: 1, open: 1 },
}

export const LINK = {
  url: 'https://shop.example/finance?token=mb2k4s1.3Zk0Jr5cV8yQ2wXn7tLpA9',
  expiresAt: '2026-03-02T20:00:00.000Z',
}

export const PLATFORM_PAYOUT_REQUEST = {
  ...{ platform: PLATFORM, reference: '20260302110070001502', day: '2026-03-02' },
  ...{ amount: 755_618, currency: 'CNY' },
}
export const PLATFORM_PAYOUT = {
  ...{ ...PLATFORM_PAYOUT_REQUEST, id: 'p5x2qv7mzj4r3n6w8t9ybgh5ca', recordedBy: OWNER },
  ...{ recordedAt: '2026-03-03T01:05:00.000Z', returnedBy: null, returnedAt: null },
}
export const PLATFORM_PAYOUTS = { items: [PLATFORM_PAYOUT], next: null }
export const PLATFORM_PAYOUT_BACK = {
  ...{ ...PLATFORM_PAYOUT, returnedBy: OWNER, returnedAt: '2026-03-04T01:05:00.000Z' },
}
