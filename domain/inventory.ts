import type { EventData, LineUnits, OrderEvent } from './events.ts'
import { fulfillmentOf, InvariantError, lineOf, parcelOf, placedItems } from './order.ts'
import type { Fulfillment, Order } from './order.ts'

/**
 * What an event does to stock. `commit`: held units belong to the order now · `release`: held units are free
 * again · `free`: units of an order that goes on without them · `ship`: they leave the building · `restock`: they are
 * back on the shelf.
 */
export type StockMove = {
  kind: 'commit' | 'release' | 'free' | 'ship' | 'restock'
  fulfillmentId: string
  lineId: string
  sku: string
  warehouseId: string
  quantity: number
}

export function stockMovesOf(order: Order, event: OrderEvent): StockMove[] {
  if (order.origin !== undefined) return []
  switch (event.type) {
    case 'order.accepted':
      return wholeOrder(order, 'commit')
    case 'order.expired':
    case 'order.cancelled':
      return wholeOrder(order, 'release')
    case 'fulfillment.reduced':
      return ofFulfillment(order, event.data)
    case 'fulfillment.cancelled':
      return order.closure === 'none' ? restOf(order, event.data.fulfillmentId) : []
    case 'parcel.handed_over':
      return ofParcel(order, event.data.parcelId, 'ship')
    case 'parcel.voided':
      // Of what was cancelled everything was freed at once.
      return isCancelled(order, event.data.parcelId)
        ? []
        : ofParcel(order, event.data.parcelId, 'free')
    case 'parcel.returned':
      return ofParcel(order, event.data.parcelId, 'restock')
    default:
      return []
  }
}

/** Reservations stay, also of lines that were cancelled before. */
function wholeOrder(order: Order, kind: StockMove['kind']): StockMove[] {
  return order.fulfillments.flatMap((fulfillment) =>
    moves(order, fulfillment, { kind, items: placedItems(fulfillment) }),
  )
}

function ofFulfillment(
  order: Order,
  { fulfillmentId, items }: Pick<Reduced, 'fulfillmentId' | 'items'>,
): StockMove[] {
  const fulfillment = fulfillmentOf(order, fulfillmentId)
  if (fulfillment === undefined) throw new InvariantError('fulfillment unknown')
  return moves(order, fulfillment, { kind: 'free', items })
}

const restOf = (order: Order, fulfillmentId: string) =>
  ofFulfillment(order, { fulfillmentId, items: fulfillmentOf(order, fulfillmentId)?.items ?? [] })

function isCancelled(order: Order, parcelId: string): boolean {
  const { fulfillmentId = '' } = parcelOf(order, parcelId) ?? {}
  return order.closure !== 'none' || fulfillmentOf(order, fulfillmentId)?.stage === 'cancelled'
}

type Reduced = EventData['fulfillment.reduced']

function ofParcel(order: Order, parcelId: string, kind: StockMove['kind']): StockMove[] {
  const parcel = parcelOf(order, parcelId)
  const fulfillment = fulfillmentOf(order, parcel?.fulfillmentId ?? '')
  if (parcel === undefined || fulfillment === undefined) throw new InvariantError('parcel unknown')
  return moves(order, fulfillment, { kind, items: parcel.items })
}

/** Bundles leave the shelf as what they are made of. */
function moves(
  order: Order,
  { id: fulfillmentId, warehouseId }: Fulfillment,
  { kind, items }: { kind: StockMove['kind']; items: LineUnits[] },
): StockMove[] {
  return items.flatMap(({ lineId, quantity }) => {
    const { sku, components = [{ sku, quantity: 1 }] } = lineOf(order, lineId)
    return components.map((part) => ({
      ...{ kind, fulfillmentId, lineId, sku: part.sku, warehouseId },
      quantity: quantity * part.quantity,
    }))
  })
}
