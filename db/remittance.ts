import { parcelMeant, placeCash } from '../domain/parcel-cash.ts'
import type { ParcelCash, PlacedCash } from '../domain/parcel-cash.ts'
import type { OrderEvent } from '../domain/events.ts'
import type { ItemKind, Money } from '../domain/reconciliation.ts'
import type { RemittanceReport } from '../domain/reports.ts'
import type { Order } from '../domain/order.ts'
import { lockCarrier, toldOf } from './carrier-cash.ts'
import type { Db, Tx } from './connection.ts'
import { noteDifference, noteMatches } from './finance-item.ts'
import { storeReports } from './relay.ts'

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
  /** The carrier's own word: what it says beyond what we know of stands in no account. */
  isClaim: boolean
  lines: { waybill: string; amount: number }[]
}

/** Parcels of one waybill that are looked at; carriers recycle them after months. */
const SAME_WAYBILL = 10

/**
 * Keep it and tell the orders; what can't be told becomes an item. Where the reference is known already nothing is done, and
 * the fingerprint of what was told under it is returned.
 */
export async function recordRemittance(
  tx: Tx,
  remittance: Remittance,
): Promise<string | undefined> {
  const { id, carrier, reference, currency, at, fingerprint, isClaim, recordedBy } = remittance
  await lockCarrier(tx, carrier)
  const [earlier] = await tx<{ fingerprint: string }[]>`
    select fingerprint from remittances where carrier = ${carrier} and reference = ${reference}`
  if (earlier !== undefined) return earlier.fingerprint
  await tx`insert into remittances (id, carrier, reference, currency, at, fingerprint, is_claim, recorded_by)
    values (${id}, ${carrier}, ${reference}, ${currency}, ${at}, ${fingerprint}, ${isClaim}, ${recordedBy})`
  const placed = placeLines(await findParcels(tx, remittance), remittance)
  await tx`insert into remittance_lines ${tx(placed.map((line) => columnsOf(remittance, line)))}`
  for (const line of placed) await follow(tx, remittance, { ...line, since: at })
  await tell(tx, remittance, placed)
  return undefined
}

/** A parcel that may be meant. */
type Candidate = {
  orderId: string
  parcelId: string
  bookedAt: Date
  cash: ParcelCash | undefined
  /** Its carrier brought it to a door that was to pay, and may have said nothing of the cash. */
  mayBeCash: boolean
}

type CandidateRow = Omit<Candidate, 'cash'> & {
  waybill: string
  collected: number | null
  currency: string
  settled: number
}

/** By waybill, newest first. */
async function findParcels(
  tx: Tx,
  { carrier, lines }: Remittance,
): Promise<Map<string, Candidate[]>> {
  const waybills = [...new Set(lines.map(({ waybill }) => waybill))]
  const rows = await tx<CandidateRow[]>`
    select k.waybill, p.order_id as "orderId", p.id as "parcelId", p.booked_at as "bookedAt",
      c.collected::bigint, c.currency::text, (c.written_off + ${toldOf(tx)})::bigint as settled,
      exists (
        select from orders o join tenders t on t.order_id = o.id
        where o.id = p.order_id and not o.view ? 'origin' and t.method = 'cod' and t.status <> 'voided'
          and o.view->'parcels' @> jsonb_build_array(jsonb_build_object('id', p.id, 'status', 'delivered'))
      ) as "mayBeCash"
    from unnest(${waybills}::text[]) as k (waybill)
    cross join lateral (
      select order_id, id, booked_at from parcels where carrier = ${carrier} and waybill = k.waybill
      order by booked_at desc limit ${SAME_WAYBILL}
    ) p
    left join carrier_cash c on c.order_id = p.order_id and c.parcel_id = p.id
    order by k.waybill, p.booked_at desc`
  const found = new Map<string, Candidate[]>()
  for (const { waybill, collected, currency, settled, ...parcel } of rows) {
    const cash = collected === null ? undefined : { amount: collected, currency, settled }
    found.set(waybill, [...(found.get(waybill) ?? []), { ...parcel, cash }])
  }
  return found
}

type PlacedLine = PlacedCash & {
  /** From 1. */
  line: number
  waybill: string
  amount: number
  orderId: string | null
  parcelId: string | null
  mayBeCash: boolean
}

/** Nobody told of cash that this could be. */
const UNPLACED: PlacedCash = { told: 0, kind: 'MISSING_HERE', expected: undefined }

/** One after the other: what a line brings, the next one doesn't owe any more. */
function placeLines(
  found: Map<string, Candidate[]>,
  { lines, currency, at }: Remittance,
): PlacedLine[] {
  return lines.map(({ waybill, amount }, index) => {
    const paid = { amount, currency, at }
    const meant = parcelMeant(found.get(waybill) ?? [], paid)
    const placed = meant?.cash === undefined ? UNPLACED : placeCash(paid, meant.cash)
    if (meant?.cash !== undefined) meant.cash.settled += placed.told
    const { orderId = null, parcelId = null, mayBeCash = false } = meant ?? {}
    return { ...placed, line: index + 1, waybill, amount, orderId, parcelId, mayBeCash }
  })
}

const columnsOf = ({ id }: Remittance, line: PlacedLine) => ({
  ...{ remittance_id: id, line: line.line, waybill: line.waybill, amount: line.amount },
  ...{ order_id: line.orderId, parcel_id: line.parcelId, told: line.told },
  item_kind: line.kind ?? null,
})

const itemKeyOf = (remittanceId: string, line: number) => `remittance:${remittanceId}:${line}`

type Paid = Pick<Remittance, 'id' | 'carrier' | 'currency' | 'day' | 'at' | 'isClaim'>
type Following = Omit<PlacedLine, 'mayBeCash'> & {
  /** When it was placed. */
  since: string
}

/** What finance is asked of a line, and no longer of those before it. */
async function follow(tx: Tx, paid: Paid, line: Following): Promise<void> {
  const { id, carrier, currency, day, isClaim } = paid
  const { waybill, amount, orderId, kind, expected, told, since } = line
  const key = itemKeyOf(id, line.line)
  if (told > 0) await closeShort(tx, id, line)
  if (kind === undefined) return noteMatches(tx, [key], since)
  const item = {
    ...{ key, kind, party: carrier, movement: 'remittance' as const, expected },
    ...{ reference: waybill, refundReference: '', day, orderId: orderId ?? undefined },
    ...{ actual: { amount, currency }, suspends: told < amount && !isClaim },
  }
  await noteDifference(tx, item, since)
}

/** What the parts before a part left open is now its own matter. */
async function closeShort(
  tx: Tx,
  id: string,
  { orderId, parcelId, line, since }: Following,
): Promise<void> {
  const short = await tx<{ id: string; line: number }[]>`
    update remittance_lines set item_kind = null
    where order_id = ${orderId} and parcel_id = ${parcelId}
      and item_kind = 'AMOUNT_DIFFERS' and told = amount and not (remittance_id = ${id} and line >= ${line})
    returning remittance_id as id, line`
  const keys = short.map((one) => itemKeyOf(one.id, one.line))
  if (keys.length > 0) await noteMatches(tx, keys, since)
}

/**
 * The order posts what it is told. Cash that its carrier never told of stays an item until the order has taken it for that
 * (`placeWaiting`).
 */
async function tell(tx: Tx, paid: Paid, lines: readonly PlacedLine[]): Promise<void> {
  const reports = lines.flatMap(({ orderId, parcelId, line, kind, mayBeCash, ...sums }) => {
    const isImplied = kind === 'MISSING_HERE' && mayBeCash
    const amount = isImplied ? sums.amount : sums.told
    if (orderId === null || parcelId === null || amount === 0) return []
    return reportOf(paid, { line, orderId, parcelId, amount })
  })
  if (reports.length > 0) await storeReports(tx, reports)
}

function reportOf(
  { id, carrier, currency, at }: Paid,
  {
    line,
    orderId,
    parcelId,
    amount,
  }: Record<'orderId' | 'parcelId', string> & Record<'line' | 'amount', number>,
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
    // A remittance that doesn't see this cash yet has ended by then, and its lines are seen here.
    await lockCarrier(tx, carrier)
    await tx`insert into carrier_cash (order_id, parcel_id, carrier, tender_id, currency, collected, collected_at)
      values (${orderId}, ${parcelId}, ${carrier}, ${tenderId}, ${currency}, ${amount}, ${event.at})`
    await placeWaiting(tx, { orderId, parcelId, amount, currency, at: event.at })
  }
  if (event.type === 'tender.remitted') {
    const { parcelId, amount } = event.data
    await tx`update carrier_cash set remitted = remitted + ${amount}, remitted_at = ${event.at}
      where order_id = ${orderId} and parcel_id = ${parcelId}`
  }
}

type Collected = Money & { orderId: string; parcelId: string; at: string }
type WaitingRow = Omit<Paid, 'at'> & { at: Date; line: number; waybill: string; amount: number }

/**
 * The carrier paid over before we knew of the cash, by its scan or by that very remittance. What went back to it since is left
 * alone.
 */
async function placeWaiting(
  tx: Tx,
  { orderId, parcelId, at: since, ...cash }: Collected,
): Promise<void> {
  const waiting = await tx<WaitingRow[]>`
    select r.id, r.carrier, r.currency, i.day::text as day, r.at, r.is_claim as "isClaim", l.line, l.waybill, l.amount
    from remittance_lines l join remittances r on r.id = l.remittance_id
      join finance_items i on i.key = 'remittance:' || l.remittance_id || ':' || l.line
    where l.order_id = ${orderId} and l.parcel_id = ${parcelId} and l.item_kind = 'MISSING_HERE'
      and (i.state = 'open' or i.resolution in ('corrected', 'written_off'))
    order by r.recorded_at, l.remittance_id, l.line`
  let settled = 0
  for (const { line, waybill, amount, at, ...of } of waiting) {
    const paid = { ...of, at: at.toISOString() }
    const placed = placeCash({ amount, currency: of.currency }, { ...cash, settled })
    settled += placed.told
    await tx`update remittance_lines set told = ${placed.told}, item_kind = ${placed.kind ?? null}
      where remittance_id = ${of.id} and line = ${line}`
    const now = { ...placed, line, waybill, amount, orderId, parcelId }
    await follow(tx, paid, { ...now, since })
    await tell(tx, paid, [{ ...now, mayBeCash: false }])
  }
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
