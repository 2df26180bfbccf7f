import { placeCash } from '../domain/parcel-cash.ts'
import type { OrderEvent } from '../domain/events.ts'
import type { Money, RemittanceStatus } from '../domain/reconciliation.ts'
import type { RemittanceReport } from '../domain/reports.ts'
import type { Order } from '../domain/order.ts'
import { lockCarrier } from './carrier-cash.ts'
import type { Tx } from './connection.ts'
import { noteDifference, noteMatches } from './finance-item.ts'
import { storeReports } from './relay.ts'
import { placeLines } from './remittance-parcels.ts'
import type { PlacedLine } from './remittance-parcels.ts'

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
  /** ISO 8601. */
  recordedAt: string
  /** The carrier's own word, which stands in no account. */
  isClaim: boolean
  lines: { waybill: string; amount: number }[]
}

type EarlierRemittance = { id: string; fingerprint: string; status: RemittanceStatus }

/**
 * Keep it and tell the orders; what can't be told becomes an item. A claim is only kept, and finance that says the same confirms
 * it. Where the reference is known otherwise nothing is done, and what was told under it is returned.
 */
export async function recordRemittance(
  tx: Tx,
  remittance: Remittance,
): Promise<EarlierRemittance | undefined> {
  const { id, carrier, reference, currency, at, fingerprint, isClaim, recordedBy, recordedAt } =
    remittance
  await lockCarrier(tx, carrier)
  const [earlier] = await tx<EarlierRemittance[]>`
    select id, fingerprint, status from remittances where carrier = ${carrier} and reference = ${reference}`
  if (earlier !== undefined) {
    const isSeen = earlier.fingerprint === fingerprint && !isClaim
    const decision = { by: recordedBy, at: recordedAt, day: remittance.day }
    const isDone = isSeen && (await confirmClaim(tx, earlier.id, decision))
    return isDone ? undefined : earlier
  }
  const status: RemittanceStatus = isClaim ? 'claimed' : 'recorded'
  await tx`insert into remittances ${tx({
    ...{ id, carrier, reference, currency, at, fingerprint, status },
    ...{ recorded_by: recordedBy, recorded_at: recordedAt },
  })}`
  const placed = await placeLines(tx, remittance)
  const kept = placed.map((line) => ({ ...line, told: isClaim ? 0 : line.told }))
  await tx`insert into remittance_lines ${tx(kept.map((line) => columnsOf(id, line)))}`
  if (!isClaim) await settle(tx, remittance, { placed, since: at })
  return undefined
}

const columnsOf = (id: string, { line, waybill, amount, told, ...placed }: PlacedLine) => ({
  ...{ remittance_id: id, line, waybill, amount, told, item_kind: placed.kind ?? null },
  ...{ order_id: placed.orderId, parcel_id: placed.parcelId },
})

type Settling = { placed: readonly PlacedLine[]; since: string }

async function settle(tx: Tx, paid: Paid, { placed, since }: Settling): Promise<void> {
  for (const line of placed) await follow(tx, paid, { ...line, since })
  await tell(tx, paid, placed)
}

/** Who of finance decides on a claim, and when. */
export type ClaimDecision = { by: string; at: string }

/**
 * The money came: what the carrier claimed is placed by what is known now, and booked. `day`: of the remittance, by the calendar of
 * the shop. False where it is no claim any more.
 */
export async function confirmClaim(
  tx: Tx,
  id: string,
  { day, ...decision }: ClaimDecision & { day: string },
): Promise<boolean> {
  const claim = await takeClaim(tx, id, { status: 'recorded', ...decision })
  if (claim === undefined) return false
  const lines = await tx<{ waybill: string; amount: number }[]>`
    select waybill, amount from remittance_lines where remittance_id = ${id} order by line`
  const placed = await placeLines(tx, { ...claim, lines })
  for (const { line, orderId, parcelId, told, kind = null } of placed) {
    await tx`update remittance_lines
      set order_id = ${orderId}, parcel_id = ${parcelId}, told = ${told}, item_kind = ${kind}
      where remittance_id = ${id} and line = ${line}`
  }
  await settle(tx, { ...claim, day }, { placed, since: decision.at })
  return true
}

/** The money did not come; false where it is no claim any more. */
export const rejectClaim = async (tx: Tx, id: string, decision: ClaimDecision): Promise<boolean> =>
  (await takeClaim(tx, id, { status: 'rejected', ...decision })) !== undefined

async function takeClaim(
  tx: Tx,
  id: string,
  { status, by, at }: ClaimDecision & { status: RemittanceStatus },
): Promise<Omit<Paid, 'day'> | undefined> {
  const [known] = await tx<{ carrier: string }[]>`select carrier from remittances where id = ${id}`
  if (known === undefined) return undefined
  await lockCarrier(tx, known.carrier)
  const [claim] = await tx<(Omit<Paid, 'day' | 'at'> & { at: Date })[]>`
    update remittances set status = ${status}, decided_by = ${by}, decided_at = ${at}
    where id = ${id} and status = 'claimed' returning id, carrier, currency, at`
  return claim && { ...claim, at: claim.at.toISOString() }
}

const itemKeyOf = (remittanceId: string, line: number) => `remittance:${remittanceId}:${line}`

type Paid = Pick<Remittance, 'id' | 'carrier' | 'currency' | 'day' | 'at'>
type Following = Omit<PlacedLine, 'mayBeCash'> & {
  /** When it was placed. */
  since: string
}

/** What finance is asked of a line, and no longer of those before it. */
async function follow(tx: Tx, paid: Paid, line: Following): Promise<void> {
  const { id, carrier, currency, day } = paid
  const { waybill, amount, orderId, kind, expected, told, since } = line
  const key = itemKeyOf(id, line.line)
  if (told > 0) await closeShort(tx, id, line)
  if (kind === undefined) return noteMatches(tx, [key], since)
  const item = {
    ...{ key, kind, party: carrier, movement: 'remittance' as const, expected },
    ...{ reference: waybill, refundReference: '', day, orderId: orderId ?? undefined },
    ...{ actual: { amount, currency }, suspends: told < amount },
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
    select r.id, r.carrier, r.currency, i.day::text as day, r.at, l.line, l.waybill, l.amount
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
