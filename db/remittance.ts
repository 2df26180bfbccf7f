import type { OrderEvent } from '../domain/events.ts'
import type { ItemKind, Money } from '../domain/reconciliation.ts'
import type { RemittanceReport } from '../domain/reports.ts'
import type { Order } from '../domain/order.ts'
import type { Db, Tx } from './connection.ts'
import { noteDifference, noteMatches } from './finance-item.ts'
import { putReports } from './relay.ts'

/** What a carrier says that it pays over. */
export type Remittance = {
  id: string
  carrier: string
  reference: string
  currency: string
  /** When it paid, ISO 8601. */
  at: string
  /** The same by the calendar of the shop. */
  day: string
  fingerprint: string
  recordedBy: string
  lines: { waybill: string; amount: number }[]
}

/** Seed that keeps our advisory locks apart from others'. */
const REMITTANCE_LOCK = 7_217_019

/**
 * Keep it and tell the orders; what can't be told becomes an item. Where the reference is known already nothing is done, and
 * the fingerprint of what was told under it is returned.
 */
export async function recordRemittance(
  tx: Tx,
  remittance: Remittance,
): Promise<string | undefined> {
  const { id, carrier, reference, currency, at, fingerprint, recordedBy } = remittance
  // One at a time per carrier: what one of them brings is a repeat for the next.
  await tx`select pg_advisory_xact_lock(hashtextextended(${carrier}, ${REMITTANCE_LOCK}))`
  const [earlier] = await tx<{ fingerprint: string }[]>`
    select fingerprint from remittances where carrier = ${carrier} and reference = ${reference}`
  if (earlier !== undefined) return earlier.fingerprint
  await tx`insert into remittances (id, carrier, reference, currency, at, fingerprint, recorded_by)
    values (${id}, ${carrier}, ${reference}, ${currency}, ${at}, ${fingerprint}, ${recordedBy})`
  const found = await findCash(tx, remittance)
  const judged = judgeLines(found, currency)
  await tx`insert into remittance_lines ${tx(judged.map((line) => columnsOf(remittance, line)))}`
  for (const line of judged)
    if (line.kind !== undefined) await noteLine(tx, remittance, { ...line, kind: line.kind })
  const told = judged.filter(isTold)
  if (told.length > 0)
    await putReports(
      tx,
      told.map((line) => reportOf(remittance, line)),
    )
  return undefined
}

type CashLine = {
  line: number
  waybill: string
  amount: number
  orderId: string | null
  parcelId: string | null
  collected: number | null
  currency: string | null
  /** An earlier remittance brought it. */
  isRepeat: boolean
}
type JudgedLine = CashLine & { kind: ItemKind | undefined; expected: Money | undefined }

/** Waybills are recycled: the parcel whose cash is owed is the one meant, else the newest. */
async function findCash(tx: Tx, { carrier, lines }: Remittance): Promise<CashLine[]> {
  return tx<CashLine[]>`
    select k.line::int, k.waybill, k.amount, p.order_id as "orderId", p.id as "parcelId", p.collected, p.currency,
      exists (
        select from remittance_lines r
        where r.order_id = p.order_id and r.parcel_id = p.id
          and (r.item_kind is null or r.item_kind = 'AMOUNT_DIFFERS')
      ) as "isRepeat"
    from unnest(${lines.map(({ waybill }) => waybill)}::text[], ${lines.map(({ amount }) => amount)}::bigint[])
      with ordinality as k (waybill, amount, line)
    left join lateral (
      select p.order_id, p.id, c.collected::bigint, c.currency::text from parcels p
      left join carrier_cash c on c.order_id = p.order_id and c.parcel_id = p.id
      where p.carrier = ${carrier} and p.waybill = k.waybill
      order by coalesce(c.remitted < c.collected, false) desc, p.booked_at desc limit 1
    ) p on true
    order by k.line`
}

function judgeLines(lines: readonly CashLine[], currency: string): JudgedLine[] {
  const brought = new Set<string>()
  return lines.map((line) => {
    const parcel = `${line.orderId}:${line.parcelId}`
    const expected =
      line.collected === null || line.currency === null
        ? undefined
        : { amount: line.collected, currency: line.currency }
    const isRepeat = line.isRepeat || brought.has(parcel)
    const kind = kindOf({ ...line, isRepeat }, { expected, currency })
    if (expected !== undefined) brought.add(parcel)
    return { ...line, expected, kind }
  })
}

function kindOf(
  line: CashLine,
  { expected, currency }: { expected: Money | undefined; currency: string },
): ItemKind | undefined {
  if (expected === undefined) return 'MISSING_HERE'
  if (line.isRepeat) return 'REPEATED'
  const isEqual = expected.amount === line.amount && expected.currency === currency
  return isEqual ? undefined : 'AMOUNT_DIFFERS'
}

type ToldLine = JudgedLine & { orderId: string; parcelId: string }

/** The order posts what it is told; a sum that differs is told as it is. */
const isTold = (line: JudgedLine): line is ToldLine =>
  line.orderId !== null && (line.kind === undefined || line.kind === 'AMOUNT_DIFFERS')

const columnsOf = ({ id }: Remittance, line: JudgedLine) => ({
  ...{ remittance_id: id, line: line.line, waybill: line.waybill, amount: line.amount },
  ...{ order_id: line.orderId, parcel_id: line.parcelId, item_kind: line.kind ?? null },
})

const itemKeyOf = (remittanceId: string, line: number) => `remittance:${remittanceId}:${line}`

async function noteLine(
  tx: Tx,
  {
    id,
    carrier,
    currency,
    day,
    at,
  }: Pick<Remittance, 'id' | 'carrier' | 'currency' | 'day' | 'at'>,
  { line, waybill, amount, orderId, kind, expected }: JudgedLine & { kind: ItemKind },
): Promise<void> {
  const item = {
    ...{ key: itemKeyOf(id, line), kind, party: carrier, movement: 'remittance' as const },
    ...{ reference: waybill, refundReference: '', day, orderId: orderId ?? undefined },
    expected: kind === 'REPEATED' ? undefined : expected,
    actual: { amount, currency },
    suspends: kind !== 'AMOUNT_DIFFERS',
  }
  await noteDifference(tx, item, at)
}

function reportOf(
  { id, carrier, currency, at }: Pick<Remittance, 'id' | 'carrier' | 'currency' | 'at'>,
  { line, amount, orderId, parcelId }: Pick<ToldLine, 'line' | 'amount' | 'orderId' | 'parcelId'>,
) {
  const eventId = `remittance:${id}:${line}`
  const payload: RemittanceReport = {
    ...{ eventId, occurredAt: at, type: 'remitted', parcelId, carrier, amount, currency },
  }
  return { source: `remittance:${carrier}`, eventId, orderId, kind: 'payment' as const, payload }
}

/** Keep what carriers owe in step with an order's events. */
export async function projectCash(tx: Tx, order: Order, event: OrderEvent): Promise<void> {
  const { id: orderId, currency, origin } = order
  // Another shop's cash is that shop's.
  if (origin !== undefined) return
  if (event.type === 'tender.cash_received') {
    const { parcelId, carrier, tenderId, amount } = event.data
    await tx`insert into carrier_cash (order_id, parcel_id, carrier, tender_id, currency, collected, collected_at)
      values (${orderId}, ${parcelId}, ${carrier}, ${tenderId}, ${currency}, ${amount}, ${event.at})`
    await tellWaiting(tx, { orderId, parcelId, amount, currency })
  }
  if (event.type === 'tender.remitted') {
    const { parcelId, amount } = event.data
    await tx`update carrier_cash set remitted = remitted + ${amount}, remitted_at = ${event.at}
      where order_id = ${orderId} and parcel_id = ${parcelId}`
  }
}

type Collected = Money & { orderId: string; parcelId: string }
type WaitingLine = Omit<
  Remittance,
  'lines' | 'fingerprint' | 'recordedBy' | 'reference' | 'day'
> & {
  line: number
  amount: number
}

/** The carrier paid over before its scan told us of the cash. */
async function tellWaiting(tx: Tx, { orderId, parcelId, ...cash }: Collected): Promise<void> {
  const [waiting] = await tx<(Omit<WaitingLine, 'at'> & { at: Date })[]>`
    update remittance_lines l set item_kind = null from remittances r
    where l.order_id = ${orderId} and l.parcel_id = ${parcelId} and l.item_kind = 'MISSING_HERE'
      and l.amount = ${cash.amount} and r.currency = ${cash.currency} and r.id = l.remittance_id
      and not exists (
        select from remittance_lines o where o.order_id = l.order_id and o.parcel_id = l.parcel_id
          and (o.item_kind is null or (o.remittance_id, o.line) < (l.remittance_id, l.line))
      )
    returning r.id, r.carrier, r.currency, r.at, l.line, l.amount`
  if (waiting === undefined) return
  const at = waiting.at.toISOString()
  await noteMatches(tx, [itemKeyOf(waiting.id, waiting.line)], at)
  await putReports(tx, [reportOf({ ...waiting, at }, { ...waiting, orderId, parcelId })])
}

export type OwedCash = {
  carrier: string
  waybill: string
  orderId: string
  parcelId: string
  currency: string
  owed: number
  collectedAt: string
}

export type CashCursor = { collectedAt: string; orderId: string; parcelId: string }

/** What carriers have taken at doors and not paid over, oldest first. */
export async function listOwedCash(
  db: Db,
  page: { carrier?: string | undefined; cursor?: CashCursor | undefined; limit: number },
): Promise<OwedCash[]> {
  const { carrier, cursor, limit } = page
  const rows = await db<(Omit<OwedCash, 'collectedAt'> & { collectedAt: Date })[]>`
    select c.carrier, p.waybill, c.order_id as "orderId", c.parcel_id as "parcelId", c.currency,
      (c.collected - c.remitted)::bigint as owed, c.collected_at as "collectedAt"
    from carrier_cash c join parcels p on p.order_id = c.order_id and p.id = c.parcel_id
    where c.remitted < c.collected
      ${carrier === undefined ? db`` : db`and c.carrier = ${carrier}`}
      ${cursor === undefined ? db`` : db`and (c.collected_at, c.order_id, c.parcel_id) > (${cursor.collectedAt}, ${cursor.orderId}, ${cursor.parcelId})`}
    order by c.collected_at, c.order_id, c.parcel_id limit ${limit}`
  return rows.map((row) => ({ ...row, collectedAt: row.collectedAt.toISOString() }))
}

export type RemittanceItem = { line: number; waybill: string; amount: number; kind: ItemKind }
export type RemittanceRow = {
  id: string
  carrier: string
  reference: string
  currency: string
  at: string
  /** Of all lines. */
  amount: number
  lines: number
  /** Lines that raised a question; what was settled since is left out. */
  questions: RemittanceItem[]
}

export async function readRemittance(
  db: Db,
  { carrier, reference }: Pick<RemittanceRow, 'carrier' | 'reference'>,
): Promise<RemittanceRow | undefined> {
  const [row] = await db<(Omit<RemittanceRow, 'at'> & { at: Date })[]>`
    select r.id, r.carrier, r.reference, r.currency, r.at, sum(l.amount)::bigint as amount, count(*)::int as lines,
      coalesce(jsonb_agg(
        jsonb_build_object('line', l.line, 'waybill', l.waybill, 'amount', l.amount, 'kind', l.item_kind)
        order by l.line
      ) filter (where l.item_kind is not null), '[]') as questions
    from remittances r join remittance_lines l on l.remittance_id = r.id
    where r.carrier = ${carrier} and r.reference = ${reference} group by r.id`
  return row && { ...row, at: row.at.toISOString() }
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
    select carrier, currency, count(*)::int as parcels, sum(collected - remitted)::bigint as owed,
      min(collected_at) as since
    from carrier_cash where remitted < collected group by carrier, currency order by carrier, currency`
  return rows.map((row) => ({ ...row, since: row.since.toISOString() }))
}
