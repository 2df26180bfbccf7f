import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { invoiceActivities } from '../../activities/invoice.ts'
import { gatewayInvoices } from '../../adapters/invoice/gateway.ts'
import { keepSeller } from '../../db/invoice-seller.ts'
import type { Imprint } from '../../db/invoice-seller.ts'
import { addFault } from '../../testing/outside.ts'
import { SECRETS } from '../../testing/secrets.ts'
import { startWorker } from '../../testing/worker.ts'
import type { RunningWorker } from '../../testing/worker.ts'
import { cancelUpdate } from '../../workflows/messages.ts'
import type { CancelCommand } from '../../workflows/messages.ts'
import { pdfWords } from '../support/pdf.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'
import { COMPANY, invoicing, numberOf, openDesk } from './invoicing.ts'
import { makeKeys, ONE } from './support.ts'
import type { Json, Keys, TestApi } from './support.ts'

let world: World
let worker: RunningWorker
let keys: Keys
beforeAll(async () => {
  world = await startWorld({ worker: false })
  worker = await startWorker(world.settings, { db: world.db, onNotices: () => {} })
  keys = await makeKeys(world)
})
afterAll(async () => {
  await worker.stop()
  await world.stop()
})

/** All that stands on an invoice of who issued it: the merchant as the shop calls it and as registered, the shop's own. */
type Who = { name: string; invoicing?: { name: string; taxNumber: string }; imprint: Imprint }
const THEN: Who = {
  name: 'Aurora Tea',
  invoicing: { name: '深圳市极光茶业有限公司', taxNumber: '91440300MA5EXAMP0C' },
  imprint: {
    ...{ platformName: 'Longhaul', platformTaxNumber: '91440300MA5LHAU10A' },
    invoiceClerk: '王芳',
  },
}
const LATER: Who = {
  name: 'Polar Tea',
  invoicing: { name: '深圳市北极茶业有限公司', taxNumber: '91350100M000100Y43' },
  imprint: {
    ...{ platformName: 'Farhaul', platformTaxNumber: '91440300MA5EXAMP0C' },
    invoiceClerk: '李娜',
  },
}
/** What of it is on an invoice of goods, and on one of freight. */
const onGoods = ({ invoicing: seller, imprint }: Who) => [
  ...[seller?.name, seller?.taxNumber, imprint.invoiceClerk],
]
const onFreight = ({ imprint }: Who) => Object.values(imprint)

/** As of now. */
let desk: TestApi
let hands: ReturnType<typeof invoicing>
async function nowThereIs({ imprint, ...profile }: Who) {
  const settings = { mode: 'development' as const, publicUrl: 'http://shop.example', ...imprint }
  desk = openDesk(world, { settings })
  hands = invoicing({ world, api: desk, keys })
  const contact = { email: 'a@merchant.example', locale: 'zh' }
  const body = { ...profile, freight: 800, contact }
  const told = await desk.ask('PUT', '/v1/merchants/m-a/profile', { key: keys.admin, body })
  expect(told.status).toBe(200)
}
beforeEach(() => nowThereIs(THEN))

async function paid(units = 1) {
  const lines = [{ sku: 'a1', quantity: units }]
  const order = await hands.place({ ...ONE, lines, invoice: COMPANY })
  await order.pay()
  return order
}
const issueAll = (id: string, count: number) =>
  hands.issueAll(id, Array.from({ length: count }, numberOf))
const ONE_UNIT: CancelCommand = { by: 'customer', items: [{ lineId: 'l1', quantity: 1 }] }

async function wordsOf(id: string, invoice: string): Promise<string[]> {
  const path = `/v1/orders/${id}/invoices/${invoice}.pdf`
  const headers = { authorization: `Bearer ${keys.finance}` }
  const answer = await desk.app.request(path, { headers })
  expect(answer.status).toBe(200)
  return pdfWords(new Uint8Array(await answer.arrayBuffer()))
}
const issuersOf = async (id: string): Promise<string[]> =>
  (await hands.list(id)).items.map(({ issuer }: Json) => issuer)

/** What goes wrong with the next request of an order. */
const fail = (orderId: string, fault: 'decline' | 'server_error' | 'server_error_after_effect') =>
  addFault(world.sandbox.url, { target: 'invoice', fault, orderId })

/** The provider's way, by the shop as it is at the time. */
const provided = ({ imprint }: Who) =>
  invoiceActivities(world.db, {
    ...{ vaultKey: SECRETS.vaultKey, imprint },
    invoices: gatewayInvoices({ ...SECRETS.invoice, url: world.sandbox.url }),
  })

describe('who issued an invoice', () => {
  it('is on it as it was then, whatever it is called and whoever issues later; later ones say so', async () => {
    const order = await paid(2)
    await issueAll(order.id, 2)
    const before = [await wordsOf(order.id, 'i1'), await wordsOf(order.id, 'i2')]
    expect(before[0]).toEqual(expect.arrayContaining(onGoods(THEN)))
    expect(before[1]).toEqual(expect.arrayContaining(onFreight(THEN)))

    await nowThereIs(LATER)
    expect([await wordsOf(order.id, 'i1'), await wordsOf(order.id, 'i2')]).toEqual(before)
    expect(await issuersOf(order.id)).toEqual(['Aurora Tea', 'Longhaul'])

    await order.command(cancelUpdate, ONE_UNIT)
    await issueAll(order.id, 1)
    const { items } = await hands.list(order.id)
    const red = await wordsOf(order.id, 'i3')
    expect(red).toEqual(expect.arrayContaining(['红字', ...onGoods(LATER)]))
    expect(red.find((words) => words.includes('被红冲蓝字发票号码'))).toContain(items[0].number)
    const next = await paid()
    await issueAll(next.id, 2)
    expect(await wordsOf(next.id, 'i1')).toEqual(expect.arrayContaining(onGoods(LATER)))
    expect(await wordsOf(next.id, 'i2')).toEqual(expect.arrayContaining(onFreight(LATER)))
    expect(await issuersOf(next.id)).toEqual(['Polar Tea', 'Farhaul'])
  })

  it('is who it was when a provider was asked for it, however late its answer is learned', async () => {
    const order = await paid()
    const key = { orderId: order.id, invoiceId: 'i1' }
    await fail(order.id, 'server_error_after_effect')
    await expect(provided(THEN).issueInvoice(key)).rejects.toThrow()
    await nowThereIs(LATER)
    await provided(LATER).issueInvoice(key)
    expect(await wordsOf(order.id, 'i1')).toEqual(expect.arrayContaining(onGoods(THEN)))
    // Noted by a person who has looked it up, it is the same one.
    const other = { orderId: order.id, invoiceId: 'i2' }
    await fail(order.id, 'server_error_after_effect')
    await expect(provided(THEN).issueInvoice(other)).rejects.toThrow()
    await provided(THEN).giveUpInvoice({ ...other, code: 'INVOICES_ERROR', isRefused: false })
    const number = numberOf()
    const noted = await hands.issue(`${order.id}/invoices/i2`, { amount: 800, number })
    expect(noted.status).toBe(200)
    expect(await wordsOf(order.id, 'i2')).toEqual(expect.arrayContaining(onFreight(THEN)))
  })

  it('is who it is when a provider that had refused, or never got it, is asked anew', async () => {
    const order = await paid()
    const [goods, freight] = ['i1', 'i2'].map((invoiceId) => ({ orderId: order.id, invoiceId }))
    if (goods === undefined || freight === undefined) throw new Error('two of them')
    await fail(order.id, 'decline')
    await expect(provided(THEN).issueInvoice(goods)).rejects.toThrow('TITLE_REFUSED')
    await provided(THEN).giveUpInvoice({ ...goods, code: 'TITLE_REFUSED', isRefused: true })
    await fail(order.id, 'server_error')
    await expect(provided(THEN).issueInvoice(freight)).rejects.toThrow()

    await nowThereIs(LATER)
    expect((await issuersOf(order.id))[0]).toBe('Polar Tea')
    const retry = `/v1/orders/${order.id}/invoices/i1/retry`
    expect((await desk.ask('POST', retry, { key: keys.finance })).status).toBe(200)
    for (const key of [goods, freight]) await provided(LATER).issueInvoice(key)
    expect(await issuersOf(order.id)).toEqual(['Polar Tea', 'Farhaul'])
    expect(await wordsOf(order.id, 'i1')).toEqual(expect.arrayContaining(onGoods(LATER)))
    expect(await wordsOf(order.id, 'i2')).toEqual(expect.arrayContaining(onFreight(LATER)))
  })

  it('stays without a tax number where none was known, though it is told later', async () => {
    await nowThereIs({ name: 'Aurora Tea', imprint: {} })
    const order = await paid()
    await issueAll(order.id, 2)
    await nowThereIs(THEN)
    for (const [invoice, name] of [
      ['i1', 'Aurora Tea'],
      ['i2', 'Longhaul'],
    ] as const) {
      const words = await wordsOf(order.id, invoice)
      expect(words).toEqual(expect.arrayContaining([name, COMPANY.taxNumber]))
      expect(words.filter((one) => one === '税号')).toHaveLength(1)
      expect(words).not.toContain('开票人')
    }
  })

  it('is sealed under its own key: with that erased, what the shop called it is left', async () => {
    const order = await paid()
    await issueAll(order.id, 2)
    const rows = await world.db`
      select to_jsonb(i)::text as row from invoices i where order_id = ${order.id}
      union all select to_jsonb(k)::text from idempotency_keys k`
    for (const sealed of onGoods(THEN)) expect(JSON.stringify(rows)).not.toContain(sealed)
    await world.db`delete from vault_keys where customer_id = 'merchant:m-a'`
    const words = await wordsOf(order.id, 'i1')
    expect(words).toEqual(expect.arrayContaining(['Aurora Tea', COMPANY.name]))
    for (const erased of onGoods(THEN)) expect(words).not.toContain(erased)
    expect(await wordsOf(order.id, 'i2')).toEqual(expect.arrayContaining(onFreight(THEN)))
  })

  it('is known of whatever is issued, and stays: a belated attempt and the database change nothing', async () => {
    const order = await paid()
    await issueAll(order.id, 2)
    const key = { orderId: order.id, invoiceId: 'i1' }
    const facts = { vaultKey: SECRETS.vaultKey, imprint: LATER.imprint }
    await world.db.begin((tx) => keepSeller(tx, facts, key))
    expect(await wordsOf(order.id, 'i1')).toEqual(expect.arrayContaining(onGoods(THEN)))
    await expect(
      world.db`update invoices set seller = null where order_id = ${order.id}`,
    ).rejects.toThrow('invoices_check')
  })
})

describe('how a merchant invoices', () => {
  it('is shown to itself and the platform, and forgotten when it is left out', async () => {
    const read = async (key: string) => (await desk.ask('GET', '/v1/merchants/m-a', { key })).json
    await nowThereIs({ ...THEN, invoicing: { name: 'x', taxNumber: '91440300 ma5exam p0c' } })
    for (const key of [keys.admin, keys.merchant])
      expect((await read(key)).invoicing).toEqual({ name: 'x', taxNumber: '91440300MA5EXAMP0C' })
    for (const key of [keys.support, keys.finance]) {
      const { contact, invoicing: hidden } = await read(key)
      expect([contact.email, hidden]).toEqual(['a***@merchant.example', undefined])
    }
    await nowThereIs({ name: 'Aurora Tea', imprint: {} })
    expect((await read(keys.admin)).invoicing).toBeUndefined()
  })
})
