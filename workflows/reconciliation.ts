import {
  ActivityFailure,
  ParentClosePolicy,
  setCurrentDetails,
  sleep,
  startChild,
  workflowInfo,
} from '@temporalio/workflow'
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common'
import type { PlatformName } from '../domain/method.ts'
import { reconciliationIdOf } from '../domain/reconciliation.ts'
import type { ReconciliationStart } from '../domain/reconciliation.ts'
import { codeOf } from './book.ts'
import { finance, statements } from './effects.ts'

/** What orders take to hear of a payment that only the statement knew: seconds, and Temporal may be busy. */
const HEARING = '5m'

/**
 * One day of a platform: its statement comes in, orders hear of payments that they missed, then both books are compared.
 * Everything is kept under its own identity, so that a run again only finds what has changed.
 */
export async function reconciliation({ platform, day, asOf }: ReconciliationStart): Promise<void> {
  const now = () => asOf ?? new Date().toISOString()
  const of = () => ({ platform, day, asOf: now() })
  const tell = (what: string) => setCurrentDetails(`### ${platform}, ${day}\n\n${what}`)
  tell('Waits for the statement.')
  try {
    await statements.fetchStatement(of())
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error
    const isAsked = await finance.giveUpStatement({ ...of(), code: codeOf(error) })
    if (isAsked) return tell('There is no statement: a person was asked.')
  }
  const healed = await finance.healCaptures(of())
  if (healed > 0) await sleep(HEARING, { summary: `${healed} payments are told to their orders` })
  await finance.compareStatement(of())
  tell('Compared; what differs is an item for finance.')
}

/**
 * What the schedule starts every day: the comparison of the day before, unless someone has started that already. One that was
 * ended before its time runs again. `taskQueue` is told, as a check of histories before a deploy runs on another one.
 */
export async function dailyReconciliation(
  platform: PlatformName,
  taskQueue: string,
): Promise<void> {
  const day = await finance.dayBefore({ platform, at: scheduledAt().toISOString() })
  try {
    await startChild('reconciliation', {
      workflowId: reconciliationIdOf(taskQueue, { platform, day }),
      workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
      parentClosePolicy: ParentClosePolicy.ABANDON,
      args: [{ platform, day } satisfies ReconciliationStart],
    })
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error
  }
}

/** The day that it was due, even where it is made up for later. */
export function scheduledAt(): Date {
  // oxlint-disable-next-line typescript/no-deprecated -- the typed attributes don't hold those of the server
  const [at] = workflowInfo().searchAttributes['TemporalScheduledStartTime'] ?? []
  return at instanceof Date ? at : workflowInfo().startTime
}
