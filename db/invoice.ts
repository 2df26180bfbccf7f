import type { OrderEvent } from '../domain/events.ts'
import { draftInvoices, isOpen } from '../domain/invoice.ts'
import type { Invoice, InvoiceDraft, InvoiceTitle } from '../domain/invoice.ts'
import { sum } from '../domain/money.ts'
import type { Order } from '../domain/order.ts'
import type { Db, Tx } from './connection.ts'
import { closeInvoiceTask } from './invoice-task.ts'
import { readSealed, storeSealed } from './vault.ts'

/*
 * Invoices follow from an order's events. Whatever changes them holds the order's row locked; `issuing` is taken by the
 * provider's activity alone, by a conditional update, so that an invoice is either still changed or already sent.
 */

/** One invoice of an order. */
export type InvoiceKey = { orderId: string; invoiceId: string }

export type InvoiceRow = Invoice & {
  currency: string
  amount: number
  tax: number
  number: string | null
  code: string | null
  issuedAt: string | null
  createdAt: string
  /** How its issuer was called when it was issued, or asked for; null before. */
  seller: string | null
  /** It is a person's matter. */
  isLeft: boolean
}

type Stored = Omit<InvoiceRow, 'issuedAt' | 'createdAt'> & {
  issuedAt: Date | null
  createdAt: Date
}

export const invoiceColumns = (db: Db | Tx) => db`
  i.id, i.kind, i.issuer, i.blue_id as "blueId", i.status, i.lines, i.currency, i.amount,
  i.tax, i.number, i.code, i.issued_at as "issuedAt", i.created_at as "createdAt", i.seller,
  i.left_at is not null as "isLeft"`

const rowOf = ({ issuedAt, createdAt, ...row }: Stored): InvoiceRow => ({
  ...row,
  issuedAt: issuedAt?.toISOString() ?? null,
  createdAt: createdAt.toISOString(),
})

/** Whether its customer asked for any. */
export async function isInvoiced(db: Db, orderId: string): Promise<boolean> {
  const found = await db`select from invoice_requests where order_id = ${orderId}`
  return found.count > 0
}

/** All that an order has, those that came to nothing left out; oldest first. */
export async function listInvoices(db: Db | Tx, orderId: string): Promise<InvoiceRow[]> {
  const rows = await db<Stored[]>`
    select ${invoiceColumns(db)} from invoices i
    where order_id = ${orderId} and status <> 'dropped' order by created_at, ${ordinal(db)}`
  return rows.map(rowOf)
}

/** `i12` comes after `i2`. */
const ordinal = (db: Db | Tx) => db`substr(i.id, 2)::int`

export async function readInvoice(
  db: Db | Tx,
  { orderId, invoiceId }: InvoiceKey,
): Promise<InvoiceRow | undefined> {
  const [row] = await db<Stored[]>`
    select ${invoiceColumns(db)} from invoices i where order_id = ${orderId} and id = ${invoiceId}`
  return row && rowOf(row)
}

/** Where the title stands in the vault. */
const TITLE = 'invoice'

/** Undefined once the customer's data was erased. */
export async function readTitle(
  db: Db,
  vaultKey: Buffer,
  orderId: string,
): Promise<InvoiceTitle | undefined> {
  return readSealed<InvoiceTitle>(db, vaultKey, { orderId, name: TITLE })
}

type Wish = { orderId: string; customerId: string; title: InvoiceTitle }

/** Note that an order's customer wants invoices, and for whom; an order that is just coming in has none to change. */
export async function noteRequest(tx: Tx, vaultKey: Buffer, wish: Wish): Promise<void> {
  const { orderId, customerId: subject, title } = wish
  await storeSealed(tx, vaultKey, { orderId, name: TITLE, subject, value: title })
  await tx`insert into invoice_requests (order_id, title_kind) values (${orderId}, ${title.kind})
    on conflict (order_id) do update set title_kind = excluded.title_kind, requested_at = clock_timestamp()`
}

/**
 * Ask for an order's invoices, or for another title while none has been sent to be issued. False where it is too late
 * for that. What had failed is tried again.
 */
export async function requestInvoices(
  tx: Tx,
  vaultKey: Buffer,
  { orderId, title }: Omit<Wish, 'customerId'>,
): Promise<boolean> {
  const [row] = await tx<{ view: Order }[]>`
    select view from orders where id = ${orderId} for update`
  if (row === undefined) return false
  const known = await lockInvoices(tx, orderId)
  if (known.some(({ status }) => status === 'issuing' || status === 'issued')) return false
  const { customerId } = row.view
  await noteRequest(tx, vaultKey, { orderId, customerId, title })
  for (const { id } of known) await closeInvoiceTask(tx, { orderId, invoiceId: id })
  await tx`update invoices set status = 'requested', handed_over_at = null, leased_until = null, left_at = null
    where order_id = ${orderId} and status in ('requested', 'failed')`
  await settle(tx, row.view)
  return true
}

/** What changes what is charged, or when it is invoiced. */
const TELLING: ReadonlySet<OrderEvent['type']> = new Set([
  ...(['order.accepted', 'tender.collected', 'tender.waived', 'charge.reversed'] as const),
])

/** Part of recording an event; `order` is the one after it. */
export async function followInvoices(tx: Tx, order: Order, { type }: OrderEvent): Promise<void> {
  if (!TELLING.has(type)) return
  const wanted = await tx`select from invoice_requests where order_id = ${order.id}`
  if (wanted.count > 0) await settle(tx, order)
}

async function lockInvoices(tx: Tx, orderId: string): Promise<InvoiceRow[]> {
  const rows = await tx<Stored[]>`
    select ${invoiceColumns(tx)} from invoices i where order_id = ${orderId}
    order by ${ordinal(tx)} for update`
  return rows.map(rowOf)
}

/** Make the open invoices those that there should be. The caller holds the order locked. */
async function settle(tx: Tx, order: Order): Promise<void> {
  const known = await lockInvoices(tx, order.id)
  const drafts = draftInvoices(order, known)
  const open = known.filter(isOpen)
  const fits = (draft: InvoiceDraft) =>
    open.find(
      (one) =>
        one.kind === draft.kind && one.issuer === draft.issuer && one.blueId === draft.blueId,
    )
  const kept = new Set(drafts.map((draft) => fits(draft)?.id))
  for (const { id } of open) if (!kept.has(id)) await drop(tx, { orderId: order.id, invoiceId: id })
  let count = known.length
  for (const draft of drafts) {
    const id = fits(draft)?.id
    if (id === undefined) await insert(tx, order, { ...draft, id: `i${++count}` })
    else
      await tx`update invoices set ${tx(sumsOf(tx, draft))} where order_id = ${order.id} and id = ${id}`
  }
}

const sumsOf = (tx: Tx, { lines }: InvoiceDraft) => ({
  amount: sum(lines.map((line) => line.amount)),
  tax: sum(lines.map((line) => line.tax)),
  lines: tx.json(lines),
})

async function insert(tx: Tx, { id, currency }: Order, draft: InvoiceDraft & { id: string }) {
  const { kind, issuer, blueId } = draft
  const row = { order_id: id, id: draft.id, kind, issuer, blue_id: blueId, currency }
  await tx`insert into invoices ${tx({ ...row, ...sumsOf(tx, draft) })}`
}

async function drop(tx: Tx, key: InvoiceKey): Promise<void> {
  await tx`update invoices set status = 'dropped'
    where order_id = ${key.orderId} and id = ${key.invoiceId}`
  await closeInvoiceTask(tx, key)
}
