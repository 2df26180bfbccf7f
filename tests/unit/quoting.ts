import { quoteCart } from '../../domain/quote.ts'
import type { Cart, QuoteFacts, Quoted, Ware } from '../../domain/quote.ts'
import { chineseCalendar } from '../../adapters/calendar/chinese.ts'
import type { FreightRule } from '../../domain/freight.ts'
import type { Shelf } from '../../domain/sourcing.ts'

export const SHENZHEN = { country: 'CN', region: '广东省', city: '深圳市' }
export const BEIJING = { country: 'CN', region: '北京市', city: '北京市' }
export const LOS_ANGELES = { country: 'US', region: 'California', city: 'Los Angeles' }

const dispatch = { cutoff: '16:00', timeZone: 'Asia/Shanghai', handlingDays: 1 }

export const ware = (overrides: Partial<Ware> = {}): Ware => ({
  ...{ sku: 'tea', name: 'Tea', merchantId: 'm', price: 1000, currency: 'CNY', weightGrams: 500 },
  ...{ categories: [], attributes: {}, components: [], forSale: true },
  ...overrides,
})

export const shelf = (overrides: Partial<Shelf> = {}): Shelf => ({
  ...{ sku: 'tea', warehouseId: 'w1', free: 10, place: SHENZHEN },
  ...overrides,
})

/** 8.00 for the first kilogram and 2.00 for each one beyond, in two or three days. */
export const rule = (overrides: Partial<FreightRule> = {}): FreightRule => ({
  ...{ id: 'r1', merchantId: 'm', carrier: 'express' },
  ...{ firstGrams: 1000, firstFee: 800, stepGrams: 1000, stepFee: 200 },
  transit: { min: 2, max: 3 },
  ...overrides,
})

/** Tea of one merchant, on a shelf in Shenzhen; freight 6.00 to everywhere. */
export const facts = (overrides: Partial<QuoteFacts> = {}): QuoteFacts => ({
  ...{ at: '2026-09-30T10:00:00.000Z', wares: [ware()], shelves: [shelf()] },
  merchants: [{ id: 'm', currency: 'CNY', commissionBps: 1000, freight: 600 }],
  warehouses: [
    { id: 'w1', dispatch, place: SHENZHEN },
    { id: 'w2', dispatch, place: BEIJING },
    { id: 'w3', dispatch, place: LOS_ANGELES },
  ],
  ...{ freightRules: [], promotions: [], coupons: [] },
  ...overrides,
})

/** One line of tea to Shenzhen. */
export const cart = (quantity = 1, overrides: Partial<Cart> = {}): Cart => ({
  currency: 'CNY',
  lines: [{ sku: 'tea', deliveries: [{ addressId: 'a1', quantity }] }],
  places: { a1: { ...SHENZHEN, district: '南山区' } },
  wait: false,
  ...overrides,
})

const china = chineseCalendar()

export const ask = (asked: Cart, known: Partial<QuoteFacts> = {}): Quoted =>
  quoteCart({ cart: asked, facts: facts(known), calendars: () => china })

export function quoted(asked: Cart, known: Partial<QuoteFacts> = {}) {
  const answer = ask(asked, known)
  if ('problems' in answer) throw new Error(JSON.stringify(answer.problems))
  return answer
}

export function problems(asked: Cart, known: Partial<QuoteFacts> = {}) {
  const answer = ask(asked, known)
  return 'problems' in answer ? answer.problems : []
}
