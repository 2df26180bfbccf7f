import type { InvoiceProvider, IssuedInvoice, IssueInvoice } from '../adapters/invoice/port.ts'
import type { Db } from '../db/connection.ts'
import { readInvoice, readTitle } from '../db/invoice.ts'
import type { InvoiceKey, InvoiceRow } from '../db/invoice.ts'
import * as issuing from '../db/invoice-issue.ts'
import { readOrder } from '../db/order.ts'
import { final, sorted } from './failure.ts'

export type InvoiceActivities = {
  /**
   * Have one invoice issued, the same one on every repeat; without a provider, leave it to finance. Reads the title from
   * the vault; throws codes only.
   */
  issueInvoice(invoice: InvoiceKey): Promise<void>
  /** Ask finance. `isRefused`: the provider won't issue it, ever. */
  giveUpInvoice(failed: InvoiceKey & { code: string; isRefused: boolean }): Promise<void>
}

/** `invoices`: left out where they are issued by hand. */
export type InvoiceParts = { vaultKey: Buffer; invoices?: InvoiceProvider | undefined }

export function invoiceActivities(db: Db, { invoices, vaultKey }: InvoiceParts): InvoiceActivities {
  return {
    async issueInvoice(key) {
      if (invoices === undefined) return issuing.leaveToPeople(db, key)
      const taken = await issuing.takeInvoice(db, key)
      if (taken === undefined) return
      const request = await requestOf(db, vaultKey, { key, invoice: taken.invoice })
      const issued = await sorted(() => issueOnce(invoices, request, taken.isRepeat))
      await issuing.markIssued(db, key, issued)
    },
    giveUpInvoice: (failed) => issuing.giveUpInvoice(db, failed),
  }
}

/** Asked for before, it is looked for first: not every provider recognises a repeat for long. */
async function issueOnce(
  invoices: InvoiceProvider,
  request: IssueInvoice,
  isRepeat: boolean,
): Promise<IssuedInvoice> {
  const known = isRepeat ? await invoices.look(request.id) : undefined
  return known ?? invoices.issue(request)
}

/** As the provider knows the seller of freight. */
const PLATFORM = 'platform'

async function requestOf(
  db: Db,
  vaultKey: Buffer,
  { key, invoice }: { key: InvoiceKey; invoice: InvoiceRow },
): Promise<IssueInvoice> {
  const { orderId, invoiceId } = key
  const { kind, issuer, blueId, currency, amount, tax, lines } = invoice
  const row = await readOrder(db, orderId, { all: true })
  const buyer = await readTitle(db, vaultKey, orderId)
  if (row === undefined) throw final('INVOICE_UNKNOWN')
  if (buyer === undefined) throw final('TITLE_ERASED')
  return {
    ...{ id: `${orderId}-${invoiceId}`, orderNo: row.order.no, kind, buyer },
    ...(blueId !== null && { original: await originalOf(db, { orderId, invoiceId: blueId }) }),
    ...{ seller: issuer ?? PLATFORM, currency, amount, tax },
    lines: lines.map(({ name, quantity, amount: gross, tax: own, taxBps }) => ({
      ...{ name, quantity, amount: gross, tax: own, taxBps },
    })),
  }
}

async function originalOf(db: Db, key: InvoiceKey): Promise<{ number: string; code?: string }> {
  const blue = await readInvoice(db, key)
  if (blue === undefined || blue.number === null) throw final('ORIGINAL_NOT_ISSUED')
  const { number, code } = blue
  return { number, ...(code !== null && { code }) }
}
