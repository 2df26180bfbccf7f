import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { open, paid, sent } from './alipay.ts'
import { failureOf, openReceiver, openServer, refOf, rejection, tender, until } from './support.ts'

describe('the page', () => {
  test('shows the sum and where it goes, and brings its payer back', async () => {
    const { page, press, request } = await sent({ amount: 15803 })
    expect(await (await fetch(page)).text()).toMatch(/¥158\.03[^]*LH-\d+[^]*<form method="post">/)
    const back = new URL((await press()).headers.get('location') ?? '')
    expect(`${back.origin}${back.pathname}`).toBe(request.returnUrl)
  })

  test.each([
    [1, '0.01'],
    [10, '0.10'],
    [100, '1.00'],
    [123_456_789, '1234567.89'],
  ])('asks for %i fen as %s yuan', async (amount, yuan) => {
    const { page, press, payments, ref } = await sent({ amount })
    const content = JSON.parse(new URL(page).searchParams.get('biz_content') ?? '')
    expect(content.total_amount).toBe(yuan)
    await press()
    expect(await payments.look(ref)).toMatchObject({ status: 'captured', amount })
  })

  test('whose address was changed is refused', async () => {
    const { page, press, payments, ref } = await sent()
    expect((await press(page.replace('158.03', '1.00'))).status).toBe(400)
    expect(await payments.look(ref)).toMatchObject({ status: 'open' })
  })

  test('ends when the time to pay does', async () => {
    const { control, request, press, payments, ref } = await sent()
    const { orderId, payBy } = request
    await control.send('PUT', '/sandbox/clock', { orders: [orderId], to: payBy })
    expect((await press()).status).toBe(409)
    expect(await payments.look(ref)).toMatchObject({ status: 'closed' })
  })

  test('that nobody came to is open, and closed without a question of who could still come', async () => {
    const { payments, ref, press } = await sent()
    expect(await payments.look(ref)).toMatchObject({ status: 'open', amount: 0 })
    expect(await payments.close(ref)).toMatchObject({ status: 'closed', amount: 0 })
    // Alipay never heard of it, so it can be paid until its time is over: that is a late payment like any other.
    expect((await press()).status).toBe(303)
    expect(await payments.close(ref)).toMatchObject({ status: 'captured', amount: 15803 })
  })

  test('is not made for other money than yuan', async () => {
    const { payments } = await open()
    const failure = await failureOf(payments.open(tender({ currency: 'USD' })))
    expect(failure).toMatchObject({ code: 'CURRENCY_NOT_SUPPORTED', final: true })
  })
})

describe('a refund', () => {
  test('of everything closes the trade, which was paid all the same', async () => {
    const { refund, payments, ref, press, control } = await paid()
    await refund({ amount: 15000, refundId: 'r1' })
    await refund({ amount: 803, refundId: 'r2' })
    expect((await press()).status).toBe(409)
    expect(await payments.look(ref)).toMatchObject({ status: 'captured', amount: 15803 })
    const ledger = await control.ledger(`?orderId=${ref.orderId}`)
    const about = { platform: 'alipay', externalId: ref.externalId, orderId: ref.orderId }
    expect(ledger).toMatchObject([
      { ...about, kind: 'capture', amount: 15803 },
      { ...about, kind: 'refund', amount: 15000, idempotencyKey: `${ref.orderId}r1` },
      { ...about, kind: 'refund', amount: 803 },
    ])
  })

  test('of another amount under a number already used is refused for good', async () => {
    const { refund } = await paid()
    await refund({ amount: 100 })
    expect(await failureOf(refund({ amount: 101 }))).toMatchObject({ final: true })
  })

  test('that the shop has no money for is refused for good, and may be asked for later', async () => {
    const { refund, control } = await paid()
    const fault = { target: 'payment', platform: 'alipay', fault: 'decline', operation: 'refund' }
    await control.fault(fault)
    expect(await failureOf(refund({}))).toMatchObject({ code: 'REQUEST_REFUSED', final: true })
    expect(await refund({ attempt: 2 })).toMatchObject({ status: 'succeeded' })
  })
})

describe('a fault switch', () => {
  test('of another platform leaves Alipay alone', async () => {
    const { control, payments, ref } = await sent()
    const fault = { target: 'payment', fault: 'server_error', operation: 'retrieve' }
    await control.fault({ ...fault, platform: 'wechatpay' })
    expect(await payments.look(ref)).toMatchObject({ status: 'open' })
    await control.fault({ ...fault, platform: 'alipay' })
    expect(await failureOf(payments.look(ref))).toMatchObject({ final: false })
  })
})

describe('a notice', () => {
  test('comes until it hears its own word', async () => {
    const bodies: string[] = []
    const url = await openServer((response, request) => {
      bodies.push(request.url ?? '')
      response.end(bodies.length === 1 ? 'OK' : 'success')
    })
    const { payments, control } = await open({ webhookBaseUrl: url })
    const { next } = await payments.open(tender())
    if (next.type === 'redirect') await fetch(next.url, { method: 'POST', redirect: 'manual' })
    const delivered = await until(async () => {
      const [event] = await control.events()
      return event?.status === 'delivered' ? event : undefined
    })
    expect(delivered).toMatchObject({ source: 'alipay', attempts: 2 })
    expect(bodies).toEqual(['/webhooks/alipay', '/webhooks/alipay'])
  })

  test('that is forged comes first and is refused, the true one is believed', async () => {
    const receiver = await openReceiver(() => 200, 'success')
    const { payments, control } = await open({ webhookBaseUrl: receiver.url })
    await control.fault({ target: 'payment_webhook', platform: 'alipay', fault: 'forged' })
    const { next } = await payments.open(tender())
    if (next.type === 'redirect') await fetch(next.url, { method: 'POST', redirect: 'manual' })
    const [first, second] = await receiver.count(2)
    const told = (body = '') => payments.verify(body, new Headers())
    expect(rejection(() => told(first?.body))).toBe('SIGNATURE_INVALID')
    expect(told(second?.body)).toMatchObject({ status: 'captured' })
  })
})

test("a trade outlives the sandbox's process", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'sandbox-'))
  onTestFinished(() => rmSync(dataDir, { recursive: true }))
  const before = await open({ dataDir })
  const request = tender()
  const opened = await before.payments.open(request)
  if (opened.next.type === 'redirect') {
    await fetch(opened.next.url, { method: 'POST', redirect: 'manual' })
  }
  await before.close()
  const { payments, control } = await open({ dataDir })
  expect(await payments.look(refOf(request, opened))).toMatchObject({ status: 'captured' })
  expect(await control.ledger()).toMatchObject([{ platform: 'alipay', amount: 15803 }])
})
