import { randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { createApiKey } from '../db/access.ts'
import { PLATFORM_OF } from '../domain/method.ts'
import type { PaymentAction, PlatformMethod } from '../domain/method.ts'
import { startSandbox } from '../sandbox/sandbox.ts'
import type { Sandbox } from '../sandbox/sandbox.ts'
import { SANDBOX_ACCOUNTS, SECRETS } from '../testing/secrets.ts'
import type { WorkerSettings } from '../testing/worker.ts'
import { inTurn, readyBuyers } from './buyers.ts'
import type { Buyer } from './buyers.ts'
import type { Effort } from './compare.ts'
import { compareDelays } from './delay.ts'
import type { Delay, Doing } from './delay.ts'
import { goods, skuOf } from './goods.ts'
import { openLine } from './line.ts'
import type { Answer, Ask, Line } from './line.ts'
import { noticeOf, TITLES } from './notices.ts'
import { openShop, startPart } from './shop.ts'
import type { BenchShop, Surroundings } from './shop.ts'

const PRODUCTS = 50
/** More than any run sells. */
const PLENTY = 10_000
/** Between two looks at an order: part of every figure, and not worth a processor's whole time. Milliseconds. */
const LOOK_EVERY = 3

/** Far more than a sweep takes to bring what was left lying. Milliseconds. */
const PATIENCE = 30_000

/** How soon after a platform's notice its order reads as paid, beside a bare signal's way to a workflow and back. */
export async function timePaid(around: Surroundings, effort: Effort): Promise<Delay[]> {
  return withWorkingShop(around, async (shop) => {
    const wishOf = (buyer: number) => [{ sku: skuOf(buyer), quantity: 1 }]
    const next = inTurn(await readyBuyers(shop, { count: PRODUCTS, wishOf }))
    const key = await createApiKey(shop.db, { id: 'cashier', role: 'admin' })
    const desk = { shop, next, headers: { authorization: `Bearer ${key}` } }
    const methods = Object.keys(PLATFORM_OF) as PlatformMethod[]
    const measured = methods.map((method) => paying(desk, method))
    return compareDelays({ floor: signalling(shop), measured, most: 4 }, effort)
  })
}

/** With a worker, and the sandbox as its platforms; all of it ends, whatever of it fails. */
async function withWorkingShop<T>(
  around: Surroundings,
  measure: (shop: BenchShop) => Promise<T>,
): Promise<T> {
  const sandbox = await startSandbox({ ...SECRETS, ...SANDBOX_ACCOUNTS })
  try {
    const catalogue = goods(PRODUCTS, { onHand: PLENTY })
    const shop = await openShop(around, { catalogue, handsOn: true, sandboxUrl: sandbox.url })
    try {
      const worker = await startWorker(around, shop, sandbox)
      try {
        return await measure(shop)
      } finally {
        await worker.stop()
      }
    } finally {
      await shop.close()
    }
  } finally {
    await sandbox.close()
  }
}

function startWorker({ servers, logFile }: Surroundings, shop: BenchShop, sandbox: Sandbox) {
  const settings: WorkerSettings = {
    ...{ databaseUrl: shop.databaseUrl, taskQueue: shop.taskQueue, publicUrl: shop.api },
    ...{ temporalAddress: servers.temporalAddress, bundlePath: servers.bundlePath },
    ...{ sandboxUrl: sandbox.url, smtpUrl: sandbox.smtpUrl, carrier: 'express' },
  }
  return startPart('bench/worker', { settings, logFile })
}

function signalling(shop: BenchShop): Doing {
  return {
    name: 'a bare signal',
    ready: (count) =>
      eachOnLine(shop.floor, count, async (line) => {
        const bare = await line.ask({ method: 'POST', path: '/waiting' })
        const { id } = bodyOf(bare, 201) as { id: string }
        const signal: Ask = { method: 'POST', path: `/signals/${id}` }
        return async () => expectStatus(await line.ask(signal), 200)
      }),
  }
}

type Desk = { shop: BenchShop; next: () => Buyer; headers: Record<string, string> }

function paying({ shop, next, headers }: Desk, method: PlatformMethod): Doing {
  const platform = PLATFORM_OF[method]
  const open = async (line: Line) => {
    const placed = bodyOf(await line.ask(next().order()), 201)
    const { id: orderId, payable: amount } = placed as { id: string; payable: number }
    const pay = await line.ask({
      ...{ method: 'POST', path: `/v1/orders/${orderId}/payments` },
      headers: { ...headers, 'idempotency-key': randomUUID() },
      body: JSON.stringify({ method }),
    })
    const { nextActions } = bodyOf(pay, 200) as { nextActions: [PaymentAction] }
    const [{ tenderId, externalId }] = nextActions
    return { orderId, tenderId, externalId, amount }
  }
  return {
    name: `${TITLES[platform]}: notice to paid`,
    ready: (count) =>
      eachOnLine(shop.api, count, async (line) => {
        const paid = await open(line)
        const notice = noticeOf(platform, paid)
        const look: Ask = { method: 'GET', path: `/v1/orders/${paid.orderId}`, headers }
        return async () => {
          expectStatus(await line.ask(notice), 200)
          const deadline = performance.now() + PATIENCE
          while (!isPaid(bodyOf(await line.ask(look), 200))) {
            if (performance.now() > deadline) throw new Error(`${paid.orderId} is not paid`)
            await setTimeout(LOOK_EVERY)
          }
        }
      }),
  }
}

/** One after the other is made ready, each on a connection of its own, which is closed when it is done. */
async function eachOnLine(
  url: string,
  count: number,
  ready: (line: Line) => Promise<() => Promise<void>>,
): Promise<(() => Promise<void>)[]> {
  const doings: (() => Promise<void>)[] = []
  while (doings.length < count) {
    const line = await openLine(url)
    const doing = await ready(line)
    doings.push(() => doing().finally(() => line.close()))
  }
  return doings
}

const isPaid = (order: unknown) =>
  (order as { payment: { status: string } }).payment.status === 'paid'

function expectStatus({ status, text }: Answer, expected: number): void {
  if (status !== expected) throw new Error(`answered with ${status}: ${text}`)
}

function bodyOf(answer: Answer, expected: number): unknown {
  expectStatus(answer, expected)
  return JSON.parse(answer.text)
}
