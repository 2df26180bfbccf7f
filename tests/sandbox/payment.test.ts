import Stripe from 'stripe'
import { describe, expect, test } from 'vitest'
import { stripePayments } from '../../adapters/payment/stripe.ts'
import { failureOf, openSandbox, SECRET_KEY, STRIPE_SECRETS, tender, until } from './support.ts'

describe('a payment', () => {
  test('is open, then captured once the customer has paid', async () => {
    const { payments, control } = await openSandbox()
    const request = tender()
    const opened = await payments.open(request)
    const fact = {
      externalId: opened.externalId,
      orderId: request.orderId,
      tenderId: 'tender-1',
      amount: 15803,
      currency: 'CNY',
    }
    expect(await payments.look(opened.externalId)).toEqual({ ...fact, status: 'open' })
    expect((await control.pay(opened)).json.status).toBe('succeeded')
    expect(await payments.look(opened.externalId)).toEqual({ ...fact, status: 'captured' })
    expect(await control.ledger(`?orderId=${request.orderId}`)).toMatchObject([
      { kind: 'capture', amount: 15803, currency: 'CNY', idempotencyKey: request.key },
    ])
  })

  test('opened again under its key is the same one', async () => {
    const { payments } = await openSandbox()
    const request = tender()
    const [first, second] = await Promise.all([payments.open(request), payments.open(request)])
    expect(second).toEqual(first)
  })

  test('under a used key with another amount is refused for good', async () => {
    const { payments } = await openSandbox()
    const request = tender()
    await payments.open(request)
    const failure = await failureOf(payments.open({ ...request, amount: 1 }))
    expect(failure).toMatchObject({ code: 'REQUEST_REFUSED', final: true })
  })

  test('declined has failed with the reason, and can be paid by another card', async () => {
    const { payments, control } = await openSandbox()
    const opened = await payments.open(tender())
    const declined = await control.pay(opened, 'pm_card_chargeDeclinedInsufficientFunds')
    expect(declined).toMatchObject({ status: 402, json: { error: { code: 'card_declined' } } })
    expect(await payments.look(opened.externalId)).toMatchObject({
      status: 'failed',
      failureCode: 'insufficient_funds',
      amount: 15803,
    })
    await control.pay(opened)
    expect(await payments.look(opened.externalId)).toMatchObject({ status: 'captured' })
  })

  test('closed cannot be paid any more, and closing it again changes nothing', async () => {
    const { payments, control } = await openSandbox()
    const opened = await payments.open(tender())
    expect(await payments.close(opened.externalId)).toMatchObject({ status: 'closed' })
    expect((await control.pay(opened)).status).toBe(400)
    expect(await payments.close(opened.externalId)).toMatchObject({ status: 'closed' })
  })

  test('that the customer made first is found captured by close', async () => {
    const { payments, control } = await openSandbox()
    const opened = await payments.open(tender())
    await control.pay(opened)
    expect(await payments.close(opened.externalId)).toMatchObject({ status: 'captured' })
  })

  test('paid twice is captured once', async () => {
    const { payments, control } = await openSandbox()
    const request = tender()
    const opened = await payments.open(request)
    const answers = await Promise.all([control.pay(opened), control.pay(opened)])
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 400]))
    expect(await control.ledger(`?orderId=${request.orderId}`)).toHaveLength(1)
  })

  test("needs the intent's own secret from a browser", async () => {
    const { payments, control } = await openSandbox()
    const { externalId } = await payments.open(tender())
    const guessed = await control.pay({ externalId, clientSecret: 'guessed' })
    expect(guessed.status).toBe(401)
  })
})

describe('a refund', () => {
  async function paid(amount = 15803) {
    const sandbox = await openSandbox()
    const request = tender({ amount })
    const opened = await sandbox.payments.open(request)
    await sandbox.control.pay(opened)
    const refund = (key: string, part: number, refundId = `refund-${key}`) =>
      sandbox.payments.refund({ key, externalId: opened.externalId, refundId, amount: part })
    const entries = () => sandbox.control.ledger(`?orderId=${request.orderId}`)
    return { ...sandbox, refund, entries, request }
  }

  test('pays back in parts, up to what was received', async () => {
    const { refund, entries } = await paid(1000)
    await refund('a', 333)
    await refund('b', 667)
    expect(await failureOf(refund('c', 1))).toMatchObject({ code: 'REQUEST_REFUSED', final: true })
    expect(await entries()).toMatchObject([
      { kind: 'capture', amount: 1000 },
      { kind: 'refund', amount: 333, idempotencyKey: 'a' },
      { kind: 'refund', amount: 667, idempotencyKey: 'b' },
    ])
  })

  test('repeated under its key pays once, even when everything has been paid back', async () => {
    const { refund, entries } = await paid()
    const first = await refund('a', 15803)
    expect(first.status).toBe('succeeded')
    expect(await refund('a', 15803)).toEqual(first)
    expect(await entries()).toHaveLength(2)
  })

  test('above what was received is refused for good', async () => {
    const { refund, entries } = await paid()
    expect(await failureOf(refund('a', 15804))).toMatchObject({ final: true })
    expect(await entries()).toHaveLength(1)
  })

  test('that the bank refuses has failed, and moves nothing; a new key tries again', async () => {
    const { refund, entries, control } = await paid()
    await control.fault({ target: 'payment', fault: 'decline', operation: 'refund' })
    expect(await refund('a', 100, 'r1')).toMatchObject({ status: 'failed' })
    expect(await refund('a', 100, 'r1')).toMatchObject({ status: 'failed' })
    expect(await entries()).toHaveLength(1)
    expect(await refund('b', 100, 'r1')).toMatchObject({ status: 'succeeded' })
  })

  test('that went through unseen does not go again under the key of a later retry', async () => {
    const { refund, entries, control } = await paid()
    await control.fault({ target: 'payment', fault: 'timeout_after_effect', operation: 'refund' })
    await failureOf(refund('attempt-1', 100, 'r1'))
    expect(await refund('attempt-2', 100, 'r1')).toMatchObject({ status: 'succeeded' })
    expect(await entries()).toHaveLength(2)
  })

  test('that takes the bank a while is pending, and through when looked at later', async () => {
    const { refund, entries, control, payments } = await paid()
    await control.fault({ target: 'payment', fault: 'refund_pending', delayMs: 150 })
    const made = await refund('a', 100)
    expect(made.status).toBe('pending')
    expect(await refund('a', 100)).toEqual(made)
    expect(await payments.lookRefund(made.externalRefundId)).toEqual(made)
    expect(await entries()).toHaveLength(1)
    await until(async () => {
      const { status } = await payments.lookRefund(made.externalRefundId)
      return status === 'succeeded' || undefined
    })
    expect(await entries()).toMatchObject([
      { kind: 'capture' },
      { kind: 'refund', idempotencyKey: 'a' },
    ])
  })

  test.each(['timeout_after_effect', 'server_error_after_effect', 'garbage'])(
    'whose answer is spoilt by %s is paid once when repeated',
    async (fault) => {
      const { refund, entries, control } = await paid()
      await control.fault({ target: 'payment', fault, operation: 'refund' })
      expect(await failureOf(refund('a', 100))).toMatchObject({ final: false })
      expect(await refund('a', 100)).toMatchObject({ status: 'succeeded' })
      expect(await entries()).toHaveLength(2)
    },
  )
})

describe('a payment platform in trouble', () => {
  test.each([
    ['server_error', 'PLATFORM_ERROR'],
    ['server_error_after_effect', 'PLATFORM_ERROR'],
    ['garbage', 'PLATFORM_ERROR'],
    ['timeout_after_effect', 'PLATFORM_UNREACHABLE'],
    ['rate_limited', 'RATE_LIMITED'],
  ])('with %s answers %s, and the repeat opens one payment', async (fault, code) => {
    const { payments, control } = await openSandbox()
    const request = tender()
    await control.fault({ target: 'payment', fault, orderId: request.orderId })
    expect(await failureOf(payments.open(request))).toMatchObject({ code, final: false })
    const opened = await payments.open(request)
    expect(await payments.open(request)).toEqual(opened)
  })

  test('names the wait that a rate limit asks for', async () => {
    const { payments, control } = await openSandbox()
    await control.fault({ target: 'payment', fault: 'rate_limited' })
    expect(await failureOf(payments.open(tender()))).toMatchObject({ retryAfterMs: 1000 })
  })

  test('spoils questions only when told to', async () => {
    const { payments, control } = await openSandbox()
    const { externalId } = await payments.open(tender())
    await control.fault({ target: 'payment', fault: 'garbage' })
    expect(await payments.look(externalId)).toMatchObject({ status: 'open' })
    await control.fault({ target: 'payment', fault: 'garbage', operation: 'retrieve' })
    expect(await failureOf(payments.look(externalId))).toMatchObject({ final: false })
  })

  test('spoils the calls of the order it was told, and no other', async () => {
    const { payments, control } = await openSandbox()
    const [spoilt, spared] = [tender(), tender()]
    await control.fault({ target: 'payment', fault: 'server_error', orderId: spoilt.orderId })
    expect((await payments.open(spared)).externalId).toMatch(/^pi_/)
    expect(await failureOf(payments.open(spoilt))).toMatchObject({ final: false })
  })

  test('can take another amount than asked for, and says so', async () => {
    const { payments, control } = await openSandbox()
    const opened = await payments.open(tender())
    await control.fault({ target: 'payment', fault: 'wrong_amount' })
    await control.pay(opened)
    expect(await payments.look(opened.externalId)).toMatchObject({ amount: 15802 })
    expect(await control.ledger()).toMatchObject([{ amount: 15802 }])
  })

  test('can decline a good card', async () => {
    const { payments, control } = await openSandbox()
    const opened = await payments.open(tender())
    await control.fault({ target: 'payment', fault: 'decline' })
    expect((await control.pay(opened)).status).toBe(402)
    expect((await control.pay(opened)).status).toBe(200)
  })

  test('refuses a wrong secret key for good', async () => {
    const { url } = await openSandbox()
    const payments = stripePayments({
      secretKey: 'sk_test_wrong',
      webhookSecrets: STRIPE_SECRETS,
      url,
    })
    expect(await failureOf(payments.open(tender()))).toMatchObject({
      code: 'CREDENTIALS_REFUSED',
      final: true,
    })
  })

  test('that is away is asked again later', async () => {
    const { payments, close } = await openSandbox()
    await close()
    expect(await failureOf(payments.open(tender()))).toMatchObject({
      code: 'PLATFORM_UNREACHABLE',
      final: false,
    })
  })

  test('does not know a payment of another account', async () => {
    const { payments } = await openSandbox()
    expect(await failureOf(payments.look('pi_unknown'))).toMatchObject({ final: true })
  })
})

test('the official library works with it unchanged', async () => {
  const { url } = await openSandbox()
  const { hostname, port } = new URL(url)
  const stripe = new Stripe(SECRET_KEY, { host: hostname, port, protocol: 'http' })
  const { id } = await stripe.paymentIntents.create({ amount: 500, currency: 'usd' })
  const paid = await stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_visa' })
  expect(paid).toMatchObject({ status: 'succeeded', amount_received: 500 })
  const refund = await stripe.refunds.create({ payment_intent: id })
  expect(await stripe.refunds.retrieve(refund.id)).toMatchObject({ amount: 500 })
  await expect(stripe.paymentIntents.cancel(id)).rejects.toThrow(
    Stripe.errors.StripeInvalidRequestError,
  )
})
