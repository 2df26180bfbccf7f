/** What getting something from a warehouse to a place costs, and how long it takes. Amounts in minor units, days are working days. */
export type FreightRule = {
  id: string
  merchantId: string
  /** Left out: from each of the merchant's warehouses. */
  warehouseId?: string
  /** Left out: to everywhere. */
  country?: string
  region?: string
  carrier: string
  firstGrams: number
  firstFee: number
  stepGrams: number
  stepFee: number
  transit: { min: number; max: number }
}
