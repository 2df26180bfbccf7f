import { ActivityFailure, ApplicationFailure, setCurrentDetails } from '@temporalio/workflow'
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
    await invoiceNotes.giveUpInvoice({ orderId, invoiceId, code, isRefused: isRefusal(error) })
    setCurrentDetails(`Left to finance: \`${code}\`.`)
  }
}

/** Final is what was decided; whatever was only tried in vain may have come about. */
const isRefusal = ({ cause }: ActivityFailure) =>
  cause instanceof ApplicationFailure && cause.nonRetryable === true
