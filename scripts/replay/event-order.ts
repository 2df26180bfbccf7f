import { allocate } from '../../domain/money.ts'
import { OFFSET_TIME } from './clocks.ts'
import { COUNT, fail, need, oneOf, read, TEXT } from './csv.ts'
import type { Kind } from './csv.ts'
import type { EventRow } from './event-csv.ts'
import type { LogEnd, LoggedOrder, LoggedShipment, LoggedTender, LoggedUnit } from './log.ts'
import { MEANS } from './money.ts'

/** In the order in which they usually follow each other, which tells the last of several at the same time. */
const STORY = [
  'placed',
  'expired',
  'paid',
  'handed_over',
  'delivered',
  'returned',
  'cancelled',
] as const
type Event = (typeof STORY)[number]

const WORDS = [...STORY, 'line', 'tender'] as const
const EVENT: Kind<(typeof WORDS)[number]> = {
  parse: (cell) => WORDS.find((word) => word === cell),
  expected: `one of ${WORDS.join(', ')}`,
}

const MEANS_OF_PAYMENT = oneOf({
  credit_card: MEANS.creditCard,
  debit_card: MEANS.debitCard,
  boleto: MEANS.boleto,
  gift_card: MEANS.giftCard,
})

/** As many as a line may have. */
const QUANTITY: Kind<number> = {
  parse: (cell) => (/^[1-9]\d{0,2}$/.test(cell) ? Number(cell) : undefined),
  expected: 'units from 1 to 999',
}

type Happening = { row: EventRow; event: Event; at: string; merchantId: string | undefined }

/** One order from its rows; `amount` is how the amounts of its file are read. */
export function orderOf(rows: readonly EventRow[], amount: Kind<number>): LoggedOrder {
  const of = (event: 'line' | 'tender') => rows.filter((row) => row.cells.event === event)
  const units = of('line').flatMap((row) => unitsOf(row, amount))
  const happened = happenedIn(rows)
  const shipments = shipmentsOf(happened, units)
  const paidAt = find(happened, 'paid')?.at
  const cancelledAt = find(happened, 'cancelled')?.at
  return {
    ...placementOf(happened, rows),
    status: happened.at(-1)?.event ?? 'placed',
    ends: endOf(happened, shipments),
    units,
    tenders: of('tender').map((row) => tenderOf(row, amount)),
    ...(paidAt !== undefined && { paidAt }),
    ...(cancelledAt !== undefined && { cancelledAt }),
    shipments,
    reviews: [],
  }
}

/** By time. */
function happenedIn(rows: readonly EventRow[]): Happening[] {
  const happened = rows.flatMap((row): Happening[] => {
    const event = need(row, 'event', EVENT)
    if (event === 'line' || event === 'tender') return []
    const at = need(row, 'occurred_at', OFFSET_TIME)
    return [{ row, event, at, merchantId: read(row, 'merchant_id', TEXT) }]
  })
  const place = ({ event }: Happening) => STORY.indexOf(event)
  return happened.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at) || place(a) - place(b))
}

/** The event, of one merchant's part where one is given. Throws SetupError where it stands there twice. */
function find(
  happened: readonly Happening[],
  event: Event,
  merchantId?: string,
): Happening | undefined {
  const [first, again] = happened.filter(
    (one) => one.event === event && [undefined, merchantId].includes(one.merchantId),
  )
  if (again !== undefined) fail(again.row, `${event} stands there twice`, 'it once for each part')
  return first
}

function placementOf(happened: readonly Happening[], [row]: readonly EventRow[]) {
  const placed = find(happened, 'placed')
  if (row === undefined) throw new RangeError('an order has rows')
  if (placed === undefined) fail(row, 'its order has no row placed', 'one for each order')
  const deliverBy = read(placed.row, 'deliver_by', OFFSET_TIME)
  return {
    reference: need(row, 'order_id', TEXT),
    customerId: need(placed.row, 'customer_id', TEXT),
    placedAt: placed.at,
    ...(deliverBy !== undefined && { deliverBy }),
    destination: {
      country: need(placed.row, 'country', TEXT),
      region: need(placed.row, 'region', TEXT),
      city: need(placed.row, 'city', TEXT),
    },
  }
}

function unitsOf(row: EventRow, amount: Kind<number>): LoggedUnit[] {
  const sku = need(row, 'sku', TEXT)
  const weightGrams = read(row, 'weight_g', COUNT) ?? 0
  const unit = {
    sku,
    name: read(row, 'name', TEXT) ?? sku,
    merchantId: need(row, 'merchant_id', TEXT),
    price: need(row, 'unit_price', amount),
    ...(weightGrams > 0 && { weightGrams }),
  }
  const equal = Array.from({ length: need(row, 'quantity', QUANTITY) }, () => 1)
  return allocate(need(row, 'freight', amount), equal).map((freight) => ({ ...unit, freight }))
}

function tenderOf(row: EventRow, amount: Kind<number>): LoggedTender {
  const installments = Math.max(1, read(row, 'installments', COUNT) ?? 1)
  return {
    ...need(row, 'method', MEANS_OF_PAYMENT),
    installments,
    amount: need(row, 'amount', amount),
  }
}

function shipmentsOf(happened: readonly Happening[], units: readonly LoggedUnit[]) {
  const merchants = [...new Set(units.map((unit) => unit.merchantId))]
  for (const { row, merchantId } of happened)
    if (merchantId !== undefined && !merchants.includes(merchantId))
      fail(row, `no line is of merchant_id ${merchantId}`, 'a merchant of the order')
  return merchants.map((merchantId): LoggedShipment => {
    const clock = (event: Event) => find(happened, event, merchantId)?.at
    const [handedOverAt, deliveredAt] = [clock('handed_over'), clock('delivered')]
    const returnedAt = clock('returned')
    return {
      merchantId,
      ...(handedOverAt !== undefined && { handedOverAt }),
      ...(deliveredAt !== undefined && { deliveredAt }),
      ...(returnedAt !== undefined && { returnedAt }),
    }
  })
}

/** The last event tells it; what is on its way or arrived stays so, whatever was written down of its payment later. */
function endOf(happened: readonly Happening[], shipments: readonly LoggedShipment[]): LogEnd {
  const last = happened.at(-1)?.event
  if (last === 'cancelled' || last === 'expired') return last
  const arrived = shipments.map((s) => s.deliveredAt ?? s.returnedAt)
  if (arrived.length > 0 && !arrived.includes(undefined))
    return shipments.some((s) => s.deliveredAt !== undefined) ? 'delivered' : 'returned'
  if (shipments.some((s) => s.handedOverAt ?? s.deliveredAt ?? s.returnedAt)) return 'shipped'
  return happened.some(({ event }) => event === 'paid') ? 'paid' : 'unpaid'
}
