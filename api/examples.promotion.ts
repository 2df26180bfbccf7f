import { IDS } from './examples.ts'

/*
 * A week of tea, and what comes of it.
 */

export const PROMOTION_REQUEST = {
  name: { en: 'Tea week: ¥10 off every order from ¥100', zh: '茶叶周满 100 减 10' },
  merchantId: 'aurora',
  currency: 'CNY',
  terms: { kind: 'full_reduction' as const, threshold: 10_000, off: 1_000, repeats: false },
  startsAt: '2026-03-01T00:00:00.000Z',
  endsAt: '2026-03-08T00:00:00.000Z',
}

export const PROMOTION = {
  ...PROMOTION_REQUEST,
  ...{ id: 'tea-week', version: 1, phase: 'live' as const },
  ...{ scope: {}, stack: 'free' as const, priority: 0, platformBps: 0 },
  onReturn: 'frozen_share' as const,
}

const terms = { kind: 'coupon' as const, threshold: 10_000, benefit: { off: 2_000 } }

export const COUPON = {
  id: 'w3k5x2qv7mzj4r6n8t9ybgh5ca',
  ending: 'W8ZC',
  promotion: {
    id: 'welcome',
    name: { en: '¥20 off from ¥100', zh: '满 100 减 20' },
    ...{ currency: 'CNY', terms, scope: {} },
  },
  customerId: 'demo-customer',
  validFrom: '2026-03-01T00:00:00.000Z',
  validUntil: '2026-04-01T00:00:00.000Z',
  state: 'locked' as const,
  hindrance: 'locked' as const,
  orderId: IDS.order,
}

const CODE = '7Q2M-9XKD-4BTV-W8ZC'
const { orderId: _, ...free } = COUPON

export const ISSUE_REQUEST = { count: 1, customerId: 'demo-customer' }
export const ISSUED = {
  items: [{ ...free, code: CODE, state: 'available' as const, hindrance: null }],
}
export const COUPONS = { items: [{ ...COUPON, code: CODE }], next: null }
export const WITHDRAWN = {
  ...free,
  state: 'withdrawn' as const,
  hindrance: 'withdrawn' as const,
}

export const MEMBER = { id: 'demo-customer', memberTier: 'gold' }
