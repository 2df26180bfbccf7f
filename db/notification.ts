import type { MailTemplate, Notice } from '../domain/notification.ts'
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

export type NoticeRow = {
  id: string
  orderId: string
  template: MailTemplate
  detail: { parcelId?: string; refundId?: string }
  status: 'queued' | 'sent' | 'failed'
  order: Order
}

export async function readNotice(db: Db, id: string): Promise<NoticeRow | undefined> {
  const [row] = await db<NoticeRow[]>`
    select n.id, n.order_id as "orderId", n.template, n.detail, n.status, o.view as order
    from notices n join orders o on o.id = n.order_id where n.id = ${id}`
  return row
}

export async function markNotice(db: Db, id: string, status: 'sent' | 'failed'): Promise<void> {
  await db`update notices set status = ${status}, sent_at = clock_timestamp()
    where id = ${id} and status = 'queued'`
}
