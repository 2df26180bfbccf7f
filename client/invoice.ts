import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client'
import type { Client } from '@temporalio/client'

/** An invoice of an order. */
export type InvoiceRef = { orderId: string; invoiceId: string }

/** A workflow per invoice; once it has ended, the invoice may be tried again under the same id. */
const issuingOf = (taskQueue: string, { orderId, invoiceId }: InvoiceRef) => ({
  taskQueue,
  workflowId: `invoice-${orderId}-${invoiceId}`,
  workflowIdReusePolicy: 'ALLOW_DUPLICATE' as const,
  args: [orderId, invoiceId],
  staticSummary: `invoice ${invoiceId} of ${orderId}`,
})

/** Start it. False where one runs, which may be at its very end: then it is to be asked again. */
export async function startIssuing(
  client: Client,
  taskQueue: string,
  invoice: InvoiceRef,
): Promise<boolean> {
  try {
    await client.workflow.start('issueInvoice', issuingOf(taskQueue, invoice))
    return true
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false
    throw error
  }
}
