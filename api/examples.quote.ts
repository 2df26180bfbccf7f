import { CART, QUOTE_TOKEN } from './examples.ts'
import type { QuoteView } from './price.ts'

/*
 * A cart and its price, as the description of the operation shows them.
 */

export const QUOTE_REQUEST = CART

export const QUOTE: QuoteView = {
  quote: QUOTE_TOKEN,
  expiresAt: '2026-03-01T08:15:00.000Z',
  customerId: 'demo-customer',
  currency: 'CNY',
  lines: [
    {
      ...{ id: 'l1', sku: 'TEA-GREEN-250', name: 'Green tea, 250 g 绿茶', merchantId: 'aurora' },
      ...{ quantity: 2, unitPrice: 5990, gross: 11_980, net: 10_980 },
      discounts: [{ promotionId: 'aurora-100-10', amount: 1000 }],
    },
  ],
  fulfillments: [
    {
      ...{ id: 'f1', merchantId: 'aurora', address: 0, freight: 800 },
      items: [{ lineId: 'l1', quantity: 2 }],
      estimate: {
        shipBy: '2026-03-03T08:00:00.000Z',
        ...{ earliest: '2026-03-04', latest: '2026-03-10', confidence: 'published' },
      },
    },
  ],
  promotions: [
    {
      ...{ promotionId: 'aurora-100-10', version: 1, kind: 'full_reduction' },
      ...{ name: '10 off 100', merchantId: 'aurora', lineIds: ['l1'], base: 11_980, amount: 1000 },
      reason: '10.00 off from 100.00; these goods come to 119.80',
      onReturn: 'frozen_share',
    },
  ],
  unusedCoupons: [],
  totals: { list: 11_980, discounts: 1000, goods: 10_980, freight: 800, payable: 11_780 },
  cashOnDeliveryFee: 0,
}
