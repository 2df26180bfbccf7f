import { PLATFORMS } from '../domain/method.ts'
import type { PlatformName } from '../domain/method.ts'
import { compare } from './compare.ts'
import type { Comparison, Effort } from './compare.ts'
import { inTurn, readyBuyers } from './buyers.ts'
import { check } from './findings.ts'
import type { Findings } from './findings.ts'
import { INSERT } from './floor.ts'
import { goods, skuOf } from './goods.ts'
import { openLine } from './line.ts'
import { noticeOf, TITLES } from './notices.ts'
import type { Paid } from './notices.ts'
import { timePaid } from './paid.ts'
import { pileOf } from './pile.ts'
import type { Pile } from './pile.ts'
import { openShop } from './shop.ts'
import type { BenchShop, Surroundings } from './shop.ts'

/** Orders that notices are about: enough that those of one order seldom meet. */
const ORDERS = 100
const PLENTY = 1_000

/** What platforms' notices cost to take in, and how soon after one of them its order reads as paid. */
export async function webhook(around: Surroundings, effort: Effort): Promise<Findings> {
  return {
    ...{ name: 'webhook', ...(await takeIn(around, effort)), figures: [] },
    delays: await timePaid(around, effort),
  }
}

async function takeIn(around: Surroundings, effort: Effort) {
  const catalogue = goods(ORDERS, { onHand: PLENTY })
  const shop = await openShop(around, { catalogue, handsOn: false })
  try {
    const payments = await paymentsOf(shop)
    const piles = PLATFORMS.map((name) => ({ name, pile: pileOf(noticesOf(name, payments)) }))
    const comparisons: Comparison[] = []
    for (const { name, pile } of piles) {
      comparisons.push(await compare(sides(shop, name, pile), effort))
    }
    const taken = piles.reduce((total, { pile }) => total + pile.taken(), 0)
    const [books] = await shop.db`
      select count(*)::int as stored, count(order_id)::int as known, count(set_aside)::int as aside from inbox`
    const all = { stored: taken, known: taken, aside: 0 }
    return { comparisons, checks: [check('notices stored, each for its order', books, all)] }
  } finally {
    await shop.close()
  }
}

/** Orders that wait for their money; without the engine no platform was asked yet for what it calls them. */
async function paymentsOf(shop: BenchShop): Promise<Omit<Paid, 'externalId'>[]> {
  const wishOf = (buyer: number) => [{ sku: skuOf(buyer), quantity: 1 }]
  const buyers = await readyBuyers(shop, { count: ORDERS, wishOf })
  const line = await openLine(shop.api)
  const payments: Omit<Paid, 'externalId'>[] = []
  for (const buyer of buyers) {
    const { status, text } = await line.ask(buyer.order())
    if (status !== 202) throw new Error(`no order: ${status} ${text}`)
    const { id: orderId, payable: amount } = JSON.parse(text) as { id: string; payable: number }
    payments.push({ orderId, tenderId: 't1', amount })
  }
  line.close()
  return payments
}

function noticesOf(name: PlatformName, payments: readonly Omit<Paid, 'externalId'>[]) {
  const next = inTurn(payments)
  return () => {
    const payment = next()
    const { orderId, tenderId } = payment
    const externalId = name === 'stripe' ? `pi_${orderId}` : `${orderId}${tenderId}`
    return noticeOf(name, { ...payment, externalId })
  }
}

function sides(shop: BenchShop, name: PlatformName, pile: Pile) {
  return {
    name: `notices of ${TITLES[name]}`,
    measured: {
      name: `POST /webhooks/${name}`,
      load: { url: shop.api, ...pile, statuses: [200] },
    },
    floor: { name: 'insert', load: { url: shop.floor, next: () => INSERT, statuses: [201] } },
    least: 0.5,
  }
}
