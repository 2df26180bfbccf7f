export const MERCHANT_STATUSES = ['applied', 'approved', 'rejected', 'suspended'] as const
export type MerchantStatus = (typeof MERCHANT_STATUSES)[number]

/** What the platform decides about a merchant. A rejection can be taken back; what has sold is never rejected. */
export const MERCHANT_DECISIONS = {
  approve: { from: ['applied', 'rejected'], to: 'approved' },
  reject: { from: ['applied'], to: 'rejected' },
  suspend: { from: ['approved'], to: 'suspended' },
  reinstate: { from: ['suspended'], to: 'approved' },
} as const satisfies Record<string, { from: readonly MerchantStatus[]; to: MerchantStatus }>

export type MerchantDecision = keyof typeof MERCHANT_DECISIONS

/** Whether it was let in: a suspended merchant sells nothing, and still finishes its orders. */
export const isAdmitted = (status: MerchantStatus): boolean =>
  status === 'approved' || status === 'suspended'
