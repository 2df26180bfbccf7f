import Stripe from 'stripe'
import { describe, expect, test } from 'vitest'
import { stripePayments } from '../../adapters/payment/stripe.ts'
import { openCard, payCard } from './card.ts'
import { failureOf, openSandbox, SECRET_KEY, STRIPE_SECRETS, tender } from './support.ts'

describe('a card payment', () => {
  test('stands in the record of all money with the key it was opened under', async () => {
    const { entries, payment, request } = await payCard()
    expect(await entries()).toMatchObject([
      {
        ...{ platform: 'stripe', kind: 'capture', externalId: payment.externalId },
        ...{ amount: 15803, currency: 'CNY', idempotencyKey: request.key },
      },
    ])
  })

  test('under a used key with another amount is refused for good', async () => {
    const { payments, request } = await openCard()
    const failure = await failureOf(payments.open({ ...request, amount: 1 }))
    expect(failure).toMatchObject({ code: 'REQUEST_REFUSED', final: true })
  })

  test('that was declined names the reason', async () => {
    const { payments, payment, control, ref } = await openCard()
    const declined = await control.pay(payment, 'pm_card_chargeDeclinedInsufficientFunds')
    expect(declined).toMatchObject({ status: 402, json: { error: { code: 'card_declined' } } })
    expect(await payments.look(ref)).toMatchObject({
      ...{ status: 'failed', failureCode: 'insufficient_funds', amount: 15803 },
    })
  })

  test('made twice at once is captured once', async () => {
    const { payment, control, entries } = await openCard()
    const answers = await Promise.all([control.pay(payment), control.pay(payment)])
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 400]))
    expect(await entries()).toHaveLength(1)
  })

  test("needs the intent's own secret from a browser", async () => {
    const { payment, control } = await openCard()
    const next = { type: 'confirm', clientSecret: 'guessed' } as const
    expect((await control.pay({ ...payment, next })).status).toBe(401)
  })
})

describe('a refund to a card', () => {
  test('carries the key of its attempt', async () => {
    const { refund, entries, request } = await payCard()
    await refund({ amount: 333, refundId: 'r7' })
    const idempotencyKey = `${request.orderId}:t1:refund:r7:1`
    expect(await entries()).toMatchObject([
      { kind: 'capture' },
      { kind: 'refund', amount: 333, idempotencyKey },
    ])
  })

  test('that the bank refuses has failed, and moves nothing; the next attempt is a new one', async () => {
    const { refund, entries, control } = await payCard()
    await control.fault({ target: 'payment', fault: 'decline', operation: 'refund' })
    expect(await refund()).toMatchObject({ status: 'failed' })
    expect(await refund()).toMatchObject({ status: 'failed' })
    expect(await entries()).toHaveLength(1)
    expect(await refund({ attempt: 2 })).toMatchObject({ status: 'succeeded' })
  })

  test('that went through unseen does not go again by a later attempt', async () => {
    const { refund, entries, control } = await payCard()
    await control.fault({ target: 'payment', fault: 'timeout_after_effect', operation: 'refund' })
    await failureOf(refund({ amount: 100 }))
    expect(await refund({ amount: 100, attempt: 2 })).toMatchObject({ status: 'succeeded' })
    expect(await entries()).toHaveLength(2)
  })
})

describe('Stripe in trouble', () => {
  test.each([
    ['server_error', 'PLATFORM_ERROR'],
    ['server_error_after_effect', 'PLATFORM_ERROR'],
    ['garbage', 'PLATFORM_ERROR'],
    ['timeout_after_effect', 'PLATFORM_UNREACHABLE'],
    ['rate_limited', 'RATE_LIMITED'],
  ])('with %s answers %s', async (fault, code) => {
    const { payments, control } = await openSandbox()
    const request = tender()
    await control.fault({ target: 'payment', fault, orderId: request.orderId })
    expect(await failureOf(payments.open(request))).toMatchObject({ code, final: false })
  })

  test('names the wait that a rate limit asks for', async () => {
    const { payments, control } = await openSandbox()
    await control.fault({ target: 'payment', fault: 'rate_limited' })
    expect(await failureOf(payments.open(tender()))).toMatchObject({ retryAfterMs: 1000 })
  })

  test('spoils questions only when told to', async () => {
    const { payments, control, ref } = await openCard()
    await control.fault({ target: 'payment', fault: 'garbage' })
    expect(await payments.look(ref)).toMatchObject({ status: 'open' })
  })

  test('spoils the calls of the order it was told, and no other', async () => {
    const { payments, control } = await openSandbox()
    const [spoilt, spared] = [tender(), tender()]
    await control.fault({ target: 'payment', fault: 'server_error', orderId: spoilt.orderId })
    expect((await payments.open(spared)).externalId).toMatch(/^pi_/)
    expect(await failureOf(payments.open(spoilt))).toMatchObject({ final: false })
  })

  test('can decline a good card', async () => {
    const { payment, control } = await openCard()
    await control.fault({ target: 'payment', fault: 'decline' })
    expect((await control.pay(payment)).status).toBe(402)
    expect((await control.pay(payment)).status).toBe(200)
  })

  test('refuses a wrong secret key for good', async () => {
    const { url } = await openSandbox()
    const account = { secretKey: 'sk_test_wrong', webhookSecrets: STRIPE_SECRETS }
    const payments = stripePayments({ ...account, url })
    expect(await failureOf(payments.open(tender()))).toMatchObject({
      ...{ code: 'CREDENTIALS_REFUSED', final: true },
    })
  })

  test('that is away is asked again later', async () => {
    const { payments, close } = await openSandbox()
    await close()
    expect(await failureOf(payments.open(tender()))).toMatchObject({
      ...{ code: 'PLATFORM_UNREACHABLE', final: false },
    })
  })

  test('does not know a payment of another account', async () => {
    const { payments, ref } = await openCard()
    const unknown = { ...ref, externalId: 'pi_unknown' }
    expect(await failureOf(payments.look(unknown))).toMatchObject({ final: true })
  })
})

test('the official library works with it unchanged', async () => {
  const { url } = await openSandbox()
  const { hostname, port } = new URL(url)
  const stripe = new Stripe(SECRET_KEY, { host: hostname, port, protocol: 'http' })
  const { id } = await stripe.paymentIntents.create({ amount: 500, currency: 'usd' })
  const paidFor = await stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_visa' })
  expect(paidFor).toMatchObject({ status: 'succeeded', amount_received: 500 })
  const refund = await stripe.refunds.create({ payment_intent: id })
  expect(await stripe.refunds.retrieve(refund.id)).toMatchObject({ amount: 500 })
  await expect(stripe.paymentIntents.cancel(id)).rejects.toThrow(
    Stripe.errors.StripeInvalidRequestError,
  )
})
