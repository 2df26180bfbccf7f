import { createHmac } from 'node:crypto'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { gatewayInvoices } from '../../adapters/invoice/gateway.ts'
import type { IssueInvoice } from '../../adapters/invoice/port.ts'
import { failureOf, openSandbox, openServer } from './support.ts'

const ACCOUNT = { apiKey: 'invoice-key', secret: 'invoice-secret-of-tests' }

async function open() {
  const sandbox = await openSandbox({ invoice: ACCOUNT })
  const issued = async (orderNo: string) =>
    (await sandbox.control.send('GET', `/sandbox/invoices?orderNo=${orderNo}`)).json.invoices
  return { ...sandbox, issued, invoices: gatewayInvoices({ ...ACCOUNT, url: sandbox.url }) }
}

let orders = 0
function invoice(overrides: Partial<IssueInvoice> = {}): IssueInvoice {
  orders += 1
  const line = { name: '绿茶 Green tea', quantity: 2, amount: 11980, tax: 1378, taxBps: 1300 }
  return {
    ...{ id: `order${orders}-i1`, orderNo: `LH-I${orders}`, kind: 'blue', seller: 'm-a' },
    buyer: { kind: 'company', name: '深圳市星辰科技有限公司', taxNumber: '91350100M000100Y43' },
    ...{ currency: 'CNY', amount: 11980, tax: 1378, lines: [line] },
    ...overrides,
  }
}

function redOf(blue: IssueInvoice, number: string, amount = -5990): IssueInvoice {
  const line = { name: '绿茶 Green tea', quantity: -1, amount, tax: -689, taxBps: 1300 }
  const sums = { amount, tax: -689, lines: [line] }
  return { ...blue, ...sums, id: `${blue.id}-red`, kind: 'red', original: { number } }
}

describe('the provider of invoices', () => {
  it('issues an invoice once, however often it is asked', async () => {
    const { invoices, issued } = await open()
    const wanted = invoice()
    const [one, two] = await Promise.all([invoices.issue(wanted), invoices.issue(wanted)])
    expect(one).toEqual(two)
    expect(one).toEqual({
      ...{ number: expect.stringMatching(/^\d{20}$/), issuedAt: expect.any(String) },
    })
    expect(await invoices.look(wanted.id)).toEqual(one)
    expect(await issued(wanted.orderNo)).toHaveLength(1)
  })

  it('knows nothing of what it was never asked for', async () => {
    const { invoices } = await open()
    expect(await invoices.look('order0-i9')).toBeUndefined()
  })

  it('takes an invoice back by a red one, and no more of it than there is', async () => {
    const { invoices } = await open()
    const blue = invoice()
    const { number } = await invoices.issue(blue)
    expect((await invoices.issue(redOf(blue, number))).number).not.toBe(number)
    const more = { ...redOf(blue, number, -5991), id: `${blue.id}-more` }
    expect(await failureOf(invoices.issue(more))).toMatchObject({
      ...{ code: 'REQUEST_REFUSED', final: true },
    })
  })

  it('refuses a title for good', async () => {
    const { invoices, control } = await open()
    const wanted = invoice()
    await control.fault({ target: 'invoice', fault: 'decline', orderId: wanted.orderNo })
    const refusal = { code: 'TITLE_REFUSED', final: true }
    expect(await failureOf(invoices.issue(wanted))).toMatchObject(refusal)
  })

  it.each([
    ['server_error', 'INVOICES_ERROR', false],
    ['server_error_after_effect', 'INVOICES_ERROR', true],
    ['timeout_after_effect', 'INVOICES_UNREACHABLE', true],
    ['garbage', 'INVOICES_ERROR', true],
    ['forged', 'INVOICES_ERROR', true],
    ['rate_limited', 'RATE_LIMITED', false],
    ['pending', 'INVOICE_PENDING', false],
  ])(
    'in trouble (%s) decides nothing; looked for, the truth comes out',
    async (fault, code, isDone) => {
      const { invoices, control, issued } = await open()
      const wanted = invoice()
      await control.fault({ target: 'invoice', fault, orderId: wanted.orderNo })
      expect(await failureOf(invoices.issue(wanted))).toMatchObject({ code, final: false })
      expect((await invoices.look(wanted.id)) !== undefined).toBe(isDone)
      await invoices.issue(wanted)
      expect(await issued(wanted.orderNo)).toHaveLength(1)
    },
  )

  it.each(['issue', 'look'])('forbidden on the way (%s) has refused nothing', async (operation) => {
    const { invoices, control } = await open()
    const wanted = invoice()
    const orderId = wanted.id.split('-')[0]
    await control.fault({ target: 'invoice', fault: 'forbidden', operation, orderId })
    const call = operation === 'issue' ? invoices.issue(wanted) : invoices.look(wanted.id)
    expect(await failureOf(call)).toMatchObject({ code: 'CREDENTIALS_REFUSED', final: true })
    expect(await invoices.look(wanted.id)).toBeUndefined()
  })

  it('lets nobody in who doesn’t sign as agreed', async () => {
    const { url } = await open()
    const other = gatewayInvoices({
      url,
      apiKey: ACCOUNT.apiKey,
      secret: 'another-secret-altogether',
    })
    expect(await failureOf(other.issue(invoice()))).toMatchObject({
      ...{ code: 'CREDENTIALS_REFUSED', final: true },
    })
  })

  it('is not whoever answers with an old proof, one for another invoice, or a refusal of no proof', async () => {
    const body = JSON.stringify({
      ...{ id: 'x-i1', status: 'issued', number: '12345678', issuedAt: '2026-03-01T08:00:00Z' },
    })
    const sign = (path: string, at: number, words = body) => {
      const hmac = createHmac('sha256', ACCOUNT.secret).update(`${at}.${path}.${words}`)
      return `t=${at},v1=${hmac.digest('hex')}`
    }
    const now = Math.floor(Date.now() / 1000)
    const path = '/invoice/v1/invoices/x-i1'
    const answers: [number, string, string | undefined][] = [
      [200, body, sign(path, now - 301)],
      [200, body, sign('/invoice/v1/invoices/x-i2', now)],
      [422, '{"code":"title_refused"}', undefined],
      [404, '{"code":"not_found"}', undefined],
      [422, '{"code":"title_refused"}', sign(path, now, '{"code":"title_refused"}')],
    ]
    const url = await openServer(async (response, request) => {
      await text(request)
      const [status, words, signature] = answers.shift() ?? [500, '', undefined]
      const proof = signature === undefined ? {} : { 'invoice-signature': signature }
      response.writeHead(status, proof).end(words)
    })
    const invoices = gatewayInvoices({ ...ACCOUNT, url })
    const unproven = { code: 'INVOICES_ERROR', final: false }
    for (const _ of [1, 2, 3]) {
      expect(await failureOf(invoices.issue(invoice({ id: 'x-i1' })))).toMatchObject(unproven)
    }
    for (const _ of ['unproven', 'no answer to a question'])
      expect(await failureOf(invoices.look('x-i1'))).toMatchObject(unproven)
  })
})
