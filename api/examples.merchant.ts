import type { FreightView } from './freight.ts'
import type { MerchantRowView, MerchantView } from './merchant.ts'
import type { WarehouseView } from './site.ts'
import type { MemberView } from './team.ts'

/*
 * A merchant from its application on, as the description of each operation shows it.
 */

const APPLIED_AT = '2026-03-01T08:00:00.000Z'
const DECIDED_AT = '2026-03-02T02:15:00.000Z'
/** Keys of nobody. */
const KEY = 'lh_h7m2q5wz3k6tj4r8n9ybvg5cxa_0pTjz5H6r0y7cXvB3nL1qWmE8sKd4fGu2iOaZbYxRtQ'

const CONTACT = {
  name: '王芳',
  email: 'wang.fang@aurora.example',
  phone: '+86 755 8600 1000',
  locale: 'zh' as const,
}

export const MERCHANT_ID = 'aurora-tea'
export const MEMBER_ID = 'h7m2q5wz3k6tj4r8n9ybvg5cxa'
const WAREHOUSE_KEY_ID = 'k4rt7wq2m5xz3hn6bjd9fysc2p'
export const WAREHOUSE_ID = 'aurora-tea-shenzhen'

export const APPLICATION = {
  id: MERCHANT_ID,
  name: 'Aurora Tea 极光茶庄',
  currency: 'CNY',
  freight: 800,
  contact: CONTACT,
}
export const APPROVAL = { commissionBps: 1000 }
const INVOICING = { name: '深圳市极光茶业有限公司', taxNumber: '91440300MA5EXAMP0C' }
export const PROFILE = {
  ...{ name: APPLICATION.name, freight: 600, contact: CONTACT },
  invoicing: INVOICING,
}

const facts = { id: MERCHANT_ID, name: APPLICATION.name, currency: 'CNY', freight: 800 }
const applied = { ...facts, status: 'applied' as const, appliedAt: APPLIED_AT }
const decided = { ...facts, appliedAt: APPLIED_AT, decidedAt: DECIDED_AT }

export const APPLIED: MerchantView = { ...applied, contact: CONTACT }
export const REJECTED: MerchantView = { ...decided, status: 'rejected', contact: CONTACT }
export const ADMITTED: MerchantView = {
  ...{ ...decided, status: 'approved', commissionBps: 1000, contact: CONTACT },
}
export const SUSPENDED: MerchantView = { ...ADMITTED, status: 'suspended' }
export const MERCHANTS: { items: MerchantRowView[]; next: string | null } = {
  items: [applied],
  next: null,
}

export const MEMBER_REQUEST = { contact: CONTACT, permissions: ['catalog' as const] }
const member: MemberView = {
  ...{ id: MEMBER_ID, permissions: ['catalog'], joinedAt: DECIDED_AT, contact: CONTACT },
}
export const MEMBERS: { items: MemberView[] } = { items: [member] }
export const MEMBER_ADDED = { ...member, key: KEY }
export const APPROVED = { ...ADMITTED, owner: { id: MEMBER_ID, key: KEY } }
export const KEY_MADE = { id: MEMBER_ID, key: KEY }
export const MEMBER_REMOVED = {
  id: MEMBER_ID,
  revokedKeys: [{ id: WAREHOUSE_KEY_ID, warehouseId: WAREHOUSE_ID }],
}

export const WAREHOUSE_REQUEST = {
  name: 'Shenzhen 深圳仓',
  place: { country: 'CN', region: '广东省', city: '深圳市' },
  cutoff: '16:00',
  timeZone: 'Asia/Shanghai',
  handlingDays: 1,
}
export const WAREHOUSE: WarehouseView = {
  ...{ id: WAREHOUSE_ID, merchantId: MERCHANT_ID, ...WAREHOUSE_REQUEST, active: true },
}
export const WAREHOUSES: { items: WarehouseView[]; next: string | null } = {
  items: [WAREHOUSE],
  next: null,
}
export const WAREHOUSE_WHOLE = { ...WAREHOUSE, keys: [{ id: WAREHOUSE_KEY_ID, madeBy: MEMBER_ID }] }

const weights = { firstGrams: 1000, stepGrams: 1000 }
export const FREIGHT_RULES: { rules: FreightView[] } = {
  rules: [
    {
      ...{ country: 'CN', region: '广东省', carrier: 'express', ...weights },
      ...{ firstFee: 800, stepFee: 200, transit: { min: 1, max: 2 } },
    },
    {
      ...{ country: 'CN', carrier: 'express', ...weights },
      ...{ firstFee: 1200, stepFee: 400, transit: { min: 2, max: 4 } },
    },
  ],
}
export const FREIGHT_TRIAL = {
  warehouseId: WAREHOUSE_ID,
  place: { country: 'CN', region: '广东省' },
  grams: 2300,
}
const [counting] = FREIGHT_RULES.rules
export const FREIGHT_FOUND = {
  ...{ amount: 1200, currency: 'CNY', carrier: 'express', transit: { min: 1, max: 2 } },
  rule: counting ?? null,
}
