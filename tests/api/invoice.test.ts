import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readTitle } from '../../db/invoice.ts'
import { eraseCustomer } from '../../db/vault.ts'
import { orderToken } from '../../domain/link.ts'
import { gatewayInvoices } from '../../adapters/invoice/gateway.ts'
import { invoiceActivities } from '../../activities/invoice.ts'
import { addFault } from '../../testing/outside.ts'
import { SECRETS } from '../../testing/secrets.ts'
import { startWorker } from '../../testing/worker.ts'
import type { RunningWorker } from '../../testing/worker.ts'
import { cancelUpdate } from '../../workflows/messages.ts'
import type { CancelCommand } from '../../workflows/messages.ts'
import { startWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'
import { COMPANY, invoicing, numberOf, openDesk } from './invoicing.ts'
import { cart, makeKeys, ONE, priced } from './support.ts'
import type { Json, Keys, TestApi } from './support.ts'

let world: World
let worker: RunningWorker
let api: TestApi
let keys: Keys
let { place, issue, list, byHand } = {} as ReturnType<typeof invoicing>
beforeAll(async () => {
  world = await startWorld({ worker: false })
  worker = await startWorker(world.settings, { db: world.db, onNotices: () => {} })
  api = openDesk(world)
  keys = await makeKeys(world)
  ;({ place, issue, list, byHand } = invoicing({ world, api, keys }))
})
afterAll(async () => {
  await worker.stop()
  await world.stop()
})

const request = (id: string, body: Json) =>
  api.ask('POST', `/v1/orders/${id}/invoices`, { key: keys.customer, body })
const ONE_UNIT: CancelCommand = { by: 'customer', items: [{ lineId: 'l1', quantity: 1 }] }

describe('a request for invoices', () => {
  it('at checkout stands with the order, its title sealed under the customer’s key', async () => {
    const order = await place({ ...ONE, invoice: { ...COMPANY, taxNumber: '91350100 m000100y43' } })
    expect(await list(order.id)).toEqual({ requested: true, items: [] })
    expect(await readTitle(world.db, SECRETS.vaultKey, order.id)).toEqual(COMPANY)
    await order.pay()
    expect((await list(order.id)).items).toMatchObject([
      { id: 'i1', merchantId: 'm-a', issuer: 'Aurora Tea', amount: 5990, tax: 689 },
      { id: 'i2', merchantId: null, issuer: 'Longhaul', amount: 800, tax: 66 },
    ])
  })

  it.each([
    [
      'another check character',
      { ...COMPANY, taxNumber: '91350100M000100Y44' },
      '/taxNumber TAX_NUMBER_INVALID',
    ],
    ['no tax number', { kind: 'company', name: 'x' }, '/taxNumber REQUIRED'],
    ['no name', { kind: 'personal', name: ' ' }, '/name REQUIRED'],
    ['a tax number of a person', { ...COMPANY, kind: 'personal' }, '/taxNumber UNKNOWN_FIELD'],
    ['a kind that there isn’t', { ...COMPANY, kind: 'club' }, '/kind VALUE_INVALID'],
  ])('with %s is refused, here and at checkout', async (_, title, problem) => {
    const { id } = await place()
    const answer = await request(id, title)
    expect([answer.status, problemsOf(answer.json)]).toEqual([422, [problem]])
    const body = await priced(api, keys.customer, cart(ONE))
    const refused = await api.ask('POST', '/v1/orders', {
      ...{ key: keys.customer, body: { ...body, invoice: title } },
    })
    expect([refused.status, problemsOf(refused.json)]).toEqual([422, [`/invoice${problem}`]])
  })

  it('says what is wrong in Chinese, too', async () => {
    const { id } = await place()
    const { json } = await api.ask('POST', `/v1/orders/${id}/invoices`, {
      ...{ key: keys.customer, body: { ...COMPANY, taxNumber: '1' } },
      headers: { 'accept-language': 'zh' },
    })
    expect(json.errors[0].message).toContain('统一社会信用代码')
  })

  it('may correct the title until an invoice is on its way', async () => {
    const order = await place()
    await order.pay()
    expect((await request(order.id, COMPANY)).status).toBe(201)
    const other = { kind: 'personal', name: '李雷' }
    expect((await request(order.id, other)).status).toBe(201)
    expect(await readTitle(world.db, SECRETS.vaultKey, order.id)).toEqual(other)
    await world.db`update invoices set status = 'issuing' where order_id = ${order.id} and id = 'i1'`
    expect((await request(order.id, COMPANY)).json.code).toBe('ALREADY_INVOICED')
  })

  it('of an order that nothing is charged for comes to nothing', async () => {
    const order = await place()
    await order.command(cancelUpdate, {
      by: 'customer',
    })
    expect((await request(order.id, COMPANY)).json.code).toBe('NOTHING_TO_INVOICE')
  })
})

describe('an invoice without a provider', () => {
  it('is finance’s matter: its number is noted, its red one follows, and their PDFs are there', async () => {
    const order = await place({ lines: [{ sku: 'a1', quantity: 2 }], invoice: COMPANY })
    await order.pay()
    const key = { orderId: order.id, invoiceId: 'i1' }
    const at = (invoice: string) => `${order.id}/invoices/${invoice}`
    const number = numberOf()
    expect((await issue(at('i1'), { amount: 11980, number })).json.code).toBe('WRONG_STATE')
    await byHand().issueInvoice(key)
    const [task] = await world.db`select kind, code from tasks where order_id = ${order.id}`
    expect(task).toEqual({ kind: 'INVOICE_STUCK', code: 'BY_HAND' })
    expect((await issue(at('i1'), { amount: 1, number })).json.errors).toMatchObject([
      { path: '/amount', code: 'AMOUNT_DIFFERS' },
    ])
    expect((await issue(at('i9'), { amount: 1, number })).json.code).toBe('UNKNOWN_INVOICE')
    expect((await issue(at('i1'), { amount: 11980, number }, keys.support)).status).toBe(403)
    expect(await pdfOf(order.id, 'i1')).toMatchObject({ status: 409 })

    const issued = await issue(at('i1'), { amount: 11980, number })
    expect(issued.json.items[0]).toMatchObject({
      ...{ status: 'issued', number, pdf: `/v1/orders/${order.id}/invoices/i1.pdf` },
    })
    expect(
      (await world.db`select from tasks where order_id = ${order.id} and resolved_at is null`)
        .count,
    ).toBe(0)
    expect(await pdfOf(order.id, 'i1')).toEqual({ status: 200, start: '%PDF-1' })

    await order.command(cancelUpdate, ONE_UNIT)
    const red = (await list(order.id)).items.find(({ kind }: Json) => kind === 'red')
    expect(red).toMatchObject({ blueId: 'i1', amount: -5990, tax: -689, status: 'requested' })
    await byHand().issueInvoice({ orderId: order.id, invoiceId: red.id })
    expect((await issue(at(red.id), { amount: -5990, number })).json.errors).toMatchObject([
      { path: '/number', code: 'ID_TAKEN' },
    ])
    expect((await issue(at(red.id), { amount: -5990, number: numberOf() })).status).toBe(200)
    expect(await pdfOf(order.id, red.id)).toEqual({ status: 200, start: '%PDF-1' })
  })

  it('is reduced while it waits, and dropped with the rest of its order', async () => {
    const order = await place({ lines: [{ sku: 'a1', quantity: 2 }], invoice: COMPANY })
    await order.pay()
    await byHand().issueInvoice({ orderId: order.id, invoiceId: 'i1' })
    await order.command(cancelUpdate, ONE_UNIT)
    expect((await list(order.id)).items).toMatchObject([
      { id: 'i1', amount: 5990 },
      { amount: 800 },
    ])
    await order.command(cancelUpdate, { by: 'customer' })
    expect(await list(order.id)).toEqual({ requested: true, items: [] })
    expect(
      (await world.db`select from tasks where order_id = ${order.id} and resolved_at is null`)
        .count,
    ).toBe(0)
  })

  it('goes to a provider once there is one', async () => {
    const order = await place({ ...ONE, invoice: COMPANY })
    await order.pay()
    const key = { orderId: order.id, invoiceId: 'i1' }
    await byHand().issueInvoice(key)
    const { issueInvoice } = provided()
    await issueInvoice(key)
    expect((await list(order.id)).items[0].status).toBe('requested')
    const again = await api.ask('POST', `/v1/orders/${order.id}/invoices/i1/retry`, {
      key: keys.finance,
    })
    expect(again.status).toBe(200)
    await issueInvoice(key)
    expect((await list(order.id)).items[0]).toMatchObject({
      status: 'issued',
      number: expect.any(String),
    })
  })

  it('that one was asked for, while there was one, is looked up there before anyone issues it', async () => {
    const order = await place({ ...ONE, invoice: COMPANY })
    await order.pay()
    const key = { orderId: order.id, invoiceId: 'i1' }
    await addFault(world.sandbox.url, {
      ...{ target: 'invoice', fault: 'server_error_after_effect', orderId: order.id },
    })
    await expect(provided().issueInvoice(key)).rejects.toThrow()
    await byHand().issueInvoice(key)
    const waiting = await api.ask('GET', '/v1/finance/waiting?limit=100', { key: keys.finance })
    const task = waiting.json.items.find(({ orderId }: Json) => orderId === order.id)
    expect(task).toMatchObject({ kind: 'INVOICE_STUCK', code: 'NO_PROVIDER', reference: 'i1' })
    expect(task.answers.map(({ operation }: Json) => operation)).toEqual([
      ...['retryInvoice', 'issueInvoice'],
    ])
    expect((await request(order.id, COMPANY)).json.code).toBe('ALREADY_INVOICED')
    const number = numberOf()
    const noted = await issue(`${order.id}/invoices/i1`, { amount: 5990, number })
    expect(noted.json.items[0]).toMatchObject({ status: 'issued', number })
  })
})

describe('an invoice as a PDF', () => {
  it('is read by its customer, through the order’s link and by finance', async () => {
    const order = await place({ ...ONE, invoice: COMPANY })
    await order.pay()
    await byHand().issueInvoice({ orderId: order.id, invoiceId: 'i1' })
    await issue(`${order.id}/invoices/i1`, { amount: 5990, number: numberOf() })
    const token = orderToken(SECRETS.linkKey, order.id, Date.now())
    expect((await pdfOf(order.id, `i1.pdf?token=${token}`, '')).status).toBe(200)
    expect((await pdfOf(order.id, 'i1', keys.customer)).status).toBe(200)
    expect((await pdfOf(order.id, 'i1', keys.merchant)).status).toBe(403)
    expect((await pdfOf(order.id, 'i1.png')).status).toBe(404)
    expect((await pdfOf(order.id, 'i7')).status).toBe(404)
  })

  it('names nobody once its customer was erased', async () => {
    const order = await place({ ...ONE, invoice: COMPANY })
    await order.pay()
    await byHand().issueInvoice({ orderId: order.id, invoiceId: 'i1' })
    await issue(`${order.id}/invoices/i1`, { amount: 5990, number: numberOf() })
    const [row] = await world.db`select customer_id as id from orders where id = ${order.id}`
    await eraseCustomer(world.db, row?.['id'])
    expect(await readTitle(world.db, SECRETS.vaultKey, order.id)).toBeUndefined()
    expect((await pdfOf(order.id, 'i1')).status).toBe(200)
  })
})

async function pdfOf(id: string, file: string, key = keys.finance) {
  const path = `/v1/orders/${id}/invoices/${file.includes('.') ? file : `${file}.pdf`}`
  const { status, text } = await api.ask('GET', path, key === '' ? {} : { key })
  return { status, ...(status === 200 && { start: text.slice(0, 6) }) }
}

/** A provider issues them. */
const provided = () =>
  invoiceActivities(world.db, {
    vaultKey: SECRETS.vaultKey,
    invoices: gatewayInvoices({ ...SECRETS.invoice, url: world.sandbox.url }),
  })

const problemsOf = ({ errors }: Json) => errors.map(({ path, code }: Json) => `${path} ${code}`)
