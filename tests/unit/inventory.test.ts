import { describe, expect, it } from 'vitest'
import { sourceLines } from '../../domain/inventory.ts'

const row = (sku: string, warehouseId: string, free: number) => ({ sku, warehouseId, free })
const want = (sku: string, quantity: number) => ({ sku, quantity })

describe('sourcing', () => {
  it('takes the first warehouse that has all units of a line', () => {
    const stock = [row('a', 'w2', 9), row('a', 'w1', 2)]
    expect(sourceLines([want('a', 2)], stock)).toEqual(['w1'])
    expect(sourceLines([want('a', 3)], stock)).toEqual(['w2'])
  })

  it('prefers a warehouse that the order already uses', () => {
    const stock = [row('a', 'w2', 1), row('b', 'w1', 5), row('b', 'w2', 5)]
    expect(sourceLines([want('a', 1), want('b', 1)], stock)).toEqual(['w2', 'w2'])
  })

  it('promises no unit twice, and tells which line cannot be served', () => {
    expect(sourceLines([want('a', 3), want('a', 3)], [row('a', 'w1', 5)])).toEqual([
      'w1',
      undefined,
    ])
    expect(sourceLines([want('z', 1)], [])).toEqual([undefined])
  })

  it('splits no line over warehouses', () => {
    expect(sourceLines([want('a', 4)], [row('a', 'w1', 2), row('a', 'w2', 2)])).toEqual([undefined])
  })
})
