import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { wechatpayPayments } from '../../adapters/payment/wechatpay.ts'
import { failureOf, refundOf, tender } from './support.ts'
import {
  FORMER,
  FORMER_ID,
  NOTIFY_URL,
  open,
  order,
  ORDER_ID,
  paid,
  REF,
  scripted,
  SHOP,
  shown,
  signed,
  STRANGER,
  type Scripted,
} from './wechatpay.ts'

describe('a payment by code', () => {
  test('that was never opened is open to the eye, and closed by closing', async () => {
    const { payments } = await open()
    expect(await payments.look(REF)).toMatchObject({ ...REF, status: 'open', amount: 0 })
    expect(await payments.close(REF)).toMatchObject({ ...REF, status: 'closed' })
  })

  test('cannot be paid after its time', async () => {
    const { scan, payments, ref } = await shown({
      payBy: new Date(Date.now() - 1000).toISOString(),
    })
    expect(await scan()).toMatchObject({ status: 400, json: { code: 'ORDER_CLOSED' } })
    expect(await payments.look(ref)).toMatchObject({ status: 'open' })
  })

  test('cannot be closed while the payer is at it, and is captured when they are done', async () => {
    const { scan, payments, ref } = await shown()
    await scan('hesitate')
    expect(await payments.close(ref)).toMatchObject({ status: 'open' })
    await scan()
    expect(await payments.close(ref)).toMatchObject({ status: 'captured', amount: 15803 })
  })

  test('refused by the bank has failed, and may be paid after all', async () => {
    const { scan, payments, ref } = await shown()
    await scan('decline')
    expect(await payments.look(ref)).toMatchObject({ status: 'failed', failureCode: 'PAYERROR' })
    expect(await scan()).toMatchObject({ status: 200 })
    expect(await payments.look(ref)).toMatchObject({ status: 'captured' })
  })

  test('outlives the process of the sandbox', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'sandbox-'))
    onTestFinished(() => rmSync(dataDir, { recursive: true }))
    const before = await paid({}, { dataDir })
    await before.refund({ amount: 100 })
    const moved = await before.control.ledger()
    await before.close()
    const { payments, control } = await open({ dataDir })
    expect(await payments.look(before.ref)).toMatchObject({ status: 'captured', amount: 15803 })
    await payments.refund(refundOf(before.request, before.opened, { amount: 100 }))
    expect(await control.ledger()).toEqual(moved)
  })

  test('in other money is refused for good, unasked', async () => {
    const { payments, asked } = await scripted(() => ({ body: {} }))
    const wanted = { code: 'CURRENCY_NOT_SUPPORTED', final: true }
    expect(await failureOf(payments.open(tender({ currency: 'USD' })))).toMatchObject(wanted)
    expect(asked).toEqual([])
  })

  test.each([
    ['SUCCESS', 'captured'],
    ['REFUND', 'captured'],
    ['NOTPAY', 'open'],
    ['USERPAYING', 'open'],
    ['ACCEPT', 'open'],
    ['CLOSED', 'closed'],
    ['REVOKED', 'closed'],
    ['PAYERROR', 'failed'],
  ])('that they call %s is %s', async (trade_state, status) => {
    const { payments } = await scripted(() => ({ body: order({ trade_state }) }))
    expect(await payments.look(REF)).toMatchObject({ status, amount: 100 })
  })

  test.each([
    ['another order', { out_trade_no: `${ORDER_ID}t2` }],
    ['another shop', { mchid: '1900000009' }],
    ['another app', { appid: 'wx9' }],
    ['a payment without its amount', { amount: undefined }],
  ])('is unknown when they tell of %s', async (_, overrides) => {
    const { payments } = await scripted(() => ({ body: order(overrides) }))
    expect(await failureOf(payments.look(REF))).toMatchObject({ final: false })
  })
})

describe('a refund', () => {
  test('that they closed has used up its number: only the next attempt gets a fresh one', async () => {
    const { refund, control, request } = await paid({ amount: 100 })
    await control.fault({ target: 'payment', fault: 'decline', operation: 'refund' })
    const number = `${request.orderId}r1`
    expect(await refund({})).toEqual({ externalRefundId: number, status: 'failed' })
    expect(await refund({})).toEqual({ externalRefundId: number, status: 'failed' })
    const next = { externalRefundId: `${number}-2`, status: 'succeeded' }
    expect(await refund({ attempt: 2 })).toEqual(next)
    expect(await refund({ attempt: 3 })).toEqual(next)
    expect(await control.ledger()).toMatchObject([{ kind: 'capture' }, { kind: 'refund' }])
  })

  test('that went through unseen is found by the next attempt under the first number', async () => {
    const { refund, control, request } = await paid({ amount: 100 })
    await control.fault({ target: 'payment', fault: 'timeout_after_effect', operation: 'refund' })
    expect(await failureOf(refund({ amount: 40 }))).toMatchObject({ final: false })
    expect(await refund({ amount: 40, attempt: 2 })).toEqual({
      externalRefundId: `${request.orderId}r1`,
      status: 'succeeded',
    })
    expect(await control.ledger()).toHaveLength(2)
  })

  test('that their payer’s card has no room for is a person’s matter, under its one number', async () => {
    const { refund, control, request } = await paid({ amount: 100 })
    const fault = { target: 'payment', fault: 'refund_abnormal' }
    await control.fault({ ...fault, delayMs: 300 })
    const stuck = { code: 'REFUND_ABNORMAL', final: true }
    expect(await failureOf(refund({}))).toMatchObject(stuck)
    expect(await failureOf(refund({ attempt: 2 }))).toMatchObject(stuck)
    const done = { externalRefundId: `${request.orderId}r1`, status: 'succeeded' }
    await vi.waitFor(async () => expect(await refund({ attempt: 2 })).toEqual(done))
    expect(await control.ledger()).toMatchObject([{ kind: 'capture' }, { kind: 'refund' }])
  })

  const REFUND = { externalId: REF.externalId, externalRefundId: 'r', amount: 100 }
  const told = {
    ...{ out_trade_no: REF.externalId, out_refund_no: 'r', status: 'SUCCESS' },
    amount: { refund: 100, total: 100 },
  }
  test.each([
    ['SUCCESS', 'succeeded'],
    ['PROCESSING', 'pending'],
    ['CLOSED', 'failed'],
  ])('that they call %s has %s', async (status, expected) => {
    const { payments } = await scripted(() => ({ body: { ...told, status } }))
    expect(await payments.lookRefund(REFUND)).toEqual({ externalRefundId: 'r', status: expected })
  })

  test.each([
    ['another order', { out_trade_no: `${ORDER_ID}t2` }],
    ['another refund', { out_refund_no: 'r-2' }],
    ['another sum', { amount: { refund: 99, total: 100 } }],
  ])('is unknown when they tell of %s', async (_, overrides) => {
    const { payments } = await scripted(() => ({ body: { ...told, ...overrides } }))
    expect(await failureOf(payments.lookRefund(REFUND))).toMatchObject({ final: false })
  })
})

describe('an answer', () => {
  const refused = (code: string, status = 400) => ({ status, body: { code, message: '' } })
  const unsigned = () => ({})
  test.each<[string, Scripted, object]>([
    ['without a signature', { body: order(), headers: unsigned }, { code: 'PLATFORM_ERROR' }],
    ['signed long ago', { body: order(), headers: (b) => signed(b, { age: 301 }) }, {}],
    [
      "with a stranger's signature",
      { body: order(), headers: (b) => signed(b, { key: STRANGER.privateKey }) },
      {},
    ],
    ['signed for another body', { body: order(), headers: () => signed('{}') }, {}],
    ['that refuses, from someone on the way', { ...refused('PARAM_ERROR'), headers: unsigned }, {}],
    ['of a system in trouble', refused('SYSTEM_ERROR', 500), { code: 'PLATFORM_ERROR' }],
    ['of a bank in trouble', refused('BANK_ERROR'), { code: 'PLATFORM_ERROR' }],
    ['that we ask too often', refused('FREQUENCY_LIMITED', 403), { code: 'RATE_LIMITED' }],
    ['of another shape', { body: { trade_state: 'NEW' } }, { code: 'PLATFORM_ERROR' }],
  ])('%s leaves the outcome open', async (_, said, failure) => {
    const { payments } = await scripted(() => said)
    expect(await failureOf(payments.look(REF))).toMatchObject({ final: false, ...failure })
  })

  test.each<[string, Scripted, string]>([
    ['a refusal', refused('PARAM_ERROR'), 'REQUEST_REFUSED'],
    [
      'that our signature is wrong',
      { ...refused('SIGN_ERROR', 401), headers: unsigned },
      'CREDENTIALS_REFUSED',
    ],
    ['that we may not', refused('NO_AUTH', 403), 'CREDENTIALS_REFUSED'],
  ])('%s is final', async (_, said, code) => {
    const { payments } = await scripted(() => said)
    expect(await failureOf(payments.look(REF))).toMatchObject({ final: true, code })
  })

  test('by the former key of the ring is believed', async () => {
    const headers = (body: string) => signed(body, { key: FORMER.privateKey, id: FORMER_ID })
    const { payments } = await scripted(() => ({ body: order(), headers }))
    expect(await payments.look(REF)).toMatchObject({ status: 'captured' })
  })
})

test('an APIv3 key of another length is refused at the start', () => {
  const options = { ...SHOP, url: 'http://127.0.0.1:9', notifyUrl: NOTIFY_URL }
  expect(() => wechatpayPayments({ ...options, apiV3Key: 'short' })).toThrow(RangeError)
})
