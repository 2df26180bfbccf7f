import { REFUSAL_DAYS } from '../domain/cash.ts'
import { isByPlatform, PLATFORM_OF } from '../domain/method.ts'
import type { PlatformName } from '../domain/method.ts'
import type { OrderEvent } from '../domain/events.ts'
import { InvariantError, tenderOf } from '../domain/order.ts'
import type { Order, Tender } from '../domain/order.ts'
import { holdsMoney, moneyOf } from '../domain/status.ts'
import type { Db, Tx } from './connection.ts'

/** What an event changes of an order's tenders and refunds, as columns that money is compared by. */
export async function projectPayment(tx: Tx, order: Order, event: OrderEvent): Promise<void> {
  if (event.type.startsWith('tender.') && 'tenderId' in event.data) {
    return putTender(tx, order, event.data.tenderId)
  }
  if (event.type.startsWith('refund.') && 'refundId' in event.data) {
    return putRefund(tx, order, event)
  }
}

async function putTender(tx: Tx, order: Order, tenderId: string): Promise<void> {
  const tender = tenderOf(order, tenderId)
  if (tender === undefined) throw new InvariantError('tender unknown')
  const { method, account, externalId, amount, status, capturedAt } = tender
  const received = receivedOn(order, tender)
  const row = {
    ...{ order_id: order.id, id: tenderId, method, platform: platformOf(order, tender) },
    ...{ account_id: account ?? null, external_id: externalId ?? null },
    ...{ amount, currency: order.currency, status },
    ...{ received: received?.amount ?? null, received_currency: received?.currency ?? null },
    captured_at: capturedAt ?? null,
  }
  await tx`insert into tenders ${tx(row)} on conflict (order_id, id) do update set
    external_id = excluded.external_id, status = excluded.status, received = excluded.received,
    received_currency = excluded.received_currency, captured_at = excluded.captured_at,
    step = case when excluded.status in ('action_required', 'failed') then tenders.step end`
}

/** Another shop's platform is none of ours. */
const platformOf = ({ origin }: Order, { method }: Tender): PlatformName | null =>
  origin === undefined && isByPlatform(method) ? PLATFORM_OF[method] : null

function receivedOn({ currency }: Order, tender: Tender) {
  if (tender.status === 'mismatched') return tender.received
  return holdsMoney(tender) ? { amount: moneyOf(tender), currency } : undefined
}

async function putRefund(tx: Tx, order: Order, event: OrderEvent): Promise<void> {
  const id = 'refundId' in event.data ? event.data.refundId : ''
  const refund = order.refunds.find((one) => one.id === id)
  if (refund === undefined) throw new InvariantError('refund unknown')
  const { tenderId, amount, status, account } = refund
  const externalId = event.type === 'refund.succeeded' ? event.data.externalRefundId : null
  const isSettled = status === 'succeeded' || status === 'manual'
  const row = {
    ...{ order_id: order.id, id, tender_id: tenderId, amount, currency: order.currency, status },
    ...{ external_id: externalId, account_id: account ?? null, requested_at: event.at },
    settled_at: isSettled ? event.at : null,
  }
  await tx`insert into refunds ${tx(row)} on conflict (order_id, id) do update set
    status = excluded.status, external_id = excluded.external_id, account_id = excluded.account_id,
    settled_at = excluded.settled_at`
}

/** Whose payment it is that a platform knows by a reference. */
export async function findTender(
  db: Db,
  { platform, externalId }: { platform: PlatformName; externalId: string },
): Promise<{ orderId: string; tenderId: string; currency: string } | undefined> {
  const [row] = await db<{ orderId: string; tenderId: string; currency: string }[]>`
    select order_id as "orderId", id as "tenderId", currency from tenders
    where platform = ${platform} and external_id = ${externalId}`
  return row
}

/** How many orders a customer lately let come and refused at the door. */
export async function countRefusals(db: Db, customerId: string): Promise<number> {
  const [row] = await db<{ count: number }[]>`
    select count(*)::int as count from orders o
    where customer_id = ${customerId} and status = 'refused'
      and placed_at > clock_timestamp() - ${REFUSAL_DAYS} * interval '1 day'
      and exists (select from tenders t where t.order_id = o.id and t.method = 'cod')`
  return row?.count ?? 0
}
