import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connect } from '../../db/connection.ts'
import { auditOrder } from '../../scripts/account.ts'
import { openShop } from '../../scripts/shop.ts'
import { startStack } from '../../scripts/stack.ts'
import type { Stack } from '../../scripts/stack.ts'
import { storefront } from '../../scripts/storefront.ts'
import type { Storefront } from '../../scripts/storefront.ts'
import { travel } from '../../scripts/travel.ts'
import type { Step } from '../../scripts/travel.ts'
import { until } from '../../testing/waiting.ts'

/*
 * Real processes, killed with SIGKILL at each step of an order's life and started again by their supervisor. Whatever
 * dies, the order ends as the one that was left alone: same events, same money, same stock, same mails.
 */

let stack: Stack
let front: Storefront
let undisturbed: Facts
const dir = mkdtempSync(join(tmpdir(), 'longhaul-kill-'))

beforeAll(async () => {
  chmodSync(dir, 0o711)
  stack = await startStack({ dir: join(dir, 'data'), quiet: true })
  front = storefront(await openShop(stack))
  undisturbed = await factsOf(await journey('left-alone'))
})
afterAll(async () => {
  await stack.stop()
  rmSync(dir, { recursive: true, force: true })
})

const CART = {
  currency: 'CNY',
  lines: [{ sku: 'TEA-GREEN-250', quantity: 2 }],
  addresses: [
    {
      name: '李雷',
      phone: '+8613800138000',
      country: 'CN',
      region: '广东省',
      city: '深圳市',
      district: '南山区',
      street: '科技园路 1 号',
    },
  ],
}

/** Place an order and take it to completion. */
async function journey(name: string, before?: (step: Step) => Promise<void>): Promise<string> {
  const { quote } = await front.quote(CART)
  const buyer = { contact: { email: `${name}@customer.example` }, payment: { method: 'card' } }
  await before?.({ name: 'place', take: async () => {} })
  const { id } = await front.place({ ...CART, ...buyer, quote }, name)
  await travel(front, id, before && { before })
  return id
}

type Facts = { types: string[]; wrong: string[]; paid: number; stock: unknown; mails: number }

/** What must be the same whoever was killed. Absorbed repeats are recorded as ignored and don't count. */
async function factsOf(id: string): Promise<Facts> {
  const order = await front.order(id)
  const { items } = await front.timeline(id, 0)
  expect(items.map(({ seq }) => seq)).toEqual(items.map((_, i) => i + 1))
  const mails = await until(
    async () => {
      const { count } = await sentMails(id)
      return count >= 3 && count
    },
    'three mails',
    RETRIED,
  )
  return {
    types: items.map(({ type }) => type).filter((type) => type !== 'report.ignored'),
    wrong: await auditOrder(front, order),
    paid: order.totals?.paid ?? 0,
    stock: await reservationOf(id),
    mails,
  }
}

async function query<T>(ask: (db: ReturnType<typeof connect>) => Promise<T>): Promise<T> {
  const db = connect(stack.databaseUrl, { max: 1 })
  try {
    return await ask(db)
  } finally {
    await db.end()
  }
}

const sentMails = (id: string) =>
  query(async (db) => {
    const [row] = await db<{ count: number }[]>`
      select count(*)::int as count from notices where order_id = ${id} and status = 'sent'`
    return row ?? { count: 0 }
  })

const reservationOf = (id: string) =>
  query(
    (db) =>
      db`select sku, quantity, shipped, returned, state from reservations where order_id = ${id}`,
  )

/** Nothing of all orders together is lost, doubled or left over. */
const strays = () =>
  query(
    (db) => db`
      select 'unbalanced ledger' as what from ledger_entries group by posting_id, currency
        having sum(case side when 'D' then amount else -amount end) <> 0
      union all
      select 'reserved without an order' from stock s where reserved <> coalesce((
        select sum(quantity - shipped - freed) from reservations r
        where r.sku = s.sku and r.warehouse_id = s.warehouse_id and state <> 'released'), 0)
      union all
      select 'unrelayed report' from inbox where relayed_at is null
      union all
      select 'unstarted order' from outbox where started_at is null`,
  )

/** An activity that died with its worker is tried again after its time limit. Milliseconds. */
const RETRIED = 60_000
/** Longer than a request is under way, shorter than a restart. Milliseconds. */
const MIDDLE = 15

describe.each(['worker', 'api', 'temporal', 'postgres'] as const)(
  '%s killed at each step',
  (part) => {
    it('before the step: the order ends the same', async () => {
      const id = await journey(`${part}-before`, () => stack.parts[part].kill('SIGKILL'))
      expect(await factsOf(id)).toEqual(undisturbed)
      await until(async () => (await strays()).length === 0, 'an end of all loose ends', RETRIED)
    })

    it('in the middle of the step: the order ends the same', async () => {
      const kills: Promise<unknown>[] = []
      const id = await journey(`${part}-amid`, async () => {
        await stack.parts[part].waitReady()
        kills.push(sleep(MIDDLE).then(() => stack.parts[part].kill('SIGKILL')))
      })
      await Promise.all(kills)
      expect(await factsOf(id)).toEqual(undisturbed)
      await until(async () => (await strays()).length === 0, 'an end of all loose ends', RETRIED)
    })
  },
)
