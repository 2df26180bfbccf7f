import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { post } from '../../db/ledger.ts'
import { sum } from '../../domain/money.ts'
import { until } from '../../testing/waiting.ts'
import { lineOf, runStatements, TODAY } from '../support/statement.ts'
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

const cursorOf = (place: object) =>
  Buffer.from(JSON.stringify({ writer: '1', posting: 0, line: 0, ...place })).toString('base64url')
const ask = async (path: string) => (await api.ask('GET', path, { key: keys.finance })).json

async function paidOrder() {
  const order = await place({ world, api, key: keys.customer })
  await order.pay()
  return order
}

/** All pages, whatever their size. */
async function entries(query: string): Promise<Json[]> {
  const found: Json[] = []
  let next = ''
  do {
    const page = await ask(`/v1/ledger?${query}${next}`)
    found.push(...page.items)
    next = page.next === null ? '' : `&cursor=${page.next}`
  } while (next !== '')
  return found
}

describe('the export of the ledger', () => {
  it('tells page by page what it tells at once, each entry once', async () => {
    const order = await paidOrder()
    const whole = await entries(`order=${order.id}&limit=100`)
    expect(whole.length).toBeGreaterThan(4)
    expect(await entries(`order=${order.id}&limit=2`)).toEqual(whole)
  })

  it('tells of an account, of a merchant, and of a time alone', async () => {
    const order = await paidOrder()
    const [own] = await entries(`order=${order.id}&account=psp:stripe`)
    expect(own).toMatchObject({ side: 'D', orderId: order.id })
    const merchants = await entries(`order=${order.id}&merchant=m-a`)
    expect(new Set(merchants.map((one) => one.merchantId))).toEqual(new Set(['m-a']))
    expect(await entries(`order=${order.id}&to=2020-01-01T00:00:00Z`)).toEqual([])
    expect(await entries(`order=${order.id}&from=2020-01-01T00:00:00Z`)).not.toEqual([])
  })

  it('is a file that spreadsheets read and don’t run', async () => {
    const entry = { amount: 5, currency: 'CNY' } as const
    await world.db.begin((tx) =>
      post(tx, {
        ...{ key: 'by-hand', at: new Date().toISOString() },
        posting: {
          kind: '=HYPERLINK("http://x")',
          entries: [
            { ...entry, account: 'bank', side: 'D' },
            { ...entry, account: 'suspense', side: 'C' },
          ],
        },
      }),
    )
    const rows = await until(async () => {
      const { text } = await api.ask('GET', '/v1/ledger.csv?account=bank', { key: keys.finance })
      const read: Record<string, string>[] = parse(text, { columns: true })
      return read.length > 0 && read
    })
    expect(rows).toMatchObject([
      { account: 'bank', side: 'D', amount: '5', order: '', kind: `'=HYPERLINK("http://x")` },
    ])
  })

  it.each([
    ['an account that no text can name', '/v1/ledger.csv?account=%00'],
    [
      'a place beyond all transactions',
      `/v1/ledger?cursor=${cursorOf({ writer: '9'.repeat(20) })}`,
    ],
    ['a place beyond all lines', `/v1/ledger?cursor=${cursorOf({ line: 2 ** 31 })}`],
  ])('refuses %s', async (_, path) => {
    expect((await api.ask('GET', path, { key: keys.finance })).status).toBe(400)
  })

  it('is nobody’s but finance’s', async () => {
    const asked = await api.ask('GET', '/v1/ledger', { key: keys.support })
    expect(asked.json.code).toBe('FORBIDDEN')
  })
})

describe('the trial balance', () => {
  it('adds up at any instant, by class and by account', async () => {
    await paidOrder()
    const { classes, accounts } = await ask('/v1/finance/balances?limit=100')
    expect(sum(classes.map((one: Json) => one.balance))).toBe(0)
    expect(sum(accounts.items.map((one: Json) => one.balance))).toBe(0)
    const before = await ask('/v1/finance/balances?asOf=2020-01-01T00:00:00Z')
    expect(before).toMatchObject({ classes: [], accounts: { items: [], next: null } })
    const { accounts: merchants } = await ask('/v1/finance/balances?class=merchant:pending')
    expect(merchants.items).toMatchObject([{ account: 'merchant:m-a:pending' }])
  })
})

describe('a day', () => {
  it.each(['0000-01-01', '9999-12-31'])(
    'is none that nobody can count on from: %s',
    async (day) => {
      const path = `/v1/finance/days/${day}`
      expect((await api.ask('GET', path, { key: keys.finance })).status).toBe(422)
    },
  )

  it('has what was taken and paid back, by the books and by the statement, and what differs', async () => {
    const order = await paidOrder()
    await order.cancel()
    await order.refunded()
    books.write(TODAY, [
      lineOf({ amount: 900 }),
      lineOf({ kind: 'refund', amount: 100, externalRefundId: 're_x' }),
      lineOf({ kind: 'fee', amount: 9 }),
    ])
    await books.reconcile(TODAY)
    // The sandbox's Stripe lives in UTC, the statement was written for Shanghai: what moved just now is of either's day.
    const days = await Promise.all(
      [TODAY, new Date().toISOString().slice(0, 10)].map((day) => ask(`/v1/finance/days/${day}`)),
    )
    const rows = days.flatMap(({ platforms }) => platforms)
    expect(rows.find(({ captured }: Json) => captured > 0)).toMatchObject({ platform: 'stripe' })
    expect(rows.find(({ refunded }: Json) => refunded > 0)).toMatchObject({ method: 'card' })
    expect(rows.find(({ statement }: Json) => statement !== undefined)).toMatchObject({
      statement: { captured: 900, refunded: 100, fees: 9 },
    })
    expect(days[0].items.open).toBeGreaterThanOrEqual(2)
  })
})
