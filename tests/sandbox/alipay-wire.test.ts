import { createSign, generateKeyPairSync } from 'node:crypto'
import { strToU8, zipSync } from 'fflate'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { SECRETS } from '../../testing/secrets.ts'
import {
  account,
  adapterOf,
  answeredBy,
  DAY_MS,
  open,
  paid,
  refused,
  rsa2,
  signedAnswer,
} from './alipay.ts'
// After our own adapters: see there.
import { AlipaySdk } from 'alipay-sdk'
import { failureOf, openServer, refOf, rejection, tender } from './support.ts'

afterEach(() => vi.useRealTimers())

const REF = refOf(tender(), { externalId: 'x', next: { type: 'redirect', url: '' } })

describe('an answer', () => {
  const trade = { code: '10000', out_trade_no: REF.externalId, trade_status: 'TRADE_SUCCESS' }
  const captured = { ...trade, total_amount: '1.00', send_pay_date: '2026-11-22 21:30:00' }

  test.each([
    ['of success, with an amount that is no text', { ...captured, total_amount: 1.5 }, 150],
    ['of a trade that is over', { ...captured, trade_status: 'TRADE_FINISHED' }, 100],
    ['of one that was paid back whole', { ...captured, trade_status: 'TRADE_CLOSED' }, 100],
  ])('%s is a capture', async (_what, answer, amount) => {
    const payments = await answeredBy(answer)
    expect(await payments.look(REF)).toMatchObject({ status: 'captured', amount })
  })

  test.each([
    ['unsigned', JSON.stringify({ alipay_trade_query_response: captured })],
    ['signed by somebody else', forged(captured)],
    ['of an error that nobody signed', JSON.stringify({ error_response: refused('x', '40002') })],
    ['about another trade', { ...captured, out_trade_no: 'another' }],
    ['in a state that is none', { ...captured, trade_status: 'TRADE_PAID' }],
    ['of trouble behind the gateway', refused('ACQ.SYSTEM_ERROR')],
    ['of trouble in the gateway', refused('isp.unknow-error', '20000')],
  ])('that is %s leaves the outcome unknown', async (_what, answer) => {
    const payments = await answeredBy(answer)
    expect(await failureOf(payments.look(REF))).toMatchObject({
      ...{ code: 'PLATFORM_ERROR', final: false },
    })
  })

  test('is read where it is signed, whatever stands behind it', async () => {
    const text = signedAnswer(captured, 'alipay_trade_query')
    const more = JSON.stringify({ ...captured, total_amount: '9999.00' })
    const payments = await answeredBy(text.replace(/}$/, `,"alipay_trade_query_response":${more}}`))
    expect(await payments.look(REF)).toMatchObject({ amount: 100 })
  })

  test.each([
    [refused('isv.invalid-signature', '40002'), { code: 'CREDENTIALS_REFUSED', final: true }],
    [refused('isv.insufficient-x', '40006'), { code: 'CREDENTIALS_REFUSED', final: true }],
    [refused('isv.app-call-limited', '40005'), { code: 'RATE_LIMITED', final: false }],
    [refused('ACQ.INVALID_PARAMETER'), { code: 'REQUEST_REFUSED', final: true }],
  ])('of %o has its own consequence', async (answer, consequence) => {
    const payments = await answeredBy(answer)
    expect(await failureOf(payments.look(REF))).toMatchObject(consequence)
  })

  const refund = { externalId: REF.externalId, externalRefundId: 'r1', amount: 100 }
  const refunded = {
    ...{ code: '10000', out_trade_no: REF.externalId, out_request_no: 'r1' },
    ...{ refund_amount: '1.00', refund_status: 'REFUND_SUCCESS' },
  }
  const toldOf = (answer: object) => answeredBy(answer, 'alipay_trade_fastpay_refund_query')

  test('about a refund that went through is believed', async () => {
    const payments = await toldOf(refunded)
    expect(await payments.lookRefund(refund)).toMatchObject({ status: 'succeeded' })
  })

  test.each([
    ['trade', { out_trade_no: 'another' }],
    ['number', { out_request_no: 'r2' }],
    ['sum', { refund_amount: '0.99' }],
  ])('about a refund of another %s leaves this one unknown', async (_what, overrides) => {
    const payments = await toldOf({ ...refunded, ...overrides })
    expect(await failureOf(payments.lookRefund(refund))).toMatchObject({ final: false })
  })

  test("to a stranger's signature refuses the credentials", async () => {
    const { url } = await open()
    const payments = adapterOf(`${url}/alipay/gateway.do`, { privateKey: someKey() })
    const failure = await failureOf(payments.look(REF))
    expect(failure).toMatchObject({ code: 'CREDENTIALS_REFUSED', final: true })
  })
})

const someKey = () =>
  generateKeyPairSync('rsa', { modulusLength: 2048 })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString()

function forged(answer: object): string {
  const inner = JSON.stringify(answer)
  return `{"alipay_trade_query_response":${inner},"sign":"${rsa2(inner, someKey())}"}`
}

describe('a notice', () => {
  const reference = `${'a'.repeat(26)}t1`
  const fields = {
    ...{ notify_id: 'n1', notify_time: '2026-11-22 21:30:05', app_id: account.appId },
    ...{ seller_id: account.sellerId, out_trade_no: reference, trade_status: 'TRADE_SUCCESS' },
    ...{ total_amount: '158.03', gmt_payment: '2026-11-22 21:30:00', subject: 'a+b & 茶' },
  }
  function formOf(changes: object = {}, algorithm: 'RSA2' | 'RSA' = 'RSA2'): string {
    const told = Object.entries({ ...fields, ...changes }).filter(
      ([, value]) => value !== undefined,
    )
    const form = new URLSearchParams(told)
    const text = [...form].toSorted(([a], [b]) => (a < b ? -1 : 1)).map((pair) => pair.join('='))
    const hash = { RSA2: 'RSA-SHA256', RSA: 'RSA-SHA1' }[algorithm]
    const sign = createSign(hash).update(text.join('&')).sign(account.privateKey, 'base64')
    return new URLSearchParams([...form, ['sign', sign], ['sign_type', algorithm]]).toString()
  }
  const verify = (body: string) => adapterOf('https://openapi.example').verify(body, new Headers())

  test("is told with its own id, at China's time", () => {
    expect(verify(formOf())).toEqual({
      ...{ kind: 'payment', eventId: 'n1', occurredAt: '2026-11-22T13:30:00.000Z' },
      ...{ externalId: reference, orderId: 'a'.repeat(26), tenderId: 't1' },
      ...{ status: 'captured', amount: 15803, currency: 'CNY' },
    })
    expect(verify(formOf({ trade_status: 'TRADE_FINISHED' }))).toMatchObject({ status: 'captured' })
    const unpaid = { trade_status: 'TRADE_CLOSED', gmt_payment: undefined }
    expect(verify(formOf({ ...unpaid, gmt_close: '2026-11-22 21:31:00' }))).toMatchObject({
      ...{ status: 'closed', occurredAt: '2026-11-22T13:31:00.000Z' },
    })
  })

  test.each([
    ['of a refund', { refund_fee: '1.00', gmt_refund: '2026-11-22 21:31:00.123' }],
    ['of a refund of everything', { trade_status: 'TRADE_CLOSED', refund_fee: '158.03' }],
    ['of a trade that waits', { trade_status: 'WAIT_BUYER_PAY' }],
    ['of a trade that is none of ours', { out_trade_no: '2026112200001' }],
  ])('%s is not followed', (_what, changes) => {
    expect(verify(formOf(changes))).toBeUndefined()
  })

  test.each<[string, (form: URLSearchParams) => void]>([
    ['as it was signed', () => {}],
    ['with an empty field more', (form) => form.set('body', '')],
    ['with a field less', (form) => form.delete('subject')],
    ['with another sum', (form) => form.set('total_amount', '1.00')],
    ['with a sum that hides the first', (form) => form.append('total_amount', '1.00')],
    ['with what would read the same', (form) => form.set('app_id', `${account.appId}&body=`)],
    ['with a signature that is none', (form) => form.set('sign', '茶')],
  ])('%s is to us what it is to the SDK', (_what, change) => {
    const form = new URLSearchParams(formOf({ notify_type: 'trade_status_sync' }))
    change(form)
    const { appId, privateKey, alipayPublicKey } = SECRETS.alipay
    const sdk = new AlipaySdk({ appId, privateKey, alipayPublicKey, keyType: 'PKCS8' })
    const isRefused = rejection(() => verify(form.toString())) === 'SIGNATURE_INVALID'
    expect(!isRefused).toBe(sdk.checkNotifySignV2(Object.fromEntries(form)))
  })

  test('signed with an empty field is believed', () => {
    expect(verify(formOf({ body: '' }))).toMatchObject({ status: 'captured' })
  })

  test.each([
    ['to another app', formOf({ app_id: '2021000000000009' }), 'BODY_INVALID'],
    ['about another seller', formOf({ seller_id: '2088000000000009' }), 'BODY_INVALID'],
    ['in a state that is none', formOf({ trade_status: 'PAID' }), 'BODY_INVALID'],
    ['signed in the old, weaker way', formOf({}, 'RSA'), 'SIGNATURE_INVALID'],
    ['without a signature', new URLSearchParams(fields).toString(), 'SIGNATURE_INVALID'],
    ['signed by nothing known', formOf().replace('RSA2', '__proto__'), 'SIGNATURE_INVALID'],
  ])('%s is refused', (_what, body, code) => {
    expect(rejection(() => verify(body))).toBe(code)
  })
})

describe('a bill', () => {
  /** 支付宝交易号,商户订单号,业务类型,商品名称,完成时间,订单金额(元),退款批次号/请求号,服务费(元), in GBK. */
  const HEADINGS =
    'd6a7b8b6b1a6bdbbd2d7bac52cc9ccbba7b6a9b5a5bac52cd2b5cef1c0e0d0cd2cc9ccc6b7c3fbb3c62ccdeab3c9' +
    'cab1bce42cb6a9b5a5bdf0b6ee28d4aa292ccdcbbfeec5fab4cebac52fc7ebc7f3bac52cb7fecef1b7d128d4aa29'
  /** 交易 and 退款. */
  const [PAID, BACK] = ['\xbd\xbb\xd2\xd7', '\xcd\xcb\xbf\xee']

  async function billed(archive: Uint8Array | undefined) {
    const url = await openServer((response, { method }) => {
      if (method === 'GET') return response.end(archive)
      const link = { code: '10000', bill_download_url: `${url}/bill` }
      const answer = archive === undefined ? refused('isp.bill_not_exist') : link
      return response.end(signedAnswer(answer, 'alipay_data_dataservice_bill_downloadurl_query'))
    })
    return adapterOf(url)
  }
  const yesterday = () => new Date(Date.now() + DAY_MS / 3 - DAY_MS).toISOString().slice(0, 10)

  test('in GBK, zipped, tells of captures, refunds, and nothing twice', async () => {
    const { payments, refund, request, opened, press } = await paid()
    await press()
    const { externalRefundId } = await refund({ amount: 100 })
    vi.setSystemTime(Date.now() + DAY_MS)
    const line = { currency: 'CNY', externalId: opened.externalId }
    expect(await payments.statement(yesterday())).toMatchObject([
      { ...line, kind: 'capture', amount: request.amount },
      { ...line, kind: 'refund', amount: 100, externalRefundId },
    ])
  })

  test('has the fee of each line, and what of it came back', async () => {
    const rows = [
      '# frame',
      Buffer.from(HEADINGS, 'hex').toString('latin1'),
      `A1\t,ours\t,${PAID},tea,2026-11-20 10:00:00,100.00,,-0.60`,
      `A1\t,ours\t,${BACK},tea,2026-11-20 11:00:00,-50.00,back\t,0.30`,
      '# frame',
    ]
    const file = Buffer.from(rows.join('\r\n'), 'latin1')
    const payments = await billed(zipSync({ 'a.csv': file, 'b.csv': strToU8('# sums') }))
    const line = { externalId: 'ours', currency: 'CNY' }
    const back = { ...line, externalRefundId: 'back', at: '2026-11-20T03:00:00.000Z' }
    expect(await payments.statement('2026-11-20')).toEqual([
      { ...line, at: '2026-11-20T02:00:00.000Z', id: 'A1', kind: 'capture', amount: 10_000 },
      { ...line, at: '2026-11-20T02:00:00.000Z', id: 'A1:fee', kind: 'fee', amount: 60 },
      { ...back, id: 'A1:back', kind: 'refund', amount: 5000 },
      { ...back, id: 'A1:back:fee', kind: 'fee_returned', amount: 30 },
    ])
  })

  test('has names with commas and quotes in it, and dates that no calendar has are unreadable', async () => {
    const heading = Buffer.from(HEADINGS, 'hex').toString('latin1')
    const row = `A1\t,ours\t,${PAID},"tea", 5", hot,2026-11-20 10:00:00,100.00,,0.00`
    const billOf = (of: string) =>
      billed(zipSync({ 'a.csv': Buffer.from(['#', heading, of].join('\r\n'), 'latin1') }))
    const payments = await billOf(row)
    expect(await payments.statement('2026-11-20')).toMatchObject([{ id: 'A1', amount: 10_000 }])
    const broken = await billOf(row.replace('2026-11-20 10:00:00', '2026-13-45 99:99:99'))
    expect(await failureOf(broken.statement('2026-11-20'))).toMatchObject({ final: false })
  })

  test('that is not there may come on the morning after, and later means a quiet day', async () => {
    const payments = await billed(undefined)
    expect(await payments.statement(yesterday())).toBeUndefined()
    const before = new Date(Date.now() - 3 * DAY_MS).toISOString().slice(0, 10)
    expect(await payments.statement(before)).toEqual([])
  })

  test.each([
    ['no archive', strToU8('<html>')],
    ['an archive of something else', zipSync({ 'a.csv': strToU8('a,b\n1,2\n') })],
  ])('that is %s proves nothing', async (_what, archive) => {
    const payments = await billed(archive)
    expect(await failureOf(payments.statement('2026-11-20'))).toMatchObject({ final: false })
  })
})
