import type { Comparison, Effort } from './compare.ts'
import { compare } from './compare.ts'
import { inTurn, readyBuyers } from './buyers.ts'
import { INSERT } from './floor.ts'
import { goods, skuOf } from './goods.ts'
import type { Findings } from './findings.ts'
import { openShop } from './shop.ts'
import type { BenchShop, Surroundings } from './shop.ts'

/** Enough that orders seldom meet at one shelf, as in a shop of many goods. */
const PRODUCTS = 200
/** More than any run sells. */
const PLENTY = 1_000_000

/** What an order costs to take in, without and with the start of its workflow. No worker runs: none is needed for it. */
export async function admission(around: Surroundings, effort: Effort): Promise<Findings> {
  const comparisons = [
    await measure(around, { effort, handsOn: false, least: 0.15 }),
    await measure(around, { effort, handsOn: true, least: 0.7 }),
  ]
  return { name: 'admission', comparisons, figures: [], checks: [] }
}

type Wanted = { effort: Effort; handsOn: boolean; least: number }

async function measure(
  around: Surroundings,
  { effort, handsOn, least }: Wanted,
): Promise<Comparison> {
  const shop = await openShop(around, {
    ...{ catalogue: goods(PRODUCTS, { onHand: PLENTY }), handsOn },
  })
  try {
    return await compare({ ...(await sides(shop, handsOn)), least }, effort)
  } finally {
    await shop.close()
  }
}

async function sides(shop: BenchShop, handsOn: boolean) {
  const wishOf = (buyer: number) => [{ sku: skuOf(buyer), quantity: 1 }]
  const buyers = await readyBuyers(shop, { count: PRODUCTS, wishOf })
  const next = inTurn(buyers)
  const order = () => next().order()
  const floor = handsOn
    ? { name: 'insert and bare workflow.start', ask: { ...INSERT, path: '/workflows' } }
    : { name: 'insert', ask: INSERT }
  return {
    name: handsOn ? 'orders, workflow started' : 'orders, engine away',
    measured: {
      name: 'POST /v1/orders',
      // An engine that takes long has its orders answered before they are started.
      load: { url: shop.api, next: order, statuses: handsOn ? [201, 202] : [202] },
    },
    floor: {
      name: floor.name,
      load: { url: shop.floor, next: () => floor.ask, statuses: [201] },
    },
  }
}
