import type { LineUnits, OrderEvent } from './events.ts'
import { fulfillmentOf, InvariantError, lineOf, parcelOf } from './order.ts'
import type { Order } from './order.ts'

/**
 * What an event does to stock. `commit`: held units belong to the order now · `release`: held units are free
 * again · `free`: units of an order that goes on without them · `ship`: they leave the building · `restock`: they are
 * back on the shelf.
 */
export type StockMove = {
  kind: 'commit' | 'release' | 'free' | 'ship' | 'restock'
  sku: string
  warehouseId: string
  lineId: string
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
    case 'parcel.handed_over':
      return ofParcel(order, event.data.parcelId, 'ship')
    case 'parcel.voided':
      // Of a cancelled order everything was released at once.
      return order.closure === 'none' ? ofParcel(order, event.data.parcelId, 'free') : []
    case 'parcel.returned':
      return ofParcel(order, event.data.parcelId, 'restock')
    default:
      return []
  }
}

function wholeOrder(order: Order, kind: StockMove['kind']): StockMove[] {
  return order.fulfillments.flatMap(({ items, warehouseId }) =>
    moves(order, { kind, items, warehouseId }),
  )
}

function ofParcel(order: Order, parcelId: string, kind: StockMove['kind']): StockMove[] {
  const parcel = parcelOf(order, parcelId)
  const fulfillment = fulfillmentOf(order, parcel?.fulfillmentId ?? '')
  if (parcel === undefined || fulfillment === undefined) throw new InvariantError('parcel unknown')
  return moves(order, { kind, items: parcel.items, warehouseId: fulfillment.warehouseId })
}

function moves(
  order: Order,
  {
    kind,
    items,
    warehouseId,
  }: { kind: StockMove['kind']; items: LineUnits[]; warehouseId: string },
): StockMove[] {
  return items.map(({ lineId, quantity }) => ({
    kind,
    sku: lineOf(order, lineId).sku,
    warehouseId,
    lineId,
    quantity,
  }))
}

/** Free units of one SKU in one warehouse. */
export type FreeStock = { sku: string; warehouseId: string; free: number }

/**
 * One warehouse for each wanted line: first one that this order already uses, then by id, and only where all units
 * are free. Undefined stands for a line that no warehouse can serve.
 */
export function sourceLines(
  wanted: readonly { sku: string; quantity: number }[],
  stock: readonly FreeStock[],
): (string | undefined)[] {
  const left = stock
    .toSorted((a, b) => a.warehouseId.localeCompare(b.warehouseId))
    .map((row) => ({ ...row }))
  const used = new Set<string>()
  return wanted.map(({ sku, quantity }) => {
    const able = left.filter((row) => row.sku === sku && row.free >= quantity)
    const chosen = able.find((row) => used.has(row.warehouseId)) ?? able[0]
    if (chosen === undefined) return undefined
    chosen.free -= quantity
    used.add(chosen.warehouseId)
    return chosen.warehouseId
  })
}
