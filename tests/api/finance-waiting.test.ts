import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { raiseInvoiceTask } from '../../db/invoice-task.ts'
import { storeReports } from '../../db/relay.ts'
import { raiseTask } from '../../db/task.ts'
import { financeUrl } from '../../domain/link.ts'
import { SECRETS } from '../../testing/secrets.ts'
import { ledgerOf } from '../support/ledger.ts'
import type { Ledger } from '../support/ledger.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'
import { remitting } from './remitting.ts'
import { makeKeys, openApi, place } from './support.ts'
import type { Json, Keys, Question, TestApi } from './support.ts'

let world: World
let api: TestApi
let keys: Keys
let ledger: Omit<Ledger, 'close'>
let document: Json
beforeAll(async () => {
  world = await startWorld()
  api = openApi(world)
  keys = await makeKeys(world)
  ledger = ledgerOf(world.db)
  document = (await api.ask('GET', '/openapi.json')).json
})
afterAll(() => world.stop())

/** Where the API's own document has an operation. */
function pathOf(operation: string): RegExp {
  const path = Object.keys(document.paths).find(
    (one) => document.paths[one].post?.operationId === operation,
  )
  return new RegExp(`^${path?.replaceAll(/\{\w+\}/g, '[^/]+')}$`)
}
const page = async (query: string): Promise<Json> =>
  (await api.ask('GET', `/v1/finance/waiting?${query}`, { key: keys.finance })).json
async function waiting(about: (one: Json) => boolean): Promise<Json[]> {
  const { items } = await page('limit=100')
  for (const { operation, path } of items.flatMap(({ answers }: Json) => answers)) {
    expect(path).toMatch(pathOf(operation))
  }
  return items.filter(about)
}
const post = (path: string, body: object, question: Question = {}) =>
  api.ask('POST', path, { key: keys.finance, body, ...question })

/** What answers it, asked for by someone. */
async function answer(one: Json, operation: string, question: Question = {}) {
  const { path, body = {} } = one.answers.find((by: Json) => by.operation === operation)
  return api.ask('POST', path, { key: keys.finance, body, ...question })
}

describe('what waits for finance', () => {
  it('is a carrier’s claim, until it is confirmed or rejected', async () => {
    const doors = remitting({ world, api, keys })
    const lines = [
      { waybill: 'EX-1', amount: 700 },
      { waybill: 'EX-2', amount: 50 },
    ]
    const { json } = await doors.payOver(doors.remittance(lines), keys.carrier)
    const isIt = ({ id }: Json) => id === json.id
    const [claim] = await waiting(isIt)
    expect(claim).toMatchObject({
      ...{ kind: 'REMITTANCE_CLAIMED', party: 'express', reference: json.reference, orderId: null },
      ...{ money: { amount: 750, currency: 'CNY' }, notBy: null, ageDays: 0 },
      since: json.recordedAt,
    })
    expect((await answer(claim, 'rejectRemittance')).status).toBe(200)
    expect(await waiting(isIt)).toEqual([])
  })

  it('is a payout to a merchant: above the limit one stands for it, and another one says what the bank did', async () => {
    const merchantId = await ledger.merchant()
    const sold = await ledger.sell(merchantId, { goods: 1_000_001, commission: 0 })
    await ledger.release(sold)
    const [id] = await ledger.settle(merchantId)
    const isIt = (one: Json) => one.id === id
    const [first] = await waiting(isIt)
    expect(first).toMatchObject({
      ...{ kind: 'PAYOUT_APPROVAL', party: merchantId, notBy: null },
      money: { amount: 1_000_001, currency: 'CNY' },
    })
    await answer(first, 'approvePayout')
    const [second] = await waiting(isIt)
    expect(second).toMatchObject({ kind: 'PAYOUT_DUE', notBy: 'finance-1' })
    const body = { reference: `B-${id}` }
    expect((await answer(second, 'confirmPayout', { body })).json.code).toBe('SELF_APPROVAL')
    expect((await answer(second, 'confirmPayout', { body, key: keys.admin })).status).toBe(200)
    expect(await waiting(isIt)).toEqual([])
  })

  it('is a payout that one alone may confirm, or say that it failed', async () => {
    const merchantId = await ledger.merchant()
    await ledger.release(await ledger.sell(merchantId))
    await ledger.settle(merchantId)
    const [due] = await waiting(({ party }) => party === merchantId)
    expect(due).toMatchObject({ kind: 'PAYOUT_DUE', notBy: null })
    const body = { failure: 'refused' }
    expect((await answer(due, 'failPayout', { body })).status).toBe(200)
    expect(await waiting(({ party }) => party === merchantId)).toEqual([])
  })

  it('is value that takes two people, with all that the second has to ask for', async () => {
    const customer = `c-${randomUUID()}`
    await api.ask('PUT', `/v1/customers/${customer}`, {
      ...{ key: keys.admin, body: { memberTier: null } },
    })
    const why = { reason: 'correction', reference: 'TICKET-7' }
    const wish = { kind: 'wallet', amount: 20_001, currency: 'CNY', ...why }
    const path = `/v1/customers/${customer}/wallet/credits`
    expect((await post(path, wish)).json.code).toBe('APPROVAL_MISSING')
    const isIt = ({ answers }: Json) => answers[0].path === path
    const [credit] = await waiting(isIt)
    expect(credit).toMatchObject({
      ...{ kind: 'WALLET_CREDIT', party: null, reference: 'TICKET-7', code: 'correction' },
      ...{ money: { amount: 20_001, currency: 'CNY' }, notBy: 'finance-1' },
    })
    expect((await answer(credit, 'creditWallet')).json.code).toBe('APPROVAL_MISSING')
    expect((await answer(credit, 'creditWallet', { key: keys.admin })).status).toBe(201)
    expect(await waiting(isIt)).toEqual([])
  })

  it('is no longer value that nobody else wanted for a day', async () => {
    await post('/v1/gift-cards', { amount: 9000, currency: 'CNY', count: 3 })
    const cards = () => waiting(({ kind }) => kind === 'GIFT_CARDS')
    expect(await cards()).toMatchObject([{ money: { amount: 27_000, currency: 'CNY' } }])
    await world.db`update value_proposals set proposed_at = proposed_at - interval '25 hours'`
    expect(await cards()).toEqual([])
    await post('/v1/gift-cards', { amount: 9000, currency: 'CNY', count: 4 })
    expect(await world.db`select body ->> 'count' as count from value_proposals`).toEqual([
      { count: '4' },
    ])
  })

  it('is a question of an order about money, with the sum and the platform that it is about', async () => {
    const order = await place(
      { world, api, key: keys.customer },
      { lines: [{ sku: 'a1', quantity: 4 }] },
    )
    await order.pay()
    const { no } = await order.read()
    const grant = { amount: 20_001, reason: 'delay' }
    await post(`/v1/orders/${order.id}/refunds`, grant, { key: keys.support })
    const isIt = ({ orderId }: Json) => orderId === order.id
    const wanted = await vi.waitUntil(async () => (await waiting(isIt))[0], { timeout: 20_000 })
    expect(wanted).toMatchObject({
      ...{ kind: 'REFUND_APPROVAL', orderNo: no, party: 'stripe', reference: 'g1' },
      ...{ money: { amount: 20_001, currency: 'CNY' }, notBy: 'support-1' },
    })
    expect(wanted.answers.map(({ body }: Json) => body.action)).toEqual(['approve', 'reject'])
    expect((await answer(wanted, 'resolveTask')).status).toBe(200)
    expect(await waiting(isIt)).toEqual([])
  })

  it('is an invoice that is left to people, with its sum', async () => {
    const order = await place({ world, api, key: keys.customer })
    await order.pay()
    await post(
      `/v1/orders/${order.id}/invoices`,
      { kind: 'personal', name: 'x' },
      {
        key: keys.customer,
      },
    )
    const key = { orderId: order.id, invoiceId: 'i1' }
    const stuck = async (code: string) => {
      await world.db.begin((tx) => raiseInvoiceTask(tx, { ...key, code }))
      return (
        await waiting(({ reference, orderId }) => orderId === order.id && reference === 'i1')
      )[0]
    }
    const operationsOf = (one: Json) => one.answers.map(({ operation }: Json) => operation)
    const unknown = await stuck('TIMED_OUT')
    expect(unknown).toMatchObject({ kind: 'INVOICE_STUCK', party: 'm-a', code: 'TIMED_OUT' })
    expect(unknown.money).toEqual({ amount: 5990, currency: 'CNY' })
    expect(operationsOf(unknown)).toEqual(['retryInvoice', 'issueInvoice'])
    expect(operationsOf(await stuck('BY_HAND'))).toEqual(['issueInvoice'])
  })

  it('is a statement that is missing, and a notice of a platform that fits nothing; nothing of goods or carriers', async () => {
    const at = new Date().toISOString()
    const raise = (kind: Parameters<typeof raiseTask>[1]['kind'], subject: string) =>
      world.db.begin((tx) => raiseTask(tx, { id: `${kind}-${subject}`, kind, subject, at }))
    await raise('STATEMENT_MISSING', 'alipay 2026-03-01')
    await raise('STOCK_SHORT', 'a1@w-a')
    const report = (source: string) =>
      ({ source, eventId: 'e-1', orderId: null, kind: 'payment', payload: {} }) as never
    await storeReports(world.db, [report('wechatpay'), report('express')])

    const [missing] = await waiting(({ kind }) => kind === 'STATEMENT_MISSING')
    expect(missing).toMatchObject({ party: 'alipay', money: null })
    const again = { operation: 'startReconciliation', path: '/v1/finance/reconciliations' }
    expect(missing.answers).toMatchObject([
      { ...again, body: { platform: 'alipay', day: '2026-03-01' } },
      { operation: 'resolveTask', body: { action: 'skip' } },
    ])
    const unmatched = await waiting(({ kind }) => kind === 'UNMATCHED_REPORT')
    expect(unmatched).toMatchObject([{ party: 'wechatpay', reference: 'e-1' }])
    expect(await waiting(({ kind }) => kind === 'STOCK_SHORT')).toEqual([])
    expect((await answer(unmatched[0], 'resolveTask')).status).toBe(204)
    expect(await waiting(({ kind }) => kind === 'UNMATCHED_REPORT')).toEqual([])
  })

  it('is money that came back to a voided gift card, with how much', async () => {
    const { json } = await post('/v1/gift-cards', { amount: 700, currency: 'CNY' })
    const [{ id }] = json.items
    const [key, at] = [randomUUID(), new Date().toISOString()]
    await world.db.begin(async (tx) => {
      await tx`insert into value_movements (key, account_id, amount, kind) values (${key}, ${id}, -300, 'voided')`
      await raiseTask(tx, { id: key, kind: 'GIFT_CARD_VOID', subject: 'o:refund:r1', at })
    })
    const money = { amount: 300, currency: 'CNY' }
    expect(await waiting((one) => one.id === key)).toMatchObject([{ money, orderNo: null }])
  })

  it('comes in pages, oldest first', async () => {
    for (const day of ['2026-02-01', '2026-02-03', '2026-02-02']) {
      const task = { kind: 'STATEMENT_MISSING', subject: `stripe ${day}` } as const
      await world.db.begin((tx) => raiseTask(tx, { ...task, id: day, at: `${day}T12:00:00Z` }))
    }
    const all = await waiting(() => true)
    const found: Json[] = []
    for (let next = ''; ;) {
      const one = await page(`limit=2${next}`)
      found.push(...one.items)
      if (one.next === null) break
      next = `&cursor=${one.next}`
    }
    expect(found).toEqual(all)
    const ages = all.map(({ since }) => Date.parse(since))
    expect(ages).toEqual(ages.toSorted((a, b) => a - b))
    expect(all.map(({ id }) => id).slice(0, 3)).toEqual(['2026-02-01', '2026-02-02', '2026-02-03'])
  })

  it('is on the finance page, twenty at once', async () => {
    for (let number = 0; number < 21; number += 1) {
      const task = { kind: 'STATEMENT_MISSING', subject: 'stripe 2026-01-01' } as const
      const at = `2026-01-02T12:00:00.0${10 + number}Z`
      await world.db.begin((tx) => raiseTask(tx, { ...task, id: `many-${number}`, at }))
    }
    const keyed = { publicUrl: '', linkKey: SECRETS.linkKey }
    const { url } = financeUrl(keyed, { keyId: 'finance-1', at: Date.now() })
    const counts: number[] = []
    let next: string | undefined = `${url}&lang=en`
    while (next !== undefined) {
      const { text } = await api.ask('GET', next)
      counts.push(text.split('<li><h3>').length - 1)
      next = /<a href="([^"]*)">What waits after these/.exec(text)?.[1]?.replaceAll('&amp;', '&')
    }
    expect(counts[0]).toBe(20)
    expect(counts.reduce((sum, count) => sum + count)).toBe((await waiting(() => true)).length)
  })
})
