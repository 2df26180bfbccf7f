import { describe, expect, it } from 'vitest'
import { evolve, foldOrder } from '../../domain/evolve.ts'
import { stockMovesOf } from '../../domain/inventory.ts'
import { AT, event, placed, placedSmall } from './support.ts'

const ACCEPTED = event('order.accepted', { promisedShipAt: AT })

/** A set of one pot and two cups, bought three times. */
function bundle() {
  const first = placedSmall({ quantity: 3 })
  const components = [
    { sku: 'pot', quantity: 1 },
    { sku: 'cup', quantity: 2 },
  ]
  first.data.lines = first.data.lines.map((line) => ({ ...line, sku: 'set', components }))
  return foldOrder([first])
}

describe('the stock of an order', () => {
  it('moves by fulfillment and line', () => {
    const moves = stockMovesOf(foldOrder([placed()]), ACCEPTED)
    expect(
      moves.map((m) => [m.kind, m.fulfillmentId, m.lineId, m.warehouseId, m.quantity]),
    ).toEqual([
      ['commit', 'f1', 'l1', 'w-a', 2],
      ['commit', 'f1', 'l2', 'w-a', 1],
      ['commit', 'f2', 'l3', 'w-b', 3],
    ])
  })

  it('of a bundle is what that was made of on the day it was bought', () => {
    const moves = stockMovesOf(bundle(), ACCEPTED)
    expect(moves.map(({ sku, quantity }) => [sku, quantity])).toEqual([
      ['pot', 3],
      ['cup', 6],
    ])
    const parcels = [{ id: 'p1', items: [{ lineId: 'l1', quantity: 1 }], weightGrams: 900 }]
    const steps = [
      event('order.accepted', { promisedShipAt: AT }),
      ...(['claimed', 'picked', 'checked'] as const).map((step) =>
        event(`fulfillment.${step}`, { fulfillmentId: 'f1', by: 'picker-1' }),
      ),
      event('fulfillment.packed', { fulfillmentId: 'f1', by: 'picker-1', parcels }),
      event('parcel.booked', { parcelId: 'p1', carrier: 'express', waybill: 'W1' }),
    ]
    const left = event('parcel.handed_over', { parcelId: 'p1' })
    const shipped = stockMovesOf([...steps, left].reduce(evolve, bundle()), left)
    expect(shipped).toMatchObject([
      { kind: 'ship', sku: 'pot', quantity: 1 },
      { kind: 'ship', sku: 'cup', quantity: 2 },
    ])
  })

  it('stays as it is for what moves nothing', () => {
    expect(stockMovesOf(bundle(), event('order.paid', {}))).toEqual([])
  })
})
