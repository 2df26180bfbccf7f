import type { Place } from './customer.ts'

/** Units of one line that go to one address. `components` of a bundle, otherwise the SKU itself. */
export type Demand = {
  /** Index of the line in the request. */
  line: number
  addressId: string
  place: Place
  quantity: number
  /** What one unit is taken from the shelf as. */
  parts: { sku: string; quantity: number }[]
}

/** Free units of a SKU in a warehouse, and where that is. */
export type Shelf = {
  sku: string
  warehouseId: string
  free: number
  place?: Pick<Place, 'country' | 'region' | 'city'>
}

/** Units of a demand from one warehouse; `waiting` of them aren't there yet. */
export type Source = { demand: Demand; warehouseId: string; quantity: number; waiting: number }
