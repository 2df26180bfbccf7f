import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { EntryView, OrderView } from '../api/shapes.ts'
import { formatAmount } from '../domain/money.ts'
import { auditOrder } from './account.ts'
import { openFolder, readJson, writeJson } from './embedded/folder.ts'
import type { Shop } from './shop.ts'
import { RequestRefused, storefront } from './storefront.ts'
import type { Storefront } from './storefront.ts'
import { travel } from './travel.ts'

/** Between two steps, so that eyes can follow: about ten seconds in all. Milliseconds. */
const PACE = 400
const FOLLOW = 100

/** Remembers the order under way, so that a restarted demo goes on with it. */
const FILE = 'demo.json'

/** The statuses after which an order goes nowhere by itself. */
const ENDED: readonly OrderView['status'][] = [
  'completed',
  'cancelled',
  'expired',
  'refused',
  'closed',
]

/** What is bought: the two merchants' worked example of `docs/pricing.md`. */
const DEMO_CART = {
  currency: 'CNY',
  lines: [
    { sku: 'TEA-GREEN-250', quantity: 2 },
    { sku: 'CUP-PORCELAIN', quantity: 1 },
    { sku: 'TRAY-BAMBOO', quantity: 3 },
  ],
  addresses: [
    {
      name: 'Li Lei 李雷',
      phone: '+86 138 0013 8000',
      country: 'CN',
      region: '广东省',
      city: '深圳市',
      district: '南山区',
      street: '科技园路 1 号',
    },
  ],
}

/** Place the demo's cart at what it costs now. A remembered wish is the very same request again. */
export async function placeDemo(front: Storefront, remember?: (wish: Wish) => void) {
  const { quote } = await front.quote(DEMO_CART)
  const buyer = { contact: { email: 'li.lei@customer.example' }, payment: { method: 'card' } }
  const wish = { key: randomUUID(), body: { ...DEMO_CART, ...buyer, quote } }
  remember?.(wish)
  return front.place(wish.body, wish.key)
}

type Wish = { key: string; body: object }

/** Play one order through its life and print its timeline as it happens. True when its money adds up. */
export async function playDemo(shop: Shop, dir: string, stop?: AbortSignal): Promise<boolean> {
  const front = storefront(shop, stop)
  const file = openFolder(dir).file(FILE)
  const { id, no, links, news } = await orderUnderWay(front, file)
  console.log(`  Order ${no} ${news}`)
  console.log(`  Its page:    ${links.page}`)
  console.log(`  Its history: ${shop.temporalUiUrl}/namespaces/default/workflows/order-${id}\n`)
  const end = new AbortController()
  const journey = travel(front, id, { before: () => sleep(PACE) }).finally(() => end.abort())
  const following = follow(front, id, end.signal)
  await Promise.allSettled([journey, following])
  // First, because an order is not asked after where the shop has gone away.
  await following
  if (await hasEnded(front, id)) rmSync(file, { force: true })
  await journey
  return report(front, await front.order(id))
}

/** The remembered order, or a new one where there is none or its life is over. */
async function orderUnderWay(front: Storefront, file: string) {
  const remembered = readJson<Wish>(file)
  if (remembered !== undefined) {
    const placed = await placeAgain(front, remembered)
    if (placed !== undefined && !(await hasEnded(front, placed.id))) {
      return { ...placed, news: 'goes on' }
    }
  }
  return { ...(await placeDemo(front, (wish) => writeJson(file, wish))), news: 'is placed' }
}

/** Undefined where the wish never arrived, and its quote is over by now. */
async function placeAgain(front: Storefront, { key, body }: Wish) {
  try {
    return await front.place(body, key)
  } catch (error) {
    if (error instanceof RequestRefused && error.code === 'QUOTE_STALE') return undefined
    throw error
  }
}

const hasEnded = async (front: Storefront, id: string) =>
  ENDED.includes((await front.order(id)).status)

/** Print timeline entries as they come, and the last ones after the end. */
async function follow(front: Storefront, id: string, end: AbortSignal): Promise<void> {
  let after = 0
  for (let last = false; ; last = end.aborted) {
    const { items: entries } = await front.timeline(id, after)
    for (const entry of entries) console.log(lineOf(entry))
    after = entries.at(-1)?.seq ?? after
    if (last) return
    await sleep(FOLLOW)
  }
}

function lineOf({ seq, at, type, status, data }: EntryView): string {
  const note = [data['method'], data['waybill'], data['by'], data['source']]
    .filter(Boolean)
    .join(' ')
  const time = at.slice(11, 19)
  return `  ${time} ${String(seq).padStart(3)}  ${type.padEnd(22)} ${status.padEnd(20)} ${note}`.trimEnd()
}

async function report(front: Storefront, order: OrderView): Promise<boolean> {
  const { totals } = order
  if (totals !== undefined) {
    const money = (amount: number) => `${order.currency} ${formatAmount(amount, order.currency)}`
    console.log(
      `\n  Completed: goods ${money(totals.goods)} + freight ${money(totals.freight)} = paid ${money(totals.paid)}`,
    )
  }
  const wrong = await auditOrder(front, order)
  for (const problem of wrong) console.error(`  ✗ ${problem}`)
  if (wrong.length === 0) console.log('  Ledger, platform and order agree to the cent')
  console.log()
  return wrong.length === 0
}
