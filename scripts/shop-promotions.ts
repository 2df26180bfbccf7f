import type { Db } from '../db/connection.ts'
import { putMemberTier } from '../db/customer.ts'
import { savePromotion } from '../db/promotion.ts'
import type { Draft } from '../db/promotion.ts'

/** The demo shop's promotions run for as long as anyone may look at it. */
const RULES = {
  currency: 'CNY',
  scope: {},
  stack: 'free',
  priority: 0,
  onReturn: 'frozen_share',
  startsAt: '2026-01-01T00:00:00.000Z',
  endsAt: '2099-12-31T00:00:00.000Z',
} as const

/** Those of the worked example in `docs/pricing.md`. Amounts in fen. */
const PROMOTIONS: Draft[] = [
  {
    ...RULES,
    id: 'gold-5',
    name: { en: 'Gold members: 5 % off', zh: '金卡会员 95 折' },
    terms: { kind: 'member_percent', tiers: ['gold'], bps: 500 },
    platformBps: 0,
  },
  {
    ...RULES,
    id: 'aurora-100-10',
    merchantId: 'aurora',
    name: { en: 'Aurora: ¥10 off from ¥100', zh: '极光茶庄满 100 减 10' },
    terms: { kind: 'full_reduction', threshold: 10_000, off: 1000, repeats: false },
    platformBps: 0,
  },
  {
    ...RULES,
    id: 'mall-180-30',
    name: { en: 'Mall: ¥30 off from ¥180', zh: '全场满 180 减 30' },
    terms: { kind: 'full_reduction', threshold: 18_000, off: 3000, repeats: false },
    platformBps: 10_000,
  },
  {
    ...RULES,
    id: 'welcome-20',
    name: { en: 'Welcome: ¥20 off from ¥100', zh: '新人券：满 100 减 20' },
    terms: { kind: 'coupon', threshold: 10_000, benefit: { off: 2000 } },
    platformBps: 10_000,
  },
]

/** What the shop takes off, and for whom. What is there stays as it is. */
export async function addPromotions(db: Db, member: string): Promise<void> {
  await db.begin(async (tx) => {
    for (const promotion of PROMOTIONS) await savePromotion(tx, promotion, undefined)
    await putMemberTier(tx, { customerId: member, memberTier: 'gold' })
  })
}
