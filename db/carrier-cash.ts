import { cashGivenUp } from '../domain/reconciliation.ts'
import type { Db, Tx } from './connection.ts'
import { post } from './ledger.ts'
import { releaseMerchants } from './settlement.ts'

/** Seed that keeps our advisory locks apart from others'. */
const CASH_LOCK = 7_217_019

/**
 * One at a time per carrier: what one transaction says of its cash, the next one knows. Taken after an order's row, before
 * any item.
 */
export async function lockCarrier(tx: Tx, carrier: string): Promise<void> {
  await tx`select pg_advisory_xact_lock(hashtextextended(${carrier}, ${CASH_LOCK}))`
}

/** Of `c`, paid over by remittances, whether or not its order has heard of that. */
export const toldOf = (db: Db | Tx) => db`(
  select coalesce(sum(t.told), 0) from remittance_lines t
  where t.order_id = c.order_id and t.parcel_id = c.parcel_id)`

type GivenUp = {
  orderId: string
  carrier: string
  amount: number
  currency: string
  isArchived: boolean
}

/** The rest of a parcel's cash that one line left open: the platform bears it, and merchants have it no longer to wait for. */
export async function giveUpCash(
  tx: Tx,
  itemKey: string,
  { key, at }: { key: string; at: string },
): Promise<void> {
  const [given] = await tx<GivenUp[]>`
    with short as (
      select c.order_id, c.parcel_id, (c.collected - c.written_off - ${toldOf(tx)})::bigint as amount
      from remittance_lines l join carrier_cash c on c.order_id = l.order_id and c.parcel_id = l.parcel_id
      where 'remittance:' || l.remittance_id || ':' || l.line = ${itemKey}
    )
    update carrier_cash c set written_off = c.written_off + s.amount
    from short s join orders o on o.id = s.order_id
    where c.order_id = s.order_id and c.parcel_id = s.parcel_id and s.amount > 0
    returning c.order_id as "orderId", c.carrier, c.currency, s.amount, o.archived_at is not null as "isArchived"`
  if (given === undefined) return
  const { orderId, carrier, isArchived, ...missing } = given
  const posting = cashGivenUp(carrier, missing)
  if (posting !== undefined) await post(tx, { key, orderId, at, posting })
  if (isArchived) await releaseMerchants(tx, { orderId, key: `${key}:release`, at })
}

export type OwedCash = {
  carrier: string
  waybill: string
  orderId: string
  parcelId: string
  currency: string
  owed: number
  /** What of its waybill the carrier says it has paid over, and finance has not confirmed. */
  claimed: number
  collectedAt: string
}

export type CashCursor = { collectedAt: string; orderId: string; parcelId: string }

/** What carriers have taken at doors and owe us, oldest first. */
export async function listOwedCash(
  db: Db,
  page: { carrier?: string | undefined; cursor?: CashCursor | undefined; limit: number },
): Promise<OwedCash[]> {
  const { carrier, cursor, limit } = page
  const rows = await db<(Omit<OwedCash, 'collectedAt'> & { collectedAt: Date })[]>`
    select c.carrier, p.waybill, c.order_id as "orderId", c.parcel_id as "parcelId", c.currency,
      (c.collected - c.remitted - c.written_off)::bigint as owed, c.collected_at as "collectedAt",
      (select coalesce(sum(l.amount), 0) from remittance_lines l join remittances r on r.id = l.remittance_id
        where r.status = 'claimed' and r.currency = c.currency and l.order_id = c.order_id and l.parcel_id = c.parcel_id)::bigint as claimed
    from carrier_cash c join parcels p on p.order_id = c.order_id and p.id = c.parcel_id
    where c.remitted + c.written_off < c.collected
      ${carrier === undefined ? db`` : db`and c.carrier = ${carrier}`}
      ${cursor === undefined ? db`` : db`and (c.collected_at, c.order_id, c.parcel_id) > (${cursor.collectedAt}, ${cursor.orderId}, ${cursor.parcelId})`}
    order by c.collected_at, c.order_id, c.parcel_id limit ${limit}`
  return rows.map((row) => ({ ...row, collectedAt: row.collectedAt.toISOString() }))
}

/** What each carrier owes in all, and since when at the longest. */
export type CarrierDebt = {
  carrier: string
  currency: string
  parcels: number
  owed: number
  since: string
}

export async function sumOwedCash(db: Db): Promise<CarrierDebt[]> {
  const rows = await db<(Omit<CarrierDebt, 'since'> & { since: Date })[]>`
    select carrier, currency, count(*)::int as parcels, sum(collected - remitted - written_off)::bigint as owed,
      min(collected_at) as since
    from carrier_cash where remitted + written_off < collected group by carrier, currency order by carrier, currency`
  return rows.map((row) => ({ ...row, since: row.since.toISOString() }))
}
