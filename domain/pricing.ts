import type { Adjustment, PlacedFulfillment, PlacedLine } from './events.ts'
import { allocate, basisPoints, sum, times } from './money.ts'

/** A line as the catalogue and the warehouse know it, ready to be priced. */
export type PricedInput = {
  sku: string
  name: string
  merchantId: string
  warehouseId: string
  addressId: string
  quantity: number
  unitPrice: number
  weightGrams: number
  commissionBps: number
  /** Given for imported orders; otherwise the merchant's flat rate per fulfillment is split over its lines. */
  freight?: number
}

export type PricedOrder = {
  lines: PlacedLine[]
  fulfillments: PlacedFulfillment[]
  goods: number
  freight: number
  adjustments: Adjustment[]
  payable: number
}

/**
 * List price plus freight. One fulfillment per merchant × warehouse × address; its freight is split over its lines
 * by weight, to the unit. Throws RangeError for an amount above the cap.
 */
export function priceOrder(
  inputs: readonly PricedInput[],
  flatFreight: (merchantId: string) => number,
  adjustments: Adjustment[] = [],
): PricedOrder {
  const groups = groupLines(inputs)
  const shares = new Map<string, number>()
  for (const group of groups) {
    const amounts = freightShares(group, flatFreight)
    for (const [i, line] of group.entries()) shares.set(line.id, amounts[i] ?? 0)
  }
  const lines = groups
    .flat()
    .toSorted((a, b) => a.position - b.position)
    .map((line) => placedLine(line, shares.get(line.id) ?? 0))
  const goods = sum(lines.map((line) => line.net))
  const freight = sum(lines.map((line) => line.freight))
  const fulfillments = groups.map((group, g) =>
    placedFulfillment(group, { id: `f${g + 1}`, shares }),
  )
  const adjusted = sum(adjustments.map(({ amount }) => amount))
  const payable = times(goods + freight + adjusted, 1)
  return { lines, fulfillments, goods, freight, adjustments, payable }
}

type Line = PricedInput & { id: string; position: number }

function groupLines(inputs: readonly PricedInput[]): Line[][] {
  const groups = new Map<string, Line[]>()
  for (const [position, input] of inputs.entries()) {
    const key = JSON.stringify([input.merchantId, input.warehouseId, input.addressId])
    const line = { ...input, id: `l${position + 1}`, position }
    groups.set(key, [...(groups.get(key) ?? []), line])
  }
  return [...groups.values()]
}

function freightShares(group: Line[], flatFreight: (merchantId: string) => number): number[] {
  const given = group.map((line) => line.freight)
  if (given.every((amount) => amount !== undefined)) return given
  const weights = group.map((line) => line.weightGrams * line.quantity)
  return allocate(flatFreight(group[0]?.merchantId ?? ''), weights)
}

function placedLine(line: Line, freight: number): PlacedLine {
  const { id, sku, name, merchantId, quantity, unitPrice, weightGrams } = line
  const net = times(unitPrice, quantity)
  const commission = basisPoints(net, line.commissionBps)
  return { id, sku, name, merchantId, quantity, unitPrice, weightGrams, net, freight, commission }
}

function placedFulfillment(
  [first, ...rest]: Line[],
  { id, shares }: { id: string; shares: Map<string, number> },
): PlacedFulfillment {
  if (first === undefined) throw new RangeError('a fulfillment has lines')
  const group = [first, ...rest]
  const { merchantId, warehouseId, addressId } = first
  return {
    id,
    merchantId,
    warehouseId,
    addressId,
    items: group.map((line) => ({ lineId: line.id, quantity: line.quantity })),
    freight: sum(group.map((line) => shares.get(line.id) ?? 0)),
  }
}
