import { continueAsNew, setCurrentDetails, workflowInfo } from '@temporalio/workflow'
import type { SettlementStart } from '../domain/settlement.ts'
import { settlements } from './effects.ts'
import { scheduledAt } from './reconciliation.ts'

/**
 * Statements of the last whole period for every merchant, or for one, page by page. Each merchant is a transaction of its
 * own that finds what was done before, so that a run again only makes up for what is missing.
 */
export async function settlement(start: SettlementStart): Promise<void> {
  const asOf = start.asOf ?? scheduledAt().toISOString()
  const { merchantId, by = null } = start
  let { after, made = 0 } = start
  const cut = start.cut ?? (await settlements.openSettlements({ asOf }))
  const run = { cut, by, at: asOf }
  if (merchantId !== undefined) {
    made = await settlements.settleOne({ ...run, merchantId })
    return setCurrentDetails(told(cut.before, made))
  }
  do {
    const page = await settlements.settleMany({ ...run, after })
    made += page.made
    after = page.next
    setCurrentDetails(told(cut.before, made))
    if (after !== undefined && workflowInfo().continueAsNewSuggested) {
      await continueAsNew<typeof settlement>({ ...start, asOf, cut, after, made })
    }
  } while (after !== undefined)
}

const told = (before: string, made: number) =>
  `### Settlement until ${before}\n\n${made} statements were made.`
