import type { Db } from '../db/connection.ts'
import { listMerchants } from '../db/merchant.ts'
import { quietHorizon, settleMerchant } from '../db/settlement.ts'
import type { SettlementRun } from '../db/settlement.ts'
import type { Cut, SettlementTerms } from '../domain/settlement.ts'
import { periodEnd } from '../domain/settlement.ts'

export type SettlementActivities = {
  /** How far the statements look that are made at an instant. */
  openSettlements(request: { asOf: string }): Promise<Cut>
  /** Returns how many statements it made. Safe to repeat. */
  settleOne(request: SettlementRun & { merchantId: string }): Promise<number>
  /** The same for the merchants that follow one by id; `next` is the last of them, undefined at the end. */
  settleMany(request: SettlementRun & { after?: string | undefined }): Promise<Settled>
}

type Settled = { made: number; next?: string }

/** Merchants per call, so that one that dies doesn't begin from the first. */
const PAGE = 50

export function settlementActivities(db: Db, terms: SettlementTerms): SettlementActivities {
  return {
    async openSettlements({ asOf }) {
      const before = periodEnd(terms, new Date(asOf)).toISOString()
      return { writer: await quietHorizon(db), before }
    },
    async settleOne({ merchantId, ...run }) {
      return (await settleMerchant(db, merchantId, run)).length
    },
    async settleMany({ after, ...run }) {
      const merchants = await listMerchants(db, { after, limit: PAGE })
      let made = 0
      for (const { id } of merchants) made += (await settleMerchant(db, id, run)).length
      const last = merchants[PAGE - 1]
      return { made, ...(last !== undefined && { next: last.id }) }
    },
  }
}
