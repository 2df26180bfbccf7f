import { openCalendars } from '../adapters/calendar/calendars.ts'
import type { Db } from '../db/connection.ts'
import { savePromotion } from '../db/promotion.ts'
import type { Draft } from '../db/promotion.ts'
import { readQuoteFacts } from '../db/quote.ts'
import type { QuoteRequest } from '../db/quote.ts'
import type { Terms } from '../domain/promotion.ts'
import { quoteCart } from '../domain/quote.ts'
import { inTurn, readyBuyers } from './buyers.ts'
import { compare } from './compare.ts'
import type { Effort } from './compare.ts'
import type { Figure, Findings } from './findings.ts'
import { KNOWN_ROW } from './floor.ts'
import { goods, merchantOf, skuOf } from './goods.ts'
import { median } from './load.ts'
import { openShop } from './shop.ts'
import type { BenchShop, Surroundings } from './shop.ts'

const LINES = 50
const MERCHANTS = 5
const PROMOTIONS = 200
const BUYERS = 64
/** Times that reading and pricing are timed one by one. */
const TIMES = 200

/** What a large cart costs to price where much is on offer. */
export async function quote(around: Surroundings, effort: Effort): Promise<Findings> {
  const catalogue = goods(LINES, { onHand: 1_000, merchants: MERCHANTS })
  const shop = await openShop(around, { catalogue, handsOn: false })
  try {
    await promote(shop.db)
    const comparison = await compare(await sides(shop), effort)
    const figures = await timeAlone(shop)
    return { name: 'quote', comparisons: [comparison], figures, checks: [] }
  } finally {
    await shop.close()
  }
}

const WISH = Array.from({ length: LINES }, (_, line) => ({ sku: skuOf(line), quantity: 2 }))

async function sides(shop: BenchShop) {
  const next = inTurn(await readyBuyers(shop, { count: BUYERS, wishOf: () => WISH }))
  const select = { method: 'GET', path: `/rows/${KNOWN_ROW}` } as const
  return {
    name: `quotes, ${LINES} lines and ${PROMOTIONS} promotions`,
    measured: {
      name: 'POST /v1/quotes',
      load: { url: shop.api, next: () => next().askQuote, statuses: [200] },
    },
    floor: { name: 'select', load: { url: shop.floor, next: () => select, statuses: [200] } },
  }
}

/** Every kind that needs no coupon, of every merchant and of the platform; all of them in force for this cart. */
const TERMS: readonly Terms[] = [
  { kind: 'full_reduction', threshold: 20_000, off: 1_000, repeats: false },
  { kind: 'full_reduction', threshold: 30_000, off: 500, repeats: true },
  { kind: 'n_for_m', buy: 3, pay: 2 },
  {
    kind: 'tiered',
    steps: [
      { threshold: 10_000, off: 300 },
      { threshold: 50_000, off: 2_000 },
    ],
  },
  { kind: 'free_freight', threshold: 50_000 },
  { kind: 'member_percent', tiers: ['gold'], bps: 500 },
]

async function promote(db: Db): Promise<void> {
  await db.begin(async (tx) => {
    for (let index = 0; index < PROMOTIONS; index++) {
      await savePromotion(tx, promotion(index), undefined)
    }
  })
}

function promotion(index: number): Draft {
  const [first, second] = [index % LINES, (index + MERCHANTS) % LINES]
  const isPlatforms = index % 8 === 0
  return {
    ...{ id: `promotion-${index}`, name: { en: `Promotion ${index}`, zh: `活动 ${index}` } },
    ...(!isPlatforms && { merchantId: merchantOf(index % MERCHANTS) }),
    ...{ currency: 'CNY', terms: TERMS[index % TERMS.length] as Terms, priority: 0 },
    // Each for a few goods: else the first ones would leave nothing to reckon for the others.
    scope: isPlatforms ? {} : { skus: [skuOf(first), skuOf(second)] },
    ...{ stack: 'free', platformBps: isPlatforms ? 10_000 : 0, onReturn: 'frozen_share' },
    ...{ startsAt: '2020-01-01T00:00:00.000Z', endsAt: '2099-12-31T00:00:00.000Z' },
  }
}

/** Where a quote's time goes: reading one moment of the shop, and reckoning. One at a time, nothing else running. */
async function timeAlone({ db }: BenchShop): Promise<Figure[]> {
  const calendars = openCalendars()
  const [reading, pricing]: [number[], number[]] = [[], []]
  for (let time = 0; time < TIMES; time++) {
    const start = performance.now()
    const { facts } = await readQuoteFacts(db, REQUEST)
    const read = performance.now()
    quoteCart({ cart: REQUEST.cart, facts, calendars })
    reading.push(read - start)
    pricing.push(performance.now() - read)
  }
  return [
    { what: 'reading what a quote rests on, alone', value: `${median(reading).toFixed(1)} ms` },
    { what: 'sourcing and pricing, pure', value: `${median(pricing).toFixed(1)} ms` },
  ]
}

const REQUEST: QuoteRequest = {
  cart: {
    currency: 'CNY',
    lines: WISH.map(({ sku, quantity }) => ({ sku, deliveries: [{ addressId: 'a1', quantity }] })),
    places: { a1: { country: 'CN', region: '广东省', city: '深圳市', district: '南山区' } },
    wait: false,
  },
  ...{ customerId: 'someone', coupons: [], locale: 'en', at: new Date().toISOString() },
}
