import { compare } from './compare.ts'
import type { Effort } from './compare.ts'
import { setAllotments } from '../db/allotment.ts'
import { until } from '../testing/waiting.ts'
import { leftovers, unbalanced } from '../tests/support/stock.ts'
import { inTurn, readyBuyers } from './buyers.ts'
import type { Buyer } from './buyers.ts'
import { check } from './findings.ts'
import type { Check, Figure, Findings } from './findings.ts'
import { KNOWN_ROW } from './floor.ts'
import { goods, skuOf, warehouseOf } from './goods.ts'
import type { Answer, Line } from './line.ts'
import { CONNECTIONS, crowd, runOf, timed } from './load.ts'
import { openShop } from './shop.ts'
import type { BenchShop, Surroundings } from './shop.ts'

const BUYERS = 2_000
const UNITS = 500
/** Of the SKU that is made ready for a rush. */
const ALLOTMENTS = 16

const SKU = skuOf(0)

/** Far more buyers than units, all at once; then what it costs to refuse those who still come. */
export async function rush(around: Surroundings, effort: Effort): Promise<Findings> {
  const plain = await hold(around, { effort, allotments: 0 })
  const hot = await hold(around, { effort, allotments: ALLOTMENTS })
  const both = [plain, hot]
  return {
    name: 'rush',
    comparisons: both.flatMap(({ comparisons }) => comparisons),
    figures: both.flatMap(({ figures }) => figures),
    checks: both.flatMap(({ checks }) => checks),
  }
}

async function hold(
  around: Surroundings,
  { effort, allotments }: { effort: Effort; allotments: number },
): Promise<Omit<Findings, 'name'>> {
  const name = allotments === 0 ? 'one row' : `${allotments} allotments`
  const shop = await openShop(around, {
    ...{ catalogue: goods(1, { onHand: UNITS }), handsOn: true },
  })
  try {
    const place = { sku: SKU, warehouseId: warehouseOf(0) }
    await shop.db.begin((tx) => setAllotments(tx, place, allotments))
    effort.say(`rush, ${name}: ${BUYERS} buyers get their quotes`)
    const wishOf = () => [{ sku: SKU, quantity: 1 }]
    const buyers = await readyBuyers(shop, { count: BUYERS, wishOf })
    const held = await letLoose(shop, buyers)
    const checks = [...checksOf(held), ...(await booksOf(shop))]
    const refusals = await compare(refusing(shop, buyers, name), effort)
    return {
      comparisons: [refusals],
      figures: figuresOf(held).map(named(name)),
      checks: checks.map(named(name)),
    }
  } finally {
    await shop.close()
  }
}

const named =
  (name: string) =>
  <T extends { what: string }>(one: T): T => ({ ...one, what: `${name}: ${one.what}` })

type Held = { seconds: number; accepted: number[]; refused: number[]; again: number; lost: number }

/** All buyers stand at the door when it opens; times in milliseconds from a buyer's request to its answer. */
async function letLoose({ api }: BenchShop, buyers: readonly Buyer[]): Promise<Held> {
  const held: Held = { seconds: 0, accepted: [], refused: [], again: 0, lost: 0 }
  const waiting = [...buyers]
  const start = performance.now()
  await crowd(api, async (line) => {
    for (let buyer = waiting.shift(); buyer !== undefined; buyer = waiting.shift()) {
      await buy(line, buyer, held)
    }
  })
  return { ...held, seconds: (performance.now() - start) / 1000 }
}

/** As often as the API asks to come again; more often than ever it does. */
const TRIES = 10

async function buy(line: Line, buyer: Buyer, held: Held): Promise<void> {
  let spent = 0
  let quote: string | undefined
  for (let tries = 1; tries <= TRIES; tries++) {
    const { answer, ms } = await timed(line, buyer.order(quote))
    spent += ms
    const said = JSON.parse(answer.text) as { code?: string; quote?: { quote: string } }
    if (answer.status === 201 || answer.status === 202) return void held.accepted.push(spent)
    if (said.code === 'OUT_OF_STOCK') return void held.refused.push(spent)
    if (!asksAgain(answer, said.code)) break
    held.again += 1
    quote = said.quote?.quote
  }
  held.lost += 1
}

/** Others were faster, or a new working day began between quote and order. */
const asksAgain = ({ status }: Answer, code: string | undefined) =>
  status === 503 || code === 'QUOTE_STALE'

function checksOf({ accepted, refused, lost }: Held): Check[] {
  return [
    check('accepted', accepted.length, UNITS),
    check('refused as OUT_OF_STOCK', refused.length, BUYERS - UNITS),
    check('buyers without a final answer', lost, 0),
  ]
}

/** Longer than an engine takes for what was handed to it. Milliseconds. */
const STARTED_WITHIN = 30_000

/** What the database says of it, once the engine has taken what it was given. */
async function booksOf({ db }: BenchShop): Promise<Check[]> {
  const idle = async () =>
    (await db`select from outbox where started_at is null limit 1`).count === 0
  await until(idle, 'the start of every workflow', STARTED_WITHIN)
  const [books] = await db`
    select (select count(*)::int from orders) as orders,
      (select count(distinct order_id)::int from reservations where state = 'held' and secured = 1) as holding,
      (select reserved from stock) as reserved, (select count(*)::int from outbox) as outbox,
      (select count(*)::int from outbox where started_at is not null) as started`
  const all = { orders: UNITS, holding: UNITS, reserved: UNITS, outbox: UNITS, started: UNITS }
  return [
    check('orders, each with its unit and its workflow, and none else', books, all),
    check('shelves that say something else than reservations', await unbalanced(db), []),
    check('units held for nobody', await leftovers(db), []),
  ]
}

function figuresOf({ seconds, accepted, refused, again }: Held): Figure[] {
  const ms = (times: readonly number[]) => {
    const { p50, p99 } = runOf(times, seconds)
    return `p50 ${p50.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms`
  }
  return [
    {
      what: `${BUYERS} buyers on ${CONNECTIONS} connections`,
      value: `answered in ${seconds.toFixed(1)} s, ${(BUYERS / seconds).toFixed(0)}/s; ${again} had to ask again`,
    },
    { what: 'accepted', value: ms(accepted) },
    { what: 'refused', value: ms(refused) },
  ]
}

function refusing(shop: BenchShop, buyers: readonly Buyer[], name: string) {
  const next = inTurn(buyers)
  const select = { method: 'GET', path: `/rows/${KNOWN_ROW}` } as const
  return {
    name: `refusals when sold out, ${name}`,
    measured: {
      name: 'POST /v1/orders',
      load: { url: shop.api, next: () => next().order(), statuses: [409] },
    },
    floor: { name: 'select', load: { url: shop.floor, next: () => select, statuses: [200] } },
    least: 0.4,
  }
}
