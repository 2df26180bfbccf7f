import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { financeUrl } from '../../domain/link.ts'
import { sum } from '../../domain/money.ts'
import { addDays } from '../../domain/zone.ts'
import { SECRETS } from '../../testing/secrets.ts'
import { until } from '../../testing/waiting.ts'
import { lineOf, noonOf, runStatements, TODAY, TOMORROW } from '../support/statement.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'
import { makeKeys, openApi, place } from './support.ts'
import type { Json, Keys, TestApi } from './support.ts'

let world: World
let api: TestApi
let keys: Keys
let books: Awaited<ReturnType<typeof runStatements>>
beforeAll(async () => {
  world = await startWorld({ worker: false })
  api = openApi(world)
  keys = await makeKeys(world)
  books = await runStatements(world)
})
afterAll(async () => {
  await books.stop()
  await world.stop()
})

/** An order paid by card, and the reference that the platform knows its payment by. */
async function paidOrder() {
  const order = await place({ world, api, key: keys.customer })
  await order.pay()
  const [tender] = (await order.read()).tenders
  return { order, externalId: tender?.externalId ?? '', amount: tender?.amount ?? 0 }
}

const ask = async (path: string) => (await api.ask('GET', path, { key: keys.finance })).json
const itemsAbout = async (reference: string): Promise<Json[]> => {
  const { items } = await ask('/v1/finance/items?limit=100')
  return items.filter((item: Json) => item.reference === reference)
}
const balanceOf = async (account: string): Promise<number> => {
  const { classes } = await ask('/v1/finance/balances')
  return classes.find((one: Json) => one.class === account)?.balance ?? 0
}

describe('S0-3.3d: payment data recorded for finance', () => {
  it('is a ledger whose debits are its credits, in each currency, of one order as of all', async () => {
    const { order, amount } = await paidOrder()
    const { items } = await ask(`/v1/ledger?order=${order.id}&limit=100`)
    const side = (wanted: string) =>
      sum(items.filter((one: Json) => one.side === wanted).map((one: Json) => one.amount))
    expect(side('D')).toBe(side('C'))
    expect(items).toContainEqual(
      expect.objectContaining({ account: 'psp:stripe', side: 'D', amount, orderId: order.id }),
    )
    const { classes } = await ask('/v1/finance/balances')
    expect(sum(classes.map((one: Json) => one.balance))).toBe(0)
  })

  it('opens an item for the one row of a statement that nobody here knows', async () => {
    const { externalId, amount } = await paidOrder()
    const known = lineOf({ externalId, amount })
    const unknown = lineOf({ amount: 777 })
    books.write(TODAY, [known, unknown])
    const before = await balanceOf('suspense')
    await books.reconcile(TODAY)

    expect(await itemsAbout(externalId)).toEqual([])
    const [item, ...more] = await itemsAbout(unknown.externalId)
    expect(more).toEqual([])
    expect(item).toMatchObject({
      ...{ kind: 'MISSING_HERE', state: 'open', party: 'stripe', movement: 'capture', day: TODAY },
      ...{ expected: null, actual: { amount: 777, currency: 'CNY' }, orderId: null, ageDays: 0 },
    })
    expect((await balanceOf('suspense')) - before).toBe(-777)
  })
})

describe('a comparison done again', () => {
  it('opens nothing twice, and closes what agrees by then', async () => {
    const { externalId, amount } = await paidOrder()
    books.write(TODAY, [lineOf({ externalId, amount: amount - 100 })])
    await books.reconcile(TODAY)
    await books.reconcile(TODAY)
    const [item, ...more] = await itemsAbout(externalId)
    expect(more).toEqual([])
    expect(item).toMatchObject({
      ...{ kind: 'AMOUNT_DIFFERS', expected: { amount }, actual: { amount: amount - 100 } },
    })

    const before = await balanceOf('suspense')
    books.write(TODAY, [lineOf({ externalId, amount: 100 })])
    await books.reconcile(TODAY)
    const [closed] = await itemsAbout(externalId)
    expect(closed).toMatchObject({ state: 'resolved', resolution: 'matched' })
    expect((await balanceOf('suspense')) - before).toBe(-100)
    const { history } = await ask(`/v1/finance/items/${item.id}`)
    expect(history.map((entry: Json) => entry.what)).toEqual(['resolved', 'opened'])
  })

  it('posts a fee once', async () => {
    const fee = lineOf({ kind: 'fee', amount: 31, externalId: '' })
    books.write(TODAY, [fee])
    const before = await balanceOf('psp:fees')
    await books.reconcile(TODAY)
    await books.reconcile(TODAY)
    expect((await balanceOf('psp:fees')) - before).toBe(31)
  })
})

describe('a payout to the bank', () => {
  it('leaves the platform’s account for the bank’s, once', async () => {
    const standing = () => Promise.all(['bank', 'psp:stripe'].map(balanceOf))
    const [bank = 0, platform = 0] = await standing()
    books.write(TODAY, [lineOf({ kind: 'payout', amount: 500, externalId: 'po' })])
    await books.reconcile(TODAY)
    await books.reconcile(TODAY)
    expect(await standing()).toEqual([bank + 500, platform - 500])
    expect(await itemsAbout('po')).toEqual([])
  })
})

describe('a line that says something else than before', () => {
  it.each(['capture', 'fee'] as const)('is an item of its own: a %s', async (kind) => {
    const line = lineOf({ kind, amount: 70 })
    books.write(TODAY, [line])
    await books.reconcile(TODAY)
    books.write(TODAY, [{ ...line, amount: 60 }])
    await books.reconcile(TODAY)
    await books.reconcile(TODAY)
    const items = await itemsAbout(line.externalId)
    expect(items.filter((item) => item.kind === 'AMOUNT_DIFFERS')).toMatchObject([
      { movement: kind, state: 'open', expected: { amount: 70 }, actual: { amount: 60 } },
    ])
    expect(items).toHaveLength(kind === 'fee' ? 1 : 2)
  })
})

describe('a payment whose notice was lost', () => {
  it('reaches its order by the statement', async () => {
    const order = await place({ world, api, key: keys.customer })
    const opened = await order.openPayment()
    const { externalId = '' } = opened
    const { payable: amount } = await order.read()
    books.write(TODAY, [lineOf({ externalId, amount })])
    const start = { platform: 'stripe', day: TODAY, asOf: noonOf(TOMORROW) } as const
    await world.client.reconcile(start)
    await until(
      async () => (await world.db`select from inbox where source = 'statement'`).count > 0,
    )
    await world.relay.now(order.id)
    await order.reaches(({ accepted }) => accepted, 'acceptance')
    await books.clockOf(TODAY, 1)
    await books.ended(TODAY)
    expect(await itemsAbout(externalId)).toEqual([])
  })
})

describe('a payment that no statement has', () => {
  it('is an item once its platform had a day longer to tell of it', async () => {
    const { order, externalId, amount } = await paidOrder()
    books.write(TODAY, [])
    books.write(TOMORROW, [])
    await books.reconcile(TODAY)
    expect(await itemsAbout(externalId)).toEqual([])
    await books.reconcile(TOMORROW)
    expect(await itemsAbout(externalId)).toMatchObject([
      { kind: 'MISSING_THERE', orderId: order.id, expected: { amount }, actual: null },
    ])
    books.write(addDays(TOMORROW, 1), [lineOf({ externalId, amount })])
    await books.reconcile(addDays(TOMORROW, 1))
    expect(await itemsAbout(externalId)).toMatchObject([{ state: 'resolved' }])
  })
})

describe('a statement that comes after a later one', () => {
  it('is held against the payments of its own day, too', async () => {
    const day = addDays(TODAY, -40)
    const { order, externalId } = await paidOrder()
    await world.db`update tenders set captured_at = ${noonOf(day)} where order_id = ${order.id}`
    books.write(addDays(day, 1), [])
    await books.reconcile(addDays(day, 1))
    expect(await itemsAbout(externalId)).toEqual([])
    books.write(day, [])
    await books.reconcile(day)
    expect(await itemsAbout(externalId)).toMatchObject([{ kind: 'MISSING_THERE' }])
  })
})

describe('a statement of the platform itself', () => {
  afterEach(() => vi.useRealTimers())

  it('agrees with the books about a payment and its refund', async () => {
    const { order, externalId, amount } = await paidOrder()
    await order.cancel()
    await order.refunded()
    const day = new Date().toISOString().slice(0, 10)
    vi.useFakeTimers({ now: Date.now() + 86_400_000, toFake: ['Date'] })
    const lines = await world.platforms.stripe.statement(day)
    vi.useRealTimers()
    const own = lines?.filter((line) => line.externalId === externalId) ?? []
    expect(own.map(({ kind, amount: of }) => [kind, of])).toEqual([
      ['capture', amount],
      ['refund', amount],
    ])
    books.write(TODAY, own)
    await books.reconcile(TODAY)
    books.write(TOMORROW, [])
    await books.reconcile(TOMORROW)
    expect(await itemsAbout(externalId)).toEqual([])
  })
})

describe('a statement that doesn’t come', () => {
  it('is asked for during three days, then a person is asked', async () => {
    const day = addDays(TODAY, -20)
    const { order } = await paidOrder()
    await world.db`update tenders set captured_at = ${noonOf(day)} where order_id = ${order.id}`
    await world.client.reconcile({ platform: 'stripe', day })
    await until(async () => (await books.status(day)) === 'waiting')
    await books.clockOf(day, 80)
    await until(async () => (await books.status(day)) === 'missing')
    const { items } = await ask('/v1/tasks?limit=100')
    const task = items.find(({ kind }: Json) => kind === 'STATEMENT_MISSING')
    expect(task).toMatchObject({
      ...{ subject: `stripe ${day}`, code: 'STATEMENT_NOT_READY', actions: ['skip'] },
    })

    books.write(day, [])
    await books.reconcile(day)
    const left = (await ask('/v1/tasks?limit=100')).items
    expect(left.filter(({ kind }: Json) => kind === 'STATEMENT_MISSING')).toEqual([])
    expect(await ask(`/v1/finance/reconciliations/stripe/${day}`)).toMatchObject({ status: 'done' })
  })

  it('is missed by nobody on a day on which nothing moved', async () => {
    const day = addDays(TODAY, -30)
    await world.client.reconcile({ platform: 'stripe', day })
    await until(async () => (await books.status(day)) === 'waiting')
    await books.clockOf(day, 80)
    await until(async () => (await books.status(day)) === 'done')
  })
})

describe('the finance page after midnight in the shop', () => {
  it('shows the day that has begun by every platform’s calendar', async () => {
    const now = () => new Date(`${TODAY}T16:30:00.000Z`)
    const { app } = openApi(world, { now })
    const links = { publicUrl: '', linkKey: SECRETS.linkKey }
    const { url } = financeUrl(links, { keyId: 'finance-1', at: now().getTime() })
    const page = await (await app.request(`${url}&lang=en`)).text()
    expect(page).toContain(`What moved on ${TODAY}`)
    expect(page).toMatch(/Alipay<\/b> over/)
    expect(page).toMatch(/Stripe<\/b> days in UTC · under way/)
  })
})

describe('a comparison asked for at the door', () => {
  const begin = (body: object) =>
    api.ask('POST', '/v1/finance/reconciliations', { key: keys.finance, body })

  it('runs under the name of its day, wherever it is asked for', async () => {
    const day = addDays(TODAY, -3)
    books.write(day, [lineOf()])
    const answer = await begin({ platform: 'stripe', day })
    expect(answer.status).toBe(202)
    const path = answer.headers.get('location') ?? ''
    await until(async () => (await ask(path)).status === 'done')
    expect(await ask(path)).toMatchObject({ day, lines: 1, openItems: 1 })
  })

  it('is refused for a day that isn’t over, and a platform without a contract', async () => {
    const early = await begin({ platform: 'stripe', day: addDays(TODAY, 1) })
    expect(early.json.errors).toMatchObject([{ path: '/day', code: 'DAY_NOT_OVER' }])
  })

  it('is taken to happen at no time to come, in production', async () => {
    const settings = { mode: 'production', publicUrl: 'http://shop.example' } as const
    const strict = openApi(world, { settings })
    const body = { platform: 'stripe', day: TODAY, asOf: '2100-01-01T00:00:00Z' }
    const asked = { key: keys.finance, body }
    const { json } = await strict.ask('POST', '/v1/finance/reconciliations', asked)
    expect(json.errors).toMatchObject([{ path: '/asOf', code: 'VALUE_INVALID' }])
  })
})
