import type { InvoiceRef } from '../client/invoice.ts'
import { claimInvoices, markInvoiceHandedOver, postponeInvoice } from '../db/invoice-issue.ts'
import type { Db } from '../db/connection.ts'
import type { Claim } from '../db/relay.ts'

type Parts = { db: Db; client: { issueInvoice(invoice: InvoiceRef): Promise<boolean> } }

/** Hand invoices over to workflows of their own. A call that fails puts its row off and ends the sweep. */
export async function relayInvoices({ db, client }: Parts, claim: Claim): Promise<number> {
  const invoices = await claimInvoices(db, claim)
  for (const invoice of invoices) {
    const started = await client.issueInvoice(invoice).catch(async (error: unknown) => {
      await postponeInvoice(db, invoice)
      throw error
    })
    if (started) await markInvoiceHandedOver(db, invoice)
    else await postponeInvoice(db, invoice)
  }
  return invoices.length
}
