import { ActivityFailure, setCurrentDetails } from '@temporalio/workflow'
import { codeOf } from './book.ts'
import { invoiceNotes, invoicing } from './effects.ts'

/** Have one invoice issued; a life of its own, so that a tax office's trouble never holds an order up. */
export async function issueInvoice(orderId: string, invoiceId: string): Promise<void> {
  try {
    setCurrentDetails('Being issued; tried again for a day while the provider is in trouble.')
    await invoicing.issueInvoice({ orderId, invoiceId })
    setCurrentDetails('Dealt with: issued, left to finance, or settled before.')
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error
    const code = codeOf(error)
    await invoiceNotes.giveUpInvoice({ orderId, invoiceId, code, isRefused: REFUSALS.has(code) })
    setCurrentDetails(`Left to finance: \`${code}\`.`)
  }
}

/**
 * It was never issued: the provider says so, or it was never asked for what can't be asked for. Whatever else went
 * wrong, it may have come about.
 */
const REFUSALS: ReadonlySet<string> = new Set([
  ...['TITLE_REFUSED', 'REQUEST_REFUSED', 'TITLE_ERASED', 'ORIGINAL_NOT_ISSUED'],
])
