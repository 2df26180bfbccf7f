import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { holdValue, openAccount, readAccountId, sweepHolds } from '../../db/value.ts'
import { readValueGaps } from '../../db/value-gaps.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'
import { SECRETS } from '../../testing/secrets.ts'
import { makeKeys, openApi, place } from './support.ts'
import type { Json, Keys, Question, TestApi } from './support.ts'

let world: World
let api: TestApi
let keys: Keys
beforeAll(async () => {
  world = await startWorld({ worker: false })
  api = openApi(world)
  keys = await makeKeys(world)
})
afterAll(async () => {
  expect(await readValueGaps(world.db)).toEqual([])
  await world.stop()
})

const HOURS = 3_600_000
/** Known by a tier that they don't have. */
async function newCustomer(): Promise<string> {
  const id = `c-${randomUUID()}`
  await api.ask('PUT', `/v1/customers/${id}`, { key: keys.admin, body: { memberTier: null } })
  return id
}
const TOP_UP = { kind: 'wallet', amount: 5000, currency: 'CNY', reason: 'top_up', reference: 'T-1' }

const change = (
  customer: string,
  way: 'credits' | 'debits',
  { body = {}, ...question }: Question & { body?: object } = {},
) =>
  api.ask('POST', `/v1/customers/${customer}/wallet/${way}`, {
    ...{ key: keys.finance, body: { ...TOP_UP, ...body }, ...question },
  })

const walletOf = async (customer: string, query = '') =>
  (await api.ask('GET', `/v1/customers/${customer}/wallet${query}`, { key: keys.support })).json

async function issue(body: object = {}, question: Question = {}): Promise<Json> {
  const wish = { amount: 10_000, currency: 'CNY', ...body }
  return api.ask('POST', '/v1/gift-cards', { key: keys.finance, body: wish, ...question })
}

const withCode = (path: string, code: string, key = keys.customer) =>
  api.ask('POST', `/v1/gift-cards/${path}`, { key, body: { code } })

/** What the newest posting of a kind said. */
async function posted(kind: string) {
  const rows = await world.db`
    select account, side, amount from ledger_entries where posting_id = (
      select max(id) from ledger_postings where kind = ${kind} and order_id is null) order by line`
  return rows.map(({ side, account, amount }) => `${side} ${account} ${amount}`)
}

const hold = (wish: { accountId: string; amount: number; orderId?: string; tenderId?: string }) =>
  holdValue(world.db, {
    ...{ orderId: randomUUID(), tenderId: 't1', customerId: 'c-1', currency: 'CNY' },
    ...wish,
  })

describe('a wallet', () => {
  it('is filled by finance, with a posting that says who bears it', async () => {
    const customer = await newCustomer()
    const { status, json } = await change(customer, 'credits')
    expect(status).toBe(201)
    expect(json).toMatchObject({ account: 'wallet', kind: 'credit', amount: 5000 })
    expect(json).toMatchObject({ reason: 'top_up', reference: 'T-1' })
    expect(await posted('value.top_up')).toEqual(['D bank 5000', `C wallet:${customer} 5000`])

    await change(customer, 'credits', { body: { reason: 'goodwill', amount: 100 } })
    expect((await posted('value.goodwill'))[0]).toBe('D platform:goodwill 100')
    const promoted = { kind: 'points', reason: 'promotion', amount: 30 }
    await change(customer, 'credits', { body: promoted })
    expect(await posted('value.promotion')).toEqual([
      'D platform:points_expense 30',
      `C points:${customer} 30`,
    ])
    const { accounts } = await walletOf(customer)
    expect(accounts).toEqual([
      { kind: 'wallet', currency: 'CNY', balance: 5100, held: 0, available: 5100 },
      { kind: 'points', currency: 'CNY', balance: 30, held: 0, available: 30 },
    ])
  })

  it('is given more than the limit by two people only, who ask for the same', async () => {
    const customer = await newCustomer()
    const give = (amount: number, key = keys.finance, idempotencyKey: string = randomUUID()) =>
      change(customer, 'credits', { key, idempotencyKey, body: { reason: 'goodwill', amount } })
    expect((await give(20_000)).status).toBe(201)
    for (const _ of ['once', 'again']) {
      const { status, json } = await give(1)
      expect([status, json.code]).toEqual([409, 'APPROVAL_MISSING'])
    }
    expect((await give(2, keys.admin)).json.code).toBe('APPROVAL_MISSING')
    const key = randomUUID()
    expect((await give(1, keys.admin, key)).status).toBe(201)
    expect((await give(1, keys.admin, key)).headers.get('idempotent-replayed')).toBe('true')
    expect((await give(1, keys.admin)).json.code).toBe('APPROVAL_MISSING')
    expect((await walletOf(customer)).accounts[0].balance).toBe(20_001)
  })

  it('is filled with more than the limit of what was paid in by two people, too', async () => {
    const customer = await newCustomer()
    const fill = (key: string) =>
      change(customer, 'credits', { key, body: { amount: 20_001, reference: 'T-2' } })
    await change(customer, 'credits', { body: { reason: 'goodwill', amount: 20_000 } })
    expect((await fill(keys.finance)).json.code).toBe('APPROVAL_MISSING')
    expect((await fill(keys.admin)).status).toBe(201)
  })

  it('is opened for nobody whom no one knows, and in no money that no one takes', async () => {
    const nobody = await change(`c-${randomUUID()}`, 'credits')
    expect([nobody.status, nobody.json.code]).toEqual([404, 'UNKNOWN_CUSTOMER'])
    const strange = await change('c-1', 'credits', { body: { currency: 'XTS' } })
    const errors = [{ path: '/currency', code: 'CURRENCY_UNUSED' }]
    expect(strange.json.errors).toMatchObject(errors)
    expect((await issue({ currency: 'XTS' })).json.errors).toMatchObject(errors)
  })

  it('is not given what somebody else wanted long ago', async () => {
    const customer = await newCustomer()
    const give = (key: string) =>
      change(customer, 'credits', { key, body: { reason: 'correction', amount: 20_001 } })
    await give(keys.finance)
    await world.db`update value_proposals set proposed_at = proposed_at - interval '25 hours'`
    expect((await give(keys.admin)).json.code).toBe('APPROVAL_MISSING')
    expect((await give(keys.finance)).status).toBe(201)
  })

  it('is credited once, however often the same is asked for', async () => {
    const customer = await newCustomer()
    const question = { idempotencyKey: randomUUID() }
    const first = await change(customer, 'credits', question)
    const second = await change(customer, 'credits', question)

    expect(second.json).toEqual(first.json)
    expect(second.headers.get('idempotent-replayed')).toBe('true')
    expect((await walletOf(customer)).accounts[0].balance).toBe(5000)
    const other = await change(customer, 'credits', { ...question, body: { amount: 1 } })
    expect(other.json.code).toBe('IDEMPOTENCY_KEY_REUSED')
  })

  it('is opened once, whoever else opens it at the same time', async () => {
    const open = (customerId: string) =>
      world.db.begin((tx) => openAccount(tx, { kind: 'wallet', customerId, currency: 'CNY' }))
    for (let round = 0; round < 200; round += 1) {
      const customerId = `c-${randomUUID()}`
      const ids = await Promise.all([1, 2, 3, 4, 5, 6].map(() => open(customerId)))
      expect(new Set(ids).size).toBe(1)
    }
  })

  it('is debited no further than what no order holds', async () => {
    const customerId = await newCustomer()
    await change(customerId, 'credits')
    const payer = { kind: 'wallet', customerId, currency: 'CNY' } as const
    const accountId = (await readAccountId(world.db, payer, SECRETS.vaultKey)) ?? ''
    const wish = { orderId: randomUUID(), tenderId: 't1', customerId, accountId, currency: 'CNY' }
    await holdValue(world.db, { ...wish, amount: 2000 })

    const tooMuch = await change(customerId, 'debits', { body: { amount: 3001 } })
    expect([tooMuch.status, tooMuch.json.code]).toEqual([409, 'INSUFFICIENT_BALANCE'])
    const { json } = await change(customerId, 'debits', {
      ...{ body: { amount: 3000, reason: 'correction' } },
    })
    expect(json).toMatchObject({ kind: 'debit', amount: -3000 })
    expect(await posted('value.correction')).toEqual([
      `D wallet:${customerId} 3000`,
      'C platform:correction 3000',
    ])
    expect((await walletOf(customerId)).accounts).toEqual([
      { kind: 'wallet', currency: 'CNY', balance: 2000, held: 2000, available: 0 },
    ])
    expect((await change(await newCustomer(), 'debits')).json.code).toBe('INSUFFICIENT_BALANCE')
  })

  it.each<[string, object, string]>([
    ['no amount', { amount: 0 }, '/amount AMOUNT_INVALID'],
    ['a part of a cent', { amount: 0.5 }, '/amount AMOUNT_INVALID'],
    ['a gift card', { kind: 'gift_card' }, '/kind VALUE_INVALID'],
    ['a reason of someone’s own', { reason: 'why not' }, '/reason VALUE_INVALID'],
    ['a mail address', { reference: 'li.lei@customer.example' }, '/reference VALUE_INVALID'],
  ])('takes %s for nothing', async (_what, body, problem) => {
    const { status, json } = await change(await newCustomer(), 'credits', { body })
    expect(status).toBe(422)
    expect(json.errors.map(({ path, code }: Json) => `${path} ${code}`)).toEqual([problem])
  })

  it('holds no more than an amount may ever be', async () => {
    const customer = await newCustomer()
    const most = { body: { amount: 1_000_000_000_000 } }
    for (const key of [keys.finance, keys.admin])
      await change(customer, 'credits', { ...most, key })
    const { json } = await change(customer, 'credits', { body: { amount: 1 } })
    expect(json.errors).toMatchObject([{ path: '/amount', code: 'AMOUNT_INVALID' }])
  })

  it('is shown to its customer, newest first and page by page, and to nobody else’s', async () => {
    for (const amount of [1, 2, 3]) await change('c-1', 'credits', { body: { amount } })
    const own = (query: string, key = keys.customer) =>
      api.ask('GET', `/v1/wallet${query}`, { key })
    const seen: number[] = []
    for (let cursor: string | null = ''; cursor !== null;) {
      const { json } = await own(`?limit=2${cursor && `&cursor=${cursor}`}`)
      seen.push(...json.items.map(({ amount }: Json) => amount))
      cursor = json.next
    }
    expect(seen).toEqual([3, 2, 1])
    expect((await own('', keys.stranger)).json).toEqual({ accounts: [], items: [], next: null })
    expect((await own('', keys.support)).json.code).toBe('FORBIDDEN')
    const theirs = await api.ask('GET', '/v1/customers/c-1/wallet', { key: keys.customer })
    expect(theirs.json.code).toBe('FORBIDDEN')
    expect((await change('c-1', 'credits', { key: keys.support })).json.code).toBe('FORBIDDEN')
  })
})

describe('gift cards', () => {
  it('are issued with codes that everyone can read and nothing here keeps', async () => {
    const { status, json } = await issue({ amount: 1000, count: 20 })
    const codes: string[] = json.items.map(({ code }: Json) => code)

    expect(status).toBe(201)
    expect(new Set(codes).size).toBe(20)
    expect(await posted('value.issued')).toEqual(['D bank 20000', 'C giftcard 20000'])
    const [dump] = await world.db`select jsonb_agg(a)::text as text from value_accounts a`
    const logged = JSON.stringify(api.lines)
    for (const code of codes) {
      expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$/)
      expect(dump?.['text']).not.toContain(code)
      expect(logged).not.toContain(code)
    }
  })

  it('come with the same codes for a repeat of the request, and no more of them', async () => {
    const question = { idempotencyKey: randomUUID() }
    const wish = { amount: 1000, count: 3 }
    const first = await issue(wish, question)
    const second = await issue(wish, question)

    expect(second.json).toEqual(first.json)
    expect(second.headers.get('idempotent-replayed')).toBe('true')
    expect((await issue({ ...wish, count: 4 }, question)).json.code).toBe('IDEMPOTENCY_KEY_REUSED')
  })

  it('worth more than the limit together are wanted by two people', async () => {
    expect((await issue({ count: 3 })).json.code).toBe('APPROVAL_MISSING')
    expect((await issue({ count: 4 }, { key: keys.admin })).json.code).toBe('APPROVAL_MISSING')
    const { status, json } = await issue({ count: 3 }, { key: keys.admin })
    expect([status, json.items.length]).toEqual([201, 3])
  })

  it.each<[string, object, string]>([
    ['too many', { count: 101 }, '/count VALUE_INVALID'],
    ['more than an amount may be', { amount: 10 ** 11, count: 11 }, '/amount AMOUNT_INVALID'],
    ['an end that has passed', { expiresAt: '2026-01-01T00:00:00Z' }, '/expiresAt VALUE_INVALID'],
  ])('are not issued with %s', async (_what, body, problem) => {
    const { json } = await issue(body)
    expect(json.errors.map(({ path, code }: Json) => `${path} ${code}`)).toEqual([problem])
  })

  it('tell what is on them to whoever has the code, however it is typed', async () => {
    const expiresAt = new Date(Date.now() + HOURS).toISOString()
    const { json } = await issue({ expiresAt })
    const [{ id, code }] = json.items
    await hold({ accountId: id, amount: 4000 })
    const typed = code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o')
    const { status, json: card } = await withCode('balance', typed)

    expect(status).toBe(200)
    const sums = { balance: 10_000, held: 4000, available: 6000 }
    expect(card).toEqual({ id, currency: 'CNY', ...sums, expiresAt, isOver: false })
    const unknown = await withCode('balance', 'NONE-OF-OURS')
    expect([unknown.status, unknown.json.code]).toEqual([404, 'UNKNOWN_GIFT_CARD'])
    expect(unknown.text).not.toContain('NONE-OF-OURS')
  })

  it('are voided by finance, once and for all, unless an order holds some', async () => {
    const [{ code }, held] = (await issue({ count: 2 })).json.items
    const { status, json } = await withCode('void', code, keys.finance)

    expect(status).toBe(200)
    expect(json).toMatchObject({ balance: 0, available: 0, isOver: true })
    expect(await posted('value.voided')).toEqual(['D giftcard 10000', 'C bank 10000'])
    expect((await withCode('void', code, keys.finance)).status).toBe(200)
    await hold({ accountId: held.id, amount: 1 })
    const refused = await withCode('void', held.code, keys.finance)
    expect([refused.status, refused.json.code]).toEqual([409, 'VALUE_HELD'])
    expect((await withCode('void', code, keys.support)).json.code).toBe('FORBIDDEN')
  })
})

describe('the sweep', () => {
  it('lets go of what is held for tenders that don’t wait for it, and of nothing else', async () => {
    await sweepHolds(world.db)
    const { json } = await issue()
    const [{ id: accountId }] = json.items
    const wish = { accountId, amount: 1000 }
    const order = await place({ world, api, key: keys.customer })
    await hold({ ...wish, orderId: order.id })
    await hold({ ...wish, orderId: order.id, tenderId: 't2' })
    await hold(wish)

    expect(await sweepHolds(world.db)).toBe(2)
    const left = await world.db`
      select order_id as "orderId", tender_id as "tenderId" from value_holds
      where account_id = ${accountId} and state = 'held'`
    expect([...left]).toEqual([{ orderId: order.id, tenderId: 't1' }])
    await world.db`update orders set archived_at = now() where id = ${order.id}`
    expect(await sweepHolds(world.db)).toBe(1)
    expect(await sweepHolds(world.db)).toBe(0)
  })
})
