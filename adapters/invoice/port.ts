import type { InvoiceIssuer, InvoiceKind, InvoiceLine, InvoiceTitle } from '../../domain/invoice.ts'

/** What Longhaul asks of a provider of electronic invoices. */
export type InvoiceProvider = {
  /**
   * Have one invoice issued. Idempotent by `id`. `TITLE_REFUSED` and `REQUEST_REFUSED` say beyond doubt that it isn't;
   * any other error leaves that open. `INVOICE_PENDING` while the provider itself waits, so that the same call is made
   * again later.
   */
  issue(request: IssueInvoice): Promise<IssuedInvoice>
  /** What became of one; undefined where the provider has never heard of it. Its errors refuse nothing. */
  look(id: string): Promise<IssuedInvoice | undefined>
}

export type IssueInvoice = {
  /** Ours, by which a repeat is recognised. */
  id: string
  orderNo: string
  kind: InvoiceKind
  /** Of a red one: what it takes back from. */
  original?: { number: string; code?: string }
  /** The merchant's id, `platform` for freight; the provider knows by it whose tax number to use. */
  seller: string
  buyer: InvoiceTitle
  currency: string
  /** With tax, in minor units; below zero on red invoices. Sums of the lines. */
  amount: number
  tax: number
  lines: readonly Omit<InvoiceLine, 'lineId'>[]
}

export type IssuedInvoice = { number: string; code?: string; issuedAt: string }

/** An invoice as it is shown and printed. */
export type InvoiceDocument = InvoiceIssuer & {
  kind: InvoiceKind
  number: string
  code?: string
  issuedAt: string
  /** IANA zone in which its day is told. */
  timeZone: string
  orderNo: string
  /** Left out once the customer's data was erased. */
  buyer?: InvoiceTitle
  /** Number of the invoice that a red one takes back from. */
  original?: string
  currency: string
  amount: number
  tax: number
  lines: readonly Omit<InvoiceLine, 'lineId'>[]
}

/** The invoice as a PDF, made anew each time. */
export type RenderInvoice = (invoice: InvoiceDocument) => Promise<Uint8Array<ArrayBuffer>>
