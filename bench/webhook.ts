import type { PlatformName } from '../domain/method.ts'
import { compare } from './compare.ts'
import type { Effort } from './compare.ts'
import { inTurn, readyBuyers } from './buyers.ts'
import { check } from './findings.ts'
import type { Check, Findings } from './findings.ts'
import { goods, skuOf } from './goods.ts'
import { crowd } from './load.ts'
import type { Ask } from './line.ts'
import { noticeOf } from './notices.ts'
import type { Paid } from './notices.ts'
import { timePaid } from './paid.ts'
import { openShop } from './shop.ts'
import type { BenchShop, Surroundings } from './shop.ts'
import { stockOf } from './stock.ts'

/** How platforms are called by people. */
export const PLATFORMS: Readonly<Record<PlatformName, string>> = {
  ...{ stripe: 'Stripe', alipay: 'Alipay', wechatpay: 'WeChat Pay' },
}
export const NAMES = Object.keys(PLATFORMS) as PlatformName[]

/** Orders that notices are about: enough that two of one order seldom meet. */
const ORDERS = 100
const PLENTY = 1_000

const INSERT: Ask = {
  ...{ method: 'POST', path: '/rows', body: JSON.stringify({ note: 'as small as a row can be' }) },
}

/** What platforms' notices cost to take in, and how soon after one its order reads as paid. */
export async function webhook(around: Surroundings, effort: Effort): Promise<Findings> {
  const shop = await openShop(around, {
    ...{ catalogue: goods(ORDERS, { onHand: PLENTY }), handsOn: false },
  })
  try {
    const orders = await placeOrders(shop)
    const comparisons = []
    for (const name of NAMES)
      comparisons.push(await compare(intake(shop, { name, orders }), effort))
    const checks = [await booksOf(shop)]
    return { name: 'webhook', comparisons, figures: [], checks, delays: [] }
  } finally {
    await shop.close()
  }
}
