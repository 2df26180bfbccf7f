import type { Client } from '@temporalio/client'
import { reconciliationIdOf } from '../domain/reconciliation.ts'
import type { ReconciliationStart } from '../domain/reconciliation.ts'

/** Start the comparison of a day; one that runs is left alone, one that ended runs again. */
export async function startReconciliation(
  client: Client,
  taskQueue: string,
  start: ReconciliationStart,
): Promise<void> {
  await client.workflow.start('reconciliation', {
    taskQueue,
    workflowId: reconciliationIdOf(taskQueue, start),
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    workflowIdConflictPolicy: 'USE_EXISTING',
    args: [start],
    staticSummary: `${start.platform}, ${start.day}`,
  })
}
