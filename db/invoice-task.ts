import type { Db, Tx } from './connection.ts'
import type { InvoiceKey } from './invoice.ts'
import type { TaskRow } from './task.ts'

/*
 * Questions about invoices, for finance: no order's workflow waits for their answers.
 */

const idOf = ({ orderId, invoiceId }: InvoiceKey) => `invoice-${orderId}-${invoiceId}`

/** Ask a person about an invoice; asked again where the question was answered before. */
export async function raiseInvoiceTask(
  tx: Tx,
  { code, ...key }: InvoiceKey & { code: string },
): Promise<void> {
  const kind = 'INVOICE_STUCK' satisfies TaskRow['kind']
  await tx`
    insert into tasks (id, order_id, kind, subject, code, raised_at)
    values (${idOf(key)}, ${key.orderId}, ${kind}, ${key.invoiceId}, ${code}, clock_timestamp())
    on conflict (id) do update set code = excluded.code, raised_at = excluded.raised_at,
      resolved_at = null, resolution = null`
}

/** It was answered by what became of the invoice. */
export async function closeInvoiceTask(tx: Db | Tx, key: InvoiceKey): Promise<void> {
  await tx`update tasks set resolved_at = clock_timestamp(), resolution = 'skip'
    where id = ${idOf(key)} and resolved_at is null`
}
