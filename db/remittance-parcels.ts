import { parcelMeant, placeCash } from '../domain/parcel-cash.ts'
import type { ParcelCash, PlacedCash } from '../domain/parcel-cash.ts'
import { toldOf } from './carrier-cash.ts'
import type { Tx } from './connection.ts'

/** What a carrier pays over at once. */
type Paid = {
  carrier: string
  currency: string
  /** When, ISO 8601. */
  at: string
  lines: readonly { waybill: string; amount: number }[]
}

/** What each of its lines is about, by what is known now. */
export const placeLines = async (tx: Tx, paid: Paid): Promise<PlacedLine[]> =>
  placedAmong(await findParcels(tx, paid), paid)

/** Parcels of one waybill that are looked at; carriers recycle them after months. */
const SAME_WAYBILL = 10

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
async function findParcels(tx: Tx, { carrier, lines }: Paid): Promise<Map<string, Candidate[]>> {
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

export type PlacedLine = PlacedCash & {
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
function placedAmong(found: Map<string, Candidate[]>, { lines, currency, at }: Paid): PlacedLine[] {
  return lines.map(({ waybill, amount }, index) => {
    const paid = { amount, currency, at }
    const meant = parcelMeant(found.get(waybill) ?? [], paid)
    const placed = meant?.cash === undefined ? UNPLACED : placeCash(paid, meant.cash)
    if (meant?.cash !== undefined) meant.cash.settled += placed.told
    const { orderId = null, parcelId = null, mayBeCash = false } = meant ?? {}
    return { ...placed, line: index + 1, waybill, amount, orderId, parcelId, mayBeCash }
  })
}
