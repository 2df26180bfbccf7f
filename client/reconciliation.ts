import type { Client } from '@temporalio/client'
import { reconciliationIdOf } from '../domain/reconciliation.ts'
import type { ReconciliationStart } from '../domain/reconciliation.ts'

/**
 * Start the comparison of a day; one that runs is left alone, or ended where this one is to begin `anew`. One that ended runs again:
 * all that it does is kept under identities of its own.
 */
export async function startReconciliation(
  client: Client,
  taskQueue: string,
  { start, anew = false }: { start: ReconciliationStart; anew?: boolean },
): Promise<void> {
  await client.workflow.start('reconciliation', {
    taskQueue,
    workflowId: reconciliationIdOf(taskQueue, start),
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    workflowIdConflictPolicy: anew ? 'TERMINATE_EXISTING' : 'USE_EXISTING',
    args: [start],
    staticSummary: `${start.platform}, ${start.day}`,
  })
}
