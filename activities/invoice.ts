import type { InvoiceProvider, IssueInvoice } from '../adapters/invoice/port.ts'
import type { Db } from '../db/connection.ts'
import { readInvoice, readTitle } from '../db/invoice.ts'
import type { InvoiceKey, InvoiceRow } from '../db/invoice.ts'
import * as issuing from '../db/invoice-issue.ts'
import { keepSeller } from '../db/invoice-seller.ts'
import type { Imprint } from '../db/invoice-seller.ts'
import { readOrder } from '../db/order.ts'
import { final, sorted } from './failure.ts'

export type InvoiceActivities = {
  /**
   * Have one invoice issued, the same one on every repeat; without a provider, leave it to finance. Reads the title from
   * the vault; throws codes only.
   */
  issueInvoice(invoice: InvoiceKey): Promise<void>
  /** Ask finance. `isRefused`: it was not issued, beyond doubt. */
  giveUpInvoice(failed: InvoiceKey & { code: string; isRefused: boolean }): Promise<void>
}

/** `invoices`: left out where they are issued by hand. */
export type InvoiceParts = {
  vaultKey: Buffer
  imprint?: Imprint
  invoices?: InvoiceProvider | undefined
}

export function invoiceActivities(db: Db, parts: InvoiceParts): InvoiceActivities {
  const { invoices, vaultKey, imprint = {} } = parts
  return {
    async issueInvoice(key) {
      if (invoices === undefined) return issuing.leaveToPeople(db, key)
      const taken = await issuing.takeInvoice(db, key)
      if (taken === undefined) return
      const { invoice, isRepeat } = taken
      // Not every provider recognises a repeat for long; and what is known there, nothing here refuses any more.
      const known = isRepeat ? await sorted(() => invoices.look(idOf(key))) : undefined
      const issueAnew = async () => {
        const request = await requestOf(db, vaultKey, { key, invoice })
        await db.begin((tx) => keepSeller(tx, { vaultKey, imprint }, key))
        return sorted(() => invoices.issue(request))
      }
      await issuing.markIssued(db, key, known ?? (await issueAnew()))
    },
    giveUpInvoice: (failed) => issuing.giveUpInvoice(db, failed),
  }
}

/** Ours, by which the provider recognises a repeat. */
const idOf = ({ orderId, invoiceId }: InvoiceKey) => `${orderId}-${invoiceId}`

/** As the provider knows the seller of freight. */
const PLATFORM = 'platform'

async function requestOf(
  db: Db,
  vaultKey: Buffer,
  { key, invoice }: { key: InvoiceKey; invoice: InvoiceRow },
): Promise<IssueInvoice> {
  const { orderId } = key
  const { kind, issuer, blueId, currency, amount, tax, lines } = invoice
  const row = await readOrder(db, orderId, { all: true })
  const buyer = await readTitle(db, vaultKey, orderId)
  if (row === undefined) throw final('INVOICE_UNKNOWN')
  if (buyer === undefined) throw final('TITLE_ERASED')
  return {
    ...{ id: idOf(key), orderNo: row.order.no, kind, buyer },
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
