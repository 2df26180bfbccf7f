import type { InvoiceKind } from '../domain/invoice.ts'
import type { MailTemplate, Notice, NoticeDetail } from '../domain/notification.ts'
import type { Order } from '../domain/order.ts'
import type { Db, Tx } from './connection.ts'

export async function insertNotices(
  tx: Tx,
  { orderId, seq, notices }: { orderId: string; seq: number; notices: Notice[] },
): Promise<void> {
  if (notices.length === 0) return
  const rows = notices.map(({ template, revision, ...detail }, i) => ({
    id: `${orderId}-${seq}-${i + 1}`,
    order_id: orderId,
    template,
    key: `${orderId}:${template}:${revision}:email:customer`,
    detail: tx.json(detail),
  }))
  await tx`insert into notices ${tx(rows)} on conflict (key) do nothing`
}

/** Part of noting that an invoice is issued; once for each. `i` names those rows. */
export const tellIssued = (db: Db | Tx) => db`
  insert into notices (id, order_id, template, key, detail)
  select order_id || '-' || id || '-issued', order_id, 'invoice_issued',
    order_id || ':invoice_issued:' || id || ':email:customer', jsonb_build_object('invoiceId', id)
  from i on conflict (key) do nothing`

export type NoticeRow = {
  id: string
  orderId: string
  template: MailTemplate
  detail: NoticeDetail
  status: 'queued' | 'sent' | 'failed'
  order: Order
  /** The one that it is about; `issuer` is a name as it was then, null where the platform issues it. */
  invoice: { kind: InvoiceKind; number: string; issuer: string | null; amount: number } | null
}

export async function readNotice(db: Db, id: string): Promise<NoticeRow | undefined> {
  const [row] = await db<NoticeRow[]>`
    select n.id, n.order_id as "orderId", n.template, n.detail, n.status, o.view as order,
      case when i.id is null then null else jsonb_build_object(
        'kind', i.kind, 'number', coalesce(i.number, ''), 'amount', i.amount,
        'issuer', case when i.issuer is not null then i.seller end
      ) end as invoice
    from notices n join orders o on o.id = n.order_id
    left join invoices i on i.order_id = n.order_id and i.id = n.detail->>'invoiceId'
    where n.id = ${id}`
  return row
}

export async function markNotice(db: Db, id: string, status: 'sent' | 'failed'): Promise<void> {
  await db`update notices set status = ${status}, sent_at = clock_timestamp()
    where id = ${id} and status = 'queued'`
}
